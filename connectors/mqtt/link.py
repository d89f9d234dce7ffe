"""A connection to a broker: packets in, acknowledgements out, and nothing read ahead of need."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from socket import gaierror
from typing import Final, TypeVar, cast

import anyio

from connectors.mqtt import packets
from connectors.mqtt.packets import Publish
from sereno.domain.errors import MalformedInput, SourceError

LARGEST: Final = 1 << 20  # bytes of a packet; the broker is told, and keeps longer ones back
_READ_AHEAD = 1 << 18  # bytes that wait to be taken: then the broker is held back
_WITHIN = 10.0  # s, for a connection, and for each answer of the broker
_KEEP_ALIVE = 30  # s between signs of life
_GOODBYE_WITHIN = 2.0  # s to end a connection in good order
_NOT_ALLOWED = 0x87
_SUBSCRIPTION = 1  # the packet id of the one subscription

_T = TypeVar("_T")

_REFUSALS: Final = {
    0x84: "the broker does not speak MQTT 5; use one that does",
    0x85: "the broker does not take that client id; choose another client_id=",
    0x86: "the broker does not know that user or password; check USER@ and password=",
    _NOT_ALLOWED: "the broker does not allow it; let its access list grant the user this topic",
    0x88: "the broker is not available; it is asked again",
    0x89: "the broker is busy; it is asked again",
    0x8A: "the broker has banned this client; ask whoever runs it",
    0x8B: "the broker is shutting down; it is asked again",
    0x8D: "the broker has heard nothing for too long; check the network between",
    0x8E: "another client uses this client id; give each process its own client_id=",
    0x8F: "the broker does not take that topic; check what follows the host",
    0x97: "the broker's quota is used up; raise it there",
    0x9D: "the broker has moved; ask whoever runs it for its host",
    0x9E: "the broker shares no subscriptions; leave group= out",
    0x9F: "the broker takes no more connections for now; it is asked again",
    0xA2: "the broker takes no topic with + or #; name topics in full",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a broker is and how this client presents itself there.

    `session` is for how many seconds the broker keeps what comes while nobody is here; with `clean`
    what it kept before is dropped. `in_flight` bounds the messages that are not acknowledged yet.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None
    client_id: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    clean: bool = False
    session: int = 0
    in_flight: int = 1


class Delivery:
    """A message that the broker waits to hear of, until each of its batches is on disk."""

    __slots__ = ("_link", "left", "packet_id")

    def __init__(self, link: "Link", packet_id: int) -> None:
        self._link = link
        self.packet_id = packet_id
        self.left = 0

    def hold(self) -> None:
        """One more batch of the message must be acknowledged first."""
        self.left += 1

    def settle(self) -> None:
        """Tell the broker, where nothing is left to wait for."""
        if self.left <= 0:
            self._link.release()


class Receipt:
    """The acknowledgement of one batch: of the messages it is made of, which are on hold for it."""

    __slots__ = ("_deliveries",)

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self._deliveries = deliveries

    async def __call__(self, _: str | None) -> None:
        """The batch is on disk, in the record or among the dead letters: it need not come again."""
        deliveries, self._deliveries = self._deliveries, ()
        for each in deliveries:
            each.left -= 1
            each.settle()


class Link(asyncio.Protocol):
    """One connection. Messages are taken by `message`; `close` ends it, and loses nothing."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._in_flight = endpoint.in_flight
        self._transport: asyncio.Transport | None = None
        self._fresh: list[bytes] = []
        self._fresh_size = 0
        self._data = b""
        self._at = 0
        self._paused = False
        self._arrived = anyio.Event()
        self._closed = anyio.Event()
        self._lost: Exception | None = None
        self._early: deque[Publish] = deque()
        self._put_back: packets.Packet | None = None
        self._waiting: deque[Delivery] = deque()
        self._out: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None
        self._keep_alive = _KEEP_ALIVE
        self._heard = True
        self._greeted = False
        self.shared = True
        self.resumed = False

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what came, and hold the broker back while it is not taken."""
        self._heard = True
        self._fresh.append(data)
        self._fresh_size += len(data)
        if self._fresh_size >= _READ_AHEAD and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._arrived.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know."""
        self._lost = exc
        self._closed.set()
        self._arrived.set()
        if self._timer is not None:
            self._timer.cancel()

    # Called by the connector

    async def greet(self) -> None:
        """CONNECT and wait for the answer. Raises SourceError."""
        endpoint = self._endpoint
        self._send(
            packets.connect(
                endpoint.client_id,
                credentials=(endpoint.user, endpoint.password),
                clean=endpoint.clean,
                keep_alive=_KEEP_ALIVE,
                session=endpoint.session,
                receive_maximum=endpoint.in_flight,
                largest=LARGEST,
            )
        )
        kind, body = await self._answer()
        if kind == packets.DISCONNECT:
            raise _refusal(packets.read_disconnect(body))
        if kind != packets.CONNACK:
            raise SourceError("what answers is no MQTT 5 broker; check the host and the port")
        code, self.resumed, told = _understood(packets.read_connack, body)
        if code == _NOT_ALLOWED:  # whom it does not know, it may call not allowed
            raise SourceError("the broker lets nobody in like that; check USER@ and password=")
        if code:
            raise _refusal(code)
        self._keep_alive = told.get(packets.SERVER_KEEP_ALIVE, _KEEP_ALIVE)
        self.shared = told.get(packets.SHARED_AVAILABLE, 1) == 1
        self._greeted = True
        self._watch()

    async def subscribe(self, topic: str, *, qos: int, retained: int) -> None:
        """SUBSCRIBE and wait until it is granted. Raises SourceError."""
        self._send(packets.subscribe(_SUBSCRIPTION, topic, qos=qos, retained=retained))
        kind, body = await self._answer()
        if kind == packets.DISCONNECT:
            raise _refusal(packets.read_disconnect(body))
        if kind != packets.SUBACK:
            raise SourceError("the broker answers out of turn; check that it speaks MQTT 5")
        granted = _understood(packets.read_suback, body)
        if granted >= packets.REFUSED:
            raise _refusal(granted)
        if granted < qos:
            raise SourceError("the broker grants QoS 0 alone; allow QoS 1 there, or write qos=0")

    async def message(self) -> tuple[Publish, Delivery | None]:
        """The next message, and what acknowledges it. Raises SourceError."""
        if len(self._waiting) >= self._in_flight:
            await self._room()
        if self._early:
            return self._tracked(self._early.popleft())
        while True:
            packet = self._next() or await self._wait()
            if packet.kind == packets.PUBLISH:
                return self._tracked(_publish(packet))
            if packet.kind == packets.DISCONNECT:
                raise _refusal(packets.read_disconnect(packet.body))

    def at_hand(self) -> tuple[Publish, Delivery | None] | None:
        """The next message, where it is here and may be taken already; else it is waited for."""
        if len(self._waiting) >= self._in_flight:
            return None
        if self._early:
            return self._tracked(self._early.popleft())
        try:
            packet = self._put_back = self._next()
            if packet is None or packet.kind != packets.PUBLISH:
                return None
            message = _publish(packet)
        except SourceError:  # it is raised once more for who waits for the next message
            return None
        self._put_back = None
        return self._tracked(message)

    def release(self) -> None:
        """Acknowledge what is settled, in the order in which it came (4.6)."""
        waiting = self._waiting
        while waiting and waiting[0].left <= 0:
            self._out.append(packets.puback(waiting.popleft().packet_id))
            if len(self._out) == 1:  # all that is settled in this turn of the loop leaves together
                asyncio.get_running_loop().call_soon(self._flush)
                self._arrived.set()

    async def close(self) -> None:
        """Say goodbye; what was not acknowledged will come again."""
        transport = self._transport
        if transport is None:
            return
        self._flush()
        self._send(packets.GOODBYE)
        self._waiting.clear()
        transport.close()
        with anyio.move_on_after(_GOODBYE_WITHIN, shield=True):
            await self._closed.wait()
        transport.abort()

    def _tracked(self, message: Publish) -> tuple[Publish, Delivery | None]:
        if message.packet_id is None:
            return message, None
        delivery = Delivery(self, message.packet_id)
        self._waiting.append(delivery)
        return message, delivery

    async def _room(self) -> None:
        """Wait until fewer messages are open than was agreed. Raises SourceError.

        The broker was told how many, but mosquitto 2.0.11 sends as many anew after each
        acknowledgement; what is too much stays in the buffers, where it is bounded.
        """
        while len(self._waiting) >= self._in_flight:
            if self._closed.is_set():
                raise _closed(self._endpoint, self._lost, greeted=self._greeted)
            self._arrived = anyio.Event()
            await self._arrived.wait()

    async def _answer(self) -> tuple[int, bytes]:
        """The next packet that is no message, which come when they will. Raises SourceError."""
        try:
            with anyio.fail_after(_WITHIN):
                while True:
                    packet = self._next() or await self._wait()
                    if packet.kind == packets.PUBLISH:
                        self._early.append(_publish(packet))
                    elif packet.kind != packets.PINGRESP:
                        return packet.kind, packet.body
        except TimeoutError as exc:
            raise SourceError(
                f"the broker has not answered for {_WITHIN:g} s; check the port, and whether it "
                "wants TLS (mqtts://)"
            ) from exc

    async def _wait(self) -> packets.Packet:
        """The next packet, once it is here. Raises SourceError where none will come."""
        while True:
            self._arrived = anyio.Event()
            packet = self._next()
            if packet is not None:
                return packet
            if self._closed.is_set():
                raise _closed(self._endpoint, self._lost, greeted=self._greeted)
            await self._arrived.wait()

    def _next(self) -> packets.Packet | None:
        packet, self._put_back = self._put_back, None
        if packet is not None:
            return packet
        try:
            packet = packets.read(self._data, self._at, LARGEST)
            if packet is None and self._fresh:
                self._data = self._data[self._at :] + b"".join(self._fresh)
                self._at = 0
                self._fresh, self._fresh_size = [], 0
                self._resume()
                packet = packets.read(self._data, 0, LARGEST)
        except MalformedInput as exc:
            raise _unlike() from exc
        if packet is not None:
            self._at = packet.end
        return packet

    def _resume(self) -> None:
        if self._paused and self._transport is not None and not self._closed.is_set():
            self._paused = False
            self._transport.resume_reading()

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out:
            self._send(b"".join(out))

    def _watch(self) -> None:
        """Look after the connection twice in each keep alive; 0 is for a broker that wants none."""
        if self._keep_alive:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._keep_alive / 2, self._look_after)

    def _look_after(self) -> None:
        """Give a sign of life; a broker that gave none since the last time is gone."""
        if self._transport is None or self._closed.is_set():
            return
        if not self._heard and not self._paused:
            self._transport.abort()
            return
        self._heard = False
        self._send(packets.PING)
        self._watch()


