"""`.vital` files of Vital Recorder: tracks by their codes and names, and what is damaged."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch, Quality
from tests.fakes.clock import FakeClock
from tests.fakes.files import VitalWriter
from tests.fakes.reading import observations, read_all, rejected, values, waveforms

pytestmark = pytest.mark.anyio
BEGIN = 1.77e9


async def read(path: Path) -> list[Batch]:
    return await read_all(open_source(f"vital:{path}", clock=FakeClock(), speed=None))


@pytest.mark.parametrize(
    ("name", "unit", "meaning", "signal", "expected"),
    [
        ("HR", "/min", 0, "heart_rate", 98),
        ("PLETH_SPO2", "%", 0, "spo2", 98),
        ("PLETH_HR", "/min", 0, "pulse_rate", 98),
        ("ART_SBP", "mmHg", 0, "invasive_systolic", 98),
        ("NIBP_MBP", "mmHg", 0, "cuff_mean", 98),
        ("RR_CO2", "/min", 0, "respiratory_rate", 98),
        ("BT", "F", 0, "temperature", pytest.approx(36.667, abs=0.001)),
        ("ETCO2", "mmHg", 0, "end_tidal_co2", 98),
        ("P1 sys", "mmHg", 5, "invasive_systolic", 98),  # the recorder's own code tells
        ("HR", "bpm", 9, "pulse_rate", 98),
    ],
)
async def test_numbers_by_the_recorders_code_or_by_their_name(
    tmp_path: Path, name: str, unit: str, meaning: int, signal: str, expected: Any
) -> None:
    vital = VitalWriter()
    vital.device(7, "Solar8000")
    vital.track(1, name, unit, meaning=meaning, device=7)
    vital.number(1, BEGIN, 98)
    (found,) = observations(await read(vital.write(tmp_path / "a.vital")))
    assert (found.signal.value, found.value) == (signal, expected)
    assert found.time == datetime.fromtimestamp(BEGIN, UTC)


async def test_a_number_of_zero_is_a_sensor_that_is_off(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.number(1, BEGIN, 0)
    (found,) = observations(await read(vital.write(tmp_path / "a.vital")))
    assert found.quality is Quality.SENSOR_OFF


async def test_samples_are_joined_to_seconds_and_parted_at_gaps(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "ART", "mmHg", rate=100, form=5, gain=0.5, offset=10)
    for part in range(12):  # each a quarter of a second; 9 s are missing after 2 s
        vital.samples(1, BEGIN + part / 4 + (9 if part >= 8 else 0), [100] * 25)
    chunks = waveforms(await read(vital.write(tmp_path / "a.vital")))
    assert [chunk.start.timestamp() - BEGIN for chunk in chunks] == [0, 1, 11]
    assert {sample for chunk in chunks for sample in chunk.samples} == {60.0}


async def test_a_packed_gap_is_no_sample(tmp_path: Path) -> None:
    vital = VitalWriter(packed=True)
    vital.track(1, "PLETH", rate=2, form=5)
    vital.samples(1, BEGIN, [1, -32768, -32768, -32768, 5, 6])
    chunks = waveforms(await read(vital.write(tmp_path / "a.vital")))
    assert [repr(chunk.samples) for chunk in chunks] == ["(1.0, nan)", "(5.0, 6.0)"]


async def test_of_two_tracks_that_mean_the_same_the_first_is_read(tmp_path: Path) -> None:
    vital = VitalWriter()
    for number, device in enumerate(("Solar8000", "Primus"), 1):
        vital.device(number, device)
        vital.track(number, "ETCO2", "mmHg", device=number)
        vital.number(number, BEGIN, 30 + number)
    vital.track(3, "BIS", device=2)
    vital.track(4, "EVENT", kind=5)
    path = vital.write(tmp_path / "a.vital")
    connector: Any = open_source(f"vital:{path}", clock=FakeClock(), speed=None)
    assert connector.ignored == ("Primus/ETCO2", "Primus/BIS", "EVENT")
    assert values(await read_all(connector), "end_tidal_co2") == [31]


async def test_a_damaged_record_costs_no_other(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.track(2, "ECG_II", "mV", rate=100)
    vital.number(1, float("inf"), 60)
    vital.packet(1, b"short")
    vital.packet(1, b"\x0a\0" + bytes(8) + b"\2\0" + b"\xff\xff\xff\x7f")
    vital.packet(200, b"of a release to come")
    vital.number(1, BEGIN, 61)
    batches = await read(vital.write(tmp_path / "a.vital"))
    assert values(batches, "heart_rate") == [61]
    assert len(rejected(batches)) == 2


async def test_what_was_read_before_the_damage_is_kept(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "HR")
    for second in range(10_000):
        vital.number(1, BEGIN + second, 60 + second % 100)
    path = vital.write(tmp_path / "a.vital")
    path.write_bytes(path.read_bytes()[:-2000])
    batches = await read(path)
    assert 1000 < len(observations(batches)) < 10_000
    assert ["cut off" in each.reason for each in rejected(batches)] == [True]


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b\x08\0cut"])
def test_what_is_no_vital_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.vital"
    path.write_bytes(content)
    with pytest.raises(MalformedInput):
        open_source(f"vital:{path}", clock=FakeClock())


async def test_a_file_without_a_known_track_is_refused(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "BIS")
    vital.number(1, BEGIN, 40)
    with pytest.raises(MalformedInput, match="it has BIS"):
        await read(vital.write(tmp_path / "a.vital"))
