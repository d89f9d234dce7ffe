"""Which of several sources of one signal is shown and scored, and when another takes it over.

All are kept. One source at a time has a signal, so that a value does not leap between two devices
that never quite agree: it goes to another only once whoever has it has been silent for a while or
says itself that its value is not good, or where the other one is of a better kind. The watch and
the newest values that the screens show go by this one rule.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from sereno.domain.stream import Observation, Quality, derived_from, is_charted, is_worn


class Kind(IntEnum):
    """Kinds of sources, the preferred first."""

    CHARTED = 0  # entered by hand: said on purpose, and taken whenever it is said
    MONITOR = 1  # or whatever else measures
    WORN = 2  # a device on the patient's own body, for the day: a wristband, a finger clip
    DERIVED = 3  # a rate that we made of a waveform


# How long a signal's newest good value keeps it from another source that is not of a better kind:
# a minute, as a heart rate is kept from the pulse (`readings.HEART_PREFERENCE`). What is derived
# waits until a stream's value has ceased to be true (`readings.STREAM_AGE`), and longer for what
# somebody has counted by hand. What is entered by hand keeps nothing from what is measured next.
HELD: Final = timedelta(minutes=1)
_HELD: Final[Mapping[tuple[Kind, Kind], timedelta]] = MappingProxyType(
    {
        (Kind.CHARTED, Kind.MONITOR): timedelta(0),
        (Kind.CHARTED, Kind.WORN): timedelta(0),
        (Kind.CHARTED, Kind.DERIVED): timedelta(minutes=15),
        (Kind.MONITOR, Kind.DERIVED): timedelta(minutes=5),
        (Kind.WORN, Kind.DERIVED): timedelta(minutes=5),
    }
)


def kind_of(source: str) -> Kind:
    """Of which kind `source` is, by its name."""
    if derived_from(source) is not None:
        return Kind.DERIVED
    if is_charted(source):
        return Kind.CHARTED
    return Kind.WORN if is_worn(source) else Kind.MONITOR


def gives_way(holder: str, seen: datetime, new: Observation, *, good: bool) -> bool:
    """Whether a signal that `holder` has goes to the source of `new`.

    `seen` is the time of the holder's newest value, `good` whether that one could be scored. A
    holder of whom nothing is known ("") has no claim.
    """
    if new.source == holder or not holder:
        return True
    had, its = kind_of(holder), kind_of(new.source)
    if new.quality is Quality.GOOD and (not good or its < had):
        return True
    return new.time - seen >= _HELD.get((had, its), HELD)
