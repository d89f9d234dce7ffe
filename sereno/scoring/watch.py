"""The surveillance of one patient: scores, episodes and alarms, as samples come and time passes.

A watch is pure: it has no clock, reads nothing and writes nothing. Time is that of the events.
`observe` is told what was measured, `advance` that time has come so far; either returns what
changed by it. `snapshot` and `restore` carry it over a restart as if there had been none.

A sample older than its signal's newest, or too old to be scored, is late: it changes nothing
here. A source's samples in demonstration mode are no sign of the patient's life.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sereno.domain.errors import Conflict, MalformedInput, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    Condition,
    Direction,
    Episode,
    Limit,
    Response,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring import news2, qsofa
from sereno.scoring.alarms import Machine, Outcome, Rung
from sereno.scoring.bands import SCORED, band
from sereno.scoring.episodes import LEAST_GAP, Sample, Threshold, Tracker, gap_allowed
from sereno.scoring.limits import Rules
from sereno.scoring.readings import HEART, PREFERENCE, STREAM_AGE, SYSTOLIC, stays_true
from sereno.scoring.rhythm import next_rhythm, patience
from sereno.scoring.watch_state import Beat, Channel, KeptCourse, KeptSlot, Key, Memory, Slot

# An ongoing episode or alarm that only grows (a later sample, a worse value) is told this often.
REFRESH = timedelta(seconds=60)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_RANK = {response: rank for rank, response in enumerate(Response)}
_INSTEAD_OF = {HEART[1]: HEART[0], SYSTOLIC[1]: SYSTOLIC[0]}
_SCORE_KEY: Key = (Condition.SCORE, None, Direction.HIGH, None)
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


class _Found:
    """What changed since it was last taken."""

    def __init__(self) -> None:
        self.scores: list[Score] = []
        self.episodes: dict[str, Episode] = {}
        self.alarms: dict[str, Alarm] = {}
        self.events: list[AlarmEvent] = []

    def add(self, score: Score) -> None:
        """Note a score; of one moment only the last of each kind ever was true."""
        same = [
            each
            for each in self.scores[-len(ScoreKind) :]
            if each.kind is score.kind and each.time == score.time
        ]
        for each in same:
            self.scores.remove(each)
        self.scores.append(score)

    def take(self) -> Findings:
        """Hand it over and forget it."""
        findings = Findings(
            tuple(self.scores),
            tuple(self.episodes.values()),
            tuple(self.alarms.values()),
            tuple(self.events),
        )
        if findings:
            self.__init__()  # type: ignore[misc]
        return findings


class Watch:
    """One patient's surveillance.

    `rules` hold the default limits; a clinician's own (`set_limit`) go before them.
    """

    def __init__(self, patient: Patient, rules: Rules | None = None) -> None:
        self._patient = patient
        self._rules = rules or Rules()
        self._memory = Memory()
        self._now: datetime | None = None
        self._due = _NEVER
        self._channels: dict[Signal, Channel] = {}
        self._slots: dict[Key, Slot] = {}
        self._trackers: dict[Signal, list[Tracker]] = {}
        self._overrides: dict[tuple[Signal, Direction, int], Limit] = {}
        self._scores: dict[ScoreKind, Score] = {}
        self._counted: frozenset[Signal] = frozenset()
        self._limited: dict[Signal, list[Slot]] = {}
        self._calm: dict[Signal, tuple[float, float]] = {}
        self._busy: set[Signal] = set()
        self._found = _Found()
        # No sample makes anything due sooner than this, apart from what wakes the watch itself.
        self._soon = min(STREAM_AGE, LEAST_GAP, self._rules.least_silence, *PREFERENCE.values())
        self._fit_limits()
        self._fit_thresholds()

    # What others call.

    def observe(self, observations: Sequence[Observation]) -> Findings:
        """Take new observations, in order of time. What each changes is judged at its own time."""
        for observation in observations:
            if observation.time > self._due:
                self._run(observation.time, inclusive=False)
            self._take(observation)
        return self._found.take()

    def advance(self, now: datetime) -> Findings:
        """Time has come to `now`, and nothing else was measured until then.

        Delays run out, values and scores grow stale, silent sources are noticed. A time before
        what is already known changes nothing.
        """
        self._run(now, inclusive=True)
        if self._now is None or now > self._now:
            self._now = now
        return self._found.take()

    def acknowledge(self, alarm_id: str, by: str, reason: str, at: datetime) -> Findings:
        """Someone has taken note of an alarm.

        Raises NotFound for one that never was, Conflict for one that is over or acknowledged.
        """
        slot = self._slot_of(alarm_id)
        self._apply(slot, slot.machine.acknowledge(slot.state, by, reason, at))
        self._mark_busy(slot)
        return self._found.take()

    def set_limit(self, limit: Limit, by: str, at: datetime) -> Findings:
        """Put `limit` in the place of the one of that signal, direction and priority.

        The latest value is judged by it at once. Raises MalformedInput for a limit that no
        living patient reaches, or with a negative hysteresis or delay.
        """
        if not VITALS[limit.signal].plausible(limit.value):
            raise MalformedInput(
                f"a limit of {limit.signal.value} must lie within "
                f"{VITALS[limit.signal].low:g} to {VITALS[limit.signal].high:g}"
            )
        if limit.hysteresis < 0 or limit.delay < timedelta(0):
            raise MalformedInput("a limit's hysteresis and delay must not be negative")
        self._overrides[limit.signal, limit.direction, limit.priority] = limit
        self._fit_limits()
        self._judge_again(limit.signal)
        return self._found.take()

    def set_patient(self, patient: Patient) -> Findings:
        """What is recorded of the patient has changed: score and judge anew where it matters.

        Raises Conflict for another patient.
        """
        if patient.id != self._patient.id:
            raise Conflict("that is another patient; make a watch of their own")
        rescaled = patient.spo2_scale is not self._patient.spo2_scale
        self._patient = patient
        if rescaled:
            self._fit_limits()
            self._fit_thresholds()
            self._judge_again(Signal.SPO2)
        if self._now is not None:
            self._score(self._now)
        return self._found.take()

    @property
    def patient(self) -> Patient:
        """Whom it is about."""
        return self._patient

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits in force, the clinician's own among them."""
        held = self._rules.limits_for(self._patient.spo2_scale)
        keyed = {(limit.signal, limit.direction, int(limit.priority)): limit for limit in held}
        return tuple({**keyed, **self._overrides}.values())

    @property
    def now(self) -> datetime | None:
        """How far time has come; None before anything was told."""
        return self._now

    @property
    def latest(self) -> Findings:
        """The scores in force, the ongoing episodes and the open alarms, as they stand."""
        ongoing = (tracker.ongoing() for tracker in self._all_trackers())
        alarms = (slot.state.alarm for slot in self._slots.values())
        return Findings(
            scores=tuple(self._scores.values()),
            episodes=tuple(episode for episode in ongoing if episode is not None),
            alarms=tuple(alarm for alarm in alarms if alarm is not None),
        )

    def snapshot(self) -> bytes:
        """All that `restore` needs to go on as if nothing had happened; some kilobytes."""
        courses = [
            KeptCourse.of(tracker, tracker.course)
            for tracker in self._all_trackers()
            if tracker.course is not None
        ]
        memory = replace(
            self._memory,
            now=self._now,
            channels=list(self._channels.values()),
            slots=[KeptSlot.of(slot) for slot in self._slots.values() if not slot.state.idle],
            courses=courses,
            limits=list(self._overrides.values()),
            scores=list(self._scores.values()),
        )
        return memory.write()

    @classmethod
    def restore(cls, patient: Patient, state: bytes, rules: Rules | None = None) -> "Watch":
        """The watch that `snapshot` wrote down. Raises Conflict where it can not be read."""
        watch = cls(patient, rules)
        watch._recall(Memory.read(state))
        return watch

    # Samples.

    def _take(self, observation: Observation) -> None:
        """Take one observation, after everything that was due before it."""
        time, quality = observation.time, observation.quality
        if quality is Quality.DEMO:
            return
        if self._now is None or time > self._now:
            self._now = time
        now = self._now
        self._hear(observation.source, time, now)
        channel = self._channels.get(observation.signal)
        if channel is None:
            channel = self._channels[observation.signal] = Channel(observation.signal, time)
        elif time < channel.seen:
            return
        if quality is Quality.GOOD:
            self._take_good(channel, time, observation.value, now)
        else:
            self._take_bad(channel, time, observation, now)

    def _take_good(self, channel: Channel, time: datetime, value: float, now: datetime) -> None:
        signal, previous = channel.signal, channel.time
        rhythm = channel.rhythm
        if previous is not None and time > previous:
            rhythm = next_rhythm(rhythm, (time - previous).total_seconds())
        if time < now and time + stays_true(signal, rhythm) <= now:
            return  # too old to be scored: late
        was_lost, was_good = channel.lost or previous is None, channel.good
        channel.seen = channel.time = time
        channel.value, channel.rhythm = value, rhythm
        channel.good, channel.lost = True, False
        calm = self._calm.get(signal)
        if signal in self._busy or (calm is not None and not calm[0] <= value <= calm[1]):
            self._judge(channel, previous, now)
        if not was_good:
            self._settle_technical(signal, None, None, time, now)
        if signal in SCORED:
            self._band(channel, value, now, anew=was_lost)

    def _band(self, channel: Channel, value: float, now: datetime, *, anew: bool) -> None:
        """Score where this value can change a score."""
        left = channel.band
        channel.band = band(channel.signal, value)
        if anew or left != channel.band or not self._settled(channel.signal, now):
            self._score(now)

    def _settled(self, signal: Signal, now: datetime) -> bool:
        """Whether it is settled if this signal counts, so that a value in its band is no news."""
        if signal in self._counted:
            return True
        preferred = self._channels.get(_INSTEAD_OF.get(signal, signal))
        if preferred is None or preferred.signal is signal or preferred.time is None:
            return False
        return not preferred.lost and now - preferred.time < PREFERENCE[preferred.signal]

    def _take_bad(
        self, channel: Channel, time: datetime, observation: Observation, now: datetime
    ) -> None:
        """A value that may not be scored; what was never measured can not fall off."""
        channel.seen, channel.good = time, False
        if channel.time is not None:
            condition = _BAD[observation.quality]
            self._settle_technical(channel.signal, condition, observation.value, time, now)

    def _settle_technical(
        self,
        signal: Signal,
        wrong: Condition | None,
        value: float | None,
        time: datetime,
        now: datetime,
    ) -> None:
        """Tell the signal's technical machines what is wrong with it; None: nothing."""
        for condition in (Condition.SENSOR_OFF, Condition.IMPLAUSIBLE):
            slot = self._slots.get((condition, signal, Direction.HIGH, None))
            if slot is None and condition is not wrong:
                continue
            slot = slot or self._technical(condition, signal=signal)
            shown = value if condition is Condition.IMPLAUSIBLE and condition is wrong else None
            self._sample(slot, float(condition is wrong), shown, time, now)

    def _hear(self, source: str, time: datetime, now: datetime) -> None:
        """The source has delivered. Nothing that this makes due can be due before `_soon`."""
        self._wake(time + self._soon)
        beat = self._memory.beats.get(source)
        if beat is None:
            self._memory.beats[source] = Beat(time)
        elif time > beat.seen:
            beat.rhythm = next_rhythm(beat.rhythm, (time - beat.seen).total_seconds())
            beat.seen = time
            slot = self._slots.get((Condition.SOURCE_SILENT, None, Direction.HIGH, source))
            if slot is not None and not slot.state.idle:
                self._sample(slot, 0, None, time, now)

    def _judge(self, channel: Channel, previous: datetime | None, now: datetime) -> None:
        """Hold a value against its signal's limits and thresholds."""
        signal, time, value = channel.signal, channel.time or now, channel.value
        for slot in self._limited.get(signal, ()):
            self._sample(slot, value, value, time, now)
        sample = Sample(time, value, previous, gap_allowed(channel.rhythm))
        for tracker in self._trackers.get(signal, ()):
            self._found_episodes(tracker.sample(sample, now, self._next_episode()))
            self._wake(tracker.due())
            if tracker.course is not None and not tracker.course.told:
                self._refresh_at(now)
        self._mark(signal)

    def _judge_again(self, signal: Signal) -> None:
        """Hold the latest value against limits that have changed."""
        channel, now = self._channels.get(signal), self._now
        if channel is None or now is None or channel.reading() is None:
            return
        for slot in self._limited.get(signal, ()):
            self._sample(slot, channel.value, channel.value, now, now)
        self._mark(signal)

    # Time.

    def _run(self, until: datetime, *, inclusive: bool) -> None:
        """Let everything happen that is due before `until`, in its order."""
        while self._due < until or (inclusive and self._due == until):
            now = self._due if self._now is None else max(self._due, self._now)
            self._now = now
            self._happen(now)
            self._due = self._next_due()

    def _happen(self, now: datetime) -> None:
        """Let happen what is due at `now`."""
        lost = self._lose_old(now)
        for slot in list(self._slots.values()):
            due = slot.due()
            if due is not None and due <= now and self._measured(slot):
                self._apply(slot, slot.machine.pass_time(slot.state, now, self._next_alarm()))
        for tracker in self._all_trackers():
            due = tracker.due()
            if due is not None and due <= now:
                self._found_episodes(tracker.pass_time(now, self._next_episode()))
        self._miss_silent(now)
        if lost or self._preference_over(now):
            self._score(now)
        self._refresh(now)
        for signal in list(self._busy):
            self._mark(signal)

    def _lose_old(self, now: datetime) -> bool:
        """Give up the values that have ceased to be true; whether there were any."""
        lost = [c for c in self._channels.values() if (at := c.expires()) is not None and at <= now]
        for channel in lost:
            channel.lost = True
            for slot in self._limited.get(channel.signal, ()):
                if not slot.state.idle:
                    self._apply(slot, slot.machine.lose(slot.state, now))
        return bool(lost)

    def _miss_silent(self, now: datetime) -> None:
        for source, beat in self._memory.beats.items():
            if self._silent_at(source, beat) <= now:
                slot = self._technical(Condition.SOURCE_SILENT, source=source)
                self._sample(slot, 1, None, beat.seen, now)

    def _silent_at(self, source: str, beat: Beat) -> datetime:
        slot = self._slots.get((Condition.SOURCE_SILENT, None, Direction.HIGH, source))
        if slot is not None and any(slot.state.holds):
            return _NEVER
        rules = self._rules
        return beat.seen + patience(beat.rhythm, rules.least_silence, rules.most_silence)

    def _measured(self, slot: Slot) -> bool:
        """Whether a delay of `slot` may run out: not while its signal's sensor is off."""
        if slot.machine.condition is not Condition.LIMIT or slot.machine.signal is None:
            return True
        channel = self._channels.get(slot.machine.signal)
        return channel is not None and channel.good

    def _preferences(self) -> Iterable[datetime]:
        """When each preferred signal ceases to go before its stand-in."""
        for other, preferred in _INSTEAD_OF.items():
            channel, instead = self._channels.get(preferred), self._channels.get(other)
            if channel is None or instead is None or channel.time is None or channel.lost:
                continue
            if instead.time is not None and not instead.lost and preferred in self._counted:
                yield channel.time + PREFERENCE[preferred]

    def _preference_over(self, now: datetime) -> bool:
        return any(at <= now for at in self._preferences())

    def _next_due(self) -> datetime:
        """When time alone next changes something."""
        return min(self._deadlines(), default=_NEVER)

    def _deadlines(self) -> Iterable[datetime]:
        now = self._now or _NEVER
        for channel in self._channels.values():
            yield channel.expires() or _NEVER
        for slot in self._slots.values():
            due = slot.due()
            if due is not None and self._measured(slot):
                yield due
        for tracker in self._all_trackers():
            yield tracker.due() or _NEVER
        for source, beat in self._memory.beats.items():
            yield self._silent_at(source, beat)
        yield from (at for at in self._preferences() if at > now)
        yield self._memory.refresh or _NEVER

    def _wake(self, at: datetime | None) -> None:
        if at is not None and at < self._due:
            self._due = at

    def _refresh_at(self, now: datetime) -> None:
        """Something has grown: tell it within REFRESH."""
        if self._memory.refresh is None:
            self._memory.refresh = now + REFRESH
            self._wake(self._memory.refresh)

    def _refresh(self, now: datetime) -> None:
        """Tell what has grown."""
        if self._memory.refresh is None or self._memory.refresh > now:
            return
        self._memory.refresh = None
        self._found_episodes(filter(None, (each.untold() for each in self._all_trackers())))
        for slot in self._slots.values():
            alarm = slot.state.alarm
            if alarm is not None and alarm.id in self._memory.grown:
                self._found.alarms[alarm.id] = alarm
        self._memory.grown.clear()

    # Scores.

    def _score(self, now: datetime) -> None:
        readings = {
            signal: reading
            for signal, channel in self._channels.items()
            if signal in SCORED and (reading := channel.reading()) is not None
        }
        for score in (
            news2.score(readings, self._patient, now),
            qsofa.score(readings, self._patient, now),
        ):
            former = self._scores.get(score.kind)
            if former is None and not score.parts and score.not_scored is None:
                continue
            if former is None or _gist(former) != _gist(score):
                self._scores[score.kind] = score
                self._found.add(score)
                if score.kind is ScoreKind.NEWS2:
                    self._counted = frozenset(part.signal for part in score.parts)
                    self._alarm_score(score, now)

    def _alarm_score(self, score: Score, now: datetime) -> None:
        """Tell the score's machine; a fall that only came of losing a parameter is no fall."""
        slot = self._slots.get(_SCORE_KEY) or self._open(
            Machine(
                patient=self._patient.id,
                condition=Condition.SCORE,
                rungs=self._rules.score_rungs,
            )
        )
        level = -1 if score.response is None else _RANK[score.response]
        alarm = slot.state.alarm
        if alarm is not None and alarm.present and slot.machine.calm(level):
            unknown = self._memory.unknown_at_alarm
            if any(signal not in unknown for signal in score.missing) or score.not_scored:
                self._apply(slot, slot.machine.lose(slot.state, now))
        self._sample(slot, level, score.total, now, now)

    # Alarms and episodes.

    def _sample(
        self, slot: Slot, level: float, value: float | None, at: datetime, now: datetime
    ) -> None:
        outcome = slot.machine.sample(
            slot.state, level, value, at=at, now=now, new_id=self._next_alarm()
        )
        self._apply(slot, outcome)
        self._wake(slot.due())

    def _apply(self, slot: Slot, outcome: Outcome) -> None:
        slot.state = outcome.state
        if outcome.alarm is None:
            return
        if not outcome.events:
            if outcome.alarm.id not in self._memory.grown:
                self._memory.grown.append(outcome.alarm.id)
            self._refresh_at(self._now or outcome.alarm.raised)
            return
        self._found.alarms[outcome.alarm.id] = outcome.alarm
        self._found.events.extend(outcome.events)
        happened = {event.what for event in outcome.events}
        if "raised" in happened:
            self._memory.alarms += 1
        if outcome.alarm.condition is Condition.SCORE and happened & {"raised", "worsened"}:
            score = self._scores.get(ScoreKind.NEWS2)
            self._memory.unknown_at_alarm = list(score.missing) if score else []

    def _found_episodes(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            if episode.id == self._next_episode():
                self._memory.episodes += 1
            self._found.episodes[episode.id] = episode

    def _next_alarm(self) -> str:
        return f"{self._patient.id}-a{self._memory.alarms + 1}"

    def _next_episode(self) -> str:
        return f"{self._patient.id}-e{self._memory.episodes + 1}"

    def _slot_of(self, alarm_id: str) -> Slot:
        for slot in self._slots.values():
            if slot.state.alarm is not None and slot.state.alarm.id == alarm_id:
                return slot
        stem, _, number = alarm_id.rpartition("-a")
        ours = stem == self._patient.id and number.isdecimal()
        if ours and 1 <= int(number) <= self._memory.alarms:
            raise Conflict("that alarm is over; reload the list of alarms")
        raise NotFound("this patient has no such alarm; reload the list of alarms")

    # Machines.

    def _open(self, machine: Machine) -> Slot:
        slot = Slot(machine, machine.start())
        self._slots[slot.key] = slot
        return slot

    def _technical(
        self, condition: Condition, signal: Signal | None = None, source: str | None = None
    ) -> Slot:
        slot = self._slots.get((condition, signal, Direction.HIGH, source))
        return slot or self._open(self._machine(condition, signal, Direction.HIGH, source))

    def _machine(
        self, condition: Condition, signal: Signal | None, direction: Direction, source: str | None
    ) -> Machine:
        rungs: tuple[Rung, ...]
        if condition is Condition.SCORE:
            rungs = self._rules.score_rungs
        elif condition is Condition.LIMIT:
            rungs = self._rungs(signal, direction)
        else:
            rungs = (self._rules.technical[condition],)
        return Machine(
            patient=self._patient.id,
            condition=condition,
            rungs=rungs,
            signal=signal,
            direction=direction,
            source=source,
        )

    def _rungs(self, signal: Signal | None, direction: Direction) -> tuple[Rung, ...]:
        held = [
            each for each in self.limits if (each.signal, each.direction) == (signal, direction)
        ]
        return tuple(Rung.of(limit) for limit in sorted(held, key=lambda limit: limit.priority))

    def _fit_limits(self) -> None:
        """Bring the machines of limits in line with the limits in force."""
        pairs = {(limit.signal, limit.direction) for limit in self.limits}
        kept = {
            (slot.machine.signal, slot.machine.direction)
            for slot in self._slots.values()
            if slot.machine.condition is Condition.LIMIT and slot.machine.signal is not None
        }
        self._limited = {}
        for signal, direction in sorted(pairs | kept):
            slot = self._fit(self._machine(Condition.LIMIT, signal, direction, None))
            self._limited.setdefault(signal, []).append(slot)
        self._find_calm()

    def _fit(self, machine: Machine) -> Slot:
        slot = self._slots.get((machine.condition, machine.signal, machine.direction, None))
        if slot is None:
            return self._open(machine)
        slot.state = machine.refit(slot.state, slot.machine.rungs)
        slot.machine = machine
        return slot

    def _fit_thresholds(self) -> None:
        """Bring the trackers in line with the thresholds in force."""
        former = {tracker.threshold: tracker for tracker in self._all_trackers()}
        self._trackers = {}
        for threshold in self._rules.thresholds_for(self._patient.spo2_scale):
            tracker = former.pop(threshold, None) or Tracker(threshold)
            self._trackers.setdefault(threshold.signal, []).append(tracker)
        for tracker in former.values():
            episode = tracker.ongoing()
            if episode is not None:
                self._found_episodes([replace(episode, end=episode.last)])
        self._find_calm()

    def _find_calm(self) -> None:
        """The range of each signal in which nothing can begin."""
        self._calm = {}
        edges: list[Limit | Threshold] = [*self.limits]
        edges += self._rules.thresholds_for(self._patient.spo2_scale)
        for limit in edges:
            low, high = self._calm.get(limit.signal, (float("-inf"), float("inf")))
            if limit.direction is Direction.LOW:
                low = max(low, limit.value)
            else:
                high = min(high, limit.value)
            self._calm[limit.signal] = low, high

    def _mark(self, signal: Signal) -> None:
        """Note whether every value of the signal must be judged, or only one that is not calm."""
        busy = any(not slot.state.idle for slot in self._limited.get(signal, ())) or any(
            tracker.course is not None for tracker in self._trackers.get(signal, ())
        )
        (self._busy.add if busy else self._busy.discard)(signal)

    def _mark_busy(self, slot: Slot) -> None:
        if slot.machine.signal is not None:
            self._mark(slot.machine.signal)

    def _all_trackers(self) -> list[Tracker]:
        return [tracker for trackers in self._trackers.values() for tracker in trackers]

    # Restarts.

    def _recall(self, memory: Memory) -> None:
        self._memory = memory
        self._now = memory.now
        self._channels = {channel.signal: channel for channel in memory.channels}
        self._scores = {score.kind: score for score in memory.scores}
        self._overrides = {
            (limit.signal, limit.direction, limit.priority): limit for limit in memory.limits
        }
        for kept in memory.slots:
            machine = self._machine(kept.condition, kept.signal, kept.direction, kept.source)
            slot = kept.into(machine)
            self._slots[slot.key] = slot
        self._fit_limits()
        self._recall_courses(memory)
        if ScoreKind.NEWS2 in self._scores:
            self._counted = frozenset(part.signal for part in self._scores[ScoreKind.NEWS2].parts)
        for signal in Signal:
            self._mark(signal)
        self._due = self._next_due()
        self._found = _Found()

    def _recall_courses(self, memory: Memory) -> None:
        trackers = {tracker.threshold: tracker for tracker in self._all_trackers()}
        for kept in memory.courses:
            if kept.threshold in trackers:
                trackers[kept.threshold].course = kept.course


def _gist(score: Score) -> tuple[object, ...]:
    """What of a score must change to make it another one: not the values within a band."""
    parts = tuple((part.signal, part.points, part.derived) for part in score.parts)
    return parts, score.missing, score.highest, score.response, score.scale, score.not_scored
