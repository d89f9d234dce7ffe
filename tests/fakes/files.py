"""Small files of devices and phones, written by their formats' specifications."""

import gzip
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
# Message and field numbers of FIT, with their base type's code and struct's letter.
_FIT_FIELDS: Mapping[tuple[int, str], tuple[int, int, str]] = {
    (20, "timestamp"): (253, 0x86, "I"), (20, "heart_rate"): (3, 0x02, "B"),
    (20, "temperature"): (13, 0x01, "b"), (20, "core_temperature"): (139, 0x84, "H"),
    (20, "enhanced_respiration_rate"): (108, 0x84, "H"),
    (55, "timestamp"): (253, 0x86, "I"), (55, "timestamp_16"): (26, 0x84, "H"),
    (55, "heart_rate"): (27, 0x02, "B"), (269, "timestamp"): (253, 0x86, "I"),
    (269, "reading_spo2"): (0, 0x02, "B"), (51, "timestamp"): (253, 0x86, "I"),
    (51, "systolic_pressure"): (0, 0x84, "H"), (51, "diastolic_pressure"): (1, 0x84, "H"),
}  # fmt: skip
RECORD, MONITORING, SPO2_DATA, BLOOD_PRESSURE = 20, 55, 269, 51
CHEST = ("ECG II", "mV", 250, -5.0, 5.0)
FINGER = ("SpO2", "%", 1, 0.0, 100.0)


def write_edf(
    path: Path,
    signals: Sequence[tuple[str, str, int, float, float]],
    records: Sequence[Sequence[Sequence[int]]],
    *,
    duration: str = "1",
    date: str = "01.03.26",
    clock: str = "08.00.00",
    kind: str = "",
    patient: str = "",
    recording: str = "",
    onsets: Sequence[str] = (),
    count: int | None = None,
    width: int = 2,
) -> Path:
    """EDF or, with a `width` of 3 bytes, BDF: digital samples by record and signal.

    A signal is its label, unit, samples a record, and physical limits. `onsets` are the times that
    the annotations of each record keep; `count` is how many records the header tells.
    """
    every = [*signals, ("EDF Annotations", "", 16, -1.0, 1.0)] if onsets else list(signals)
    limit = 1 << (8 * width - 1)
    columns: list[tuple[int, list[str]]] = [
        (16, [each[0] for each in every]), (80, ["" for _ in every]), (8, [e[1] for e in every]),
        (8, [f"{each[3]:.8g}" for each in every]), (8, [f"{each[4]:.8g}" for each in every]),
        (8, [str(-limit) for _ in every]), (8, [str(limit - 1) for _ in every]),
        (80, ["" for _ in every]), (8, [str(each[2]) for each in every]), (32, ["" for _ in every]),
    ]  # fmt: skip
    told = len(records) if count is None else count
    head = b"\xffBIOSEMI" if width == 3 else b"0       "
    fields = [
        (patient, 80), (recording, 80), (date, 8), (clock, 8), (str(256 * (1 + len(every))), 8),
        (kind, 44), (str(told), 8), (duration, 8), (str(len(every)), 4),
    ]  # fmt: skip
    head += b"".join(text.ljust(size).encode("latin-1")[:size] for text, size in fields)
    head += b"".join(t.ljust(w).encode("latin-1")[:w] for w, texts in columns for t in texts)
    body = b""
    for number, record in enumerate(records):
        for samples in record:
            body += b"".join(int(s).to_bytes(width, "little", signed=True) for s in samples)
        if onsets:
            body += f"{onsets[number]}\x14\x14\0".encode().ljust(16 * width, b"\0")
    path.write_bytes(head + body)
    return path


