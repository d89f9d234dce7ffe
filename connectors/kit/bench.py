"""Where a rig is held to the rules: the connector read by the kit itself, and by Sereno."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
)
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol

import anyio

from connectors.kit.findings import NotTried, expect
from connectors.kit.rig import OpenRig, Rig, Said, Unsayable
from connectors.kit.stream import SECRET
from connectors.opening import open_source
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Clock, Connector

WITHIN_S: Final = 45.0  # that something is waited for
LOOK_EVERY_S: Final = 0.02
_TRY_AGAIN_S: Final = 0.05
_AGO: Final = timedelta(hours=2)


class WallClock:
    """The machine's clock: a device in the kit keeps to it as well."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that stands in a record. `whose` are the words by which the patient is known."""

    whose: frozenset[str]
    signal: Signal
    time: datetime
    value: float
    version: int
    good: bool


class Ward(Protocol):
    """A Sereno with a store of its own that holds nothing yet."""

    def reading(self, source: str) -> AbstractAsyncContextManager[None]:
        """It reads `source` meanwhile; when the block ends, what came is in the records."""
        ...

    def running(self, source: str) -> AbstractAsyncContextManager[None]:
        """The same in a process of its own, which is killed (SIGKILL) when the block ends."""
        ...

    async def kept(self) -> list[Kept]:
        """All values that stand in a record."""
        ...

    async def letters(self) -> list[str]:
        """The reasons of the dead letters."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a rule is tried with: a rig, and a ward, each made anew for each rule.

    `within_s` is for how long what must come is waited for, in seconds.
    """

    open_rig: OpenRig
    open_ward: Callable[[Path], AbstractContextManager[Ward]]
    opener: Callable[..., Connector] = open_source
    within_s: float = WITHIN_S
    clock: Clock = field(default_factory=WallClock)

    @asynccontextmanager
    async def rigged(self) -> AsyncIterator[Rig]:
        """A rig that has said nothing yet."""
        with TemporaryDirectory(prefix="sereno-rig-") as folder:
            async with self.open_rig(Path(folder)) as rig:
                yield rig

    @asynccontextmanager
    async def at_ward(self) -> AsyncIterator[tuple[Rig, Ward]]:
        """A rig, and a Sereno that does not read it yet."""
        async with self.rigged() as rig:
            folder = TemporaryDirectory(prefix="sereno-ward-")
            with folder as name, self.open_ward(Path(name)) as ward:
                yield rig, ward

    @asynccontextmanager
    async def reading(self, rig: Rig, *, answer: bool = True) -> AsyncIterator["Reading"]:
        """The connector to `rig` is read meanwhile; with `answer` each batch is acknowledged."""
        reading = Reading(self.opener(rig.source, clock=self.clock), answer=answer)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reading.run)
            yield reading
            tasks.cancel_scope.cancel()

    async def until(self, condition: Callable[[], bool], within: float | None = None) -> bool:
        """Wait for `condition`; whether it came true in time."""
        with anyio.move_on_after(self.within_s if within is None else within):
            while not condition():  # noqa: ASYNC110 - it looks at things that tell no one
                await anyio.sleep(LOOK_EVERY_S)
            return True
        return condition()

    async def in_record(
        self, ward: Ward, said: Sequence[Said], within: float | None = None
    ) -> list[Said]:
        """Wait until all of `said` stands in the records; what does not by then."""
        missing = list(said)
        with anyio.move_on_after(self.within_s if within is None else within):
            while missing := absent(await ward.kept(), said):  # noqa: ASYNC110 - as above
                await anyio.sleep(LOOK_EVERY_S)
        return missing

    def began(self) -> datetime:
        """A whole second some time ago, when what is said begins."""
        return (self.clock.now() - _AGO).replace(microsecond=0)

    def numbered(
        self, count: int, who: str = SECRET, *, first: int = 0, since: datetime | None = None
    ) -> list[Said]:
        """So many heart rates of one patient, one a second."""
        begin = since or self.began()
        return [
            Said(who=who, at=begin + timedelta(seconds=n), value=60.0 + n % 40)
            for n in range(first, first + count)
        ]


