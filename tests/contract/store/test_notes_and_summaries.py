"""What is written about a patient, by people and by the model."""

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sereno.domain.errors import Forgotten
from sereno.domain.evidence import (
    Draft,
    Evidence,
    Fact,
    FactKind,
    Form,
    ModelIdentity,
    Refusal,
    SampleSpan,
    Sentence,
    Severity,
    Summary,
    Timings,
    Verdict,
    Window,
)
from sereno.domain.patients import Note, Patient
from sereno.domain.review import Checked, Doubt, Finding, Opinion, Review, Standing
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit, Store
from tests.contract.store.records import HOUR, LATER
from tests.fakes.clock import NOON


def test_notes_come_by_time(store: Store, ana: Patient) -> None:
    second = Note(time=NOON + HOUR, author="nurse", text="más tranquila\nsleeps")
    first = Note(time=NOON, author="nurse", text="pain 7/10")
    store.commit([Commit(patient=ana.id, notes=(second,))])
    store.commit([Commit(patient=ana.id, notes=(first,))])
    assert store.notes(ana.id, NOON, LATER) == [first, second]
    assert store.notes(ana.id, NOON, NOON) == [first]


def explanation(patient: Patient, name: str, language: Language = Language.SPANISH) -> Summary:
    alarm = Alarm(
        id="a1", patient=patient.id, condition=Condition.LIMIT, priority=Priority.HIGH,
        onset=NOON - HOUR, raised=NOON, present=True, signal=Signal.SPO2,
        direction=Direction.LOW, limit=90.0, value=84.0,
    )  # fmt: skip
    return replace(summary(patient, name), form=Form.ALARM, alarm=alarm, language=language)


def summary(patient: Patient, name: str, hours: int = 0) -> Summary:
    window = Window(NOON - 4 * HOUR, NOON)
    fact = Fact(
        id="F1",
        kind=FactKind.EPISODE,
        severity=Severity.CRITICAL,
        signal=Signal.SPO2,
        direction=Direction.LOW,
        value=84.0,
        unit="%",
        values={"threshold": 90.0, "odd": math.inf},
        times={"start": NOON - HOUR, "end": NOON},
        durations={"duration": timedelta(minutes=9, microseconds=1)},
        ongoing=True,
        members=("F2",),
        spans=(SampleSpan(Signal.SPO2, NOON - HOUR, NOON, 540),),
    )
    return Summary(
        id=name,
        patient=patient.id,
        created=NOON + hours * HOUR,
        language=Language.SPANISH,
        form=Form.HANDOVER,
        evidence=Evidence(patient=patient.id, window=window, facts=(fact,), required=("F1",)),
        draft=Draft(
            sentences=(Sentence("SpO2 baja.", ("F1",)),),
            source="model",
            model=ModelIdentity("small", {"model.onnx": "ab"}),
            timings=Timings(decode_ms=1.5, tokens=3, steps=1),
            prompt_hash="cd",
        ),
        verdict=Verdict((Refusal("a", "b"),)),
        fallback_reason="late",
    )


def test_a_summary_is_kept_with_its_evidence(store: Store, ana: Patient) -> None:
    store.keep_summary(summary(ana, "s1"))
    assert store.summary("s1") == summary(ana, "s1")


def test_the_newest_summaries_come_first(store: Store, ana: Patient) -> None:
    for name, hours in (("b", 2), ("a", 1), ("c", 3)):
        store.keep_summary(summary(ana, name, hours))
    assert [one.id for one in store.summaries(ana.id)] == ["c", "b", "a"]
    assert [one.id for one in store.summaries(ana.id, limit=2)] == ["c", "b"]


def review(its: Summary, name: str, hours: int = 1, **parts: Any) -> Review:
    base: dict[str, Any] = {"by": "nora", "opinion": Opinion.ACCEPTED}
    return Review(
        id=name, summary=its.id, patient=its.patient, written=its.created,
        at=its.created + hours * HOUR, **(base | parts),
    )  # fmt: skip


def test_what_was_decided_about_a_summary_is_kept_beside_it(store: Store, ana: Patient) -> None:
    one, other = summary(ana, "s1"), summary(ana, "s2")  # of one moment
    edit = review(
        one, "r2", 2, opinion=Opinion.EDITED, of="r1", reason="seen", text="Más tranquila.",
        checked=Checked(
            (Finding("Más tranquila.", Standing.UNVERIFIED, (), Doubt.CLAIM, "mas", 1),), ("F1",)
        ),
    )  # fmt: skip
    accepted, rejected = review(one, "r1"), review(other, "r3", opinion=Opinion.REJECTED)
    for each in (one, other):
        store.keep_summary(each)
    for given in (edit, accepted, rejected):
        store.keep_review(given)
    assert store.reviews(one) == [accepted, edit]
    assert store.reviews(other) == [rejected]
    assert store.summaries(ana.id, limit=9) != []
    assert store.summary("s1") == one
    assert store.all_reviews() == [accepted, rejected, edit]


def test_reviews_go_with_their_patient(store: Store, ana: Patient) -> None:
    written = summary(ana, "s1")
    store.keep_summary(written)
    store.keep_review(review(written, "r1"))
    store.forget(ana.id)
    assert store.all_reviews() == []
    with pytest.raises(Forgotten):
        store.reviews(written)
    with pytest.raises(Forgotten):
        store.keep_review(review(written, "r2"))


def test_an_alarm_has_one_text_in_each_language_the_newest(store: Store, ana: Patient) -> None:
    first, second = explanation(ana, "e1"), explanation(ana, "e2")
    english = explanation(ana, "e3", Language.ENGLISH)
    for each in (first, second, english):
        store.keep_explanation(each)
    assert store.explanation("a1", Language.SPANISH) == second
    assert store.explanation("a1", Language.ENGLISH) == english
    assert store.explanation("a2", Language.ENGLISH) is None


def test_what_explains_an_alarm_is_no_summary(store: Store, ana: Patient) -> None:
    store.keep_explanation(explanation(ana, "e1"))
    assert store.summaries(ana.id) == []
    with pytest.raises(ValueError, match="keep_summary"):
        store.keep_explanation(summary(ana, "s1"))
