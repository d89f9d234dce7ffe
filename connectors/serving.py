"""What connectors share that others send to over HTTP: their server, and who may send."""

import asyncio
import hashlib
import hmac
import logging
import re
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.listening import unbound
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch

_log = logging.getLogger(__name__)

MOST_CONNECTIONS: Final = 512
HEADER_WAIT: Final = 15.0  # s until the first request of a connection begins
KEEP_ALIVE: Final = 30  # s between two requests of a connection
SHORTEST_TOKEN: Final = 16  # characters
_MOST_CLIENTS: Final = 1000
_LARGEST_CLIENTS: Final = 1 << 20  # bytes of the file
_STOP: Final = 5.0  # s until connections that do not end are cut
_CLIENT: Final = re.compile(r"([\w.-]{1,40})\s+([0-9a-fA-F]{64})", re.ASCII)


class Clients:
    """Who may send: names by the SHA-256 of their tokens."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = [(name, bytes.fromhex(digest)) for name, digest in hashes.items()]

    def name(self, authorization: str) -> str | None:
        """Who sends with that header; None for nobody known. Every hash is compared."""
        scheme, _, token = authorization.partition(" ")
        digest = hashlib.sha256(token.strip().encode("utf-8", "replace")).digest()
        found = None
        for name, known in self._hashes:
            if hmac.compare_digest(digest, known):
                found = name
        return found if scheme.lower() == "bearer" else None


def hashed(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def listed(file: Path, option: str) -> dict[str, str]:
    """The clients of the file that `option` names: a line each, a name and its token's SHA-256.

    Raises SourceError.
    """
    try:
        with file.open(encoding="utf-8") as stream:
            lines = stream.read(_LARGEST_CLIENTS).splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise SourceError(f"the file of {option} can not be read; check {option}=") from exc
    told = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    found = [_CLIENT.fullmatch(line) for line in told]
    names = {match[1]: match[2] for match in found if match is not None}
    if not names or len(names) != len(told) or len(names) > _MOST_CLIENTS:
        raise SourceError(
            f"{option} is wrong; write on each line a NAME and the SHA-256 of a token"
        )
    return names


class PartServer(Server):
    """uvicorn's server as a part of a process that heeds signals itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to the process."""
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


async def served(
    port: socket.socket,
    settings: Config,
    send: MemoryObjectSendStream[Batch],
    receive: MemoryObjectReceiveStream[Batch],
    close: Callable[[], None],
) -> AsyncGenerator[Batch]:
    """What the application of `settings` sends on, while it is served at `port`.

    `close` has it answer at once whoever still waits when nobody reads any more. Raises
    SourceError where the server ends by itself.
    """
    server = PartServer(settings)
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
        close()
        with anyio.CancelScope(shield=True):
            await server.stop(serving)
        port.close()


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises SourceError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.create_server((host, port), family=family[0][0], backlog=128)
    except (OSError, UnicodeError) as exc:
        raise unbound(port, exc) from exc
    # asyncio asks this only of sockets that it made: an answer's body is to follow its head at
    # once, and not after the client's acknowledgement, which may take 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def config(application: Any, tls: ssl.SSLContext | None, header_wait: float) -> Config:
    """How uvicorn serves an ASGI application: quietly, and nobody who dawdles."""
    found = Config(
        application,
        http=_protocol(header_wait),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(2 * _STOP),
    )
    found.load()
    found.ssl = tls
    return found


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
