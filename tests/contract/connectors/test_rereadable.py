"""What every `Rereadable` keeps: one message read by itself is what it was in the stream.

Add a `Message` here for each connector whose input comes in messages.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from connectors import open_source
from sereno.ports import Rereadable
from tests.fakes.clock import FakeClock
from tests.fakes.letters import LineReader


@dataclass(frozen=True)
class Message:
    """`good` holds a value of somebody, `bad` can not be read."""

    id: str
    make: Callable[[], Rereadable]
    good: bytes
    bad: bytes


HL7 = (
    b"MSH|^~\\&|GATE|ICU|||20261124081500+0100||ORU^R01|17|P|2.6\r"
    b"PID|||4711^^^HOSP^MR\rOBR|1|||VITALS|||20261124081430+0100\r"
    b"OBX|1|NM|8867-4^Heart rate^LN||%s|/min|||||F\r"
)
MESSAGES = (
    Message("lines", LineReader, b"HR=80|MRN-0042", b"HR=8o|Ana"),
    Message("mllp", lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", HL7 % b"Ana"),
    Message("mllp, no message", lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", b"Ana"),
)


def _open(source: str) -> Rereadable:
    connector: object = open_source(source, clock=FakeClock())
    assert isinstance(connector, Rereadable)
    return connector


cases = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.id)


@cases
def test_a_message_is_read_as_often_as_it_is_asked_for(message: Message) -> None:
    connector = message.make()
    assert isinstance(connector, Rereadable)
    first, again = (list(connector.reread(message.good)) for _ in range(2))
    assert first == again
    assert [each for batch in first for each in batch.observations]
    assert all(each.subject is not None for each in first)
    assert [each for batch in first for each in batch.rejected] == []


@cases
def test_what_it_can_not_read_is_told_without_being_quoted(message: Message) -> None:
    found = list(message.make().reread(message.bad))
    reasons = [each.reason for batch in found for each in batch.rejected]
    assert reasons
    assert message.bad.decode() not in " ".join(reasons)
    assert [each for batch in found for each in batch.observations] == []


@cases
def test_nobody_is_answered(message: Message) -> None:
    assert all(each.acknowledge is None for each in message.make().reread(message.good))
