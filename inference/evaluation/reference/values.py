"""Measures, changes and extremes: what the last, first, lowest and highest values were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.record import CORE, FAMILIES, Series, is_present, shown
from sereno.domain.evidence import FactKind
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Signal

Severity = Callable[[Observation], int]

_DIASTOLIC: Final = {
    Signal.CUFF_SYSTOLIC: Signal.CUFF_DIASTOLIC,
    Signal.INVASIVE_SYSTOLIC: Signal.INVASIVE_DIASTOLIC,
}
# evidence.md, "The steps of a change", in each signal's unit.
_STEPS: Final = {
    Signal.SPO2: 3, Signal.RESPIRATORY_RATE: 5, Signal.END_TIDAL_CO2: 8, Signal.HEART_RATE: 15,
    Signal.PULSE_RATE: 15, Signal.CUFF_SYSTOLIC: 20, Signal.INVASIVE_SYSTOLIC: 20,
    Signal.CUFF_MEAN: 15, Signal.INVASIVE_MEAN: 15, Signal.CONSCIOUSNESS: 1,
    Signal.GLASGOW_COMA_SCALE: 2, Signal.GLUCOSE: 50, Signal.TEMPERATURE: 0.8,
}  # fmt: skip
_RANGED: Final = frozenset(_STEPS) - {Signal.CONSCIOUSNESS}
_FEWEST: Final = 3
_NOISE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Speaker:
    """The signal that speaks for a family: its good values in the window, the last one present?"""

    signal: Signal
    values: Sequence[Observation]
    present: bool
    core: bool


def speakers(good: Series, everything: Series, end: datetime) -> dict[str, Speaker | None]:
    """Who speaks for each family, None where it has no value; no mean pressure with a systolic one.

    `good` are the good values of the window, `everything` all observations up to its `end`.
    """
    found: dict[str, Speaker | None] = {}
    for family, signals in FAMILIES.items():
        measured = [signal for signal in signals if good.get(signal)]
        systolic = any(good.get(signal) for signal in FAMILIES["systolic"])
        if not measured or (family == "mean" and systolic):
            found[family] = None
            continue
        present = [
            signal for signal in measured if is_present(good[signal][-1], everything[signal], end)
        ]
        newest = max(measured, key=lambda signal: good[signal][-1].time)
        chosen = present[0] if present else newest
        found[family] = Speaker(chosen, good[chosen], bool(present), family in CORE)
    return found


def measure(speaker: Speaker, good: Series, severity: Severity) -> Expected:
    """The last value of the family, with the diastolic pressure of the same moment."""
    last = speaker.values[-1]
    diastolic = [
        shown(each)
        for each in good.get(_DIASTOLIC.get(speaker.signal, speaker.signal), ())
        if speaker.signal in _DIASTOLIC and each.time == last.time
    ]
    return Expected(
        kind=FactKind.MEASURE,
        signal=speaker.signal,
        severity=severity(last),
        value=shown(last),
        values={"diastolic": diastolic[-1]} if diastolic else {},
        times={"at": last.time},
        ongoing=speaker.present,
        required=speaker.core,
    )


def change(speaker: Speaker, severity: Severity) -> Expected | None:
    """From the first to the last value of the window, where they and the thirds differ enough."""
    step = _STEPS.get(speaker.signal)
    levels = [shown(each) for each in speaker.values]
    if step is None or len(levels) < 2:
        return None
    third = max(1, len(levels) // 3)
    risen = levels[-1] - levels[0]
    trend = median(levels[-third:]) - median(levels[:third])
    if abs(risen) < step - _NOISE or abs(trend) < step / 2 - _NOISE or risen * trend < 0:
        return None
    last = speaker.values[-1]
    return Expected(
        kind=FactKind.CHANGE,
        signal=speaker.signal,
        direction=Direction.HIGH if risen > 0 else Direction.LOW,
        severity=max(1, severity(last)),
        value=shown(last),
        values={"from": levels[0], "to": levels[-1]},
        times={"start": speaker.values[0].time, "end": _reached(speaker).time},
        ongoing=speaker.present,
        required=speaker.core,
    )


def span(speaker: Speaker) -> Expected | None:
    """Lowest, highest and median of three values or more of what has degrees."""
    levels = sorted(each.value for each in speaker.values)
    if speaker.signal not in _RANGED or len(levels) < _FEWEST:
        return None
    lowest, highest, middle = (
        VITALS[speaker.signal].rounded(level) for level in (levels[0], levels[-1], median(levels))
    )
    return Expected(
        kind=FactKind.RANGE,
        signal=speaker.signal,
        severity=0,
        value=middle,
        values={"lowest": lowest, "highest": highest},
        required=speaker.core,
    )


def _reached(speaker: Speaker) -> Observation:
    """The last value; of a state the first since which it has stayed so."""
    reached = speaker.values[-1]
    if speaker.signal is not Signal.CONSCIOUSNESS:
        return reached
    for each in reversed(speaker.values):
        if shown(each) != shown(reached):
            break
        reached = each
    return reached


def extreme(
    speaker: Speaker, changed: Expected | None, episodes: Sequence[Expected], severity: Severity
) -> Expected | None:
    """The lowest or the highest value, where it matters more than the last and nothing tells it.

    `episodes` are the facts of episodes and groups, `changed` the family's change. Where both
    matter it is the more severe one, the lowest if they are alike. A change is at least notable,
    so beside it the extreme must be serious.
    """
    last = changed.severity if changed else severity(speaker.values[-1])
    begun = changed.values["from"] if changed else None
    found = [
        fact
        for direction in (Direction.LOW, Direction.HIGH)
        if (fact := _extreme(speaker, direction, severity)).severity > last
        and fact.value != begun
        and not any(_tells(episode, fact) for episode in episodes)
    ]
    return max(found, key=lambda fact: fact.severity, default=None)


def _extreme(speaker: Speaker, direction: Direction, severity: Severity) -> Expected:
    worst = min if direction is Direction.LOW else max
    at = worst(speaker.values, key=shown)
    return Expected(
        kind=FactKind.EXTREME,
        signal=speaker.signal,
        direction=direction,
        severity=severity(at),
        value=shown(at),
        times={"at": at.time},
    )


def _tells(episode: Expected, fact: Expected) -> bool:
    """Whether an episode, or a group of them, tells an extreme value: its own goes as far."""
    same = episode.signal is fact.signal and episode.direction is fact.direction
    if not same or episode.value is None or fact.value is None:
        return False
    low = fact.direction is Direction.LOW
    return episode.value <= fact.value if low else episode.value >= fact.value
