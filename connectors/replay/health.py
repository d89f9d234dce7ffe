"""Apple Health exports: `export.xml` or the whole `export.zip`, of gigabytes, read as a stream.

An export is sorted by kind of measurement and not by time. Its document type is skipped unread:
no entity is ever expanded, and those that some releases of iOS wrote wrongly do no harm.
"""

import lzma
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Final
from xml.parsers import expat

from connectors.opening import Opening
from connectors.replay.channels import Channel, converter, number, observation, plain
from connectors.replay.electrocardiogram import chunks_of
from connectors.replay.naming import name_of
from connectors.replay.opening import replayed
from connectors.replay.player import WINDOW, Entry, Replay, Window
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Observation, Rejected, Subject
from sereno.domain.vitals import Signal

_QUANTITY: Final = "HKQuantityTypeIdentifier"
_SIGNALS: Final[Mapping[str, Signal]] = {
    "HeartRate": Signal.HEART_RATE,
    "OxygenSaturation": Signal.SPO2,
    "RespiratoryRate": Signal.RESPIRATORY_RATE,
    "BodyTemperature": Signal.TEMPERATURE,
    "BasalBodyTemperature": Signal.TEMPERATURE,
    "BloodPressureSystolic": Signal.CUFF_SYSTOLIC,
    "BloodPressureDiastolic": Signal.CUFF_DIASTOLIC,
    "BloodGlucose": Signal.GLUCOSE,
}
_UNITS: Final[Mapping[str, str]] = {
    "count/min": "/min", "count/s": "Hz", "%": "%", "degC": "Cel", "degF": "[degF]", "K": "K",
    "mmHg": "mm[Hg]", "kPa": "kPa", "mg/dL": "mg/dL", "mg/dl": "mg/dL", "mmol/L": "mmol/L",
}  # fmt: skip
_MOLAR: Final = re.compile(r"\Ammol<180\.1\d{1,20}>/[Ll]\Z")  # of glucose, whose mass it tells
_SEXES: Final = {"HKBiologicalSexFemale": "female", "HKBiologicalSexMale": "male"}
_PIECE: Final = 1 << 16  # bytes read at once
_LONGEST_ELEMENT: Final = 1 << 20  # bytes without a beginning or an end of an element
_DEEPEST: Final = 100  # elements within each other: an export has five, and each takes memory
_LONGEST_TYPE: Final = 1 << 20  # bytes of the document type
_LARGEST: Final = 64 << 30  # bytes of an export, unpacked
_MOST_TYPES: Final = 500  # kinds of measurement that are told as not read
_LONGEST_REJECTED: Final = 1024  # bytes
_TYPE: Final = re.compile(rb'<Record type="([A-Za-z]{1,100})"')
# What zipfile raises where a zip is damaged, sealed with a password, or packed in an odd way.
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, KeyError,
)  # fmt: skip
_ELECTROCARDIOGRAMS: Final = "electrocardiograms/"


def open_health(opening: Opening) -> Replay:
    """`health:PATH`, of an `export.xml` or an `export.zip`."""
    return replayed(opening, read_health(opening))


def read_health(opening: Opening) -> "HealthRecording":
    """The export itself."""
    opening.allow_options()
    path = opening.file()
    if opening.patient is None and plain(path.stem).startswith("export"):
        raise SourceError(
            "everybody's export has the same name; tell whose it is with --patient, or in a "
            "watched folder by a folder of theirs"
        )
    return HealthRecording(path, opening.patient)


