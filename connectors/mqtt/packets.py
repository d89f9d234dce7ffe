"""The packets of MQTT 5 that a subscriber sends and understands, and no others.

OASIS MQTT Version 5.0 (7 March 2019); sections are cited beside what follows them.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sereno.domain.errors import MalformedInput

CONNACK: Final = 2
PUBLISH: Final = 3
SUBACK: Final = 9
PINGRESP: Final = 13
DISCONNECT: Final = 14
REFUSED: Final = 0x80  # a reason code from here on is a failure (2.4)

PING: Final = b"\xc0\x00"
GOODBYE: Final = b"\xe0\x00"
_FIXED = 2  # bytes: the shortest packet, and the least to begin to read one (2.1)
_LONGEST_LENGTH = 4  # bytes of a remaining length (1.5.5)
_USER_PROPERTY = 0x26

# How long the value of each property is, by its identifier (2.2.2.2); text and bytes tell it.
_BYTE, _SHORT, _LONG, _VARIABLE, _TEXT, _PAIR = 1, 2, 4, 0, -1, -2
_PROPERTIES: Final = {
    0x01: _BYTE, 0x02: _LONG, 0x03: _TEXT, 0x08: _TEXT, 0x09: _TEXT, 0x0B: _VARIABLE, 0x11: _LONG,
    0x12: _TEXT, 0x13: _SHORT, 0x15: _TEXT, 0x16: _TEXT, 0x17: _BYTE, 0x18: _LONG, 0x19: _BYTE,
    0x1A: _TEXT, 0x1C: _TEXT, 0x1F: _TEXT, 0x21: _SHORT, 0x22: _SHORT, 0x23: _SHORT, 0x24: _BYTE,
    0x25: _BYTE, 0x26: _PAIR, 0x27: _LONG, 0x28: _BYTE, 0x29: _BYTE, 0x2A: _BYTE,
}  # fmt: skip
SERVER_KEEP_ALIVE: Final = 0x13
SHARED_AVAILABLE: Final = 0x2A


class Packet(NamedTuple):
    """One packet: its type, the flags beside it, what it holds, and where the next begins."""

    kind: int
    flags: int
    body: bytes
    end: int


class Publish(NamedTuple):
    """A message. `packet_id` is None for QoS 0; `properties` are still encoded."""

    topic: str
    payload: bytes
    retain: bool = False
    packet_id: int | None = None
    properties: bytes = b""


def connect(
    client_id: str,
    *,
    credentials: tuple[str | None, str | None],
    clean: bool,
    keep_alive: int,
    session: int,
    receive_maximum: int,
    largest: int,
) -> bytes:
    """CONNECT (3.1): `keep_alive` and `session` in seconds, `largest` the bytes of a packet.

    `credentials` are user and password.
    """
    user, password = credentials
    flags = (user is not None) << 7 | (password is not None) << 6 | clean << 1
    properties = b"\x11" + session.to_bytes(4) + b"\x21" + receive_maximum.to_bytes(2)
    properties += b"\x27" + largest.to_bytes(4)
    body = _text("MQTT") + bytes((5, flags)) + keep_alive.to_bytes(2)
    body += _variable(len(properties)) + properties + _text(client_id)
    for given in credentials:
        if given is not None:
            body += _text(given)
    return _packet(0x10, body)


def subscribe(packet_id: int, topic: str, *, qos: int, retained: int) -> bytes:
    """SUBSCRIBE to one filter (3.8). `retained` is the retain handling: 0 always, 1 new, 2 never.

    Retained as published is left off, so that the flag marks old values and nothing else.
    """
    return _packet(
        0x82, packet_id.to_bytes(2) + b"\x00" + _text(topic) + bytes((retained << 4 | qos,))
    )


def puback(packet_id: int) -> bytes:
    """PUBACK with success (3.4)."""
    return b"\x40\x02" + packet_id.to_bytes(2)


def read(data: bytes, at: int, largest: int) -> Packet | None:
    """The packet of `data` from `at` on; None until it is whole. Raises MalformedInput."""
    have = len(data)
    if have - at < _FIXED:
        return None
    length, begin = data[at + 1], at + 2
    if length >= REFUSED:
        read_so_far = _read_variable(data[at + 1 : at + 1 + _LONGEST_LENGTH])
        if read_so_far is None:
            return None
        length, size = read_so_far
        begin = at + 1 + size
    if length > largest:
        raise MalformedInput("a packet is longer than was agreed")
    end = begin + length
    if end > have:
        return None
    return Packet(data[at] >> 4, data[at] & 0x0F, data[begin:end], end)


def read_publish(flags: int, body: bytes) -> Publish:
    """PUBLISH (3.3) of a packet's flags and body. Raises MalformedInput.

    Text that is no UTF-8 is read with U+FFFD, for whoever reads the topic to refuse.
    """
    try:
        at = 2 + (body[0] << 8 | body[1])
        topic = str(body[2:at], "utf-8", "replace")
        packet_id = None
        if flags & 0x06:
            packet_id = body[at] << 8 | body[at + 1]
            at += 2
        length = body[at]
        at += 1
    except IndexError as exc:
        raise MalformedInput("a message is cut off") from exc
    if not length:
        return Publish(topic, body[at:], bool(flags & 1), packet_id)
    found = _read_variable(body[at - 1 : at - 1 + _LONGEST_LENGTH])
    if found is None or (at := at - 1 + found[1]) + found[0] > len(body):
        raise MalformedInput("a message's properties are cut off")
    end = at + found[0]
    return Publish(topic, body[end:], bool(flags & 1), packet_id, body[at:end])


def read_connack(body: bytes) -> tuple[int, bool, dict[int, int]]:
    """The reason code of a CONNACK (3.2), whether there was a session, and numeric properties.

    Raises MalformedInput.
    """
    if len(body) < 3:
        raise MalformedInput("the answer to the connection is cut off")
    told = {key: value for key, value in _read_all(body, 2) if isinstance(value, int)}
    return body[1], bool(body[0] & 1), told


def read_suback(body: bytes) -> int:
    """The reason code, or granted QoS, of a SUBACK for one filter (3.9). Raises MalformedInput."""
    if len(body) < 4:
        raise MalformedInput("the answer to the subscription is cut off")
    return body[-1]


def read_disconnect(body: bytes) -> int:
    """The reason code of a DISCONNECT (3.14); none is a normal one."""
    return body[0] if body else 0


def user_properties(properties: bytes) -> dict[str, str]:
    """The sender's own properties of a message; what is malformed is left out."""
    found: dict[str, str] = {}
    try:
        for key, value in _read_properties(properties):
            if key == _USER_PROPERTY and isinstance(value, tuple):
                found.setdefault(*value)
    except MalformedInput:
        pass
    return found


