"""What the builders of facts share: the window, its good values, and which signals go together."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from operator import attrgetter
from types import MappingProxyType

from sereno.domain.evidence import SampleSpan, Severity, Window
from sereno.domain.stream import Observation, Quality, derived_from
from sereno.domain.surveillance import Direction, Score
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.scoring.evidence.severity import severity_of
from sereno.scoring.readings import OXYGEN

# A value no older than this at the window's end is told as the present one, without its time,
# unless its signal has been lost since.
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
_value = attrgetter("value")


@dataclass(frozen=True, slots=True)
class Case:
    """What the builders of facts share: the window and its good values, by signal and time.

    `lost` tells when each signal last had a value that is not good, where it had any; `before` the
    last good value from before the window of a signal that has none in it, where that matters.
    `scale` is the saturation's in force, `oxygen` whether the score in force counts it as given.
    """

    window: Window
    series: Mapping[Signal, tuple[Observation, ...]]
    lost: Mapping[Signal, datetime]
    scale: int
    before: Mapping[Signal, Observation] = field(default_factory=dict)
    oxygen: bool = False

    @classmethod
    def of(
        cls, window: Window, observations: Iterable[Observation], score: Score | None = None
    ) -> "Case":
        """The case of observations of any quality, in any order, with the NEWS2 in force."""
        several = tuple(observations)
        inside = [
            value
            for value in several
            if window.start <= value.time <= window.end
            and VITALS[value.signal].kind is not Kind.WAVEFORM
        ]
        lost: dict[Signal, datetime] = {}
        for value in inside:
            if value.quality is not Quality.GOOD:
                lost[value.signal] = max(value.time, lost.get(value.signal, value.time))
        before = _good_series(value for value in several if value.time < window.start)
        earlier = {signal: values[-1] for signal, values in before.items()}
        scale, oxygen = (1, False) if score is None else (score.scale, _on_oxygen(score))
        return cls(window, _good_series(inside), lost, scale, earlier, oxygen)

    def derived(self, signal: Signal) -> str | None:
        """The waveform of which the signal's last value was made; None where it was measured."""
        values = self.series.get(signal)
        return derived_from(values[-1].source) if values else None

    def severity(self, signal: Signal, value: float) -> Severity:
        """How much a rounded value matters under the scale in force."""
        return severity_of(signal, value, self.scale, oxygen=self.oxygen)

    def count(self, signal: Signal, start: datetime, end: datetime) -> int:
        """How many good values lie from `start` to `end`, both included."""
        values = self.series.get(signal, ())
        first = bisect_left(values, start, key=_time)
        return bisect_right(values, end, lo=first, key=_time) - first

    def fresh(self, last: Observation) -> bool:
        """Whether a signal's last good value may be told as present.

        It may not once the sensor is off or delivers nothing good: nobody knows the value then.
        """
        recent = self.window.end - last.time <= FRESH
        return recent and self.lost.get(last.signal, last.time) <= last.time


def _on_oxygen(score: Score) -> bool:
    return any(part.signal in OXYGEN and part.points for part in score.parts)


def spans_of(
    case: Case, signal: Signal | None, start: datetime, end: datetime
) -> tuple[SampleSpan, ...]:
    """The samples from `start` to `end`, or none without a signal."""
    if signal is None:
        return ()
    return (SampleSpan(signal, start, end, case.count(signal, start, end)),)


def worst_of(direction: Direction, values: Sequence[Observation]) -> Observation:
    """The nadir or peak of a signal's `values` as it is shown; of equal ones the first."""
    worst = (min if direction is Direction.LOW else max)(values, key=_value)
    vital = VITALS[worst.signal]
    shown, step = vital.rounded(worst.value), 10**-vital.decimals
    near = (each for each in values if abs(each.value - worst.value) <= step)  # rounding is slow
    return next(each for each in near if vital.rounded(each.value) == shown)


def worse(direction: Direction, value: float, known: float) -> bool:
    """Whether a value lies further out than the one known."""
    return value < known if direction is Direction.LOW else value > known


def _good_series(observations: Iterable[Observation]) -> dict[Signal, tuple[Observation, ...]]:
    """The good values by signal and time; of one moment, in the order given.

    What is derived is left out where the signal was measured too: the two are never mixed.
    """
    by_signal: dict[Signal, list[Observation]] = defaultdict(list)
    for value in observations:
        if value.quality is Quality.GOOD:
            by_signal[value.signal].append(value)
    chosen = {signal: _measured(values) or values for signal, values in by_signal.items()}
    return {signal: tuple(sorted(values, key=_time)) for signal, values in chosen.items()}


def _measured(observations: Iterable[Observation]) -> list[Observation]:
    return [each for each in observations if derived_from(each.source) is None]
