"""What a watch remembers, as values that can be written down and read back."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from sereno.domain.errors import Conflict
from sereno.domain.surveillance import Condition, Direction, Limit, Priority, Score
from sereno.domain.vitals import Signal
from sereno.scoring.alarms import AlarmState, Hold, Machine
from sereno.scoring.codec import pack, unpack
from sereno.scoring.episodes import Course, Threshold, Tracker
from sereno.scoring.readings import Reading, stays_true

VERSION = 1


@dataclass(slots=True)
class Channel:
    """The past of one signal, as far as the future needs it.

    `seen` is the time of its newest sample whatever its quality, `good` whether that could be
    scored; `time` and `value` are the newest that could. `lost` says that it has ceased to be
    true, and that this has been dealt with.
    """

    signal: Signal
    seen: datetime
    good: bool = False
    time: datetime | None = None
    value: float = 0.0
    rhythm: float | None = None
    lost: bool = False
    band: int = -1

    def expires(self) -> datetime | None:
        """When its newest good value ceases to be true; None where there is none, or it has."""
        if self.time is None or self.lost:
            return None
        return self.time + stays_true(self.signal, self.rhythm)

    def reading(self) -> Reading | None:
        """Its newest good value, if still true."""
        expires = self.expires()
        if expires is None or self.time is None:
            return None
        return Reading(self.signal, self.value, self.time, expires)


@dataclass(slots=True)
class Beat:
    """The past of one source: when it last delivered, and how often it usually does."""

    seen: datetime
    rhythm: float | None = None


Key = tuple[Condition, Signal | None, Direction, str | None]


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
        return self.machine.due(self.state)


@dataclass(frozen=True, slots=True)
class KeptHold:
    """A rung's hold, by the rung's priority: rungs may change between writing and reading."""

    priority: Priority
    hold: Hold


@dataclass(frozen=True, slots=True)
class KeptSlot:
    """A slot that is not idle, without its rungs."""

    condition: Condition
    signal: Signal | None
    direction: Direction
    source: str | None
    holds: tuple[KeptHold, ...]
    state: AlarmState

    @classmethod
    def of(cls, slot: Slot) -> "KeptSlot":
        """What to keep of `slot`."""
        holds = tuple(
            KeptHold(rung.priority, hold)
            for rung, hold in zip(slot.machine.rungs, slot.state.holds, strict=True)
            if hold is not None
        )
        bare = AlarmState((), slot.state.alarm, slot.state.value)
        return cls(*slot.key, holds, bare)

    def into(self, machine: Machine) -> Slot:
        """The slot of `machine`, whatever rungs it has now."""
        held = {kept.priority: kept.hold for kept in self.holds}
        holds = tuple(held.get(rung.priority) for rung in machine.rungs)
        return Slot(machine, AlarmState(holds, self.state.alarm, self.state.value))


@dataclass(frozen=True, slots=True)
class KeptCourse:
    """What a tracker follows."""

    threshold: Threshold
    course: Course

    @classmethod
    def of(cls, tracker: Tracker, course: Course) -> "KeptCourse":
        """What to keep of `tracker`."""
        return cls(tracker.threshold, course)


@dataclass(slots=True, kw_only=True)
class Memory:
    """All of it. Counters number alarms and episodes; `grown` alarms changed but were not told."""

    version: int = VERSION
    now: datetime | None = None
    alarms: int = 0
    episodes: int = 0
    refresh: datetime | None = None
    grown: list[str] = field(default_factory=list)
    unknown_at_alarm: list[Signal] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    beats: dict[str, Beat] = field(default_factory=dict)
    slots: list[KeptSlot] = field(default_factory=list)
    courses: list[KeptCourse] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)

    def write(self) -> bytes:
        """As compact JSON."""
        return json.dumps(pack(self), separators=(",", ":")).encode()

    @classmethod
    def read(cls, state: bytes) -> "Memory":
        """What `write` wrote. Raises Conflict where it is of another version or no such thing."""
        try:
            packed = json.loads(state)
            if packed[0] == VERSION:
                memory: Memory = unpack(cls, packed)
                return memory
        except (TypeError, ValueError, LookupError) as exc:
            raise Conflict(
                "the watch's state can not be read; delete it and the watch starts anew"
            ) from exc
        raise Conflict(
            f"the watch's state is of version {packed[0]!r}; run the Sereno that wrote it"
        )