def _read_all(body: bytes, at: int) -> Iterator[tuple[int, int | tuple[str, str]]]:
    found = _read_variable(body[at : at + _LONGEST_LENGTH])
    if found is None:
        raise MalformedInput("its properties are cut off")
    length, size = found
    yield from _read_properties(body[at + size : at + size + length])


def _read_properties(data: bytes) -> Iterator[tuple[int, int | tuple[str, str]]]:
    """Numbers and pairs of text, by identifier; other text is passed over."""
    at = 0
    while at < len(data):
        key, at = data[at], at + 1
        size = _PROPERTIES.get(key)
        if size is None:
            raise MalformedInput("a property is unknown")
        if size > 0:
            yield key, int.from_bytes(data[at : at + size])
            at += size
        elif size == _VARIABLE:
            found = _read_variable(data[at : at + _LONGEST_LENGTH])
            if found is None:
                raise MalformedInput("a property is cut off")
            at += found[1]
        else:
            name, at = _read_text(data, at)
            if size == _PAIR:
                value, at = _read_text(data, at)
                yield key, (name, value)


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    end = at + 2 + int.from_bytes(data[at : at + 2])
    if end > len(data):
        raise MalformedInput("a property is cut off")
    return str(data[at + 2 : end], "utf-8", "replace"), end


def _read_variable(data: bytes) -> tuple[int, int] | None:
    """A variable byte integer and its size (1.5.5); None where it is cut off."""
    value = 0
    for size, byte in enumerate(data, 1):
        value |= (byte & 0x7F) << 7 * (size - 1)
        if byte < REFUSED:
            return value, size
    if len(data) >= _LONGEST_LENGTH:
        raise MalformedInput("a length is longer than four bytes")
    return None


def _variable(value: int) -> bytes:
    encoded = bytearray()
    while value >= REFUSED:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _text(text: str) -> bytes:
    content = text.encode()
    return len(content).to_bytes(2) + content


def _packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + _variable(len(body)) + body
