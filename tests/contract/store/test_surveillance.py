"""Scores, episodes and alarms."""

from sereno.domain.patients import Patient
from sereno.domain.stream import Subject
from sereno.domain.surveillance import (
    AlarmEvent,
    AlarmStep,
    Direction,
    Episode,
    OperatorState,
    Priority,
    Response,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Store
from tests.contract.store.records import HOUR, LATER, MINUTE, SECOND, alarm
from tests.fakes.clock import NOON


def score(minute: int, total: int = 3, kind: ScoreKind = ScoreKind.NEWS2) -> Score:
    return Score(
        kind=kind,
        time=NOON + minute * MINUTE,
        total=total,
        lowest=total,
        highest=total + 3,
        parts=(ScorePart(Signal.SPO2, 91.5, NOON, 3, "gcs"), ScorePart(Signal.FIO2, 21, NOON, 0)),
        missing=(Signal.CONSCIOUSNESS,),
        response=Response.URGENT_WARD,
        red=True,
        scale=2,
    )


def test_scores_begin_with_the_one_in_force(store: Store, ana: Patient) -> None:
    assert store.scores(ana.id, NOON, LATER) == []
    store.commit([Commit(patient=ana.id, scores=(score(0), score(10)))])
    store.commit([Commit(patient=ana.id, scores=(score(20), score(5, kind=ScoreKind.QSOFA)))])
    store.commit([Commit(patient=ana.id, scores=(score(30),))])
    inside = store.scores(ana.id, NOON + 15 * MINUTE, NOON + 25 * MINUTE)
    assert inside == [score(10), score(20)]
    assert store.scores(ana.id, NOON + 25 * MINUTE, NOON + 26 * MINUTE) == [score(20)]
    assert store.scores(ana.id, NOON + 20 * MINUTE, NOON + 30 * MINUTE) == [score(20), score(30)]
    assert store.scores(ana.id, NOON - HOUR, NOON + 10 * MINUTE) == [score(0), score(10)]
    assert store.scores(ana.id, NOON - HOUR, NOON - MINUTE) == []
    qsofa = store.scores(ana.id, NOON, LATER, ScoreKind.QSOFA)
    assert qsofa == [score(5, kind=ScoreKind.QSOFA)]


def test_a_score_of_late_data_replaces_and_stands_in_its_place(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, scores=(score(0), score(10), score(20)))])
    store.commit([Commit(patient=ana.id, scores=(score(10, 9), score(15, 8)))])
    assert store.scores(ana.id, NOON, LATER) == [score(0), score(10, 9), score(15, 8), score(20)]
    assert store.scores(ana.id, NOON + 17 * MINUTE, NOON + 18 * MINUTE) == [score(15, 8)]
    assert store.scores(ana.id, NOON + 21 * MINUTE, NOON + 22 * MINUTE) == [score(20)]


def test_a_score_that_is_none_says_why(store: Store, ana: Patient) -> None:
    child = Score(
        kind=ScoreKind.NEWS2, time=NOON, total=None, lowest=None, highest=None, not_scored="age"
    )
    store.commit([Commit(patient=ana.id, scores=(child,))])
    assert store.scores(ana.id, NOON, NOON) == [child]


def episode(name: str, start: int, end: int | None, extreme: float = 80.0) -> Episode:
    last = NOON + (end if end is not None else start + 1) * MINUTE
    return Episode(
        id=name,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        threshold=90.0,
        start=NOON + start * MINUTE,
        last=last,
        end=None if end is None else last,
        extreme=extreme,
        extreme_time=NOON + start * MINUTE,
    )


def test_episodes_grow_in_their_place_and_are_found_by_overlap(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, episodes=(episode("a", 0, 5), episode("b", 10, None)))])
    assert store.episodes(ana.id, NOON + 6 * MINUTE, NOON + 9 * MINUTE) == []
    assert store.episodes(ana.id, NOON + HOUR, LATER) == [episode("b", 10, None)]
    worse = (episode("b", 10, None, 70), episode("b", 10, 20, 65))
    store.commit([Commit(patient=ana.id, episodes=worse)])
    assert store.episodes(ana.id, NOON, LATER) == [episode("a", 0, 5), episode("b", 10, 20, 65)]
    assert store.episodes(ana.id, NOON + HOUR, LATER) == []


def test_episodes_of_two_patients_may_bear_one_id(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="ben"))
    for patient, extreme in ((ana, 81.0), (ben, 82.0)):
        store.commit([Commit(patient=patient.id, episodes=(episode("same", 0, 1, extreme),))])
    assert store.episodes(ana.id, NOON, LATER) == [episode("same", 0, 1, 81.0)]
    assert store.episodes(ben.id, NOON, LATER) == [episode("same", 0, 1, 82.0)]


def test_an_alarm_is_replaced_as_it_changes(store: Store, ana: Patient) -> None:
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana),))])
    assert store.alarm("a1") == alarm(ana)
    over = alarm(
        ana,
        present=False,
        ended=NOON + MINUTE,
        operator=OperatorState.ACKNOWLEDGED,
        acknowledged_by="nurse",
        acknowledged_at=NOON + 2 * MINUTE,
        reason="probe off, put back",
    )
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana, extreme=70.0), over))])
    assert store.alarm("a1") == over
    assert store.alarms(ana.id) == [over]
    assert store.alarms(active=True) == []
    assert store.alarms(active=False) == [over]


def test_alarms_come_most_urgent_and_newest_first(store: Store, ana: Patient) -> None:
    ben = store.admit(Subject(identifier="ben"))
    old = alarm(ana, "old", priority=Priority.HIGH)
    new = alarm(ben, "new", priority=Priority.HIGH, raised=NOON + MINUTE)
    low = alarm(ana, "low", priority=Priority.LOW, raised=NOON + HOUR)
    store.commit([Commit(patient=ana.id, alarms=(low, old)), Commit(patient=ben.id, alarms=(new,))])
    assert store.alarms() == [new, old, low]
    assert store.alarms(ana.id) == [old, low]
    assert store.alarms(ben.id, active=True) == [new]


def test_alarms_are_found_by_overlap(store: Store, ana: Patient) -> None:
    over = alarm(ana, "over", present=False, ended=NOON + MINUTE)
    still = alarm(ana, "still", raised=NOON + 10 * MINUTE)
    store.commit([Commit(patient=ana.id, alarms=(over, still))])
    assert store.alarms(start=NOON + 2 * MINUTE) == [still]
    assert store.alarms(end=NOON + 2 * MINUTE) == [over]
    assert store.alarms(start=NOON + 2 * MINUTE, end=NOON + 5 * MINUTE) == []


def test_a_latched_alarm_stays_active_until_acknowledged(store: Store, ana: Patient) -> None:
    latched = alarm(ana, latched=True, present=False, ended=NOON + MINUTE)
    store.commit([Commit(patient=ana.id, alarms=(latched,))])
    assert store.alarms(active=True) == [latched]


def test_an_alarm_has_its_history(store: Store, ana: Patient) -> None:
    events = [
        AlarmEvent(alarm="a1", time=NOON + k * SECOND, what=what, by="x", reason="y", value=1.5)
        for k, what in enumerate((AlarmStep.RAISED, AlarmStep.WORSENED, AlarmStep.GONE))
    ]
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana),), events=(events[0], events[1]))])
    store.commit([Commit(patient=ana.id, alarms=(alarm(ana, present=False, ended=NOON + MINUTE),))])
    store.commit([Commit(patient=ana.id, events=(events[2],))])
    assert store.alarm_events("a1") == events
    assert not store.alarm("a1").present
