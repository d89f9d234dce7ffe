"""Targets of what others send: HL7, FHIR, MQTT, Bluetooth."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fuzz.target import Run, Target, files, sound

_NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_LONGEST = 4096


def _hl7() -> Run:
    from connectors.mllp.answers import answer
    from connectors.mllp.parsing import parse
    from tests.fakes.hl7 import reader

    by = reader({"PRESSURE/1": "cuff_systolic", "PRESSURE/2": "cuff_diastolic"}, zone=_zone())

    def run(data: bytes) -> None:
        try:
            messages = parse(data)
        except MalformedInput:
            return
        for message in messages:
            reading = by.read(message)
            for batch in reading.batches:
                sound(batch)
            for original in (True, False):
                told = answer(
                    message, reading.fault, reading.warnings, now=_NOW, control="1",
                    original=original,
                )  # fmt: skip
                assert told is None or parse(told)

    return run


def _hl7_seeds(data: Path) -> Iterable[bytes]:
    yield from files(data, "hl7v2/*/*.hl7", _LONGEST)
    yield from files(Path(__file__).parents[1] / "data" / "hl7", "*", _LONGEST)


def _mllp() -> Run:
    from connectors.mllp.framing import CUT_BY_CLOSE, Deframer

    def run(data: bytes) -> None:
        """Cut anywhere, a stream gives the same frames; never is more held than is allowed."""
        largest = 64
        whole, pieces = Deframer(largest), Deframer(largest)
        step = 1 + (data[0] if data else 0) % 7
        expected = whole.feed(data) + whole.finish(CUT_BY_CLOSE)
        found = []
        for first in range(0, len(data), step):
            found += pieces.feed(data[first : first + step])
            assert pieces.held <= largest + step
        assert found + pieces.finish(CUT_BY_CLOSE) == expected

    return run


def _mllp_seeds(_: Path) -> Iterable[bytes]:
    return [b"\x0bMSH|a\rPID\r\x1c\r\x0bMSH|b\r\x0bMSH|c\x1c\r", b"MSH|^~\\&\x1c\r\nMSH\x0b"]


def _fhir() -> Run:
    from connectors.fhir.answers import several, single
    from connectors.fhir.reading import parse
    from tests.fakes.fhir import reader

    by = reader({"PULSE": "pulse_rate"}, zone="Europe/Madrid")

    def run(data: bytes) -> None:
        try:
            reading = by.read(parse(data), authority="fhir")
        except MalformedInput:
            return
        for batch in reading.batches:
            sound(batch)
        told = several(reading) if reading.bundle else single(reading.outcomes[0])
        json.dumps(told).encode()

    return run


def _fhir_seeds(data: Path) -> Iterable[bytes]:
    yield from files(data, "fhir/r4/*.json", _LONGEST)
    yield from files(data, "fhir/us-core/*.json", _LONGEST)
    yield from files(data, "fhir/phd/*.json", _LONGEST)
    for path in sorted(data.glob("fhir/synthea/*.json"))[:6]:
        whole = json.loads(path.read_bytes())
        for first in range(0, 30, 3):
            yield json.dumps({**whole, "entry": whole["entry"][first : first + 3]}).encode()


def _listener() -> Run:
    """The body of a request, through the ASGI application."""
    import anyio

    from connectors.fhir.web import Clients, Desk, application
    from tests.fakes.fhir import reader

    by = reader()

    async def post(data: bytes) -> int:
        send, receive = anyio.create_memory_object_stream[Batch](10_000)
        desk = Desk(by, Clients({"": _digest("t")}), send, set(), "fhir", largest=1 << 20)
        status: list[int] = []

        async def body() -> Any:
            return {"type": "http.request", "body": data, "more_body": False}

        async def answered(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        async def keep() -> None:
            async for batch in receive:
                sound(batch)
                assert batch.acknowledge
                await batch.acknowledge(None)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keep)
            await application(desk, "")(_scope(data), body, answered)
            tasks.cancel_scope.cancel()
        send.close()
        receive.close()
        return status[0]

    def run(data: bytes) -> None:
        assert anyio.run(post, data) != 500

    return run


def _scope(data: bytes) -> dict[str, Any]:
    headers = [(b"authorization", b"Bearer t"), (b"content-length", str(len(data)).encode())]
    return {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
        "headers": headers, "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "root_path": "", "server": ("h", 1), "client": ("h", 2),
    }  # fmt: skip


def _digest(token: str) -> str:
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()


def _packets() -> Run:
    from connectors.mqtt import packets

    def run(data: bytes) -> None:
        at = 0
        try:
            while (packet := packets.read(data, at, 1 << 20)) is not None:
                assert at < packet.end <= len(data)
                at = packet.end
                if packet.kind == packets.PUBLISH:
                    message = packets.read_publish(packet.flags, packet.body)
                    packets.user_properties(message.properties)
                elif packet.kind == packets.CONNACK:
                    packets.read_connack(packet.body)
                elif packet.kind == packets.SUBACK:
                    packets.read_suback(packet.body)
                else:
                    packets.read_disconnect(packet.body)
        except MalformedInput:
            pass

    return run


def _packets_seeds(_: Path) -> Iterable[bytes]:
    from connectors.mqtt import packets

    yield packets.connect(
        "me", credentials=("a", "b"), clean=False, keep_alive=1, session=2, receive_maximum=3,
        largest=4,
    )  # fmt: skip
    yield packets.subscribe(1, "ward/#", qos=1, retained=1) + packets.puback(7) + packets.PING
    yield b'\x32\x12\x00\x03a/b\x00\x01\x05\x26\x00\x00\x00\x00{"a":1}'
    yield b"\x20\x06\x00\x00\x03\x22\x00\x0a\x90\x04\x00\x01\x00\x01\xe0\x02\x81\x00"


def _templates() -> Run:
    """A message by every ready template, and by one that uses all that a template can."""
    from connectors.mqtt.decoding import Decoder
    from connectors.mqtt.packets import Publish
    from connectors.mqtt.template import Template, read_template, ready_templates

    templates = {name: read_template(name) for name in ready_templates()}
    templates = {name: each for name, each in templates.items() if each.format == "json"}
    templates["all"] = Template.model_validate(_EVERYTHING)
    decoders = [
        Decoder(each, source="mqtt:x", zone="Europe/Madrid", patient="p")
        for each in templates.values()
    ]

    def run(data: bytes) -> None:
        topic = "ward/ana/monitor/data"
        for decoder in decoders:
            _decoded(decoder.decode(Publish(topic, data), _NOW), "mqtt:x")

    return run


def _decoded(decoded: Any, source: str) -> None:
    for part in decoded.told:
        sound(
            Batch(
                source=source, subject=part.subject, observations=tuple(part.observations),
                waveforms=tuple(part.waveforms), sent=decoded.sent,
            )
        )  # fmt: skip
    assert all(reason.isprintable() and len(reason) < 1000 for reason in decoded.reasons)


_EVERYTHING = {
    "rows": ["$.rows[*]", "$"],
    "subject": {"patient": "@.patient", "bed": "@.bed", "device": "@.device"},
    "time": {"at": "@.time", "date": "@.date", "nanoseconds": "@.ns", "kind": "iso"},
    "sent": "$.sent",
    "values": [
        {"signal": "heart_rate", "path": "@.hr", "unit_path": "@.unit", "exponent": "@.exp"},
        {"signal": "spo2", "path": "@.spo2", "by_offset": "s",
         "flags": [{"path": "@.state", "sensor_off": ["off"], "artefact": [1]}]},
    ],
    "named": {"name": "@.name", "value": "@.value", "unit_path": "@.unit", "separator": "/",
              "vocabulary": True, "samples": "@.samples", "rate": "@.rate"},
    "waveforms": [
        {"signal": "ecg", "path": "@.ecg", "rate_path": "@.rate", "channel_path": "@.lead"},
        {"signal": "pleth", "path": "@.pleth", "rate": 2, "encoding": "float32le", "scale": 2.0},
    ],
}  # fmt: skip


def _templates_seeds(data: Path) -> Iterable[bytes]:
    yield from files(data, "iomt/*.json", _LONGEST)
    row = {
        "patient": "p", "bed": 4, "device": "d", "time": "10:05:00", "date": "2026-11-24",
        "ns": 5, "hr": 60, "exp": 0, "unit": "/min", "spo2": {"0": 97, "1.5": 98}, "state": "on",
        "name": "a/HR", "value": 61, "samples": [1, None, 2], "rate": 2, "ecg": [0.1, 0.2],
        "lead": "II", "pleth": "AACAPwAAgD8=",
    }  # fmt: skip
    yield json.dumps({"sent": "2026-11-24T10:05:00Z", "rows": [row]}).encode()
    yield json.dumps({**row, "name": "ECG"}).encode()
    page = Path(__file__).parents[2] / "docs" / "connectors" / "mqtt.md"
    for block in page.read_text().split("```")[1::2]:
        yield block.partition("\n")[2].encode()


def _sparkplug() -> Run:
    from connectors.mqtt.decoding import Decoder
    from connectors.mqtt.packets import Publish
    from connectors.mqtt.template import read_template

    decoder = Decoder(read_template("sparkplug-b"), source="mqtt:x", patient="p")
    kinds = ("NBIRTH", "DBIRTH", "NDATA", "DDATA")

    def run(data: bytes) -> None:
        kind = kinds[data[0] % 4] if data else "DDATA"
        topic = f"spBv1.0/ward/{kind}/node/device"
        _decoded(decoder.decode(Publish(topic, data[1:]), _NOW), "mqtt:x")

    return run


def _sparkplug_seeds(_: Path) -> Iterable[bytes]:
    from connectors.mqtt.sparkplug import payload_class

    for first, more in enumerate(
        ({"double_value": 60.5}, {"int_value": 60, "datatype": 3}, {"string_value": "61"},
         {"alias": 7, "long_value": 4}, {"float_value": 1.5, "is_null": True})
    ):  # fmt: skip
        payload = payload_class()(timestamp=1_795_000_000_000, seq=3)
        for name in ("HR", "vitals/SpO2"):
            payload.metrics.add(name=name, timestamp=1_795_000_000_000, **more)
        yield bytes([first]) + payload.SerializeToString()


def _ble() -> Run:
    from connectors.ble.dating import Dating
    from connectors.ble.meaning import KINDS, Known
    from connectors.ble.measurements import current_time, oximeter_features
    from connectors.ble.records import Records
    from sereno.domain.stream import Observation

    def run(data: bytes) -> None:
        kind, value = KINDS[(data[0] if data else 0) % len(KINDS)], data[1:]
        clock = FakeClock(_NOW)
        dating = Dating(clock, ZoneInfo("Europe/Madrid"), 24.0 * 365)
        for decode in (current_time, oximeter_features):
            try:
                decode(value[:7] if decode is current_time else value)
                if decode is current_time:
                    dating.learn(current_time(value))
            except MalformedInput:
                pass
        clock.turn(timedelta(hours=1))
        Records().answered(value)
        try:
            told = kind.tell(value, Known(user=1, site=2))
            moment = dating.moment(told, dating.arrival())
        except MalformedInput:
            return
        dating.sent(clock.now())
        found = tuple(
            Observation(each.signal, moment, each.value, "ble:x", each.quality)
            for each in told.readings
        )
        sound(Batch(source="ble:x", subject=None, observations=found))

    return run


def _ble_seeds(_: Path) -> Iterable[bytes]:
    values = (
        "1e4800010203", "1f61000a0b00e0ff00", "12620048000762ea07030e0c00000100", "0e6d0100ff06",
        "0766ea0000ea07030e0c00000002", "1e7800500060ea07030e0c0000480001ff00",
        "1f0100ea07030e0c0000780078b01122", "ff010001400002030405060708",
    )  # fmt: skip
    for first in range(8):
        for value in values:
            yield bytes([first]) + bytes.fromhex(value)


def _zone() -> ZoneInfo:
    return ZoneInfo("Europe/Madrid")


TARGETS = {
    "HL7 messages": Target(_hl7, _hl7_seeds, shape="text"),
    "MLLP framing": Target(_mllp, _mllp_seeds, longest=512),
    "FHIR resources and Bundles": Target(_fhir, _fhir_seeds, longest=16_384, shape="json"),
    "FHIR bodies at the port": Target(_listener, _fhir_seeds, longest=8192, shape="json"),
    "MQTT packets": Target(_packets, _packets_seeds, longest=512),
    "MQTT templates' messages": Target(_templates, _templates_seeds, shape="json"),
    "Sparkplug B": Target(_sparkplug, _sparkplug_seeds, longest=512),
    "Bluetooth characteristics": Target(_ble, _ble_seeds, longest=32),
}