class Reading:
    """Reads a connector as Sereno does, one batch at a time, and tries again when it is cut.

    While `held` it asks for no more.
    """

    def __init__(self, connector: Connector, *, answer: bool) -> None:
        self.connector = connector
        self.batches: list[Batch] = []
        self.answer = answer
        self._go_on = anyio.Event()
        self._go_on.set()

    def hold(self) -> None:
        """Ask for no further batch."""
        self._go_on = anyio.Event()

    def go_on(self) -> None:
        """Ask for batches again."""
        self._go_on.set()

    async def run(self) -> None:
        """Until it is cancelled, or the source ends."""
        while True:
            try:
                await self._read()
            except SourceError:
                await anyio.sleep(_TRY_AGAIN_S)
            else:
                return

    async def _read(self) -> None:
        stream: Any = self.connector.batches()
        async with aclosing(stream):
            async for batch in stream:
                self.batches.append(batch)
                if self.answer and batch.acknowledge is not None:
                    await batch.acknowledge(None)
                await self._go_on.wait()

    async def acknowledge(self, reason: str | None = None) -> None:
        """Answer all that have come, and from now on each that comes."""
        self.answer = True
        for batch in list(self.batches):
            if batch.acknowledge is not None:
                await batch.acknowledge(reason)

    def heard(self, said: Said) -> bool:
        """Whether a value of that patient, signal and time has come."""
        return any(
            each.signal is said.signal and each.time == said.at and is_of(batch.subject, said.who)
            for batch in self.batches
            for each in batch.observations
        )

    def missing(self, said: Iterable[Said]) -> list[Said]:
        """What has not come."""
        heard = {
            (word, each.signal, each.time)
            for batch in self.batches
            for each in batch.observations
            for word in words_of(batch.subject)
        }
        return [each for each in said if (each.who, each.signal, each.at) not in heard]


def words_of(subject: Subject | None) -> set[str]:
    """The words by which a subject is known."""
    if subject is None:
        return set()
    return {each for each in (subject.identifier, subject.bed) if each}


def is_of(subject: Subject | None, who: str) -> bool:
    """Whether a subject is who the device spoke of."""
    return who in words_of(subject)


def send(rig: Rig, said: Iterable[Said]) -> None:
    """Have the device tell all of it. Raises NotTried where it can not."""
    for message in messages(rig, said):
        rig.send(message)


def messages(rig: Rig, said: Iterable[Said]) -> list[bytes]:
    """A message each. Raises NotTried where the device can not say that."""
    try:
        return [rig.message(each) for each in said]
    except Unsayable as exc:
        raise NotTried(f"the device can not say that: {exc}") from exc


def answered(rig: Rig) -> bool:
    """Whether the device waits for no further answer, as far as it can tell."""
    return not rig.unanswered()


def absent(kept: Iterable[Kept], said: Iterable[Said]) -> list[Said]:
    """What of `said` stands nowhere."""
    found = {(word, each.signal, each.time) for each in kept for word in each.whose}
    return [each for each in said if (each.who, each.signal, each.at) not in found]


def exactly(kept: Sequence[Kept], said: Sequence[Said]) -> None:
    """Raise Broken unless each of `said` stands once, with its value, and nothing else does."""
    wanted = {(each.who, each.signal, each.at): each.value for each in said}
    missing = absent(kept, said)
    expect(not missing, f"{len(missing)} of {len(wanted)} values are missing in the record")
    keys = [
        next(
            (
                (who, each.signal, each.time)
                for who in each.whose
                if (who, each.signal, each.time) in wanted
            ),
            None,
        )
        for each in kept
    ]
    invented = keys.count(None)
    expect(not invented, f"{invented} values stand in a record that nobody said, or at other times")
    known = [key for key in keys if key is not None]
    doubled = len(known) - len(set(known))
    expect(not doubled, f"{doubled} values stand there twice")
    again = sum(each.version > 1 for each in kept)
    expect(not again, f"{again} values were taken for corrections of themselves")
    other = sum(
        wanted[key] != each.value for key, each in zip(keys, kept, strict=True) if key is not None
    )
    expect(not other, f"{other} values are not what was said")
