"""What explains an alarm: written without delaying anything, kept, and no older than it says."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.errors import ModelError, NotFound, StorageFull
from sereno.domain.evidence import Draft, Evidence, Form, Sentence, Summary
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Condition, Direction, OperatorState, Priority
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit, JobState
from sereno.services.author import UNVERIFIED, Author
from sereno.services.explaining import (
    OPENED,
    UNWRITTEN,
    Explaining,
    ExplainingBounds,
)
from sereno.services.foundation import Foundation
from sereno.services.live import framed
from sereno.services.summarisation import Summarisation
from sereno.services.work import WorkBounds, Worker
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA

MINUTE, SECOND, HOUR = timedelta(minutes=1), timedelta(seconds=1), timedelta(hours=1)
BOUNDS = WorkBounds(beat=SECOND / 100, poll=SECOND / 1000, look=SECOND / 1000, idle=-SECOND)
EN, ES = Language.ENGLISH, Language.SPANISH


@dataclass
class Model:
    """Writes as the template does, or as a test says; `during` happens while it writes."""

    name: str = "model"
    error: ModelError | None = None
    says: tuple[Sentence, ...] | None = None
    during: Callable[[], None] = lambda: None
    asked: int = 0

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        self.asked += 1
        self.during()
        if self.error:
            raise self.error
        draft = TemplateGenerator().write(evidence, language, form, deadline=deadline)
        return replace(draft, source="model", sentences=self.says or draft.sentences)


@dataclass
class Ward:
    """One patient whose SpO2 fell to 84% five minutes ago, and the services."""

    foundation: Foundation
    clock: FakeClock
    patient: str
    model: Model

    def explaining(self, **bounds: Any) -> Explaining:
        author = Author(self.foundation, TemplateGenerator(), ClaimVerifier(), zone="UTC")
        return Explaining(self.foundation, author, EN, ExplainingBounds(**bounds))

    def work(self, **bounds: Any) -> None:
        author = Author(self.foundation, TemplateGenerator(), ClaimVerifier(), zone="UTC")
        worker = Worker(
            self.foundation, author, lambda: self.model, holder="w", beat_as="model",
            stopping=threading.Event(), bounds=BOUNDS,
        )  # fmt: skip
        worker.watch(self.explaining(**bounds))
        worker.run(until_idle=True)

    def keep(self, *alarms: Alarm) -> None:
        self.foundation.store.commit([Commit(patient=self.patient, alarms=alarms)])

    def alarm(self, name: str = "a1", **parts: Any) -> Alarm:
        base: dict[str, Any] = {
            "id": name, "patient": self.patient, "condition": Condition.LIMIT,
            "priority": Priority.MEDIUM, "onset": NOON - 5 * MINUTE, "raised": NOON - 4 * MINUTE,
            "present": True, "signal": Signal.SPO2, "direction": Direction.LOW, "limit": 92.0,
            "value": 84.0, "extreme": 84.0,
        }  # fmt: skip
        return Alarm(**(base | parts))

    def text(self, name: str = "a1", language: Language = EN) -> Summary | None:
        return self.foundation.store.explanation(name, language)


@pytest.fixture
def ward(foundation: Foundation, clock: FakeClock) -> Ward:
    ana = foundation.store.admit(ANA)
    told = tuple(
        Observation(Signal.SPO2, NOON - n * MINUTE, 84.0 if n < 6 else 96.0, "fake")
        for n in range(40)
    )
    state = framed(b"", live=True)
    foundation.store.commit([Commit(patient=ana.id, observations=told, state=state)])
    return Ward(foundation, clock, ana.id, Model())


def test_the_model_process_explains_an_alarm_that_nobody_asked_about(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    found = ward.text()
    assert found is not None
    assert (found.form, found.draft.source, found.fallback_reason) == (Form.ALARM, "model", None)
    assert found.alarm == ward.alarm()
    assert found.draft.text.startswith("SpO2 has been below 92% since 11:55 (5 min")


def test_it_is_no_summary(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    assert ward.foundation.store.summaries(ward.patient) == []


FAILURES = [
    (Model(error=ModelError("out of memory")), "out of memory"),
    (Model(says=(Sentence("SpO2 250%.", ("F1",)),)), UNVERIFIED),
]


@pytest.mark.parametrize(("model", "reason"), FAILURES)
def test_what_the_model_can_not_write_well_the_template_writes(
    ward: Ward, model: Model, reason: str
) -> None:
    ward.model = model
    ward.keep(ward.alarm())
    ward.work()
    found = ward.text()
    assert found is not None
    assert (found.draft.source, found.fallback_reason) == ("template", reason)


def test_the_template_s_text_is_there_while_the_model_writes_and_stays_if_it_dies(
    ward: Ward,
) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    ward.model.during = die
    ward.keep(ward.alarm())
    with pytest.raises(Killed):
        ward.work()
    found = ward.text()
    assert found is not None
    assert (found.draft.source, found.fallback_reason) == ("template", UNWRITTEN)
    ward.model = Model()
    ward.work()  # its successor does not try what its predecessor died of
    assert ward.model.asked == 0


def test_an_alarm_is_explained_once(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.work()
    assert ward.model.asked == 1


CHANGES = [
    {"priority": Priority.HIGH, "limit": 85.0},
    {"present": False, "latched": True, "ended": NOON},
    {"present": False, "ended": NOON},
    {"operator": OperatorState.ACKNOWLEDGED, "acknowledged_by": "x", "acknowledged_at": NOON},
    {"onset": NOON - MINUTE},
]


@pytest.mark.parametrize("change", CHANGES, ids="-".join)
def test_what_has_changed_is_explained_anew(ward: Ward, change: dict[str, Any]) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.keep(ward.alarm(**change))
    ward.work()
    found = ward.text()
    assert ward.model.asked == 2
    assert found is not None
    assert found.alarm == ward.alarm(**change)


def test_a_growing_worst_value_alone_is_no_change(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.keep(ward.alarm(extreme=80.0))
    ward.work()
    assert ward.model.asked == 1


def test_the_most_urgent_is_written_first_and_no_more_than_the_bound(ward: Ward) -> None:
    ward.keep(
        ward.alarm("low", priority=Priority.LOW),
        ward.alarm("gone", present=False, ended=NOON),
        ward.alarm("high", priority=Priority.HIGH),
        ward.alarm("medium"),
    )
    ward.work(most=2)
    written = {name for name in ("low", "gone", "high", "medium") if ward.text(name)}
    assert written == {"high", "medium"}


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (NOON - 13 * HOUR, "raised before this shift"),
        (NOON + 30 * HOUR, "of a recording with a time of its own"),
        (NOON - 300 * 24 * HOUR, "of an old recording"),
    ],
)
def test_old_alarms_and_recordings_wait_until_they_are_opened(
    ward: Ward, raised: datetime, why: str
) -> None:
    ward.keep(ward.alarm(raised=raised, onset=raised))
    ward.work()
    assert ward.text() is None, why


def test_a_job_goes_first(ward: Ward) -> None:
    """And one that comes while an alarm is explained is done before the next alarm."""
    author = Author(ward.foundation, TemplateGenerator(), ClaimVerifier(), zone="UTC")
    asking = Summarisation(
        ward.foundation, author, patience=60 * SECOND, start_helper=lambda: pytest.fail("started")
    )
    jobs = [asking.request(ward.patient, asking.window(ward.patient, HOUR))]
    states: list[JobState] = []

    def during() -> None:
        states.append(ward.foundation.jobs.job(jobs[0]).state)
        if ward.model.asked == 2:
            jobs.append(asking.request(ward.patient, asking.window(ward.patient, HOUR)))
        if ward.model.asked == 4:
            states.append(ward.foundation.jobs.job(jobs[1]).state)

    ward.model.during = during
    ward.keep(ward.alarm("a1"), ward.alarm("a2"))
    ward.work()
    assert states == [JobState.RUNNING, *[JobState.DONE] * 4]


def test_whoever_opens_an_alarm_without_a_text_gets_the_template_s(ward: Ward) -> None:
    ward.keep(ward.alarm())
    found = ward.explaining().explain("a1", ES)
    assert found.text.draft.source == "template"
    assert found.text.fallback_reason == OPENED
    assert found.text.draft.text.startswith("La SpO2 está por debajo del 92 % desde las 11:55")
    assert ward.text(language=ES) == found.text
    assert ward.text() is None


def test_the_text_is_shown_with_its_age_and_whether_the_alarm_has_gone_on(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.clock.turn(3 * MINUTE)
    found = ward.explaining().explain("a1", EN)
    assert (found.text.draft.source, found.age, found.gone_on) == ("model", 3 * MINUTE, True)


def test_an_open_alarm_s_old_text_is_written_anew_when_it_is_opened(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.clock.turn(6 * MINUTE)
    found = ward.explaining().explain("a1", EN)
    assert (found.text.created, found.age, found.gone_on) == (
        ward.clock.now(), timedelta(0), False,
    )  # fmt: skip


def test_a_closed_alarm_s_text_stands_however_old(ward: Ward) -> None:
    ward.keep(ward.alarm(present=False, ended=NOON - MINUTE))
    first = ward.explaining().explain("a1", EN)
    ward.clock.turn(30 * HOUR)
    later = ward.explaining().explain("a1", EN)
    assert later.text == first.text
    assert (later.age, later.gone_on) == (30 * HOUR, False)


def test_a_text_of_an_alarm_that_has_changed_is_not_shown(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.keep(ward.alarm(present=False, latched=True, ended=NOON))
    found = ward.explaining().explain("a1", EN)
    assert found.text.alarm is not None
    assert not found.text.alarm.present


def test_a_full_disk_does_not_keep_it_from_the_reader(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Summary) -> None:
        raise StorageFull("the disk is full; free some space")

    ward.keep(ward.alarm())
    monkeypatch.setattr(ward.foundation.store, "keep_explanation", full)
    assert ward.explaining().explain("a1", EN).text.verdict.accepted


def test_an_alarm_that_is_not_there(ward: Ward) -> None:
    with pytest.raises(NotFound):
        ward.explaining().explain("a9", EN)


def test_a_forgotten_patient_s_texts_are_forgotten(ward: Ward) -> None:
    ward.keep(ward.alarm())
    ward.work()
    ward.foundation.store.forget(ward.patient)
    ward.work()
    assert ward.model.asked == 1
