"""What connects to the listener: bytes in, answers out, and the bounded line between them.

Plain asyncio protocols: they own no task, so that a stream that is closed or cancelled closes all
of them at once, and a message costs no switch between tasks.
"""

import asyncio
import logging
import secrets
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Final, cast

from connectors.mllp.answers import answer
from connectors.mllp.framing import (
    CUT_BY_CLOSE,
    CUT_BY_SILENCE,
    LARGEST,
    TOO_LONG,
    Deframer,
    Frame,
    framed,
)
from connectors.mllp.parsing import Message, parse
from connectors.mllp.reading import Fault, Reader, Reading
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch
from sereno.ports import Clock

_log = logging.getLogger(__name__)

MOST_CONNECTIONS: Final = 256
_MOST_WAITING: Final = 256  # batches between all senders and the reader
_MOST_UNANSWERED: Final = 32  # messages of one connection
_MOST_HELD: Final = 128 << 20  # bytes of unfinished messages, of all connections together
_MOST_UNSENT: Final = 64 << 10  # bytes of answers that a sender does not fetch
_STALLED: Final = 30.0  # s of silence within a message
_SWEEP: Final = 1.0  # s between two looks at who is silent
SEQUENCE: Final = 100  # HL7 table 0357: segment sequence error
_REFUSED: Final = 207  # HL7 table 0357: application internal error
_KEEPALIVE: Final = (  # s and counts: the machine of a silent sender is found gone in two minutes
    (socket.TCP_KEEPIDLE, 60),
    (socket.TCP_KEEPINTVL, 20),
    (socket.TCP_KEEPCNT, 3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how is listened. Sizes are in bytes, `stalled` in seconds."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    largest: int = LARGEST
    connections: int = MOST_CONNECTIONS
    original: bool = False
    stalled: float = _STALLED


class Desk:
    """What all connections share: the reader, and the bounded line of what it has read."""

    def __init__(self, reader: Reader, clock: Clock, listening: Listening) -> None:
        self.reader = reader
        self.clock = clock
        self.listening = listening
        self.connections: set[Connection] = set()
        self.held = 0  # bytes of unfinished messages
        self.closed = False
        self._line: deque[Batch] = deque()
        self._reader_waits: asyncio.Future[None] | None = None
        self._held_back: deque[Connection] = deque()
        self._to_write: list[Connection] = []
        self._sweep: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self.time = self._loop.time  # s, of no clock that is ever set
        self._crowded = False
        self._answers = 0
        self._began = secrets.token_hex(4)

    @property
    def full(self) -> bool:
        """Whether no more is read before the reader has taken some."""
        return len(self._line) >= _MOST_WAITING

    def put(self, batches: list[Batch]) -> None:
        """Line them up."""
        self._line.extend(batches)
        waits = self._reader_waits
        if waits is not None and not waits.done():
            waits.set_result(None)

    async def next(self) -> Batch:
        """The next in line."""
        while not self._line:
            self._reader_waits = self._loop.create_future()
            try:
                await self._reader_waits
            finally:
                self._reader_waits = None
        batch = self._line.popleft()
        while self._held_back and not self.full:
            self._held_back.popleft().go_on()
        return batch

    def hold_back(self, connection: "Connection") -> None:
        """Let it go on once there is room; first come, first served."""
        if connection not in self._held_back:
            self._held_back.append(connection)

    def write_soon(self, connection: "Connection") -> None:
        """Let it write its answers once this turn of the loop is over, with all others'."""
        if not self._to_write:
            self._loop.call_soon(self._write)
        self._to_write.append(connection)

    def _write(self) -> None:
        connections, self._to_write = self._to_write, []
        for connection in connections:
            connection.write_on()

    def turn_away(self) -> None:
        """Tell, once until one leaves, that there are too many connections."""
        if not self._crowded:
            _log.warning("senders are turned away: %d are connected", len(self.connections))
        self._crowded = True

    def leave(self, connection: "Connection") -> None:
        """One has gone."""
        if connection in self.connections:
            self.connections.discard(connection)
            self._crowded = False

    def control(self) -> str:
        """The MSH-10 of an answer."""
        self._answers += 1
        return f"{self._began}{self._answers}"

    def watch(self) -> None:
        """Look again and again for senders that fell silent within a message."""
        now = self.time()
        for connection in tuple(self.connections):
            connection.look(now)
        self._sweep = self._loop.call_later(min(_SWEEP, self.listening.stalled), self.watch)

    def close(self) -> None:
        """Close every connection at once; what was not acknowledged will come again."""
        self.closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for connection in tuple(self.connections):
            connection.abort()


class _Slot:
    """The answer to one message, in its place among those of its connection.

    It holds none of its batches, which hold it: what is done with is freed at once.
    """

    __slots__ = (
        "answered", "connection", "fault", "kept", "message", "open", "ready", "refusal",
        "warnings",
    )  # fmt: skip

    def __init__(self, connection: "Connection", message: Message | None) -> None:
        self.connection = connection
        self.message = message
        self.fault: Fault | None = None
        self.warnings: list[str] = []
        self.answered = True
        self.open = 0  # batches that are not on disk yet
        self.kept = False
        self.refusal: str | None = None
        self.ready = False

    def settle(self, reading: Reading) -> None:
        """Take note of what its message came to."""
        self.fault = reading.fault
        self.warnings = reading.warnings
        self.answered = reading.answered
        self.open = len(reading.batches)
        self.ready = not reading.batches

    async def acknowledge(self, reason: str | None) -> None:
        """One of its batches is on disk, or lies among the dead letters for `reason`."""
        if reason is None:
            self.kept = True
        else:
            self.refusal = self.refusal or reason
        self.open -= 1
        if self.open == 0:
            if self.refusal and self.fault is None:
                self._refuse(self.refusal)
            self.ready = True
            self.connection.answer()

    def _refuse(self, reason: str) -> None:
        if self.kept:
            self.warnings.append(reason)
        else:
            self.fault = Fault("AE", _REFUSED, reason)


class Connection(asyncio.Protocol):
    """One sender."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._deframer = Deframer(desk.listening.largest)
        self._frames: deque[Frame | Message] = deque()  # what came and is not read yet
        self._slots: deque[_Slot] = deque()
        self._transport: asyncio.Transport | None = None
        self._unsent = bytearray()
        self._paused = False
        self._writing_paused = False
        self._ended = False
        self._heard = 0.0
        self._held = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A sender has come."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_MOST_UNSENT)
        if len(self._desk.connections) >= self._desk.listening.connections:
            self._desk.turn_away()
            self._transport.abort()
            return
        self._desk.connections.add(self)
        _keep_alive(self._transport)

    def data_received(self, data: bytes) -> None:
        """Some of what it sends."""
        self._heard = self._desk.time()
        self._frames += self._deframer.feed(data)
        self._count(self._deframer.held)
        if self._desk.held > _MOST_HELD:
            self._cut(TOO_LONG)
        self.go_on()

    def eof_received(self) -> bool:
        """The sender has said all; over plain TCP it may still wait for answers."""
        self._ended = True
        self._cut(CUT_BY_CLOSE)
        self.go_on()
        self._leave()
        return self._transport is not None and self._transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone, or was sent away; what it began can not be finished."""
        self._transport = None
        self._ended = True
        self._desk.leave(self)
        self._cut(CUT_BY_CLOSE)
        if self._desk.closed:
            self._frames.clear()
        self.go_on()

    def pause_writing(self) -> None:
        """It does not fetch its answers: it is not read either until it does."""
        self._writing_paused = True
        self._pace()

    def resume_writing(self) -> None:
        """It fetches its answers again."""
        self._writing_paused = False
        self.go_on()

    def go_on(self) -> None:
        """Read what came, as far as there is room for it."""
        while self._frames and self._has_room():
            self._read(self._frames.popleft())
            self._flush()
        self._pace()

    def look(self, now: float) -> None:
        """End a message within which its sender has been silent for too long."""
        silent = now - self._heard > self._desk.listening.stalled
        if silent and self._deframer.open and not self._paused:
            self._cut(CUT_BY_SILENCE)
            self.go_on()

    def answer(self) -> None:
        """Send what is ready; what waited for that is read."""
        self._flush()
        if self._frames or self._paused:
            self.go_on()
        self._leave()

    def write_on(self) -> None:
        """Write what is ready; what waited for room is read."""
        self._write()
        self.go_on()
        self._leave()

    def abort(self) -> None:
        """Close at once."""
        self._frames.clear()
        self._write()
        if self._transport is not None:
            self._transport.abort()

    def _cut(self, fault: str) -> None:
        self._frames.extend(self._deframer.finish(fault))
        self._count(0)

    def _count(self, held: int) -> None:
        self._desk.held += held - self._held
        self._held = held

    def _has_room(self) -> bool:
        if self._desk.full:
            self._desk.hold_back(self)
            return False
        if self._writing_paused or len(self._unsent) >= _MOST_UNSENT:
            return False
        return len(self._slots) < _MOST_UNANSWERED

    def _pace(self) -> None:
        """Let the sender wait while there is no room, and go on when there is."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        crowded = bool(self._frames) or self._writing_paused
        if crowded and not self._paused:
            transport.pause_reading()
        elif self._paused and not crowded and not self._ended:
            transport.resume_reading()
        self._paused = crowded

    def _read(self, what: Frame | Message) -> None:
        """One message, with a place for its answer; the others of its frame wait."""
        if isinstance(what, Message):
            self._take(what)
        elif what.fault is not None:
            self._refuse(what, what.fault)
        else:
            try:
                first, *others = parse(what.content)
            except MalformedInput as exc:
                self._refuse(what, str(exc))
                return
            self._frames.extendleft(reversed(others))
            self._take(first)

    def _take(self, message: Message) -> None:
        slot = _Slot(self, message)
        self._line_up(slot, self._desk.reader.read(message, slot.acknowledge))

    def _refuse(self, frame: Frame, reason: str) -> None:
        try:
            message = parse(frame.content)[0]  # its header may have come, and names its sender
        except MalformedInput:
            message = None
        slot = _Slot(self, message)
        fault = Fault("AR", SEQUENCE, reason)
        self._line_up(slot, self._desk.reader.refused(frame.content, fault, slot.acknowledge))

    def _line_up(self, slot: _Slot, reading: Reading) -> None:
        slot.settle(reading)
        self._slots.append(slot)
        self._desk.put(reading.batches)

    def _flush(self) -> None:
        """Send what is ready, in the order in which it was asked."""
        while self._slots and self._slots[0].ready:
            slot = self._slots.popleft()
            if slot.answered:
                self._send(slot)

    def _send(self, slot: _Slot) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        desk = self._desk
        content = answer(
            slot.message, slot.fault, slot.warnings,
            now=desk.clock.now(), control=desk.control(), original=desk.listening.original,
        )  # fmt: skip
        if content is not None:
            if not self._unsent:
                desk.write_soon(self)
            self._unsent += framed(content)

    def _write(self) -> None:
        """All answers of one turn of the loop at once: a transaction acknowledges many."""
        if self._unsent and self._transport is not None and not self._transport.is_closing():
            self._transport.write(bytes(self._unsent))
        self._unsent.clear()

    def _leave(self) -> None:
        """Close once a sender that has said all has been told all."""
        done = self._ended and not self._slots and not self._frames
        if done and self._transport is not None and not self._transport.is_closing():
            self._write()
            self._transport.close()


def _keep_alive(transport: asyncio.Transport) -> None:
    """Find out within minutes that a silent sender's machine is gone."""
    connected = transport.get_extra_info("socket")
    if connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)
