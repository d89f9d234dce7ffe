"""What came late: which stretches of the past are judged anew, and what is told of them.

A value is late where a newer one of its signal is known by more than `LATE_BY`: after a cut, what
was measured meanwhile comes behind what is measured now. The patient's watch goes on with the
present. A second one follows the late stretch as if nothing had been missing, and what it finds is
told beside what was told then, never in its place: scores bear the time at which they were told
anew, and what should have alarmed is an alarm that begins when it is known, of a condition that is
over (`Alarm.late`).
"""

import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from sereno.domain.evidence import Window
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import (
    RECEIVED_LATE,
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Score,
)
from sereno.domain.vitals import Signal
from sereno.scoring.episodes import BRIEFEST
from sereno.scoring.readings import greatest_age
from sereno.scoring.scorer import gist

# Less is the disorder of a network: a value or two of a stream that the newer ones make good.
LATE_BY: Final = timedelta(minutes=1)
# What ended longer ago than this is history: it is scored, and asks for nobody's attention.
STILL_ALARMS: Final = timedelta(hours=24)
# Stretches this near to each other are one; there are never more than so many.
NEAR: Final = timedelta(minutes=10)
MOST_STRETCHES: Final = 8

# What was measured of a signal in a stretch.
Measured = Callable[[Signal, Window], Sequence[Observation]]

# An alarm for what nobody was told of, and what happened to it.
Missed = tuple[Alarm, tuple[AlarmEvent, ...]]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parted(
    observations: Iterable[Observation], newest: Mapping[Signal, datetime], now: datetime | None
) -> tuple[list[Observation], list[Observation]]:
    """What the watch is to be told, and what is late: `newest` is when each signal was last heard.

    Of the living, whose time is `now`, what is too old to be scored is late as well, and what
    comes together with newer values: a backlog must not pass before the watch as if it happened.
    """
    observations, heard = list(observations), dict(newest)
    if now is not None:
        for each in observations:
            heard[each.signal] = max(each.time, heard.get(each.signal, each.time))
    timely: list[Observation] = []
    late: list[Observation] = []
    for each in observations:
        behind = each.signal in heard and heard[each.signal] - each.time > LATE_BY
        old = now is not None and now - each.time > greatest_age(each.signal)
        (late if behind or old else timely).append(each)
    return timely, late


