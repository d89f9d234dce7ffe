"""The rules for a connector to a device: read by the kit, which says when it acknowledges."""

import gc
import tracemalloc
from typing import Final

import anyio

from connectors.kit import stream
from connectors.kit.bench import Bench, Reading, answered, messages, send, words_of
from connectors.kit.findings import NotTried, Remark, Rules, expect
from connectors.kit.rig import Rig, Said
from connectors.kit.stream import SECRET, observations, rejected
from sereno.domain.stream import Batch
from sereno.ports import Connector

QUIET_S: Final = 0.3  # in which an answer that comes too early would have come
BURST: Final = 20_000  # messages, sent while nobody reads
STALL_S: Final = 1.5
_STOPS_WITHIN: Final = 10.0
_CLOSED_WITHIN: Final = 5.0
_CLOSES_S: Final = 0.5

RULES: Rules[Bench] = Rules()


@RULES.add(
    "What the device says comes as it was said: whose, when, how much.",
    "take patient, time and value from the message, in UTC and the vocabulary's units",
)
async def _told_as_said(bench: Bench) -> None:
    said = [each for who in ("7", "8", SECRET) for each in bench.numbered(5, who)]
    async with bench.rigged() as rig, bench.reading(rig) as reading:
        expect(isinstance(reading.connector, Connector), "it lacks name or batches()")
        send(rig, said)
        await bench.until(lambda: not reading.missing(said) and answered(rig))
        missing = reading.missing(said)
        expect(not missing, f"{len(missing)} of {len(said)} values did not come")
        wanted = {(each.who, each.at): each.value for each in said}
        wrong = [
            each
            for batch in reading.batches
            for each in batch.observations
            if each.value not in {wanted.get((who, each.time)) for who in words_of(batch.subject)}
        ]
        expect(not wrong, f"{len(wrong)} values are not what was said")
        stream.times_are_utc(reading.batches)
        stream.values_are_judged(reading.batches)
        stream.batches_are_whole(reading.batches)
        stream.batches_are_small(reading.batches)


@RULES.add(
    "Nothing of the patient is in names, sources, reasons or logs.",
    "quote nothing that was received in a reason or a log line, and name no source by it",
)
async def _no_patient_data(bench: Bench) -> None:
    with stream.logged() as log:
        async with bench.rigged() as rig, bench.reading(rig) as reading:
            said = bench.numbered(3)
            send(rig, said)
            for each in rig.damaged(SECRET):
                rig.send(each)
            await bench.until(lambda: not reading.missing(said) and answered(rig))
            await bench.until(lambda: bool(rejected(reading.batches)), QUIET_S)
            connector, batches = reading.connector, list(reading.batches)
    stream.names_tell_nothing(connector, batches, log.text, (SECRET,))


@RULES.add(
    "A message that can not be read is rejected with a reason, answered, and stops nothing.",
    "yield a `Rejected` with the message's bytes and its `acknowledge`, and read on",
)
async def _damaged(bench: Bench) -> None:
    async with bench.rigged() as rig, bench.reading(rig) as reading:
        first, last = bench.numbered(1), bench.numbered(1, first=1)
        damaged = rig.damaged(SECRET)
        expect(damaged, "the rig has no damaged message: give it one")
        send(rig, first)
        for each in damaged:
            rig.send(each)
        send(rig, last)
        came = await bench.until(lambda: not reading.missing([*first, *last]) and answered(rig))
        found = rejected(reading.batches)
        expect(not reading.missing(last), "what came after a damaged message is not read")
        expect(came, "the sender of a damaged message waits for an answer for ever")
        few = len(found) >= len(damaged)
        expect(few, f"{len(found)} of {len(damaged)} damaged messages are rejected")
        values = observations(reading.batches)
        expect(len(values) == 2, "a value was made of a damaged message")
        expect(all(each.content for each in found), "what is rejected is not kept")


@RULES.add(
    "A sender is answered only once its message is on disk.",
    "answer in `Batch.acknowledge` alone, and give every batch of a message its own part in it",
)
async def _answered_in_time(bench: Bench) -> None:
    async with bench.rigged() as rig:
        _must_wait(rig)
        if rig.unanswered() is None:
            raise NotTried("the device can not tell; see whether what is not answered comes again")
        async with bench.reading(rig, answer=False) as reading:
            send(rig, bench.numbered(3))
            expect(await bench.until(lambda: bool(reading.batches)), "nothing came")
            await anyio.sleep(QUIET_S)
            expect(rig.unanswered() == 3, "a message was answered before it was acknowledged")
            await reading.acknowledge()
            expect(await bench.until(lambda: answered(rig)), "what is acknowledged is not answered")


@RULES.add(
    "A message that lies among the dead letters is answered too.",
    "let `acknowledge(reason)` answer the sender: else it sends the same for ever",
)
async def _refusals_are_answered(bench: Bench) -> None:
    async with bench.rigged() as rig:
        _must_wait(rig)
        if rig.unanswered() is None:
            raise NotTried("the device can not tell")
        async with bench.reading(rig, answer=False) as reading:
            send(rig, bench.numbered(1))
            expect(await bench.until(lambda: bool(reading.batches)), "nothing came")
            await reading.acknowledge("it names nobody who is here")
            expect(await bench.until(lambda: answered(rig)), "who is refused is not answered")


