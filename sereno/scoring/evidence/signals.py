"""Present values, changes and extremes as facts."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from operator import attrgetter
from statistics import median
from types import MappingProxyType

from sereno.domain.evidence import Fact, FactKind, SampleSpan, Severity
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import VITALS, Kind, Signal, half_up
from sereno.scoring.evidence.case import (
    DIASTOLIC,
    FAMILIES,
    SECTION,
    Case,
    Section,
    worse,
    worst_of,
)
from sereno.scoring.evidence.episodes import runs_of, sustained, told_already

FEWEST_OF_A_RANGE = 3  # values: with fewer, each of them says as much

# From first to last value, what is worth a sentence: about one NEWS2 band of each parameter.
_NOTABLE_CHANGE: Mapping[Signal, float] = MappingProxyType(
    {
        Signal.SPO2: 3,
        Signal.RESPIRATORY_RATE: 5,
        Signal.END_TIDAL_CO2: 8,
        Signal.HEART_RATE: 15,
        Signal.PULSE_RATE: 15,
        Signal.CUFF_SYSTOLIC: 20,
        Signal.INVASIVE_SYSTOLIC: 20,
        Signal.CUFF_MEAN: 15,
        Signal.INVASIVE_MEAN: 15,
        Signal.CONSCIOUSNESS: 1,
        Signal.GLASGOW_COMA_SCALE: 2,
        Signal.GLUCOSE: 50,
        Signal.TEMPERATURE: 0.8,
    }
)


def signal_facts(case: Case, episodes: Sequence[Episode]) -> list[Fact]:
    """Present values from A to E, then what happened, from A to E."""
    runs = runs_of(case, episodes)
    now: list[Fact] = []
    events: list[Fact] = []
    for section in Section:
        leading = speakers(case, section)
        for signal in leading:
            change = change_of(case, signal)
            latest = change or measure_of(case, signal)
            (events if change else now).append(latest)
            own = {key: run for key, run in runs.items() if key[0] is signal}
            lasting = sustained(case, signal, own)
            abnormal = [run.fact for run in (*own.values(), *lasting.values())]
            extreme = _extreme(case, signal, latest, abnormal)
            events += [*abnormal, *([extreme] if extreme else [])]
        events += [
            run.fact
            for key, run in runs.items()
            if SECTION.get(key[0]) is section
            and key[0] not in leading
            and not told_already(key, runs, leading)
        ]
    return now + events


def range_facts(case: Case) -> list[Fact]:
    """How far each leading signal ranged over the window, from A to E."""
    leading = (signal for section in Section for signal in speakers(case, section))
    return [fact for signal in leading if (fact := _range(case, signal)) is not None]


def _range(case: Case, signal: Signal) -> Fact | None:
    """Lowest, highest and median of enough values; of a state there is none."""
    values, vital = case.series[signal], VITALS[signal]
    graded = signal in _NOTABLE_CHANGE and vital.kind is not Kind.ORDINAL
    if not graded or len(values) < FEWEST_OF_A_RANGE:
        return None
    levels = sorted(value.value for value in values)
    return Fact(
        id="",
        kind=FactKind.RANGE,
        severity=Severity.NORMAL,
        signal=signal,
        value=vital.rounded(median(levels)),
        unit=vital.unit,
        values={"lowest": vital.rounded(levels[0]), "highest": vital.rounded(levels[-1])},
        spans=(SampleSpan(signal, values[0].time, values[-1].time, len(values)),),
    )


def speakers(case: Case, section: Section) -> list[Signal]:
    """Of each family, the signal that speaks for it.

    That is the preferred one, unless only another one has a fresh value; where none has, the one
    with the newest. Diastolic is told with systolic; mean stands in where there is no systolic.
    """
    chosen: list[Signal] = []
    for family_section, family in FAMILIES:
        known = [signal for signal in family if signal in case.series]
        if family_section is not section or not known:
            continue
        fresh = [signal for signal in known if case.fresh(case.series[signal][-1])]
        newest = max(known, key=lambda signal: case.series[signal][-1].time)
        chosen.append(fresh[0] if fresh else newest)
    has_systolic = any(signal in DIASTOLIC for signal in chosen)
    redundant = set(DIASTOLIC.values())
    if has_systolic:
        redundant |= {Signal.CUFF_MEAN, Signal.INVASIVE_MEAN}
    return [signal for signal in chosen if signal not in redundant]


def measure_of(case: Case, signal: Signal) -> Fact:
    """The last good value, with the diastolic pressure of a systolic one's moment."""
    last = case.series[signal][-1]
    value = VITALS[signal].rounded(last.value)
    values, spans = _diastolic(case, last)
    return Fact(
        id="",
        kind=FactKind.MEASURE,
        severity=case.severity(signal, value),
        signal=signal,
        value=value,
        unit=VITALS[signal].unit,
        values=values,
        times={"at": last.time},
        ongoing=case.fresh(last),
        spans=(SampleSpan(signal, last.time, last.time, 1), *spans),
    )


