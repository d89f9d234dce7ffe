"""The life of the alarms of one signal and direction, or of the score (alarms.md).

Nobody acknowledges anything here: what the record alone can tell.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast

from inference.evaluation.reference.episodes import RETURN, beyond
from sereno.domain.surveillance import Direction, Priority

_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rung:
    """One limit: strictly beyond `limit` for `delay` raises it, inside by `hysteresis` ends it."""

    priority: Priority
    limit: float
    hysteresis: float
    delay: timedelta

    @property
    def latches(self) -> bool:
        """Whether it stays when its condition has gone: high priority does."""
        return self.priority is Priority.HIGH


@dataclass(slots=True)
class Raised:
    """One alarm: when its condition began, its worst value, and how its condition went."""

    rung: Rung
    onset: datetime
    worst: float
    passed: datetime | None = None  # since when its limit is, where a less urgent one was first
    present: bool = True
    ended: datetime | None = None
    unmeasured: bool = False
    closed: bool = False


@dataclass(slots=True)
class _Count:
    """How long the value has been beyond one limit, and whether that is a condition by now."""

    rung: Rung
    direction: Direction
    onset: datetime | None = None
    worst: float = 0.0
    so_far: timedelta = _NOTHING
    running_since: datetime | None = None
    inside_since: datetime | None = None
    off_since: datetime | None = None
    met: bool = False

    def reached_at(self) -> datetime | None:
        """When the running delay will have run out."""
        if self.met or self.running_since is None:
            return None
        return self.running_since + (self.rung.delay - self.so_far)

    def take(self, moment: datetime, value: float) -> None:
        """A value, shown, that was measured at `moment`."""
        self.halt(moment)
        if self.onset and self.inside_since and moment - self.inside_since > RETURN:
            self.forget(keep_condition=True)
        if beyond(value, self.direction, self.rung.limit):
            self._take_beyond(moment, value)
            self.off_since = None
            return
        self.off_since = None
        self.inside_since = self.inside_since or moment
        if self.met and self._well_inside(value):
            self.forget()

    def _take_beyond(self, moment: datetime, value: float) -> None:
        long_off = self.off_since is not None and moment - self.off_since > RETURN
        if self.onset is None or (long_off and not self.met):
            self.onset, self.worst = moment, value
        worse = min if self.direction is Direction.LOW else max
        self.worst = worse(self.worst, value)
        self.inside_since, self.running_since = None, moment
        self.met = self.met or self.so_far >= self.rung.delay

    def _well_inside(self, value: float) -> bool:
        margin = (
            self.rung.limit - value if self.direction is Direction.HIGH else value - self.rung.limit
        )
        return margin >= self.rung.hysteresis - 1e-6

    def halt(self, moment: datetime) -> None:
        """The time beyond stops to count."""
        if self.running_since is not None:
            self.so_far += moment - self.running_since
            self.running_since = None

    def forget(self, *, keep_condition: bool = False) -> None:
        """Begin anew. A condition that is there needs a value well inside to go."""
        if keep_condition and self.met:
            return
        self.onset, self.so_far, self.running_since = None, _NOTHING, None
        self.inside_since, self.off_since, self.met = None, None, False


@dataclass(slots=True)
class Ladder:
    """The limits of one direction, least urgent first, and the alarms that they raised."""

    direction: Direction
    rungs: tuple[Rung, ...]
    alarms: list[Raised] = field(default_factory=list)
    lapsed: datetime | None = None  # when the signal was last no longer measured
    counts: list[_Count] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [_Count(rung, self.direction) for rung in self.rungs]

    def pass_time(self, until: datetime, *, included: bool = False) -> None:
        """Nothing was measured until `until`: delays run out before it, or at it if `included`."""
        due = {
            reached
            for count in self.counts
            if (reached := count.reached_at()) is not None
            and (reached < until or (included and reached == until))
        }
        for moment in sorted(due):
            for count in self.counts:
                count.met = count.met or count.reached_at() == moment
            self._settle(moment, unmeasured=False)

    def take(self, moment: datetime, value: float, *, unmeasured: bool = False) -> None:
        """A value at `moment`. `unmeasured`: it fell only because something grew too old."""
        self.pass_time(moment)
        for count in self.counts:
            count.take(moment, value)
        self._settle(moment, unmeasured=unmeasured)
        current = self.current
        if current:
            worse = min if self.direction is Direction.LOW else max
            current.worst = worse(current.worst, value)

    def pause(self, moment: datetime) -> None:
        """The sensor is off: running delays wait."""
        self.pass_time(moment)
        for count in self.counts:
            if count.running_since is not None:
                count.off_since = moment
            count.halt(moment)

    def silence(self, moment: datetime) -> None:
        """The signal is no longer measured."""
        self.pass_time(moment)
        self.lapsed = moment
        for count in self.counts:
            count.forget()
        self._settle(moment, unmeasured=True)

    @property
    def current(self) -> Raised | None:
        """The alarm whose condition is present."""
        return next((alarm for alarm in self.alarms if alarm.present), None)

    def _settle(self, moment: datetime, *, unmeasured: bool) -> None:
        """Let the alarms follow the conditions."""
        met = [count for count in self.counts if count.met]
        highest = met[-1] if met else None
        current = self.current
        if current and (highest is None or highest.rung.priority < current.rung.priority):
            self._end(current, moment, unmeasured=unmeasured)
            current = None
        if highest is None or (current and current.rung is highest.rung):
            return
        waiting = next(
            (
                alarm
                for alarm in self.alarms
                if alarm.rung is highest.rung and not alarm.present and not alarm.closed
            ),
            None,
        )
        if current and waiting is None:
            current.rung, current.passed = highest.rung, highest.onset
            return
        if current:
            self._end(current, moment, unmeasured=False)
        self._raise(highest, waiting)

    def _end(self, alarm: Raised, moment: datetime, *, unmeasured: bool) -> None:
        alarm.present, alarm.ended, alarm.unmeasured = False, moment, unmeasured
        alarm.closed = not (alarm.rung.latches or unmeasured)

    def _raise(self, count: _Count, waiting: Raised | None) -> None:
        onset = cast("datetime", count.onset)  # what is met has begun
        if waiting is None:
            self.alarms.append(Raised(count.rung, onset, count.worst))
            return
        waiting.onset, waiting.passed, waiting.worst = onset, None, count.worst
        waiting.present, waiting.ended, waiting.unmeasured = True, None, False
