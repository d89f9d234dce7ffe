"""What messages mean by the ready templates, and by a clinic's own."""

import base64
import json
import math
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mqtt.decoding import Decoder
from connectors.mqtt.message import MOST_ROWS, Decoded
from connectors.mqtt.packets import Publish
from connectors.mqtt.sparkplug import payload_class
from connectors.mqtt.template import Template, read_template, ready_templates
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Quality, Subject
from tests.support import real_data

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AT = "2026-11-24T10:05:00"
EPOCH = int(datetime(2026, 11, 24, 10, 5, tzinfo=UTC).timestamp())


def decode(
    template: str | dict[str, Any],
    payload: object,
    topic: str = "ward/ana",
    *,
    zone: str = "UTC",
    patient: str | None = None,
    **more: Any,
) -> Decoded:
    made = (
        read_template(template) if isinstance(template, str) else Template.model_validate(template)
    )
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    decoder = Decoder(made, source="mqtt:x", zone=zone, patient=patient)
    return decoder.decode(Publish(topic, content, **more), NOW)


def told(decoded: Decoded) -> list[tuple[str, str, float, str]]:
    """Whom, what, how much and when, of each value."""
    return [
        (part.subject.identifier, o.signal.value, round(o.value, 4), o.time.strftime("%dT%H:%M:%S"))
        for part in decoded.told
        for o in part.observations
    ]


def reasons(decoded: Decoded) -> list[str]:
    return list(decoded.reasons)


def _sparkplug(*metrics: dict[str, Any], time: int | None = EPOCH * 1000) -> bytes:
    payload = payload_class()()
    if time is not None:
        payload.timestamp = time
    for metric in metrics:
        payload.metrics.add(**metric)
    content: bytes = payload.SerializeToString()
    return content


