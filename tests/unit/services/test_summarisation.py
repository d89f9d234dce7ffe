"""Summaries: verified or not shown, by one model, and by the template where it fails."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.completion import Asked, Step
from sereno.domain.errors import InvalidEntry, ModelError, ModelMissing
from sereno.domain.evidence import Draft, Evidence, Form, Sentence, Window
from sereno.domain.stream import Observation
from sereno.domain.vitals import Language, Signal
from sereno.ports import Commit, JobState, TextGenerator
from sereno.services.author import Author, Request
from sereno.services.foundation import Foundation
from sereno.services.live import framed
from sereno.services.serving.door import Door
from sereno.services.serving.turns import Turns
from sereno.services.serving.wire import Failed
from sereno.services.summarisation import HELPERS, MODEL_LEASE, Summarisation
from sereno.services.views import Views
from sereno.services.work import WorkBounds, Worker
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.speaker import Speaker
from tests.fakes.streams import ANA

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BOUNDS = WorkBounds(beat=SECOND / 100, poll=SECOND / 1000, look=SECOND / 1000, idle=-SECOND)


@dataclass
class Writer:
    """A TextGenerator that writes as the template does, or as a test says."""

    name: str = "writer"
    error: ModelError | None = None
    says: tuple[Sentence, ...] | None = None
    during: Callable[[], None] = lambda: None

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        self.during()
        if self.error:
            raise self.error
        draft = TemplateGenerator().write(evidence, language, form, deadline=deadline)
        return replace(draft, source="model", sentences=self.says or draft.sentences)


@dataclass
class Helper:
    """A model process that does its work whenever it is asked whether it lives."""

    work: Callable[[], None]
    lives: bool = True
    stopped: bool = False

    def alive(self) -> bool:
        self.work()
        return self.lives

    def stop(self) -> None:
        self.stopped = True


@dataclass
class Desk:
    """The services of a model process and of who asks it."""

    foundation: Foundation
    clock: FakeClock
    patient: str
    writer: Writer = field(default_factory=Writer)
    helpers: list[Helper] = field(default_factory=list)
    helps: bool = True
    zone: str = "UTC"

    @property
    def author(self) -> Author:
        return Author(self.foundation, TemplateGenerator(), ClaimVerifier(), zone=self.zone)

    @property
    def request(self) -> Request:
        return Request(patient=self.patient, window=Window(NOON - HOUR, NOON))

    @property
    def asking(self) -> Summarisation:
        return Summarisation(
            self.foundation,
            self.author,
            patience=60 * SECOND,
            start_helper=self.start,
            sleep=lambda seconds: self.clock.turn(timedelta(seconds=seconds)),
        )

    def worker(self, load: Callable[[], TextGenerator] | None = None) -> Worker:
        return Worker(
            self.foundation,
            self.author,
            load or (lambda: self.writer),
            holder="w",
            beat_as="model",
            stopping=threading.Event(),
            bounds=BOUNDS,
        )

    def work(self) -> None:
        self.worker().run(until_idle=True)

    def start(self) -> Helper:
        self.helpers.append(Helper(self.work if self.helps else lambda: None, self.helps))
        return self.helpers[-1]


@pytest.fixture
def desk(foundation: Foundation, clock: FakeClock) -> Iterator[Desk]:
    ana = foundation.store.admit(ANA)
    observations = tuple(
        Observation(Signal.HEART_RATE, NOON - n * 60 * SECOND, 80.0, "fake") for n in range(30)
    )
    foundation.store.commit([Commit(patient=ana.id, observations=observations)])
    return Desk(foundation, clock, ana.id)


def test_a_model_process_writes_what_the_queue_asks_for(desk: Desk) -> None:
    job = desk.asking.request(desk.patient, desk.request.window)
    assert desk.asking.progress(job).summary is None

    desk.work()

    summary = desk.asking.progress(job).summary
    assert summary is not None
    assert (summary.draft.source, summary.fallback_reason) == ("model", None)
    assert summary.verdict.accepted
    assert summary == desk.foundation.store.summary(summary.id)


FAILURES = [
    (Writer(error=ModelError("out of memory")), "out of memory"),
    (Writer(says=(Sentence("Heart rate 250/min.", ("F1",)),)), "the model's text did not verify"),
    (Writer(says=(Sentence("All is well.", ()),)), "the model's text did not verify"),
]


@pytest.mark.parametrize(("writer", "reason"), FAILURES)
def test_what_the_model_can_not_write_well_the_template_writes_and_why_is_kept(
    desk: Desk, writer: Writer, reason: str
) -> None:
    desk.writer = writer
    job = desk.asking.request(desk.patient, desk.request.window)

    desk.work()

    summary = desk.asking.progress(job).summary
    assert summary is not None
    assert (summary.draft.source, summary.fallback_reason) == ("template", reason)
    assert summary.verdict.accepted


def test_clock_times_are_told_in_the_zone_that_is_set(desk: Desk) -> None:
    desk.zone = "Europe/Madrid"
    late = Window(NOON - HOUR, NOON + HOUR / 2)
    job = desk.asking.request(desk.patient, late)

    desk.work()

    summary = desk.asking.progress(job).summary
    assert summary is not None
    assert summary.evidence.zone == "Europe/Madrid"
    assert "At 13:00: heart rate 80/min." in summary.draft.text


def test_without_a_model_the_template_writes_until_one_is_there(desk: Desk) -> None:
    def missing() -> TextGenerator:
        raise ModelMissing("no model; build one")

    first = desk.asking.request(desk.patient, desk.request.window)
    desk.worker(missing).run(until_idle=True)
    second = desk.asking.request(desk.patient, desk.request.window)
    desk.work()

    written = [desk.asking.progress(job).summary for job in (first, second)]
    assert [each and each.draft.source for each in written] == ["template", "model"]
    assert written[0] is not None
    assert written[0].fallback_reason == "no model; build one"


def test_a_job_past_its_deadline_is_written_with_the_template_by_whoever_asks(desk: Desk) -> None:
    job = desk.asking.request(desk.patient, desk.request.window)
    desk.clock.turn(63 * SECOND)

    summary = desk.asking.progress(job).summary

    assert summary is not None
    assert summary.fallback_reason == "the model did not answer in time"
    again = desk.asking.progress(job).summary
    assert again is not None
    assert again.id == summary.id


def test_what_nobody_waits_for_is_not_kept(desk: Desk) -> None:
    job = desk.asking.request(desk.patient, desk.request.window)
    desk.writer = Writer(during=lambda: desk.asking.cancel(job))

    desk.work()

    assert desk.foundation.jobs.job(job).state is JobState.CANCELLED
    assert desk.foundation.store.summaries(desk.patient) == []


def test_alone_one_model_process_is_started_for_all_and_ended(desk: Desk) -> None:
    summaries = list(desk.asking.summarise(desk.request, desk.request))

    assert [each.draft.source for each in summaries] == ["model", "model"]
    assert [each.stopped for each in desk.helpers] == [True]
    assert desk.foundation.leases.holder(MODEL_LEASE) is None


def test_beside_a_model_process_no_second_one_is_started(desk: Desk) -> None:
    desk.foundation.leases.acquire(MODEL_LEASE, "another", HOUR)

    (summary,) = desk.asking.summarise(desk.request)  # that one hangs

    assert desk.helpers == []
    assert summary.fallback_reason == "the model did not answer in time"


def test_beside_one_that_still_loads_no_second_one_is_started_for_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine loads for long: seven of them were started beside each other."""
    monkeypatch.setattr(desk, "work", lambda: None)

    summaries = list(desk.asking.summarise(desk.request, desk.request, desk.request))

    assert [each.fallback_reason for each in summaries] == ["the model did not answer in time"] * 3
    assert [each.stopped for each in desk.helpers] == [True]