class HealthRecording:
    """An export as a `Recording`. Raises SourceError, or MalformedInput where it is none."""

    def __init__(self, path: Path, patient: str | None = None) -> None:
        self._path = path
        self._patient = patient or path.stem
        self._ignored: tuple[str, ...] | None = None
        self._zipped = zipfile.is_zipfile(path)
        self.name = name_of("health", path)
        with self._export() as stream:
            if b"<HealthData" not in _first(stream):
                raise MalformedInput("it is no Apple Health export; give its export.xml or .zip")

    @property
    def ignored(self) -> tuple[str, ...]:
        """The kinds of measurement that are not taken, such as StepCount and SleepAnalysis."""
        if self._ignored is None:
            with self._export() as stream:
                self._ignored = _not_taken(stream)
        return self._ignored

    def windows(self) -> Iterator[Window]:
        """Read it through; see `Recording`."""
        found = False
        with self._export() as stream:
            reading = _Reading(self.name, self._patient)
            for window in reading.windows(stream):
                found = True
                yield window
        if self._zipped:
            for window in self._electrocardiograms(reading.subject):
                found = True
                yield window
        if not found:
            raise MalformedInput(
                "the export holds no heart rate, SpO2, respiratory rate, blood pressure, body "
                "temperature, glucose or ECG"
            )

    @contextmanager
    def _export(self) -> Iterator[IO[bytes]]:
        try:
            if self._zipped:
                with zipfile.ZipFile(self._path) as archive, _member(archive) as member:
                    yield member
            else:
                with self._path.open("rb") as stream:
                    yield stream
        except OSError as exc:
            raise SourceError("the export can not be opened; check its permissions") from exc
        except _ZIP_ERRORS as exc:
            if not self._zipped:
                raise
            raise MalformedInput("the zip is damaged or sealed; export it again") from exc

    def _electrocardiograms(self, subject: Subject) -> Iterator[Window]:
        with zipfile.ZipFile(self._path) as archive:
            for info in archive.infolist():
                if _ELECTROCARDIOGRAMS in info.filename and info.filename.endswith(".csv"):
                    yield self._electrocardiogram(archive, info, subject)

    def _electrocardiogram(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, subject: Subject
    ) -> Window:
        try:
            with archive.open(info) as stream:
                chunks = chunks_of(stream, self.name)
        except MalformedInput as exc:
            return Window([], [Rejected(b"", f"an ECG of the export: {exc}")])
        except (OSError, *_ZIP_ERRORS):
            return Window([], [Rejected(b"", "an ECG of the export is damaged; export it again")])
        return Window([Entry(subject, chunk) for chunk in chunks], [])


class _Reading:
    """One way through an export."""

    def __init__(self, source: str, patient: str) -> None:
        self._source = source
        self.subject = Subject(identifier=patient)
        self._entries: list[Entry] = []
        self._rejected: list[Rejected] = []
        self._moved = False  # whether an element began or ended in the latest piece
        self._still = 0  # bytes since one did
        self._depth = 0
        self._inside = 0  # depth within a pair of pressures, whose records stand alone as well
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _no_entities
        self._parser = parser

    def windows(self, stream: IO[bytes]) -> Iterator[Window]:
        """All that is understood, about `WINDOW` values at a time."""
        try:
            for piece in _without_type(stream):
                self._feed(piece)
                if len(self._entries) + len(self._rejected) >= WINDOW:
                    yield self._window()
            self._parser.Parse(b"", True)  # noqa: FBT003 - expat's own interface
        except (expat.ExpatError, MalformedInput, OSError, LookupError, *_ZIP_ERRORS) as exc:
            wrong = "the export is cut off or damaged here; its rest is lost: export it again"
            told = str(exc) if isinstance(exc, MalformedInput) else wrong
            self._rejected.append(Rejected(b"", told))
        if self._entries or self._rejected:
            yield self._window()

    def _feed(self, piece: bytes) -> None:
        self._moved = False
        self._parser.Parse(piece, False)  # noqa: FBT003
        self._still = 0 if self._moved else self._still + len(piece)
        if self._still > _LONGEST_ELEMENT:
            raise MalformedInput(f"an element is longer than {_LONGEST_ELEMENT} bytes")

    def _window(self) -> Window:
        window = Window(self._entries, self._rejected)
        self._entries, self._rejected = [], []
        return window

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._moved = True
        self._depth += 1
        if self._depth > _DEEPEST:
            raise MalformedInput(f"elements stand within each other more than {_DEEPEST} deep")
        if self._inside or name == "Correlation":
            self._inside += 1
        elif name == "Record":
            self._record(attributes)
        elif name == "Me":
            self.subject = _person(self.subject.identifier, attributes)

    def _end(self, _: str) -> None:
        self._moved = True
        self._depth -= 1
        self._inside = max(0, self._inside - 1)

    def _record(self, attributes: dict[str, str]) -> None:
        signal = _SIGNALS.get(attributes.get("type", "").removeprefix(_QUANTITY))
        if signal is None:
            return
        try:
            found = _observation(signal, attributes, self._source)
        except MalformedInput as exc:
            content = repr(attributes).encode()[:_LONGEST_REJECTED]
            self._rejected.append(Rejected(content, str(exc)))
        else:
            self._entries.append(Entry(self.subject, found))


