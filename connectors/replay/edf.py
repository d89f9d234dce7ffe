"""EDF, EDF+ and BDF (edfplus.info/specs; biosemi.com/faq/file_format.htm): numerics and waveforms.

Read here and not by a library: none of those that are maintained reads EDF+D, whose records do not
follow each other, and none reads a day of samples piece by piece. Annotations are left alone but
for the time of each record that they keep. What the header says is checked against the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import pairwise, takewhile
from math import ceil, isfinite
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from connectors.opening import Opening
from connectors.replay.channels import (
    Channel,
    known_names,
    lead_name,
    numeric,
    plain,
    waveform,
)
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.player import Replay, Window
from connectors.replay.times import EPOCH, zone_of
from connectors.replay.tracks import (
    FASTEST,
    Stretch,
    Track,
    entries,
    known_tracks,
    window_seconds,
)
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Rejected, Subject

_FIXED: Final = 256  # bytes of the header before the signals', and of each signal's part
_MOST_SIGNALS: Final = 1024
_LONGEST_RECORD: Final = 16 << 20  # bytes; the specification asks for less than 61,440
_AT_ONCE: Final = 1 << 20  # bytes of records that are read together, where one is no larger
_LARGEST: Final = 1e30  # of a physical value: what is beyond is no measurement in any unit
_LONGEST: Final = 86_400.0  # seconds of one record
_ANONYMISED: Final = date(1985, 1, 1)  # what stands where a date was taken out (EDF+, 2.1.3)
_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_ANNOTATIONS: Final = frozenset({"EDF Annotations", "BDF Annotations"})
_ONSET: Final = re.compile(rb"([+-]\d{1,12}(?:\.\d{1,12})?)(?:\x15[\d.]{1,24})?\x14")
_STARTDATE: Final = re.compile(r"\AStartdate (\d\d)-([A-Z]{3})-(\d{4})(?: |\Z)", re.IGNORECASE)
_MONTHS: Final = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip
_CENTURY: Final = 85  # 85 to 99 are of the 1900s, 00 to 84 of the 2000s (EDF+, 2.1.3)
_SLACK: Final = timedelta(milliseconds=2)  # between records that follow each other
# The first word of a label is the kind of signal (edfplus.info/specs/edftexts.html).
_KINDS: Final = {"ecg": "ECG", "ekg": "ECG", "resp": "RESP", "pleth": "PLETH", "sao2": "SpO2"}
_WIDTHS: Final = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)  # bytes of each field of a signal


def open_edf(opening: Opening) -> Replay:
    """`edf:PATH?zone=Europe/Madrid`: the zone of its clock, where it is not the clinic's."""
    return replayed(opening, read_edf(opening))


def read_edf(opening: Opening) -> "EdfRecording":
    """The file itself."""
    opening.allow_options("zone")
    zone = zone_of(opening.options.get("zone", opening.zone))
    return EdfRecording(opening.file(), opening.patient, zone)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A signal's part of the header: `count` samples in each record, from byte `offset` on."""

    label: str
    unit: str
    count: int
    offset: int
    gain: float  # physical units a digital step; 0 where the header tells no possible one
    base: float  # the physical value of digital 0


@dataclass(frozen=True, slots=True)
class _Header:
    """What the header says. `records` is None where it was never filled in."""

    begins: datetime
    subject: Subject
    records: int | None
    duration: float  # seconds of a record
    signals: tuple[_Signal, ...]
    width: int  # bytes of a sample
    discontinuous: bool

    @property
    def length(self) -> int:
        """Bytes before the first record."""
        return _FIXED * (1 + len(self.signals))

    @property
    def record(self) -> int:
        """Bytes of a record."""
        return self.width * sum(signal.count for signal in self.signals)


