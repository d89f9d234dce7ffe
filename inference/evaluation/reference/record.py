"""A patient's record as the rules read it: what is known, how it is shown, how often it comes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.stream import Observation, Quality
from sereno.domain.vitals import VITALS, Signal

Series = Mapping[Signal, Sequence[Observation]]

# evidence.md, "Rules for all facts": one signal speaks for each family, the earlier one first.
FAMILIES: Final[Mapping[str, tuple[Signal, ...]]] = {
    "saturation": (Signal.SPO2,),
    "breathing": (Signal.RESPIRATORY_RATE,),
    "carbon dioxide": (Signal.END_TIDAL_CO2,),
    "oxygen": (Signal.OXYGEN_FLOW, Signal.FIO2, Signal.OXYGEN_GIVEN),
    "heart": (Signal.HEART_RATE, Signal.PULSE_RATE),
    "systolic": (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC),
    "mean": (Signal.CUFF_MEAN, Signal.INVASIVE_MEAN),
    "consciousness": (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE),
    "glucose": (Signal.GLUCOSE,),
    "temperature": (Signal.TEMPERATURE,),
}
CORE: Final = ("saturation", "breathing", "heart", "systolic", "consciousness", "temperature")

_PRESENT: Final = timedelta(minutes=15)


def known(observations: Iterable[Observation], until: datetime) -> list[Observation]:
    """What was told by `until`, each value once, in order of time.

    Of several values of one signal, moment and source the highest version counts, of equal
    versions the one told last.
    """
    newest: dict[tuple[Signal, datetime, str], Observation] = {}
    for each in observations:
        if each.time > until:
            continue
        key = (each.signal, each.time, each.source)
        held = newest.get(key)
        if held is None or each.version >= held.version:
            newest[key] = each
    return sorted(newest.values(), key=lambda each: each.time)


def by_signal(observations: Iterable[Observation]) -> dict[Signal, list[Observation]]:
    """The observations of each signal, in the order given."""
    series: dict[Signal, list[Observation]] = {}
    for each in observations:
        series.setdefault(each.signal, []).append(each)
    return series


def good(observations: Iterable[Observation]) -> list[Observation]:
    """Those that count."""
    return [each for each in observations if each.quality is Quality.GOOD]


def shown(observation: Observation) -> float:
    """The value as a screen shows it, in the vocabulary's unit and decimals, half up."""
    return VITALS[observation.signal].rounded(observation.value)


def is_present(last: Observation, everything: Sequence[Observation], end: datetime) -> bool:
    """Whether the last good value is the present one at `end`.

    `everything` are the signal's observations of any quality up to `end`.
    """
    followed = any(
        each.time > last.time and each.quality is not Quality.GOOD for each in everything
    )
    return end - last.time <= _PRESENT and not followed


@dataclass(slots=True)
class Rhythm:
    """How often something comes (scoring.md, "Partial scores").

    The usual interval is the longest of the recent ones, forgotten by a twentieth with each
    sample, and known from the fourth interval on. Moments that come twice count once.
    """

    last: datetime | None = None
    intervals: int = 0
    longest: timedelta = timedelta(0)

    def heard(self, moment: datetime) -> None:
        """A sample came at `moment`."""
        if self.last is not None and moment > self.last:
            self.longest = max(moment - self.last, self.longest * 0.95)
            self.intervals += 1
        self.last = moment

    @property
    def usual(self) -> timedelta | None:
        """The usual interval; None while it is not known."""
        return self.longest if self.intervals >= 4 else None

    def three(self, least: timedelta, most: timedelta) -> timedelta:
        """Three usual intervals within the bounds; `most` while the rhythm is not known."""
        if self.usual is None:
            return most
        return min(max(3 * self.usual, least), most)