def widened(stretches: Iterable[Window], start: datetime, end: datetime) -> tuple[Window, ...]:
    """`stretches`, by time, and one more; of too many the two nearest become one."""
    found: list[Window] = []
    for each in sorted((*stretches, Window(start, end)), key=lambda one: one.start):
        if found and each.start - found[-1].end <= NEAR:
            found[-1] = Window(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    while len(found) > MOST_STRETCHES:
        gaps = [after.start - before.end for before, after in pairwise(found)]
        at = gaps.index(min(gaps))
        found[at : at + 2] = [Window(found[at].start, found[at + 1].end)]
    return tuple(found)


def rescored(
    told: Sequence[Score], found: Sequence[Score], stretch: Window, at: datetime, *, last: bool
) -> list[Score]:
    """Of one kind of score, what is to be told anew in `stretch`, as of `at`.

    Both are by time and begin with the score in force at the beginning, where there was one. What
    was told of a moment gives way to what is told anew of the same moment; with the `last` stretch
    the score that was in force at its end is in force again.
    """
    moments = {stretch.start, stretch.end}
    moments |= {each.time for each in (*told, *found) if stretch.start < each.time < stretch.end}
    anew: list[Score] = []
    stands = _in_force(told, stretch.start)
    for moment in sorted(moments):
        was = _in_force(told, moment)
        stands = was if was is not None and was.time == moment else stands
        closes = last and moment == stretch.end
        due = was if closes else _in_force(found, moment)
        if due is not None and (stands is None or gist(due) != gist(stands)):
            stands = replace(due, time=moment, rescored=at)
            anew.append(stands)
    return anew


def missed_episodes(
    patient: str, found: Iterable[Episode], told: Sequence[Episode], measured: Measured
) -> Iterator[Episode]:
    """The parts of what was `found` that no episode of its kind has told. What grows keeps its id.

    All of them are over: what goes on at the end of a stretch is the watch's own.
    """
    for each in found:
        kind = each.signal, each.direction, each.threshold
        stem = f"{patient}-l-{each.signal}-{each.direction}-{each.threshold:g}-"
        whole, grown = Window(each.start, each.last), f"{stem}{_micros(each.start)}"
        others = [
            Window(one.start, one.last)
            for one in told
            if (one.signal, one.direction, one.threshold) == kind and one.id != grown
        ]
        for part in uncovered(whole, others):
            if part == whole:
                yield replace(each, id=grown, end=each.end or each.last)
            elif (worst := _worst(measured(each.signal, part), each.direction)) is not None:
                yield replace(
                    each,
                    id=f"{stem}{_micros(part.start)}",
                    start=part.start,
                    last=part.end,
                    end=part.end,
                    extreme=worst.value,
                    extreme_time=worst.time,
                )


def missed_alarms(
    found: Iterable[Alarm], told: Iterable[Alarm], stretch: Window, at: datetime, measured: Measured
) -> Iterator[Missed]:
    """Alarms, as of `at`, for what was `found` in the stretch and no alarm has told.

    There is one for each signal and direction until somebody acknowledges it: the next part is
    added to it. Each is of low priority, since nothing can be done any more about what is over.
    """
    alarms = [each for each in told if not each.condition.technical]
    for each in found:
        if each.condition.technical:
            continue
        whole = Window(each.onset, each.held_until(stretch.end))
        same = [one for one in alarms if _about(one) == _about(each)]
        others = [
            Window(one.onset, one.held_until(stretch.end))
            for one in same
            if one.late or one.priority >= each.priority
        ]
        for part in uncovered(whole, others):
            if part.end < max(stretch.start, at - STILL_ALARMS):
                continue
            worst = each.extreme if part == whole else _extreme(each, part, measured)
            missed = replace(each, onset=part.start, ended=part.end, extreme=worst)
            former = next((one for one in same if one.late and one.active), None)
            alarm = _received(missed, at) if former is None else _joined(former, missed)
            same = [*(one for one in same if one is not former), alarm]
            alarms = [*(one for one in alarms if one is not former), alarm]
            yield alarm, () if former is not None else _begun(alarm, at)


def _received(missed: Alarm, at: datetime) -> Alarm:
    return replace(
        missed,
        id=secrets.token_hex(8),
        priority=Priority.LOW,
        raised=at,
        present=False,
        latched=True,
        operator=OperatorState.NONE,
        passed=None,
    )


def _begun(alarm: Alarm, at: datetime) -> tuple[AlarmEvent, ...]:
    steps = (AlarmStep.RAISED, alarm.value), (AlarmStep.GONE, None)
    return tuple(
        AlarmEvent(alarm=alarm.id, time=at, what=what, value=value, reason=RECEIVED_LATE)
        for what, value in steps
    )


def _joined(former: Alarm, missed: Alarm) -> Alarm:
    """The alarm with one more part that was missed, and the worse limit of the two."""
    low = former.direction is Direction.LOW
    ended = max(filter(None, (former.ended, missed.ended)))
    limits = [each for each in (former.limit, missed.limit) if each is not None]
    extremes = [each for each in (former.extreme, missed.extreme) if each is not None]
    worse = min if low else max
    return replace(
        former,
        onset=min(former.onset, missed.onset),
        ended=ended,
        limit=worse(limits, default=None),
        extreme=worse(extremes, default=None),
    )


def uncovered(whole: Window, covered: Iterable[Window]) -> list[Window]:
    """The parts of `whole` that none of `covered` reaches, of which none is a mere blip."""
    parts, at = [], whole.start
    for each in sorted(covered, key=lambda one: one.start):
        if each.start > at:
            parts.append(Window(at, min(each.start, whole.end)))
        at = max(at, each.end)
        if at >= whole.end:
            break
    if at < whole.end or (at == whole.start == whole.end and not parts):
        parts.append(Window(at, whole.end))
    return [each for each in parts if each == whole or each.end - each.start >= BRIEFEST]


def _about(alarm: Alarm) -> tuple[Condition, Signal | None, Direction | None]:
    return alarm.condition, alarm.signal, alarm.direction


def _extreme(alarm: Alarm, part: Window, measured: Measured) -> float | None:
    """The worst of a part; of a score that of the whole, whose values are of several signals."""
    if alarm.signal is None or alarm.direction is None:
        return alarm.extreme
    worst = _worst(measured(alarm.signal, part), alarm.direction)
    return alarm.value if worst is None else worst.value


def _worst(values: Iterable[Observation], direction: Direction) -> Observation | None:
    good = [each for each in values if each.quality is Quality.GOOD]
    pick = min if direction is Direction.LOW else max
    return pick(good, key=lambda each: each.value, default=None)


def _in_force(scores: Sequence[Score], at: datetime) -> Score | None:
    place = bisect_right(scores, at, key=lambda each: each.time)
    return scores[place - 1] if place else None


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta.resolution
