"""What destinations over HTTP share: one client, its patience, and what an answer means."""

import logging
import ssl
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio

from connectors.opening import Opening, is_loopback
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.ports import Clock, Outgoing, Topic

if TYPE_CHECKING:
    import httpx2

AT_ONCE: Final = 64  # messages of a page; each is a request at least
_CONNECT_WITHIN: Final = 5.0  # s
_ANSWER_WITHIN: Final = 15.0  # s
_LARGEST: Final = 4 << 20  # bytes of an answer
_MOST_WAIT: Final = timedelta(minutes=5)  # that a Retry-After may ask for
# What says something of us, the address or the moment, and nothing of the message.
AGAIN: Final = frozenset({401, 403, 404, 405, 407, 408, 409, 421, 423, 425, 426, 429})
_DENIED: Final = frozenset({401, 403, 407})
_NOWHERE: Final = frozenset({404, 405})


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where it listens, and how it knows us. Neither is told to anybody else."""

    host: str
    url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    authority: Path | None = None


def peer_of(opening: Opening) -> Peer:
    """Whom a scheme that ends in +https, or +http on this machine, names. Raises SourceError."""
    scheme = opening.scheme.rpartition("+")[2]
    address = opening.address(443 if scheme == "https" else 80)
    if address.user:
        raise SourceError("a name in an address is seen by others; write token=file:/PATH")
    if scheme == "http" and not is_loopback(address.host):
        raise SourceError(
            "what is told would travel in the clear to another machine; serve https there and "
            f"write {opening.scheme.removesuffix('http')}https:"
        )
    token = opening.secret("token")
    if token is not None and not (token.isascii() and token.isprintable()):
        raise SourceError("a token is letters, digits and signs of ASCII; check token=")
    return Peer(
        host=address.host,
        url=f"{scheme}:{opening.path}",
        token=token,
        authority=opening.existing("authority"),
    )


class HttpDestination(ABC):
    """A Destination that is told a message at a time, in order."""

    live_first = False
    most = AT_ONCE

    def __init__(self, name: str, peer: Peer, topics: frozenset[Topic], clock: Clock) -> None:
        self.name = name
        self.topics = topics
        self._poster = Poster(peer, clock)
        self._taken: set[str] = set()  # of the page that is under way

    @abstractmethod
    async def tell(self, told: Outgoing) -> None:
        """Tell it one message. Raises SourceError or RefusedByPeer."""

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """POST each; see `sereno.ports.Destination`. What was taken is not sent twice at once."""
        for each in told:
            if each.key not in self._taken:
                await self.tell(each)
                self._taken.add(each.key)
        self._taken.clear()

    async def check(self) -> str:
        """Whether anybody answers there; see `sereno.ports.Reachable`. Raises SourceError."""
        status = await self._poster.check()
        return f"it answers ({status}); whether it takes what it is told shows then"

    async def close(self) -> None:
        """Let go of the connection."""
        await self._poster.close()


class Poster:
    """Sends requests to one peer, one at a time, and no sooner than it asks for."""

    def __init__(self, peer: Peer, clock: Clock) -> None:
        self._peer = peer
        self._clock = clock
        self._client: httpx2.AsyncClient | None = None
        self._not_before: datetime | None = None

    async def post(self, key: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """What is answered to the message `key`, once it is taken.

        Raises SourceError where it is to be sent again, RefusedByPeer where that is of no use.
        """
        if self._not_before is not None and self._clock.now() < self._not_before:
            raise SourceError("it asked for patience; it is told again when that is over")
        status, answer = await self.ask("POST", self._peer.url, body, headers)
        judge(key, status)
        return answer

    async def check(self) -> int:
        """The status that a request without a message is answered with. Raises SourceError."""
        try:
            status, _ = await self.ask("HEAD", self._peer.url, b"", {})
        finally:
            await self.close()
        if status in _DENIED:
            raise SourceError(f"it does not let us in ({status}); check token=")
        return status

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises SourceError."""
        import httpx2

        headers = dict(headers)
        if self._peer.token:
            headers["Authorization"] = f"Bearer {self._peer.token}"
        self._client = self._client or self.connected()
        try:
            async with self._client.stream(method, url, content=body, headers=headers) as answer:
                self._heed(answer.headers.get("retry-after"))
                return answer.status_code, await _read(answer)
        except httpx2.TimeoutException as exc:
            raise SourceError("it did not answer in time; see its log") from exc
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as exc:
            raise SourceError(_unreachable(exc, secured=url.startswith("https:"))) from exc

    def connected(self) -> "httpx2.AsyncClient":
        """A client: no redirect, no proxy and no file of credentials leads anywhere else."""
        import httpx2

        for name in ("httpx2", "httpcore2"):  # their log tells addresses, whose path may be secret
            logging.getLogger(name).setLevel(logging.WARNING)
        verify: Any = True
        if self._peer.authority is not None:
            try:
                verify = ssl.create_default_context(cafile=self._peer.authority)
            except (OSError, ValueError) as exc:
                raise SourceError(
                    "authority holds no certificate of an authority; check authority="
                ) from exc
        # A connection a request: what a peer says too much must not answer the next message.
        return httpx2.AsyncClient(
            verify=verify,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx2.Timeout(_ANSWER_WITHIN, connect=_CONNECT_WITHIN),
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    def _heed(self, told: str | None) -> None:
        now = self._clock.now()
        self._not_before = None if told is None else now + _asked_for(told, now)


def refuses(status: int) -> bool:
    """Whether a status says that the message will never be taken."""
    return 400 <= status < 500 and status not in AGAIN


def judge(key: str, status: int) -> None:
    """What a status says of the message `key`. Raises SourceError, or RefusedByPeer."""
    if 200 <= status < 300:
        return
    if status in _DENIED:
        raise SourceError(f"it does not let us in ({status}); check secret= and token=")
    if status in _NOWHERE:
        raise SourceError(f"nothing is taken at that address ({status}); check the path")
    if 300 <= status < 400:
        raise SourceError(
            f"it sends us elsewhere ({status}), which is not followed; write that address"
        )
    if refuses(status):
        raise RefusedByPeer(key, f"it answered {status}; see its log")
    raise SourceError(f"it answered {status}; see its log")


async def _read(answer: "httpx2.Response") -> bytes:
    """The body, which is seldom of any interest: of one that is too large, the beginning."""
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.aiter_bytes():
        size += len(piece)
        if size > _LARGEST:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _unreachable(exc: Exception, *, secured: bool) -> str:
    """Why nobody is reached, with the remedy; `secured` is that TLS was to be spoken."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not one this machine trusts; set authority=FILE"
        if secured and isinstance(cause, (ssl.SSLError, anyio.EndOfStream)):
            return (
                "no TLS connection could be made; check the port, that https is served there, and "
                "that it asks for no certificate"
            )
        cause = cause.__cause__ or cause.__context__
    return "it can not be reached; start it, or check its address and the network"


def _asked_for(told: str, now: datetime) -> timedelta:
    """How long a Retry-After asks to wait: a number of seconds, or a date."""
    if told.isascii() and told.isdigit() and len(told) < 10:
        return min(timedelta(seconds=int(told)), _MOST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), _MOST_WAIT)
