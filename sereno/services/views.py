"""Read models: what the screens show, computed from the store. Reading changes nothing.

Times are UTC. A patient whose last sample is older than the longest trend, or lies ahead of the
clock, is a recording with its own times: its windows end at its last sample, not now.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sereno.domain.errors import Forgotten, NotFound, Unreadable
from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    Condition,
    Episode,
    Priority,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports import Beats, Bin, Clock, Leases, Store
from sereno.scoring import news2
from sereno.scoring import urgency as ranking
from sereno.scoring.pairs import leading
from sereno.scoring.readings import CHARTED_AGE, CHARTED_BY_HAND, Scorable
from sereno.services import absence
from sereno.services.absence import Absence
from sereno.services.ingestion.health import SourceState
from sereno.services.limits import LimitInForce, limits_of
from sereno.services.since import Since, since
from sereno.services.supervision import SUPERVISOR_LEASE
from sereno.services.watchdog import STOPPED_AFTER

PROCESSES: Final = ("ingest", "model")
# A process that beats every second or so and has not for this long counts as down.
SILENT_AFTER: Final = STOPPED_AFTER
# A supervisor says every second which processes it sees; an older word of its counts for nothing.
SUPERVISED: Final = timedelta(seconds=5)
FAILING: Final = frozenset({SourceState.WAITING, SourceState.GAVE_UP})

# When a value on the screen is marked as old. Monitors send every second, some once a minute;
# what is taken by hand is taken at least every 12 hours (NEWS2, Royal College of Physicians,
# 2017, clinical response to a score of 0).
CONTINUOUS_STALE: Final = timedelta(minutes=2)
BY_HAND_STALE: Final = timedelta(hours=12)
# A cuff is read so too; but what it reads is scored as what a monitor can measure at any moment.
_CUFF: Final = frozenset({Signal.CUFF_SYSTOLIC, Signal.CUFF_DIASTOLIC, Signal.CUFF_MEAN})
BY_HAND: Final = CHARTED_BY_HAND | _CUFF

# What is set or judged, and stays so until it is said otherwise: drawn in steps, for as long as it
# is scored. Between two entries nothing else was ever true.
HELD: Final = frozenset({Signal.FIO2, Signal.OXYGEN_FLOW, Signal.GLASGOW_COMA_SCALE})
HELD_FOR: Final = CHARTED_AGE

# Hours that a trend may cover, with the width of its steps: at most some 450 on a screen.
TREND_STEPS: Final[Mapping[int, timedelta]] = MappingProxyType(
    {
        1: timedelta(seconds=10),
        4: timedelta(minutes=1),
        8: timedelta(minutes=2),
        12: timedelta(minutes=2),
        24: timedelta(minutes=5),
        48: timedelta(minutes=10),
        72: timedelta(minutes=10),
    }
)
LONGEST_TREND: Final = timedelta(hours=max(TREND_STEPS))
CLOCK_ERROR: Final = timedelta(minutes=5)  # a device's clock may be this wrong

SPARKS: Final = (Signal.HEART_RATE, Signal.PULSE_RATE, Signal.SPO2, Signal.RESPIRATORY_RATE)
SPARK_HOURS: Final = timedelta(hours=4)
SPARK_STEP: Final = timedelta(minutes=5)
# Tiny trends move slowly: all viewers share one computed within this time.
SPARK_KEPT: Final = timedelta(seconds=30)
# What has changed on the ward since an answer is looked for no more often, while the answer stands.
SINCE_KEPT: Final = timedelta(seconds=10)


_DIGITS: Final = re.compile(r"\d+")
_MOST_DIGITS: Final = 20  # of a number in a label; longer ones sort as text

WAVES: Final = (Signal.ECG, Signal.PLETH, Signal.PRESSURE, Signal.RESPIRATION)


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest value of a signal. `alarm` is the priority of an active alarm about it."""

    observation: Observation
    stale_after: timedelta
    alarm: Priority | None

    @property
    def usable(self) -> bool:
        """Whether it is a value, and not a mark that the sensor is off or implausible."""
        return self.observation.quality is Quality.GOOD


