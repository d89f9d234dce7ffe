"""The surveillance of one patient: scores, episodes and alarms, as samples come and time passes.

A watch is pure: it has no clock, reads nothing and writes nothing. Time is that of the events.
`observe` is told what was measured, `advance` that time has come so far; either returns what
changed by it. `snapshot` and `restore` carry it over a restart as if there had been none.

Of several sources of one signal one has it at a time (`sereno.scoring.choosing`); another one's
values change nothing, but for those beyond a limit: no alarm is lost to a preference.
A sample older than its signal's newest, or too old to be scored, is late: it changes nothing
here. `fall_behind` is told what is to be judged anew because of it (`sereno.scoring.late`).
A further version of the newest one corrects it: what began with it never was. A device in
demonstration mode is no sign of the patient's life.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sereno.domain.errors import Conflict
from sereno.domain.evidence import Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality, derived_from
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    Condition,
    Direction,
    Episode,
    Limit,
    OwnLimit,
    Priority,
    Score,
)
from sereno.domain.vitals import Signal
from sereno.scoring.bands import SCORED, band
from sereno.scoring.board import Board
from sereno.scoring.choosing import gives_way
from sereno.scoring.episodes import LEAST_GAP, Sample, Threshold, Trackers, gap_allowed
from sereno.scoring.late import widened
from sereno.scoring.limits import (
    LEAST_SILENCE,
    MOST_AHEAD,
    check_limit,
    default_limits,
    key_of,
    thresholds_for,
)
from sereno.scoring.readings import PREFERENCE, STREAM_AGE, stays_true
from sereno.scoring.rhythm import UNKNOWN
from sereno.scoring.scorer import STAND_INS, Scorer
from sereno.scoring.sources import Sources
from sereno.scoring.watch_state import Channel, Memory

# An ongoing episode that only grows (a later sample, a worse value) is told this often.
REFRESH = timedelta(seconds=60)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_CALM: Final = (float("-inf"), float("inf"))
_BAD = {
    Quality.SENSOR_OFF: Condition.SENSOR_OFF,
    Quality.IMPLAUSIBLE: Condition.IMPLAUSIBLE,
    Quality.ARTEFACT: Condition.IMPLAUSIBLE,
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What changed: each score, episode and alarm as it stands now, and what happened to alarms.

    Scores are in order of time, each true until the next of its kind; episodes and alarms replace
    those of the same id.
    """

    scores: tuple[Score, ...] = ()
    episodes: tuple[Episode, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    events: tuple[AlarmEvent, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.scores or self.episodes or self.alarms or self.events)


class Watch:
    """One patient's surveillance, by the default limits and the clinician's own."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self._now: datetime | None = None
        self._due = _NEVER  # no later than when time alone next changes something
        self._refresh: datetime | None = None  # when to tell which episodes have grown
        self._channels: dict[Signal, Channel] = {}
        self._overrides: dict[tuple[Signal, Direction, Priority], OwnLimit] = {}
        self._board = Board(patient.id, self.limits)
        self._sources = Sources(self._board)
        self._scorer = Scorer(self._board, self._channels)
        self._trackers = Trackers(self._thresholds(), f"{patient.id}-e")
        self._calm: dict[Signal, tuple[float, float]] = {}
        self._busy: set[Signal] = set()
        self._late: tuple[Window, ...] = ()  # what is to be judged anew
        self._unscored = False  # whether what was taken may change the scores
        # A sample makes nothing due sooner than this, but for what its own judgement wakes.
        self._soon = min(STREAM_AGE, LEAST_GAP, LEAST_SILENCE, *PREFERENCE.values())
        self._find_calm()

    def observe(self, observations: Sequence[Observation]) -> Findings:
        """Take new observations, in order of time. What each changes is judged at its own time.

        The scores are of all values of a moment, which is over with a later one or with the last.
        """
        for observation in observations:
            if self._unscored and observation.time > (self._now or _NEVER):
                self._score_moment()
            if observation.time > self._due:
                self._run(observation.time)
            self._take(observation)
        self._score_moment()
        return self._findings()

    def advance(self, now: datetime) -> Findings:
        """Time has come to `now`, and nothing else was measured until then.

        Delays run out, values and scores grow stale, silent sources are noticed. A time before
        what is already known changes nothing.
        """
        self._run(now + timedelta.resolution)
        if self._now is None or now > self._now:
            self._now = now
        return self._findings()

    def misdated(self, source: str, at: datetime, now: datetime) -> Findings:
        """`source` has just sent an observation dated `at`, which must not be observed.

        One that is later than `now`, the time by our own clock, by more than `MOST_AHEAD` tells
        that the source's clock is wrong; any other changes nothing. The alarm ends once the
        source's times have been right for as long, or nothing has come of it for the longest
        silence.
        """
        if at <= now + MOST_AHEAD:
            return self._findings()
        self._run(now + timedelta.resolution)
        self._now = now if self._now is None else max(now, self._now)
        self._wake(self._sources.misdate(source, now, self._now))
        return self._findings()

    def acknowledge(self, alarm_id: str, by: str, reason: str, at: datetime) -> Findings:
        """Someone has taken note of an alarm.

        Raises NotFound for one that never was, Conflict for one that is over or acknowledged.
        """
        signal = self._board.acknowledge(alarm_id, by, reason, at)
        if signal is not None:
            self._mark(signal)
        return self._findings()

    def set_limit(self, limit: Limit, by: str, at: datetime, reason: str | None = None) -> Findings:
        """Put `limit` in the place of the one of that signal, direction and priority.

        The latest value is judged by it at once. Raises InvalidEntry where it is no limit, or
        does not fit the others; see `check_limit`.
        """
        check_limit(limit, self.limits)
        own = OwnLimit(limit=limit, by=by, at=at, reason=reason)
        self._overrides[key_of(limit)] = own
        self._fit(limit.signal)
        return self._findings()

    def set_patient(self, patient: Patient) -> Findings:
        """What is recorded of the patient has changed: score and judge anew where it matters.

        Raises Conflict for another patient.
        """
        if patient.id != self._patient.id:
            raise Conflict("that is another patient; make a watch of their own")
        rescaled = patient.spo2_scale is not self._patient.spo2_scale
        self._patient = patient
        if rescaled:
            self._trackers.fit(self._thresholds())
            self._fit(Signal.SPO2)
        if self._now is not None:
            self._score(self._now)
        return self._findings()

    def discharge(self, by: str, reason: str, at: datetime) -> Findings:
        """The stay has ended: alarms close, episodes end at their last sample, no score is known.

        The limits that were set for this stay end with it. Only the numbering goes on, and what
        each source's rhythm was.
        """
        now = self._now = at if self._now is None else max(at, self._now)
        self._board.discharge(by, reason, now)
        self._trackers.end()
        self._overrides, self._busy = {}, set()
        self._channels.clear()
        self._sources.rest()
        self._refresh, self._due = None, _NEVER
        self._board.fit(self.limits)
        self._find_calm()
        self._score(now)
        self._scorer.points = {}
        return self._findings()

    def readmit(self, at: datetime, *, awaited: bool) -> None:
        """They are back. Where `awaited`, the sources that fed them are expected to again.

        Who is back because a source delivers is not awaited by the others.
        """
        self._now = at if self._now is None else max(at, self._now)
        if awaited:
            self._sources.expect(at)
        else:
            self._sources = Sources(self._board)
        self._due = min(self._deadlines(self._now), default=_NEVER)

    def fall_behind(self, late: Iterable[Observation]) -> None:
        """These came late: what they may have changed, while each was true, is judged anew."""
        for each in late:
            channel = self._channels.get(each.signal)
            until = each.time + stays_true(each.signal, channel.rhythm if channel else UNKNOWN)
            known = channel.seen if channel else self._now or until
            end = max(each.time, min(until, known))
            self._late = widened(self._late, each.time, end)

    def caught_up(self, until: datetime) -> None:
        """What is to be judged anew, oldest first, has been up to `until`."""
        first, *others = self._late
        left = () if first.end <= until else (Window(until, first.end),)
        self._late = (*left, *others)

    def beside(self) -> "Watch":
        """Another watch of the same patient by the same limits, which knows nothing yet."""
        other = Watch(self._patient)
        other._overrides = dict(self._overrides)
        other._board.fit(other.limits)
        other._find_calm()
        return other

    def turn_back(self, now: datetime) -> None:
        """The clock that told it the time ran ahead, and is right again: it is `now`.

        What was told by the wrong time stands; what comes is judged by the right one.
        """
        self._now = now
        self._due = min(self._deadlines(now), default=_NEVER)

    def expect(self, at: datetime) -> None:
        """Nobody watched until `at`: what its sources sent meanwhile is on its way, or lost.

        Their silence counts from then on.
        """
        self._sources.expect(at)
        self._due = min(self._deadlines(self._now or at), default=_NEVER)

    @property
    def late(self) -> tuple[Window, ...]:
        """The stretches that are to be judged anew, oldest first."""
        return self._late

    @property
    def heard(self) -> dict[Signal, datetime]:
        """When the newest sample of each signal was taken."""
        return {signal: channel.seen for signal, channel in self._channels.items()}

    @property
    def patient(self) -> Patient:
        """Whom it is about."""
        return self._patient

    @property
    def now(self) -> datetime | None:
        """How far time has come; None before anything was told."""
        return self._now

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits in force, the clinician's own among them."""
        default = default_limits(self._patient.spo2_scale)
        keyed = {key_of(each): each for each in default}
        own = {key: each.limit for key, each in self._overrides.items()}
        return tuple((keyed | own).values())

    @property
    def holders(self) -> dict[Signal, str]:
        """The source that has each signal: whose values are shown and scored."""
        return {signal: each.source for signal, each in self._channels.items() if each.source}

    def calm(self, signal: Signal) -> tuple[float, float]:
        """The range of the signal's values, both ends included, in which nothing can begin."""
        return self._calm.get(signal, _CALM)

    @property
    def latest(self) -> Findings:
        """The scores in force, the ongoing episodes and the open alarms, as they stand."""
        scores = tuple(self._scorer.latest.values())
        return Findings(scores, self._trackers.ongoing(), self._board.open())

    def snapshot(self) -> bytes:
        """All that `restore` needs to go on as if nothing had happened; some kilobytes."""
        courses = self._trackers.courses()
        memory = Memory(
            now=self._now,
            refresh=self._refresh,
            alarms=self._board.count,
            episodes=self._trackers.count,
            points=self._scorer.points,
            channels=list(self._channels.values()),
            sources=self._sources.cadences,
            misdated=self._sources.misdated,
            slots=self._board.kept(),
            thresholds=[threshold for threshold, _ in courses],
            courses=[course for _, course in courses],
            limits=list(self._overrides.values()),
            scores=list(self._scorer.latest.values()),
            late=list(self._late),
        )
        return memory.write()

    @classmethod
    def restore(cls, patient: Patient, state: bytes) -> "Watch":
        """The watch that `snapshot` wrote down. Raises Conflict where it can not be read."""
        watch = cls(patient)
        watch._recall(Memory.read(state))
        return watch

    # Samples.

    def _take(self, observation: Observation) -> None:
        """Take one observation, after everything that was due before it."""
        time, quality = observation.time, observation.quality
        now = self._now = time if self._now is None else max(time, self._now)
        if quality is Quality.DEMO:
            return
        self._sources.hear(observation, now)
        self._wake(time + self._soon)
        channel = self._channels.get(observation.signal)
        if channel is None:
            channel = self._channels[observation.signal] = Channel(observation.signal, time)
        elif time < channel.seen or not self._counts(channel, observation):
            return
        same = observation.source == channel.source or not channel.source
        if observation.version > 1 and time == channel.time and same:
            self._withdraw(channel, observation, now)
        if quality is Quality.GOOD:
            self._take_good(channel, observation, now)
        else:
            self._take_bad(channel, observation, now)

    def _counts(self, channel: Channel, observation: Observation) -> bool:
        """Whether the signal is that source's, or its value must be judged whoever has it."""
        if channel.time is None or channel.lost:
            return True
        if gives_way(channel.source, channel.seen, observation, good=channel.good):
            return True
        low, high = self.calm(channel.signal)
        measured = observation.quality is Quality.GOOD and not derived_from(observation.source)
        return measured and not low <= observation.value <= high

    def _withdraw(self, channel: Channel, instead: Observation, now: datetime) -> None:
        """A channel's newest value was wrong; `instead`, which is taken next, is right."""
        expires, signal = channel.expires(), channel.signal
        if expires is None or expires <= now:
            return
        channel.time = None
        good = instead.quality is Quality.GOOD
        self._trackers.withdraw(signal, instead.value if good else None)
        self._wake(self._trackers.due)
        if good:
            self._wake(self._board.correct(signal, instead.value, instead.time, now))
        else:
            self._board.lose(signal, now)
            self._unscored = True
        self._mark(signal)

    def _take_good(self, channel: Channel, observation: Observation, now: datetime) -> None:
        """A value that may be scored and judged, unless it is too old for that."""
        time, value, source = observation.time, observation.value, observation.source
        signal, previous, rhythm = channel.signal, channel.time, channel.rhythm
        if previous is not None and time > previous:
            rhythm = rhythm.after(time - previous)
        if time < now and time + stays_true(signal, rhythm) <= now:
            return
        anew, was_good = channel.lost or previous is None, channel.good
        channel.seen = channel.time = time
        channel.value, channel.rhythm = value, rhythm
        channel.good, channel.lost = True, False
        anew |= derived_from(channel.source) != derived_from(source)
        channel.source = source
        if not was_good:
            self._technical(signal, None, None, time, now)
        low, high = self.calm(signal)
        if signal in self._busy or not low <= value <= high:
            self._judge(channel, time, previous, now)
        if signal in STAND_INS:
            self._wake_for_stand_ins(now)
        if signal in SCORED:
            left, channel.band = channel.band, band(signal, value)
            if anew or left != channel.band or not self._scorer.settled(signal, now):
                self._unscored = True

    def _take_bad(self, channel: Channel, observation: Observation, now: datetime) -> None:
        """A value that may not be scored; what was never measured can not fall off."""
        channel.seen, channel.good = observation.time, False
        channel.source = observation.source
        if observation.quality is Quality.SENSOR_OFF:
            self._board.pause(channel.signal, observation.time)
        if channel.time is not None:
            wrong = _BAD[observation.quality]
            self._technical(channel.signal, wrong, observation.value, observation.time, now)

    def _technical(
        self,
        signal: Signal,
        wrong: Condition | None,
        value: float | None,
        time: datetime,
        now: datetime,
    ) -> None:
        """Tell what is wrong with the signal, None for nothing; an implausible value is shown."""
        for condition in (Condition.SENSOR_OFF, Condition.IMPLAUSIBLE):
            holds = condition is wrong
            shown = value if holds and condition is Condition.IMPLAUSIBLE else None
            self._wake(
                self._board.technical(condition, holds, time, now, signal=signal, value=shown)
            )

    def _judge(
        self, channel: Channel, time: datetime, previous: datetime | None, now: datetime
    ) -> None:
        """Hold a value against its signal's limits and thresholds."""
        signal, value = channel.signal, channel.value
        self._wake(self._board.judge(signal, value, time, now))
        sample = Sample(time, value, previous, gap_allowed(channel.rhythm))
        self._trackers.sample(signal, sample, now)
        self._wake(self._trackers.due)
        self._mark(signal)
        # It grows with every sample: that is told now and then.
        if self._refresh is None and self._trackers.grown(signal):
            self._refresh = now + REFRESH
            self._wake(self._refresh)

    # Time.

    def _run(self, until: datetime) -> None:
        """Let everything happen that is due before `until`, in its order."""
        while self._due < until:
            self._now = self._due if self._now is None else max(self._due, self._now)
            self._happen(self._now)
            self._due = min(self._deadlines(self._now), default=_NEVER)

    def _happen(self, now: datetime) -> None:
        """Let happen what is due at `now`."""
        stale = self._lose_stale(now)
        self._board.pass_time(now)
        self._trackers.pass_time(now)
        self._sources.pass_time(now)
        if stale or any(at <= now for at in self._scorer.preferences()):
            self._score(now)
        if self._refresh is not None and self._refresh <= now:
            self._refresh = None
            self._trackers.tell_grown()
        for signal in tuple(self._busy):
            self._mark(signal)

    def _deadlines(self, now: datetime) -> Iterator[datetime]:
        for channel in self._channels.values():
            yield channel.expires() or _NEVER
        yield from self._sources.deadlines()
        yield from (at for at in self._scorer.preferences() if at > now)
        yield from self._board.deadlines()
        yield self._trackers.due or _NEVER
        yield self._refresh or _NEVER

    def _lose_stale(self, now: datetime) -> bool:
        """Give up the values that have ceased to be true; whether there were any."""
        channels = self._channels.values()
        stale = [each for each in channels if (at := each.expires()) is not None and at <= now]
        for channel in stale:
            channel.lost = True
            self._board.lose(channel.signal, now)
        return bool(stale)

    def _wake(self, at: datetime | None) -> None:
        if at is not None and at < self._due:
            self._due = at

    # Scores.

    def _score_moment(self) -> None:
        """Score what was taken since it was last scored."""
        if self._unscored and self._now is not None:
            self._unscored = False
            self._score(self._now)
            self._wake_for_stand_ins(self._now)

    def _wake_for_stand_ins(self, now: datetime) -> None:
        """Wake when a signal may soon stand in for another, whose time is running out."""
        self._wake(min((at for at in self._scorer.preferences() if at > now), default=None))

    def _score(self, now: datetime) -> None:
        self._wake(self._scorer.score(self._patient, now))

    # Limits, restarts and what is told.

    def _thresholds(self) -> tuple[Threshold, ...]:
        return thresholds_for(self._patient.spo2_scale)

    def _fit(self, signal: Signal) -> None:
        """Bring the board in line with changed limits, and judge the latest value by them."""
        self._board.fit(self.limits)
        self._find_calm()
        channel, now = self._channels.get(signal), self._now
        if channel is not None and now is not None and channel.reading() is not None:
            self._wake(self._board.judge(signal, channel.value, now, now))
        self._mark(signal)

    def _find_calm(self) -> None:
        """The range of each signal in which nothing can begin."""
        edges: list[Limit | Threshold] = [*self.limits, *self._thresholds()]
        self._calm = {}
        for edge in edges:
            low, high = self._calm.get(edge.signal, _CALM)
            if edge.direction is Direction.LOW:
                self._calm[edge.signal] = max(low, edge.value), high
            else:
                self._calm[edge.signal] = low, min(high, edge.value)

    def _mark(self, signal: Signal) -> None:
        """Note whether every value of the signal must be judged, or only one that is not calm."""
        busy = self._board.busy(signal) or self._trackers.busy(signal)
        (self._busy.add if busy else self._busy.discard)(signal)

    def _recall(self, memory: Memory) -> None:
        self._now, self._refresh = memory.now, memory.refresh
        self._late = tuple(memory.late)
        self._channels.update((channel.signal, channel) for channel in memory.channels)
        self._overrides = {key_of(own.limit): own for own in memory.limits}
        self._board = Board(self._patient.id, self.limits)
        self._board.recall(memory.slots, memory.alarms)
        self._sources = Sources(self._board)
        self._sources.recall(memory.sources, memory.misdated)
        self._scorer = Scorer(self._board, self._channels)
        self._scorer.recall(memory.scores, memory.points)
        courses = zip(memory.thresholds, memory.courses, strict=True)
        self._trackers.recall(courses, memory.episodes)
        self._find_calm()
        for signal in self._channels:
            self._mark(signal)
        if self._now is not None:
            # What is due at this moment may be yet to happen; if it has, it changes nothing.
            self._due = min(self._deadlines(self._now - timedelta.resolution), default=_NEVER)

    def _findings(self) -> Findings:
        return Findings(self._scorer.take(), self._trackers.take(), *self._board.take())
