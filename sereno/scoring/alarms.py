"""Alarms: one state machine for each condition of each patient, as pure functions of its state.

Only an alarm that is raised asks for something besides: its name, of the caller's numbering.

A machine has rungs, one for each priority, each with its limit, hysteresis and delay. The rules:

- A rung's condition begins with a sample beyond its limit. From there the time beyond adds up,
  and the alarm is raised once it has come to the delay. A sample that is not beyond halts the
  count; only a return of more than `RETURN` takes it back, just as it ends an episode, so that no
  fluctuating value goes on and on as an episode without an alarm. A value charted once an hour
  alarms by itself, a delay later, and silence never keeps an alarm from being raised. Delays run
  in the time of the events.
- While the sensor is off, and for nothing else, a delay waits for the next good sample and then
  goes on: the technical alarm stands in meanwhile. After more than `RETURN` the condition is told
  from that sample on.
- A reached rung ends only when the value is back inside by the hysteresis.
- One alarm is present for all rungs. When a more urgent rung is reached the alarm takes its
  priority and its limit, and whatever the operator had done about it is void. It keeps its onset,
  and tells besides since when that limit is passed. When its own rung ends while a less urgent one
  holds, it goes and an alarm of that one is raised; once it is acknowledged it follows the
  condition down instead, so that it can rise again.
- A latching alarm whose condition has gone stays until it is acknowledged. When its rung is
  reached again meanwhile, that is a new occurrence: the alarm returns with the onset and the
  values of that one. What another rung brings stands beside it. Any other alarm is closed when
  its condition goes.
- When the signal is no longer measured, nothing is known of the condition: the alarm stays until
  it is acknowledged, whether it latches or not.
- When the patient is discharged every open alarm closes, whatever its state.
- When the newest sample is corrected, what began with it never was: an alarm that did takes the
  value and the priority of the corrected one, or its condition goes. What had begun before stays.

The operator's side is a field of its own, never mixed with the condition's (IEC 60601-1-8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import compress
from typing import NamedTuple

from sereno.domain.errors import Conflict
from sereno.domain.surveillance import (
    CORRECTED,
    NOT_MEASURED,
    Alarm,
    AlarmEvent,
    AlarmStep,
    Condition,
    Direction,
    Limit,
    OperatorState,
    Priority,
)
from sereno.domain.vitals import Signal
from sereno.scoring.episodes import RETURN

NewId = Callable[[], str]  # gives a name that was never given before


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One priority of a machine: beyond `value` in the machine's direction for `delay`.

    `shown` is the limit that the alarm tells, where it is not `value` itself.
    """

    priority: Priority
    value: float
    hysteresis: float = 0.0
    delay: timedelta = timedelta(0)
    latching: bool = False
    shown: float | None = None

    @classmethod
    def of(cls, limit: Limit) -> "Rung":
        """The rung that a limit asks for."""
        return cls(
            priority=limit.priority,
            value=limit.value,
            hysteresis=limit.hysteresis,
            delay=limit.delay,
            latching=limit.latching,
            shown=limit.value,
        )


@dataclass(frozen=True, slots=True)
class Hold:
    """That a rung's condition holds: since when, and whether its delay has run out.

    Until it has, `inside` tells since when the value has been back inside, or `off` the sensor off,
    where it has, and `away` how long either was so in all before. `extreme` is the worst value.
    """

    since: datetime
    reached: bool = False
    inside: datetime | None = None
    away: timedelta = timedelta(0)
    off: datetime | None = None
    extreme: float | None = None

    def due(self, delay: timedelta) -> datetime | None:
        """When a delay that is running runs out."""
        counts = not self.reached and self.inside is None and self.off is None
        return self.since + self.away + delay if counts else None

    def paused(self, at: datetime) -> "Hold":
        """The hold after the sensor was found off."""
        counts = not self.reached and self.inside is None and self.off is None
        return replace(self, off=at) if counts else self

    def halted(self, at: datetime) -> "Hold | None":
        """The hold, not reached, after a sample inside; None once that has lasted."""
        if self.inside is not None:
            return self if at - self.inside <= RETURN else None
        return replace(self._measured(at), inside=at)

    def resumed(self, at: datetime) -> "Hold":
        """The hold after a sample beyond."""
        if self.inside is None:
            return self._measured(at)
        if at - self.inside > RETURN:
            return Hold(at)
        return replace(self, inside=None, away=self.away + (at - self.inside))

    def _measured(self, at: datetime) -> "Hold":
        """The hold once the sensor is on again: after long it begins anew, with what it counted."""
        if self.off is None:
            return self
        away = self.away + (at - self.off)
        if at - self.off > RETURN:
            return Hold(at, away=away - (at - self.since))
        return replace(self, off=None, away=away)


