"""The destination: a signed POST for each message."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Final

from connectors.opening import Opening
from connectors.posting import Peer, Poster, peer_of
from connectors.webhook.writing import message
from sereno.domain.errors import SourceError
from sereno.ports import Clock, Outgoing, Topic

OPTIONS: Final = ("secret", "token", "tell", "names", "authority")
USUAL: Final = frozenset({Topic.ALARMS, Topic.SCORES, Topic.STAY})
AT_ONCE: Final = 64  # messages of a page; each is a request


def open_webhook(opening: Opening) -> "Webhook":
    """`webhook+https://HOST/PATH?secret=file:/PATH&tell=alarms,scores`."""
    opening.allow_options(*OPTIONS)
    peer = peer_of(opening)
    secret = opening.secret("secret")
    if secret is None:
        raise SourceError("what is told is signed; write secret=file:/PATH")
    return Webhook(
        peer,
        secret.encode(),
        topics=opening.topics(usual=USUAL),
        names=opening.chosen("names", "no", "yes", "no") == "yes",
        clock=opening.clock,
    )


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header Sereno-Signature says: HMAC-SHA256 of `timestamp.body`."""
    return f"v1={hmac.new(secret, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


class Webhook:
    """A Destination that is told by HTTP, a message a request, in order."""

    live_first = False
    most = AT_ONCE

    def __init__(
        self, peer: Peer, secret: bytes, *, topics: frozenset[Topic], names: bool, clock: Clock
    ) -> None:
        self.name = f"webhook:{peer.host}"
        self.topics = topics
        self._poster = Poster(peer, clock)
        self._secret = secret
        self._names = names
        self._clock = clock
        self._taken: set[str] = set()  # of the page that is under way

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """POST each; see `sereno.ports.Destination`. What was taken is not sent twice at once."""
        for each in told:
            if each.key not in self._taken:
                await self._tell(each)
                self._taken.add(each.key)
        self._taken.clear()

    async def check(self) -> str:
        """Whether anybody answers there; see `sereno.ports.Reachable`. Raises SourceError."""
        status = await self._poster.check()
        return f"it answers ({status}); whether it takes what it is told shows then"

    async def close(self) -> None:
        """Let go of the connection."""
        await self._poster.close()

    async def _tell(self, told: Outgoing) -> None:
        content = json.dumps(message(told, names=self._names), ensure_ascii=False)
        body, now = content.encode(), str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": told.key,
            "Sereno-Timestamp": now,
            "Sereno-Signature": signature(self._secret, now, body),
        }
        await self._poster.post(told.key, body, headers)
