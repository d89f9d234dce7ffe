"""How the verifier compares what a text says with moments, durations and numbers of a fact."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from inference.language.verification.reading import Clock, Length
from sereno.domain.evidence import Evidence

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Times:
    """Compares clock times in `zone`.

    One without a day means a moment after `known_from`, which is what the wall's clock shows. One
    in the hour that comes twice when the clock is put back needs its distance from UTC.
    """

    zone: ZoneInfo
    known_from: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> "Times":
        """For a text about `evidence`: in a window of a day or more, every time needs its day."""
        window, zone = evidence.window, ZoneInfo(evidence.zone)
        long = window.end - window.start >= timedelta(days=1)
        return cls(zone, _on_the_wall(window.end, zone) + timedelta(days=1 if long else -1))

    def same(self, said: Clock, moment: datetime) -> bool:
        """Whether `said` is the minute that `moment` lies in."""
        wall = _on_the_wall(moment, self.zone)
        if (said.hour, said.minute) != (wall.hour, wall.minute):
            return False
        if said.east != self._east(moment):
            return False
        if said.day is None:
            return wall > self.known_from
        return said.day == (wall.day, wall.month)

    def shown_alike(self, said: Clock, moment: datetime) -> bool:
        """Whether a clock on the wall shows `said` at `moment`, of whatever day."""
        wall = _on_the_wall(moment, self.zone)
        return (said.hour, said.minute) == (wall.hour, wall.minute)

    def _east(self, moment: datetime) -> int | None:
        """Minutes east of UTC, where one of two moments that the wall's clock shows alike."""
        wall = _on_the_wall(moment, self.zone)
        both = {wall.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1)}
        if len(both) == 1:
            return None
        return int((wall - _on_the_wall(moment, UTC)).total_seconds()) // _MINUTE


def _on_the_wall(moment: datetime, zone: tzinfo) -> datetime:
    """What a clock in `zone` shows at `moment`, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def same_length(said: Length, length: timedelta) -> bool:
    """Whether `said` is `length` to the second below a minute, else to the minute, half up."""
    whole = int(length.total_seconds() + 0.5)
    if whole < _MINUTE:
        return said.in_seconds and said.seconds == whole
    minutes = int(length.total_seconds() / _MINUTE + 0.5)
    return not said.in_seconds and said.seconds == _MINUTE * minutes


def is_momentary(length: timedelta) -> bool:
    """Whether an episode rests on a single reading, so that it has no length."""
    return int(length.total_seconds() + 0.5) == 0


def same_number(said: Decimal, value: float | None) -> bool:
    """Whether both are the same number."""
    return value is not None and said == Decimal(str(value))
