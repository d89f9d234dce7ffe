"""What the builders of facts share: the window, its good values, and which signals go together."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from operator import attrgetter
from types import MappingProxyType

from sereno.domain.evidence import SampleSpan, Severity, Window
from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.evidence.severity import severity_of

# A value no older than this at the window's end is told as the present one, without its time.
FRESH = timedelta(minutes=15)


class Section(IntEnum):
    """ABCDE, the order in which a patient is examined and handed over (A and B as one)."""

    BREATHING = 1
    CIRCULATION = 2
    DISABILITY = 3
    EXPOSURE = 4


# Each row holds signals that tell the same thing, the preferred first; rows come in the order in
# which they are told.
FAMILIES: tuple[tuple[Section, tuple[Signal, ...]], ...] = (
    (Section.BREATHING, (Signal.SPO2,)),
    (Section.BREATHING, (Signal.RESPIRATORY_RATE,)),
    (Section.BREATHING, (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN)),
    (Section.BREATHING, (Signal.END_TIDAL_CO2,)),
    (Section.CIRCULATION, (Signal.HEART_RATE, Signal.PULSE_RATE)),
    (Section.CIRCULATION, (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC)),
    (Section.CIRCULATION, (Signal.CUFF_DIASTOLIC, Signal.INVASIVE_DIASTOLIC)),
    (Section.CIRCULATION, (Signal.CUFF_MEAN, Signal.INVASIVE_MEAN)),
    (Section.DISABILITY, (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE)),
    (Section.DISABILITY, (Signal.GLUCOSE,)),
    (Section.EXPOSURE, (Signal.TEMPERATURE,)),
)

SECTION: Mapping[Signal, Section] = MappingProxyType(
    {signal: section for section, family in FAMILIES for signal in family}
)

# The first signal of each family that a handover should hold; its absence is said.
CORE = frozenset(
    {
        Signal.SPO2,
        Signal.RESPIRATORY_RATE,
        Signal.HEART_RATE,
        Signal.CUFF_SYSTOLIC,
        Signal.CONSCIOUSNESS,
        Signal.TEMPERATURE,
    }
)

CORE_SIGNALS = frozenset(signal for _, family in FAMILIES if family[0] in CORE for signal in family)

DIASTOLIC: Mapping[Signal, Signal] = MappingProxyType(
    {
        Signal.CUFF_SYSTOLIC: Signal.CUFF_DIASTOLIC,
        Signal.INVASIVE_SYSTOLIC: Signal.INVASIVE_DIASTOLIC,
    }
)


_time = attrgetter("time")


@dataclass(frozen=True, slots=True)
class Case:
    """What the builders of facts share: the window and its good values, by signal and time."""

    window: Window
    series: Mapping[Signal, tuple[Observation, ...]]
    scale: int

    def severity(self, signal: Signal, value: float) -> Severity:
        """How much a rounded value matters under the scale in force."""
        return severity_of(signal, value, self.scale)

    def count(self, signal: Signal, start: datetime, end: datetime) -> int:
        """How many good values lie from `start` to `end`, both included."""
        values = self.series.get(signal, ())
        first = bisect_left(values, start, key=_time)
        return bisect_right(values, end, lo=first, key=_time) - first

    def fresh(self, moment: datetime) -> bool:
        """Whether what was measured then may be told as present."""
        return self.window.end - moment <= FRESH


def spans_of(
    case: Case, signal: Signal | None, start: datetime, end: datetime
) -> tuple[SampleSpan, ...]:
    """The samples from `start` to `end`, or none without a signal."""
    if signal is None:
        return ()
    return (SampleSpan(signal, start, end, case.count(signal, start, end)),)


def good_series(
    window: Window, observations: Iterable[Observation]
) -> dict[Signal, tuple[Observation, ...]]:
    """The good values inside the window, by signal and time; of one moment, in the order given."""
    start, end = window.start, window.end
    by_signal: dict[Signal, list[Observation]] = defaultdict(list)
    for value in observations:
        if value.quality is Quality.GOOD and start <= value.time <= end:
            by_signal[value.signal].append(value)
    return {
        signal: tuple(sorted(values, key=_time))
        for signal, values in by_signal.items()
        if VITALS[signal].kind is not Kind.WAVEFORM
    }
