"""The listener: connections in, batches out in one stream, answers back once they are on disk.

Plain asyncio protocols: they own no task, so that a stream that is closed or cancelled closes all
of them at once, and a message costs no switch between tasks.
"""

import asyncio
import errno
import logging
import secrets
import socket
import ssl
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Final, cast
from zoneinfo import ZoneInfo

from connectors.codes import CodeMap
from connectors.maps import read_map
from connectors.mllp.answers import answer
from connectors.mllp.coding import Codes
from connectors.mllp.framing import (
    CUT_BY_CLOSE,
    CUT_BY_SILENCE,
    LONGEST,
    TOO_LONG,
    Deframer,
    Frame,
    framed,
)
from connectors.mllp.parsing import Message, parse
from connectors.mllp.reading import Fault, Reader, Reading
from connectors.mllp.times import Times
from connectors.opening import Opening
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

_log = logging.getLogger(__name__)

OPTIONS: Final = (
    "map", "tls_certificate", "tls_key", "tls_password", "clients", "longest", "connections",
    "answer",
)  # fmt: skip
PORT: Final = 2575  # IANA: hl7
_ANSWERS: Final = ("asked", "original")
_MEGABYTE: Final = 1 << 20
_MOST_CONNECTIONS: Final = 256
_MOST_WAITING: Final = 256  # batches between all senders and the reader
_MOST_UNANSWERED: Final = 32  # messages of one connection
_MOST_HELD: Final = 128 << 20  # bytes of unfinished messages, of all connections together
_MOST_UNSENT: Final = 64 << 10  # bytes of answers that a sender does not fetch
_STALLED: Final = 30.0  # s of silence within a message
_SWEEP: Final = 1.0  # s between two looks at who is silent
_HANDSHAKE: Final = 10.0  # s
_SEQUENCE: Final = 100  # HL7 table 0357: segment sequence error
_KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 20), (socket.TCP_KEEPCNT, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how is listened. Sizes are in bytes, `stalled` in seconds."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    longest: int = LONGEST
    connections: int = _MOST_CONNECTIONS
    original: bool = False
    stalled: float = _STALLED


def open_mllp(opening: Opening) -> "Listener":
    """`mllp://0.0.0.0:2575?map=FILE&tls_certificate=FILE&tls_key=FILE&clients=FILE`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(PORT)
    if address.user or address.rest:
        raise SourceError(f"a listener is written mllp://HOST:{PORT}; take away the rest")
    wanted = opening.options.get("answer", _ANSWERS[0])
    if wanted not in _ANSWERS:
        raise SourceError(f"answer must be one of: {', '.join(_ANSWERS)}")
    listening = Listening(
        host=address.host,
        port=address.port,
        tls=_tls(opening),
        longest=int(_MEGABYTE * opening.number("longest", 4, low=0.1, high=64)),
        connections=int(opening.number("connections", _MOST_CONNECTIONS, low=1, high=5000)),
        original=wanted == "original",
    )
    codes = Codes(read_map(opening.options.get("map"), CodeMap))
    return Listener(listening, codes, zone=opening.zone, clock=opening.clock)


class Listener:
    """A Connector to whoever sends HL7 v2 to a port. It ends only when its reader does."""

    def __init__(self, listening: Listening, codes: Codes, *, zone: str, clock: Clock) -> None:
        self.name = f"mllp:{listening.port}"
        self.port = listening.port
        self._listening = listening
        self._codes = codes
        self._clock = clock
        clinic = UTC if zone == "UTC" else ZoneInfo(zone)
        self._reader = Reader(self.name, codes, Times(clinic, clock))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes and events that came and are not taken, the first two hundred."""
        return self._codes.ignored

    def batches(self) -> AsyncIterator[Batch]:
        """Listen, and yield what comes; see `sereno.ports.Connector`."""
        return self._batches()

    async def check(self) -> str:
        """Whether the port may be listened on. Raises SourceError."""
        listening = self._listening
        await _try(listening)
        secured = "with TLS" if listening.tls else "without TLS"
        return f"port {listening.port} is free to listen on, {secured}"

    async def _batches(self) -> AsyncGenerator[Batch]:
        desk = _Desk(self._reader, self._clock, self._listening)
        server = await _bound(self._listening, lambda: _Connection(desk))
        self.port = server.sockets[0].getsockname()[1]
        desk.watch()
        try:
            while True:
                yield await desk.next()
        finally:
            server.close()
            desk.close()


class _Desk:
    """What all connections share: the reader, and the bounded line of what it has read."""

    def __init__(self, reader: Reader, clock: Clock, listening: Listening) -> None:
        self.reader = reader
        self.clock = clock
        self.listening = listening
        self.connections: set[_Connection] = set()
        self.held = 0  # bytes of unfinished messages
        self.closed = False
        self._line: deque[Batch] = deque()
        self._reader_waits: asyncio.Future[None] | None = None
        self._held_back: deque[_Connection] = deque()
        self._sweep: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
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

    def hold_back(self, connection: "_Connection") -> None:
        """Let it go on once there is room; first come, first served."""
        if connection not in self._held_back:
            self._held_back.append(connection)

    def control(self) -> str:
        """The MSH-10 of an answer."""
        self._answers += 1
        return f"{self._began}{self._answers}"

    def watch(self) -> None:
        """Look again and again for senders that fell silent within a message."""
        now = self._loop.time()
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


@dataclass(slots=True, eq=False)
class _Slot:
    """The answer to one message, in its place among those of its connection."""

    connection: "_Connection"
    message: Message | None
    reading: Reading = field(default_factory=Reading)
    open: int = 0  # batches that are not on disk yet
    kept: bool = False
    refusal: str | None = None
    ready: bool = False

    async def acknowledge(self, reason: str | None) -> None:
        """One of its batches is on disk, or lies among the dead letters for `reason`."""
        if reason is None:
            self.kept = True
        else:
            self.refusal = self.refusal or reason
        self.open -= 1
        if self.open == 0:
            if self.refusal and self.reading.fault is None:
                self._refuse(self.refusal)
            self.ready = True
            self.connection.answer()

    def _refuse(self, reason: str) -> None:
        if self.kept:
            self.reading.warnings.append(reason)
        else:
            self.reading.fault = Fault("AE", 207, reason)


class _Connection(asyncio.Protocol):
    """One sender."""

    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._deframer = Deframer(desk.listening.longest)
        self._frames: deque[Frame | Message] = deque()  # what came and is not read yet
        self._slots: deque[_Slot] = deque()
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._writing_paused = False
        self._ended = False
        self._heard = 0.0
        self._held = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_MOST_UNSENT)
        if len(self._desk.connections) >= self._desk.listening.connections:
            _log.warning("a sender was turned away: %d are connected", len(self._desk.connections))
            self._transport.abort()
            return
        self._desk.connections.add(self)
        _keep_alive(self._transport)

    def data_received(self, data: bytes) -> None:
        self._heard = asyncio.get_running_loop().time()
        self._frames.extend(self._deframer.feed(data))
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
        self._transport = None
        self._ended = True
        self._desk.connections.discard(self)
        self._cut(CUT_BY_CLOSE)
        if self._desk.closed:
            self._frames.clear()
        self.go_on()

    def pause_writing(self) -> None:
        self._writing_paused = True
        self._pace()

    def resume_writing(self) -> None:
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
        self.go_on()
        self._leave()

    def abort(self) -> None:
        """Close at once."""
        self._frames.clear()
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
        return len(self._slots) < _MOST_UNANSWERED and not self._writing_paused

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
            slot = _Slot(self, what)
            self._line_up(slot, self._desk.reader.read(what, slot.acknowledge))
        elif what.fault is not None:
            self._refuse(what, what.fault)
        else:
            try:
                self._frames.extendleft(reversed(parse(what.content)))
            except MalformedInput as exc:
                self._refuse(what, str(exc))

    def _refuse(self, frame: Frame, reason: str) -> None:
        try:
            message = parse(frame.content)[0]  # its header may have come, and names its sender
        except MalformedInput:
            message = None
        slot = _Slot(self, message)
        fault = Fault("AR", _SEQUENCE, reason)
        self._line_up(slot, self._desk.reader.refused(frame.content, fault, slot.acknowledge))

    def _line_up(self, slot: _Slot, reading: Reading) -> None:
        slot.reading = reading
        slot.open = len(reading.batches)
        slot.ready = not reading.batches
        self._slots.append(slot)
        self._desk.put(reading.batches)

    def _flush(self) -> None:
        """Send what is ready, in the order in which it was asked."""
        while self._slots and self._slots[0].ready:
            slot = self._slots.popleft()
            if slot.reading.answered:
                self._send(slot)

    def _send(self, slot: _Slot) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        desk = self._desk
        reading = slot.reading
        content = answer(
            slot.message, reading.fault, reading.warnings,
            now=desk.clock.now(), control=desk.control(), original=desk.listening.original,
        )  # fmt: skip
        if content is not None:
            self._transport.write(framed(content))

    def _leave(self) -> None:
        """Close once a sender that has said all has been told all."""
        done = self._ended and not self._slots and not self._frames
        if done and self._transport is not None and not self._transport.is_closing():
            self._transport.close()


