"""What every `Rereadable` keeps: one message read by itself is what it was in the stream.

Add a `Message` here for each connector whose input comes in messages.
"""

import pytest

from connectors import open_source
from connectors.kit import MESSAGE_RULES, Message, Rule
from sereno.ports import Connector
from tests.fakes.clock import FakeClock
from tests.fakes.letters import LineReader

pytestmark = pytest.mark.anyio

HL7 = (
    b"MSH|^~\\&|GATE|ICU|||20261124081500+0100||ORU^R01|17|P|2.6\r"
    b"PID|||4711^^^HOSP^MR\rOBR|1|||VITALS|||20261124081430+0100\r"
    b"OBX|1|NM|8867-4^Heart rate^LN||%s|/min|||||F\r"
)
MESSAGES = {
    "lines": Message(LineReader, b"HR=80|MRN-0042", b"HR=8o|Ana"),
    "mllp": Message(lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", HL7 % b"Ana"),
    "mllp, no message": Message(lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", b"Ana"),
}


def _open(source: str) -> Connector:
    return open_source(source, clock=FakeClock())


@pytest.mark.parametrize("rule", MESSAGE_RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
async def test_it_keeps(rule: Rule[Message], message: Message) -> None:
    await rule.hold(message)
