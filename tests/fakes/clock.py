"""Clocks that stand still until somebody sleeps, or turns them by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import anyio.lowlevel

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


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


@dataclass
class Hands:
    """A clock that moves when told; `real` lets it run with the wall's."""

    time: datetime = START
    real: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC) if self.real else self.time
