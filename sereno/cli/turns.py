"""How the threads of a process that takes in streams take turns."""

import sys
from typing import Final

# Python lets a thread compute for 5 ms while others wait: who only has to answer a sender would
# wait for who scores, message by message.
TURN_S: Final = 0.0003


def take_short_turns() -> None:
    """Let those who answer come to their turn while others compute, for as long as this runs."""
    sys.setswitchinterval(TURN_S)
