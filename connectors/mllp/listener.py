"""The listener as a Connector: its options, its port and its certificates."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC
from typing import Final
from zoneinfo import ZoneInfo

from connectors.codes import CodeMap
from connectors.listening import tls_of, unbound
from connectors.maps import read_map
from connectors.mllp.coding import Codes
from connectors.mllp.connections import MOST_CONNECTIONS, SEQUENCE, Connection, Desk, Listening
from connectors.mllp.parsing import parse
from connectors.mllp.reading import Fault, Reader
from connectors.mllp.times import Times
from connectors.opening import Opening, is_loopback
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

OPTIONS: Final = (
    "map", "tls_certificate", "tls_key", "tls_password", "clients", "largest", "connections",
    "answer",
)  # fmt: skip
PORT: Final = 2575  # IANA: hl7
_ANSWERS: Final = ("asked", "original")
_MEGABYTE: Final = 1 << 20
_HANDSHAKE: Final = 10.0  # s
_OPEN: Final = (
    "anybody who reaches the port can send and discharge; add tls_certificate=FILE and clients=FILE"
)
_log = logging.getLogger(__name__)


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
        tls=tls_of(opening, opening.existing("clients")),
        largest=int(_MEGABYTE * opening.number("largest", 4, low=0.1, high=64)),
        connections=int(opening.number("connections", MOST_CONNECTIONS, low=1, high=5000)),
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
        self._warned = False
        clinic = UTC if zone == "UTC" else ZoneInfo(zone)
        self._reader = Reader(self.name, codes, Times(clinic))

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes and events that came and are not taken, the first two hundred."""
        return self._codes.ignored

    def batches(self) -> AsyncIterator[Batch]:
        """Listen, and yield what comes; see `sereno.ports.Connector`."""
        return self._batches()

    def reread(self, content: bytes) -> list[Batch]:
        """What one message holds; see `sereno.ports.Rereadable`."""
        try:
            messages = parse(content)
        except MalformedInput as exc:
            return self._reader.refused(content, Fault("AR", SEQUENCE, str(exc))).batches
        return [batch for each in messages for batch in self._reader.read(each).batches]

    async def check(self) -> str:
        """Whether the port may be listened on. Raises SourceError."""
        listening = self._listening
        await _try(listening)
        secured = "with TLS" if listening.tls else "without TLS"
        found = f"port {listening.port} is free to listen on, {secured}"
        return f"{found}; {_OPEN}" if _is_open(listening) else found

    async def _batches(self) -> AsyncGenerator[Batch]:
        desk = Desk(self._reader, self._clock, self._listening)
        server = await _bound(self._listening, lambda: Connection(desk))
        self.port = server.sockets[0].getsockname()[1]
        if _is_open(self._listening) and not self._warned:
            _log.warning("%s: %s", self.name, _OPEN)
            self._warned = True
        desk.watch()
        try:
            while True:
                yield await desk.next()
        finally:
            server.close()
            desk.close()


def _is_open(listening: Listening) -> bool:
    """Whether other machines are heard that show no certificate."""
    tls = listening.tls
    named = tls is not None and tls.verify_mode == ssl.CERT_REQUIRED
    return not named and not is_loopback(listening.host)


async def _bound(listening: Listening, factory: Callable[[], asyncio.Protocol]) -> asyncio.Server:
    """A server that accepts connections. Raises SourceError."""
    loop = asyncio.get_running_loop()
    wait = _HANDSHAKE if listening.tls else None
    try:
        return await loop.create_server(
            factory, listening.host, listening.port, ssl=listening.tls, ssl_handshake_timeout=wait
        )
    except (OSError, UnicodeError) as exc:
        raise unbound(listening.port, exc) from exc


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
        raise unbound(listening.port, exc) from exc
