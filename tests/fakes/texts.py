"""A summary on paper, and what writes such texts while a test looks on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sereno.domain.errors import Conflict, NotFound, SerenoError, Unreadable
from sereno.domain.evidence import (
    Draft,
    Evidence,
    Fact,
    FactKind,
    Form,
    ModelIdentity,
    SampleSpan,
    Sentence,
    Severity,
    Summary,
    Verdict,
    Window,
)
from sereno.domain.patients import Patient
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language, Signal
from sereno.ports import Job, JobState
from sereno.services.explaining import Explained
from sereno.services.handover import Entry, WardHandover
from tests.fakes.clock import HOUR, MINUTE, START
from tests.fakes.paper import PaperStore


def summary(patient: str, at: datetime, language: Language = Language.ENGLISH) -> Summary:
    """Two sentences and the facts they rest on."""
    window = Window(at - 4 * HOUR, at)
    fall = SampleSpan(Signal.SPO2, at - 70 * MINUTE, at - 55 * MINUTE, 900)
    rate = SampleSpan(Signal.RESPIRATORY_RATE, at - 4 * HOUR, at, 14400)
    facts = (
        Fact(
            id="F1", kind=FactKind.EXTREME, severity=Severity.CRITICAL, signal=Signal.SPO2,
            direction=Direction.LOW, value=84.0, unit="%", times={"at": at - HOUR}, spans=(fall,),
        ),
        Fact(
            id="F2", kind=FactKind.CHANGE, severity=Severity.SERIOUS,
            signal=Signal.RESPIRATORY_RATE, unit="/min", values={"from": 16.0, "to": 27.0},
            times={"start": window.start, "end": window.end}, spans=(rate,), ongoing=True,
        ),
    )  # fmt: skip
    sentences = (
        Sentence("Oxygen saturation fell to 84%.", ("F1",)),
        Sentence("The respiratory rate rose from 16 to 27 a minute.", ("F2",)),
    )
    model = ModelIdentity("SmolLM2-135M-Instruct")
    return Summary(
        id=f"s-{patient}-{at:%H%M%S}", patient=patient, created=at, language=language,
        form=Form.HANDOVER,
        evidence=Evidence(patient=patient, window=window, facts=facts, required=("F1",)),
        draft=Draft(sentences=sentences, source="model", model=model), verdict=Verdict(),
    )  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """Where a summary stands."""

    job: Job
    summary: Summary | None


class PaperWriter:
    """Writes a summary at the second look."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.looks = 0
        self.asked: list[tuple[str, Window, Language]] = []
        self.form: Form | None = None  # that was asked for last

    def window(self, patient: str, length: timedelta, end: datetime | None = None) -> Window:
        until = end or self.store.clock.now()
        return Window(until - length, until)

    def request(
        self,
        patient: str,
        window: Window,
        *,
        language: Language = Language.ENGLISH,
        form: Form = Form.HANDOVER,
        priority: int = 0,
    ) -> str:
        self.asked.append((patient, window, language))
        self.form = form
        self.looks = 0
        return f"j{len(self.asked)}"

    def progress(self, job_id: str) -> Progress:
        self.looks += 1
        patient, window, language = self.asked[-1]
        job = Job(
            id=job_id, kind="summary", patient=patient, payload={}, priority=1,
            deadline=window.end + HOUR, state=JobState.RUNNING,
        )  # fmt: skip
        if self.looks < 2:
            return Progress(job, None)
        written = summary(patient, window.end, language)
        self.store.kept_summaries.setdefault(patient, []).insert(0, written)
        return Progress(replace(job, state=JobState.DONE, result=written.id), written)


class PaperHandover:
    """Writes one bed at each look, in the order of the ward."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.asked: list[tuple[Language, str]] = []
        self.at = START
        self.outputs: list[str | None] = []
        self.missed: set[int] = set()
        self.absent: tuple[Patient, ...] = ()
        self.unreadable: set[str] = set()  # outputs
        self.full = False  # the queue
        self.stopped = False

    def ask(self, language: Language, by: str) -> None:
        if self.full:
            message = "the queue of summaries is full; try again in a minute"
            raise Conflict(message)
        self.asked.append((language, by))
        self.at, self.outputs = self.store.clock.now(), [None for _ in self.store.beds]

    def stop(self) -> None:
        self.missed = {n for n, output in enumerate(self.outputs) if output is None}
        self.stopped = True

    def newest(self) -> WardHandover | None:
        if not self.asked:
            return None
        language, by = self.asked[-1]
        beds = enumerate(self.store.beds.values())
        entries = tuple(Entry(bed.patient, self.outputs[n], n in self.missed) for n, bed in beds)
        return WardHandover(
            asked=self.at, by=by, language=language, entries=entries, absent=self.absent
        )

    def write(self, number: int) -> None:
        """The next so many beds, or all that are left."""
        left = [n for n, output in enumerate(self.outputs) if output is None]
        for n in left[:number]:
            self.outputs[n] = f"p{n + 1}"

    def summary(self, output: str) -> Summary:
        if output in self.unreadable:
            message = "a block is damaged"
            raise Unreadable(message)
        return summary(output, self.at, self.asked[-1][0])


class PaperExplainer:
    """Explains an alarm with the two sentences of a summary; `age` is how old they are."""

    def __init__(self, store: PaperStore) -> None:
        self.store = store
        self.age = 2 * MINUTE
        self.error: SerenoError | None = None

    def explain(self, alarm_id: str, language: Language) -> Explained:
        if self.error:
            raise self.error
        alarm = self.store.kept_alarms.get(alarm_id)
        if alarm is None:
            message = "there is no such alarm"
            raise NotFound(message)
        at = self.store.clock.now() - self.age
        text = replace(summary(alarm.patient, at, language), form=Form.ALARM, alarm=alarm)
        return Explained(alarm, text, self.age)
