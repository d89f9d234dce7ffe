"""The destination: a signed POST for each message."""

import hashlib
import hmac
import json
from typing import Final

from connectors.opening import Opening
from connectors.posting import HttpDestination, Peer, peer_of
from connectors.webhook.writing import message
from sereno.domain.errors import SourceError
from sereno.ports import Clock, Outgoing, Topic

OPTIONS: Final = ("secret", "token", "tell", "names", "authority")
USUAL: Final = frozenset({Topic.ALARMS, Topic.SCORES, Topic.STAY})


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


class Webhook(HttpDestination):
    """A Destination that is told by HTTP, a message a request, in order."""

    def __init__(
        self, peer: Peer, secret: bytes, *, topics: frozenset[Topic], names: bool, clock: Clock
    ) -> None:
        super().__init__(f"webhook:{peer.host}", peer, topics, clock)
        self._secret = secret
        self._names = names
        self._clock = clock

    async def tell(self, told: Outgoing) -> None:
        """POST it, signed."""
        content = json.dumps(message(told, names=self._names), ensure_ascii=False)
        body, now = content.encode(), str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": told.key,
            "Sereno-Timestamp": now,
            "Sereno-Signature": signature(self._secret, now, body),
        }
        await self._poster.post(told.key, body, headers)
