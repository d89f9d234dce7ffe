"""Arrays of whole numbers and of floats as few bytes, to the last bit.

Whole numbers: the best of none, first or second differences, zigzag, in the narrowest of 1, 2, 4
or 8 bytes. Floats: as whole numbers of the coarsest decimal step that gives each of them back
exactly, exceptions (NaN, -0.0) apart; else as they are. `Reader` takes the same back.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sereno.domain.errors import Unreadable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ORDERS: Final = (0, 1, 2)
WIDTHS: Final = (0, 1, 2, 4, 8)
FEW: Final = 16  # too few for differences to pay
_UNSIGNED: Final[dict[int, np.dtype[Any]]] = {
    1: np.dtype("u1"),
    2: np.dtype("<u2"),
    4: np.dtype("<u4"),
    8: np.dtype("<u8"),
}
DECIMALS: Final = (0, 1, 2, 3, 4, 5, 6)
ROUGH: Final = 3  # below so many decimals no finite value is an exception
_RAW64: Final = 0xFF
_RAW32: Final = 0xFE
EXACT: Final = float(2**53)  # beyond, a double skips whole numbers
MOST_EXCEPTIONS: Final = 0.25  # above this share the floats are kept as they are

_PLAIN: Final = 0
_ZLIB: Final = 1
_WORTH_BYTES: Final = 64  # below this zlib's own 11 bytes are not won back
_MOST_BYTES: Final = 2**28  # no block of ours is larger once inflated
_MOST_NUMBERS: Final = 2**24  # of one column
_MOST_BITS: Final = 77  # of a varint: 64 and what it takes in groups of seven


def varint(number: int) -> bytes:
    """An unsigned number in groups of seven bits, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value: str) -> bytes:
    """A string in UTF-8 after its length."""
    encoded = value.encode("utf-8", "surrogatepass")
    return varint(len(encoded)) + encoded


def double(value: float) -> bytes:
    """A float in its eight bytes."""
    return struct.pack("<d", value)


def ints(values: Ints) -> bytes:
    """Signed whole numbers; how many must be known to the reader."""
    if len(values) == 0:
        return b""
    if not np.any(values != values[0]):
        return bytes((0,)) + varint(zigzag(int(values[0])))
    orders = _ORDERS if len(values) > FEW else _ORDERS[:1]
    candidates = [_Differences.of(values, order) for order in orders]
    chosen = min(candidates, key=lambda made: (made.width, made.weight, made.order))
    return chosen.packed()


def floats(values: Floats) -> bytes:
    """Doubles to the last bit; how many must be known to the reader."""
    for decimals in DECIMALS:
        scaled = _scaled(values, decimals)
        if scaled is not None:
            whole, odd = scaled
            places = np.flatnonzero(odd)
            return b"".join(
                (
                    bytes((decimals,)),
                    varint(len(places)),
                    ints(places.astype(np.int64)),
                    values[places].astype("<f8").tobytes(),
                    ints(whole),
                )
            )
    narrow = _narrowed(values)
    if narrow.astype(np.float64).tobytes() == values.tobytes():
        return bytes((_RAW32,)) + _shuffled(narrow.astype("<f4"))
    return bytes((_RAW64,)) + _shuffled(values.astype("<f8"))


def floats32(values: Floats) -> bytes:
    """As `floats`, but rounded to single precision (24 bits) where no decimal step fits."""
    if any(_scaled(values, decimals) is not None for decimals in DECIMALS):
        return floats(values)
    return bytes((_RAW32,)) + _shuffled(_narrowed(values).astype("<f4"))


def deflated(content: bytes, level: int) -> bytes:
    """The content behind a byte that says whether it was worth compressing."""
    if len(content) >= _WORTH_BYTES:
        packed = zlib.compress(content, level)
        if len(packed) < len(content):
            return bytes((_ZLIB,)) + packed
    return bytes((_PLAIN,)) + content


def inflated(content: bytes) -> bytes:
    """What `deflated` took. Raises Unreadable."""
    if not content or content[0] not in (_PLAIN, _ZLIB):
        raise Unreadable("a block has a form that this release does not know; upgrade Sereno")
    if content[0] == _PLAIN:
        return content[1:]
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(content[1:], _MOST_BYTES)
    except zlib.error as error:
        raise _damaged() from error
    expect(unpacker.eof)
    return plain


