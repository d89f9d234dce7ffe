"""How the verifier compares what a text says with moments, durations and numbers of a fact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from inference.language.verification.reading import Clock, Length
from sereno.domain.evidence import Evidence

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Times:
    """Compares clock times in `zone`; one without a day means a moment after `known_from`."""

    zone: ZoneInfo
    known_from: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> "Times":
        """For a text about `evidence`: in a window of a day or more, every time needs its day."""
        window = evidence.window
        long = window.end - window.start >= timedelta(days=1)
        return cls(ZoneInfo(evidence.zone), window.end - timedelta(days=0 if long else 1))

    def same(self, said: Clock, moment: datetime) -> bool:
        """Whether `said` is the minute that `moment` lies in."""
        local = moment.astimezone(self.zone)
        if (said.hour, said.minute) != (local.hour, local.minute):
            return False
        if said.day is None:
            return moment > self.known_from
        return said.day == (local.day, local.month)


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