DDATA = "spBv1.0/icu/DDATA/gateway/mon-4"
READY: dict[str, tuple[str, object, list[tuple[str, str, float, str]]]] = {
    "sereno": (
        "ward/4",
        [
            {"bed": "4", "device": "mon-4", "time": f"{AT}Z", "heart_rate": 72, "spo2": 97},
            {"patient": "77", "time": f"{AT}+01:00", "consciousness": "V", "oxygen_given": True},
        ],
        [
            ("4", "heart_rate", 72, "24T10:05:00"),
            ("4", "spo2", 97, "24T10:05:00"),
            ("77", "consciousness", 2, "24T09:05:00"),
            ("77", "oxygen_given", 1, "24T09:05:00"),
        ],
    ),
    "sparkplug-json": (
        DDATA,
        {
            "timestamp": EPOCH * 1000,
            "seq": 3,
            "metrics": [
                {"name": "Vitals/HR", "timestamp": EPOCH * 1000 + 1000, "value": 72},
                {"name": "Vitals/SpO2", "value": 97},
                {"name": "Node Control/Reboot", "value": False},
            ],
        },
        [("mon-4", "spo2", 97, "24T10:05:00"), ("mon-4", "heart_rate", 72, "24T10:05:01")],
    ),
    "sparkplug-b": (
        DDATA,
        _sparkplug(
            {"name": "Vitals/HR", "datatype": 3, "int_value": 72},
            {"name": "Vitals/Temp", "datatype": 10, "double_value": 37.25},
            {"name": "Vitals/SpO2", "datatype": 3, "is_null": True},
        ),
        [
            ("mon-4", "heart_rate", 72, "24T10:05:00"),
            ("mon-4", "temperature", 37.25, "24T10:05:00"),
        ],
    ),
    "open-mhealth": (
        "omh/ana",
        {
            "header": {"uuid": "x", "schema_id": {"name": "blood-pressure", "version": "4.0"}},
            "body": {
                "systolic_blood_pressure": {"value": 120, "unit": "mmHg"},
                "diastolic_blood_pressure": {"value": 80, "unit": "mmHg"},
                "effective_time_frame": {"date_time": f"{AT}-05:00"},
            },
        },
        [
            ("ana", "cuff_systolic", 120, "24T15:05:00"),
            ("ana", "cuff_diastolic", 80, "24T15:05:00"),
        ],
    ),
    "fitbit-heart": (
        "fitbit/ana",
        {
            "activities-heart": [{"dateTime": "2026-11-24", "value": {}}],
            "activities-heart-intraday": {
                "dataset": [{"time": "10:05:00", "value": 64}, {"time": "10:06:00", "value": 66}]
            },
        },
        [("ana", "pulse_rate", 64, "24T09:05:00"), ("ana", "pulse_rate", 66, "24T09:06:00")],
    ),
    "fitbit-spo2": (
        "fitbit/ana",
        {"dateTime": "2026-11-24", "minutes": [{"value": 95.8, "minute": AT}]},
        [("ana", "spo2", 95.8, "24T09:05:00")],
    ),
    "withings": (
        "withings/ana",
        {
            "status": 0,
            "body": {
                "measuregrps": [
                    {
                        "date": EPOCH,
                        "measures": [
                            {"value": 37250, "type": 71, "unit": -3},
                            {"value": 64, "type": 11, "unit": 0},
                            {"value": 65750, "type": 1, "unit": -3},  # body weight
                        ],
                    }
                ]
            },
        },
        [("ana", "temperature", 37.25, "24T10:05:00"), ("ana", "pulse_rate", 64, "24T10:05:00")],
    ),
    "garmin-health": (
        "garmin",
        {
            "dailies": [
                {
                    "userId": "ana",
                    "startTimeInSeconds": EPOCH,
                    "timeOffsetHeartRateSamples": {"30": 75, "15": 74},
                }
            ]
        },
        [("ana", "pulse_rate", 74, "24T10:05:15"), ("ana", "pulse_rate", 75, "24T10:05:30")],
    ),
    "google-fit": (
        "fit/ana",
        {
            "point": [
                {
                    "endTimeNanos": str(EPOCH * 10**9),
                    "dataTypeName": "com.google.blood_pressure",
                    "value": [{"fpVal": 120.0}, {"fpVal": 80.0}, {}],
                },
                {
                    "endTimeNanos": EPOCH * 10**9,
                    "dataTypeName": "com.google.blood_glucose",
                    "value": [{"fpVal": 5.5}],
                },
            ]
        },
        [
            ("ana", "cuff_systolic", 120, "24T10:05:00"),
            ("ana", "cuff_diastolic", 80, "24T10:05:00"),
            ("ana", "glucose", 99.0858, "24T10:05:00"),
        ],
    ),
    "openice": (
        "ice",
        {
            "unique_device_identifier": "abc123",
            "metric_id": "MDC_CONC_AWAY_CO2_ET",
            "unit_id": "MDC_DIM_KILO_PASCAL",
            "value": 5,
            "presentation_time": {"sec": EPOCH, "nanosec": 500_000_000},
        },
        [("abc123", "end_tidal_co2", 37.5031, "24T10:05:00")],
    ),
    "azure-iot": (
        "devices/1/messages/events",
        {"Body": {"heartRate": "78", "endDate": f"{AT}.8750000Z", "deviceId": "d1"}},
        [("d1", "heart_rate", 78, "24T10:05:00")],
    ),
}


def test_every_ready_template_has_its_example() -> None:
    assert sorted(READY) == ready_templates()


@pytest.mark.parametrize("name", READY)
def test_a_ready_template_reads_what_it_is_for(name: str) -> None:
    topic, payload, wanted = READY[name]
    decoded = decode(name, payload, topic, zone="Europe/Madrid")
    assert told(decoded) == wanted
    assert reasons(decoded) == []


BROKEN = (
    (b"", "it is no JSON"),
    (b"{", "it is no JSON"),
    (b"\xff\xfe", "it is no JSON"),
    (b"[" * 5000, "it is no JSON"),
    (b"null", "it tells no time"),
    (b"[]", "it tells no time"),
    (b'{"bed": "4"}', "it tells no time"),
    (b'{"bed": "4", "heart_rate": 1, "time": "yesterday"}', "its time can not be understood"),
    (b'{"bed": "4", "heart_rate": 1, "time": 3}', "decades away"),
    (b'{"bed": "4", "heart_rate": 1, "time": 1e300}', "its time can not be understood"),
    (b'{"bed": "4", "heart_rate": 1, "time": true}', "its time can not be understood"),
    (b'{"heart_rate": 1, "time": "2026-11-24T10:05:00Z"}', "names no patient"),
    (b'{"bed": "", "heart_rate": 1, "time": "2026-11-24T10:05:00Z"}', "empty, too long"),
    (b'{"bed": ["4"], "heart_rate": 1, "time": "2026-11-24T10:05:00Z"}', "is no text"),
    (b'{"bed": "4", "steps": 1, "time": "2026-11-24T10:05:00Z"}', "nothing that the template"),
    (b'{"bed": "4", "heart_rate": "fast", "time": 1764000000}', "its heart_rate is no number"),
    (b'{"bed": "4", "heart_rate": [72], "time": 1764000000}', "its heart_rate is no number"),
    (b'{"bed": "4", "heart_rate": true, "time": 1764000000}', "its heart_rate is no number"),
    (b'{"bed": "4", "heart_rate": 1e99, "time": 1764000000}', "no number that was measured"),
    (b'{"bed": "4", "consciousness": "odd", "time": 1764000000}', "its consciousness is no number"),
    (b'{"bed":"4","waveform":"ecg","rate":0,"samples":[1],"time":1764000000}', "rate of its ecg"),
    (b'{"bed":"4","waveform":"ecg","rate":9,"samples":["1"],"time":1764000000}', "its ecg can"),
    (b'{"bed":"4","waveform":"ecg","rate":9,"samples":{},"time":1764000000}', "samples of its ecg"),
)  # fmt: skip