def write_fit(path: Path, messages: Iterable[tuple[int, Mapping[str, int]]]) -> Path:
    """FIT: messages by number and raw fields; a message like the one before is not defined anew."""
    from fitdecode.utils import compute_crc

    body = bytearray()
    defined = b""
    for number, fields in messages:
        known = [_FIT_FIELDS[number, name] for name in fields]
        definition = struct.pack("<BBBHB", 0x40, 0, 0, number, len(known)) + b"".join(
            struct.pack("<BBB", field, struct.calcsize(letter), code)
            for field, code, letter in known
        )
        if definition != defined:
            body += definition
            defined = definition
        body += b"\0"
        body += struct.pack("<" + "".join(letter for _, _, letter in known), *fields.values())
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    whole = head + struct.pack("<H", compute_crc(head)) + body
    path.write_bytes(whole + struct.pack("<H", compute_crc(whole)))
    return path


def fit_time(moment: datetime) -> int:
    """As FIT counts: seconds since the end of 1989."""
    return int((moment - FIT_EPOCH).total_seconds())


def health_record(
    kind: str, value: object, unit: str, at: datetime = datetime(2026, 3, 1, 7, tzinfo=UTC)
) -> str:
    """A quantity of an Apple Health export, told in Madrid's winter."""
    text = f"{at.astimezone(timezone(timedelta(hours=1))):%Y-%m-%d %H:%M:%S %z}"
    return (
        f'<Record type="HKQuantityTypeIdentifier{kind}" sourceName="Watch" unit="{escape(unit)}" '
        f'creationDate="{text}" startDate="{text}" endDate="{text}" value="{value}"/>'
    )


def health_export(records: Iterable[str], head: str = "") -> str:
    """An Apple Health export of `records`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<HealthData locale="es_ES">\n'
        '<Me HKCharacteristicTypeIdentifierDateOfBirth="1980-02-29" '
        'HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>\n'
        + "\n".join(records)
        + "\n</HealthData>\n"
    )


def write_zip(path: Path, members: Mapping[str, str]) -> Path:
    """A zip of texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


class VitalWriter:
    """Writes a `.vital` file packet by packet."""

    def __init__(self, *, packed: bool = False) -> None:
        header = struct.pack("<hIIddB", -60, 0, 0, 0.0, 0.0, packed)
        self._content = b"VITA" + struct.pack("<IH", 3, len(header)) + header
        self._tracks: dict[int, str] = {}

    def device(self, number: int, name: str) -> None:
        """A device, to which tracks refer by its number."""
        self.packet(9, struct.pack("<I", number) + _text(name) + _text(name) + _text("COM1"))

    def track(
        self, number: int, name: str, unit: str = "", *, rate: float = 0, form: int = 1, **more: Any
    ) -> None:
        """A track of numbers, or with a rate of samples; `form` is that of its numbers."""
        self._tracks[number] = {1: "f", 5: "h"}[form]
        self.packet(
            0,
            struct.pack("<HBB", number, 1 if rate else more.get("kind", 2), form)
            + _text(name)
            + _text(unit)
            + struct.pack("<ffIf", 0, 0, 0, rate)
            + struct.pack("<dd", more.get("gain", 1.0), more.get("offset", 0.0))
            + struct.pack("<BI", more.get("meaning", 0), more.get("device", 0)),
        )

    def number(self, track: int, time: float, value: float) -> None:
        """One value."""
        content = struct.pack(f"<{self._tracks[track]}", value)
        self.packet(1, struct.pack("<HdH", 10, time, track) + content)

    def samples(self, track: int, time: float, values: Sequence[float]) -> None:
        """Samples that follow each other."""
        content = struct.pack(f"<{len(values)}{self._tracks[track]}", *values)
        self.packet(1, struct.pack("<HdHI", 10, time, track, len(values)) + content)

    def packet(self, kind: int, content: bytes) -> None:
        """Any packet."""
        self._content += struct.pack("<BI", kind, len(content)) + content

    def write(self, path: Path) -> Path:
        """All of it, compressed."""
        path.write_bytes(gzip.compress(self._content, 1))
        return path


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text.encode())) + text.encode()
