"""The listener as a Connector: its options, its port, its certificates and who may send."""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import anyio

from connectors.codes import CodeMap
from connectors.fhir.codes import Codes
from connectors.fhir.people import named
from connectors.fhir.reading import Reader
from connectors.fhir.web import BODY_WAIT, LARGEST, Desk, application
from connectors.listening import tls_of
from connectors.maps import read_map
from connectors.opening import Opening, is_loopback
from connectors.serving import (
    HEADER_WAIT,
    SHORTEST_TOKEN,
    Clients,
    bound,
    config,
    hashed,
    listed,
    served,
)
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

OPTIONS: Final = (
    "token", "clients", "tls_certificate", "tls_key", "tls_password", "authority", "largest", "map",
)  # fmt: skip
PORT: Final = 8480
BASE: Final = "fhir"
AUTHORITY: Final = "fhir"
MOST_WAITING: Final = 256  # batches between all senders and the reader
_MEGABYTE: Final = 1 << 20


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

    def reread(self, content: bytes) -> list[Batch]:
        """What one resource holds by itself; see `sereno.ports.Rereadable`."""
        return self._reader.reread(content)

    async def check(self) -> str:
        """Whether the port may be listened on. Raises SourceError."""
        bound(self._listening.host, self._listening.port).close()
        secured = "with TLS" if self._listening.tls else "without TLS"
        return f"port {self._listening.port} is free to listen on, {secured}"

    async def _batches(self) -> AsyncGenerator[Batch]:
        listening = self._listening
        port = bound(listening.host, listening.port)
        self.port = port.getsockname()[1]
        send, receive = anyio.create_memory_object_stream[Batch](MOST_WAITING)
        desk = Desk(
            self._reader, listening.clients, send, set(), listening.authority,
            largest=listening.largest, body_wait=listening.body_wait,
        )  # fmt: skip
        settings = config(application(desk, listening.base), listening.tls, listening.header_wait)
        async with aclosing(served(port, settings, send, receive, desk.close)) as batches:
            async for batch in batches:
                yield batch


def _clients(opening: Opening) -> Clients:
    """Who may send. Raises SourceError."""
    token, file = opening.secret("token"), opening.existing("clients")
    if (token is None) == (file is None):
        raise SourceError(
            "nobody may send without a token; add token=file:/PATH for one client, or "
            "clients=FILE for several"
        )
    if file is not None:
        return Clients({named(name): token for name, token in listed(file, "clients").items()})
    if token is None or len(token) < SHORTEST_TOKEN:
        raise SourceError(f"the token is too short; take {SHORTEST_TOKEN} characters or more")
    return Clients({"": hashed(token)})
