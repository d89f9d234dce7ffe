"""Sources, stores and generators that do as a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import anyio

from sereno.domain.errors import SerenoError, SourceError
from sereno.domain.stream import Acknowledge, Batch, Observation, Subject
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
    refusals: list[str | None] = field(default_factory=list)  # why each is not in the record
    awaits: bool = True  # an answer to each batch
    then: Callable[[], Awaitable[None]] | None = None
    between: Callable[[], Awaitable[None]] | None = None  # once what came before is kept

    async def batches(self) -> AsyncIterator[Batch]:
        self.opened += 1
        if self.opened <= self.failures:
            raise self.error
        for number, batch in enumerate(self.script):
            if number and self.between:
                while number not in range(len(self.acknowledged) + 1):  # noqa: ASYNC110 - a list
                    await anyio.sleep(0.001)
                await self.between()
            yield replace(batch, acknowledge=self._note(number) if self.awaits else None)
        if self.then:
            await self.then()

    def _note(self, number: int) -> Acknowledge:
        async def note(refused: str | None) -> None:
            self.acknowledged.append(number)
            self.refusals.append(refused)

        return note


class Joined:
    """A Connector that reads one source after the other."""

    name = "fake:source"

    def __init__(self, *sources: ScriptedSource) -> None:
        self._sources = sources

    async def batches(self) -> AsyncIterator[Batch]:
        for source in self._sources:
            async for batch in source.batches():
                yield batch


class Refusing:
    """A Store that refuses to commit as often as told, and then is the store behind it.

    `errors_of` holds what other methods raise first, by their names; `errors_about` what all
    that is asked about a patient raises.
    """

    def __init__(self, behind: Any, errors: Sequence[SerenoError] = ()) -> None:
        self._behind = behind
        self.errors = list(errors)
        self.errors_of: dict[str, list[SerenoError]] = {}
        self.errors_about: dict[str, SerenoError] = {}
        self.asked = 0

    def commit(self, *arguments: Any) -> None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        self._behind.commit(*arguments)

    def __getattr__(self, name: str) -> Any:
        answer = getattr(self._behind, name)
        guarded = self.errors_about or self.errors_of.get(name)
        return self._guarded(name, answer) if guarded and callable(answer) else answer

    def _guarded(self, name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: Any, **more: Any) -> Any:
            if errors := self.errors_of.get(name):
                raise errors.pop(0)
            if given and isinstance(given[0], str) and given[0] in self.errors_about:
                raise self.errors_about[given[0]]
            return answer(*given, **more)

        return guarded
