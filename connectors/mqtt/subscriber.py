"""The connector: a subscription whose messages are acknowledged once they are on disk."""

import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Final

import anyio
import anyio.lowlevel

from connectors.mqtt.decoding import Decoder
from connectors.mqtt.gathering import Gathering
from connectors.mqtt.link import Delivery, Endpoint, Link, opened
from connectors.mqtt.packets import Publish
from connectors.mqtt.template import Template, read_template
from connectors.opening import Opening, is_loopback
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

_log = logging.getLogger(__name__)

_OF_TLS = ("tls_ca", "tls_certificate", "tls_key", "tls_password")
OPTIONS: Final = (
    "template", "password", "group", "client_id", "qos", "in_flight", "session", *_OF_TLS
)  # fmt: skip
_PORT, _TLS_PORT = 1883, 8883
_DEFAULT_TEMPLATE = "sereno"
_IN_FLIGHT = 1_000  # messages
_MOST_GATHERED = 512  # messages of which one batch a subject is made
_MOST_GATHERED_BYTES = 64 << 10  # bytes of these
_IN_A_TURN = 64  # messages that are decoded before others have their turn
_SESSION = 24.0  # hours
_LONGEST_SESSION = 24.0 * 365
_HOUR = 3600  # s
_LONGEST_TOPIC = 1_000  # bytes of a filter
_LONGEST_NAME = 64  # characters of a client id or group
_NEW, _NEVER = 1, 2  # when retained messages come: with a new subscription, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A topic filter, and the group of clients that share its messages."""

    topic: str
    group: str | None
    qos: int

    @property
    def filter(self) -> str:
        """As the broker is asked for it."""
        return f"$share/{self.group}/{self.topic}" if self.group else self.topic


def open_mqtt(opening: Opening) -> "Subscriber":
    """`mqtt://USER@HOST:1883/TOPIC/#?template=NAME`; mqtts:// over TLS. Raises SourceError."""
    opening.allow_options(*OPTIONS)
    # "#" is a part of a topic here, and not of an address.
    address = replace(opening, path=opening.path.replace("#", "%23")).address(
        _TLS_PORT if opening.scheme == "mqtts" else _PORT
    )
    qos = int(opening.number("qos", 1, low=0, high=1))
    subscription = _subscription(address.rest, opening.options.get("group"), qos)
    template = read_template(opening.options.get("template", _DEFAULT_TEMPLATE))
    hours = opening.number("session", _SESSION, low=0, high=_LONGEST_SESSION)
    if template.time.arrival:
        hours = 0  # what waited at the broker would look as if it had just been measured
    password = opening.secret("password")
    if password is not None and address.user is None:
        raise SourceError("a password belongs to a user; write USER@ before the host")
    if password is not None and opening.scheme == "mqtt" and not is_loopback(address.host):
        raise SourceError("the password would travel in the clear; write mqtts:// instead")
    where = f"{address.host}/{_digest(address.host, str(address.port), subscription.topic)}"
    endpoint = Endpoint(
        host=address.host,
        port=address.port,
        tls=_tls(opening),
        client_id=_client_id(opening.options.get("client_id"), subscription, where),
        user=address.user,
        password=password,
        clean=hours == 0,
        session=int(hours * _HOUR),
        in_flight=int(opening.number("in_flight", _IN_FLIGHT, low=1, high=65_535)),
    )
    return Subscriber(
        f"mqtt:{where}", endpoint, subscription, template, clock=opening.clock, zone=opening.zone,
        patient=opening.patient,
    )  # fmt: skip


