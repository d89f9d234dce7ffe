"""Observations as columns: how they are sealed, and how ranges of them are computed with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from sereno.domain.stream import Observation
from sereno.storage import handful, packing
from sereno.storage.codes import QUALITIES, QUALITY_CODE, SIGNAL_OF, SIGNALS
from sereno.storage.engine import EPOCH, micros
from sereno.storage.packing import Floats, Ints

_FORMAT: Final = 1
_MICROSECOND: Final = timedelta(microseconds=1)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Observations of one patient, a column an attribute, all of one length.

    `times` are microseconds since 1970; `signals` and `qualities` codes; `origins` places in
    `sources`.
    """

    times: Ints
    values: Floats
    signals: Ints
    qualities: Ints
    versions: Ints
    origins: Ints
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.times)

    def take(self, chosen: Mask | Ints) -> "Columns":
        """The rows that a mask or places choose."""
        return Columns(
            self.times[chosen],
            self.values[chosen],
            self.signals[chosen],
            self.qualities[chosen],
            self.versions[chosen],
            self.origins[chosen],
            self.sources,
        )

    def ordered(self) -> "Columns":
        """By signal, source, time and version: neighbours then differ little."""
        keys = (self.versions, self.times, self.origins, self.signals)
        return self.take(np.lexsort(keys))

    def latest_versions(self) -> "Columns":
        """Of each signal, time and source the newest version alone."""
        if len(self) == 0 or int(self.versions.max()) == 1:
            return self
        rows = self.ordered()
        same = (
            (np.diff(rows.times) == 0) & (np.diff(rows.signals) == 0) & (np.diff(rows.origins) == 0)
        )
        return rows.take(np.append(~same, True))


def of(observations: Sequence[Observation]) -> Columns:
    """Observations as columns, in their order."""
    places: dict[str, int] = {}
    origins = [places.setdefault(one.source, len(places)) for one in observations]
    count = len(observations)
    return Columns(
        np.fromiter((micros(one.time) for one in observations), np.int64, count),
        np.fromiter((one.value for one in observations), np.float64, count),
        np.fromiter((SIGNALS[one.signal] for one in observations), np.int64, count),
        np.fromiter((QUALITY_CODE[one.quality] for one in observations), np.int64, count),
        np.fromiter((one.version for one in observations), np.int64, count),
        np.array(origins, np.int64),
        tuple(places),
    )


def observations(columns: Columns) -> list[Observation]:
    """The columns as observations, by time, then signal and source. Raises Unreadable."""
    rows = columns.take(np.lexsort((columns.origins, columns.signals, columns.times)))
    with packing.damage():
        return _rows(rows)


def _rows(rows: Columns) -> list[Observation]:
    sources = rows.sources
    return [
        Observation(
            SIGNAL_OF[signal],
            EPOCH + time * _MICROSECOND,
            value,
            sources[origin],
            QUALITIES[quality],
            version,
        )
        for signal, time, value, origin, quality, version in zip(
            rows.signals.tolist(),
            rows.times.tolist(),
            rows.values.tolist(),
            rows.origins.tolist(),
            rows.qualities.tolist(),
            rows.versions.tolist(),
            strict=True,
        )
    ]


def joined(parts: Iterable[Columns]) -> Columns:
    """Several as one, in their order."""
    several = [part for part in parts if len(part)]
    if not several:
        return of(())
    if len(several) == 1:
        return several[0]
    places: dict[str, int] = {}
    origins = []
    for part in several:
        here = [places.setdefault(source, len(places)) for source in part.sources]
        origins.append(np.array(here, np.int64)[part.origins])
    return Columns(
        np.concatenate([part.times for part in several]),
        np.concatenate([part.values for part in several]),
        np.concatenate([part.signals for part in several]),
        np.concatenate([part.qualities for part in several]),
        np.concatenate([part.versions for part in several]),
        np.concatenate(origins),
        tuple(places),
    )


def pack(columns: Columns, level: int) -> bytes:
    """The columns in their order as bytes; `level` is zlib's effort."""
    used, origins = np.unique(columns.origins, return_inverse=True)
    parts = [bytes((_FORMAT,)), packing.varint(len(columns)), packing.varint(len(used))]
    parts += [packing.text(columns.sources[place]) for place in used.tolist()]
    parts += [
        packing.ints(column)
        for column in (columns.signals, origins, columns.qualities, columns.versions, columns.times)
    ]
    parts.append(packing.floats(columns.values))
    return packing.deflated(b"".join(parts), level)


def packed(observations: Sequence[Observation], level: int) -> bytes:
    """What `pack` makes of `observations` in order; quicker where they are but a handful."""
    if len(observations) > handful.MOST:
        return pack(of(observations).ordered(), level)
    places: dict[str, int] = {}
    rows = sorted(
        (
            SIGNALS[one.signal],
            places.setdefault(one.source, len(places)),
            micros(one.time),
            one.version,
            QUALITY_CODE[one.quality],
            one.value,
        )
        for one in observations
    )
    signals, origins, times, versions, qualities, values = (
        zip(*rows, strict=True) if rows else 6 * ((),)
    )
    parts = [bytes((_FORMAT,)), packing.varint(len(rows)), packing.varint(len(places))]
    parts += map(packing.text, places)
    parts += map(handful.ints, (signals, origins, qualities, versions, times))
    parts.append(handful.floats(values))
    return packing.deflated(b"".join(parts), level)


def unpack(content: bytes) -> Columns:
    """What `pack` wrote. Raises Unreadable."""
    reader = packing.Reader(packing.inflated(content))
    packing.expect(reader.byte() == _FORMAT)
    with packing.damage():
        count = reader.varint()
        sources = tuple(reader.text() for _ in range(reader.varint()))
        signals, origins, qualities, versions, times = (reader.ints(count) for _ in range(5))
        values = reader.floats(count)
    return Columns(times, values, signals, qualities, versions, origins, sources)