@dataclass(frozen=True, slots=True)
class SystemView:
    """How long ago each process last gave a sign of life; None where it never did.

    `gone` have ended, by their own word or their supervisor's, or are only starting. `failing`
    are the sources that can not be read, each with why. `written` counts the model process'
    summaries since its start: by "model", by "template", and those of the model that the verifier
    "refused".
    """

    now: datetime
    ages: Mapping[str, timedelta | None]
    gone: frozenset[str] = frozenset()
    failing: tuple[str, ...] = ()
    written: Mapping[str, int] = field(default_factory=dict)

    def up(self, process: str) -> bool:
        """Whether `process` lives."""
        age = self.ages.get(process)
        return process not in self.gone and age is not None and age < SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Spark:
    """A tiny trend: medians at the start of each step that has any."""

    signal: Signal
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BedView:
    """A bed's card. `scores` are those of the spark's window, the one in force last.

    `told` are its alarms but for a pulse rate's that a heart rate's tells as well.
    """

    patient: Patient
    newest: datetime | None
    readings: Mapping[Signal, Reading]
    score: Score | None
    scores: tuple[Score, ...]
    alarms: tuple[Alarm, ...]
    told: tuple[Alarm, ...]
    sparks: tuple[Spark, ...]
    window: tuple[datetime, datetime]

    @property
    def urgency(self) -> tuple[int, int, int, int, str]:
        """Sorts the sickest first, and by label who is as sick."""
        return (*ranking.urgency(self.score, self.alarms), natural(self.patient.label))


@dataclass(frozen=True, slots=True)
class WardView:
    """All beds, the sickest first; and by label or id whose record can not be read or written.

    `absence` is when nobody watched the ward last, for as long as it is told; `failing` are the
    sources that can not be read, each with why.
    """

    now: datetime
    beds: tuple[BedView, ...]
    unreadable: tuple[str, ...] = ()
    absence: Absence | None = None
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientView:
    """What is known of one patient now. `until` ends the windows shown of them.

    `score` is the NEWS2 in force, each part with the newest value that gives its points, and
    `qsofa` the qSOFA; `told` are the alarms as on the bed's card.
    """

    now: datetime
    until: datetime
    patient: Patient
    readings: Mapping[Signal, Reading]
    score: Score | None
    qsofa: Score | None
    alarms: tuple[Alarm, ...]
    told: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One signal over the trend's window; of what is held also the step in force at its start.

    `until` ends what is held at the latest: now, or the end of the stay.
    """

    signal: Signal
    bins: tuple[Bin, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """A window of a patient: series, and what happened in it."""

    now: datetime
    start: datetime
    end: datetime
    step: timedelta
    series: tuple[Series, ...]
    episodes: tuple[Episode, ...]
    alarms: tuple[Alarm, ...]
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm and whose it is."""

    alarm: Alarm
    patient: Patient


