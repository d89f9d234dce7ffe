"""Episodes, and groups of them (alarms.md, "Episodes"; evidence.md, "Kinds")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.record import Rhythm, Series, shown
from sereno.domain.evidence import FactKind, Window
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

RETURN: Final = timedelta(seconds=60)  # a longer return inside splits an episode
_BLIP: Final = timedelta(seconds=10)
_LEAST_GAP: Final = timedelta(minutes=5)
_MOST_GAP: Final = timedelta(hours=6)

# Where the NEWS2 chart gives its most points on that side; GCS and glucose as their first limit.
_THRESHOLDS: Final[tuple[tuple[Signal, Direction, float], ...]] = (
    (Signal.SPO2, Direction.LOW, 92),
    (Signal.RESPIRATORY_RATE, Direction.LOW, 9),
    (Signal.RESPIRATORY_RATE, Direction.HIGH, 24),
    (Signal.HEART_RATE, Direction.LOW, 41),
    (Signal.HEART_RATE, Direction.HIGH, 130),
    (Signal.PULSE_RATE, Direction.LOW, 41),
    (Signal.PULSE_RATE, Direction.HIGH, 130),
    (Signal.CUFF_SYSTOLIC, Direction.LOW, 91),
    (Signal.CUFF_SYSTOLIC, Direction.HIGH, 219),
    (Signal.INVASIVE_SYSTOLIC, Direction.LOW, 91),
    (Signal.INVASIVE_SYSTOLIC, Direction.HIGH, 219),
    (Signal.CONSCIOUSNESS, Direction.HIGH, 0),
    (Signal.GLASGOW_COMA_SCALE, Direction.LOW, 15),
    (Signal.GLUCOSE, Direction.LOW, 70),
    (Signal.TEMPERATURE, Direction.LOW, 35.1),
    (Signal.TEMPERATURE, Direction.HIGH, 39.0),
)
_SPO2_SCALE_2: Final = 88.0
# evidence.md, "What lasts below the most points".
_TWO_POINTS: Final[tuple[tuple[Signal, Direction, float], ...]] = (
    (Signal.SPO2, Direction.LOW, 94),
    (Signal.RESPIRATORY_RATE, Direction.HIGH, 20),
    (Signal.HEART_RATE, Direction.HIGH, 110),
    (Signal.PULSE_RATE, Direction.HIGH, 110),
    (Signal.CUFF_SYSTOLIC, Direction.LOW, 101),
    (Signal.INVASIVE_SYSTOLIC, Direction.LOW, 101),
)
_TWO_POINTS_SCALE_2: Final = 86.0
_LASTING: Final = timedelta(minutes=30)
_AS_FAR: Final = 3  # mmHg or beats a minute


@dataclass(slots=True)
class Stretch:
    """One stretch beyond a threshold: its abnormal samples, and whether it may still go on."""

    samples: list[Observation] = field(default_factory=list)
    inside_since: datetime | None = None
    over: bool = False

    @property
    def length(self) -> timedelta:
        """From the first to the last abnormal sample."""
        return self.samples[-1].time - self.samples[0].time

    @property
    def goes_on(self) -> bool:
        """Whether its newest value lies beyond, and is not too old for that to tell anything."""
        return not self.over and self.inside_since is None


@dataclass(frozen=True, slots=True)
class Run:
    """What is told of one signal and direction, and the stretches that it tells."""

    fact: Expected
    stretches: Sequence[Stretch]


def threshold_of(signal: Signal | None, side: Direction | None, scale: int) -> float | None:
    """Beyond which value of a signal, on that side, an episode lies; None where none does."""
    if signal is Signal.SPO2 and side is Direction.LOW and scale == 2:
        return _SPO2_SCALE_2
    return next((limit for one, way, limit in _THRESHOLDS if (one, way) == (signal, side)), None)


def beyond(value: float, direction: Direction, threshold: float) -> bool:
    """Whether a shown value lies strictly beyond `threshold`."""
    return value < threshold if direction is Direction.LOW else value > threshold


def stretches(
    values: Sequence[Observation], direction: Direction, threshold: float, now: datetime
) -> list[Stretch]:
    """The episodes of one signal's good `values`, in order of time and up to `now`."""
    found: list[Stretch] = []
    current: Stretch | None = None
    rhythm = Rhythm()
    for each in values:
        if current and rhythm.last and each.time - rhythm.last > _allowed(rhythm):
            current.over, current = True, None
        rhythm.heard(each.time)
        abnormal = beyond(shown(each), direction, threshold)
        if current and current.inside_since and each.time - current.inside_since > RETURN:
            current.over, current = True, None
        if abnormal:
            if current is None:
                current = Stretch()
                found.append(current)
            current.samples.append(each)
            current.inside_since = None
        elif current and current.inside_since is None:
            current.inside_since = each.time
    if current and rhythm.last and now - rhythm.last >= _allowed(rhythm):
        current.over = True
    return [each for each in found if _counts(each, values, now)]


