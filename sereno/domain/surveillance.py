"""What scoring and alarming make of a stream: scores, episodes, alarms, and their limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from sereno.domain.vitals import Signal


class ScoreKind(StrEnum):
    """Track-and-trigger scores."""

    NEWS2 = "news2"
    QSOFA = "qsofa"


class Response(StrEnum):
    """The clinical response that the NEWS2 chart asks for (Royal College of Physicians, 2017)."""

    ROUTINE = "routine"  # total 0
    WARD = "ward"  # total 1 to 4
    URGENT_WARD = "urgent_ward"  # 3 in a single parameter
    URGENT = "urgent"  # total 5 or 6
    EMERGENCY = "emergency"  # total 7 or more

    @classmethod
    def to(cls, total: int, *, red: bool) -> "Response":
        """The response to a NEWS2 total (RCP 2017, charts 2 and 4); `red`: 3 in one parameter."""
        if total >= 7:
            return cls.EMERGENCY
        if total >= 5:
            return cls.URGENT
        if red:
            return cls.URGENT_WARD
        return cls.WARD if total else cls.ROUTINE


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One parameter of a score: the measurement it rests on and the points it gives.

    `signal` and `value` are what was measured. `derived` is set where that is not the chart's own
    parameter but tells it: "gcs" (alert or not), "fio2" and "oxygen_flow" (oxygen or air).
    """

    signal: Signal
    value: float
    observed: datetime
    points: int
    derived: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score, true from `time` until the next one of its kind.

    Where parameters are missing or too old it is partial: `total` counts what is known, and the
    whole score lies between `lowest` and `highest`, and asks for `response` at least and for
    `worst_response` at most; with nothing known `total` is None. `missing` names parameters by the
    signal that usually measures them. `not_scored` says why there is no score ("under_16",
    "under_18" for qSOFA, "pregnant"); all numbers are then None.
    """

    kind: ScoreKind
    time: datetime
    total: int | None
    lowest: int | None
    highest: int | None
    parts: tuple[ScorePart, ...] = ()
    missing: tuple[Signal, ...] = ()
    response: Response | None = None
    red: bool = False  # NEWS2: a single parameter gives 3
    scale: int = 1  # NEWS2: the SpO2 scale in force
    not_scored: str | None = None
    rescored: datetime | None = None  # when it was told anew, of what came late

    @property
    def partial(self) -> bool:
        """Whether any parameter is missing."""
        return bool(self.missing)

    @property
    def worst_response(self) -> Response | None:
        """The response of NEWS2 if whatever is missing were at its worst; None if not scored.

        Every parameter but air-or-oxygen can give 3 points by itself.
        """
        if self.kind is not ScoreKind.NEWS2 or self.highest is None:
            return None
        could_be_red = any(signal is not Signal.OXYGEN_GIVEN for signal in self.missing)
        return Response.to(self.highest, red=self.red or could_be_red)

    @property
    def certain(self) -> bool:
        """Whether the response is the same whatever the missing parameters would give."""
        return not self.partial or self.response is self.worst_response


class Direction(StrEnum):
    """Which side of a limit is abnormal."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A stretch in which one signal lay strictly beyond a threshold.

    `end` is None while it goes on, else the first sample back inside; where measuring stopped it
    equals `last`, for nothing is known after that. `last` is the latest abnormal sample, so that
    a duration can always be told. `extreme` is the nadir or peak. `id` is stable while it grows.
    """

    id: str
    signal: Signal
    direction: Direction
    threshold: float
    start: datetime
    last: datetime
    end: datetime | None
    extreme: float
    extreme_time: datetime

    @property
    def ongoing(self) -> bool:
        """Whether it has not ended yet."""
        return self.end is None

    @property
    def duration(self) -> timedelta:
        """From the first to the last abnormal sample."""
        return self.last - self.start


class Priority(IntEnum):
    """Alarm priorities of IEC 60601-1-8; a larger number is more urgent."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Condition(StrEnum):
    """What an alarm is about."""

    LIMIT = "limit"  # a vital sign beyond its limit
    SCORE = "score"  # NEWS2 at or above its trigger
    SENSOR_OFF = "sensor_off"
    SOURCE_SILENT = "source_silent"
    CLOCK_WRONG = "clock_wrong"  # a source dates what it measures in the future
    IMPLAUSIBLE = "implausible"
    MONITORING_STOPPED = "monitoring_stopped"

    @property
    def technical(self) -> bool:
        """Whether it concerns the equipment and not the patient."""
        return self not in (Condition.LIMIT, Condition.SCORE)