class Views:
    """Computes read models. Every method may block for database reads; safe in many threads."""

    def __init__(self, store: Store, leases: Leases, clock: Clock) -> None:
        self._store = store
        self._leases = leases
        self._clock = clock
        self._sparks: dict[str, tuple[datetime, tuple[Spark, ...]]] = {}
        self._changes: dict[tuple[str, datetime], tuple[datetime, Since]] = {}
        self._lock = threading.Lock()

    def system(self) -> SystemView:
        """Whether the processes behind the screens live."""
        now, beats = self._clock.now(), self._leases.beats()
        ages = {name: now - beats[name].at if name in beats else None for name in PROCESSES}
        _, ingest = beats.get("ingest", (now, {}))
        _, model = beats.get("model", (now, {}))
        return SystemView(
            now=now,
            ages=ages,
            gone=frozenset(_gone(beats, now)),
            failing=_failing(ingest),
            written=model.get("written", {}),
        )

    def ward(self, *, discharged: bool = False) -> WardView:
        """All beds, the sickest first; those of who is discharged where asked for, at the end."""
        now = self._clock.now()
        active: dict[str, list[Alarm]] = {}
        for alarm in sorted(self._store.alarms(active=True), key=_pressing):
            active.setdefault(alarm.patient, []).append(alarm)
        patients = self.patients(discharged=discharged)
        unreadable, beds = set(self._store.unreadable()), []
        for patient in patients:
            if patient.id not in unreadable:
                try:
                    beds.append(self._bed(patient, active.get(patient.id, []), now))
                except Unreadable:
                    unreadable.add(patient.id)
        _, facts = self._leases.beats().get("ingest", (now, {}))
        unreadable |= set(facts.get("out_of_reach", ()))  # their cards stay, and grow old visibly
        self._forget_sparks_but({patient.id for patient in patients})
        labels = {patient.id: patient.label for patient in patients}
        return WardView(
            now,
            tuple(sorted(beds, key=lambda bed: (bed.patient.discharged is not None, bed.urgency))),
            tuple(sorted((labels.get(each, each) for each in unreadable), key=natural)),
            absence.told(facts, now),
            _failing(facts),
        )

    def patient(self, patient_id: str) -> PatientView:
        """One patient now. Raises NotFound or Forgotten."""
        now = self._clock.now()
        patient = self._store.find(patient_id)
        latest = self._store.latest(patient.id)
        until = window_end(_newest(latest), now)
        alarms = tuple(sorted(self._store.alarms(patient.id, active=True), key=_pressing))
        scores = self._store.scores(patient.id, until, until)
        qsofa = self._store.scores(patient.id, until, until, ScoreKind.QSOFA)
        return PatientView(
            now=now,
            until=until,
            patient=patient,
            readings=_readings(latest, alarms),
            score=_brought_up(scores[-1], patient, latest, until) if scores else None,
            qsofa=qsofa[-1] if qsofa else None,
            alarms=alarms,
            told=leading(alarms, max(now, until)),
        )

    def limits(self, patient_id: str) -> tuple[LimitInForce, ...]:
        """The limits in force as of the last commit. Raises NotFound, Forgotten or Conflict."""
        return limits_of(self._store, self._store.find(patient_id))

    def patients(self, *, discharged: bool = False) -> tuple[Patient, ...]:
        """Everyone on the ward whose data can be read, by label; with who was discharged if asked.

        Whoever is asked for by name is shown in any case: see `patient`.
        """
        found = [one for one in self._store.patients() if discharged or one.discharged is None]
        return tuple(sorted(found, key=lambda patient: natural(patient.label)))

    def notes(self, patient_id: str) -> tuple[Note, ...]:
        """What was charted by hand within the longest trend, the newest first."""
        now = self._clock.now()
        until = max(now, window_end(_newest(self._store.latest(patient_id)), now))
        return tuple(reversed(self._store.notes(patient_id, until - LONGEST_TREND, until)))

    def notes_of(self, summary: Summary) -> list[Note]:
        """What was charted by hand in the window of a summary, by time."""
        window = summary.evidence.window
        return self._store.notes(summary.patient, window.start, window.end)

    def last_summary(self, patient_id: str) -> Summary | None:
        """The newest summary, where there is one."""
        found = self._store.summaries(patient_id, limit=1)
        return found[0] if found else None

    def since(self, patient_id: str, end: datetime) -> Since:
        """What has come of a patient since `end`, that of a text's window.

        Raises NotFound, Forgotten or Unreadable.
        """
        latest = self._store.latest(patient_id)
        return since(self._store, patient_id, end, window_end(_newest(latest), self._clock.now()))

    def since_if_readable(self, patient_id: str, end: datetime) -> Since:
        """The same; nothing of whom the record can not be read, whom the pages name."""
        try:
            return self.since(patient_id, end)
        except (Forgotten, NotFound, Unreadable):
            return Since()

    def ward_since(self, end: datetime) -> tuple[tuple[Patient, Since], ...]:
        """Of whom on the ward something has come since `end`, the most urgent first, and what.

        May be as old as SINCE_KEPT.
        """
        self._forget_old_changes()
        found = [(patient, self._kept_since(patient.id, end)) for patient in self.patients()]
        return tuple(sorted((each for each in found if each[1]), key=lambda each: each[1].urgency))

    def _kept_since(self, patient_id: str, end: datetime) -> Since:
        with self._lock:
            kept = self._changes.get((patient_id, end))
        if kept:
            return kept[1]
        now, found = self._clock.now(), self.since_if_readable(patient_id, end)
        with self._lock:
            self._changes[patient_id, end] = (now, found)
        return found

    def _forget_old_changes(self) -> None:
        now = self._clock.now()
        with self._lock:
            for key, (at, _) in tuple(self._changes.items()):
                if abs(now - at) >= SINCE_KEPT:
                    del self._changes[key]

    def waves(self, patient_id: str, length: timedelta) -> tuple[WaveformChunk, ...]:
        """The last `length` of each waveform. Raises NotFound or Forgotten."""
        latest = self._store.latest(patient_id)
        until = window_end(_newest(latest), self._clock.now())
        return tuple(
            chunk
            for signal in WAVES
            for chunk in self._store.waveforms(
                patient_id, signal, until - length, until + CLOCK_ERROR
            )
        )

    def trend(self, patient_id: str, hours: int) -> TrendView:
        """The last `hours`, one of TREND_STEPS. Raises NotFound or Forgotten."""
        now, step = self._clock.now(), TREND_STEPS[hours]
        discharged = self._store.find(patient_id).discharged
        latest = self._store.latest(patient_id)
        end = window_end(_newest(latest), now)
        start = end - timedelta(hours=hours)
        until = end if discharged is None else min(end, discharged.at)
        bins = (
            (signal, self._bins(patient_id, signal, start, end, step))
            for signal in sorted(latest)
            if VITALS[signal].kind is Kind.NUMERIC
        )
        return TrendView(
            now=now,
            start=start,
            end=end,
            step=step,
            series=tuple(Series(signal, found, until) for signal, found in bins if found),
            episodes=tuple(self._store.episodes(patient_id, start, end)),
            alarms=tuple(self._store.alarms(patient_id, start=start, end=end)),
            scores=tuple(self._store.scores(patient_id, start, end)),
        )

    def find(self, reference: str) -> Patient:
        """Whom an opaque id, an identifier, a bed or a name means.

        Raises NotFound, Conflict where it is several, Forgotten, or Unreadable.
        """
        return self._store.find(reference)

    def unreadable(self) -> tuple[str, ...]:
        """The ids of those whose record is damaged."""
        return tuple(self._store.unreadable())

    def alarms(
        self, *, patient_id: str | None = None, active: bool | None = None, hours: int | None = None
    ) -> tuple[AlarmRow, ...]:
        """Alarms as they stand, the most pressing first; of the last `hours` where given.

        Those of who is discharged are told of that patient alone.
        """
        start = None if hours is None else self._clock.now() - timedelta(hours=hours)
        everyone = self.patients(discharged=patient_id is not None)
        patients = {patient.id: patient for patient in everyone}
        alarms = sorted(self._store.alarms(patient_id, active=active, start=start), key=_pressing)
        return tuple(AlarmRow(a, patients[a.patient]) for a in alarms if a.patient in patients)

    def unseen_alarms(self) -> int:
        """How many alarms ask for attention and nobody has acknowledged."""
        return sum(unseen(alarm) for alarm in self._store.alarms(active=True))

    def alarm_history(self, alarm_id: str) -> tuple[AlarmEvent, ...]:
        """What happened to an alarm, oldest first."""
        return tuple(self._store.alarm_events(alarm_id))

    def _bed(self, patient: Patient, alarms: list[Alarm], now: datetime) -> BedView:
        latest = self._store.latest(patient.id)
        newest = _newest(latest)
        until = window_end(newest, now)
        window = (until - SPARK_HOURS, until)
        scores = tuple(self._store.scores(patient.id, *window))
        return BedView(
            patient=patient,
            newest=newest,
            readings=_readings(latest, alarms),
            score=scores[-1] if scores else None,
            scores=scores,
            alarms=tuple(alarms),
            told=leading(alarms, max(now, until)),
            sparks=self._kept(patient.id, now, lambda: self._drawn(patient.id, latest, window)),
            window=window,
        )

    def _bins(
        self, patient: str, signal: Signal, start: datetime, end: datetime, step: timedelta
    ) -> tuple[Bin, ...]:
        if signal not in HELD:
            return tuple(self._store.bins(patient, signal, start, end, step))
        # Back by whole steps, so that those of the window stay where they are.
        found = self._store.bins(patient, signal, start - HELD_FOR, end, step)
        before = sum(each.start < start for each in found)
        return tuple(found[max(0, before - 1) :])

    def _drawn(
        self, patient: str, latest: Iterable[Signal], window: tuple[datetime, datetime]
    ) -> tuple[Spark, ...]:
        known = set(latest)
        return tuple(
            Spark(signal, tuple((b.start, b.median) for b in bins))
            for signal in SPARKS
            if signal in known and (bins := self._store.bins(patient, signal, *window, SPARK_STEP))
        )

    def _kept(
        self, patient: str, now: datetime, draw: Callable[[], tuple[Spark, ...]]
    ) -> tuple[Spark, ...]:
        with self._lock:
            kept = self._sparks.get(patient)
        if kept and now - kept[0] < SPARK_KEPT:
            return kept[1]
        sparks = draw()
        with self._lock:
            self._sparks[patient] = (now, sparks)
        return sparks

    def _forget_sparks_but(self, patients: set[str]) -> None:
        """Keeps the sparks as few as the patients are, and nothing of one who was forgotten."""
        with self._lock:
            for gone in self._sparks.keys() - patients:
                del self._sparks[gone]


