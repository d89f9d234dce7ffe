from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.replay.player import Entry, Replay, Window
from sereno.domain.stream import Observation, Rejected, Subject, WaveformChunk
from sereno.domain.vitals import Signal
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.reading import observations, read_all, rejected, waveforms

pytestmark = pytest.mark.anyio
THEN = datetime(2150, 5, 1, 8, tzinfo=UTC)


def heart(second: float, patient: str = "a", begin: datetime = THEN) -> Entry:
    moment = begin + timedelta(seconds=second)
    return Entry(Subject(identifier=patient), Observation(Signal.HEART_RATE, moment, 80, "x:1"))


def wave(second: float) -> Entry:
    start = THEN + timedelta(seconds=second)
    return Entry(Subject(identifier="a"), WaveformChunk(Signal.ECG, start, 4, (0, 0, 0, 0), "x:1"))


class Tape:
    """A recording of the given windows, which counts how often it was asked."""

    name = "x:1"
    ignored = ()

    def __init__(self, *windows: Sequence[Entry], bad: Sequence[Rejected] = ()) -> None:
        self._windows = windows
        self._bad = list(bad)
        self.asked = 0
        self.closed = 0

    def windows(self) -> Iterator[Window]:
        try:
            for entries in self._windows:
                self.asked += 1
                yield Window(list(entries), self._bad)
        finally:
            self.closed += 1


def replay(tape: Tape, clock: FakeClock, speed: float | None, *, shift: bool = False) -> Replay:
    return Replay(tape, clock=clock, speed=speed, shift=shift, sleep=clock.sleep)


@pytest.mark.parametrize(
    ("speed", "emitted"),
    [
        pytest.param(1.0, [1, 2, 11], id="real time: at the end of the second they belong to"),
        pytest.param(2.0, [1, 6], id="twice as fast"),
        pytest.param(10.0, [1, 2], id="ten times"),
        pytest.param(0.5, [1, 3, 21], id="half"),
        pytest.param(None, [0], id="as fast as possible"),
    ],
)
async def test_batches_come_when_their_seconds_have_passed(
    speed: float | None, emitted: list[int]
) -> None:
    clock = FakeClock()
    tape = Tape([heart(0), heart(0.4), heart(1), heart(10)])
    passed = []
    async for batch in replay(tape, clock, speed).batches():
        assert batch.observations
        passed.append((clock.now() - NOON).total_seconds())
    assert passed == emitted


async def test_a_long_gap_is_slept_through_in_naps() -> None:
    clock = FakeClock()
    await read_all(replay(Tape([heart(0), heart(3600)]), clock, 1.0))
    assert clock.now() == NOON + timedelta(seconds=3601)
    assert max(clock.slept) <= 1


async def test_a_stretch_of_waveform_is_told_at_its_end() -> None:
    clock = FakeClock()
    batches = await read_all(replay(Tape([wave(0), wave(1)]), clock, 1.0), most=1)
    assert len(waveforms(batches)) == 1
    assert clock.now() == NOON + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("speed", "first", "last", "live"),
    [
        pytest.param(1.0, NOON, NOON + timedelta(seconds=60), True, id="real time starts now"),
        pytest.param(0.5, NOON, NOON + timedelta(seconds=60), False, id="so does slow motion"),
        pytest.param(5.0, NOON - timedelta(seconds=60), NOON, False, id="faster ends now"),
        pytest.param(None, NOON - timedelta(seconds=60), NOON, False, id="at once ends now"),
    ],
)
async def test_shifted_times_start_or_end_now(
    speed: float | None, first: datetime, last: datetime, live: bool
) -> None:
    batches = await read_all(replay(Tape([heart(0)], [heart(60)]), FakeClock(), speed, shift=True))
    assert [o.time for o in observations(batches)] == [first, last]
    assert {batch.live for batch in batches} == {live}


async def test_recorded_times_are_kept_and_are_not_live() -> None:
    batches = await read_all(replay(Tape([heart(0)]), FakeClock(), 1.0))
    assert observations(batches)[0].time == THEN
    assert not batches[0].live


async def test_patients_told_one_after_the_other_are_played_so() -> None:
    """The second one's record is years earlier; each is moved to its own place."""
    clock = FakeClock()
    early = THEN - timedelta(days=3000)
    tape = Tape([heart(0), heart(5), heart(0, "b", early), heart(5, "b", early)])
    batches = await read_all(replay(tape, clock, 1.0, shift=True))
    told = [
        (batch.subject.identifier, (o.time - NOON).total_seconds())
        for batch in batches
        if batch.subject
        for o in batch.observations
    ]
    assert told == [("a", 0), ("a", 5), ("b", 5), ("b", 10)]


async def test_patients_told_side_by_side_keep_one_pace() -> None:
    """Their clocks are an hour apart, and neither holds the other up."""
    clock = FakeClock()
    behind = THEN - timedelta(hours=1)
    entries = [e for i in range(10) for e in (heart(i), heart(i, "b", behind))]
    await read_all(replay(Tape(entries), clock, 1.0))
    assert clock.now() == NOON + timedelta(seconds=10)


async def test_what_a_later_row_tells_of_the_patient_is_added() -> None:
    told = Entry(Subject(identifier="a", sex="female"), heart(1).item)
    (batch,) = await read_all(replay(Tape([heart(0), told]), FakeClock(), None))
    assert batch.subject == Subject(identifier="a", sex="female")


@pytest.mark.parametrize("speed", [None, 1.0])
async def test_what_was_rejected_is_passed_on_without_a_patient(speed: float | None) -> None:
    bad = Rejected(b"\xff", "no number")
    batches = await read_all(replay(Tape([], bad=[bad]), FakeClock(), speed))
    assert rejected(batches) == [bad]
    assert batches[0].subject is None


@pytest.mark.parametrize("speed", [None, 1.0])
async def test_nothing_is_read_ahead_of_the_reader(speed: float | None) -> None:
    tape = Tape(*([heart(second)] for second in range(100)))
    stream = replay(tape, FakeClock(), speed).batches()
    for _ in range(3):
        await anext(stream)
    assert tape.asked <= 5


@pytest.mark.parametrize("speed", [None, 1.0])
async def test_the_recording_is_closed_when_the_reader_goes(speed: float | None) -> None:
    tape = Tape(*([heart(second)] for second in range(100)))
    await read_all(replay(tape, FakeClock(), speed), most=2)
    assert tape.closed == 1