@RULES.add(
    "What was not acknowledged comes again, the same as the first time.",
    "acknowledge nothing when the stream is closed, and take time and source from the message",
)
async def _comes_again(bench: Bench) -> None:
    async with bench.rigged() as rig:
        _must_wait(rig)
        said = bench.numbered(4)
        async with bench.reading(rig, answer=False) as reading:
            send(rig, said)
            expect(await bench.until(lambda: bool(reading.batches)), "nothing came")
            await anyio.sleep(QUIET_S)
            first = _keys(reading.batches)
        async with bench.reading(rig) as reading:
            await bench.until(lambda: not reading.missing(said) and answered(rig))
            missing = reading.missing(said)
            expect(not missing, f"{len(missing)} of {len(said)} values did not come again")
            changed = first - _keys(reading.batches)
            expect(not changed, "sent again, its time, its source or its value is another")
        await _comes_no_more(bench, rig)


async def _comes_no_more(bench: Bench, rig: Rig) -> None:
    async with bench.reading(rig) as reading:
        await anyio.sleep(QUIET_S)
        if reading.batches:
            raise Remark("what was acknowledged comes again as well; the store finds it out")


def _keys(batches: list[Batch]) -> set[tuple[object, ...]]:
    return {
        (batch.subject, each.signal, each.source, each.time, each.value)
        for batch in batches
        for each in batch.observations
    }


@RULES.add(
    "A line that is cut is taken up again.",
    "raise SourceError where the device is gone, so that it is read again; listeners go on",
)
async def _taken_up_again(bench: Bench) -> None:
    async with bench.rigged() as rig, bench.reading(rig) as reading:
        before, after = bench.numbered(20), bench.numbered(20, first=20)
        send(rig, before)
        expect(await bench.until(lambda: bool(reading.batches)), "nothing came")
        await rig.cut()
        send(rig, after)
        await bench.until(lambda: not reading.missing([*before, *after]) and answered(rig))
        _nothing_lost(rig, reading, before, after)


def _nothing_lost(rig: Rig, reading: Reading, before: list[Said], after: list[Said]) -> None:
    late, lost = reading.missing(after), reading.missing(before)
    expect(not late, f"{len(late)} of {len(after)} values of after the cut did not come")
    if lost and not rig.waits:
        raise Remark(f"{len(lost)} values are lost with a cut, since the device waits for nothing")
    expect(not lost, f"{len(lost)} of {len(before)} values of before the cut did not come")


@RULES.add(
    "A burst while nobody reads gathers nowhere: the sender is held back.",
    "funnel what comes through a bounded stream, and read from the line only when there is room",
)
async def _held_back(bench: Bench) -> None:
    async with bench.rigged() as rig, bench.reading(rig) as reading:
        burst = messages(rig, bench.numbered(BURST))
        rig.send(burst[0])
        expect(await bench.until(lambda: bool(reading.batches)), "nothing came")
        reading.hold()
        gc.collect()
        tracemalloc.start()
        try:
            for each in burst[1:]:
                rig.send(each)
            await anyio.sleep(STALL_S)
            gathered = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        most = stream.MOST_MEMORY
        expect(gathered < most, f"{gathered / 2**20:.1f} MB gathered, of {most >> 20} that may")
        before = len(reading.batches)
        reading.go_on()
        on = await bench.until(lambda: len(observations(reading.batches[before:])) > 10)
        expect(on, "when it was read again, nothing more came")


@RULES.add(
    "It stops at once when its reader does, and can be opened again.",
    "catch no cancellation; close in `finally`, and let the port be used again",
)
async def _stops(bench: Bench) -> None:
    async with bench.rigged() as rig:
        for number in range(2):
            with anyio.move_on_after(2 * _STOPS_WITHIN) as waited:
                came = await _read_one(bench, rig, number)
                expect(came, "it could not be opened again" if number else "nothing came")
            expect(not waited.cancelled_caught, f"it had not stopped after {_STOPS_WITHIN:.0f} s")


@RULES.add(
    "Nothing is left open.",
    "close in `finally`, or with `aclosing` and `with`",
)
async def _closes(bench: Bench) -> None:
    async with bench.rigged() as rig:
        with stream.nothing_left_to_python():
            await _read_one(bench, rig, 0)
            await anyio.sleep(_CLOSES_S)  # what libraries open once stays open
            before = stream.open_files()
            for number in range(1, 3):
                await _read_one(bench, rig, number)
            await bench.until(
                lambda: stream.open_files() <= before, min(bench.within_s, _CLOSED_WITHIN)
            )
        more = stream.open_files() - before
        expect(more <= 0, f"{more} files or sockets are still open")


async def _read_one(bench: Bench, rig: Rig, number: int) -> bool:
    """Open it, read one value and leave; whether it came."""
    said = bench.numbered(1, first=number)
    async with bench.reading(rig) as reading:
        send(rig, said)
        within = min(bench.within_s, _STOPS_WITHIN)
        await bench.until(lambda: not reading.missing(said) and answered(rig), within)
        return not reading.missing(said)


def _must_wait(rig: Rig) -> None:
    if not rig.waits:
        raise NotTried("the device waits for no answer, and sends nothing again")