async def _bound(listening: Listening, factory: Callable[[], asyncio.Protocol]) -> asyncio.Server:
    """A server that accepts connections. Raises SourceError."""
    loop = asyncio.get_running_loop()
    wait = _HANDSHAKE if listening.tls else None
    try:
        return await loop.create_server(
            factory, listening.host, listening.port, ssl=listening.tls, ssl_handshake_timeout=wait
        )
    except (OSError, UnicodeError) as exc:
        raise _unbound(listening.port, exc) from exc


async def _try(listening: Listening) -> None:
    """Bind and let go, without accepting anybody. Raises SourceError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(
            listening.host, listening.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except (OSError, UnicodeError) as exc:
        raise _unbound(listening.port, exc) from exc


def _unbound(port: int, exc: Exception) -> SourceError:
    number = exc.errno if isinstance(exc, OSError) else None
    if number == errno.EADDRINUSE:
        return SourceError(f"port {port} is taken; end what listens on it, or choose another port")
    if number in {errno.EACCES, errno.EPERM}:
        return SourceError(f"port {port} may not be listened on; choose one above 1023")
    return SourceError("that address is none of this machine; listen on 0.0.0.0 for all it has")


def _tls(opening: Opening) -> ssl.SSLContext | None:
    """How connections are secured; None where they are not. Raises SourceError."""
    certificate, key = opening.existing("tls_certificate"), opening.existing("tls_key")
    clients = opening.existing("clients")
    password = opening.secret("tls_password")
    if certificate is None:
        if key or clients or password:
            raise SourceError("TLS needs a certificate; add tls_certificate=FILE and tls_key=FILE")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # Without a password OpenSSL would ask whoever sits at the terminal.
        context.load_cert_chain(certificate, key, password or "")
    except (OSError, ValueError) as exc:
        raise SourceError(
            "the certificate and its key can not be used together; check tls_certificate=, "
            "tls_key= and tls_password="
        ) from exc
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(clients)
        except (OSError, ValueError) as exc:
            raise SourceError("clients holds no certificate of an authority; check it") from exc
    return context


def _keep_alive(transport: asyncio.Transport) -> None:
    """Find out within minutes that a silent sender's machine is gone."""
    connected = transport.get_extra_info("socket")
    if connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)