class EdfRecording:
    """A file as a `Recording`. Raises SourceError, or MalformedInput where it can not be read."""

    def __init__(self, path: Path, patient: str | None, zone: ZoneInfo) -> None:
        self._path = path
        self.name = name_of("edf", path)
        with _opened(path) as stream:
            self._header = _read_header(stream, patient or path.stem, zone)
        self._tracks, self.ignored = _tracks(self._header)
        if not self._tracks:
            raise MalformedInput(
                f"no signal of the file is known (it has {', '.join(self.ignored) or 'none'}); "
                f"known are names such as {known_names()}"
            )

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`."""
        with _opened(self._path) as stream:
            count, wrong = self._count(stream)
            try:
                for begin, records in self._runs(stream, count):
                    yield from self._cut(begin, records)
            except OverflowError as exc:
                raise MalformedInput("the file tells times beyond all calendars") from exc
            except _Lost as lost:
                wrong.append(Rejected(b"", str(lost)))
        if wrong:
            yield Window([], wrong)

    def _count(self, stream: IO[bytes]) -> tuple[int, list[Rejected]]:
        """How many records there are to be read, and how the file differs from its header."""
        header = self._header
        stream.seek(0, 2)
        there, rest = divmod(max(0, stream.tell() - header.length), header.record)
        wrong = []
        told = there if header.records is None else header.records
        if told > there:
            wrong.append(f"the file is cut off: {there} records of {told}; fetch it again")
        elif told < there:
            wrong.append(f"{there - told} records follow those that its header tells; left alone")
        elif rest:
            wrong.append("the file ends within a record; that one is left out")
        return min(told, there), [Rejected(b"", reason) for reason in wrong]

    def _runs(self, stream: IO[bytes], count: int) -> Iterator[tuple[datetime, Any]]:
        """Records that follow each other, as rows of bytes, and when the first of them began."""
        import numpy as np

        header = self._header
        begin = self._begin(stream)
        stream.seek(header.length)
        step = self._records_at_once()
        for first in range(0, count, step):
            content = stream.read(header.record * min(step, count - first))
            rows = np.frombuffer(content, np.uint8, len(content) // header.record * header.record)
            rows = rows.reshape(-1, header.record)
            if header.discontinuous:
                yield from self._parted(rows)
            else:
                yield begin + timedelta(seconds=first * header.duration), rows

    def _records_at_once(self) -> int:
        fitting = _AT_ONCE // self._header.record
        wanted = int(window_seconds(self._tracks) / self._header.duration)
        return max(1, min(fitting, wanted))

    def _begin(self, stream: IO[bytes]) -> datetime:
        """When the first record began: the annotations tell the fraction of a second."""
        header = self._header
        stream.seek(header.length)
        return header.begins + (self._onset(stream.read(header.record)) or timedelta(0))

    def _parted(self, rows: Any) -> Iterator[tuple[datetime, Any]]:
        """EDF+D: the runs within `rows`, each record having told its time."""
        header = self._header
        onsets = [self._onset(row.tobytes()) for row in rows]
        known = list(takewhile(lambda onset: onset is not None, onsets))
        times = [header.begins + onset for onset in known if onset is not None]
        step = timedelta(seconds=header.duration)
        breaks = [
            number
            for number, (one, other) in enumerate(pairwise(times), 1)
            if abs(other - one - step) > _SLACK
        ]
        for first, last in pairwise([0, *breaks, len(times)]):
            if first < last:
                yield times[first], rows[first:last]
        if len(known) < len(onsets):
            raise _Lost("a record of an EDF+D file tells no time; its rest is lost")

    def _onset(self, record: bytes) -> timedelta | None:
        """The time that a record's first annotation keeps, since the start; None without one."""
        header = self._header
        for signal in header.signals:
            if signal.label in _ANNOTATIONS:
                place = signal.offset * header.width
                match = _ONSET.match(record, place, place + signal.count * header.width)
                return timedelta(seconds=float(match[1])) if match else None
        return None

    def _cut(self, begin: datetime, rows: Any) -> Iterator[Window]:
        """Windows of records that follow each other; a record may be longer than a window."""
        header = self._header
        columns = [self._digital(rows, header.signals[track.index]) for track in self._tracks]
        length, step = len(rows) * header.duration, window_seconds(self._tracks)
        for second in range(0, ceil(length), step):
            stretches = [
                self._stretch(track, column, second, second + step)
                for track, column in zip(self._tracks, columns, strict=True)
            ]
            yield Window(entries(stretches, begin, header.subject, self.name), [])

    def _digital(self, rows: Any, signal: _Signal) -> Any:
        """A signal's samples as they stand in the file, one after the other."""
        import numpy as np

        width = self._header.width
        part = rows[:, signal.offset * width : (signal.offset + signal.count) * width]
        if width == 2:
            return np.ascontiguousarray(part).view("<i2").ravel()
        samples = np.zeros((len(rows) * signal.count, 4), np.uint8)
        samples[:, 1:] = part.reshape(-1, 3)
        return samples.view("<i4").ravel() >> 8  # carries the sign of the 24 bits along

    def _stretch(self, track: Track, column: Any, begin: int, end: int) -> Stretch:
        import numpy as np

        first, last = (ceil(second * track.rate - 1e-9) for second in (begin, end))
        signal = self._header.signals[track.index]
        samples = column[first:last] * signal.gain + signal.base
        if not track.is_waveform:  # a physical 0 may lie between two digital steps
            samples = np.where(abs(samples) < abs(signal.gain), 0.0, samples)
        return Stretch(track, samples, first)


class _Lost(Exception):
    """What follows can not be placed in time."""


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as exc:
        raise SourceError("the file can not be opened; check its permissions") from exc


def _tracks(header: _Header) -> tuple[list[Track], tuple[str, ...]]:
    return known_tracks(
        [
            # A signal without a scale is as good as one without samples.
            (signal.label, signal.unit, signal.count / header.duration if signal.gain else 0.0)
            for signal in header.signals
        ],
        partial(_look_up, waveform),
        partial(_look_up, numeric),
    )


def _look_up(look_up: Any, label: str, unit: str | None = None) -> Channel | None:
    """The channel of `ECG Channel 1` too, whose first word tells the kind of signal."""
    found: Channel | None = look_up(label, unit)
    kind, _, rest = label.partition(" ")
    if found is None and rest and plain(kind) in _KINDS:
        found = look_up(_KINDS[plain(kind)], unit)
        return Channel(found.signal, found.unit, lead_name(label)) if found else None
    return found


# --- the header ---------------------------------------------------------------------------------


def _read_header(stream: IO[bytes], identifier: str, zone: ZoneInfo) -> _Header:
    """The header. Raises MalformedInput where it is none, or contradicts itself."""
    fixed = stream.read(_FIXED)
    if len(fixed) < _FIXED or fixed[:8] not in {_EDF, _BDF}:
        raise MalformedInput("it is no EDF or BDF file, or its beginning is lost; fetch it again")
    width = 3 if fixed[:8] == _BDF else 2
    patient, recording, day, clock, length, kind = (
        _text(fixed[begin:end])
        for begin, end in ((8, 88), (88, 168), (168, 176), (176, 184), (184, 192), (192, 236))
    )
    count = _whole(_text(fixed[252:256]), 1, _MOST_SIGNALS, "the number of its signals")
    if _whole(length, 0, 1 << 30, "its header's length") != _FIXED * (1 + count):
        raise MalformedInput("its header has another length than it says; fetch the file again")
    duration = _number(_text(fixed[244:252]))
    if not 0 < duration <= _LONGEST:
        raise MalformedInput("its records last no possible time; annotations alone are not read")
    records = _whole(_text(fixed[236:244]), -1, 1 << 40, "the number of its records")
    header = _Header(
        begins=_begins(day, clock, recording, zone),
        subject=_subject(patient, identifier)
        if "+" in kind[:5]
        else Subject(identifier=identifier),
        records=None if records < 0 else records,
        duration=duration,
        signals=_signals(stream.read(_FIXED * count), count),
        width=width,
        discontinuous=kind[:5] in {"EDF+D", "BDF+D"},
    )
    if not 0 < header.record <= _LONGEST_RECORD:
        raise MalformedInput(f"its records are larger than {_LONGEST_RECORD} bytes; export it anew")
    if any(signal.count / duration > FASTEST for signal in header.signals):
        raise MalformedInput("its header tells no possible sampling rate; fetch the file again")
    return header


def _signals(content: bytes, count: int) -> tuple[_Signal, ...]:
    if len(content) < _FIXED * count:
        raise MalformedInput("it ends within its header; fetch the file again")
    columns, begin = [], 0
    for width in _WIDTHS:  # the labels of all signals, then all transducers, and so on
        parts = [content[begin + width * i : begin + width * (i + 1)] for i in range(count)]
        columns.append([_text(part) for part in parts])
        begin += width * count
    signals: list[_Signal] = []
    offset = 0
    for label, _, unit, low, high, bottom, top, _, samples, _ in zip(*columns, strict=True):
        size = _whole(samples, 0, _LONGEST_RECORD, "the samples of a record")
        gain, base = _scale(*map(_number, (low, high, bottom, top)))
        signals.append(_Signal(label, unit, size, offset, gain, base))
        offset += size
    return tuple(signals)


def _scale(low: float, high: float, bottom: float, top: float) -> tuple[float, float]:
    """Gain and base; no gain where the header gives no scale."""
    if not all(map(isfinite, (low, high, bottom, top))) or bottom == top:
        return 0.0, 0.0
    gain = (high - low) / (top - bottom)
    base = low - bottom * gain
    possible = max(map(abs, (gain, base, low, high))) < _LARGEST
    return (gain, base) if possible else (0.0, 0.0)


def _begins(day: str, clock: str, recording: str, zone: ZoneInfo) -> datetime:
    """When it began; a date that was taken out counts from the fixed moment."""
    try:
        hour, minute, second = (int(part) for part in clock.replace(":", ".").split("."))
        begin = time(hour, minute, second)
        told = _long_date(recording) or _short_date(day)
    except ValueError as exc:
        raise MalformedInput("its header tells no possible start; fetch the file again") from exc
    if told is None or told == _ANONYMISED:
        return datetime.combine(EPOCH.date(), begin, EPOCH.tzinfo)
    try:
        return datetime.combine(told, begin, zone).astimezone(EPOCH.tzinfo)
    except OverflowError as exc:
        raise MalformedInput("its header tells no possible start; fetch the file again") from exc


def _long_date(recording: str) -> date | None:
    match = _STARTDATE.match(recording)
    return (
        date(int(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1])) if match else None
    )


def _short_date(text: str) -> date | None:
    if not text.strip(". 0"):
        return None
    day, month, year = (int(part) for part in text.replace("/", ".").split("."))
    return date(year + (1900 if year >= _CENTURY else 2000), month, day)


def _subject(patient: str, identifier: str) -> Subject:
    """EDF+ tells sex, date of birth and name; its hospital's code is of nobody else's numbering."""
    _, sex, born, name, *_ = [*patient.split(" "), "X", "X", "X", "X"]
    try:
        day, month, year = born.split("-")
        birth_date = date(int(year), _MONTHS.index(month.upper()) + 1, int(day))
    except (ValueError, OverflowError):
        birth_date = None
    return Subject(
        identifier=identifier,
        name=None if name in {"", "X"} else name.replace("_", " "),
        birth_date=birth_date,
        sex={"F": "female", "M": "male"}.get(sex.upper()),
    )


def _text(field: bytes) -> str:
    return field.decode("latin-1").strip(" \0")


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _whole(text: str, low: int, high: int, what: str) -> int:
    value = _number(text)
    if not low <= value <= high or not value.is_integer():
        raise MalformedInput(f"its header tells no possible {what}; fetch the file again")
    return int(value)