def _allowed(rhythm: Rhythm) -> timedelta:
    """For how long an episode outlasts its last value: then nothing is known any more."""
    return rhythm.three(_LEAST_GAP, _MOST_GAP)


def _counts(stretch: Stretch, values: Sequence[Observation], now: datetime) -> bool:
    """Whether a stretch is no blip: ten seconds long, or with a spot measurement in it.

    Whether a value is one is not known before the ten seconds after it have passed.
    """
    if stretch.length >= _BLIP:
        return True
    first, last = stretch.samples[0].time, stretch.samples[-1].time
    near = [each.time for each in values if first - _BLIP <= each.time <= last + _BLIP]
    return any(
        now - each.time > _BLIP
        and all(other == each.time or abs(other - each.time) > _BLIP for other in near)
        for each in stretch.samples
    )


def episode_facts(
    good: Series, window: Window, scale: int, severity: Callable[[Observation], int]
) -> list[Run]:
    """The episodes that overlap the window, told whole; two or more of one kind as a group.

    `good` are all good values up to the window's end, also from before its start.
    """
    runs = []
    for signal, direction, usual in _THRESHOLDS:
        threshold = _SPO2_SCALE_2 if signal is Signal.SPO2 and scale == 2 else usual
        found = [
            each
            for each in stretches(good.get(signal, ()), direction, threshold, window.end)
            if each.samples[-1].time >= window.start
        ]
        if found:
            runs.append(Run(stretches_fact(found, direction, threshold, severity), found))
    return runs


def lasting_facts(
    values: Sequence[Observation],
    end: datetime,
    scale: int,
    runs: Sequence[Run],
    severity: Callable[[Observation], int],
) -> list[Expected]:
    """Long stretches of one signal's good `values` of the window where NEWS2 gives two points.

    `runs` are those of the most points, which tell of what they fill for half.
    """
    told = []
    for signal, direction, usual in _TWO_POINTS:
        if not values or values[0].signal is not signal:
            continue
        threshold = _TWO_POINTS_SCALE_2 if signal is Signal.SPO2 and scale == 2 else usual
        further = [
            each
            for run in runs
            if run.fact.signal is signal and run.fact.direction is direction
            for each in run.stretches
        ]
        found = [
            each
            for each in stretches(values, direction, threshold, end)
            if each.samples[0].time > values[0].time
            and each.length >= _LASTING
            and not _filled(each, further)
        ]
        if found:
            told.append(stretches_fact(found, direction, threshold, severity))
    return told


def _filled(stretch: Stretch, further: Sequence[Stretch]) -> bool:
    first, last = stretch.samples[0].time, stretch.samples[-1].time
    within = [e for e in further if e.samples[0].time <= last and e.samples[-1].time >= first]
    return 2 * sum((each.length for each in within), timedelta(0)) >= stretch.length


def stretches_fact(
    found: Sequence[Stretch],
    direction: Direction,
    threshold: float,
    severity: Callable[[Observation], int],
) -> Expected:
    """What is told of stretches of one signal, direction and threshold: one, or a group."""
    worst_of = min if direction is Direction.LOW else max
    worst = worst_of((each for one in found for each in one.samples), key=shown)
    ongoing = found[-1].goes_on
    several = len(found) > 1
    times = {"start": found[0].samples[0].time, "at": worst.time}
    if several or not ongoing:
        times["end"] = found[-1].samples[-1].time
    lengths = [each.length for each in found]
    return Expected(
        kind=FactKind.GROUP if several else FactKind.EPISODE,
        signal=worst.signal,
        direction=direction,
        severity=severity(worst),
        value=shown(worst),
        values={"threshold": threshold} | ({"count": len(found)} if several else {}),
        times=times,
        durations=(
            {"longest": max(lengths), "total": sum(lengths, timedelta(0))}
            if several
            else {"length": lengths[0]}
        ),
        ongoing=ongoing,
    )


def told_once(runs: Sequence[Run], speaker: Signal | None) -> list[Expected]:
    """The facts of one family: another signal's only where the speaker's do not tell it."""
    first = [run for run in runs if run.fact.signal is speaker]
    return [
        run.fact
        for run in runs
        if run in first
        or not any(
            one.fact.direction is run.fact.direction and _tells_all(one, run) for one in first
        )
    ]


def _tells_all(one: Run, other: Run) -> bool:
    return all(_tells(one, stretch) for stretch in other.stretches)


def _tells(one: Run, other: Stretch) -> bool:
    """Overlapping ones last half as long as it, go as far, and one goes on if it does."""
    met = [
        each
        for each in one.stretches
        if each.samples[0].time <= other.samples[-1].time
        and other.samples[0].time <= each.samples[-1].time
    ]
    sign = 1 if one.fact.direction is Direction.LOW else -1
    depths = [min(sign * shown(each) for each in stretch.samples) for stretch in met]
    depth = min(sign * shown(each) for each in other.samples)
    return (
        bool(met)
        and 2 * sum((each.length for each in met), timedelta(0)) >= other.length
        and min(depths) <= depth + _AS_FAR
        and (not other.goes_on or any(each.goes_on for each in met))
    )
