"""What connectors bring in: observations and stretches of waveform, about one patient at a time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sereno.domain.vitals import VITALS, Signal

CHARTED: Final = "charted"  # the source of what is entered by hand
DERIVED: Final = "derived:"  # begins the source of what we made of a waveform ourselves
WORN: Final = "ble:"  # begins the source of what the patient wears
RELAYED: Final = "edge "  # begins the source of what another Sereno tells: "edge NAME/SOURCE"
BED: Final = "bed"  # the authority of a subject of whom nothing but the bed is known


def utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError for a naive one: its zone must be decided at the edge."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone reached the core; give it one where it is read")
    return moment.astimezone(UTC)


class Quality(StrEnum):
    """Whether a value may be scored. All but GOOD are kept and shown, never scored."""

    __hash__ = str.__hash__

    GOOD = "good"
    SENSOR_OFF = "sensor_off"  # a sentinel: 0 or -999 where nothing is attached
    IMPLAUSIBLE = "implausible"  # outside the vocabulary's range
    DEMO = "demo"  # a device in demonstration mode (HL7 v2 OBX-8 = DEMO)
    ARTEFACT = "artefact"  # movement or interference, by the source's own word or its waveform


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one signal at one moment, in the vocabulary's unit.

    `time` is UTC; `source` names the connector and device (no patient data), or says of which
    waveform the value was made (`derived_source`). `version` counts
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


def derived_source(waveform: Signal, source: str) -> str:
    """The source of a rate made of `waveform` as `source` delivers it."""
    return f"{DERIVED}{waveform.value}:{source}"


def derived_from(source: str) -> str | None:
    """The waveform ("ecg", "pleth"...) of which `source`'s values are made; None if measured."""
    return source.split(":", 2)[1] if source.startswith(DERIVED) else None


def relayed_source(edge: str, source: str) -> str:
    """What `source` of the Sereno called `edge` is called here; `edge` has no "/" in it."""
    if source.startswith(DERIVED):
        _, waveform, own = source.split(":", 2)
        return f"{DERIVED}{waveform}:{relayed_source(edge, own)}"
    return f"{RELAYED}{edge}/{source}"


def is_relayed(source: str) -> bool:
    """Whether another Sereno tells it, which has judged and derived already."""
    if source.startswith(DERIVED):
        source = source.split(":", 2)[2]
    return source.startswith(RELAYED)


def is_charted(source: str) -> bool:
    """Whether it is entered by hand, here or at an edge."""
    return _at_home(source) == CHARTED


def is_worn(source: str) -> bool:
    """Whether it is a device on the patient's own body, heard here or by an edge."""
    return _at_home(source).startswith(WORN)


def _at_home(source: str) -> str:
    """What it is called by the Sereno that reads it."""
    while source.startswith(RELAYED):
        source = source.partition("/")[2]
    return source


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

    @classmethod
    def in_bed(cls, bed: str) -> "Subject":
        """Whoever lies in `bed`, of whom the sender tells nothing else.

        That is the patient whose bed it is; while nobody's, somebody unnamed, watched all the same.
        """
        return cls(identifier=bed, authority=BED, bed=bed)


class MovementKind(StrEnum):
    """What a hospital system tells of a patient's stay, in the words of HL7 v2's ADT events."""

    ADMITTED = "admitted"  # A01, A04, A02, A08...: they are here, in the bed that the subject tells
    DISCHARGED = "discharged"  # A03
    READMITTED = "readmitted"  # A13: the discharge was an error
    MERGED = "merged"  # A40: `former` was the same person under another identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A change of a patient's stay or identity. `time` is UTC."""

    kind: MovementKind
    time: datetime
    former: Subject | None = None  # of a merge alone


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of input that could not be parsed, for the dead letters: its bytes and the reason.

    `reason` says what is wrong without quoting the content.
    """

    content: bytes
    reason: str


# Tells a sender what has become of a batch: nothing where it is kept, else why not in the record.
Acknowledge = Callable[[str | None], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one message of a source holds about one subject.

    `acknowledge` is what the sender waits for, where one does; it is awaited only once the batch
    is on disk, with None, or with the reason for which it lies among the dead letters instead.
    `sent` is the source's own clock when it sent this (UTC), by which its skew is told; None where
    it tells no such thing. `live` is False for a recording replayed with its own times: silence
    is then judged by the recording's clock and not by the wall's.
    """

    source: str
    subject: Subject | None
    observations: tuple[Observation, ...] = ()
    waveforms: tuple[WaveformChunk, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    movement: Movement | None = None
    sent: datetime | None = None
    live: bool = True
    acknowledge: Acknowledge | None = field(default=None, repr=False)
