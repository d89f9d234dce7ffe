"""Sources, stores and generators that do as a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sereno.domain.errors import SerenoError, SourceError
from sereno.domain.stream import Batch, Observation, Subject
from sereno.domain.vitals import Signal
from tests.fakes.clock import NOON

ANA = Subject(identifier="MRN-0042", name="Ana Pérez", bed="ICU 7")
SECOND = timedelta(seconds=1)


def beats(
    values: Sequence[float],
    *,
    start: datetime = NOON,
    subject: Subject | None = ANA,
    signal: Signal = Signal.HEART_RATE,
    live: bool = True,
    **given: Any,
) -> Batch:
    """A batch of one signal, a value a second."""
    observations = tuple(
        Observation.judged(signal, start + n * SECOND, value, "fake")
        for n, value in enumerate(values)
    )
    return Batch(source="fake", subject=subject, observations=observations, live=live, **given)


@dataclass
class ScriptedSource:
    """A Connector that yields batches, fails `failures` times first and notes what is told."""

    script: Sequence[Batch]
    name: str = "fake:source"
    failures: int = 0
    error: Exception = field(default_factory=lambda: SourceError("no cable; plug it in"))
    opened: int = 0
    acknowledged: list[int] = field(default_factory=list)
    then: Callable[[], Awaitable[None]] | None = None

    async def batches(self) -> AsyncIterator[Batch]:
        self.opened += 1
        if self.opened <= self.failures:
            raise self.error
        for number, batch in enumerate(self.script):
            yield replace(batch, acknowledge=self._note(number))
        if self.then:
            await self.then()

    def _note(self, number: int) -> Callable[[], Awaitable[None]]:
        async def note() -> None:
            self.acknowledged.append(number)

        return note


class Refusing:
    """A Store that refuses to commit as often as told, and then is the store behind it.

    `errors_of` holds what other methods raise first, by their names.
    """

    def __init__(self, behind: Any, errors: Sequence[SerenoError] = ()) -> None:
        self._behind = behind
        self.errors = list(errors)
        self.errors_of: dict[str, list[SerenoError]] = {}
        self.asked = 0

    def commit(self, *arguments: Any) -> None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        self._behind.commit(*arguments)

    def __getattr__(self, name: str) -> Any:
        errors = self.errors_of.get(name)
        if errors:
            raise errors.pop(0)
        return getattr(self._behind, name)
