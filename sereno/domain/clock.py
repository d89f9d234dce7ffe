"""Time as a value that is handed in: nothing asks the machine for it behind the caller's back."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock, injected so that tests can turn it."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...