@dataclass(frozen=True, slots=True)
class AlarmState:
    """All that a machine remembers: a hold for each rung, and the open alarms.

    `alarm` is the present one, or else the latest; `stood` are others, gone and unacknowledged.
    """

    holds: tuple[Hold | None, ...]
    alarm: Alarm | None = None
    value: float | None = None  # the latest
    stood: tuple[Alarm, ...] = ()

    @property
    def open(self) -> tuple[Alarm, ...]:
        """The open alarms."""
        return self.stood if self.alarm is None else (*self.stood, self.alarm)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, so that a value inside every limit changes nothing."""
        return not self.open and not any(self.holds)


class Outcome(NamedTuple):
    """Where a step leads: the state, the alarm if it changed (closed ones too), what happened.

    `left` is the alarm that gave way to it, as it is now.
    """

    state: AlarmState
    alarm: Alarm | None = None
    events: tuple[AlarmEvent, ...] = ()
    left: Alarm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one alarm condition is about, and its rungs, least urgent first."""

    patient: str
    condition: Condition
    rungs: tuple[Rung, ...]
    signal: Signal | None = None
    direction: Direction = Direction.HIGH
    source: str | None = None

    def start(self) -> AlarmState:
        """The state in which nothing is wrong."""
        return AlarmState((None,) * len(self.rungs))

    def calm(self, level: float) -> bool:
        """Whether `level` is beyond no rung."""
        return not any(self._beyond(level, rung.value) for rung in self.rungs)

    def sample(
        self,
        state: AlarmState,
        level: float,
        value: float | None,
        *,
        at: datetime,
        now: datetime,
        new_id: NewId,
    ) -> Outcome:
        """Take a new level, measured `at` and known `now`.

        `level` is compared with the rungs and `value` is what the alarm shows. An alarm that is
        raised is called what `new_id` says; it is asked for no other.
        """
        pairs = zip(self.rungs, state.holds, strict=True)
        holds = tuple(
            self._deepened_hold(self._hold(rung, hold, level, at), value) for rung, hold in pairs
        )
        return self._settle(replace(state, holds=holds, value=value), now, new_id, sampled=True)

    def correct(
        self,
        state: AlarmState,
        level: float,
        value: float | None,
        *,
        at: datetime,
        now: datetime,
        new_id: NewId,
    ) -> Outcome:
        """Take a level in the place of the newest one, measured `at` too; known `now`."""
        alarm = state.alarm
        kept = tuple(
            None if hold is None or hold.since >= at else _without(hold, state.value)
            for hold in state.holds
        )
        state = replace(state, holds=kept, value=value)
        if alarm is None or not alarm.present or any(kept):
            return self.sample(state, level, value, at=at, now=now, new_id=new_id)
        if self.calm(level):
            return _gone(state, alarm, now, CORRECTED)
        return self._restated(state, alarm, level, at, now)

    def pass_time(self, state: AlarmState, now: datetime, new_id: NewId) -> Outcome:
        """Time has come to `now` without a further sample."""
        return self._settle(state, now, new_id, sampled=False)

    def pause(self, state: AlarmState, at: datetime) -> AlarmState:
        """The sensor was found off `at`: what has not alarmed yet waits."""
        return replace(state, holds=tuple(hold and hold.paused(at) for hold in state.holds))

    def due(self, state: AlarmState) -> datetime | None:
        """When the next delay runs out."""
        pairs = zip(self.rungs, state.holds, strict=True)
        pending = [hold.due(rung.delay) for rung, hold in pairs if hold is not None]
        return min(filter(None, pending), default=None)

    def lose(self, state: AlarmState, now: datetime) -> Outcome:
        """The condition can not be told any more: its signal is no longer measured."""
        empty = replace(state, holds=(None,) * len(self.rungs), value=None)
        alarm = state.alarm
        if alarm is None or not alarm.present:
            return Outcome(empty)
        kept = replace(alarm, latched=True)
        return _gone(replace(empty, alarm=kept), kept, now, reason=NOT_MEASURED)

    def end(self, state: AlarmState, now: datetime, reason: str) -> Outcome:
        """The condition has gone for another reason than a value back inside."""
        empty = replace(state, holds=(None,) * len(self.rungs), value=None)
        if state.alarm is None or not state.alarm.present:
            return Outcome(empty)
        return _gone(empty, state.alarm, now, reason)

    def acknowledge(
        self, state: AlarmState, by: str, reason: str, at: datetime, alarm_id: str | None = None
    ) -> Outcome:
        """The operator has taken note of an open alarm, of the latest where none is named.

        Raises Conflict where there is none, or it is acknowledged already.
        """
        stood = next((each for each in state.stood if each.id == alarm_id), None)
        alarm = stood or state.alarm
        if alarm is None:
            raise Conflict("that alarm is over; reload the list of alarms")
        if alarm.operator is OperatorState.ACKNOWLEDGED:
            raise Conflict(f"{alarm.acknowledged_by} has acknowledged that alarm already")
        alarm = replace(
            alarm,
            operator=OperatorState.ACKNOWLEDGED,
            operator_until=None,
            acknowledged_by=by,
            acknowledged_at=at,
            reason=reason,
        )
        events = (
            AlarmEvent(alarm=alarm.id, time=at, what=AlarmStep.ACKNOWLEDGED, by=by, reason=reason),
        )
        if not alarm.present:
            closed = (*events, _event(alarm, at, AlarmStep.CLOSED))
            if stood is not None:
                others = tuple(each for each in state.stood if each is not stood)
                return Outcome(replace(state, stood=others), alarm, closed)
            return Outcome(replace(state, alarm=None), alarm, closed)
        return self._eased(state, alarm, events, at)

    def refit(self, state: AlarmState, former: Sequence[Rung]) -> AlarmState:
        """The state fitted to new rungs: what was held at a priority is still held there."""
        held = {rung.priority: hold for rung, hold in zip(former, state.holds, strict=True)}
        return replace(state, holds=tuple(held.get(rung.priority) for rung in self.rungs))

    def _beyond(self, level: float, limit: float) -> bool:
        return level < limit if self.direction is Direction.LOW else level > limit

    def _hold(self, rung: Rung, hold: Hold | None, level: float, at: datetime) -> Hold | None:
        if self._beyond(level, rung.value):
            return Hold(at) if hold is None else hold.resumed(at)
        if hold is None or not hold.reached:
            return hold and hold.halted(at)
        margin = rung.hysteresis if self.direction is Direction.LOW else -rung.hysteresis
        return hold if self._beyond(level, rung.value + margin) else None

    def _settle(self, state: AlarmState, now: datetime, new_id: NewId, *, sampled: bool) -> Outcome:
        """Let delays run out up to `now`, and bring the alarm to where the rungs are."""
        pairs = zip(self.rungs, state.holds, strict=True)
        state = replace(state, holds=tuple(_reached(rung, hold, now) for rung, hold in pairs))
        top = self._top(state)
        if top is None:
            return self._inside(state, now) if sampled else Outcome(state)
        if state.alarm is None or self._anew(state, state.alarm, self.rungs[top].priority):
            return self._begin(state, top, now, new_id)
        return self._keep_open(state, state.alarm, top, now)

    def _anew(self, state: AlarmState, alarm: Alarm, priority: Priority) -> bool:
        """Whether that a rung of `priority` is reached is for another alarm than the latest."""
        if not alarm.present:
            return True
        if priority < alarm.priority:
            return alarm.operator is not OperatorState.ACKNOWLEDGED
        return priority > alarm.priority and any(each.priority is priority for each in state.stood)

    def _begin(self, state: AlarmState, top: int, now: datetime, new_id: NewId) -> Outcome:
        """A new occurrence: the latest alarm gives way, and one returns or is raised."""
        left = state.alarm
        events: tuple[AlarmEvent, ...] = ()
        if left is not None and left.present:
            state, left, events, _ = _gone(state, left, now)
        standing = state.stood if state.alarm is None else (*state.stood, state.alarm)
        priority = self.rungs[top].priority
        former = next((each for each in standing if each.priority is priority), None)
        others = tuple(each for each in standing if each is not former)
        its_id = former.id if former else new_id()
        raised = self._raise(replace(state, stood=others), top, now, its_id)
        what = (
            raised.events
            if former is None
            else (_event(former, now, AlarmStep.RETURNED, state.value),)
        )
        return raised._replace(events=(*events, *what), left=None if left is former else left)

    def _top(self, state: AlarmState) -> int | None:
        """The most urgent rung reached."""
        reached = [n for n, hold in enumerate(state.holds) if hold is not None and hold.reached]
        return max(reached, default=None)

    def _raise(self, state: AlarmState, top: int, now: datetime, its_id: str) -> Outcome:
        rung, hold = self.rungs[top], state.holds[top]
        alarm = Alarm(
            id=its_id,
            patient=self.patient,
            condition=self.condition,
            priority=rung.priority,
            onset=now if hold is None else hold.since,
            raised=now,
            present=True,
            signal=self.signal,
            direction=self.direction if self.condition is Condition.LIMIT else None,
            limit=rung.shown,
            value=state.value,
            extreme=state.value if hold is None or hold.extreme is None else hold.extreme,
            latched=rung.latching,
            source=self.source,
        )
        return Outcome(replace(state, alarm=alarm), alarm, (_event(alarm, now, AlarmStep.RAISED),))

    def _keep_open(self, state: AlarmState, alarm: Alarm, top: int, now: datetime) -> Outcome:
        """The condition holds and the alarm is open already."""
        rung = self.rungs[top]
        events: tuple[AlarmStep, ...] = ()
        alarm = self._deepened(alarm, state.value)
        if rung.priority > alarm.priority:
            events = (AlarmStep.WORSENED,)
            alarm = replace(
                self._moved(_unattended(alarm), state, top),
                value=state.value,
                latched=alarm.latched or rung.latching,
            )
        told = tuple(_event(alarm, now, what) for what in events)
        return self._eased(state, alarm, told, now)

    def _restated(
        self, state: AlarmState, alarm: Alarm, level: float, at: datetime, now: datetime
    ) -> Outcome:
        """The alarm as the corrected level would have raised it."""
        beyond = [self._beyond(level, rung.value) for rung in self.rungs]
        holds = tuple(
            Hold(at, reached=True, extreme=state.value) if each else None for each in beyond
        )
        state = replace(state, holds=holds)
        rung = max(compress(self.rungs, beyond), key=lambda each: each.priority)
        told: tuple[AlarmStep, ...] = ()
        if rung.priority != alarm.priority:
            told = (AlarmStep.WORSENED if rung.priority > alarm.priority else AlarmStep.EASED,)
            alarm = alarm if rung.priority < alarm.priority else _unattended(alarm)
        alarm = replace(
            alarm,
            priority=rung.priority,
            limit=rung.shown,
            passed=None,
            value=state.value,
            extreme=state.value,
            latched=rung.latching,
        )
        events = tuple(replace(_event(alarm, now, what), reason=CORRECTED) for what in told)
        return Outcome(replace(state, alarm=alarm), alarm, events)

    def _eased(
        self, state: AlarmState, alarm: Alarm, events: tuple[AlarmEvent, ...], now: datetime
    ) -> Outcome:
        """Let an acknowledged alarm follow its condition down, so that it can rise again."""
        top = self._top(state)
        acknowledged = alarm.operator is OperatorState.ACKNOWLEDGED
        if top is not None and acknowledged and self.rungs[top].priority < alarm.priority:
            alarm = self._moved(alarm, state, top)
            events = (*events, _event(alarm, now, AlarmStep.EASED))
        changed = alarm if alarm != state.alarm else None
        return Outcome(replace(state, alarm=alarm), changed, events)

    def _moved(self, alarm: Alarm, state: AlarmState, top: int) -> Alarm:
        """The alarm at another rung: its priority, its limit, and since when that is passed."""
        rung, hold = self.rungs[top], state.holds[top]
        since = alarm.onset if hold is None else hold.since
        passed = since if since > alarm.onset else None
        return replace(alarm, priority=rung.priority, limit=rung.shown, passed=passed)

    def _inside(self, state: AlarmState, now: datetime) -> Outcome:
        """No rung is reached after a sample: the condition, where there was one, has gone."""
        alarm = state.alarm
        if alarm is None or not alarm.present:
            return Outcome(state)
        return _gone(state, alarm, now)

    def _deepened(self, alarm: Alarm, value: float | None) -> Alarm:
        """The alarm with the worst value so far."""
        return replace(alarm, extreme=value) if self._worse(value, alarm.extreme) else alarm

    def _deepened_hold(self, hold: Hold | None, value: float | None) -> Hold | None:
        """The hold with the worst value since its condition began."""
        if hold is None or not self._worse(value, hold.extreme):
            return hold
        return replace(hold, extreme=value)

    def _worse(self, value: float | None, known: float | None) -> bool:
        return value is not None and (known is None or self._beyond(value, known))


