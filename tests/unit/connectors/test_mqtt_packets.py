"""The packets of MQTT 5 as another implementation writes and reads them, and as nobody should."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from connectors.mqtt import packets
from connectors.mqtt.packets import Publish
from sereno.domain.errors import MalformedInput

LARGEST = 1 << 20


def _publish(topic: str, payload: bytes, *, packet_id: int = 0, retain: bool = False) -> bytes:
    """A PUBLISH with properties as paho packs them."""
    told = Properties(PacketTypes.PUBLISH)
    told.MessageExpiryInterval = 60
    told.ContentType = "application/json"
    told.UserProperty = [("unit", "kPa"), ("unit", "later"), ("ward", "4")]
    body = len(topic.encode()).to_bytes(2) + topic.encode()
    body += packet_id.to_bytes(2) if packet_id else b""
    body += told.pack() + payload
    first = 0x30 | (0x02 if packet_id else 0) | retain
    return packets._packet(first, body)


def _read(data: bytes) -> Publish:
    packet = packets.read(data, 0, LARGEST)
    assert packet is not None
    assert packet.end == len(data)
    assert packet.kind == packets.PUBLISH
    return packets.read_publish(packet.flags, packet.body)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.binary(max_size=400),
    st.integers(0, 65_535),
    st.booleans(),
)
def test_a_message_is_read_as_it_was_written(
    topic: str, payload: bytes, packet_id: int, retain: bool
) -> None:
    found = _read(_publish(topic, payload, packet_id=packet_id, retain=retain))
    assert (found.topic, found.payload, found.retain) == (topic, payload, retain)
    assert found.packet_id == (packet_id or None)
    assert packets.user_properties(found.properties) == {"unit": "kPa", "ward": "4"}


def test_a_packet_is_none_until_it_is_whole() -> None:
    whole = _publish("a/b", b"x" * 300, packet_id=7)
    assert [packets.read(whole[:size], 0, LARGEST) for size in range(len(whole))] == [None] * len(
        whole
    )


@given(st.binary(max_size=80))
def test_any_bytes_are_a_packet_a_part_of_one_or_malformed(data: bytes) -> None:
    try:
        packet = packets.read(data, 0, LARGEST)
        if packet is not None:
            assert 2 <= packet.end <= len(data)
            packets.read_publish(packet.flags, packet.body)
    except MalformedInput:
        pass


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_malformed(data: bytes) -> None:
    packets.user_properties(data)
    packets.read_disconnect(data)
    for read in (packets.read_connack, packets.read_suback):
        with suppress(MalformedInput):
            read(data)


def test_a_packet_longer_than_agreed_is_malformed_before_it_is_here() -> None:
    with pytest.raises(MalformedInput, match="longer than was agreed"):
        packets.read(b"\x30\xff\xff\xff\x7f", 0, LARGEST)


def test_a_topic_that_is_no_text_is_marked_and_not_fatal() -> None:
    assert _read(b"\x30\x06\x00\x02\xff\xfe\x00x").topic == "\ufffd\ufffd"


def test_a_connection_asks_for_what_it_was_told() -> None:
    written = packets.connect(
        "sereno-1", credentials=("monitor", "secret"), clean=False, keep_alive=30, session=3600,
        receive_maximum=10, largest=LARGEST,
    )  # fmt: skip
    assert written[0] == 0x10
    assert written[1] == len(written) - 2
    assert written[2:10] == b"\x00\x04MQTT\x05\xc0"
    told = Properties(PacketTypes.CONNECT)
    told.unpack(written[12:])
    assert (told.SessionExpiryInterval, told.ReceiveMaximum) == (3600, 10)
    assert told.MaximumPacketSize == LARGEST
    assert written.endswith(b"\x00\x08sereno-1\x00\x07monitor\x00\x06secret")


def test_the_answer_to_a_connection_tells_its_limits() -> None:
    told = Properties(PacketTypes.CONNACK)
    told.ServerKeepAlive = 20
    told.SharedSubscriptionAvailable = 0
    told.ReasonString = "no"
    code, resumed, limits = packets.read_connack(b"\x01\x86" + told.pack())
    assert code == 0x86
    assert resumed
    assert limits[packets.SERVER_KEEP_ALIVE] == 20
    assert limits[packets.SHARED_AVAILABLE] == 0
