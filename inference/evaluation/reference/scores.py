"""NEWS2 at every moment (scoring.md), and the fact of the score in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from inference.evaluation.reference.facts import Expected
from inference.evaluation.reference.record import Rhythm, shown
from inference.evaluation.reference.severity import chart_points, saturation_points
from sereno.domain.evidence import FactKind, Window
from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal

_INSTANT: Final = timedelta(microseconds=1)
_MINUTE: Final = timedelta(minutes=1)
_FIVE: Final = timedelta(minutes=5)
_QUARTER: Final = timedelta(minutes=15)
_HOURLY: Final = timedelta(minutes=75)
_ROUND: Final = timedelta(hours=6)

_FAST: Final = frozenset(
    {
        Signal.HEART_RATE, Signal.PULSE_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE,
        Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC,
    }
)  # fmt: skip
_SLOW: Final = frozenset(
    {
        Signal.TEMPERATURE, Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE, Signal.OXYGEN_GIVEN,
        Signal.FIO2, Signal.OXYGEN_FLOW,
    }
)  # fmt: skip
# What the chart asks for, by the signal that usually measures it, and the most points of each.
PARAMETERS: Final[Mapping[Signal, int]] = {
    Signal.RESPIRATORY_RATE: 3,
    Signal.SPO2: 3,
    Signal.OXYGEN_GIVEN: 2,
    Signal.CUFF_SYSTOLIC: 3,
    Signal.HEART_RATE: 3,
    Signal.CONSCIOUSNESS: 3,
    Signal.TEMPERATURE: 3,
}
# Which of two signals of one parameter goes first, and for how long.
_PREFERRED: Final[Mapping[Signal, tuple[Signal, timedelta]]] = {
    Signal.HEART_RATE: (Signal.PULSE_RATE, _MINUTE),
    Signal.CUFF_SYSTOLIC: (Signal.INVASIVE_SYSTOLIC, _QUARTER),
}
_RESPONSES: Final = ("routine", "ward", "urgent_ward", "urgent", "emergency")
_RESPONSE_SEVERITY: Final = {
    "routine": 0, "ward": 1, "urgent_ward": 2, "urgent": 2, "emergency": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """NEWS2 at one moment: points by parameter, the parameters missing, and the range."""

    time: datetime
    points: Mapping[Signal, int]
    rests_on: Mapping[Signal, Signal]
    missing: tuple[Signal, ...]
    lowest: int
    highest: int

    @property
    def total(self) -> int | None:
        """What the known parameters give; None where nothing is known."""
        return sum(self.points.values()) if self.points else None

    @property
    def response(self) -> str:
        """The least that the score asks for."""
        return response_to(sum(self.points.values()), red=3 in self.points.values())

    @property
    def worst_response(self) -> str:
        """The most that the score may ask for."""
        could_be_red = any(PARAMETERS[each] == 3 for each in self.missing)
        return response_to(self.highest, red=could_be_red or 3 in self.points.values())


def response_to(total: int, *, red: bool) -> str:
    """What the chart asks for at `total`; `red`: three points in one parameter."""
    if total >= 7:
        return "emergency"
    if total >= 5:
        return "urgent"
    if red:
        return "urgent_ward"
    return "ward" if total else "routine"


def longest_true(signal: Signal, rhythm: Rhythm) -> timedelta:
    """For how long a value of `signal` counts, being measured in this `rhythm`."""
    return rhythm.three(_FIVE, _HOURLY) if signal in _FAST else _ROUND


@dataclass(slots=True)
class _State:
    """The newest good value of each signal, and how long it counts."""

    newest: dict[Signal, Observation] = field(default_factory=dict)
    rhythms: dict[Signal, Rhythm] = field(default_factory=dict)

    def take(self, each: Observation) -> None:
        rhythm = self.rhythms.setdefault(each.signal, Rhythm())
        rhythm.heard(each.time)
        self.newest[each.signal] = each

    def true_until(self, signal: Signal) -> datetime:
        return self.newest[signal].time + longest_true(signal, self.rhythms[signal])

    def value(self, signal: Signal, now: datetime) -> Observation | None:
        """The newest value of `signal`, unless it is too old at `now`."""
        each = self.newest.get(signal)
        return each if each and now < self.true_until(signal) else None

    def turns(self, after: datetime, before: datetime) -> list[datetime]:
        """When, between two moments, a value grows too old or gives way to another signal's."""
        moments = set()
        for signal, each in self.newest.items():
            moments.add(self.true_until(signal))
            if signal in _PREFERRED:
                moments.add(each.time + _PREFERRED[signal][1])
        return sorted(moment for moment in moments if after < moment < before)


