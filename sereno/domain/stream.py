"""What connectors bring in: observations and stretches of waveform, about one patient at a time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sereno.domain.vitals import VITALS, Signal

CHARTED: Final = "charted"  # the source of what is entered by hand


def utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError for a naive one: its zone must be decided at the edge."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone reached the core; give it one where it is read")
    return moment.astimezone(UTC)


class Quality(StrEnum):
    """Whether a value may be scored. All but GOOD are kept and shown, never scored."""

    GOOD = "good"
    SENSOR_OFF = "sensor_off"  # a sentinel: 0 or -999 where nothing is attached
    IMPLAUSIBLE = "implausible"  # outside the vocabulary's range
    DEMO = "demo"  # a device in demonstration mode (HL7 v2 OBX-8 = DEMO)
    ARTEFACT = "artefact"  # movement or interference, by the source's own word


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one signal at one moment, in the vocabulary's unit.

    `time` is UTC; `source` names the connector and device (no patient data). `version` counts
    corrections: the same patient, signal, time and source with another value is a new version.
    """

    signal: Signal
    time: datetime
    value: float
    source: str
    quality: Quality = Quality.GOOD
    version: int = 1

    @classmethod
    def judged(cls, signal: Signal, time: datetime, value: float, source: str) -> "Observation":
        """An observation whose quality follows from the vocabulary's plausible range."""
        good = VITALS[signal].plausible(value)
        return cls(signal, time, value, source, Quality.GOOD if good else Quality.IMPLAUSIBLE)


@dataclass(frozen=True, slots=True)
class WaveformChunk:
    """Evenly sampled values of one waveform, in the vocabulary's unit; NaN where none was read.

    `start` is the UTC time of the first sample, `rate` is in Hz, `channel` tells leads apart
    ("II", "V"); a chunk is a second or so long.
    """

    signal: Signal
    start: datetime
    rate: float
    samples: Sequence[float]
    source: str
    channel: str = ""

    @property
    def end(self) -> datetime:
        """The time just after the last sample."""
        return self.start + timedelta(seconds=len(self.samples) / self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a message is about, in the sender's words. Kept sealed.

    `identifier` within `authority` finds the patient again (a medical record number, a bed, a
    file's stem); the rest is what the sender happened to tell.
    """

    identifier: str
    authority: str = ""
    name: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    bed: str | None = None
    pregnant: bool | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of input that could not be parsed, for the dead letters: its bytes and the reason.

    `reason` says what is wrong without quoting the content.
    """

    content: bytes
    reason: str


async def nothing_to_acknowledge() -> None:
    """For sources that wait for no answer (a file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one message of a source holds about one subject.

    `acknowledge` is awaited only after the transaction that holds the batch is on disk. `live`
    is False for a recording replayed with its own times: silence is then judged by the
    recording's clock and not by the wall's.
    """

    source: str
    subject: Subject | None
    observations: tuple[Observation, ...] = ()
    waveforms: tuple[WaveformChunk, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    live: bool = True
    acknowledge: Callable[[], Awaitable[None]] = field(default=nothing_to_acknowledge, repr=False)
