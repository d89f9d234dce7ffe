"""The clocks that are handed in: the machine's, and one for what must come out the same."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class StandingClock:
    """A clock that stands still, so that a simulated recording is the same each time."""

    def now(self) -> datetime:
        """Always the same moment."""
        return datetime(2026, 1, 1, tzinfo=UTC)
