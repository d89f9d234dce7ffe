"""Who does what only one may do, and who is alive."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol


class Beat(NamedTuple):
    """A sign of life: when it was given, and what it tells besides."""

    at: datetime
    facts: Mapping[str, Any]


Beats = Mapping[str, Beat]


class Leases(Protocol):
    """Who does what only one may do: a named row with a holder and an expiry."""

    def acquire(self, name: str, holder: str, hold: timedelta) -> bool:
        """Take or renew; False while another holds it."""
        ...

    def renew(self, holder: str, hold: timedelta) -> frozenset[str]:
        """Put off the expiry of all that `holder` still holds; their names."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give back, if it is still ours."""
        ...

    def holder(self, name: str) -> str | None:
        """Who holds it now."""
        ...

    def beat(self, name: str, facts: Mapping[str, Any]) -> None:
        """Say that `name` is alive, with what others may want to show (no patient data)."""
        ...

    def beats(self) -> dict[str, Beat]:
        """The last sign of life of each name."""
        ...