def _diastolic(
    case: Case, systolic: Observation
) -> tuple[dict[str, float], tuple[SampleSpan, ...]]:
    """The diastolic pressure of the same moment, which is told with the systolic one."""
    signal = DIASTOLIC.get(systolic.signal)
    pair = (
        [value for value in case.series.get(signal, ()) if value.time == systolic.time]
        if signal
        else []
    )
    if signal is None or not pair:
        return {}, ()
    span = SampleSpan(signal, systolic.time, systolic.time, 1)
    return {"diastolic": VITALS[signal].rounded(pair[-1].value)}, (span,)


def change_of(case: Case, signal: Signal) -> Fact | None:
    """From the first good value of the window to the last, where that is a notable step.

    The medians of the first and the last third of the values must have moved the same way, by
    half a step or more: two stray values make no trend.
    """
    values = case.series[signal]
    whole = 10 ** VITALS[signal].decimals  # compared in whole steps: 36.3 - 35.5 is a bit below 0.8
    first, last = (VITALS[signal].rounded(values[i].value) for i in (0, -1))
    step, moved = _NOTABLE_CHANGE.get(signal), round(last * whole) - round(first * whole)
    if step is None or len(values) < 2 or abs(moved) < round(step * whole):
        return None
    third = max(1, len(values) // 3)
    trend = _median(values[-third:], whole) - _median(values[:third], whole)
    if trend * moved < 0 or 2 * abs(trend) < round(step * whole):
        return None
    start, end = values[0].time, _since(values).time
    return Fact(
        id="",
        kind=FactKind.CHANGE,
        severity=max(Severity.NOTABLE, case.severity(signal, last)),
        signal=signal,
        direction=Direction.HIGH if moved > 0 else Direction.LOW,
        value=last,
        unit=VITALS[signal].unit,
        values={"from": first, "to": last},
        times={"start": start, "end": end},
        durations={"length": end - start},
        ongoing=case.fresh(values[-1]),
        spans=(SampleSpan(signal, start, values[-1].time, len(values)),),
    )


def _median(values: Sequence[Observation], whole: int) -> float:
    """The median of values in whole steps, of which there are `whole` to one."""
    levels = sorted(value.value for value in values)
    middle = levels[(len(levels) - 1) // 2], levels[len(levels) // 2]
    return sum(half_up(level * whole) for level in middle) / 2


def _since(values: Sequence[Observation]) -> Observation:
    """The last value; of a state that has stayed since, the first that found it."""
    last = values[-1]
    if VITALS[last.signal].kind is not Kind.ORDINAL:
        return last
    same = takewhile(lambda each: each.value == last.value, reversed(values))
    return min(same, key=attrgetter("time"))


def _extreme(case: Case, signal: Signal, latest: Fact, abnormal: Sequence[Fact]) -> Fact | None:
    """The window's worst value where it matters more than the latest one; the first of equals.

    What an episode of that side tells already, or the change as its first value, is left out. Of
    both sides it is the more severe one, of equal ones the lowest.
    """
    values = case.series[signal]
    sides = [(side, worst_of(side, values)) for side in (Direction.LOW, Direction.HIGH)]
    found = [
        fact
        for fact in (extreme_fact(case, side, worst) for side, worst in sides)
        if fact.severity > latest.severity
        and fact.value not in (latest.value, latest.values.get("from"))
        and not any(_as_far(run, fact) for run in abnormal)
    ]
    return max(found, key=attrgetter("severity"), default=None)


def _as_far(run: Fact, extreme: Fact) -> bool:
    """Whether the episodes of `run` lie on the side of `extreme` and go as far."""
    direction, value, told = extreme.direction, extreme.value, run.value
    if direction is None or value is None or told is None:
        return False
    return run.direction is direction and not worse(direction, value, told)


def extreme_fact(case: Case, direction: Direction, worst: Observation) -> Fact:
    """The value that went furthest, with its time."""
    signal = worst.signal
    value = VITALS[signal].rounded(worst.value)
    return Fact(
        id="",
        kind=FactKind.EXTREME,
        severity=case.severity(signal, value),
        signal=signal,
        direction=direction,
        value=value,
        unit=VITALS[signal].unit,
        times={"at": worst.time},
        spans=(SampleSpan(signal, worst.time, worst.time, 1),),
    )
