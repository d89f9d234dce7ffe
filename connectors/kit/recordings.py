"""The rules for a source that ends: a recording, a table, a simulation."""

import gc
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.lowlevel

from connectors.kit import stream
from connectors.kit.findings import NotTried, Rules, expect
from connectors.kit.stream import SECRET, KitClock, observations, read_all, rejected, waveforms
from connectors.opening import open_source
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Connector

SPEEDS: Final = (None, 60.0)
MOST_READ: Final = 2_000  # batches, however long the source
FEW: Final = 6  # batches, in which a source that is large comes at least
_PRESENT_S: Final = 60  # s from the last shifted value to the present
_STOPS_WITHIN: Final = 10  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A source that ends, and what is known of it.

    `large` is one many times what a connector may hold in memory. `secrets` are the patient's,
    in the file's name, header or cells. `bad` is how many pieces of it can not be parsed. `patient`
    is whose it is, where it names nobody.
    """

    source: str
    large: str | None = None
    secrets: tuple[str, ...] = ()
    bad: int | None = None
    patient: str | None = None
    opener: Callable[..., Connector] = open_source

    def connector(
        self, speed: float | None = None, *, shift: bool = False, source: str | None = None
    ) -> Connector:
        """Opened anew, with a clock that stands still."""
        clock = KitClock()
        return self.opener(
            source or self.source,
            clock=clock, speed=speed, shift=shift, sleep=clock.sleep, patient=self.patient,
        )  # fmt: skip

    async def read(self, speed: float | None = None, *, shift: bool = False) -> list[Batch]:
        """Its batches, up to a bound."""
        return await read_all(self.connector(speed, shift=shift), MOST_READ)


RULES: Rules[Recording] = Rules()


@RULES.add(
    "It is a Connector: a name, and batches() that can be asked for again and again.",
    "give it `name` and an async generator `batches`, which opens the source each time",
)
async def _is_a_connector(recording: Recording) -> None:
    expect(isinstance(recording.connector(), Connector), "it lacks name or batches()")
    for speed in SPEEDS:
        connector = recording.connector(speed)
        first, again = [len(observations(await read_all(connector, MOST_READ))) for _ in range(2)]
        expect(first == again, f"it gave {first:,} values, and {again:,} when it was read again")


@RULES.add("Times are UTC.", "give a time its zone where it is read, and call `utc` on it")
async def _utc(recording: Recording) -> None:
    for speed in SPEEDS:
        for shift in (False, True):
            batches = await recording.read(speed, shift=shift)
            expect(batches, "it gave nothing")
            stream.times_are_utc(batches)


@RULES.add(
    "With `shift` its times lie at the present and not beyond.",
    "move all times by one step, so that the last is now; see `Opening.shift`",
)
async def _shift(recording: Recording) -> None:
    batches = await recording.read(shift=True)
    now = KitClock().now()
    ends = [each.time for each in observations(batches)] + [c.end for c in waveforms(batches)]
    if not ends:
        raise NotTried("it holds no value")
    if len(batches) == MOST_READ:
        raise NotTried("it is too long to be read to its end here")
    expect(max(ends) <= now, "its last value is of the future")
    expect((now - max(ends)).total_seconds() < _PRESENT_S, "its last value is not of the present")


@RULES.add(
    "Values are finite, in the vocabulary's units, and judged.",
    "convert with `to_unit`, judge with `Observation.judged`, tell nothing for NaN",
)
async def _judged(recording: Recording) -> None:
    stream.values_are_judged(await recording.read())


@RULES.add(
    "Each patient's signals come in order, and each value once.",
    "sort what comes by the time of its signal, and leave out what was told",
)
async def _in_order(recording: Recording) -> None:
    for speed in SPEEDS:
        seen: dict[Any, list[datetime]] = defaultdict(list)
        for batch in await recording.read(speed):
            for each in batch.observations:
                seen[batch.subject, each.signal, each.source].append(each.time)
            for chunk in batch.waveforms:
                seen[batch.subject, chunk.signal, chunk.channel].append(chunk.start)
        wrong = sum(times != sorted(set(times)) for times in seen.values())
        expect(not wrong, f"{wrong} of {len(seen)} signals are out of order, or come twice")


@RULES.add(
    "What is told has a patient, and what was not understood a reason.",
    "yield what can not be parsed as `Rejected` with a reason in a line, and go on",
)
async def _understood(recording: Recording) -> None:
    batches = await recording.read()
    stream.batches_are_whole(batches)
    if recording.bad is not None:
        found = len(rejected(batches))
        expect(found == recording.bad, f"{found} pieces are rejected where {recording.bad} are bad")


@RULES.add(
    "Nothing of the patient is in names, reasons or logs.",
    "name a file by a digest and never by its name, and quote nothing in a reason",
)
async def _no_patient_data(recording: Recording) -> None:
    with stream.logged() as log:
        connector = recording.connector()
        batches = await read_all(connector, MOST_READ)
    named = [each.subject.name for each in batches if each.subject and each.subject.name]
    secrets = {*recording.secrets, *named}
    stream.names_tell_nothing(connector, batches, log.text, secrets)


@RULES.add(
    "An error does not repeat what was typed.",
    "say 'there is no such file', and not which: `Opening.file` does",
)
async def _errors_quote_nothing(recording: Recording) -> None:
    path, _, _ = recording.source.partition("?")
    try:
        connector = recording.connector(source=f"{path}{SECRET}")
        await read_all(connector, 1)
    except SourceError as error:
        expect(SECRET not in str(error), "the error names the file")
        expect(";" in str(error) or ":" in str(error), "the error names no remedy")
        return
    expect(kept=False, otherwise="a source that is not there is no SourceError")


@RULES.add(
    "The same source gives the same stream.",
    "take clock and sleep from the Opening, and chance from a seed",
)
async def _the_same(recording: Recording) -> None:
    for speed in SPEEDS:
        first, again = [await recording.read(speed) for _ in range(2)]
        # NaN is not equal to itself, but written alike.
        expect(repr(first) == repr(again), "read twice, it is not the same")


@RULES.add(
    "Batches are of a size that one transaction holds.",
    f"yield at most {stream.MOST_IN_A_BATCH:,} values at a time",
)
async def _sizes(recording: Recording) -> None:
    connector = recording.connector(source=recording.large)
    stream.batches_are_small(await read_all(connector, most=200))


@RULES.add(
    "A slow reader holds the source back: nothing gathers in memory.",
    "read a piece, yield it, and only then read on",
)
async def _bounded(recording: Recording) -> None:
    source = recording.large or recording.source
    await read_all(recording.connector(source=source), most=2)  # imports are not its memory
    gc.collect()
    tracemalloc.start()
    try:
        count = 0
        async for _ in recording.connector(source=source).batches():
            count += 1
            await anyio.lowlevel.checkpoint()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if recording.large is None and count < FEW:
        raise NotTried("it is too short to tell; give a longer one")
    expect(count >= FEW, f"it comes in {count} batches, however large")
    most = stream.MOST_MEMORY >> 20
    expect(peak < stream.MOST_MEMORY, f"{peak / 2**20:.1f} MB gathered, of {most} that may")


@RULES.add(
    "It stops at once when the reader is cancelled, and can be read again.",
    "catch no cancellation; close in `finally`",
)
async def _cancelled(recording: Recording) -> None:
    connector = recording.opener(
        recording.source,
        clock=KitClock(), speed=1.0, sleep=_for_ever, patient=recording.patient,
    )  # fmt: skip
    with anyio.move_on_after(_STOPS_WITHIN) as waited:
        async with anyio.create_task_group() as group:
            group.start_soon(read_all, connector)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
    expect(not waited.cancelled_caught, f"it had not stopped after {_STOPS_WITHIN} s")
    expect(await read_all(recording.connector(), most=1), "it could not be read again")


@RULES.add(
    "A reader may leave early, and nothing is left open.",
    "close in `finally`, or with `aclosing` and `with`",
)
async def _left_early(recording: Recording) -> None:
    await read_all(recording.connector(), most=1)  # what libraries open once stays open
    before = stream.open_files()
    with stream.nothing_left_to_python():
        for speed in SPEEDS:
            await read_all(recording.connector(speed), most=1)
    more = stream.open_files() - before
    expect(more <= 0, f"{more} files or sockets are still open")


async def _for_ever(_: float) -> None:
    await anyio.sleep_forever()


def secrets_of(source: str) -> tuple[str, ...]:
    """What the name of a file may tell: its stem, where it is long enough to be a name."""
    path = Path(source.partition(":")[2].partition("?")[0])
    return (path.stem,) if path.is_file() and len(path.stem) > 3 else ()
