"""What every connector keeps; see `sereno.ports.Connector` and docs/how-to/write-a-connector.md."""

import gc
import logging
import math
import tracemalloc
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest

from connectors import open_source
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Quality
from sereno.domain.vitals import VITALS, Kind
from sereno.ports import Connector
from tests.contract.connectors.conftest import SECRET, Case
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations, read_all, rejected, waveforms

pytestmark = pytest.mark.anyio
SPEEDS = pytest.mark.parametrize("speed", [None, 60.0], ids=["at once", "paced"])
MOST_IN_A_BATCH = 5_000  # observations
MOST_SECONDS_IN_A_BATCH = 600  # of waveform, all channels together
MOST_MEMORY = 4 << 20  # bytes beyond what was there before, with a reader that keeps nothing


def connect(source: str, speed: float | None = None, *, shift: bool = False) -> Connector:
    clock = FakeClock()
    return open_source(source, clock=clock, speed=speed, shift=shift, sleep=clock.sleep)


def test_it_is_a_connector(source: str) -> None:
    assert isinstance(connect(source), Connector)


@SPEEDS
async def test_it_ends_and_can_be_read_again(source: str, speed: float | None) -> None:
    connector = connect(source, speed)
    assert len(observations(await read_all(connector))) == len(
        observations(await read_all(connector))
    )


@SPEEDS
@pytest.mark.parametrize("shift", [False, True])
async def test_times_are_utc(source: str, speed: float | None, shift: bool) -> None:
    batches = await read_all(connect(source, speed, shift=shift))
    assert batches
    assert all(o.time.tzinfo is UTC for o in observations(batches))
    assert all(c.start.tzinfo is UTC for c in waveforms(batches))


async def test_shifted_times_lie_at_the_present_and_not_beyond(source: str) -> None:
    batches = await read_all(connect(source, shift=True))
    now = FakeClock().now()
    ends = [o.time for o in observations(batches)] + [c.end for c in waveforms(batches)]
    assert max(ends) <= now
    assert (now - max(ends)).total_seconds() < 60


async def test_values_are_in_the_vocabularys_units_and_judged(source: str) -> None:
    batches = await read_all(connect(source))
    for each in observations(batches):
        assert math.isfinite(each.value)
        assert VITALS[each.signal].kind is not Kind.WAVEFORM
        if each.quality is Quality.GOOD:
            assert VITALS[each.signal].plausible(each.value)
    for chunk in waveforms(batches):
        assert VITALS[chunk.signal].kind is Kind.WAVEFORM
        assert chunk.rate > 0
        assert 0 < len(chunk.samples) <= 2 * chunk.rate
        assert not all(math.isnan(sample) for sample in chunk.samples)


@SPEEDS
async def test_each_patients_signals_are_in_order_and_told_once(
    source: str, speed: float | None
) -> None:
    seen: dict[Any, list[datetime]] = defaultdict(list)
    for batch in await read_all(connect(source, speed)):
        for each in batch.observations:
            seen[batch.subject, each.signal, each.source].append(each.time)
        for chunk in batch.waveforms:
            seen[batch.subject, chunk.signal, chunk.channel].append(chunk.start)
    assert all(times == sorted(set(times)) for times in seen.values())


async def test_what_is_told_has_a_patient_and_what_was_not_understood_a_reason(
    source: str, case: Case
) -> None:
    batches = await read_all(connect(source))
    for batch in batches:
        assert batch.observations or batch.waveforms or batch.rejected
        if batch.observations or batch.waveforms:
            assert batch.subject is not None
            assert batch.subject.identifier
    pieces = rejected(batches)
    assert len(pieces) == case.bad
    assert all(piece.reason and "\n" not in piece.reason for piece in pieces)


async def test_nothing_of_the_patient_is_in_names_reasons_or_logs(
    source: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connector = connect(source)
    batches = await read_all(connector)
    told = [connector.name, caplog.text, *(batch.source for batch in batches)]
    told += [each.source for each in observations(batches)]
    told += [chunk.source for chunk in waveforms(batches)]
    told += [piece.reason for piece in rejected(batches)]
    assert not [text for text in told if SECRET.casefold() in text.casefold()]
    assert {batch.source for batch in batches} == {connector.name}


def test_an_error_does_not_repeat_the_name_that_was_typed(source: str) -> None:
    path, _, _ = source.partition("?")
    with pytest.raises(SourceError) as caught:
        connect(f"{path}{SECRET}")
    assert SECRET not in str(caught.value)


@SPEEDS
async def test_the_same_source_gives_the_same_stream(source: str, speed: float | None) -> None:
    first, second = [await read_all(connect(source, speed)) for _ in range(2)]
    assert repr(first) == repr(second)  # NaN is not equal to itself, but written alike


async def test_batches_are_of_a_sensible_size(large_source: str) -> None:
    for batch in await read_all(connect(large_source), most=200):
        assert len(batch.observations) <= MOST_IN_A_BATCH
        assert _seconds(batch) <= MOST_SECONDS_IN_A_BATCH


def _seconds(batch: Batch) -> float:
    return sum(len(chunk.samples) / chunk.rate for chunk in batch.waveforms)


async def test_a_slow_reader_holds_the_source_back(large_source: str) -> None:
    """However large the source: nothing gathers between it and a reader that takes its time."""
    await read_all(connect(large_source), most=2)  # imports are not the stream's memory
    gc.collect()
    tracemalloc.start()
    try:
        count = 0
        async for _ in connect(large_source).batches():
            count += 1
            await anyio.lowlevel.checkpoint()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count > 5
    assert peak < MOST_MEMORY


async def test_it_stops_at_once_when_the_reader_is_cancelled(source: str) -> None:
    """Between two batches, however long the source would have slept, and again afterwards."""
    connector = open_source(source, clock=FakeClock(), speed=1.0, sleep=_for_ever)
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(read_all, connector)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
    assert await read_all(connect(source), most=1)


async def _for_ever(_: float) -> None:
    await anyio.sleep_forever()


@SPEEDS
async def test_a_reader_may_leave_early(source: str, speed: float | None) -> None:
    """What was open is closed: a warning about a file left open would fail this test."""
    assert len(await read_all(connect(source, speed), most=1)) == 1
    gc.collect()
