"""WFDB records (physionet.org/physiotools/wag/header-5.htm): numerics and waveforms.

Segments are read one by one, so that a fixed and a variable layout are the same, each may have
its own signals and rates, and one that is damaged or missing costs no other. Only local files
are ever read: wfdb can fetch from PhysioNet and from cloud stores, and is never given a name
that would make it; the names of parts in a header can not leave its folder by wfdb's own syntax.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.opening import Opening, is_file, path_of
from connectors.replay.channels import Channel, known_names
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.player import Replay, Window
from connectors.replay.times import EPOCH
from connectors.replay.tracks import (
    FASTEST,
    Stretch,
    Track,
    entries,
    known_tracks,
    seconds,
    window_seconds,
)
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Rejected, Subject
from sereno.domain.vitals import VITALS

_LARGEST_HEADER = 1 << 20  # bytes; each line of it may be a segment to be read
_MOST_SIGNALS = 256
_MOST_AT_ONCE = 4 << 20  # samples of all signals together, but for one second
_SEX = re.compile(r"<sex>:\s*([MF])\b", re.IGNORECASE)


def open_wfdb(opening: Opening) -> Replay:
    """The record `opening.path`, written with or without `.hea`."""
    return replayed(opening, read_wfdb(opening))


def read_wfdb(opening: Opening) -> "WfdbRecording":
    """The record itself."""
    opening.allow_options()
    return WfdbRecording(path_of(opening.path), opening.patient)


class WfdbRecording:
    """A record as a `Recording`. Raises SourceError where it can not be read at all."""

    def __init__(self, path: Path, patient: str | None = None) -> None:
        name = path.name.removesuffix(".hea")
        if not name or not is_file(_local(path).with_name(f"{name}.hea")):
            raise SourceError("there is no WFDB header there; give the record without a suffix")
        self._path = path.with_name(name)
        self.name = name_of("wfdb", self._path)
        self._header = _read_header(self._path)
        self._subject = Subject(identifier=patient or self._path.name, sex=_sex(self._header))
        self.ignored = self._check_channels()

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`."""
        try:
            yield from self._parts()
        except OverflowError as exc:
            raise MalformedInput("the header tells times beyond all calendars") from exc

    def _parts(self) -> Iterator[Window]:
        frame = 0
        for name, length in self._segments():
            start = self._time_of(frame)
            if name is not None:
                yield from self._segment(name, start)
            frame += length

    def _segments(self) -> list[tuple[str | None, int]]:
        """Name and length in frames of each part; no name for a gap."""
        header = self._header
        if not hasattr(header, "seg_name"):
            return [(self._path.name, 0)]
        parts = list(zip(header.seg_name, header.seg_len, strict=True))
        if parts and parts[0][1] == 0:
            parts = parts[1:]  # the layout, which holds no samples
        return [(None if name == "~" else name, length) for name, length in parts]

    def _segment(self, name: str, start: datetime) -> Iterator[Window]:
        try:
            header = _read_header(self._path.with_name(name))
            if hasattr(header, "seg_name"):
                raise MalformedInput("it is no segment, but has segments itself")
            tracks = _tracks(header)[0]
            frames = _frames(header, self._path.with_name(name))
        except SourceError as exc:
            yield self._left_out(name, exc)
            return
        rate = _exact(header.fs)
        step = _window_frames(tracks, rate, _a_frame(header))
        path = self._path.with_name(name)
        for first in range(0, frames if tracks else 0, step):
            try:
                columns = _read(path, tracks, first, min(first + step, frames))
            except SourceError as exc:
                yield self._left_out(name, exc, begun=first > 0)
                return
            stretches = map(Stretch, tracks, columns)
            begin = start + seconds(first, rate)
            yield Window(entries(stretches, begin, self._subject, self.name), [])

    def _left_out(self, name: str, exc: SourceError, *, begun: bool = False) -> Window:
        """A part that can not be read; the others still are. A record without any is no source."""
        if name == self._path.name and not begun:
            raise exc
        return Window([], [Rejected(name.encode(), f"a segment, or its rest: {exc}")])

    def _time_of(self, frame: int) -> datetime:
        header = self._header
        day, time = header.base_date, header.base_time
        base = EPOCH
        if time is not None:
            base = datetime.combine(day or EPOCH.date(), time, UTC)
        return base + seconds(frame, _exact(header.fs))

    def _check_channels(self) -> tuple[str, ...]:
        header = self._header
        if hasattr(header, "seg_name"):  # the first part describes all the others or itself
            first = self._path.with_name(header.seg_name[0])
            if not is_file(first.with_name(f"{first.name}.hea")):
                return ()
            header = _read_header(first)
            if hasattr(header, "seg_name"):
                raise MalformedInput("its first segment is none, but has segments itself")
        known, ignored = _tracks(header)
        if not known:
            raise SourceError(
                f"no signal of the record is known (it has {', '.join(ignored) or 'none'}); "
                f"known are names such as {known_names()}"
            )
        return ignored


