"""Messages that made a reader stumble, found by fuzzing, in their shortest form."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.ble.dating import Dating
from connectors.fhir.mapping import QUALITY
from connectors.fhir.reading import State, parse
from connectors.mqtt.decoding import Decoder
from connectors.mqtt.message import Decoded
from connectors.mqtt.packets import Publish
from connectors.mqtt.sparkplug import payload_class
from connectors.mqtt.template import Template, read_template
from tests.fakes import fhir
from tests.fakes.clock import NOON, FakeClock

DEEP = b"[" * 1000 + b"]" * 1000


# FHIR


def test_a_resource_that_is_nested_too_deep_to_be_written_again_is_refused() -> None:
    body = b'{"resourceType":"Observation","status":"final","focus":' + DEEP + b"}"
    reading = fhir.reader().read(parse(body), authority="a")
    assert [each.state for each in reading.outcomes] == [State.REFUSED]
    ((letter,),) = [batch.rejected for batch in reading.batches]
    assert letter.content == b""


def test_an_extension_with_an_address_that_is_no_text_is_no_reason_to_stop() -> None:
    odd = {"url": QUALITY, "extension": [{"url": []}, {"url": {}}]}
    reading = fhir.read({**_heart_rate(), "extension": [odd]})
    assert [each.state for each in reading.outcomes] == [State.REFUSED]


def test_a_device_at_no_possible_address_is_named_by_its_end() -> None:
    reading = fhir.read({**_heart_rate(), "device": {"reference": "http://[/Device/7"}})
    (value,) = reading.batches[0].observations
    assert value.source == "fhir:8480/7"


def test_an_encounter_of_many_places_is_looked_at_from_its_end() -> None:
    places = [{"location": {"reference": "#a"}}] * 200_000
    contained = [{"id": n} for n in range(200_000)]
    encounter = {
        "resourceType": "Encounter", "status": "in-progress", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/1"}, "contained": contained, "location": places,
    }  # fmt: skip
    assert [each.state for each in fhir.read(encounter).outcomes] == [State.TAKEN]


def _heart_rate() -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/1"},
        "code": fhir.concept("8867-4"), "effectiveDateTime": "2026-11-24T10:05:00Z",
        "valueQuantity": fhir.quantity(72),
    }  # fmt: skip


# MQTT


def _decoded(more: dict[str, Any], payload: bytes) -> Decoded:
    template = {
        "subject": {"patient": "@.who", "device": "@.device"}, "time": {"at": "@.at"},
        "values": [{"signal": "heart_rate", "path": "@.hr"}], **more,
    }  # fmt: skip
    return Decoder(Template.model_validate(template), source="m").decode(
        Publish("t", payload), NOON
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "device"),
        ({"time": {"at": "@.at", "date": "@.day"}}, "day"),
        ({"time": {"at": "@.at", "date": "@.at"}}, "at"),
        ({"time": {"at": "@.at", "format": "%Y"}}, "at"),
    ],
    ids=["a device", "a date", "a time beside a date", "a time by a format"],
)
def test_lists_within_lists_are_no_text(more: dict[str, Any], field: str) -> None:
    told = {"who": "p", "at": "2026-11-24T10:05:00Z", "hr": 60, "device": "d"}
    payload = json.dumps({**told, field: "@"}).encode().replace(b'"@"', DEEP)
    decoded = _decoded(more, payload)
    assert not decoded.told
    assert len(decoded.reasons) == 1


def test_names_of_sparkplug_that_are_no_utf8_are_nobodys() -> None:
    payload = payload_class()(timestamp=1_795_000_000_000)
    payload.metrics.add(name="HR", double_value=60)
    content = payload.SerializeToString().replace(b"HR", b"\xff\xfe")
    for kind in ("NBIRTH", "DDATA"):
        decoder = Decoder(read_template("sparkplug-b"), source="m", patient="p")
        decoded = decoder.decode(Publish(f"spBv1.0/g/{kind}/n/d", content), NOON)
        assert not decoded.told


# Bluetooth


def test_a_device_whose_clock_is_at_the_end_of_all_calendars_tells_no_time() -> None:
    clock = FakeClock(datetime(2026, 11, 24, tzinfo=UTC))
    dating = Dating(clock, ZoneInfo("UTC"), stored=1.0)
    dating.learn(datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001 - a device's clock has no zone
    clock.turn(timedelta(hours=1))
    assert dating.sent(clock.now()) is None
