"""Destinations that take, refuse, hang or break as a test wants."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sereno.domain.errors import SerenoError
from sereno.ports import Outgoing, Topic


@dataclass
class FakeDestination:
    """Takes everything, and remembers it; but for what `before` raises."""

    name: str = "fake"
    topics: frozenset[Topic] = frozenset({Topic.MEASURED})
    live_first: bool = False
    most: int = 3
    told: list[Outgoing] = field(default_factory=list)
    pages: list[list[float]] = field(default_factory=list)
    tries: int = 0
    error: SerenoError | None = None
    before: Callable[[Sequence[Outgoing]], Awaitable[None]] | None = None

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        self.tries += 1
        if self.error is not None:
            raise self.error
        if self.before is not None:
            await self.before(told)
        self.told += told
        self.pages.append([_value(each) for each in told])

    @property
    def values(self) -> list[float]:
        """The first value of each that it was told, in order."""
        return [_value(each) for each in self.told]


def _value(told: Outgoing) -> float:
    return told.observations[0].value if told.observations else -1.0