def test_model_processes_that_break_are_given_up_after_a_few(desk: Desk) -> None:
    desk.helps = False

    (summary,) = desk.asking.summarise(desk.request)

    assert len(desk.helpers) == HELPERS
    assert summary.draft.source == "template"
    assert summary.verdict.accepted


def test_a_worker_waits_for_the_lease_that_another_holds(desk: Desk) -> None:
    desk.foundation.leases.acquire(MODEL_LEASE, "another", HOUR)
    stopping = threading.Event()
    stopping.set()

    Worker(
        desk.foundation, desk.author, lambda: desk.writer,
        holder="w", beat_as="model", stopping=stopping, bounds=BOUNDS,
    ).run()  # fmt: skip

    assert desk.foundation.leases.holder(MODEL_LEASE) == "another"


def test_a_summary_goes_before_the_text_of_a_program_which_then_goes_on(
    desk: Desk, tmp_path: Path
) -> None:
    found: list[JobState] = []

    def during(made: int) -> None:
        if made == 1:
            found.append(desk.asking.progress(job()).job.state)
        time.sleep(2 * BOUNDS.look.total_seconds())  # as a step of a model takes
        if made == 3:
            found.append(desk.asking.progress(jobs[0]).job.state)

    jobs: list[str] = []

    def job() -> str:
        jobs.append(desk.asking.request(desk.patient, desk.request.window))
        return jobs[0]

    turns = Turns(lambda: Speaker(during=during), desk.clock)
    turn = turns.join(Asked(prompt="", max_tokens=9), HOUR)
    worker = desk.worker()
    worker.attend(Door(tmp_path, turns))
    worker.run(until_idle=True)

    assert found == [JobState.WAITING, JobState.DONE]
    told = [turn.told.get_nowait() for _ in range(turn.told.qsize())]
    assert "".join(each.text for each in told if isinstance(each, Step)) == "All is calm."


