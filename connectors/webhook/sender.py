"""The destination: POST, and what the answers mean."""

import hashlib
import hmac
import json
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from connectors.opening import Opening, is_loopback
from connectors.webhook.writing import message
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.ports import Clock, Outgoing, Topic

if TYPE_CHECKING:
    import httpx2

OPTIONS: Final = ("secret", "token", "tell", "names", "authority")
USUAL: Final = frozenset({Topic.ALARMS, Topic.SCORES, Topic.STAY})
AT_ONCE: Final = 64  # messages of a page; each is a request
_CONNECT_WITHIN: Final = 5.0  # s
_ANSWER_WITHIN: Final = 15.0  # s
_MOST_WAIT: Final = timedelta(minutes=5)  # that a Retry-After may ask for
# What says something of us, the address or the moment, and nothing of the message.
_AGAIN: Final = frozenset({401, 403, 404, 405, 407, 408, 409, 421, 423, 425, 426, 429})
_DENIED: Final = frozenset({401, 403, 407})
_NOWHERE: Final = frozenset({404, 405})


def open_webhook(opening: Opening) -> "Webhook":
    """`webhook+https://HOST/PATH?secret=file:/PATH&tell=alarms,scores`."""
    opening.allow_options(*OPTIONS)
    scheme = opening.scheme.partition("+")[2]
    address = opening.address(443 if scheme == "https" else 80)
    if address.user:
        raise SourceError("a name in an address is seen by others; write token=file:/PATH")
    if scheme == "http" and not is_loopback(address.host):
        raise SourceError(
            "what is told would travel in the clear to another machine; serve https there and "
            "write webhook+https:"
        )
    secret = opening.secret("secret")
    if secret is None:
        raise SourceError("what is told is signed; write secret=file:/PATH")
    return Webhook(
        Peer(
            host=address.host,
            url=f"{scheme}:{opening.path}",
            secret=secret.encode(),
            token=opening.secret("token"),
            authority=opening.existing("authority"),
        ),
        topics=opening.topics(usual=USUAL),
        names=opening.chosen("names", "no", "yes", "no") == "yes",
        clock=opening.clock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where it listens, and how it knows us. Neither is told to anybody else."""

    host: str
    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    token: str | None = field(default=None, repr=False)
    authority: Path | None = None


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header Sereno-Signature says: HMAC-SHA256 of `timestamp.body`."""
    return f"v1={hmac.new(secret, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


class Webhook:
    """A Destination that is told by HTTP, a message a request, in order."""

    live_first = False
    most = AT_ONCE

    def __init__(self, peer: Peer, *, topics: frozenset[Topic], names: bool, clock: Clock) -> None:
        self.name = f"webhook:{peer.host}"
        self.topics = topics
        self._peer = peer
        self._names = names
        self._clock = clock
        self._client: httpx2.AsyncClient | None = None
        self._taken: set[str] = set()  # of the page that is under way
        self._not_before: datetime | None = None

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """POST each; see `sereno.ports.Destination`. What was taken is not sent twice at once."""
        if self._not_before is not None and self._clock.now() < self._not_before:
            raise SourceError("it asked for patience; it is told again when that is over")
        for each in told:
            if each.key not in self._taken:
                await self._tell(each)
                self._taken.add(each.key)
        self._taken.clear()

    async def check(self) -> str:
        """Whether anybody answers there; see `sereno.ports.Reachable`. Raises SourceError."""
        try:
            status, _ = await self._ask("HEAD", b"", {})
        finally:
            await self.close()
        if status in _DENIED:
            raise SourceError(f"it does not let us in ({status}); check token=")
        return f"it answers ({status}); whether it takes what it is told shows then"

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _tell(self, told: Outgoing) -> None:
        content = json.dumps(message(told, names=self._names), ensure_ascii=False)
        body, now = content.encode(), str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": told.key,
            "Sereno-Timestamp": now,
            "Sereno-Signature": signature(self._peer.secret, now, body),
        }
        status, wait = await self._ask("POST", body, headers)
        self._judge(told.key, status, wait)

    def _judge(self, key: str, status: int, wait: str | None) -> None:
        """What an answer means. Raises SourceError or RefusedByPeer where it is not taken."""
        if 200 <= status < 300:
            return
        if wait is not None:
            self._not_before = self._clock.now() + _asked_for(wait, self._clock.now())
        if status in _DENIED:
            raise SourceError(f"it does not let us in ({status}); check secret= and token=")
        if status in _NOWHERE:
            raise SourceError(f"nothing is taken at that address ({status}); check the path")
        if 300 <= status < 400:
            raise SourceError(
                f"it sends us elsewhere ({status}), which is not followed; write that address"
            )
        if 400 <= status < 500 and status not in _AGAIN:
            raise RefusedByPeer(key, f"it answered {status}; see its log")
        raise SourceError(f"it answered {status}; see its log")

    async def _ask(
        self, method: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str | None]:
        """The status of the answer, and what it asks to wait. Raises SourceError."""
        import httpx2

        if self._peer.token:
            headers = {**headers, "Authorization": f"Bearer {self._peer.token}"}
        self._client = self._client or self._connected()
        try:
            async with self._client.stream(
                method, self._peer.url, content=body, headers=headers
            ) as response:
                return response.status_code, response.headers.get("retry-after")
        except httpx2.TimeoutException as exc:
            raise SourceError("it did not answer in time; see its log") from exc
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as exc:
            raise SourceError(_unreachable(exc)) from exc

    def _connected(self) -> "httpx2.AsyncClient":
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
        timeout = httpx2.Timeout(_ANSWER_WITHIN, connect=_CONNECT_WITHIN)
        return httpx2.AsyncClient(
            verify=verify, follow_redirects=False, trust_env=False, timeout=timeout
        )


def _unreachable(exc: Exception) -> str:
    """Why nobody is reached, with the remedy."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not one this machine trusts; set authority=FILE"
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