def charts_of(good: Sequence[Observation], end: datetime, scale: int) -> list[Chart]:
    """NEWS2 from `good` values up to `end`: one chart whenever it changed."""
    charts: list[Chart] = []
    for chart in _timeline(good, end, scale):
        if not charts or _content(charts[-1]) != _content(chart):
            charts.append(chart)
    return charts


def oxygen_in_force(charts: Sequence[Chart]) -> bool:
    """Whether the last chart says that oxygen is given."""
    return bool(charts) and charts[-1].points.get(Signal.OXYGEN_GIVEN) == 2


def _timeline(good: Sequence[Observation], end: datetime, scale: int) -> Iterator[Chart]:
    """NEWS2 whenever it may have changed up to `end`, from `good` values in order of time.

    A value counts as of its moment together with all others of that moment.
    """
    scored = [each for each in good if each.signal in _FAST | _SLOW]
    state = _State()
    for number, each in enumerate(scored):
        state.take(each)
        after = scored[number + 1].time if number + 1 < len(scored) else end + _MINUTE
        if after == each.time:
            continue
        for moment in (each.time, *state.turns(each.time, min(after, end + _INSTANT))):
            yield _chart(state, moment, scale)


def _chart(state: _State, now: datetime, scale: int) -> Chart:
    points: dict[Signal, int] = {}
    rests_on: dict[Signal, Signal] = {}
    for signal in (Signal.RESPIRATORY_RATE, Signal.TEMPERATURE):
        each = state.value(signal, now)
        if each:
            points[signal] = chart_points(signal, shown(each))
    for parameter in _PREFERRED:
        each = _preferred(state, parameter, now)
        if each:
            points[parameter] = chart_points(each.signal, shown(each))
            rests_on[parameter] = each.signal
    mind = _mind(state, now)
    if mind:
        points[Signal.CONSCIOUSNESS] = 0 if _alert(mind) else 3
        rests_on[Signal.CONSCIOUSNESS] = mind.signal
    told = _of_oxygen(state, now)
    oxygen = _on_oxygen(told) if told else None
    if told:
        points[Signal.OXYGEN_GIVEN] = 2 if oxygen else 0
        rests_on[Signal.OXYGEN_GIVEN] = told.signal
    bare = Chart(now, points, rests_on, missing=(), lowest=0, highest=0)
    return _with_saturation(bare, state.value(Signal.SPO2, now), oxygen=oxygen, scale=scale)


def _with_saturation(
    chart: Chart, saturation: Observation | None, *, oxygen: bool | None, scale: int
) -> Chart:
    """The chart with the saturation's points, which on scale 2 hang on air or oxygen."""
    points = dict(chart.points)
    ways: set[int] = set()  # the points of saturation and oxygen together that can occur
    if saturation:
        level = shown(saturation)
        on_air = saturation_points(level, scale, oxygen=False)
        on_oxygen = saturation_points(level, scale, oxygen=True)
        if oxygen is None and on_air != on_oxygen:
            ways = {on_air, on_oxygen + 2}
        else:
            points[Signal.SPO2] = on_oxygen if oxygen else on_air
    measured = {*points, Signal.SPO2} if ways else {*points}
    missing = tuple(each for each in PARAMETERS if each not in measured)
    together = {Signal.OXYGEN_GIVEN} if ways else set()
    open_points = sum(PARAMETERS[each] for each in missing if each not in together)
    known = sum(points.values())
    return replace(
        chart,
        points=points,
        missing=missing,
        lowest=known + min(ways, default=0),
        highest=known + max(ways, default=0) + open_points,
    )