def discharged(
    alarm: Alarm, by: str, reason: str, at: datetime
) -> tuple[Alarm, tuple[AlarmEvent, ...]]:
    """An open alarm as it closes because the patient's stay has ended: nobody will acknowledge it.

    Whose condition still held ends then, though not before it was raised; who had acknowledged it
    stays told.
    """
    at = max(at, alarm.raised)
    end = AlarmEvent(alarm=alarm.id, time=at, what=AlarmStep.DISCHARGED, by=by, reason=reason)
    gone = (_event(alarm, at, AlarmStep.GONE),) if alarm.present else ()
    ended = at if alarm.present else alarm.ended
    over = replace(alarm, present=False, latched=False, ended=ended)
    return over, (*gone, end, _event(alarm, at, AlarmStep.CLOSED))


def _without(hold: Hold, value: float | None) -> Hold:
    """The hold without the newest value, which was wrong."""
    return replace(hold, extreme=None) if hold.extreme == value else hold


def _reached(rung: Rung, hold: Hold | None, now: datetime) -> Hold | None:
    due = None if hold is None else hold.due(rung.delay)
    if hold is None or due is None or now < due:
        return hold
    return Hold(hold.since, reached=True, extreme=hold.extreme)


def _unattended(alarm: Alarm) -> Alarm:
    """The alarm as if no operator had seen it."""
    return replace(
        alarm,
        operator=OperatorState.NONE,
        operator_until=None,
        acknowledged_by=None,
        acknowledged_at=None,
        reason=None,
    )


def _gone(state: AlarmState, alarm: Alarm, now: datetime, reason: str | None = None) -> Outcome:
    alarm = replace(alarm, present=False, ended=now)
    gone = AlarmEvent(
        alarm=alarm.id, time=now, what=AlarmStep.GONE, value=state.value, reason=reason
    )
    if alarm.active:
        return Outcome(replace(state, alarm=alarm), alarm, (gone,))
    closed = _event(alarm, now, AlarmStep.CLOSED)
    return Outcome(replace(state, alarm=None), alarm, (gone, closed))


def _event(alarm: Alarm, now: datetime, what: AlarmStep, value: float | None = None) -> AlarmEvent:
    return AlarmEvent(
        alarm=alarm.id, time=now, what=what, value=alarm.value if value is None else value
    )