def _local(path: Path) -> Path:
    """`path`, if wfdb's file layer can only take it for a local one: '::' chains file systems."""
    if "::" in str(path):
        raise SourceError("a WFDB path can not hold '::'; move or rename the record")
    return path


def _wfdb() -> Any:
    import wfdb

    # It opens files through fsspec, which logs their names: a file may be called after its patient.
    logging.getLogger("fsspec.local").setLevel(logging.WARNING)
    return wfdb


def _read_header(path: Path) -> Any:
    wfdb = _wfdb()
    _check_size(path)
    try:
        header = wfdb.rdheader(str(path.absolute()))
    except OSError as exc:
        raise SourceError("the header is missing or can not be opened") from exc
    except Exception as exc:
        raise MalformedInput("the header is not a WFDB header; fetch the record again") from exc
    if not 0 < (header.fs or 0) < FASTEST or not 0 < header.fs * _a_frame(header) < FASTEST:
        raise MalformedInput("the header tells no possible sampling rate; fetch the record again")
    return header


def _check_size(path: Path) -> None:
    """Raise MalformedInput for a header that would take minutes to read, SourceError for none."""
    try:
        with path.with_name(f"{path.name}.hea").open("rb") as stream:
            content = stream.read(_LARGEST_HEADER + 1)
    except OSError as exc:
        raise SourceError("the header is missing or can not be opened") from exc
    if len(content) > _LARGEST_HEADER:
        raise MalformedInput(f"the header is larger than {_LARGEST_HEADER} bytes")
    lines = [line for line in content.splitlines() if line.strip() and not line.startswith(b"#")]
    if lines and b"/" not in lines[0].split()[0] and len(lines) > 1 + _MOST_SIGNALS:
        raise MalformedInput(f"the header tells more than {_MOST_SIGNALS} signals")


def _a_frame(header: Any) -> int:
    """Samples of one frame, of all signals together."""
    told = getattr(header, "samps_per_frame", None) or [1]
    return sum(max(each or 1, 1) for each in told)


def _frames(header: Any, path: Path) -> int:
    if header.sig_len is not None:
        return int(header.sig_len)
    tracks = [Track(0, Channel(next(iter(VITALS))), 1.0)]
    return len(_read(path, tracks, 0, None)[0]) // int((header.samps_per_frame or [1])[0] or 1)


def _read(path: Path, tracks: Sequence[Track], first: int, last: int | None) -> list[Any]:
    wfdb = _wfdb()
    try:
        record = wfdb.rdrecord(
            str(path.absolute()),
            sampfrom=first,
            sampto=last,
            channels=[track.index for track in tracks],
            smooth_frames=False,
        )
    except OSError as exc:
        raise SourceError(
            "the samples are missing or can not be opened; fetch the record again"
        ) from exc
    except Exception as exc:
        raise MalformedInput("the samples do not match the header; fetch the record again") from exc
    return list(record.e_p_signal)


def _tracks(header: Any) -> tuple[list[Track], tuple[str, ...]]:
    """The signals that the vocabulary knows, and the names of those that it does not."""
    names = header.sig_name or []
    units = header.units or [None] * len(names)
    frames = header.samps_per_frame or [1] * len(names)
    rates = [_exact(header.fs) * (frame or 1) for frame in frames]
    return known_tracks(zip([name or "" for name in names], units, rates, strict=True))


def _window_frames(tracks: Sequence[Track], rate: float, a_frame: int) -> int:
    second = max(1, round(rate))
    most = min(round(window_seconds(tracks) * rate), _MOST_AT_ONCE // a_frame)
    return max(second, most // second * second)


def _exact(rate: float) -> float:
    """0.0166666666667 Hz is meant to be one a minute: mend what the header's decimals cut off."""
    period = round(1 / rate) if rate < 1 else 0
    return 1 / period if period and abs(period * rate - 1) < 1e-6 else float(rate)


def _sex(header: Any) -> str | None:
    match = _SEX.search("\n".join(header.comments or []))
    return {"M": "male", "F": "female"}[match[1].upper()] if match else None
