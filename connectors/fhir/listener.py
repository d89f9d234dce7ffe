"""The listener as a Connector: its options, its port, its certificates and who may send."""

import asyncio
import hashlib
import logging
import re
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.codes import CodeMap
from connectors.fhir.codes import Codes
from connectors.fhir.people import named
from connectors.fhir.reading import Reader
from connectors.fhir.web import BODY_WAIT, LARGEST, Clients, Desk, application
from connectors.listening import tls_of, unbound
from connectors.maps import read_map
from connectors.opening import Opening, is_loopback
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

_log = logging.getLogger(__name__)

OPTIONS: Final = (
    "token", "clients", "tls_certificate", "tls_key", "tls_password", "authority", "largest", "map",
)  # fmt: skip
PORT: Final = 8480
BASE: Final = "fhir"
AUTHORITY: Final = "fhir"
SHORTEST_TOKEN: Final = 16  # characters
MOST_WAITING: Final = 256  # batches between all senders and the reader
MOST_CONNECTIONS: Final = 512
HEADER_WAIT: Final = 15.0  # s until the first request of a connection begins
_KEEP_ALIVE: Final = 30  # s between two requests of a connection
_MOST_CLIENTS: Final = 1000
_LARGEST_CLIENTS: Final = 1 << 20  # bytes of the file
_STOP: Final = 5.0  # s until connections that do not end are cut
_MEGABYTE: Final = 1 << 20
_CLIENT: Final = re.compile(r"([\w.-]{1,40})\s+([0-9a-fA-F]{64})", re.ASCII)


def open_listener(opening: Opening) -> "Listener":
    """`fhir://0.0.0.0:8480/?token=file:/PATH&tls_certificate=FILE&tls_key=FILE`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(PORT)
    if address.user:
        raise SourceError(f"a listener is written fhir://HOST:{PORT}; take away the user")
    tls = tls_of(opening)
    if tls is None and not is_loopback(address.host):
        raise SourceError(
            "what others send must be encrypted; add tls_certificate=FILE and tls_key=FILE, "
            "or listen on 127.0.0.1"
        )
    listening = Listening(
        host=address.host,
        port=address.port,
        clients=_clients(opening),
        base=address.rest.strip("/") or BASE,
        authority=opening.options.get("authority") or AUTHORITY,
        tls=tls,
        largest=int(_MEGABYTE * opening.number("largest", LARGEST >> 20, low=0.1, high=64)),
    )
    codes = Codes(read_map(opening.options.get("map"), CodeMap))
    return Listener(listening, codes, zone=opening.zone, clock=opening.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how is listened. Sizes are in bytes, waits in seconds."""

    host: str
    port: int
    clients: Clients
    base: str = BASE
    authority: str = AUTHORITY
    tls: ssl.SSLContext | None = None
    largest: int = LARGEST
    body_wait: float = BODY_WAIT
    header_wait: float = HEADER_WAIT


class Listener:
    """A Connector to whoever sends FHIR to a port. It ends only when its reader does."""

    def __init__(self, listening: Listening, codes: Codes, *, zone: str, clock: Clock) -> None:
        self.name = f"fhir:{listening.port}"
        self.port = listening.port
        self._listening = listening
        self._codes = codes
        self._reader = Reader(self.name, codes, zone=zone, clock=clock)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes that came and are not taken, the first two hundred."""
        return self._codes.ignored

    def batches(self) -> AsyncIterator[Batch]:
        """Listen, and yield what comes; see `sereno.ports.Connector`."""
        return self._batches()

    async def check(self) -> str:
        """Whether the port may be listened on. Raises SourceError."""
        _bound(self._listening).close()
        secured = "with TLS" if self._listening.tls else "without TLS"
        return f"port {self._listening.port} is free to listen on, {secured}"

    async def _batches(self) -> AsyncGenerator[Batch]:
        listening = self._listening
        port = _bound(listening)
        self.port = port.getsockname()[1]
        send, receive = anyio.create_memory_object_stream[Batch](MOST_WAITING)
        desk = Desk(
            self._reader, listening.clients, send, set(), listening.authority,
            largest=listening.largest, body_wait=listening.body_wait,
        )  # fmt: skip
        server = _Server(_config(listening, desk))
        serving = asyncio.create_task(server.serve(sockets=[port]))
        serving.add_done_callback(lambda _: send.close())
        try:
            while True:
                try:
                    batch = await receive.receive()
                except anyio.EndOfStream as exc:
                    raise SourceError("the listener ended by itself; it is begun anew") from exc
                yield batch
        finally:
            receive.close()
            desk.close()
            with anyio.CancelScope(shield=True):
                await server.stop(serving)
            port.close()


class _Server(Server):
    """uvicorn's server as a part of a process that heeds signals itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def stop(self, serving: "asyncio.Task[None]") -> None:
        """End at once: let answers out, then cut what is left."""
        self.should_exit = True
        await asyncio.wait({serving}, timeout=_STOP)
        self.force_exit = True
        for connection in tuple(self.server_state.connections):
            transport: Any = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        if not serving.done():
            serving.cancel()
        await asyncio.wait({serving})
        error = None if serving.cancelled() else serving.exception()
        if error is not None:
            _log.error("the listener broke: %s", type(error).__name__)


def _protocol(header_wait: float) -> type[H11Protocol]:
    class Bounded(H11Protocol):
        """A connection that begins to ask in time, and is none too many."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if len(self.connections) > MOST_CONNECTIONS:
                transport.abort()
            else:
                self.loop.call_later(header_wait, self._look)

        def _look(self) -> None:
            if getattr(self, "cycle", None) is None and not self.transport.is_closing():
                self.transport.abort()

    return Bounded


def _config(listening: Listening, desk: Desk) -> Config:
    config = Config(
        application(desk, listening.base),
        http=_protocol(listening.header_wait),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(2 * _STOP),
    )
    config.load()
    config.ssl = listening.tls
    return config


def _bound(listening: Listening) -> socket.socket:
    """A socket that listens. Raises SourceError."""
    try:
        family = socket.getaddrinfo(
            listening.host, listening.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0][0]
        return socket.create_server((listening.host, listening.port), family=family, backlog=128)
    except (OSError, UnicodeError) as exc:
        raise unbound(listening.port, exc) from exc


def _clients(opening: Opening) -> Clients:
    """Who may send. Raises SourceError."""
    token, file = opening.secret("token"), opening.existing("clients")
    if (token is None) == (file is None):
        raise SourceError(
            "nobody may send without a token; add token=file:/PATH for one client, or "
            "clients=FILE for several"
        )
    if file is not None:
        return Clients(_listed(file))
    if token is None or len(token) < SHORTEST_TOKEN:
        raise SourceError(f"the token is too short; take {SHORTEST_TOKEN} characters or more")
    return Clients({"": hashlib.sha256(token.encode()).hexdigest()})


def _listed(file: Path) -> dict[str, str]:
    """The clients of a file: a line each, a name and the SHA-256 of its token."""
    try:
        with file.open(encoding="utf-8") as stream:
            lines = stream.read(_LARGEST_CLIENTS).splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceError("the file of clients can not be read; check clients=") from exc
    told = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    found = [_CLIENT.fullmatch(line) for line in told]
    names = {named(match[1]): match[2] for match in found if match is not None}
    if not names or len(names) != len(told) or len(names) > _MOST_CLIENTS:
        raise SourceError("clients is wrong; write on each line a NAME and the SHA-256 of a token")
    return names
