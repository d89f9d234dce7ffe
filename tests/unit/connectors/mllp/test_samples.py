"""Messages in the manner of several vendors, and those of others that are at hand."""

from datetime import UTC
from pathlib import Path

import pytest

from connectors.codes import CodeMap
from connectors.maps import read_map
from connectors.mllp.coding import Codes
from connectors.mllp.parsing import parse
from connectors.mllp.reading import Reader, Reading
from connectors.mllp.times import Times
from connectors.mllp.values import SEVERAL
from sereno.domain.stream import Observation, Quality
from tests.fakes.hl7 import NAME, SAMPLES, sample


def readings(name: str) -> list[Reading]:
    """Each message of a sample, by the map beside it where there is one."""
    path = SAMPLES / f"{name}.toml"
    codes = Codes(read_map(str(path) if path.exists() else None, CodeMap))
    by = Reader(NAME, codes, Times(UTC))
    return [by.read(message) for message in parse(sample(name))]


def brief(observation: Observation) -> tuple[str, float, str]:
    source = observation.source.removeprefix(NAME)
    return observation.signal.value, round(observation.value, 1), source


def told(name: str) -> list[tuple[str, float, str]]:
    return [
        brief(each)
        for reading in readings(name)
        for batch in reading.batches
        for each in batch.observations
    ]


def test_a_gateway_of_bedside_monitors() -> None:
    monitor = "/INTELLIBRIDGE/MX800-A1B2"
    assert told("intellibridge") == [
        ("spo2", 96, monitor),
        ("pulse_rate", 81, monitor),
        ("heart_rate", 82, monitor),
        ("temperature", 37.2, f"{monitor}#150344"),
        ("temperature", 36.6, f"{monitor}#150344#1.4.2.150344"),
    ]
    (reading,) = readings("intellibridge")
    assert reading.batches[0].subject
    assert reading.batches[0].subject.identifier == "SYN-1001"
    assert reading.batches[0].subject.bed == "ICU-03"


def test_a_central_station_with_codes_of_its_own() -> None:
    assert [each[:2] for each in told("carescape")] == [
        ("heart_rate", 104),
        ("spo2", 91),
        ("cuff_systolic", 142),
        ("cuff_diastolic", 88),
        ("cuff_mean", 106),
        ("respiratory_rate", -999),
        ("temperature", 38.1),
    ]
    (reading,) = readings("carescape")
    qualities = {o.signal.value: o.quality for o in reading.batches[0].observations}
    assert qualities.pop("respiratory_rate") is Quality.SENSOR_OFF
    assert set(qualities.values()) == {Quality.GOOD}


def test_a_gateway_of_waveforms() -> None:
    (reading,) = readings("egateway")
    lead, pleth = reading.batches[0].waveforms
    assert repr(lead.samples) == repr((0.0, 0.1, 0.2, -0.1, float("nan"), 0.0, 0.05, 0.0))
    assert (lead.rate, lead.channel, lead.source) == (8.0, "II", f"{NAME}/EGATEWAY")
    assert pleth.samples == (2000.0, 2100.0, 2200.0, 2100.0)
    assert reading.batches[0].subject
    assert reading.batches[0].subject.name == "Søren Prøve"


def test_a_monitor_that_knows_the_bed_alone() -> None:
    (reading,) = readings("infinity")
    (batch,) = reading.batches
    assert batch.subject
    assert batch.subject.bed == "STATION 4 Bett 2"
    assert [(*brief(o)[:2], o.quality.value) for o in batch.observations] == [
        ("heart_rate", 78, "good"),
        ("temperature", 37.4, "good"),
        ("respiratory_rate", 15, "demo"),
    ]
    assert len(batch.rejected) == 1  # >98
    assert "Sättigung".encode("latin-1") in batch.rejected[0].content


def test_a_batch_of_spot_checks_of_several_patients() -> None:
    assert told("gateway") == [
        ("heart_rate", 67, "/DEVICELINK/SPOT-0017"),
        ("heart_rate", 69, "/DEVICELINK/MON-0400"),
        ("glucose", 97.3, "/DEVICELINK"),
        ("consciousness", 2, "/DEVICELINK"),
        ("respiratory_rate", 22, "/DEVICELINK"),
        ("spo2", 94, "/DEVICELINK"),
    ]
    first, second = readings("gateway")
    assert [len(reading.batches) for reading in (first, second)] == [2, 1]
    assert len(first.warnings) == 1  # the temperature that was withdrawn


def test_an_alarm_of_a_monitor_gives_its_value() -> None:
    assert told("alarm") == [("heart_rate", 141, "/ALARMGW")]


# What laboratories send is no vital sign, so it is not taken, and no error. One message gives a
# heart rate as a pointer to a picture: that is refused.
FILES = {
    "converter/LAB-ORU-2.hl7": None,
    "converter/ORU-R01-01.hl7": f"heart_rate: {SEVERAL}",
    "nist/ORU_R01_2.5.1_SampleTestCase2.hl7": None,
    "nist/ORU_R01_2.5.1_SampleTestCase4.hl7": None,
    "nist/ORU_R01_2.5.1_SampleTestCase5.hl7": None,
    "nist/ORU_R01_2.5.1_SampleTestCase6.hl7": None,
    "nist/oru-example.hl7": None,
}


@pytest.mark.parametrize(("name", "fault"), FILES.items())
def test_messages_of_laboratories_are_read_and_nothing_of_them_is_taken(
    name: str, fault: str | None, shared_data: Path
) -> None:
    codes = Codes(CodeMap())
    content = (shared_data / "hl7v2" / name).read_bytes()
    (message,) = parse(content)
    reading = Reader(NAME, codes, Times(UTC)).read(message)
    assert (reading.fault and reading.fault.reason) == fault
    assert not any(batch.observations or batch.waveforms for batch in reading.batches)
    assert bool(codes.ignored) == (b"OBX|" in content)


def test_every_message_at_hand_is_in_the_table(shared_data: Path) -> None:
    folder = shared_data / "hl7v2"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.hl7")} == set(FILES)
