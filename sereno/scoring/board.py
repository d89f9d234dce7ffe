"""All alarm machines of one patient side by side, each on its own, and the numbering of alarms.

The board knows which machines there are and tells each what concerns it; what an alarm does is
the machine's own business (`sereno.scoring.alarms`). No machine sees another, so that no alarm
can hide one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sereno.domain.errors import Conflict, NotFound
from sereno.domain.surveillance import (
    REPLACED,
    Alarm,
    AlarmEvent,
    Condition,
    Direction,
    Limit,
    Priority,
)
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.alarms import (
    AlarmState,
    Hold,
    Machine,
    Outcome,
    Rung,
    discharged,
)
from sereno.scoring.limits import SCORE_RUNGS, TECHNICAL_RUNGS

Key = tuple[Condition, Signal | None, Direction, str | None]
SCORE_KEY: Key = (Condition.SCORE, None, Direction.HIGH, None)


@dataclass(slots=True)
class Slot:
    """An alarm machine and where it stands."""

    machine: Machine
    state: AlarmState

    @property
    def key(self) -> Key:
        """What the machine is about."""
        machine = self.machine
        return machine.condition, machine.signal, machine.direction, machine.source

    def due(self) -> datetime | None:
        """When its next delay runs out."""
        return self.machine.due(self.state) if any(self.state.holds) else None


@dataclass(frozen=True, slots=True)
class KeptHold:
    """A rung's hold, by the rung's priority: rungs may change between writing and reading."""

    priority: Priority
    hold: Hold


@dataclass(frozen=True, slots=True)
class KeptSlot:
    """A slot in which something is under way, without its rungs."""

    condition: Condition
    signal: Signal | None
    direction: Direction
    source: str | None
    holds: tuple[KeptHold, ...]
    alarm: Alarm | None
    value: float | None
    stood: tuple[Alarm, ...]

    @classmethod
    def of(cls, slot: Slot) -> "KeptSlot":
        """What to keep of `slot`."""
        holds = tuple(
            KeptHold(rung.priority, hold)
            for rung, hold in zip(slot.machine.rungs, slot.state.holds, strict=True)
            if hold is not None
        )
        return cls(*slot.key, holds, slot.state.alarm, slot.state.value, slot.state.stood)

    def into(self, machine: Machine) -> Slot:
        """The slot of `machine`, whatever rungs it has now."""
        held = {kept.priority: kept.hold for kept in self.holds}
        holds = tuple(held.get(rung.priority) for rung in machine.rungs)
        return Slot(machine, AlarmState(holds, self.alarm, self.value, self.stood))


class Board:
    """The alarms of one patient."""

    def __init__(self, patient: str, limits: Iterable[Limit]) -> None:
        self.count = 0
        self._patient = patient
        self._limits: tuple[Limit, ...] = ()
        self._slots: dict[Key, Slot] = {}
        self._of_signal: dict[Signal, list[Slot]] = {}
        self._alarms: dict[str, Alarm] = {}
        self._events: list[AlarmEvent] = []
        self.fit(limits)

    def fit(self, limits: Iterable[Limit]) -> None:
        """Alarm by these limits from now on; what is open stays open."""
        self._limits = tuple(limits)
        open_ones = {key for key in self._slots if key[0] is Condition.LIMIT}
        wanted: set[Key] = {
            (Condition.LIMIT, limit.signal, limit.direction, None) for limit in self._limits
        }
        self._of_signal = {}
        for key in sorted(open_ones | wanted, key=_place):
            slot = self._refitted(key)
            if slot.machine.signal is not None:
                self._of_signal.setdefault(slot.machine.signal, []).append(slot)

    # What is told to the machines. Each returns when time alone next changes something.

    def judge(self, signal: Signal, value: float, at: datetime, now: datetime) -> datetime | None:
        """A good value of `signal`, measured `at`; it is judged as it is shown, rounded."""
        level = VITALS[signal].rounded(value)
        dues = [self._sample(slot, level, value, at, now) for slot in self._limited(signal)]
        return min(filter(None, dues), default=None)

    def correct(self, signal: Signal, value: float, at: datetime, now: datetime) -> datetime | None:
        """The newest value of `signal`, measured `at`, should have been `value`."""
        level = VITALS[signal].rounded(value)
        for slot in self._limited(signal):
            outcome = slot.machine.correct(
                slot.state, level, value, at=at, now=now, new_id=self._new_id
            )
            self._apply(slot, outcome)
        return min(filter(None, (slot.due() for slot in self._limited(signal))), default=None)

    def lose(self, signal: Signal, now: datetime) -> None:
        """`signal` is no longer measured."""
        for slot in self._limited(signal):
            if not slot.state.idle:
                self._apply(slot, slot.machine.lose(slot.state, now))

    def pause(self, signal: Signal, at: datetime) -> None:
        """The sensor of `signal` was found off: its delays wait."""
        for slot in self._limited(signal):
            if any(slot.state.holds):
                slot.state = slot.machine.pause(slot.state, at)

    def technical(
        self,
        condition: Condition,
        level: int,
        at: datetime,
        now: datetime,
        *,
        signal: Signal | None = None,
        source: str | None = None,
        value: float | None = None,
    ) -> datetime | None:
        """Whether a technical condition holds (level 1) or not (0) since `at`."""
        key = (condition, signal, Direction.HIGH, source)
        slot = self._slots.get(key)
        if slot is None and not level:
            return None
        return self._sample(slot or self._open(key), level, value, at, now)

    def replace_source(self, source: str, now: datetime) -> None:
        """Nothing more is expected of `source`: others deliver what it did."""
        slot = self._slots.get((Condition.SOURCE_SILENT, None, Direction.HIGH, source))
        if slot is not None:
            self._apply(slot, slot.machine.end(slot.state, now, REPLACED))

    def score(self, level: int, total: int | None, now: datetime) -> datetime | None:
        """The score's response has this rank, its total is so much."""
        slot = self._slots.get(SCORE_KEY) or self._open(SCORE_KEY)
        return self._sample(slot, level, total, now, now)

    def lose_score(self, now: datetime) -> None:
        """The score can not be told as it was: what it rested on is no longer measured."""
        slot = self._slots.get(SCORE_KEY)
        if slot is not None:
            self._apply(slot, slot.machine.lose(slot.state, now))

    def acknowledge(self, alarm_id: str, by: str, reason: str, at: datetime) -> Signal | None:
        """Someone has taken note; the signal concerned. Raises NotFound or Conflict."""
        for slot in self._slots.values():
            if any(alarm.id == alarm_id for alarm in slot.state.open):
                outcome = slot.machine.acknowledge(slot.state, by, reason, at, alarm_id)
                self._apply(slot, outcome)
                return slot.machine.signal
        stem, _, number = alarm_id.rpartition("-a")
        ours = stem == self._patient and number.isdecimal()
        if ours and 1 <= int(number) <= self.count:
            raise Conflict("that alarm is over; reload the list of alarms")
        raise NotFound("this patient has no such alarm; reload the list of alarms")

    def discharge(self, by: str, reason: str, at: datetime) -> None:
        """The patient's stay has ended: every open alarm closes, and nothing is under way."""
        for alarm in self.open():
            closed, events = discharged(alarm, by, reason, at)
            self._alarms[alarm.id] = closed
            self._events.extend(events)
        for slot in self._slots.values():
            slot.state = slot.machine.start()

    def pass_time(self, now: datetime) -> None:
        """Time has come to `now`."""
        for slot in self._slots.values():
            due = slot.due()
            if due is not None and due <= now:
                outcome = slot.machine.pass_time(slot.state, now, self._new_id)
                self._apply(slot, outcome)

    # What is asked of it.

    def deadlines(self) -> Iterator[datetime]:
        """When time alone changes something."""
        yield from filter(None, (slot.due() for slot in self._slots.values()))

    def busy(self, signal: Signal) -> bool:
        """Whether every value of `signal` matters, and not only one beyond a limit."""
        return any(not slot.state.idle for slot in self._limited(signal))

    def holds(self, condition: Condition, source: str) -> bool:
        """Whether a technical condition of a source holds already."""
        slot = self._slots.get((condition, None, Direction.HIGH, source))
        return slot is not None and any(slot.state.holds)

    def alarm_of(self, key: Key) -> Alarm | None:
        """The open alarm of that machine."""
        slot = self._slots.get(key)
        return None if slot is None else slot.state.alarm

    def open(self) -> tuple[Alarm, ...]:
        """The open alarms as they stand."""
        return tuple(alarm for slot in self._slots.values() for alarm in slot.state.open)

    def take(self) -> tuple[tuple[Alarm, ...], tuple[AlarmEvent, ...]]:
        """What was told since this was last called: alarms as they stand now, and what happened."""
        told = tuple(self._alarms.values()), tuple(self._events)
        if any(told):
            self._alarms, self._events = {}, []
        return told

    def kept(self) -> list[KeptSlot]:
        """What is under way, to be kept."""
        return [KeptSlot.of(slot) for slot in self._slots.values() if not slot.state.idle]

    def recall(self, slots: Iterable[KeptSlot], count: int) -> None:
        """Go on from what was kept."""
        self.count = count
        for kept in slots:
            key: Key = (kept.condition, kept.signal, kept.direction, kept.source)
            self._slots[key] = kept.into(self._machine(key))
        self._order()
        self.fit(self._limits)

    def _limited(self, signal: Signal) -> list[Slot]:
        return self._of_signal.get(signal, [])

    def _sample(
        self, slot: Slot, level: float, value: float | None, at: datetime, now: datetime
    ) -> datetime | None:
        outcome = slot.machine.sample(slot.state, level, value, at=at, now=now, new_id=self._new_id)
        self._apply(slot, outcome)
        return slot.due()

    def _apply(self, slot: Slot, outcome: Outcome) -> None:
        slot.state = outcome.state
        alarm = outcome.alarm
        if alarm is None:
            return
        told = (alarm,) if outcome.left is None else (outcome.left, alarm)
        self._alarms |= {each.id: each for each in told}
        self._events.extend(outcome.events)

    def _new_id(self) -> str:
        """The next number, which is taken by asking for it."""
        self.count += 1
        return f"{self._patient}-a{self.count}"

    def _open(self, key: Key) -> Slot:
        machine = self._machine(key)
        slot = self._slots[key] = Slot(machine, machine.start())
        self._order()
        return slot

    def _order(self) -> None:
        """Bring the machines in one order, whatever came first: alarms are numbered by it."""
        self._slots = dict(sorted(self._slots.items(), key=lambda item: _place(item[0])))

    def _refitted(self, key: Key) -> Slot:
        slot = self._slots.get(key)
        if slot is None:
            return self._open(key)
        machine = self._machine(key)
        slot.state = machine.refit(slot.state, slot.machine.rungs)
        slot.machine = machine
        return slot

    def _machine(self, key: Key) -> Machine:
        condition, signal, direction, source = key
        return Machine(
            patient=self._patient,
            condition=condition,
            rungs=self._rungs(condition, signal, direction),
            signal=signal,
            direction=direction,
            source=source,
        )

    def _rungs(
        self, condition: Condition, signal: Signal | None, direction: Direction
    ) -> tuple[Rung, ...]:
        """Least urgent first."""
        if condition is Condition.SCORE:
            return SCORE_RUNGS
        if condition is not Condition.LIMIT:
            return (TECHNICAL_RUNGS[condition],)
        ours = [
            each for each in self._limits if (each.signal, each.direction) == (signal, direction)
        ]
        return tuple(Rung.of(limit) for limit in sorted(ours, key=lambda limit: limit.priority))


def _place(key: Key) -> tuple[str, str, str, str]:
    condition, signal, direction, source = key
    return condition, signal or "", direction, source or ""
