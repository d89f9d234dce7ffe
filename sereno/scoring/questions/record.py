"""What the tools ask of a patient's record: reading, up to one moment and no further."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Protocol
from zoneinfo import ZoneInfo

from sereno.domain.evidence import Window
from sereno.domain.patients import Note, Patient
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.case import Case

# How far back the last value of a signal is looked for, step by step: what streams is found in the
# first step, and the last is a month.
LOOKED_BACK = tuple(timedelta(hours=each) for each in (2, 24, 72, 720))


class Record(Protocol):
    """A patient's record as it stood at `at`; nothing later is ever given. Times are UTC."""

    @property
    def patient(self) -> Patient:
        """Whose it is."""
        ...

    @property
    def at(self) -> datetime:
        """Up to when."""
        ...

    @property
    def zone(self) -> str:
        """In which clock times are told and meant (IANA)."""
        ...

    def observations(
        self, start: datetime, end: datetime, signals: Sequence[Signal]
    ) -> Sequence[Observation]:
        """Those of `signals` of any quality, both ends included, by time."""
        ...

    def scores(self, start: datetime, end: datetime, kind: ScoreKind) -> Sequence[Score]:
        """By time; the one in force at `start` first, where there is one."""
        ...

    def alarms(self, start: datetime, end: datetime) -> Sequence[Alarm]:
        """Those that overlap the range, as they stood at `at`."""
        ...

    def notes(self, start: datetime, end: datetime) -> Sequence[Note]:
        """By time."""
        ...


@dataclass(frozen=True, slots=True)
class Looking:
    """What every tool needs: the record, and the window that the question is about."""

    record: Record
    window: Window

    @property
    def zone(self) -> ZoneInfo:
        """In which clock times are meant."""
        return ZoneInfo(self.record.zone)

    @property
    def score(self) -> Score | None:
        """The NEWS2 in force, which tells the scale and whether oxygen is given."""
        scores = self.record.scores(self.record.at, self.record.at, ScoreKind.NEWS2)
        return scores[-1] if scores else None

    def case(self, signals: Sequence[Signal], window: Window | None = None) -> Case:
        """The good values of `signals` in the window."""
        span = window or self.window
        found = self.record.observations(span.start, span.end, signals)
        return Case.of(span, found, self.score)

    def last(self, signals: Sequence[Signal], end: datetime) -> Case | None:
        """The shortest stretch up to `end` that holds a good value of any of them."""
        for back in LOOKED_BACK:
            case = self.case(signals, Window(end - back, end))
            if case.series:
                return case
        return None


def newest_of(case: Case, signals: Sequence[Signal]) -> Signal:
    """Which of several signals of one topic speaks: the preferred one, unless another is newer.

    One counts as newer by more than a quarter of an hour: a cuff is read less often than a line.
    """
    known = [signal for signal in signals if signal in case.series]
    newest = max(case.series[signal][-1].time for signal in known)
    close = timedelta(minutes=15)
    return next(each for each in known if newest - case.series[each][-1].time <= close)


by_time = attrgetter("time")
