"""The hospital's side as a Connector: its options, its port, its certificate, its edge boxes."""

import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import anyio

from connectors.listening import tls_of
from connectors.opening import Opening, is_loopback
from connectors.relay.web import BODY_WAIT, KEPT_WAIT, Desk, application
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
    "secret", "name", "edges", "identifiers", "tls_certificate", "tls_key", "tls_password",
)  # fmt: skip
PORT: Final = 8444
MOST_WAITING: Final = 256  # batches between all edge boxes and the reader
_NAME: Final = re.compile(r"[\w.-]{1,40}", re.ASCII)
_USUAL_NAME: Final = "1"


def open_listener(opening: Opening) -> "Listener":
    """`relay://0.0.0.0:8444?edges=FILE&tls_certificate=FILE&tls_key=FILE`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(PORT)
    if address.user or address.rest:
        raise SourceError(f"edge boxes are listened for at relay://HOST:{PORT}, without more")
    tls = tls_of(opening)
    if tls is None and not is_loopback(address.host):
        raise SourceError(
            "what edge boxes send must be encrypted; add tls_certificate=FILE and tls_key=FILE, "
            "or listen on 127.0.0.1"
        )
    whose = opening.options.get("identifiers", "edge")
    if whose not in {"edge", "hospital"}:
        raise SourceError("identifiers is written identifiers=edge or identifiers=hospital")
    listening = Listening(
        host=address.host,
        port=address.port,
        clients=_clients(opening),
        shared=whose == "hospital",
        tls=tls,
    )
    return Listener(listening, opening.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how is listened. Waits are in seconds."""

    host: str
    port: int
    clients: Clients
    shared: bool = False
    tls: ssl.SSLContext | None = None
    body_wait: float = BODY_WAIT
    kept_wait: float = KEPT_WAIT
    header_wait: float = HEADER_WAIT


class Listener:
    """A Connector to the edge boxes that tell what they measure. It ends only when its reader does.

    A message is answered once all of it is on disk; what was not answered comes again, with the
    same sources and times.
    """

    def __init__(self, listening: Listening, clock: Clock) -> None:
        self.name = f"relay:{listening.port}"
        self.port = listening.port
        self._listening = listening
        self._clock = clock

    def batches(self) -> AsyncIterator[Batch]:
        """Listen, and yield what comes; see `sereno.ports.Connector`."""
        return self._batches()

    async def check(self) -> str:
        """Whether the port may be listened on. Raises SourceError."""
        bound(self._listening.host, self._listening.port).close()
        secured = "with TLS" if self._listening.tls else "without TLS"
        return f"port {self._listening.port} is free to listen on for edge boxes, {secured}"

    async def _batches(self) -> AsyncGenerator[Batch]:
        listening = self._listening
        port = bound(listening.host, listening.port)
        self.port = port.getsockname()[1]
        send, receive = anyio.create_memory_object_stream[Batch](MOST_WAITING)
        desk = Desk(
            self.name, listening.clients, listening.shared, send, self._clock,
            body_wait=listening.body_wait, kept_wait=listening.kept_wait,
        )  # fmt: skip
        settings = config(application(desk), listening.tls, listening.header_wait)
        async with aclosing(served(port, settings, send, receive, desk.close)) as batches:
            async for batch in batches:
                yield batch


def _clients(opening: Opening) -> Clients:
    """Which edge boxes may send, and what they are called. Raises SourceError."""
    secret, file = opening.secret("secret"), opening.existing("edges")
    if (secret is None) == (file is None):
        raise SourceError(
            "nobody may send without a secret; add secret=file:/PATH for one edge box, or "
            "edges=FILE for several"
        )
    name = opening.options.get("name", _USUAL_NAME)
    if _NAME.fullmatch(name) is None or (file is not None and "name" in opening.options):
        raise SourceError(
            "name is what the one edge box is called, in letters, digits, '.', '-' and '_'; "
            "several are called as edges= says"
        )
    if file is not None:
        return Clients(listed(file, "edges"))
    if secret is None or len(secret) < SHORTEST_TOKEN:
        raise SourceError(f"the secret is too short; take {SHORTEST_TOKEN} characters or more")
    return Clients({name: hashed(secret)})