def _observation(signal: Signal, attributes: Mapping[str, str], source: str) -> Observation:
    raw = number(attributes.get("value", ""))
    if raw is None:
        raise MalformedInput("a record has no value")
    told = attributes.get("unit", "")
    unit = "mmol/L" if _MOLAR.match(told) else _UNITS.get(told)
    if unit is None:
        raise MalformedInput("a record's unit is not known")
    if unit == "%" and 0 < raw <= 1:
        unit = "1"  # Apple writes 0.97 %
    channel = Channel(signal, unit)
    time = _moment(attributes.get("startDate", ""))
    found = observation(channel, converter(channel), time, raw, source)
    if found is None or not math.isfinite(found.value):
        raise MalformedInput("a record has no value")
    return found


def _moment(text: str) -> datetime:
    """`2018-09-10 02:28:55 -0700` in UTC."""
    try:
        return datetime.fromisoformat(f"{text[:19]}{text[19:].strip()}").astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise MalformedInput("a record's time can not be understood") from exc


def _person(identifier: str, attributes: Mapping[str, str]) -> Subject:
    try:
        born = date.fromisoformat(attributes["HKCharacteristicTypeIdentifierDateOfBirth"])
    except (KeyError, ValueError):
        born = None
    sex = _SEXES.get(attributes.get("HKCharacteristicTypeIdentifierBiologicalSex", ""))
    return Subject(identifier=identifier, birth_date=born, sex=sex)


def _no_entities(*_: Any) -> None:
    raise MalformedInput("the export declares entities, which no Apple Health export does")


def _without_type(stream: IO[bytes]) -> Iterator[bytes]:
    """The document in pieces, less its document type."""
    head = _first(stream)
    begin = head.find(b"<!DOCTYPE")
    root = head.find(b"<HealthData")
    if 0 <= begin < root:
        end = head.rfind(b"]>", begin, root)
        yield head[:begin]
        yield head[end + 2 if end > 0 else root :]
    else:
        yield head
    read = len(head)
    while piece := stream.read(_PIECE):
        read += len(piece)
        if read > _LARGEST:
            raise MalformedInput(f"the export is larger than {_LARGEST >> 30} GB")
        yield piece


def _first(stream: IO[bytes]) -> bytes:
    """The beginning, as far as the root element if it is near enough."""
    head = b""
    while b"<HealthData" not in head and len(head) < _LONGEST_TYPE:
        piece = stream.read(_PIECE)
        if not piece:
            break
        head += piece
    return head


def _member(archive: zipfile.ZipFile) -> IO[bytes]:
    """The export among the files of a zip, whatever the phone's language calls it."""
    found = [
        info
        for info in archive.infolist()
        if info.filename.lower().endswith(".xml") and "cda" not in Path(info.filename).name.lower()
    ]
    if not found:
        raise MalformedInput("the zip holds no export.xml; it is no Apple Health export")
    return archive.open(max(found, key=lambda info: info.file_size))


def _not_taken(stream: IO[bytes]) -> tuple[str, ...]:
    """The kinds of records that are not read: a quick look through the whole file."""
    found: set[str] = set()
    rest = b""
    while piece := stream.read(1 << 20):
        content = rest + piece
        found.update(match.decode() for match in set(_TYPE.findall(content)))
        rest = content[-128:]
        if len(found) > _MOST_TYPES:
            break
    plain = {
        name.removeprefix(_QUANTITY).removeprefix("HKCategoryTypeIdentifier") for name in found
    }
    return tuple(sorted(plain - _SIGNALS.keys()))
