"""Questions in words: what was understood of one, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from types import MappingProxyType

from sereno.domain.evidence import Evidence, ModelIdentity, Sentence, Window
from sereno.domain.patients import Note
from sereno.domain.surveillance import Direction, Response, ScoreKind
from sereno.domain.vitals import Language, Signal


class Tool(StrEnum):
    """What can be looked up: a closed set, and all of it reads alone."""

    VITALS = "vitals"  # values now or over a period
    EXTREMES = "extremes"  # the highest or lowest, with its time
    EPISODES = "episodes"  # whether, when, how long and how often beyond a limit
    SCORE = "score"  # NEWS2 or qSOFA: now, why, the highest
    COMPARE = "compare"  # one period or moment with another
    ALARMS = "alarms"  # open or past
    GAPS = "gaps"  # when last measured, what is missing
    PROTOCOL = "protocol"  # what NEWS2's response asks for
    WARD = "ward"  # who first, or for whom something holds
    NOTES = "notes"  # words in what was noted by hand


class Aspect(StrEnum):
    """Which part of what a tool finds is asked for."""

    LATEST = "latest"
    RANGE = "range"
    WHETHER = "whether"
    WHEN = "when"
    HOW_LONG = "how_long"
    HOW_OFTEN = "how_often"
    WHY = "why"
    NOW = "now"  # whether the present value lies beyond a limit
    HIGHEST = "highest"
    LOWEST = "lowest"
    MISSING = "missing"  # what is not measured
    FIRST = "first"  # of the ward: who needs somebody first


class Topic(StrEnum):
    """What is asked about: signals that tell the same thing, the preferred one first."""

    HEART = "heart"
    SATURATION = "saturation"
    BREATHING = "breathing"
    TEMPERATURE = "temperature"
    PRESSURE = "pressure"
    DIASTOLIC = "diastolic"
    MEAN_PRESSURE = "mean_pressure"
    CAPNOGRAPHY = "capnography"
    OXYGEN = "oxygen"
    CONSCIOUSNESS = "consciousness"
    COMA_SCALE = "coma_scale"
    GLUCOSE = "glucose"

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The signals that tell it."""
        return _SIGNALS[self]

    @property
    def worse_when_low(self) -> bool:
        """Whether a lower value means that somebody is worse; of all others a higher one does."""
        return self in _WORSE_WHEN_LOW


_WORSE_WHEN_LOW = frozenset(
    {Topic.SATURATION, Topic.PRESSURE, Topic.DIASTOLIC, Topic.MEAN_PRESSURE, Topic.COMA_SCALE}
)
_SIGNALS: Mapping[Topic, tuple[Signal, ...]] = MappingProxyType(
    {
        Topic.HEART: (Signal.HEART_RATE, Signal.PULSE_RATE),
        Topic.SATURATION: (Signal.SPO2,),
        Topic.BREATHING: (Signal.RESPIRATORY_RATE,),
        Topic.TEMPERATURE: (Signal.TEMPERATURE,),
        Topic.PRESSURE: (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC),
        Topic.DIASTOLIC: (Signal.CUFF_DIASTOLIC, Signal.INVASIVE_DIASTOLIC),
        Topic.MEAN_PRESSURE: (Signal.CUFF_MEAN, Signal.INVASIVE_MEAN),
        Topic.CAPNOGRAPHY: (Signal.END_TIDAL_CO2,),
        Topic.OXYGEN: (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN),
        Topic.CONSCIOUSNESS: (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE),
        Topic.COMA_SCALE: (Signal.GLASGOW_COMA_SCALE,),
        Topic.GLUCOSE: (Signal.GLUCOSE,),
    }
)


