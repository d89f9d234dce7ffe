"""What came late: what counts as late, and what is told of it beside what was told then."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.evidence import Window
from sereno.domain.stream import Observation
from sereno.domain.surveillance import (
    Alarm,
    AlarmStep,
    Condition,
    Direction,
    OperatorState,
    Priority,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import Signal
from sereno.scoring.late import (
    MOST_STRETCHES,
    missed_alarms,
    parted,
    rescored,
    uncovered,
    widened,
)
from sereno.scoring.scorer import gist
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, START, at, seen

HR, SPO2, TEMPERATURE = Signal.HEART_RATE, Signal.SPO2, Signal.TEMPERATURE
HOUR = timedelta(hours=1)


def test_a_value_is_late_where_a_newer_one_of_its_signal_is_known() -> None:
    known = {HR: at(minutes=10)}
    timely, late = parted(
        [seen(HR, 80, at(minutes=8)), seen(HR, 80, at(minutes=9, seconds=30)),
         seen(SPO2, 95, at(minutes=8))],
        known, None,
    )  # fmt: skip
    assert [each.time for each in late] == [at(minutes=8)]
    assert {each.signal for each in timely} == {HR, SPO2}


def test_of_the_living_a_backlog_is_late_but_for_its_newest() -> None:
    backlog = [seen(HR, 80, at(minutes=n)) for n in range(10)]
    timely, late = parted(backlog, {}, at(minutes=10))
    assert [each.time for each in timely] == [at(minutes=8), at(minutes=9)]
    assert len(late) == 8
    assert parted(backlog, {}, None) == (backlog, [])  # a recording is read in its order


def test_what_is_too_old_to_be_scored_is_late_though_nothing_newer_is_known() -> None:
    old = [seen(HR, 80), seen(TEMPERATURE, 37)]
    assert parted(old, {}, at(hours=2)) == ([old[1]], [old[0]])
    assert parted(old, {}, at(hours=7)) == ([], old)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 300)), max_size=30))
def test_stretches_are_apart_few_and_hold_all_that_was_added(added: list[tuple[int, int]]) -> None:
    found: tuple[Window, ...] = ()
    for start, length in added:
        found = widened(found, at(minutes=start), at(minutes=start + length))
    assert len(found) <= MOST_STRETCHES
    assert list(found) == sorted(found, key=lambda each: each.start)
    assert all(one.end < other.start for one, other in itertools.pairwise(found))
    for start, length in added:
        assert any(
            each.start <= at(minutes=start) and at(minutes=start + length) <= each.end
            for each in found
        )


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=8))
def test_what_is_uncovered_is_what_nothing_covers(covers: list[tuple[int, int]]) -> None:
    whole = Window(at(minutes=50), at(minutes=150))
    covered = [Window(at(minutes=n), at(minutes=n + length)) for n, length in covers]
    parts = uncovered(whole, covered)
    for second in range(0, 200 * 60, 30):
        moment = START + timedelta(seconds=second, milliseconds=1)
        free = whole.start <= moment <= whole.end and not any(
            each.start <= moment <= each.end for each in covered
        )
        assert free == any(each.start <= moment <= each.end for each in parts)


def in_force(scores: Sequence[Score], kind: ScoreKind, moment: datetime) -> Score | None:
    mine = [each for each in scores if each.kind is kind and each.time <= moment]
    return max(mine, key=lambda each: each.time, default=None)


def stored(*told: Sequence[Score]) -> list[Score]:
    """As the store has them: of one moment and kind what was told last."""
    kept: dict[tuple[ScoreKind, datetime], Score] = {}
    for scores in told:
        for each in scores:
            kept[each.kind, each.time] = each
    return sorted(kept.values(), key=lambda each: each.time)


VALUES = st.lists(
    st.tuples(st.sampled_from([HR, SPO2, Signal.RESPIRATORY_RATE]), st.integers(5, 200)),
    min_size=30, max_size=60,
)  # fmt: skip


def spaced(values: Sequence[tuple[Signal, int]]) -> list[Observation]:
    return [
        seen(signal, min(value, 100) if signal is SPO2 else value, at(minutes=2 * n))
        for n, (signal, value) in enumerate(values)
    ]


@settings(max_examples=50)  # each scores an hour or two three times
@given(VALUES, st.integers(5, 12), st.integers(14, 25))
def test_scored_anew_it_is_as_if_nothing_had_been_late(
    values: list[tuple[Signal, int]], cut: int, back: int
) -> None:
    observations = spaced(values)
    before, missed, after = observations[:cut], observations[cut:back], observations[back:]
    in_time, watch = Watch(PATIENT), Watch(PATIENT)
    whole = in_time.observe(observations).scores
    told = list(watch.observe(before).scores) + list(watch.observe(after).scores)

    stretch = Window(missed[0].time, after[-1].time)
    second = watch.beside()
    second.observe(before)
    second.advance(stretch.start - timedelta.resolution)
    force = list(second.latest.scores)
    found = [*second.observe([*missed, *after]).scores, *second.advance(stretch.end).scores]
    now = at(hours=10)
    anew = [
        one
        for kind in ScoreKind
        for one in rescored(
            [each for each in told if each.kind is kind],
            [each for each in (*force, *found) if each.kind is kind],
            stretch, now, last=False,
        )
    ]  # fmt: skip
    as_told = stored(told, anew)
    assert all(each.rescored == now for each in anew)
    for kind in ScoreKind:
        for each in whole:
            if stretch.start <= each.time <= stretch.end:
                ours, right = (in_force(one, kind, each.time) for one in (as_told, whole))
                assert (ours and gist(ours)) == (right and gist(right))


def test_after_the_stretch_the_score_that_was_in_force_is_again() -> None:
    scores = Watch(PATIENT).observe([seen(HR, 80)]).scores
    calm = next(each for each in scores if each.kind is ScoreKind.NEWS2)
    worse = replace(calm, time=at(minutes=5), total=3, highest=20)
    stretch = Window(at(minutes=5), at(minutes=10))
    now = at(hours=1)
    first, closing = rescored([calm], [calm, worse], stretch, now, last=True)
    assert (first.time, first.total, first.rescored) == (at(minutes=5), 3, now)
    assert (closing.time, closing.total) == (at(minutes=10), calm.total)
    assert rescored([calm], [calm], stretch, now, last=True) == []


def fast(start: datetime, end: datetime | None, priority: Priority = Priority.HIGH) -> Alarm:
    return Alarm(
        id="found", patient="p1", condition=Condition.LIMIT, priority=priority, onset=start,
        raised=start, present=end is None, signal=HR, direction=Direction.HIGH, limit=130,
        value=140, extreme=150, ended=end, latched=True,
    )  # fmt: skip


def missed(found: Alarm, *told: Alarm, hours: float = 2) -> list[Alarm]:
    stretch = Window(at(), at(hours=1))
    values = [seen(HR, 135, at(minutes=n)) for n in range(60)]

    def measured(_: Signal, part: Window) -> list[Observation]:
        return [each for each in values if part.start <= each.time <= part.end]

    return [alarm for alarm, _ in missed_alarms([found], told, stretch, at(hours=hours), measured)]


def test_what_should_have_alarmed_alarms_late_and_low_until_somebody_takes_note() -> None:
    (alarm,) = missed(fast(at(minutes=10), at(minutes=20)))
    assert alarm.late
    assert alarm.active
    assert (alarm.priority, alarm.limit, alarm.extreme) == (Priority.LOW, 130, 150)
    assert (alarm.onset, alarm.ended) == (at(minutes=10), at(minutes=20))
    assert alarm.raised == at(hours=2)


def test_what_was_alarmed_then_is_not_told_twice() -> None:
    told = replace(fast(at(minutes=5), at(minutes=30)), id="told")
    assert missed(fast(at(minutes=10), at(minutes=20)), told) == []
    milder = replace(told, priority=Priority.MEDIUM)
    assert len(missed(fast(at(minutes=10), at(minutes=20)), milder)) == 1


def test_only_the_part_that_nobody_told_is_told() -> None:
    told = replace(fast(at(), at(minutes=15)), id="told")
    (alarm,) = missed(fast(at(minutes=5), at(minutes=40)), told)
    assert (alarm.onset, alarm.ended, alarm.extreme) == (at(minutes=15), at(minutes=40), 135)


def test_one_alarm_tells_all_that_was_missed_until_it_is_acknowledged() -> None:
    (first,) = missed(fast(at(minutes=10), at(minutes=20)))
    (second,) = missed(fast(at(minutes=30), at(minutes=40)), first)
    assert (second.id, second.onset, second.ended) == (first.id, first.onset, at(minutes=40))
    noted = replace(second, operator=OperatorState.ACKNOWLEDGED)
    (third,) = missed(fast(at(minutes=50), at(minutes=55)), noted)
    assert third.id != first.id


def test_what_is_long_over_or_of_the_equipment_asks_for_nobody() -> None:
    assert missed(fast(at(minutes=10), at(minutes=20)), hours=30) == []
    silent = replace(fast(at(minutes=1), at(minutes=9)), condition=Condition.SOURCE_SILENT)
    assert missed(silent) == []


def test_the_history_of_a_late_alarm_begins_and_ends_when_it_is_known() -> None:
    stretch = Window(at(), at(hours=1))
    ((alarm, events),) = missed_alarms(
        [fast(at(minutes=10), at(minutes=20))], [], stretch, at(hours=2), lambda *_: []
    )
    assert [each.what for each in events] == [AlarmStep.RAISED, AlarmStep.GONE]
    assert {each.time for each in events} == {at(hours=2)}
    assert {each.reason for each in events} == {"received late"}
    assert {each.alarm for each in events} == {alarm.id}


def test_an_alarm_that_was_known_in_time_is_not_late() -> None:
    assert not fast(at(), None).late
    assert not fast(at(), at(minutes=5)).late