async def opened(endpoint: Endpoint) -> Link:
    """A connection on which the broker has answered. Raises SourceError."""
    link = Link(endpoint)
    try:
        with anyio.fail_after(_WITHIN):
            await asyncio.get_running_loop().create_connection(
                lambda: link,
                endpoint.host,
                endpoint.port,
                ssl=endpoint.tls,
                server_hostname=endpoint.host if endpoint.tls else None,
            )
    except (OSError, TimeoutError, ValueError) as exc:
        raise _unreachable(exc) from exc
    try:
        await link.greet()
    except BaseException:
        await link.close()
        raise
    return link


def _refusal(code: int) -> SourceError:
    return SourceError(
        _REFUSALS.get(code, f"the broker ended it with reason 0x{code:02x}; see its log")
    )


def _understood(read: Callable[[bytes], _T], body: bytes) -> _T:
    try:
        return read(body)
    except MalformedInput as exc:
        raise _unlike() from exc


def _publish(packet: packets.Packet) -> Publish:
    try:
        return packets.read_publish(packet.flags, packet.body)
    except MalformedInput as exc:
        raise _unlike() from exc


def _unlike() -> SourceError:
    return SourceError("what comes is no MQTT 5; check the host, the port and whether it wants TLS")


def _closed(endpoint: Endpoint, lost: Exception | None, *, greeted: bool) -> SourceError:
    if greeted:  # mosquitto 2.0.11 tells no reason when another client takes the session
        return SourceError(
            "the broker closed the connection; check that it runs, and give each process its own "
            "client_id="
        )
    if endpoint.tls is not None or isinstance(lost, ssl.SSLError):
        return SourceError(
            "the broker closed the connection; check that it runs and speaks MQTT 5, and if it "
            "asks for a client's certificate give tls_certificate= and tls_key="
        )
    return SourceError(
        "the broker closed the connection; check that it runs, speaks MQTT 5 and, where it wants "
        "TLS, that the address begins with mqtts://"
    )


def _unreachable(exc: Exception) -> SourceError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return SourceError(
            "the broker's certificate is not trusted for that host; check the host, and give its "
            "authority with tls_ca=FILE"
        )
    if isinstance(exc, ssl.SSLError | ConnectionResetError):
        return SourceError(
            "what answers ends the connection; check the port, whether it speaks TLS there, and "
            "tls_certificate= and tls_key="
        )
    if isinstance(exc, gaierror):
        return SourceError("the broker's host is not known here; check the name after //")
    return SourceError(
        "nothing answers at the broker's address; check the host, the port and that it runs"
    )
