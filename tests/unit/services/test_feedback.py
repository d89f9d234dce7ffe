"""What is decided about summaries is checked, audited, kept, and told for tuning."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from inference.language.template import TemplateGenerator
from inference.language.verification import TypedTextChecker
from sereno.domain.errors import AccessDenied, Conflict, InvalidEntry, NotFound, StorageFull
from sereno.domain.evidence import Form, Summary, Verdict, Window
from sereno.domain.patients import Note, Patient
from sereno.domain.review import Opinion, Review, Standing
from sereno.domain.roles import Actor, Role
from sereno.domain.vitals import Language
from sereno.ports import AuditLog, Store
from sereno.scoring.evidence import gather
from sereno.services.feedback import LONGEST_EDIT, LONGEST_REASON, Feedback
from sereno.services.foundation import Foundation
from tests.fakes.books import Diary, FullDiary
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA

NORA, VERA = Actor("nora"), Actor("vera", Role.VIEWER)
NOTE = 'The note of 11:00 says: "wants to be called".'
EDIT = f"{NOTE} Family is at the bedside. SpO2 97%."
ASKED: dict[str, Callable[[Feedback, str, Actor], Review]] = {
    "accepted": lambda service, its, by: service.accept(its, by),
    "edited": lambda service, its, by: service.edit(its, EDIT, "", by),
    "rejected": lambda service, its, by: service.reject(its, "wrong bed", by),
}


class Desk:
    """The service over a store with one summary in it, and with its audit log in reach."""

    def __init__(self, store: Store, clock: FakeClock, diary: Diary | None = None) -> None:
        self.store, self.clock, self.diary = store, clock, diary or Diary()
        audit: AuditLog = self.diary
        self.service = Feedback(store, TypedTextChecker(), audit, clock)
        self.patient = store.admit(ANA)
        self.summary = written(self.patient)
        store.keep_summary(self.summary)


def written(patient: Patient, name: str = "s1") -> Summary:
    window = Window(NOON - timedelta(hours=4), NOON)
    note = Note(time=NOON - timedelta(hours=1), author="ines", text="wants to be called")
    evidence = gather(patient.id, window, [], notes=[note])
    draft = TemplateGenerator().write(evidence, Language.ENGLISH)
    return Summary(
        id=name, patient=patient.id, created=NOON, language=Language.ENGLISH, form=Form.HANDOVER,
        evidence=evidence, draft=draft, verdict=Verdict(),
    )  # fmt: skip


@pytest.fixture
def desk(foundation: Foundation, clock: FakeClock) -> Desk:
    return Desk(foundation.store, clock)


@pytest.mark.parametrize("opinion", ASKED)
def test_a_decision_is_kept_with_who_and_when_and_told_in_the_log(desk: Desk, opinion: str) -> None:
    kept = ASKED[opinion](desk.service, "s1", NORA)
    known = desk.service.find("s1")
    assert known.reviews == (kept,)
    assert known.decision == kept
    assert (kept.opinion, kept.by, kept.at) == (opinion, "nora", desk.clock.now())
    assert desk.diary.lines == [("nora", f"summary_{opinion}", desk.patient.id)]
    assert desk.diary.details == ["s1"]


@pytest.mark.parametrize("opinion", ASKED)
def test_who_may_only_look_decides_nothing(desk: Desk, opinion: str) -> None:
    with pytest.raises(AccessDenied, match="clinician's account"):
        ASKED[opinion](desk.service, "s1", VERA)
    assert desk.service.find("s1").reviews == ()
    assert desk.diary.lines == [("vera", "refused", desk.patient.id)]
    assert desk.diary.details == [f"summary_{opinion}"]


@pytest.mark.parametrize("opinion", ASKED)
def test_what_can_not_be_told_in_the_log_is_not_done(
    foundation: Foundation, clock: FakeClock, opinion: str
) -> None:
    desk = Desk(foundation.store, clock, FullDiary())
    with pytest.raises(StorageFull):
        ASKED[opinion](desk.service, "s1", NORA)
    assert desk.service.find("s1").reviews == ()


def test_an_edit_is_checked_when_it_is_kept(desk: Desk) -> None:
    kept = desk.service.edit("s1", f"  {EDIT}\n", "  she   said so ", NORA)
    assert (kept.text, kept.reason) == (EDIT, "she said so")
    assert kept.checked
    assert [each.standing for each in kept.checked.findings] == [
        Standing.VERIFIED, Standing.UNCHECKED, Standing.UNVERIFIED,
    ]  # fmt: skip
    assert kept.checked.doubtful
    assert [desk.summary.evidence.fact(name).kind for name in kept.checked.missing] == ["gap"]


def test_checking_keeps_nothing(desk: Desk) -> None:
    assert desk.service.check(desk.summary, EDIT).doubtful
    assert not desk.service.check(desk.summary, desk.summary.draft.text).doubtful
    assert desk.service.find("s1").reviews == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "nothing"), (" \n ", "nothing seen"), ("x" * (LONGEST_EDIT + 1), "too long")],
)
def test_an_edit_has_a_text_within_bounds(desk: Desk, text: str, why: str) -> None:
    with pytest.raises(InvalidEntry):
        desk.service.edit("s1", text, "", NORA)
    assert desk.diary.lines == [], why


@pytest.mark.parametrize("reason", ["", "  ", "x" * (LONGEST_REASON + 1)])
def test_a_rejection_has_a_reason_within_bounds(desk: Desk, reason: str) -> None:
    with pytest.raises(InvalidEntry, match="reason"):
        desk.service.reject("s1", reason, NORA)


def test_nobody_answers_for_an_edit_that_they_have_not_read(desk: Desk) -> None:
    first = desk.service.edit("s1", NOTE, "", NORA)
    for decide in ASKED.values():
        with pytest.raises(Conflict, match="read it again"):
            decide(desk.service, "s1", Actor("ines"))
    desk.clock.turn(timedelta(minutes=1))
    accepted = desk.service.accept("s1", Actor("ines"), of=first.id)
    known = desk.service.find("s1")
    assert (known.edit, known.decision, known.standing) == (first, accepted, first.id)


def test_the_last_edit_stands_and_the_original_is_kept(desk: Desk) -> None:
    first = desk.service.edit("s1", NOTE, "", NORA)
    desk.clock.turn(timedelta(minutes=1))
    second = desk.service.edit("s1", EDIT, "", NORA, of=first.id)
    known = desk.service.find("s1")
    assert known.edit == second
    assert known.summary == desk.summary


def test_an_unknown_summary_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.service.accept("s9", NORA)


def test_lessons_hold_what_was_decided_and_name_nobody(desk: Desk) -> None:
    edit = desk.service.edit("s1", EDIT, "seen", NORA)
    desk.clock.turn(timedelta(minutes=1))
    desk.service.reject("s1", "not so", NORA, of=edit.id)
    desk.diary.lines.clear()
    first, second = desk.service.lessons("tuner")
    assert (first.verdict, first.edit, first.reason) == (Opinion.EDITED, EDIT, "seen")
    assert first.original == desk.summary.draft.text
    assert (second.verdict, second.original, second.edit) == (Opinion.REJECTED, EDIT, None)
    assert first.evidence_hash == second.evidence_hash
    assert [fact.id for fact in first.evidence.facts] == ["F1", "F2"]
    told = repr((first, second))
    for name in ("nora", "ines", desk.patient.id, ANA.identifier):
        assert name not in told
    assert desk.diary.lines == [("tuner", "feedback_exported", desk.patient.id)]


@pytest.mark.parametrize("where", ["text", "reason"])
def test_a_decision_that_names_the_patient_is_no_lesson(desk: Desk, where: str) -> None:
    typed = f"Seen by {ANA.name} herself."
    text, reason = (typed, "") if where == "text" else (NOTE, typed)
    desk.service.edit("s1", text, reason, NORA)
    assert list(desk.service.lessons("tuner")) == []


def test_a_forgotten_patient_teaches_nothing(desk: Desk) -> None:
    desk.service.accept("s1", NORA)
    desk.store.forget(desk.patient.id)
    assert list(desk.service.lessons("tuner")) == []
