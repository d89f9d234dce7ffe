"""What is written about a patient, by people and by the model."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

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