def _preferred(state: _State, first: Signal, now: datetime) -> Observation | None:
    """The first signal's value while it is young, else the newer of the two."""
    second, young = _PREFERRED[first]
    one, other = state.value(first, now), state.value(second, now)
    if one is None or other is None:
        return one or other
    return one if now - one.time < young or one.time >= other.time else other


def _mind(state: _State, now: datetime) -> Observation | None:
    """ACVPU or GCS, whichever is newer."""
    acvpu = state.value(Signal.CONSCIOUSNESS, now)
    gcs = state.value(Signal.GLASGOW_COMA_SCALE, now)
    return acvpu if acvpu and (gcs is None or acvpu.time >= gcs.time) else gcs


def _alert(mind: Observation) -> bool:
    return shown(mind) == 0 if mind.signal is Signal.CONSCIOUSNESS else shown(mind) >= 15


def _of_oxygen(state: _State, now: datetime) -> Observation | None:
    """The newest of the three, or the newest within five minutes of it that says oxygen."""
    told = [
        each
        for signal in (Signal.OXYGEN_GIVEN, Signal.FIO2, Signal.OXYGEN_FLOW)
        if (each := state.value(signal, now))
    ]
    newest = max((each.time for each in told), default=now)
    together = [each for each in told if newest - each.time <= _FIVE]
    return max(together, key=lambda each: (_on_oxygen(each), each.time), default=None)


def _on_oxygen(told: Observation) -> bool:
    return shown(told) > (21 if told.signal is Signal.FIO2 else 0)


def scale_of(patient: Patient | None) -> int:
    """The SpO2 scale in force: 2 on a clinician's recorded order alone."""
    ordered = (
        patient is not None
        and patient.spo2_scale is SpO2Scale.SCALE_2
        and patient.spo2_scale_ordered_by is not None
    )
    return 2 if ordered else 1


def not_scored(patient: Patient | None, at: datetime) -> str | None:
    """Why there is no score: under 16, or pregnant."""
    if patient is None:
        return None
    age = patient.age(at.date())
    if age is not None and age < 16:
        return "under_16"
    return "pregnant" if patient.pregnant else None


def score_fact(charts: Sequence[Chart], window: Window, patient: Patient | None) -> Expected | None:
    """The fact of the score in force at the window's end; None where none was ever known."""
    reason = not_scored(patient, window.end)
    if reason is None and not charts:
        return None
    if reason is None and not charts[-1].points:
        reason = "no_data"
    if reason is not None:
        return Expected(
            kind=FactKind.SCORE, severity=1, labels={"not_scored": reason}, required=True
        )
    chart = charts[-1]
    values: dict[str, float] = {each.value: got for each, got in chart.points.items() if got}
    labels = {"response": chart.response}
    times = {}
    if chart.missing:
        values |= {"lowest": chart.lowest, "highest": chart.highest}
        labels["worst_response"] = chart.worst_response
    else:
        started = _at(charts, window.start)
        if started and not started.missing and started.total != chart.total:
            values["from"] = sum(started.points.values())
            times["from"] = started.time
    return Expected(
        kind=FactKind.SCORE,
        severity=_severity(chart),
        value=sum(chart.points.values()),
        values=values,
        times=times,
        labels=labels,
        signals=chart.missing,
        required=True,
    )


def response_fact(score: Expected | None) -> Expected | None:
    """What the protocol asks for by that score; None where it has no total.

    With less than the whole score known it may ask for more, and what is missing is named.
    """
    if score is None or score.value is None:
        return None
    least = score.labels["response"]
    most = score.labels.get("worst_response", least)
    return Expected(
        kind=FactKind.RESPONSE,
        severity=score.severity,
        labels={"response": least, "worst_response": most},
        signals=score.signals if most != least else (),
        required=True,
    )


def _severity(chart: Chart) -> int:
    least = _RESPONSE_SEVERITY[chart.response]
    return max(least, 1) if chart.worst_response != chart.response else least


def _at(charts: Sequence[Chart], moment: datetime) -> Chart | None:
    """The chart in force at `moment`."""
    return next((chart for chart in reversed(charts) if chart.time <= moment), None)


def _content(chart: Chart) -> tuple[object, ...]:
    """What makes two charts the same score."""
    return chart.points, chart.rests_on, chart.missing, chart.lowest, chart.highest