class Reader:
    """Takes values off the front of some bytes. Raises Unreadable at a premature end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._content)

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def varint(self) -> int:
        """What `varint` wrote."""
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
            expect(shift < _MOST_BITS)

    def text(self) -> str:
        """What `text` wrote."""
        return self.take(self.varint()).decode("utf-8", "surrogatepass")

    def double(self) -> float:
        """What `double` wrote."""
        return float(struct.unpack("<d", self.take(8))[0])

    def ints(self, count: int) -> Ints:
        """What `ints` wrote."""
        if count == 0:
            return np.empty(0, np.int64)
        expect(count <= _MOST_NUMBERS)
        order, width = divmod(self.byte(), 16)
        if order not in _ORDERS or width not in WIDTHS:
            raise _damaged()
        starts = [_unzigzag(self.varint()) for _ in range(max(order, 1))]
        expect(count >= order)
        rest = count - order if order else count
        if width == 0:
            residual = np.zeros(rest, np.int64)
        else:
            coded = self._unshuffled(_UNSIGNED[width], rest).astype(np.uint64)
            residual = (coded >> np.uint64(1)).astype(np.int64) ^ -(
                (coded & np.uint64(1)).astype(np.int64)
            )
        return _undone(residual, starts, order)

    def floats(self, count: int) -> Floats:
        """What `floats` or `floats32` wrote."""
        mode = self.byte()
        if mode == _RAW64:
            return self._unshuffled(np.dtype("<f8"), count).astype(np.float64)
        if mode == _RAW32:
            return self._unshuffled(np.dtype("<f4"), count).astype(np.float64)
        if mode not in DECIMALS:
            raise _damaged()
        odd = self.varint()
        places = self.ints(odd)
        kept = np.frombuffer(self.take(8 * odd), "<f8")
        values = self.ints(count) / 10.0**mode
        values[places] = kept
        return values

    def take(self, count: int) -> bytes:
        """So many bytes as they are."""
        end = self._at + count
        if end > len(self._content):
            raise _damaged()
        taken = self._content[self._at : end]
        self._at = end
        return taken

    def rest(self) -> bytes:
        """All that is left."""
        return self._content[self._at :]

    def _unshuffled(self, kind: npt.DTypeLike, count: int) -> npt.NDArray[np.generic]:
        wanted = np.dtype(kind)
        planes = np.frombuffer(self.take(wanted.itemsize * count), np.uint8)
        rows = np.ascontiguousarray(planes.reshape(wanted.itemsize, count).T)
        return rows.view(wanted).reshape(count)


class _Differences:
    """Whole numbers as their differences of some order."""

    def __init__(self, order: int, starts: list[int], residual: Ints) -> None:
        self.order = order
        self.starts = starts
        zigzag = (residual << 1) ^ (residual >> 63)
        self.coded = zigzag.view(np.uint64)
        top = int(self.coded.max()) if len(self.coded) else 0
        self.width = next(width for width in WIDTHS if top < 1 << (8 * width))
        self.weight = float(self.coded.sum(dtype=np.float64))

    @classmethod
    def of(cls, values: Ints, order: int) -> "_Differences":
        """Differences wrap around at 64 bits, and so does their sum: nothing is lost."""
        first = int(values[0])
        if order == 0:
            return cls(0, [first], values - values[0])
        steps = np.diff(values)
        if order == 1:
            return cls(1, [first], steps)
        return cls(2, [first, int(steps[0])], np.diff(steps))

    def packed(self) -> bytes:
        starts = b"".join(varint(zigzag(start)) for start in self.starts)
        head = bytes((self.order * 16 + self.width,)) + starts
        return (
            head if self.width == 0 else head + _shuffled(self.coded.astype(_UNSIGNED[self.width]))
        )


def _undone(residual: Ints, starts: list[int], order: int) -> Ints:
    if order == 0:
        return residual + np.int64(starts[0])
    if order == 2:
        residual = _summed(residual, starts[1])
    return _summed(residual, starts[0])


def _summed(steps: Ints, start: int) -> Ints:
    values = np.empty(len(steps) + 1, np.int64)
    values[0] = start
    values[1:] = steps
    return np.cumsum(values, dtype=np.int64)


def zigzag(number: int) -> int:
    """A signed number as an unsigned one, small where it is near 0."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def _unzigzag(number: int) -> int:
    return -(number >> 1) - 1 if number & 1 else number >> 1


def _shuffled(values: npt.NDArray[np.generic]) -> bytes:
    """All first bytes, then all second ones...: what varies little lies together."""
    size = values.dtype.itemsize
    return values.tobytes() if size == 1 else values.view(np.uint8).reshape(-1, size).T.tobytes()


def _narrowed(values: Floats) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _scaled(values: Floats, decimals: int) -> tuple[Ints, npt.NDArray[np.bool_]] | None:
    """The values as whole steps, and where that is not exact; None where it seldom is."""
    step = 10.0**decimals
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.rint(values * step)
        fits = np.abs(steps) < EXACT
        whole = np.where(fits, steps, 0.0).astype(np.int64)
        odd = (whole / step).view(np.int64) != values.view(np.int64)
    if np.count_nonzero(odd) > MOST_EXCEPTIONS * len(values) or (
        decimals < ROUGH and _rounds(values, odd)
    ):
        return None
    whole[odd] = 0
    return whole, odd


def _rounds(values: Floats, odd: npt.NDArray[np.bool_]) -> bool:
    """Whether some finite value needs more decimals: better tried before it is an exception."""
    return bool(np.isfinite(values[odd]).any())


@contextmanager
def damage() -> Iterator[None]:
    """Raise Unreadable for what reading makes of bytes that nobody packed."""
    try:
        yield
    except (LookupError, ValueError, TypeError, OverflowError, struct.error) as error:
        raise _damaged() from error


def expect(condition: object) -> None:
    """Raise Unreadable unless what was read makes sense."""
    if not condition:
        raise _damaged()


def _damaged() -> Unreadable:
    return Unreadable(
        "a block's content is damaged; restore the last backup (docs/how-to/back-up.md)"
    )
