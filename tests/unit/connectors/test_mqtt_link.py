"""A connection to brokers that do what mosquitto does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio
import pytest

from connectors.mqtt import packets
from connectors.mqtt.gathering import Gathering
from connectors.mqtt.link import Delivery, Endpoint, Link, Receipt, opened
from connectors.mqtt.message import Decoded, Part
from connectors.mqtt.packets import Publish
from sereno.domain.errors import SourceError
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Signal

pytestmark = pytest.mark.anyio

WELCOME = b"\x20\x03\x00\x00\x00"
GRANTED = b"\x90\x04\x00\x01\x00\x01"


class Server:
    """Answers each packet by its type, and keeps what it was sent."""

    def __init__(self, replies: dict[int, bytes]) -> None:
        self._replies = replies
        self.port = 0
        self.sent: list[tuple[int, bytes]] = []
        self.writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        data = b""
        while chunk := await reader.read(65_536):
            data += chunk
            while packet := packets.read(data, 0, 1 << 20):
                data = data[packet.end :]
                self.sent.append((packet.kind, packet.body))
                writer.write(self._replies.get(packet.kind, b""))
        writer.close()


@asynccontextmanager
async def serving(replies: dict[int, bytes]) -> AsyncIterator[Server]:
    made = Server(replies)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        if made.writer is not None:
            made.writer.close()
        await server.wait_closed()


async def connected(server: Server, in_flight: int = 10) -> Link:
    return await opened(
        Endpoint(host="127.0.0.1", port=server.port, tls=None, client_id="x", in_flight=in_flight)
    )


def message(packet_id: int) -> bytes:
    return packets._packet(0x32, b"\x00\x01a" + packet_id.to_bytes(2) + b"\x00" + b"{}")


async def taken(link: Link, count: int) -> list[Delivery]:
    found = []
    for _ in range(count):
        _, delivery = await link.message()
        assert delivery is not None
        found.append(delivery)
    return found


async def held(link: Link, count: int) -> list[Delivery]:
    found = await taken(link, count)
    for each in found:
        each.hold()
    return found


def whom(bed: str) -> Part:
    part = Part(Subject.in_bed(bed))
    part.observations.append(Observation(Signal.SPO2, datetime.now(UTC), 97.0, "mqtt:x"))
    return part


async def test_what_is_at_hand_is_one_batch_of_each_subject_and_acknowledged_with_it() -> None:
    replies = {1: WELCOME, 8: GRANTED + b"".join(map(message, range(1, 6)))}
    async with serving(replies) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        a, b = whom("A"), whom("B")
        held_by = [[a], [a, b], [], [b], []]
        gathering = Gathering("mqtt:x")
        found: tuple[Publish, Delivery | None] | None = await link.message()
        for told in held_by:
            assert found is not None
            gathering.add(
                *found, Decoded(told=told, reasons={} if told else {"it is no JSON": None})
            )
            found = link.at_hand()
        assert found is None

        beds, other, nobody = gathering.batches()
        assert [len(each.observations) for each in (beds, other, nobody)] == [2, 2, 0]
        assert [len(each.rejected) for each in (beds, other, nobody)] == [0, 0, 2]
        acknowledged = []
        for each in (nobody, other, beds):
            assert each.acknowledge is not None
            await each.acknowledge(None)
            await anyio.sleep(0.05)
            acknowledged.append([body[1] for kind, body in server.sent if kind == 4])
        assert acknowledged == [[], [], [1, 2, 3, 4, 5]]
        await link.close()


def test_what_a_bed_tells_after_it_was_told_whose_it_is_comes_after_that() -> None:
    bed, theirs = whom("A"), whom("A")
    theirs.subject = Subject(identifier="MRN-1", bed="A")
    gathering = Gathering("mqtt:x")
    for part in (bed, bed, theirs, bed, theirs, bed):
        gathering.add(Publish("ward/1", b""), None, Decoded(told=[part]))
    found = [(each.subject, len(each.observations)) for each in gathering.batches()]
    assert found == [(bed.subject, 2), (theirs.subject, 2), (bed.subject, 2)]


async def test_no_more_is_at_hand_than_was_agreed() -> None:
    replies = {1: WELCOME, 8: GRANTED + message(1) + message(2) + message(3)}
    async with serving(replies) as server:
        link = await connected(server, in_flight=2)
        await link.subscribe("#", qos=1, retained=1)
        await held(link, 1)
        assert link.at_hand() is not None
        assert link.at_hand() is None
        await link.close()


async def test_what_ends_a_connection_is_told_to_who_waits_and_nothing_before_it_is_lost() -> None:
    replies = {1: WELCOME, 8: GRANTED + message(1) + b"\xd0\x00" + message(2) + b"\xe0\x01\x8b"}
    async with serving(replies) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        await held(link, 1)
        assert [link.at_hand(), link.at_hand()] == [None, None]  # a sign of life stands between
        second = await link.message()
        assert second[0].packet_id == 2
        assert link.at_hand() is None
        with pytest.raises(SourceError, match="shutting down"):
            await link.message()
        await link.close()


async def test_acknowledgements_leave_in_the_order_in_which_messages_came() -> None:
    replies = {1: WELCOME, 8: GRANTED + message(7) + message(8) + message(9)}
    async with serving(replies) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        first, second, third = [Receipt([each]) for each in await held(link, 3)]
        await third(None)
        await second("not in the record")
        await anyio.sleep(0.05)
        assert [kind for kind, _ in server.sent] == [1, 8]
        await first(None)
        await link.close()
        await anyio.sleep(0.05)
    assert [body for kind, body in server.sent if kind == 4] == [b"\0\7", b"\0\x08", b"\0\x09"]
    assert server.sent[-1][0] == packets.DISCONNECT


async def test_messages_that_come_before_the_subscription_is_granted_are_kept() -> None:
    async with serving({1: WELCOME + message(7), 8: message(8) + GRANTED + message(9)}) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        assert [each.packet_id for each in await taken(link, 3)] == [7, 8, 9]
        await link.close()


async def test_a_broker_that_falls_silent_is_given_up() -> None:
    """Its keep alive of one second, by property 0x13, overrules ours."""
    welcome = b"\x20\x06\x00\x00\x03\x13\x00\x01"
    async with serving({1: welcome, 8: GRANTED}) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        with anyio.fail_after(10), pytest.raises(SourceError, match="; check"):
            await link.message()
        await link.close()
    assert packets.PING[0] >> 4 in {kind for kind, _ in server.sent}


async def test_a_broker_that_answers_pings_is_kept() -> None:
    welcome = b"\x20\x06\x00\x00\x03\x13\x00\x01"
    async with serving({1: welcome, 8: GRANTED, 12: b"\xd0\x00"}) as server:
        link = await connected(server)
        await link.subscribe("#", qos=1, retained=1)
        with anyio.move_on_after(2.2) as scope:
            await link.message()
        assert scope.cancelled_caught
        await link.close()


@pytest.mark.parametrize(
    ("replies", "remedy"),
    [
        ({1: b"HTTP/1.1 400 Bad Request\r\n" * 9}, "check the host and the port"),
        ({1: b"\x20\x02\x00\x01"}, "no MQTT 5"),  # how MQTT 3.1.1 refuses
        ({1: b"\x20\x03\x00\x84\x00"}, "does not speak MQTT 5"),
        ({1: b"\x20\x03\x00\x86\x00"}, "check USER@ and password="),
        ({1: b"\x20\x03\x00\x87\x00"}, "check USER@ and password="),
        ({1: b"\x20\x03\x00\xee\x00"}, "reason 0xee; see its log"),
        ({1: b"\xe0\x01\x8b"}, "shutting down"),
        ({1: WELCOME, 8: b"\x90\x04\x00\x01\x00\x87"}, "let its access list grant"),
        ({1: WELCOME, 8: b"\x90\x04\x00\x01\x00\x00"}, "write qos=0"),
        ({1: WELCOME, 8: b"\x90\x02\x00\x01"}, "no MQTT 5"),
        ({1: WELCOME, 8: b"\xe0\x01\x8e"}, "its own client_id="),
        ({1: WELCOME, 8: GRANTED + b"\xe0\x01\x8e"}, "its own client_id="),
        ({1: WELCOME, 8: GRANTED + b"\x32\x02\x00\x09"}, "no MQTT 5"),
        ({1: WELCOME, 8: GRANTED + b"\x30\xff\xff\xff\xff"}, "no MQTT 5"),
    ],
)
async def test_what_a_broker_refuses_is_told_with_its_remedy(
    replies: dict[int, bytes], remedy: str
) -> None:
    async with serving(replies) as server:
        with pytest.raises(SourceError, match=remedy):
            await _one_message(server)


async def _one_message(server: Server) -> None:
    link = await connected(server)
    try:
        await link.subscribe("#", qos=1, retained=1)
        await link.message()
    finally:
        await link.close()
