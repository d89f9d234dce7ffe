"""The facts of a window, and the texts that may state them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from sereno.domain.surveillance import Alarm, Direction
from sereno.domain.vitals import Language, Signal


class FactKind(StrEnum):
    """What a fact says."""

    MEASURE = "measure"  # the latest value and its time
    CHANGE = "change"  # from one value to another over the window
    EXTREME = "extreme"  # the lowest or highest, with its time
    RANGE = "range"  # lowest, highest and median over the window
    EPISODE = "episode"  # beyond a threshold: start, duration, nadir or peak
    GROUP = "group"  # several episodes of one kind: how many, the longest, the worst
    SCORE = "score"  # a score with its parts, or its range where partial
    RESPONSE = "response"  # what the protocol of a score asks for
    ALARM = "alarm"  # an alarm with its state
    GAP = "gap"  # nothing was measured from one time to another
    NOTE = "note"  # words of a note charted by hand, to be quoted as they stand
    # Of answers to questions alone:
    WITHIN = "within"  # no value beyond a limit in a period: how many, and how far the worst goes
    SPREAD = "spread"  # lowest, highest and median from one moment to another
    COMPARISON = "comparison"  # one period or moment with another
    TOTAL = "total"  # a score at a moment, or the highest of a period
    LASTED = "lasted"  # how long several episodes lasted in all
    ENDED = "ended"  # when a value last lay beyond a limit, of an episode that is over
    RAISED = "raised"  # an alarm of a period, open or over
    TALLY = "tally"  # how many alarms of which priority there were in a period


class Severity(IntEnum):
    """How much a fact matters to who takes over; a larger number leads."""

    NORMAL = 0
    NOTABLE = 1
    SERIOUS = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class SampleSpan:
    """The stretch of stream that a fact rests on, both ends included."""

    signal: Signal
    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that was measured or computed by plain code.

    `value` is what the fact is chiefly about, in `unit` (UCUM); `values` holds the named others
    ("from", "to", "threshold", "count", "lowest"...), `times` the named moments ("at", "start",
    "end"), `durations` the named lengths, `labels` the named words ("response", "priority"...),
    `signals` the other signals that it names (what a score misses). `ongoing` says that it still
    holds at the window's end. `members` are the ids of the episodes or alarms that it tells.
    docs/reference/evidence.md defines all of them, kind by kind.
    """

    id: str
    kind: FactKind
    severity: Severity
    signal: Signal | None = None
    direction: Direction | None = None
    value: float | None = None
    unit: str | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    ongoing: bool = False
    members: tuple[str, ...] = ()
    spans: tuple[SampleSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, start included and end included."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Its length in hours."""
        return (self.end - self.start) / timedelta(hours=1)


class Section(StrEnum):
    """The parts of a handover: SBAR, as the Institute for Healthcare Improvement teaches it."""

    SITUATION = "situation"
    BACKGROUND = "background"
    ASSESSMENT = "assessment"
    RECOMMENDATION = "recommendation"


SECTIONS: Mapping[FactKind, Section] = MappingProxyType(
    {
        FactKind.ALARM: Section.SITUATION,
        FactKind.SCORE: Section.SITUATION,
        FactKind.RANGE: Section.BACKGROUND,
        FactKind.CHANGE: Section.ASSESSMENT,  # it tells the latest value, and how it came to be
        FactKind.EXTREME: Section.BACKGROUND,
        FactKind.EPISODE: Section.BACKGROUND,
        FactKind.GROUP: Section.BACKGROUND,
        FactKind.GAP: Section.BACKGROUND,
        FactKind.NOTE: Section.BACKGROUND,
        FactKind.MEASURE: Section.ASSESSMENT,
        FactKind.RESPONSE: Section.RECOMMENDATION,
    }
)


class Form(StrEnum):
    """The kinds of text: the summaries, and what explains an alarm."""

    LINE = "line"  # what matters most, for a card
    HANDOVER = "handover"  # SBAR
    SHIFT = "shift"  # a handover with the ranges of a whole shift
    TREND = "trend"  # how the signals have gone, for a discharge
    PATIENT = "patient"  # to the patient, in plain words
    ALARM = "alarm"  # what one alarm is about; its window is the alarm's own

    @property
    def sectioned(self) -> bool:
        """Whether its text is parted into sections."""
        return self in (Form.HANDOVER, Form.SHIFT)

    @property
    def hours(self) -> int:
        """The window that it covers where none is asked for."""
        return {Form.SHIFT: 12, Form.TREND: 72, Form.PATIENT: 12}.get(self, 4)


# What may be asked for over a window of one's own choosing.
SUMMARIES: tuple[Form, ...] = tuple(form for form in Form if form is not Form.ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a text about one patient and window may say, in order, and what it must say.

    `zone` is the IANA name of the time zone in which a text tells clock times; `form` is the one
    that the facts were planned for.
    """

    patient: str
    window: Window
    facts: tuple[Fact, ...]
    required: tuple[str, ...]
    zone: str = "UTC"
    form: Form = Form.HANDOVER

    def fact(self, fact_id: str) -> Fact:
        """The fact called `fact_id`; KeyError where there is none."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the ids of the facts that it states, in its section of a form with some."""

    text: str
    citations: tuple[str, ...]
    section: Section | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Where the time went, in milliseconds; tokens made and decoding steps taken."""

    evidence_ms: float = 0.0
    prefill_ms: float = 0.0
    decode_ms: float = 0.0
    tokens: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model wrote: its name and the hashes of its files."""

    name: str
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How the model was run: with the same files and prompt it writes the same text again.

    `provider` is where it ran, as `inference.runtime` names it.
    """

    provider: str
    temperature: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator wrote, not yet verified."""

    sentences: tuple[Sentence, ...]
    source: str  # "model" or "template", else the name of the generator that was plugged in
    model: ModelIdentity | None = None
    timings: Timings = Timings()
    prompt_hash: str | None = None  # of the prompt and the grammar together
    run: Run | None = None  # of a model of ours

    @property
    def text(self) -> str:
        """The sentences, one after the other; each section on a line of its own."""
        sections = groupby(self.sentences, key=attrgetter("section"))
        return "\n".join(" ".join(each.text for each in said) for _, said in sections)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim that no cited fact bears out, or a required fact that is missing."""

    claim: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found; empty refusals mean that every claim is borne out."""

    refusals: tuple[Refusal, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether nothing was refused."""
        return not self.refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A verified text with the evidence that it rests on, as it was when it was written.

    `evidence_hash` is the evidence's fingerprint, `program` the release of Sereno that wrote; None
    in what was kept before either was. `alarm` is the one that an explanation is about, as that
    stood then; None of any other text.
    """

    id: str
    patient: str
    created: datetime
    language: Language
    form: Form
    evidence: Evidence
    draft: Draft
    verdict: Verdict
    fallback_reason: str | None = None  # why the template wrote it, where it did
    evidence_hash: str | None = None
    program: str | None = None
    alarm: Alarm | None = None
