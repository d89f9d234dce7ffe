"""How long to wait before trying again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MOST_DOUBLINGS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that double from `first` up to `longest`; `attempts` in a row, then it is over.

    `attempts` of None never gives up. A try that went well for `settled` starts afresh.
    """

    first: timedelta = timedelta(seconds=0.5)
    longest: timedelta = timedelta(seconds=30)
    attempts: int | None = None
    settled: timedelta = timedelta(seconds=60)

    def wait(self, failures: int) -> timedelta:
        """The wait after that many `failures` in a row (1 or more)."""
        doublings = min(failures - 1, MOST_DOUBLINGS)
        return min(self.first * (1 << doublings), self.longest)

    def over(self, failures: int) -> bool:
        """Whether that many failures in a row are enough."""
        return self.attempts is not None and failures >= self.attempts