def test_a_worker_that_stops_ends_the_text_of_a_program(desk: Desk, tmp_path: Path) -> None:
    stopping = threading.Event()
    turns = Turns(lambda: Speaker(during=lambda _: stopping.set()), desk.clock)
    turn = turns.join(Asked(prompt="", max_tokens=9), HOUR)
    worker = Worker(
        desk.foundation, desk.author, lambda: desk.writer,
        holder="w", beat_as="model", stopping=stopping, bounds=BOUNDS,
    )  # fmt: skip
    worker.attend(Door(tmp_path, turns))
    worker.run()

    told = [turn.told.get_nowait() for _ in range(turn.told.qsize())]
    assert isinstance(told[-1], Failed)


def test_how_many_summaries_were_written_and_refused_is_told(desk: Desk) -> None:
    job = desk.asking.request(desk.patient, desk.request.window)
    desk.writer = Writer(says=(Sentence("All is well.", ()),))
    worker = desk.worker()
    worker.run(until_idle=True)
    assert desk.asking.progress(job).summary
    desk.foundation.leases.beat("model", worker._facts())
    views = Views(desk.foundation.store, desk.foundation.leases, desk.clock)
    assert views.system().written == {"template": 1, "refused": 1}


WINDOWS = [
    pytest.param(True, NOON + HOUR, id="watched now: up to now"),
    pytest.param(False, NOON, id="a recording: up to its last sample"),
]


@pytest.mark.parametrize(("live", "end"), WINDOWS)
def test_the_latest_window(desk: Desk, live: bool, end: datetime) -> None:
    state = framed(b"", live=live)
    desk.foundation.store.commit([Commit(patient=desk.patient, state=state)])
    desk.clock.turn(HOUR)

    assert desk.asking.window(desk.patient, HOUR) == Window(end - HOUR, end)


@pytest.mark.parametrize("hours", [0, -1, 72.5])
def test_a_window_out_of_bounds_is_refused(desk: Desk, hours: float) -> None:
    with pytest.raises(InvalidEntry, match="at most 72 hours"):
        desk.asking.window(desk.patient, timedelta(hours=hours))
