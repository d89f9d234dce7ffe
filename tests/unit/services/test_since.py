"""A text grows old: what has happened since its window is found by one rule and said in one way."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from sereno.domain.errors import Forgotten, NotFound, SerenoError, Unreadable
from sereno.domain.stream import Observation, Subject
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    OperatorState,
    Priority,
    Score,
)
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit, Store
from sereno.services.foundation import Foundation
from sereno.services.since import MOST_NAMED, Since, told, told_of
from sereno.services.views import SINCE_KEPT, Views
from tests.fakes.clock import HOUR, MINUTE, NOON, SECOND, FakeClock
from tests.fakes.streams import ANA
from tests.fakes.ward import news2

EN, ES = Language.ENGLISH, Language.SPANISH
LATER = NOON + 10 * MINUTE


@dataclass
class Bed:
    """A patient of whom a text tells up to noon."""

    foundation: Foundation
    views: Views
    patient: str

    def alarm(self, name: str = "a1", *, raised: int, **parts: Any) -> Alarm:
        """An alarm that was raised so many minutes after noon."""
        at = NOON + raised * MINUTE
        base: dict[str, Any] = {
            "id": name, "patient": self.patient, "condition": Condition.LIMIT,
            "priority": Priority.MEDIUM, "onset": at - MINUTE, "raised": at, "present": True,
            "signal": Signal.SPO2, "direction": Direction.LOW, "limit": 92.0, "value": 90.0,
        }  # fmt: skip
        return Alarm(**base | parts)

    def keep(self, alarm: Alarm, *steps: tuple[int, AlarmStep]) -> None:
        """Keep an alarm with steps of its life, in minutes after noon."""
        raised = AlarmEvent(alarm=alarm.id, time=alarm.raised, what=AlarmStep.RAISED)
        events = (
            AlarmEvent(alarm=alarm.id, time=NOON + minutes * MINUTE, what=what)
            for minutes, what in steps
        )
        kept = Commit(patient=self.patient, alarms=(alarm,), events=(raised, *events))
        self.foundation.store.commit([kept])

    def score(self, *scores: Score) -> None:
        self.foundation.store.commit([Commit(patient=self.patient, scores=scores)])

    def since(self, end: datetime = NOON) -> Since:
        return self.views.since(self.patient, end)


@pytest.fixture
def bed(foundation: Foundation, clock: FakeClock) -> Bed:
    ana = foundation.store.admit(ANA)
    values = (Observation(Signal.SPO2, NOON, 97.0, "fake"),)
    foundation.store.commit([Commit(patient=ana.id, observations=values)])
    clock.turn(10 * MINUTE)
    return Bed(foundation, Views(foundation.store, foundation.leases, clock), ana.id)


@pytest.mark.parametrize(
    ("raised", "steps", "counts", "why"),
    [
        (3, [], True, "raised since"),
        (-3, [], False, "it was there when the text was written"),
        (0, [], False, "the window includes its end"),
        (-9, [(4, AlarmStep.WORSENED)], True, "a more urgent limit is reached since"),
        (-9, [(-4, AlarmStep.WORSENED)], False, "it had worsened before"),
        (-9, [(-4, AlarmStep.GONE), (4, AlarmStep.RETURNED)], True, "it came back since"),
        (-9, [(4, AlarmStep.EASED)], False, "it became less urgent"),
        (-9, [(4, AlarmStep.ACKNOWLEDGED)], False, "somebody has seen it"),
        (-9, [(4, AlarmStep.GONE)], False, "its condition went"),
    ],
)
def test_an_alarm_counts_that_was_raised_worsened_or_came_back_since(
    bed: Bed, raised: int, steps: list[tuple[int, AlarmStep]], why: str, *, counts: bool
) -> None:
    bed.keep(bed.alarm(raised=raised), *steps)
    assert [alarm.id for alarm in bed.since().alarms] == (["a1"] if counts else []), why
    assert bool(bed.since()) is counts, why


def test_an_alarm_that_is_over_by_now_was_raised_all_the_same(bed: Bed) -> None:
    over = bed.alarm(
        raised=2, present=False, ended=NOON + 4 * MINUTE, operator=OperatorState.ACKNOWLEDGED
    )
    bed.keep(over, (4, AlarmStep.GONE), (5, AlarmStep.CLOSED))
    assert bed.since().alarms == (over,)


def test_a_pulse_that_the_heart_rate_tells_as_well_is_no_second_alarm(bed: Bed) -> None:
    fast = {"direction": Direction.HIGH, "limit": 130.0, "value": 150.0}
    bed.keep(bed.alarm("heart", raised=2, signal=Signal.HEART_RATE, **fast))
    bed.keep(bed.alarm("pulse", raised=3, signal=Signal.PULSE_RATE, **fast))
    assert [alarm.id for alarm in bed.since().alarms] == ["heart"]


def test_the_patients_own_alarm_stands_before_one_of_the_equipment_that_is_as_urgent(
    bed: Bed,
) -> None:
    stopped = {"condition": Condition.MONITORING_STOPPED, "signal": None}
    bed.keep(bed.alarm("a1", raised=2, priority=Priority.HIGH))
    bed.keep(bed.alarm("a2", raised=5, priority=Priority.HIGH, **stopped))
    bed.keep(bed.alarm("a3", raised=1, priority=Priority.MEDIUM))
    assert [alarm.id for alarm in bed.since().alarms] == ["a1", "a2", "a3"]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (news2(2, NOON - HOUR), news2(18, LATER), "NEWS2 18, was 2"),
        (news2(2, NOON - HOUR), news2(2, LATER), ""),
        (news2(7, NOON - HOUR), news2(3, LATER), ""),
        (None, news2(5, LATER), "NEWS2 5, none before"),
        (None, news2(0, LATER), ""),
        (news2(None, NOON - HOUR), news2(4, LATER), "NEWS2 4, none before"),
        (
            news2(1, NOON - HOUR, (Signal.TEMPERATURE,)),
            news2(6, LATER, (Signal.TEMPERATURE,)),
            "NEWS2 at least 6, was at least 1",
        ),
    ],
)
def test_a_score_counts_where_the_one_in_force_is_higher(
    bed: Bed, before: Score | None, now: Score, said: str
) -> None:
    bed.score(*(score for score in (before, now) if score))
    assert told(bed.since(), EN).removeprefix("Changed since this text: ") == said


def test_only_what_came_after_that_texts_own_window_counts(bed: Bed) -> None:
    bed.keep(bed.alarm(raised=3))
    bed.score(news2(1, NOON), news2(9, LATER - MINUTE))
    assert bed.since(NOON + 5 * MINUTE).alarms == ()
    assert bed.since(NOON + 5 * MINUTE).risen_to == news2(9, LATER - MINUTE)
    assert not bed.since(LATER)


def some(*priorities: Priority, **parts: Any) -> tuple[Alarm, ...]:
    base: dict[str, Any] = {
        "patient": "p", "condition": Condition.LIMIT, "onset": NOON, "raised": NOON,
        "present": True, "signal": Signal.SPO2,
    }  # fmt: skip
    return tuple(
        Alarm(id=str(n), priority=each, **base | parts) for n, each in enumerate(priorities)
    )


@pytest.mark.parametrize(
    ("since", "english", "spanish"),
    [
        (Since(), "", ""),
        (
            Since(alarms=some(Priority.HIGH), risen_to=news2(18, NOON), risen_from=news2(2, NOON)),
            "Changed since this text: a high-priority alarm (oxygen saturation); NEWS2 18, was 2",
            (
                "Ha cambiado desde este texto: una alarma de prioridad alta (saturación de "
                "oxígeno); NEWS2 18, antes 2"
            ),
        ),
        (
            Since(alarms=some(Priority.MEDIUM, Priority.LOW, Priority.LOW)),
            (
                "Changed since this text: 3 alarms, the most urgent of medium priority "
                "(oxygen saturation)"
            ),
            (
                "Ha cambiado desde este texto: 3 alarmas, la más urgente de prioridad media "
                "(saturación de oxígeno)"
            ),
        ),
        (
            Since(alarms=some(Priority.LOW, condition=Condition.SENSOR_OFF)),
            "Changed since this text: a low-priority alarm (equipment)",
            "Ha cambiado desde este texto: una alarma de prioridad baja (equipo)",
        ),
        (
            Since(alarms=some(Priority.HIGH, condition=Condition.SCORE, signal=None)),
            "Changed since this text: a high-priority alarm (NEWS2)",
            "Ha cambiado desde este texto: una alarma de prioridad alta (NEWS2)",
        ),
        (
            Since(risen_to=news2(6, NOON, (Signal.SPO2,)), risen_from=None),
            "Changed since this text: NEWS2 at least 6, none before",
            "Ha cambiado desde este texto: NEWS2 6 como mínimo, antes ninguno",
        ),
    ],
)
def test_it_is_said_in_the_readers_language(since: Since, english: str, spanish: str) -> None:
    assert (told(since, EN), told(since, ES)) == (english, spanish)


@pytest.mark.parametrize(
    ("more", "english", "spanish"),
    [
        (
            0,
            f"Bed {MOST_NAMED}: a high-priority alarm (oxygen saturation)",
            "(saturación de oxígeno)",
        ),
        (1, "And 1 more bed", "Y 1 cama más"),
        (2, "And 2 more beds", "Y 2 camas más"),
    ],
)
def test_of_the_ward_the_first_few_are_named_and_the_others_counted(
    more: int, english: str, spanish: str
) -> None:
    worse = Since(alarms=some(Priority.HIGH))
    beds = [(f"Bed {n}", worse) for n in range(1, MOST_NAMED + more + 1)]
    said = told_of(beds, EN)
    assert said.count("a high-priority alarm") == MOST_NAMED
    assert said.startswith("Changed since this text: Bed 1: a high-priority alarm")
    assert said.endswith(english)
    assert told_of(beds, ES).endswith(spanish)


def test_of_a_ward_where_nothing_has_changed_nothing_is_said() -> None:
    assert told_of([], EN) == ""


def test_of_the_ward_only_who_has_changed_is_told_the_most_urgent_first(
    bed: Bed, clock: FakeClock
) -> None:
    store = bed.foundation.store
    for number in (1, 2):
        other = store.admit(Subject(identifier=f"MRN-{number}", bed=f"Bed {number}"))
        values = (Observation(Signal.SPO2, clock.now(), 97.0, "fake"),)
        store.commit([Commit(patient=other.id, observations=values)])
    last = Bed(bed.foundation, bed.views, store.find("Bed 2").id)
    bed.keep(bed.alarm(raised=3))
    last.keep(last.alarm("a2", raised=3, priority=Priority.HIGH))
    found = bed.views.ward_since(NOON)
    assert [(patient.label, len(since.alarms)) for patient, since in found] == [
        ("Bed 2", 1),
        ("ICU 7", 1),
    ]


@dataclass
class Failing:
    """A store that can not read the alarms of one patient, and counts how often it reads any."""

    store: Store
    of: str = ""
    error: type[SerenoError] = NotFound
    reads: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def alarms(self, patient: str, **window: Any) -> list[Alarm]:
        self.reads += 1
        if patient == self.of:
            raise self.error(patient)
        return self.store.alarms(patient, **window)


def two_changed(bed: Bed) -> str:
    """The id of another patient of whom as much has changed."""
    other = bed.foundation.store.admit(Subject(identifier="MRN-1", bed="Bed 1"))
    bed.keep(bed.alarm(raised=3))
    Bed(bed.foundation, bed.views, other.id).keep(
        replace(bed.alarm("a2", raised=3), patient=other.id)
    )
    return other.id


def views_of(store: Failing, bed: Bed, clock: FakeClock) -> Views:
    return Views(store, bed.foundation.leases, clock)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [NotFound, Forgotten, Unreadable])
def test_whose_record_can_not_be_read_keeps_no_other_from_being_told(
    bed: Bed, clock: FakeClock, error: type[SerenoError]
) -> None:
    other = two_changed(bed)
    views = views_of(Failing(bed.foundation.store, bed.patient, error), bed, clock)
    assert [patient.id for patient, _ in views.ward_since(NOON)] == [other]
    assert views.since_if_readable(bed.patient, NOON) == Since()
    with pytest.raises(error):
        views.since(bed.patient, NOON)


def test_while_an_answer_stands_the_beds_are_read_now_and_then(bed: Bed, clock: FakeClock) -> None:
    two_changed(bed)
    store = Failing(bed.foundation.store)
    views = views_of(store, bed, clock)
    first = views.ward_since(NOON)
    clock.turn(SINCE_KEPT - SECOND)
    assert views.ward_since(NOON) == first
    assert store.reads == len(first) == 2
    views.ward_since(NOON - MINUTE)  # another answer
    assert store.reads == 4
    clock.turn(SECOND)
    bed.keep(bed.alarm("a3", raised=4))
    found = {patient.id: len(since.alarms) for patient, since in views.ward_since(NOON)}
    assert found[bed.patient] == 2
    assert store.reads == 6