class OperatorState(StrEnum):
    """What the operator has done about an alarm (IEC 60601-1-8, 201.3 and 6.8)."""

    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    AUDIO_PAUSED = "audio_paused"
    ALARM_PAUSED = "alarm_paused"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """When a signal raises an alarm.

    Strictly beyond `value` in `direction` for `delay` raises it; back inside by `hysteresis` (in
    the signal's unit) ends it. A value is judged as it is shown, rounded to its decimals.
    """

    signal: Signal
    direction: Direction
    value: float
    priority: Priority
    hysteresis: float = 0.0
    delay: timedelta = timedelta(seconds=10)
    latching: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit:
    """A limit that a clinician set for one patient: who, when and why, where that is known."""

    limit: Limit
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm and its whole state: the condition on one side, the operator on the other.

    `present` says whether the condition holds now; `ended` when it last went. A latched alarm
    stays active after its condition has gone, until acknowledged. `value` is what raised it,
    `extreme` the worst since its onset. `signal` is None for conditions of a source.
    """

    id: str
    patient: str
    condition: Condition
    priority: Priority
    onset: datetime  # when the condition began
    raised: datetime  # when the alarm began, after its delay
    present: bool
    signal: Signal | None = None
    direction: Direction | None = None
    limit: float | None = None
    value: float | None = None
    extreme: float | None = None
    latched: bool = False
    ended: datetime | None = None
    operator: OperatorState = OperatorState.NONE
    operator_until: datetime | None = None  # when a pause ends by itself
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    reason: str | None = None
    source: str | None = None
    passed: datetime | None = None  # since when `limit` is passed, where another one was first

    @property
    def since(self) -> datetime:
        """Since when `limit` is passed: of an alarm that has worsened later than its onset."""
        return self.onset if self.passed is None else self.passed

    @property
    def late(self) -> bool:
        """Whether its condition was over before anybody could know: what tells it came late."""
        return self.ended is not None and not self.present and self.ended < self.raised

    @property
    def active(self) -> bool:
        """Whether it still asks for attention: present, or latched and not yet acknowledged."""
        return self.present or (self.latched and self.operator is not OperatorState.ACKNOWLEDGED)

    def held_until(self, at: datetime) -> datetime:
        """Up to when its condition held, as of `at`."""
        end = at if self.present or self.ended is None else self.ended
        return max(self.onset, end)

    def answered(self, at: datetime) -> datetime | None:
        """When it was acknowledged, as of `at`; None where it waits for somebody."""
        when = self.acknowledged_at
        answered = self.operator is OperatorState.ACKNOWLEDGED
        return when if answered and when is not None and when <= at else None


class AlarmStep(StrEnum):
    """What an alarm's history is made of."""

    RAISED = "raised"
    WORSENED = "worsened"
    EASED = "eased"
    GONE = "gone"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"
    DISCHARGED = "discharged"
    CLOSED = "closed"


# Why, where the machine says it: such a step has nobody's name. A person gives their own words.
NOT_MEASURED = "no longer measured"
REPLACED = "another source delivers the same signals"
CORRECTED = "corrected"
ON_PURPOSE = "stopped on purpose"
RECEIVED_LATE = "received late"
REASONS = (NOT_MEASURED, REPLACED, CORRECTED, ON_PURPOSE, RECEIVED_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEvent:
    """One step in an alarm's life, for its history."""

    alarm: str
    time: datetime
    what: AlarmStep
    by: str | None = None
    reason: str | None = None  # one of REASONS where `by` is None
    value: float | None = None
