"""Time as a value that is handed in: nothing asks the machine for it behind the caller's back."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The wall clock, injected so that tests can turn it."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...


def due(last: datetime, every: timedelta, now: datetime) -> bool:
    """Whether what was done at `last` is to be done again.

    A clock that was set back since makes it due at once: nobody waits until it is as late again.
    """
    return not last <= now < last + every
