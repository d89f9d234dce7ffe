"""What a watch remembers, as values that can be written down and read back."""

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sereno.domain.errors import Conflict
from sereno.domain.evidence import Window
from sereno.domain.stream import derived_from
from sereno.domain.surveillance import OwnLimit, Score
from sereno.domain.vitals import Signal
from sereno.scoring.board import KeptSlot
from sereno.scoring.codec import pack, unpack
from sereno.scoring.episodes import Course, Threshold
from sereno.scoring.readings import Scorable, stays_true
from sereno.scoring.rhythm import UNKNOWN, Rhythm

VERSION = 10
# Of these, in which limits did not say who had set them, alarms waited to tell that they grew,
# a delay did not know since when its sensor was off and its worst value, nor a score's alarm the
# points that it rests on, a course did not know how far it had come before its newest sample,
# a channel not whose value it has, and nothing was told anew.
_LIMITS_ALONE = 4
_GROWN_APART = 5
_NEVER_OFF = 6
_NO_FORMER = 7
_NOBODYS = 8
_NEVER_LATE = 9


@dataclass(slots=True)
class Channel:
    """The past of one signal, as far as the future needs it.

    `seen` is the time of its newest sample whatever its quality, `good` whether that could be
    scored; `time` and `value` are the newest that could. `lost` says that it has ceased to be
    true, and that this has been dealt with. `band` is where on the charts it lies. `source` is who
    has the signal: see `sereno.scoring.choosing`.
    """

    signal: Signal
    seen: datetime
    good: bool = False
    time: datetime | None = None
    value: float = 0.0
    rhythm: Rhythm = UNKNOWN
    lost: bool = False
    band: int = -1
    source: str = ""

    def expires(self) -> datetime | None:
        """When its newest good value ceases to be true; None where there is none, or it has."""
        if self.time is None or self.lost:
            return None
        return self.time + stays_true(self.signal, self.rhythm)

    def reading(self) -> Scorable | None:
        """Its newest good value, if still true."""
        expires = self.expires()
        if expires is None or self.time is None:
            return None
        return Scorable(self.signal, self.value, self.time, expires, derived_from(self.source))


@dataclass(slots=True)
class Cadence:
    """When something last came, and how often it usually does."""

    seen: datetime
    rhythm: Rhythm = UNKNOWN

    def hear(self, time: datetime) -> bool:
        """It has come once more; whether that is news."""
        if time <= self.seen:
            return False
        self.rhythm = self.rhythm.after(time - self.seen)
        self.seen = time
        return True


@dataclass(slots=True)
class SourceCadence(Cadence):
    """The past of one source, and of each signal of which it delivered good values."""

    signals: dict[Signal, Cadence] = field(default_factory=dict)

    def deliver(self, signal: Signal, time: datetime) -> None:
        """A good value has come."""
        cadence = self.signals.get(signal)
        if cadence is None:
            self.signals[signal] = Cadence(time)
        else:
            cadence.hear(time)

    def regular(self) -> frozenset[Signal]:
        """The signals that it delivers regularly."""
        return frozenset(each for each, cadence in self.signals.items() if cadence.rhythm.known)


@dataclass(slots=True, kw_only=True)
class Memory:
    """All of it. `alarms` and `episodes` count those ever numbered."""

    version: int = VERSION
    now: datetime | None = None
    refresh: datetime | None = None
    alarms: int = 0
    episodes: int = 0
    points: dict[Signal, int] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    sources: dict[str, SourceCadence] = field(default_factory=dict)
    misdated: dict[str, datetime] = field(default_factory=dict)
    slots: list[KeptSlot] = field(default_factory=list)
    thresholds: list[Threshold] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)  # one for each of `thresholds`
    limits: list[OwnLimit] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    late: list[Window] = field(default_factory=list)

    def write(self) -> bytes:
        """As compact JSON."""
        return json.dumps(pack(self), separators=(",", ":")).encode()

    @classmethod
    def read(cls, state: bytes) -> "Memory":
        """What `write` wrote. Raises Conflict where it is of another version or no such thing."""
        try:
            packed = _brought_up(json.loads(state))
            version = packed[0]
            if version == VERSION:
                memory: Memory = unpack(cls, packed)
                return memory
        except (TypeError, ValueError, LookupError) as exc:
            raise Conflict(
                "the watch's state can not be read; delete it and the watch starts anew"
            ) from exc
        raise Conflict(f"the watch's state is of version {version!r}; run the Sereno that wrote it")


def _brought_up(packed: list[Any]) -> list[Any]:
    """A state of the versions before this one as of this one: no alarm is lost by an upgrade."""
    version = packed[0]
    if version in (_LIMITS_ALONE, _GROWN_APART):
        packed = _grown_together(packed)
    if packed[0] == _NEVER_OFF:
        packed = _with_points(packed)
    if packed[0] == _NO_FORMER:
        packed = _with_former(packed)
    if packed[0] == _NOBODYS:
        packed = _with_sources(packed)
    return _with_late(packed) if packed[0] == _NEVER_LATE else packed


def _grown_together(packed: list[Any]) -> list[Any]:
    """A state of the first two versions, as of the third."""
    version, names = packed[0], [each.name for each in fields(Memory)]
    at = names.index("episodes") + 1
    packed = [_NEVER_OFF, *packed[1:at], *packed[at + 1 :]]  # without the alarms yet to be told
    if version == _LIMITS_ALONE:
        at = names.index("limits")
        packed[at] = [[limit, None, None, None] for limit in packed[at]]
    return packed


def _with_points(packed: list[Any]) -> list[Any]:
    """A state of the third version as of the fourth."""
    at, holds = (
        [each.name for each in fields(kind)].index(name)
        for kind, name in ((Memory, "slots"), (KeptSlot, "holds"))
    )
    for slot in packed[at]:
        slot[holds] = [[priority, [*hold, None, None]] for priority, hold in slot[holds]]
    packed[[each.name for each in fields(Memory)].index("points")] = {}
    return [_NO_FORMER, *packed[1:]]


def _with_former(packed: list[Any]) -> list[Any]:
    """A state of the fourth version as of the fifth."""
    at = [each.name for each in fields(Memory)].index("courses")
    packed[at] = [[each[0], each[1:-2], None, *each[-2:]] for each in packed[at]]
    return [_NOBODYS, *packed[1:]]


def _with_sources(packed: list[Any]) -> list[Any]:
    """A state of the fifth version as of the sixth."""
    at = [each.name for each in fields(Memory)].index("channels")
    packed[at] = [[*each, ""] for each in packed[at]]
    return [_NEVER_LATE, *packed[1:]]


def _with_late(packed: list[Any]) -> list[Any]:
    """A state of the sixth version as of this one."""
    at = [each.name for each in fields(Memory)].index("scores")
    packed[at] = [[*each, None] for each in packed[at]]
    return [VERSION, *packed[1:], []]