class Stretch(StrEnum):
    """How a period is said. Clock times are those of the clock on the wall."""

    UNSAID = "unsaid"
    NOW = "now"
    NIGHT = "night"  # 20:00 to 08:00: the one running, or by day the last one
    TODAY = "today"  # from 00:00
    MORNING = "morning"  # 06:00 to 12:00
    AFTERNOON = "afternoon"  # 12:00 to 20:00
    SMALL_HOURS = "small_hours"  # 00:00 to 06:00
    SHIFT = "shift"  # the last 12 hours
    LAST = "last"  # so many hours up to now
    BEFORE = "before"  # so many hours before the period that it is compared with
    AGO = "ago"  # a moment so many hours ago
    SINCE = "since"  # a clock time up to now
    UNTIL = "until"  # up to a clock time
    BETWEEN = "between"  # two clock times
    AT = "at"  # a moment by the clock
    ALL = "all"  # all that is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time as it was said. `days` counts back from the day of the question.

    `halves` says that its clock times may be of either half of the day: "since three".
    """

    stretch: Stretch = Stretch.UNSAID
    hours: float = 0.0
    start: time | None = None
    end: time | None = None
    days: int = 0
    halves: bool = False

    @property
    def moment(self) -> bool:
        """Whether it is a moment rather than a stretch."""
        return self.stretch in (Stretch.NOW, Stretch.AGO, Stretch.AT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was understood: which tool is asked for what.

    `direction` and `limit` say beyond what (None: the usual limit), `topics` of what; `against` is
    the period that `period` is compared with. `fine` turns a yes-or-no question around: whether
    all is within the limit. `worse` says whether a comparison asks for worse (True), better (False)
    or just how it differs. `of` is what the ward tool asks about each patient. `response`
    is what the protocol is asked about. `words` are looked for in notes.
    """

    tool: Tool
    aspect: Aspect = Aspect.LATEST
    topics: tuple[Topic, ...] = ()
    direction: Direction | None = None
    limit: float | None = None
    period: Period = Period()
    against: Period | None = None
    fine: bool = False
    worse: bool | None = None
    score: ScoreKind | None = None
    response: Response | None = None
    words: tuple[str, ...] = ()
    of: "Call | None" = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The stretches of a record that a call is about, as they stand at `at`; zone IANA.

    `window` is None where the latest is asked for, `against` where nothing is compared. A moment
    is a window that ends where it begins.
    """

    at: datetime
    zone: str
    window: Window | None = None
    against: Window | None = None


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_RECORDED = "not_recorded"  # the record does not say
    DECLINED = "declined"  # advice, off-topic, or not a question of this kind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a question: a call, or why there is none.

    `call` is None for what is not in the record or not for here; `outcome` then says which, and
    where that is not `sure`, it was not understood. A call that is not `sure` leaves words unread,
    or is one reading of several: no yes or no comes of it.
    """

    call: Call | None
    outcome: Outcome = Outcome.ANSWERED
    sure: bool = True


class Polarity(StrEnum):
    """What the first words of an answer say."""

    YES = "yes"
    NO = "no"
    NONE_RECORDED = "none_recorded"  # no, as far as anything was measured
    COUNT = "count"
    SILENT = "silent"  # the record does not say
    UNREAD = "unread"  # part of the question was not understood: the facts, and neither yes nor no
    UNCERTAIN = "uncertain"  # what is missing could turn it either way
    DECLINED = "declined"
    TOLD = "told"  # no lead: the facts themselves


@dataclass(frozen=True, slots=True)
class Lead:
    """The first words of an answer: yes, no or how many."""

    polarity: Polarity
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a tool found about one patient: the facts, and what the answer begins with.

    `notes` are quoted as they stand, and no part of what is verified.
    """

    outcome: Outcome
    lead: Lead
    evidence: Evidence
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The sentences about one patient. `label` is empty where the question was about one."""

    patient: str
    evidence: Evidence
    sentences: tuple[Sentence, ...]
    label: str = ""
    lead: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def text(self) -> str:
        """The sentences, behind whom they are about."""
        said = [self.lead, *(sentence.text for sentence in self.sentences)]
        told = " ".join(each for each in said if each)
        return f"{self.label}: {told}" if self.label else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question and what the record says. `at` is the moment of which it is true.

    `lead` are its first words, `read_as` says how the question was read, `parts` what they rest on;
    `source` is "model" or "template", and
    `fallback_reason` why the template wrote it where a model should have.
    """

    id: str
    question: str
    created: datetime
    at: datetime
    language: Language
    outcome: Outcome
    lead: str
    read_as: str = ""
    parts: tuple[Part, ...] = ()
    call: Call | None = None
    window: Window | None = None
    source: str = "template"
    model: ModelIdentity | None = None
    fallback_reason: str | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def text(self) -> str:
        """All of it: the lead, then a line a patient, and notes as they stand."""
        many = any(part.label for part in self.parts)
        said = [part.text for part in self.parts if part.text]
        quoted = [f"«{note.text}»" for part in self.parts for note in part.notes]
        head = [self.lead] if self.lead else []
        return ("\n" if many else " ").join([*head, *said, *quoted])