def _failing(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The sources of an ingest's sign of life that fail, and have not merely ended."""
    if "stopped" in facts:
        return ()
    sources = [each for each in facts.get("sources", ()) if each["state"] in FAILING]
    return tuple(f"{each['name']}: {each['error']}" for each in sources)


def _gone(beats: Beats, now: datetime) -> Iterator[str]:
    """Who says that it has ended, and whom a supervisor does not see or has only just started."""
    told, facts = beats.get(SUPERVISOR_LEASE, (now, {}))
    started = facts.get("since") if now - told < SUPERVISED else None
    for name in PROCESSES:
        at, its = beats.get(name, (None, {}))
        if "stopped" in its or (started is not None and not _spoke(at, started.get(name))):
            yield name


def _spoke(at: datetime | None, since: str | None) -> bool:
    """Whether a process that runs `since` then has given a sign of life yet."""
    return at is not None and since is not None and at >= datetime.fromisoformat(since)


unseen = ranking.unseen


def natural(label: str) -> str:
    """Sorts labels as people count: "Bed 2" before "Bed 10"."""
    return _DIGITS.sub(lambda found: found[0].zfill(_MOST_DIGITS), label.casefold())


def _pressing(alarm: Alarm) -> tuple[int, bool, bool, float]:
    """Sorts by priority, then what asks for attention, then what is present, then the newest."""
    return (-alarm.priority, not unseen(alarm), not alarm.present, -alarm.raised.timestamp())


def window_end(newest: datetime | None, now: datetime) -> datetime:
    """Where a patient's windows end: now, or a recording's last sample."""
    if newest is None or now - LONGEST_TREND <= newest <= now + CLOCK_ERROR:
        return now
    return newest


def _newest(latest: Mapping[Signal, Observation]) -> datetime | None:
    return max((observation.time for observation in latest.values()), default=None)


def _readings(
    latest: Mapping[Signal, Observation], alarms: Iterable[Alarm]
) -> Mapping[Signal, Reading]:
    worst: dict[Signal, Priority] = {}
    for alarm in alarms:
        if alarm.present and alarm.signal and alarm.condition is not Condition.SCORE:
            worst[alarm.signal] = max(alarm.priority, worst.get(alarm.signal, Priority.LOW))
    return {
        signal: Reading(observation, _stale_after(signal), worst.get(signal))
        for signal, observation in latest.items()
        if VITALS[signal].kind is not Kind.WAVEFORM
    }


def _brought_up(
    score: Score, patient: Patient, latest: Mapping[Signal, Observation], now: datetime
) -> Score:
    """A score is told when its points change: the values behind them go on within their bands.

    A part whose newest value is not good, or would give other points, keeps its own.
    """
    good = (each for each in latest.values() if each.quality is Quality.GOOD)
    known = {each.signal: Scorable.of(each) for each in good}
    fresh = {part.signal: part for part in news2.score(known, patient, now).parts}

    def newest(part: ScorePart) -> ScorePart:
        found = fresh.get(part.signal, part)
        same = (found.points, found.derived) == (part.points, part.derived)
        return found if same and found.observed >= part.observed else part

    return replace(score, parts=tuple(newest(part) for part in score.parts))


def _stale_after(signal: Signal) -> timedelta:
    return BY_HAND_STALE if signal in BY_HAND else CONTINUOUS_STALE
