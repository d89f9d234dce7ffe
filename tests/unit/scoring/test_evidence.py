"""The facts of a window, by the definitions of docs/reference/evidence.md."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.evidence import Evidence, Fact, FactKind, Severity, Window
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.evidence import SECTION, gather
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, START, at, seen, stream

WINDOW = Window(START, at(hours=4))
SPO2, HEART, BREATHS = Signal.SPO2, Signal.HEART_RATE, Signal.RESPIRATORY_RATE
TEMPERATURE, SYSTOLIC = Signal.TEMPERATURE, Signal.CUFF_SYSTOLIC
LOW, HIGH = Direction.LOW, Direction.HIGH


def of(observations: Iterable[Observation], **record: Any) -> Evidence:
    return gather("p1", WINDOW, observations, **record)


def only(evidence: Evidence, kind: FactKind, signal: Signal | None = None) -> Fact:
    (found,) = every(evidence, kind, signal)
    return found


def every(evidence: Evidence, kind: FactKind, signal: Signal | None = None) -> list[Fact]:
    return [
        fact
        for fact in evidence.facts
        if fact.kind is kind and (signal is None or fact.signal is signal)
    ]


def hourly(signal: Signal, *values: float) -> list[Observation]:
    return [seen(signal, value, at(hours=n)) for n, value in enumerate(values)]


def every_minute(signal: Signal, value: float, minutes: int = 241) -> list[Observation]:
    return stream(signal, [value] * minutes, step=60)


# --- present values -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signal", "raw", "told"),
    [
        (SPO2, 91.5, 92.0),  # half up
        (SPO2, 92.4999, 92.0),
        (TEMPERATURE, 36.849, 36.8),
        (TEMPERATURE, 36.85, 36.9),  # though 36.85 lies below that as a binary fraction
        (HEART, 88.5, 89.0),  # and not to the even
        (TEMPERATURE, 36.85 - 1e-9, 36.9),  # noise of a conversion
    ],
)
def test_a_measure_is_the_last_good_value_rounded_half_up(
    signal: Signal, raw: float, told: float
) -> None:
    fact = only(of([seen(signal, raw, at(1)), seen(signal, raw, at(hours=4))]), FactKind.MEASURE)
    assert (fact.value, fact.unit) == (told, VITALS[signal].unit)
    assert fact.times == {"at": at(hours=4)}


@pytest.mark.parametrize("quality", [each for each in Quality if each is not Quality.GOOD])
def test_values_that_are_not_good_do_not_count(quality: Quality) -> None:
    found = of([seen(HEART, 80, at(hours=4)), seen(HEART, 20, at(hours=4), quality)])
    assert only(found, FactKind.MEASURE).value == 80


@pytest.mark.parametrize(("minutes", "fresh"), [(0, True), (15, True), (15.1, False), (180, False)])
def test_a_value_is_present_for_a_quarter_of_an_hour(minutes: float, *, fresh: bool) -> None:
    found = of([seen(SPO2, 97, WINDOW.end - timedelta(minutes=minutes))])
    assert only(found, FactKind.MEASURE).ongoing is fresh


@pytest.mark.parametrize("quality", [each for each in Quality if each is not Quality.GOOD])
@pytest.mark.parametrize(
    ("lost_at", "present", "why"),
    [
        (239, False, "nobody knows the value since"),
        (238, True, "of the same moment, and another source is good"),
        (237, True, "it came back"),
        (241, True, "after the window nothing is looked at"),
    ],
)
def test_a_value_is_not_present_once_its_signal_is_lost(
    quality: Quality, lost_at: float, *, present: bool, why: str
) -> None:
    record = [
        seen(SPO2, 0, at(minutes=lost_at), quality),
        seen(SPO2, 95, at(minutes=238)),
        seen(HEART, 80, at(minutes=238)),
    ]
    found = of(record)
    assert only(found, FactKind.MEASURE, SPO2).ongoing is present, why
    assert only(found, FactKind.MEASURE, HEART).ongoing, "another signal is not lost with it"


def test_a_change_to_a_value_whose_signal_is_lost_does_not_go_on() -> None:
    off = seen(HEART, 0, at(1, hours=4 - 0.1), Quality.SENSOR_OFF)
    values = [seen(HEART, 80 + n * 10, at(hours=n * 3.9 / 4)) for n in range(5)]
    assert only(of(values), FactKind.CHANGE).ongoing
    assert not only(of([off, *values]), FactKind.CHANGE).ongoing


def test_a_lost_heart_rate_lets_a_present_pulse_speak() -> None:
    found = of(
        [
            seen(HEART, 80, at(minutes=238)),
            seen(HEART, 0, at(minutes=239), Quality.SENSOR_OFF),
            seen(Signal.PULSE_RATE, 82, at(minutes=238)),
        ]
    )
    assert [fact.signal for fact in every(found, FactKind.MEASURE)] == [Signal.PULSE_RATE]


def test_both_ends_of_the_window_count_and_nothing_outside() -> None:
    inside = [seen(SPO2, 95, START), seen(SPO2, 96, WINDOW.end)]
    outside = [seen(SPO2, 60, at(-1)), seen(SPO2, 61, at(1, hours=4))]
    facts = of(inside + outside).facts
    assert {fact.value for fact in facts if fact.signal is SPO2} == {96.0, 95.0} & {
        fact.value for fact in facts
    }


def test_systolic_is_told_with_the_diastolic_of_its_moment() -> None:
    found = of(
        [
            seen(SYSTOLIC, 120, at(hours=3)),
            seen(Signal.CUFF_DIASTOLIC, 70, at(hours=3)),
            seen(Signal.CUFF_DIASTOLIC, 65, at(hours=3, minutes=5)),
            seen(Signal.CUFF_MEAN, 87, at(hours=3)),
        ]
    )
    fact = only(found, FactKind.MEASURE)
    assert (fact.signal, fact.value, fact.values) == (SYSTOLIC, 120, {"diastolic": 70.0})


@pytest.mark.parametrize(
    ("observations", "spoken"),
    [
        ([(HEART, 4), (Signal.PULSE_RATE, 4)], HEART),
        ([(HEART, 3), (Signal.PULSE_RATE, 4)], Signal.PULSE_RATE),  # only the pulse is fresh
        ([(SYSTOLIC, 4), (Signal.INVASIVE_SYSTOLIC, 4)], SYSTOLIC),
        ([(SYSTOLIC, 2), (Signal.INVASIVE_SYSTOLIC, 1)], SYSTOLIC),  # neither is
        ([(Signal.GLASGOW_COMA_SCALE, 4)], Signal.GLASGOW_COMA_SCALE),
        ([(Signal.CUFF_MEAN, 4)], Signal.CUFF_MEAN),  # no systolic to tell
    ],
)
def test_one_signal_speaks_for_its_family(
    observations: list[tuple[Signal, int]], spoken: Signal
) -> None:
    found = of([seen(signal, 60, at(hours=hours)) for signal, hours in observations])
    assert [fact.signal for fact in every(found, FactKind.MEASURE)] == [spoken]


# --- changes and extremes -----------------------------------------------------------------------


def test_a_change_of_consciousness_is_told_from_when_it_has_stayed_so() -> None:
    """Confused since the round of two hours in, not since the one that found it again."""
    fact = only(of(hourly(Signal.CONSCIOUSNESS, 0, 0, 1, 1)), FactKind.CHANGE)
    assert (fact.times["start"], fact.times["end"]) == (START, at(hours=2))
    assert fact.spans[0].end == at(hours=3)


def test_a_change_goes_from_the_first_value_to_the_last_and_stands_for_the_measure() -> None:
    found = of(hourly(HEART, 88, 95, 104, 110, 112))
    change = only(found, FactKind.CHANGE)
    assert change.values == {"from": 88.0, "to": 112.0}
    assert change.times == {"start": START, "end": at(hours=4)}
    assert (change.direction, change.value) == (HIGH, 112.0)
    assert not every(found, FactKind.MEASURE)


@pytest.mark.parametrize(
    ("signal", "values", "why"),
    [
        (HEART, (88, 90, 95, 100, 102), "14 beats are below the step of 15"),
        (HEART, (88, 104, 100, 103, 88), "it came back"),
        (HEART, (60, 90, 90, 90, 91, 90, 91, 90, 91), "one stray value is no trend"),
        (HEART, (80,), "a single value"),
    ],
)
def test_no_change_is_told_of(signal: Signal, values: tuple[float, ...], why: str) -> None:
    assert not every(of(stream(signal, values, step=1800)), FactKind.CHANGE), why


def test_an_extreme_is_the_worst_value_at_its_first_time() -> None:
    found = of(hourly(SPO2, 97, 93, 97, 93, 97))
    extreme = only(found, FactKind.EXTREME)
    assert (extreme.value, extreme.direction) == (93.0, LOW)
    assert extreme.times == {"at": at(hours=1)}
    assert extreme.severity is Severity.SERIOUS


def test_an_extreme_that_an_episode_tells_already_is_left_out() -> None:
    episode = _episode("e1", SPO2, LOW, 92, 60, 70, 84)
    found = of(hourly(SPO2, 97, 84, 97, 97, 97), episodes=[episode])
    assert not every(found, FactKind.EXTREME)


# --- episodes -----------------------------------------------------------------------------------


def _episode(
    name: str,
    signal: Signal,
    direction: Direction,
    threshold: float,
    start: float,
    last: float,
    extreme: float,
    *,
    end: float | None = -1,
) -> Episode:
    """From `start` to `last` minutes; it ends there unless `end` says otherwise."""
    return Episode(
        id=name,
        signal=signal,
        direction=direction,
        threshold=threshold,
        start=at(minutes=start),
        last=at(minutes=last),
        end=None if end is None else at(minutes=last if end == -1 else end),
        extreme=extreme,
        extreme_time=at(minutes=(start + last) / 2),
    )


def test_one_episode_is_told_by_itself() -> None:
    found = of(every_minute(SPO2, 97), episodes=[_episode("e1", SPO2, LOW, 92, 12, 21, 84)])
    fact = only(found, FactKind.EPISODE)
    assert (fact.value, fact.values) == (84.0, {"threshold": 92.0})
    assert fact.durations == {"length": timedelta(minutes=9)}
    assert fact.times["start"] == at(minutes=12)
    assert fact.members == ("e1",)
    assert fact.id in found.required


def test_several_are_told_as_a_group_with_the_longest_and_the_worst() -> None:
    episodes = [
        _episode("e1", SPO2, LOW, 92, 12, 21, 88),
        _episode("e2", SPO2, LOW, 92, 60, 62, 84),
        _episode("e3", SPO2, LOW, 92, 100, 103, 90),
    ]
    fact = only(of(every_minute(SPO2, 97), episodes=episodes), FactKind.GROUP)
    assert (fact.value, fact.values) == (84.0, {"threshold": 92.0, "count": 3.0})
    assert fact.durations == {"longest": timedelta(minutes=9), "total": timedelta(minutes=14)}
    assert fact.times == {"start": at(minutes=12), "at": at(minutes=61), "end": at(minutes=103)}
    assert fact.members == ("e1", "e2", "e3")
    assert not fact.ongoing


def test_an_episode_from_before_the_window_keeps_its_start() -> None:
    episode = _episode("e1", SPO2, LOW, 92, -60, 30, 84)
    fact = only(of(every_minute(SPO2, 97), episodes=[episode]), FactKind.EPISODE)
    assert fact.times["start"] == at(minutes=-60)
    assert fact.durations == {"length": timedelta(minutes=90)}


def test_what_comes_after_the_window_is_not_known_in_it() -> None:
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(241)]
    episode = _episode("e1", SPO2, LOW, 92, 200, 300, 80)
    fact = only(of(low_from_200, episodes=[episode]), FactKind.EPISODE)
    assert fact.ongoing
    assert fact.value == 88  # the nadir of 80 is at minute 250
    assert fact.durations == {"length": timedelta(minutes=40)}


def test_an_ongoing_episode_and_alarm_are_told_with_the_newest_values() -> None:
    """The watch tells their mere growth once a minute."""
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(240)]
    newest = seen(SPO2, 79, at(minutes=240))
    found = of(
        [*low_from_200, newest],
        episodes=[_episode("e1", SPO2, LOW, 92, 200, 239, 88, end=None)],
        alarms=[_alarm("a1", onset=at(minutes=200), value=88, extreme=88)],
    )
    fact = only(found, FactKind.EPISODE)
    assert (fact.value, fact.times["at"]) == (79, at(minutes=240))
    assert fact.durations == {"length": timedelta(minutes=40)}
    assert only(found, FactKind.ALARM).value == 79


def test_an_ongoing_episode_keeps_an_extreme_that_nothing_newer_beats() -> None:
    low_from_200 = [seen(SPO2, 97 if n < 200 else 88, at(minutes=n)) for n in range(241)]
    episode = _episode("e1", SPO2, LOW, 92, 200, 239, 80, end=None)
    fact = only(of(low_from_200, episodes=[episode]), FactKind.EPISODE)
    assert (fact.value, fact.times["at"]) == (80, episode.extreme_time)
    assert fact.durations == {"length": timedelta(minutes=40)}


@pytest.mark.parametrize(("start", "last"), [(-90, -30), (250, 260)])
def test_episodes_outside_the_window_are_left_out(start: float, last: float) -> None:
    episode = _episode("e1", SPO2, LOW, 92, start, last, 80)
    assert not every(of(every_minute(SPO2, 97), episodes=[episode]), FactKind.EPISODE)


def test_the_pulse_does_not_repeat_what_the_heart_rate_tells() -> None:
    episodes = [
        _episode("e1", HEART, HIGH, 130, 12, 21, 140),
        _episode("e2", Signal.PULSE_RATE, HIGH, 130, 12, 21, 139),
    ]
    values = every_minute(HEART, 90) + every_minute(Signal.PULSE_RATE, 90)
    assert only(of(values, episodes=episodes), FactKind.EPISODE).signal is HEART


# --- scores and alarms --------------------------------------------------------------------------


def _score(total: int | None, when: float, **parts: Any) -> Score:
    base: dict[str, Any] = {"response": Response.URGENT, "lowest": total, "highest": total}
    return Score(kind=ScoreKind.NEWS2, time=at(minutes=when), total=total, **(base | parts))


def test_the_score_in_force_is_told_with_its_parts_by_parameter() -> None:
    parts = (
        ScorePart(BREATHS, 26, at(minutes=200), 3),
        ScorePart(SPO2, 97, at(minutes=200), 0),
        ScorePart(Signal.FIO2, 40, at(minutes=190), 2, "fio2"),
        ScorePart(Signal.GLASGOW_COMA_SCALE, 14, at(minutes=180), 3, "gcs"),
    )
    fact = only(of([], scores=[_score(8, 200, parts=parts)]), FactKind.SCORE)
    assert fact.value == 8
    assert fact.values == {"respiratory_rate": 3, "oxygen_given": 2, "consciousness": 3}
    assert [span.signal for span in fact.spans] == [part.signal for part in parts]


def test_a_score_is_compared_with_the_one_at_the_start_of_the_window() -> None:
    scores = [_score(3, -10), _score(5, 60), _score(7, 200), _score(9, 300)]
    fact = only(of([], scores=scores), FactKind.SCORE)
    assert (fact.value, fact.values["from"]) == (7, 3)
    assert fact.times["from"] == at(minutes=-10)


def test_a_partial_score_tells_its_range_and_no_trend() -> None:
    partial = _score(5, 200, missing=(TEMPERATURE,), highest=8)
    fact = only(of([], scores=[_score(3, 0), partial]), FactKind.SCORE)
    assert (fact.values["lowest"], fact.values["highest"]) == (5, 8)
    assert "from" not in fact.values
    assert fact.signals == (TEMPERATURE,)


@pytest.mark.parametrize(
    ("total", "least", "highest", "worst", "severity", "why"),
    [
        (0, "routine", 11, "emergency", Severity.NOTABLE, "nobody knows that all is well"),
        (2, "ward", 5, "urgent", Severity.NOTABLE, "what is certain"),
        (5, "urgent", 11, "emergency", Severity.SERIOUS, "what is certain, and no more"),
        (8, "emergency", 11, "emergency", Severity.CRITICAL, "never less than what is certain"),
    ],
)
def test_a_partial_score_tells_the_least_and_the_most_that_it_may_ask_for(
    total: int, least: str, highest: int, worst: str, severity: Severity, why: str
) -> None:
    score = _score(total, 200, missing=(TEMPERATURE,), highest=highest, response=Response(least))
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert (fact.labels["response"], fact.labels["worst_response"]) == (least, worst)
    assert fact.severity is severity, why


def test_a_whole_score_tells_one_response() -> None:
    score = _score(0, 200, response=Response.ROUTINE)
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert "worst_response" not in fact.labels
    assert fact.severity is Severity.NORMAL


@pytest.mark.parametrize(("why", "label"), [("under_16", "under_16"), (None, "no_data")])
def test_a_patient_who_is_not_scored(why: str | None, label: str) -> None:
    score = _score(None, 0, response=None, not_scored=why)
    fact = only(of([], scores=[score]), FactKind.SCORE)
    assert (fact.value, fact.labels["not_scored"]) == (None, label)


_WELL = {
    BREATHS: 16.0, SPO2: 97.0, Signal.OXYGEN_GIVEN: 0.0, SYSTOLIC: 120.0, HEART: 72.0,
    Signal.CONSCIOUSNESS: 0.0, TEMPERATURE: 37.0,
}  # fmt: skip
_ILL = _WELL | {BREATHS: 25.0, HEART: 115.0, SPO2: 92.0}  # 3, 2 and 2 points


def _alarm(name: str, condition: Condition = Condition.LIMIT, **parts: Any) -> Alarm:
    limit: dict[str, Any] = (
        {"signal": SPO2, "direction": LOW, "limit": 85.0, "value": 84.0, "extreme": 79.0}
        if condition is Condition.LIMIT
        else {}
    )
    base: dict[str, Any] = {
        "id": name,
        "patient": "p1",
        "condition": condition,
        "priority": Priority.HIGH,
        "onset": at(minutes=100),
        "raised": at(minutes=101),
        "present": True,
    }
    return Alarm(**(base | limit | parts))


def test_an_open_alarm_is_told_with_its_worst_value() -> None:
    fact = only(of([], alarms=[_alarm("a1")]), FactKind.ALARM)
    assert (fact.value, fact.values) == (79.0, {"threshold": 85.0})
    assert fact.times == {"start": at(minutes=100)}
    assert fact.labels == {"condition": "limit", "priority": "high", "operator": "none"}
    assert fact.severity is Severity.CRITICAL


def test_an_alarm_that_was_acknowledged_says_when() -> None:
    alarm = _alarm(
        "a1",
        operator=OperatorState.ACKNOWLEDGED,
        acknowledged_at=at(minutes=110),
        acknowledged_by="nurse",
    )
    fact = only(of([], alarms=[alarm]), FactKind.ALARM)
    assert fact.times["acknowledged"] == at(minutes=110)
    assert fact.labels["operator"] == "acknowledged"


@pytest.mark.parametrize(
    ("parts", "told", "why"),
    [
        ({"present": False, "ended": at(minutes=105)}, False, "it is over"),
        ({"present": False, "ended": at(minutes=105), "latched": True}, True, "it is latched"),
        ({"raised": at(minutes=241)}, False, "it came after the window"),
    ],
)
def test_which_alarms_are_open(parts: dict[str, Any], *, told: bool, why: str) -> None:
    assert bool(every(of([], alarms=[_alarm("a1", **parts)]), FactKind.ALARM)) is told, why


def _fast(name: str, signal: Signal, **parts: Any) -> Alarm:
    base: dict[str, Any] = {"direction": HIGH, "limit": 130.0, "value": 135.0, "extreme": 141.0}
    return _alarm(name, signal=signal, **(base | parts))


_ANSWERED: dict[str, Any] = {
    "operator": OperatorState.ACKNOWLEDGED,
    "acknowledged_at": at(minutes=110),
    "acknowledged_by": "nurse",
}
_OVER: dict[str, Any] = {"present": False, "latched": True, "ended": at(minutes=120)}


@pytest.mark.parametrize(
    ("heart", "pulse", "why"),
    [
        ({}, {}, "the same event"),
        ({"onset": at(minutes=90)}, {"onset": at(minutes=105)}, "they overlap"),
        ({}, {"extreme": 150.0}, "one counted more beats than the other"),
        ({}, {"priority": Priority.MEDIUM}, "the heart rate's is the more urgent"),
        ({}, _OVER, "the heart rate's is still present"),
        ({}, _ANSWERED, "the heart rate's still waits for an answer"),
        (_ANSWERED, _ANSWERED, "both are answered"),
        (_OVER, _OVER, "both are over"),
    ],
)
def test_a_pulse_alarm_is_a_member_of_the_heart_rate_s(
    heart: dict[str, Any], pulse: dict[str, Any], why: str
) -> None:
    alarms = [_fast("p", Signal.PULSE_RATE, **pulse), _fast("h", HEART, **heart)]
    found = of([], alarms=alarms)
    fact = only(found, FactKind.ALARM)
    assert (fact.signal, fact.value, fact.members) == (HEART, 141.0, ("h", "p")), why
    assert [span.signal for span in fact.spans] == [HEART, Signal.PULSE_RATE]
    assert fact.id in found.required


@pytest.mark.parametrize(
    ("heart", "pulse", "why"),
    [
        ({"direction": LOW, "limit": 50.0}, {}, "the other way"),
        (_OVER, {"onset": at(minutes=121), **_OVER, "ended": at(minutes=130)}, "one after another"),
        ({"priority": Priority.MEDIUM}, {}, "the pulse's is the more urgent"),
        (_OVER, {}, "the pulse's is still present"),
        (_ANSWERED, {}, "the pulse's still waits for an answer"),
        ({"signal": SPO2}, {}, "another signal"),
        ({"condition": Condition.SENSOR_OFF}, {}, "it says nothing of beats"),
        ({"present": False, "ended": at(minutes=120)}, {}, "the heart rate's is not open"),
    ],
)
def test_a_pulse_alarm_that_says_more_is_told(
    heart: dict[str, Any], pulse: dict[str, Any], why: str
) -> None:
    first: dict[str, Any] = {"name": "h", "signal": HEART} | heart
    alarms = [_fast(**first), _fast("p", Signal.PULSE_RATE, **pulse)]
    facts = every(of([], alarms=alarms), FactKind.ALARM)
    assert ("p",) in [fact.members for fact in facts], why


def test_an_alarm_of_the_pulse_alone_is_told() -> None:
    fact = only(of([], alarms=[_fast("p", Signal.PULSE_RATE)]), FactKind.ALARM)
    assert (fact.signal, fact.members) == (Signal.PULSE_RATE, ("p",))


_GONE: dict[str, Any] = {"present": False, "latched": True, "ended": at(minutes=210)}
_NEWS2: dict[str, Any] = {"limit": 7.0, "value": 7.0, "extreme": 8.0}


@pytest.mark.parametrize(
    ("total", "present", "worst", "why"),
    [
        (7, True, 8, "as high again, while the delay runs"),
        (9, True, 9, "and worse than it was"),
        (6, False, 8, "below what this alarm is about"),
        (None, False, 8, "nothing is known"),
    ],
)
def test_an_alarm_of_the_score_is_not_told_as_gone_beside_a_score_that_is_back(
    total: int | None, worst: int, why: str, *, present: bool
) -> None:
    alarm = _alarm("a1", Condition.SCORE, **_GONE, **_NEWS2)
    score = _score(total, 239, response=None if total is None else Response.EMERGENCY)
    fact = only(of([], scores=[_score(7, 100), score], alarms=[alarm]), FactKind.ALARM)
    assert (fact.ongoing, fact.value) == (present, worst), why


def test_facts_gathered_while_the_delay_of_the_score_runs_agree() -> None:
    """As a watch tells it: an emergency, well for some minutes, and an emergency again."""
    watch, record = Watch(PATIENT), []
    for minute, values in ((0, _ILL), (2, _WELL), (10, _ILL)):
        record += [seen(signal, value, at(minutes=minute)) for signal, value in values.items()]
        watch.observe(record[-len(values) :])
        if minute < 10:
            watch.advance(at(40, minutes=minute))
    told = watch.latest
    assert not next(each for each in told.alarms if each.condition is Condition.SCORE).present
    window = Window(START, at(minutes=10))
    found = gather("p1", window, record, scores=told.scores, alarms=told.alarms)
    alarms = [fact for fact in every(found, FactKind.ALARM) if fact.signal is None]
    assert only(found, FactKind.SCORE).value == 7
    assert [(fact.value, fact.ongoing) for fact in alarms] == [(7, True)]


@pytest.mark.parametrize(
    ("latest", "minute", "present", "worst", "why"),
    [
        (83, 239, True, 79, "as low again, while the delay runs"),
        (74, 239, True, 74, "and worse than it was"),
        (85, 239, False, 79, "not beyond the limit, which is strict"),
        (84.6, 239, False, 79, "85, as it is judged and shown"),
        (83, 220, False, 79, "too old to be told as present"),
    ],
)
def test_an_alarm_is_not_told_as_gone_beside_a_present_value_that_is_back(
    latest: float, minute: float, worst: float, why: str, *, present: bool
) -> None:
    values = [seen(SPO2, 90, at(minutes=215)), seen(SPO2, latest, at(minutes=minute))]
    fact = only(of(values, alarms=[_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.value) == (present, worst), why


@pytest.mark.parametrize(
    ("latest", "minute", "gone", "why"),
    [
        (83, 220, "unmeasured", "low when it was last measured; nobody knows since"),
        (90, 220, None, "seen back in order"),
        (83, 239, "returned", "gone for a while, and low again"),
    ],
)
def test_an_alarm_whose_signal_was_lost_is_not_told_as_over(
    latest: float, minute: float, gone: str | None, why: str
) -> None:
    values = [seen(SPO2, 90, at(minutes=215)), seen(SPO2, latest, at(minutes=minute))]
    fact = only(of(values, alarms=[_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert fact.labels.get("gone") == gone, why


@pytest.mark.parametrize(("last", "gone"), [(79, "unmeasured"), (92, None)])
def test_an_alarm_is_over_only_if_it_was_seen_to_be_before_the_window_too(
    last: float, gone: str | None
) -> None:
    """Measured last an hour before the window: what was low then is not known to be over."""
    values = [*hourly(HEART, 80, 80), seen(SPO2, last, at(hours=-1))]
    alarm = _alarm("a1", **_GONE | {"onset": at(hours=-2), "ended": at(minutes=-50)})
    fact = only(of(values, alarms=[alarm]), FactKind.ALARM)
    assert (fact.ongoing, fact.labels.get("gone")) == (False, gone)


def test_an_episode_is_not_told_as_going_on_beside_a_value_that_is_back() -> None:
    """A rate charted every hour: the watch leaves the episode open for a while, lest it flicker."""
    watch = Watch(PATIENT)
    values = hourly(BREATHS, 28, 30, 29, 16)
    watch.observe(values)
    (episode,) = watch.latest.episodes
    assert episode.ongoing
    window = Window(START, at(hours=3))
    fact = only(gather("p1", window, values, episodes=[episode]), FactKind.EPISODE)
    assert (fact.ongoing, fact.times["end"]) == (False, at(hours=2))


def test_where_no_value_is_present_the_newest_of_a_family_is_told() -> None:
    values = [seen(SYSTOLIC, 124, at(hours=1)), seen(Signal.INVASIVE_SYSTOLIC, 130, at(hours=2))]
    (fact,) = every(of([*values, *every_minute(HEART, 80)]), FactKind.MEASURE)[1:]
    assert (fact.signal, fact.value) == (Signal.INVASIVE_SYSTOLIC, 130)


def test_an_alarm_that_is_back_after_hours_is_not_told_as_having_lasted() -> None:
    """Low for a while, well for half an hour, and low again: two stretches."""
    well = stream(SPO2, [97] * 25, start=211 * 60, step=60)
    again = stream(SPO2, [83, 82, 84], start=237 * 60, step=60)
    fact = only(of([*well, *again], alarms=[_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.times["returned"]) == (True, at(minutes=237))
    assert [(each.start, each.end) for each in fact.spans] == [
        (at(minutes=100), at(minutes=210)), (at(minutes=237), at(hours=4)),
    ]  # fmt: skip


def test_an_alarm_that_was_lost_and_is_as_it_was_was_never_seen_to_be_over() -> None:
    values = [seen(SPO2, 83, at(minutes=200)), seen(SPO2, 83, at(minutes=239))]
    fact = only(of(values, alarms=[_alarm("a1", **_GONE)]), FactKind.ALARM)
    assert (fact.ongoing, fact.labels.get("gone")) == (True, None)


def test_a_latched_alarm_rests_on_its_samples_until_it_ended() -> None:
    alarm = _alarm("a1", **_GONE)
    (span,) = only(of(every_minute(SPO2, 90), alarms=[alarm]), FactKind.ALARM).spans
    assert (span.signal, span.start, span.end) == (SPO2, at(minutes=100), at(minutes=210))
    assert span.count == 111


def test_an_alarm_of_the_score_rests_on_what_gave_points_at_its_worst() -> None:
    """A value charted before the score rose counts from when it was measured."""
    fever = ScorePart(TEMPERATURE, 39.5, at(minutes=70), 2)
    breaths, well = (ScorePart(BREATHS, 26, at(minutes=n), 3) for n in (100, 150))
    scores = [
        _score(1, 0, parts=(fever,)),
        _score(7, 100, parts=(fever, breaths)),
        _score(8, 150, parts=(fever, well, ScorePart(SPO2, 97, at(minutes=150), 0))),
        _score(8, 180, parts=(ScorePart(HEART, 135, at(minutes=180), 3),)),
        _score(1, 210, parts=()),
    ]
    alarm = _alarm("a1", Condition.SCORE, **_GONE, **_NEWS2)
    record = [*every_minute(BREATHS, 26), seen(TEMPERATURE, 39.5, at(minutes=70))]
    fact = only(of(record, scores=scores, alarms=[alarm]), FactKind.ALARM)
    assert [(span.signal, span.start, span.end, span.count) for span in fact.spans] == [
        (TEMPERATURE, at(minutes=70), at(minutes=210), 1),
        (BREATHS, at(minutes=100), at(minutes=210), 111),
    ]


def test_sensors_that_went_off_together_are_one_fact() -> None:
    alarms = [
        _alarm(str(n), Condition.SENSOR_OFF, signal=signal, priority=Priority.LOW,
               onset=at(n, minutes=100))
        for n, signal in enumerate((SPO2, HEART, BREATHS))
    ]  # fmt: skip
    later = _alarm("9", Condition.SENSOR_OFF, signal=TEMPERATURE, priority=Priority.LOW,
                   onset=at(minutes=102))  # fmt: skip
    facts = every(of([], alarms=[*alarms, later]), FactKind.ALARM)
    assert [fact.signals for fact in facts] == [(SPO2, HEART, BREATHS), (TEMPERATURE,)]
    assert [fact.members for fact in facts] == [("0", "1", "2"), ("9",)]


def test_a_pressure_channel_that_went_off_is_named_once() -> None:
    channel = (Signal.INVASIVE_DIASTOLIC, Signal.INVASIVE_SYSTOLIC, Signal.INVASIVE_MEAN)
    alarms = [
        _alarm(str(n), Condition.SENSOR_OFF, signal=signal, priority=Priority.LOW)
        for n, signal in enumerate(channel)
    ]
    fact = only(of([], alarms=alarms), FactKind.ALARM)
    assert fact.signals == (Signal.INVASIVE_SYSTOLIC,)
    assert {span.signal for span in fact.spans} == set(channel)


# --- gaps ---------------------------------------------------------------------------------------

CORE_NAMES = (SPO2, BREATHS, HEART, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)


def _extents(evidence: Evidence) -> list[str]:
    return [fact.labels["extent"] for fact in every(evidence, FactKind.GAP)]


def test_nothing_at_all_is_said_as_such() -> None:
    found = of([seen(SPO2, 97, at(5), Quality.SENSOR_OFF)])
    assert _extents(found) == ["nothing"]
    assert found.required == ("F1",)


def test_what_stopped_is_told_since_its_last_value() -> None:
    found = of(every_minute(SPO2, 97) + every_minute(HEART, 80, minutes=120))
    gap = only(found, FactKind.GAP, HEART)
    assert gap.labels["extent"] == "since"
    assert gap.times["start"] == at(minutes=119)
    assert gap.durations["length"] == timedelta(minutes=121)


def test_when_all_stopped_it_is_told_once() -> None:
    values = every_minute(SPO2, 97, minutes=120) + every_minute(HEART, 80, minutes=120)
    found = of(values)
    since = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "since"]
    assert [(fact.signal, fact.times["start"]) for fact in since] == [(None, at(minutes=119))]


def test_the_longest_gap_is_told_with_how_many_there_were() -> None:
    kept = [n for n in range(241) if not 30 <= n < 40 and not 100 <= n < 140]
    found = of([seen(SPO2, 97, at(minutes=n)) for n in kept])
    gap = only(found, FactKind.GAP, SPO2)
    assert gap.values == {"count": 2.0}
    assert gap.times == {"start": at(minutes=99), "end": at(minutes=140)}


@pytest.mark.parametrize(
    ("step", "missed", "told"),
    [
        (1, 290, False),  # less than five minutes
        (1, 301, True),
        (3600, 3600, False),  # one hourly value left out is two intervals
        (3600, 7200, True),  # two are three
    ],
)
def test_a_gap_is_three_usual_intervals_and_in_a_stream_five_minutes(
    step: int, missed: int, *, told: bool
) -> None:
    window = Window(START, at(hours=12))
    until = 4 * 3600 if step == 3600 else 600
    before = [float(n) for n in range(0, until, step)]
    after = [before[-1] + step + missed + n for n in range(0, until, step)]
    values = [seen(SPO2, 97, at(second)) for second in before + after]
    found = gather("p1", window, values)
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert bool(between) is told


@pytest.mark.parametrize(
    ("signal", "minutes", "told"),
    [
        (SPO2, 6, True),
        (Signal.PULSE_RATE, 6, True),
        (Signal.INVASIVE_SYSTOLIC, 29, False),  # an arterial line is flushed and moved
        (Signal.INVASIVE_SYSTOLIC, 31, True),
        (Signal.CONSCIOUSNESS, 350, False),  # charted twice in a minute, then at the next round
        (Signal.GLASGOW_COMA_SCALE, 365, True),
        (TEMPERATURE, 350, False),
    ],
)
def test_what_is_charted_by_hand_is_missed_later_than_what_streams(
    signal: Signal, minutes: float, *, told: bool
) -> None:
    times = [at(0), at(60), at(120), at(120, minutes=minutes)]
    found = _over_a_shift([seen(signal, VITALS[signal].low + 3, when) for when in times])
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert bool(between) is told


def _over_a_shift(values: list[Observation]) -> Evidence:
    return gather("p1", Window(START, at(hours=12)), values)


@pytest.mark.parametrize(
    ("minutes", "counts", "why"),
    [
        ((*range(0, 60, 5), *range(60, 480, 60)), [], "every five minutes, then hourly"),
        ((*range(0, 480, 15), *range(480, 720, 70)), [], "a late round of hourly ones"),
        ((*range(0, 120, 10), 200, *range(210, 300, 10)), [1], "longer than an hour and a delay"),
        ((0, 5, 10, 100, 105, 110, 200, 205, 210), [2], "twice"),
        (tuple(range(0, 480, 120)), [], "every two hours throughout"),
    ],
)
@pytest.mark.parametrize("signal", [SYSTOLIC, HEART, SPO2])
def test_rounds_that_become_hourly_leave_no_gap(
    signal: Signal, minutes: tuple[int, ...], counts: list[int], why: str
) -> None:
    """RCP 2017, chart 4: at least hourly from a score of 5, every four to six hours below."""
    found = _over_a_shift([seen(signal, 100, at(minutes=n)) for n in minutes])
    between = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "between"]
    assert [fact.values["count"] for fact in between] == counts, why


def test_a_cuff_in_rounds_after_an_arterial_line_leaves_one_gap() -> None:
    """The line was taken out, and the first reading by cuff came an hour later."""
    line = every_minute(Signal.INVASIVE_SYSTOLIC, 120, minutes=241)
    cuff = [seen(SYSTOLIC, 120, at(hours=n)) for n in (5, 6, 7, 8)]
    found = gather("p1", Window(START, at(hours=8)), [*line, *cuff])
    gap = only(found, FactKind.GAP, SYSTOLIC)
    assert (gap.values["count"], gap.times["start"]) == (1, at(hours=4))


def test_rounds_by_hand_after_a_monitor_leave_one_gap() -> None:
    monitor = every_minute(HEART, 80, minutes=241)
    chart = [replace(seen(HEART, 80, at(hours=n)), source="chart") for n in (5, 6, 7, 8)]
    found = gather("p1", Window(START, at(hours=8)), [*monitor, *chart])
    assert only(found, FactKind.GAP, HEART).values["count"] == 1


def test_rounds_that_stop_are_told_once_the_next_is_late() -> None:
    values = [seen(SYSTOLIC, 120, at(minutes=n)) for n in range(0, 240, 15)]
    beside = every_minute(HEART, 80, minutes=300)
    for end, told in ((299, False), (301, True)):
        window = Window(START, at(minutes=end))
        found = gather("p1", window, [*values, *beside])
        assert bool(every(found, FactKind.GAP, SYSTOLIC)) is told


def test_core_signals_without_any_value_are_named() -> None:
    found = of(every_minute(SPO2, 97) + every_minute(Signal.PULSE_RATE, 80))
    never = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "never"]
    assert [fact.signals for fact in never] == [
        (BREATHS, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)
    ]


def test_what_the_score_misses_is_not_said_twice() -> None:
    missing = (BREATHS, SYSTOLIC, Signal.CONSCIOUSNESS, TEMPERATURE)
    found = of(
        every_minute(SPO2, 97) + every_minute(HEART, 80),
        scores=[_score(0, 0, missing=missing, highest=12)],
    )
    assert _extents(found) == []


def test_data_that_begin_late_are_said_to() -> None:
    found = of(stream(SPO2, [97.0] * 60, start=3 * 3600, step=60))
    before = [each for each in every(found, FactKind.GAP) if each.labels["extent"] == "before"]
    assert [fact.times["end"] for fact in before] == [at(hours=3)]


# --- the plan -----------------------------------------------------------------------------------


def _night() -> dict[str, Any]:
    return {
        "scores": [_score(7, 200, response=Response.EMERGENCY)],
        "episodes": [_episode("e1", SPO2, LOW, 92, 12, 21, 84)],
        "alarms": [_alarm("a1")],
    }


def _vitals() -> list[Observation]:
    usual = ((SPO2, 93), (BREATHS, 18), (HEART, 80), (SYSTOLIC, 120), (TEMPERATURE, 37))
    return [value for signal, level in usual for value in every_minute(signal, level)]


def test_facts_are_numbered_in_the_order_in_which_they_are_told() -> None:
    found = of(_vitals(), **_night())
    kinds = [fact.kind for fact in found.facts]
    assert [fact.id for fact in found.facts] == [f"F{n}" for n in range(1, len(kinds) + 1)]
    assert kinds[:2] == [FactKind.ALARM, FactKind.SCORE]
    assert kinds[-2:] == [FactKind.EPISODE, FactKind.GAP]
    sections = [SECTION[fact.signal] for fact in every(found, FactKind.MEASURE) if fact.signal]
    assert sections == sorted(sections)


def test_alarms_scores_gaps_core_values_and_what_is_serious_are_required() -> None:
    found = of([*_vitals(), *every_minute(Signal.GLUCOSE, 110)], **_night())
    optional = [fact.signal for fact in found.facts if fact.id not in found.required]
    assert optional == [Signal.GLUCOSE]


@given(
    values=st.lists(
        st.tuples(
            st.sampled_from([each for each in Signal if each in SECTION]),
            st.integers(-10, 250),
            st.floats(0, 300, allow_nan=False),
        ),
        max_size=40,
    )
)
def test_any_record_gives_facts_that_can_be_told(values: list[tuple[Signal, int, float]]) -> None:
    """Also what two sources say at once, or out of order, or outside the window."""
    record = [Observation.judged(signal, at(minutes=n), value, "s") for signal, n, value in values]
    found = gather("p1", WINDOW, record)
    good = {
        (each.signal, each.time) for each in record
        if each.quality is Quality.GOOD and WINDOW.start <= each.time <= WINDOW.end
    }  # fmt: skip
    assert set(found.required) <= {fact.id for fact in found.facts}
    assert found.facts
    for fact in every(found, FactKind.MEASURE):
        assert (fact.signal, fact.times["at"]) in good
