"""A clock that stands still until somebody sleeps, or turns it by hand."""

from datetime import UTC, datetime, timedelta

import anyio.lowlevel

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class FakeClock:
    """A `sereno.ports.Clock`; `sleep` moves it on instead of waiting."""

    def __init__(self, start: datetime = NOON) -> None:
        self.moment = start
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def turn(self, by: timedelta) -> None:
        self.moment += by

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.turn(timedelta(seconds=seconds))
        await anyio.lowlevel.checkpoint()