@pytest.mark.parametrize(("payload", "reason"), BROKEN, ids=lambda each: str(each)[:50])
def test_what_can_not_be_read_is_refused_with_a_reason(payload: bytes, reason: str) -> None:
    decoded = decode("sereno", payload)
    assert told(decoded) == []
    assert len(reasons(decoded)) == 1
    assert reason in reasons(decoded)[0]


def test_what_is_malformed_in_a_message_does_not_keep_the_rest_of_it_out() -> None:
    rows = [{"bed": "4", "time": f"{AT}Z", "heart_rate": "fast", "spo2": 97}, 5]
    decoded = decode("sereno", rows)
    assert told(decoded) == [("4", "spo2", 97, "24T10:05:00")]
    assert reasons(decoded) == ["its heart_rate is no number", "it tells no time"]


@pytest.mark.parametrize("name", READY)
@given(payload=st.binary(max_size=200))
def test_no_bytes_make_a_template_raise(name: str, payload: bytes) -> None:
    decoded = decode(name, payload)
    assert decoded.told or decoded.reasons or name.startswith("sparkplug")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5) | st.just(f"{AT}Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in READY if name != "sparkplug-b"])
@given(data=st.data())
def test_no_odd_value_in_a_message_makes_a_template_raise(name: str, data: st.DataObject) -> None:
    topic, payload, _ = READY[name]
    odd = _with_one_changed(payload, data.draw(JSON), data)
    decoded = decode(name, json.dumps(odd, allow_nan=False).encode(), topic)
    assert decoded.told or decoded.reasons or name.startswith("sparkplug")
    assert all("\n" not in reason for reason in decoded.reasons)


def _with_one_changed(value: Any, odd: object, data: st.DataObject) -> Any:
    """`value` with something inside replaced."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _with_one_changed(value[key], odd, data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_with_one_changed(value[0], odd, data), *value[1:]]
    return odd


# Each message of a device in data/iomt: how many values are taken, and what is refused. The other
# files there are settings of another product, and tell no time.
IOMT: dict[str, tuple[int, str | None]] = {
    "Documentation_CalculatedFunction_HeartRate_Payload": (1, None),
    "Documentation_CalculatedFunction_MultipleMeasurements_Payload": (1, None),
    "Documentation_CalculatedFunction_MultipleMatches_Payload": (4, None),
    "IotCentralPayloadExampleMultipleMessages": (10, None),
    "IotHubPayloadExampleMissingCreateTime": (1, None),
    "IotHubPayloadMultiValueExample": (2, None),
}


def _iomt() -> list[Path]:
    return sorted((real_data() / "iomt").glob("*.json"))


def test_every_device_message_is_taken_or_refused_with_a_reason() -> None:
    for path in _iomt():
        name = path.stem.removeprefix("data_")
        values, reason = IOMT.get(name, (0, "it tells no time"))
        decoded = decode("azure-iot", path.read_bytes(), "devices/d1")
        assert len(told(decoded)) == values, name
        if reason:
            assert reasons(decoded) == [reason], name


PLAIN: dict[str, Any] = {
    "subject": {"patient": "@.id", "authority": "clinic"},
    "time": {"at": "@.t"},
    "values": [{"signal": "heart_rate", "path": "@.hr"}],
}


@pytest.mark.parametrize(
    ("when", "message", "time"),
    [
        ({"at": "@.t"}, {"t": f"{AT}Z"}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": f"{AT}+02:00"}, "24T08:05:00"),
        ({"at": "@.t"}, {"t": AT}, "24T09:05:00"),  # the clinic's zone
        ({"at": "@.t", "zone": "Atlantic/Canary"}, {"t": AT}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": EPOCH}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": EPOCH * 1000}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": EPOCH * 10**6}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": EPOCH * 10**9}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": str(EPOCH)}, "24T10:05:00"),
        ({"at": "@.t"}, {"t": EPOCH + 0.5}, "24T10:05:00"),
        ({"at": "@.t", "kind": "ms"}, {"t": str(EPOCH * 1000)}, "24T10:05:00"),
        ({"at": "@.t", "format": "%d/%m/%Y %H:%M"}, {"t": "24/11/2026 10:05"}, "24T09:05:00"),
        ({"at": "@.t", "date": "@.d"}, {"d": "2026-11-24", "t": "10:05"}, "24T09:05:00"),
        ({"at": ["@.a", "@.b"]}, {"b": f"{AT}Z"}, "24T10:05:00"),
        ({"arrival": True}, {}, "24T12:00:00"),
    ],
)
def test_times_are_read_however_they_are_written(
    when: dict[str, Any], message: dict[str, Any], time: str
) -> None:
    template = {**PLAIN, "time": when}
    decoded = decode(template, {"id": "1", "hr": 72, **message}, zone="Europe/Madrid")
    assert told(decoded) == [("1", "heart_rate", 72, time)]


@given(st.datetimes(datetime(2001, 1, 2), datetime(2099, 1, 1)))  # noqa: DTZ001 - made UTC below
def test_the_same_moment_is_found_in_every_unit(moment: datetime) -> None:
    wanted = moment.replace(tzinfo=UTC)
    micro = (wanted - datetime(1970, 1, 1, tzinfo=UTC)) // (wanted.resolution)
    for kind, value in (("us", micro), ("ns", micro * 1000), ("iso", wanted.isoformat())):
        decoded = decode(
            {**PLAIN, "time": {"at": "@.t", "kind": kind}}, {"id": "1", "hr": 72, "t": value}
        )
        assert decoded.told[0].observations[0].time == wanted


def test_a_retained_message_has_its_own_time_or_none() -> None:
    message = {"id": "1", "hr": 72}
    own = decode(PLAIN, {**message, "t": f"{AT}Z"}, retain=True)
    assert told(own) == [("1", "heart_rate", 72, "24T10:05:00")]
    none = decode({**PLAIN, "time": {"arrival": True}}, message, retain=True)
    assert reasons(none) == ["when it came is not known, and it tells no time of its own"]


def test_what_the_sender_says_it_was_sent_at_is_told_but_for_a_retained_message() -> None:
    template = {**PLAIN, "sent": "$.sent"}
    message = {"id": "1", "hr": 72, "t": f"{AT}Z", "sent": f"{AT}Z"}
    assert decode(template, message).sent == datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
    assert decode(template, message, retain=True).sent is None


@pytest.mark.parametrize(
    ("flag", "quality"),
    [
        ({}, Quality.GOOD),
        ({"state": "ok"}, Quality.GOOD),
        ({"state": "leads off"}, Quality.SENSOR_OFF),
        ({"state": 3}, Quality.ARTEFACT),
        ({"state": True}, Quality.DEMO),
        ({"state": 1}, Quality.GOOD),  # 1 is not true
        ({"state": {"a": 1}}, Quality.GOOD),
        ({"hr": 0}, Quality.SENSOR_OFF),  # what monitors write where nothing is attached
        ({"hr": 999}, Quality.SENSOR_OFF),
        ({"hr": 301}, Quality.IMPLAUSIBLE),
    ],
)
def test_a_flag_says_what_is_no_measurement(flag: dict[str, Any], quality: Quality) -> None:
    flags = [{"path": "@.state", "sensor_off": "leads off", "artefact": 3, "demo": True}]
    decoded = decode({**PLAIN, "flags": flags}, {"id": "1", "hr": 72, "t": f"{AT}Z", **flag})
    assert [each.quality for each in decoded.told[0].observations] == [quality]


def test_only_messages_for_which_a_condition_holds_are_read() -> None:
    template = {**PLAIN, "only": [{"path": "topic[-1]", "equals": ["vitals", "v2"]}]}
    message = {"id": "1", "hr": 72, "t": f"{AT}Z"}
    assert told(decode(template, message, "a/vitals"))
    other = decode(template, message, "a/alarms")
    assert (told(other), reasons(other)) == ([], [])


@pytest.mark.parametrize(
    ("value", "message", "found"),
    [
        ({"unit": "degF"}, {"v": 100.4}, 38.0),
        ({"unit_path": "@.u"}, {"v": 100.4, "u": "F"}, 38.0),
        ({"unit_path": "@.u", "unit": "degF"}, {"v": 100.4}, 38.0),
        ({"exponent": "@.e"}, {"v": 380, "e": -1}, 38.0),
        ({}, {"v": "38,0"}, None),
        ({}, {"v": "38.0"}, 38.0),
        ({"unit_path": "@.u"}, {"v": 38, "u": "furlong"}, None),
        ({"only": [{"path": "@.k", "equals": "core"}]}, {"v": 38, "k": "core"}, 38.0),
    ],
)
def test_a_value_is_brought_into_the_vocabularys_unit(
    value: dict[str, Any], message: dict[str, Any], found: float | None
) -> None:
    template = {**PLAIN, "values": [{"signal": "temperature", "path": "@.v", **value}]}
    decoded = decode(template, {"id": "1", "t": f"{AT}Z", **message})
    assert [each[2] for each in told(decoded)] == ([] if found is None else [found])
    assert len(decoded.reasons) == (found is None)


def _wave(**more: Any) -> dict[str, Any]:
    wave = {"signal": "ecg", "path": "@.s", "rate": 4, "channel": "II", **more}
    return {"subject": {"bed": "@.bed"}, "time": {"at": "@.t"}, "waveforms": [wave]}


def test_samples_come_in_stretches_of_a_second() -> None:
    samples = [0, 1, 2, None, 4, None, None, None, None, None, None, None, 12]
    decoded = decode(_wave(), {"bed": "4", "t": f"{AT}Z", "s": samples})
    found = decoded.told[0].waveforms
    assert [(c.start.second, len(c.samples), c.rate, c.channel) for c in found] == [
        (0, 4, 4.0, "II"), (1, 4, 4.0, "II"), (3, 1, 4.0, "II"),
    ]  # fmt: skip
    assert [each for c in found for each in c.samples if not math.isnan(each)] == [0, 1, 2, 4, 12]


@pytest.mark.parametrize(
    ("encoding", "form"), [("int16le", "<3h"), ("int16be", ">3h"), ("float32le", "<3f")]
)
def test_samples_in_base64_are_scaled_and_converted(encoding: str, form: str) -> None:
    text = base64.b64encode(struct.pack(form, -100, 0, 100)).decode()
    template = _wave(encoding=encoding, scale=10, offset=500, unit="uV")
    decoded = decode(template, {"bed": "4", "t": f"{AT}Z", "s": text})
    assert list(decoded.told[0].waveforms[0].samples) == [-0.5, 0.5, 1.5]


@pytest.mark.parametrize("samples", ["!!!", "AAA", "AAAA", 5, {"a": 1}, ["a"]])
def test_samples_that_are_none_are_refused(samples: object) -> None:
    decoded = decode(_wave(encoding="int16le"), {"bed": "4", "t": f"{AT}Z", "s": samples})
    assert reasons(decoded) == ["the samples of its ecg can not be read"]


def test_a_waveform_has_a_longest_length() -> None:
    decoded = decode(_wave(), {"bed": "4", "t": f"{AT}Z", "s": [1] * 241})
    assert reasons(decoded) == ["its ecg is longer than 60 seconds"]


def test_a_message_has_a_most_of_rows() -> None:
    row = {"bed": "4", "heart_rate": 72}
    rows = [{**row, "time": EPOCH + second} for second in range(MOST_ROWS + 1)]
    decoded = decode("sereno", rows)
    assert len(told(decoded)) == MOST_ROWS
    assert reasons(decoded) == [f"it has more than {MOST_ROWS} rows"]


def test_values_of_a_message_are_in_order_and_each_moment_once() -> None:
    rows = [{"bed": "4", "heart_rate": 72 + i, "time": EPOCH - i // 2} for i in range(4)]
    assert [each[2] for each in told(decode("sereno", rows))] == [74, 72]


def test_a_device_is_told_in_the_source_and_shortened_where_it_is_no_plain_name() -> None:
    row = {"bed": "4", "time": EPOCH, "heart_rate": 72}
    plain, odd = (decode("sereno", {**row, "device": name}) for name in ("mon-4", "José's / 4"))
    assert plain.told[0].observations[0].source == "mqtt:x/mon-4"
    assert len(odd.told[0].observations[0].source) == len("mqtt:x/") + 16
    assert "Jos" not in odd.told[0].observations[0].source


def test_a_patient_is_told_with_their_bed_and_a_bed_without_one() -> None:
    row = {"time": EPOCH, "heart_rate": 72}
    rows = [{**row, "patient": 77, "bed": 4}, {**row, "bed": 4}, {**row, "device": "watch"}]
    assert [part.subject for part in decode("sereno", rows).told] == [
        Subject(identifier="77", bed="4"),
        Subject.in_bed("4"),
        Subject(identifier="watch", authority="device"),
    ]


def test_one_patient_can_be_named_for_messages_that_name_nobody() -> None:
    decoded = decode("sereno", {"time": EPOCH, "heart_rate": 72}, patient="ana")
    assert decoded.told[0].subject == Subject(identifier="ana")


def test_long_names_that_a_sender_makes_up_are_not_remembered() -> None:
    decoder = Decoder(read_template("sparkplug-json"), source="mqtt:x")
    metrics = [{"name": f"{n}" * 10_000, "value": 1} for n in range(50)]
    payload = json.dumps({"timestamp": EPOCH * 1000, "metrics": metrics}).encode()
    decoder.decode(Publish(DDATA, payload), NOW)
    (named,) = decoder._others
    assert named._known == {}  # type: ignore[union-attr]
    long = decode("sereno", {"bed": " " * 300 + "4", "time": EPOCH, "heart_rate": 72})
    assert "too long" in reasons(long)[0]


def test_an_alias_is_known_once_its_birth_was_seen() -> None:
    decoder = Decoder(read_template("sparkplug-b"), source="mqtt:x")
    data = _sparkplug({"alias": 5, "datatype": 3, "int_value": 72})
    birth = _sparkplug({"name": "HR", "alias": 5, "datatype": 3, "int_value": 70})
    before = decoder.decode(Publish(DDATA, data), NOW)
    assert "birth was not seen" in reasons(before)[0]
    decoder.decode(Publish(DDATA.replace("DDATA", "DBIRTH"), birth), NOW)
    assert told(decoder.decode(Publish(DDATA, data), NOW)) == [
        ("mon-4", "heart_rate", 72, "24T10:05:00")
    ]


def test_a_negative_integer_of_sparkplug_is_one() -> None:
    name = {"name": "Temp", "datatype": 3, "int_value": 2**32 - 5}
    decoded = decode("sparkplug-b", _sparkplug(name), DDATA)
    assert [each[2] for each in told(decoded)] == [-5]


def test_a_property_of_the_message_can_tell_its_time() -> None:
    sent = f"{AT}Z".encode()
    properties = b"\x26\x00\x04time" + len(sent).to_bytes(2) + sent
    template = {**PLAIN, "time": {"at": "property['time']"}}
    decoded = decode(template, {"id": "1", "hr": 72}, properties=properties)
    assert told(decoded) == [("1", "heart_rate", 72, "24T10:05:00")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "time: Field required"),
        ("[time]\nat = '@.t'", "it reads nothing"),
        ("[time]\n[[values]]\nsignal='spo2'\npath='@.a'", "at must tell"),
        ("[time]\nat = 'x'\n[[values]]\nsignal='spo2'\npath='@.a'", "a path begins with"),
        ("[time]\nat='@.t'\nzone='Mars'\n[[values]]\nsignal='spo2'\npath='@.a'", "no such time"),
        ("[time]\nat='@.t'\n[[values]]\nsignal='ecg'\npath='@.a'", "that is a waveform"),
        ("[time]\nat='@.t'\n[[waveforms]]\nsignal='spo2'\npath='@.a'\nrate=1", "is no waveform"),
        ("[time]\nat='@.t'\n[[waveforms]]\nsignal='ecg'\npath='@.a'", "how fast the samples"),
        ("odd = 1\n[time]\nat='@.t'\n[[values]]\nsignal='spo2'\npath='@.a'", "odd"),
    ],
)  # fmt: skip
def test_a_template_that_is_wrong_says_where(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(MalformedInput, match=says):
        read_template(str(path))


def test_a_unit_that_can_not_be_converted_is_found_before_the_first_message() -> None:
    value = {"signal": "temperature", "path": "@.t", "unit": "mmHg"}
    with pytest.raises(MalformedInput, match="no conversion is known"):
        Decoder(Template.model_validate({**PLAIN, "values": [value]}), source="mqtt:x")


def test_a_template_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(SourceError, match="azure-iot"):
        read_template("/nowhere/mine.toml")