class Subscriber:
    """A Connector, and Reachable, over one subscription of a broker.

    `name` tells the broker and a digest of the topic: processes that share a subscription have the
    same, so that a message which comes to another one is still known.
    """

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        subscription: Subscription,
        template: Template,
        *,
        clock: Clock,
        zone: str = "UTC",
        patient: str | None = None,
    ) -> None:
        self.name = name
        self._endpoint = endpoint
        self._subscription = subscription
        self._clock = clock
        self._seen = False
        self._decoder = Decoder(template, source=name, zone=zone, patient=patient)

    async def batches(self) -> AsyncGenerator[Batch]:
        """Yield what comes, until the broker can not be reached; see `sereno.ports.Connector`."""
        link = await opened(self._endpoint)
        try:
            self._share(link)
            self._notice(link)
            wanted = self._subscription
            await link.subscribe(wanted.filter, qos=wanted.qos, retained=_NEW)
            while True:
                for batch in await self._gathered(link):
                    yield batch
        finally:
            await link.close()

    def reread(self, content: bytes) -> list[Batch]:
        """What one message holds, its topic in the first line; see `sereno.ports.Rereadable`.

        When it came is not known any more: without a time of its own it is refused.
        """
        topic, _, payload = content.partition(b"\n")
        message = Publish(topic.decode(errors="replace"), payload)
        gathering = Gathering(self.name)
        gathering.add(message, None, self._decoder.decode(message, None))
        return gathering.batches()

    async def check(self) -> str:
        """Whether the broker answers and grants the topic; see `sereno.ports.Reachable`.

        It asks as another client without a session, outside the group, and for nothing retained:
        no message that is meant for the reader comes here.
        """
        asked = replace(
            self._endpoint, client_id=f"{self._endpoint.client_id}-check", clean=True, session=0
        )
        async with _link(asked) as link:
            self._share(link)
            await link.subscribe(self._subscription.topic, qos=0, retained=_NEVER)
        return "the broker answers and grants the subscription"

    def _notice(self, link: Link) -> None:
        """Say that messages are lost where the broker has forgotten what it was to keep."""
        if self._seen and not link.resumed and not self._endpoint.clean:
            _log.warning("%s: the broker kept no session; what came meanwhile is lost", self.name)
        self._seen = True

    def _share(self, link: Link) -> None:
        if self._subscription.group and not link.shared:
            raise SourceError("the broker shares no subscriptions; leave group= out")

    async def _gathered(self, link: Link) -> list[Batch]:
        """The next message, and what is at hand behind it: nothing more is waited for."""
        gathering = Gathering(self.name)
        message: tuple[Publish, Delivery | None] | None = await link.message()
        count = size = 0
        while message is not None:
            gathering.add(*message, self._decoder.decode(message[0], self._clock.now()))
            count, size = count + 1, size + len(message[0].payload)
            if count >= _MOST_GATHERED or size >= _MOST_GATHERED_BYTES:
                break
            if count % _IN_A_TURN == 0:
                await anyio.lowlevel.checkpoint()
            message = link.at_hand()
        return gathering.batches()


@asynccontextmanager
async def _link(endpoint: Endpoint) -> AsyncIterator[Link]:
    link = await opened(endpoint)
    try:
        yield link
    finally:
        await link.close()


def _subscription(topic: str, group: str | None, qos: int) -> Subscription:
    if topic.startswith("$share/") and group is None:
        _, group, topic = [*topic.split("/", 2), "", ""][:3]
    if group is not None and (
        not group
        or len(group) > _LONGEST_NAME
        or set(group) & set("/+#")
        or not group.isprintable()
    ):
        raise SourceError("a group is a word without / + and #; check group=")
    levels = topic.split("/")
    whole = all(each in {"+", "#"} or not set(each) & set("+#\0") for each in levels)
    if not topic or len(topic.encode()) > _LONGEST_TOPIC or not whole or "#" in levels[:-1]:
        raise SourceError(
            "no topic can be read there; write it behind the host, such as mqtt://HOST/ward/# , "
            "with + for one level and # for all that follow"
        )
    return Subscription(topic=topic, group=group, qos=qos)


def _client_id(given: str | None, subscription: Subscription, where: str) -> str:
    if given is None:
        if subscription.group:
            raise SourceError(
                "processes that share a subscription need names of their own; add client_id=NAME, "
                "another for each, and always the same"
            )
        return f"sereno-{_digest(where)}"
    if not given or len(given) > _LONGEST_NAME or not given.isprintable():
        raise SourceError(f"a client id has 1 to {_LONGEST_NAME} characters; check client_id=")
    return given


def _digest(*parts: str) -> str:
    return blake2s("\n".join(parts).encode(), digest_size=4).hexdigest()


def _tls(opening: Opening) -> ssl.SSLContext | None:
    """How the broker's certificate is checked, and ours; None without TLS. Raises SourceError."""
    if opening.scheme != "mqtts":
        if any(name in opening.options for name in _OF_TLS):
            raise SourceError("certificates belong to TLS; write mqtts:// instead of mqtt://")
        return None
    ca, certificate, key = (opening.existing(name) for name in _OF_TLS[:3])
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as exc:
        raise SourceError("tls_ca holds no certificate that can be read; check the file") from exc
    if certificate is None:
        return context
    password = opening.secret("tls_password")
    try:
        context.load_cert_chain(certificate, key, lambda: password or "")
    except (OSError, ssl.SSLError, ValueError) as exc:
        raise SourceError(
            "the client's certificate and key can not be read or do not fit; check "
            "tls_certificate=, tls_key= and tls_password="
        ) from exc
    return context
