"""The packets of a `.vital` file (vitaldb.net/docs, "Vital File Format"), one after the other.

Read here and not by the `vitaldb` package, which holds a file whole and brings a client of its web
site along. A packet is a byte of its type, its length, and that many bytes.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from sereno.domain.errors import MalformedInput

WAVE, NUMBER = 1, 2  # kinds of tracks; 5 is text
SKIPPED: Final = 1 << 16  # bytes read at once of what is passed over
_LONGEST_INFO: Final = 1 << 16  # bytes of a device's or a track's description
_LONGEST_NAME: Final = 100  # characters of a device's or a track's
_MOST_DEVICES: Final = 4096
_LONGEST_HEADER: Final = 4096
_DEVICE, _TRACK, _RECORD = 9, 0, 1
_CUT: Final = "the file is cut off or damaged here; its rest is lost"
# A number's form by its code: numpy's and struct's name, its size, and what fills a packed gap.
FORMS: Final = {
    1: ("<f4", 4, None), 2: ("<f8", 8, None), 3: ("<i1", 1, -128), 4: ("<u1", 1, 255),
    5: ("<i2", 2, -32768), 6: ("<u2", 2, 65535), 7: ("<i4", 4, -(1 << 31)),
    8: ("<u4", 4, (1 << 32) - 1),
}  # fmt: skip
_FLOATS: Final = frozenset({1, 2})  # gain and offset are of whole numbers alone


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """A track as the file describes it; `meaning` is the recorder's own code of it, or 0."""

    number: int
    kind: int
    form: int
    name: str
    unit: str
    rate: float
    gain: float
    offset: float
    meaning: int

    def physical(self, raw: Any, *, packed: bool) -> Any:
        """Samples or one number in the track's unit; NaN where a packed file has none."""
        import numpy as np

        if self.form in _FLOATS:
            return np.asarray(raw, float)
        values = np.asarray(raw, float) * (self.gain or 1.0) + self.offset
        return (
            np.where(np.asarray(raw) == FORMS[self.form][2], np.nan, values) if packed else values
        )


class Record:
    """A number, or samples that follow each other, from `time` on in epoch seconds.

    Its bytes are in the file, to be read before the next packet is.
    """

    def __init__(self, track: int, time: float, packets: "Packets", left: int) -> None:
        self.track = track
        self.time = time
        self._packets = packets
        self.left = left

    def number(self, form: int) -> float:
        """The number. Raises ValueError for a short packet, MalformedInput for a file cut off."""
        import numpy as np

        kind, size, _ = FORMS[form]
        return float(np.frombuffer(self._take(size), kind)[0])

    def count(self, form: int) -> int:
        """How many samples follow. Raises as `number` does."""
        told = int.from_bytes(self._take(4), "little")
        if told * FORMS[form][1] > self.left:
            raise ValueError("a packet is shorter than its samples")
        return told

    def samples(self, form: int, count: int) -> Any:
        """The next `count` samples, as they are written. Raises as `number` does."""
        import numpy as np

        kind, size, _ = FORMS[form]
        return np.frombuffer(self._take(size * count), kind)

    def _take(self, size: int) -> bytes:
        if size > self.left:
            raise ValueError("a packet is shorter than its content")
        self.left -= size
        return self._packets.exactly(size)


class Packets:
    """Reads an unpacked stream. Raises MalformedInput where it is no `.vital` file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._devices: dict[int, str] = {}
        head = self._read(10)
        length = int.from_bytes(head[8:10], "little")
        if head[:4] != b"VITA" or length > _LONGEST_HEADER:
            raise MalformedInput("it is no .vital file")
        header = self.exactly(length)
        self.packed = len(header) > 26 and header[26] == 1

    def __iter__(self) -> Iterator[TrackInfo | Record]:
        """Every track that is described, and every record. Raises MalformedInput where damaged."""
        while head := self._read(5):
            if len(head) < 5:
                raise MalformedInput(_CUT)
            kind, length = struct.unpack("<BI", head)
            if kind == _RECORD:
                yield from self._record(length)
            elif kind in {_TRACK, _DEVICE} and length <= _LONGEST_INFO:
                content = _Fields(self.exactly(length))
                if kind == _TRACK:
                    yield from self._track(content)
                else:
                    self._device(content)
            else:
                self.skip(length)

    def exactly(self, size: int) -> bytes:
        """The next bytes. Raises MalformedInput where the file ends before."""
        content = self._read(size)
        if len(content) < size:
            raise MalformedInput(_CUT)
        return content

    def skip(self, size: int) -> None:
        """Pass over bytes, a few at a time."""
        while size > 0:
            size -= len(self.exactly(min(size, SKIPPED)))

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except gzip.BadGzipFile as exc:
            raise MalformedInput("it is no .vital file, or damaged; fetch it again") from exc
        except (OSError, EOFError, zlib.error) as exc:
            raise MalformedInput(_CUT) from exc

    def _record(self, length: int) -> Iterator[Record]:
        if length < 12:
            self.skip(length)
            return
        info, time, track = struct.unpack("<HdH", self.exactly(12))
        more = min(max(0, info - 10), length - 12)  # of a release to come
        self.skip(more)
        record = Record(track, time, self, length - 12 - more)
        yield record
        self.skip(record.left)

    def _device(self, fields: "_Fields") -> None:
        number = fields.whole(4)
        kind = fields.text()
        if len(self._devices) < _MOST_DEVICES:
            self._devices[number] = (fields.text() or kind)[:_LONGEST_NAME]

    def _track(self, fields: "_Fields") -> Iterator[TrackInfo]:
        number, kind, form = fields.whole(2), fields.whole(1), fields.whole(1)
        name, unit = fields.text(), fields.text()
        fields.skip(12)  # how it is to be drawn
        rate, gain, offset = fields.real("<f"), fields.real("<d"), fields.real("<d")
        meaning, device = fields.whole(1), self._devices.get(fields.whole(4), "")
        if kind not in {WAVE, NUMBER} or form in FORMS:
            name = name[:_LONGEST_NAME]
            label = f"{device}/{name}" if device else name
            yield TrackInfo(number, kind, form, label, unit, rate, gain, offset, meaning)


class _Fields:
    """The fields of a description; those that it leaves out at its end are empty."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def _take(self, size: int) -> bytes:
        content = self._content[self._place : self._place + size]
        self._place += size
        return content

    def skip(self, size: int) -> None:
        self._place += size

    def whole(self, size: int) -> int:
        return int.from_bytes(self._take(size), "little")

    def real(self, form: str) -> float:
        content = self._take(struct.calcsize(form))
        return struct.unpack(form, content)[0] if len(content) == struct.calcsize(form) else 0.0

    def text(self) -> str:
        return self._take(min(self.whole(4), _LONGEST_INFO)).decode(errors="replace")
