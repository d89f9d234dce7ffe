"""MLLP: where messages begin and end in a stream of bytes.

A message stands between a start block (VT) and an end block (FS CR). Real senders leave out the
start, the CR or the end, and put line ends between messages; what can be told apart is taken, what
can not comes out with a fault. How the stream is cut into pieces never changes what is read.
"""

from dataclasses import dataclass
from typing import Final

START: Final = b"\x0b"
END: Final = b"\x1c\r"
_VT: Final = 0x0B
_FS: Final = b"\x1c"
_BETWEEN: Final = b"\r\n \t\x00\x1c"  # what may stand between two messages and means nothing
LARGEST: Final = 4 << 20  # bytes of a message, unless an option says otherwise
HEAD: Final = 64 << 10  # bytes kept of a message that is too long: it names its sender

CUT_BY_START = "the next message begins before this one ends; its end block (FS CR) is missing"
CUT_BY_CLOSE = "the connection was closed before the message's end block (FS CR)"
CUT_BY_SILENCE = "the sender went silent before the message's end block (FS CR)"
TOO_LONG = "the message is larger than is taken; raise largest="


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes of one message, or of several; with a `fault` they are not to be read."""

    content: bytes
    fault: str | None = None


class Deframer:
    """Cuts one connection's stream into frames. Holds at most `largest` bytes."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._held = bytearray()
        self._open = False
        self._over = False

    @property
    def open(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._open

    @property
    def held(self) -> int:
        """The bytes that wait for the rest of their message."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes."""
        frames: list[Frame] = []
        at, size = 0, len(data)
        while at < size:
            if not self._open:
                at = self._begin(data, at)
                continue
            end = data.find(_FS, at)
            stop = data.find(START, at, size if end < 0 else end)
            if stop >= 0:  # its end block is missing: whole lines are a message all the same
                self._hold(data[at:stop])
                whole = self._held.endswith((b"\r", b"\n")) or not self._held
                self._finish(frames, None if whole else CUT_BY_START)
                at = stop
            elif end >= 0:
                self._hold(data[at:end])
                self._finish(frames, None)
                at = end + 1
            else:
                self._hold(data[at:])
                at = size
        return frames

    def finish(self, fault: str) -> list[Frame]:
        """What began and will not end, because of `fault`."""
        frames: list[Frame] = []
        if self._open:
            self._finish(frames, fault)
        return frames

    def _begin(self, data: bytes, at: int) -> int:
        size = len(data)
        while at < size and data[at] in _BETWEEN:
            at += 1
        if at < size:
            self._open = True
            at += data[at] == _VT
        return at

    def _hold(self, piece: bytes) -> None:
        if self._over:
            return
        self._held += piece
        if len(self._held) > self._largest:
            self._over = True
            del self._held[min(HEAD, self._largest) :]

    def _finish(self, frames: list[Frame], fault: str | None) -> None:
        content = bytes(self._held)
        if content.strip(_BETWEEN):
            frames.append(Frame(content, TOO_LONG if self._over else fault))
        self._held.clear()
        self._open = self._over = False


def framed(content: bytes) -> bytes:
    """`content` as a frame to be sent."""
    return START + content + END
