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
FHIR = (
    b'{"resourceType": "Observation", "status": "final", "subject": {"identifier": '
    b'{"system": "urn:oid:1.2.3", "value": "4711"}}, '
    b'"effectiveDateTime": "2026-11-24T08:14:30+01:00", "code":'
    b' {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}, "valueQuantity": '
    b'{"value": %s, "system": "http://unitsofmeasure.org", "code": "/min"}}'
)
MQTT = b'ward/7\n{"patient": "4711", "time": "2026-11-24T08:14:30+01:00", "heart_rate": %s}'
MESSAGES = {
    "fhir": Message(lambda: _open(FHIR_SOURCE), FHIR % b"80", FHIR % b'"Ana"'),
    "fhir, polled": Message(
        lambda: _open("fhir+https://ehr.example/fhir"), FHIR % b"80", FHIR % b'"Ana"'
    ),
    "fhir, no resource": Message(lambda: _open(FHIR_SOURCE), FHIR % b"80", b"Ana"),
    "mqtt": Message(lambda: _open("mqtt://127.0.0.1/ward/#"), MQTT % b"80", MQTT % b'"Ana"'),
    "lines": Message(LineReader, b"HR=80|MRN-0042", b"HR=8o|Ana"),
    "mllp": Message(lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", HL7 % b"Ana"),
    "mllp, no message": Message(lambda: _open("mllp://127.0.0.1:2575"), HL7 % b"80", b"Ana"),
}


FHIR_SOURCE = "fhir://127.0.0.1:8080?token=env:SERENO_TEST_TOKEN"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the FHIR listener asks of its clients."""
    monkeypatch.setenv("SERENO_TEST_TOKEN", "t" * 40)


def _open(source: str) -> Connector:
    return open_source(source, clock=FakeClock())


@pytest.mark.parametrize("rule", MESSAGE_RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
async def test_it_keeps(rule: Rule[Message], message: Message) -> None:
    await rule.hold(message)
