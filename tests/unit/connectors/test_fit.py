"""FIT files of watches and bands: which of their numbers are vital signs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors import open_source
from connectors.replay.times import EPOCH
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fakes.files import (
    BLOOD_PRESSURE,
    MONITORING,
    RECORD,
    SPO2_DATA,
    fit_time,
    write_fit,
)
from tests.fakes.reading import observations, read_all, rejected

pytestmark = pytest.mark.anyio
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
AT = fit_time(BEGIN)
HEART = {"timestamp": AT, "heart_rate": 72}


async def read(path: Path) -> list[Batch]:
    return await read_all(open_source(f"fit:{path}", clock=FakeClock(), speed=None))


async def test_vital_signs_are_taken_and_the_devices_own_temperature_is_not(tmp_path: Path) -> None:
    messages = [
        (RECORD, {**HEART, "temperature": 31, "enhanced_respiration_rate": 1450}),
        (RECORD, {"timestamp": AT + 1, "core_temperature": 3720}),
        (SPO2_DATA, {"timestamp": AT + 2, "reading_spo2": 96}),
        (BLOOD_PRESSURE, {"timestamp": AT + 3, "systolic_pressure": 130, "diastolic_pressure": 80}),
    ]
    found = observations(await read(write_fit(tmp_path / "a.fit", messages)))
    assert [(each.signal.value, each.value) for each in found] == [
        ("heart_rate", 72), ("respiratory_rate", 14.5), ("temperature", 37.2), ("spo2", 96),
        ("cuff_systolic", 130), ("cuff_diastolic", 80),
    ]  # fmt: skip
    assert [(each.time - BEGIN).total_seconds() for each in found] == [0, 0, 1, 2, 3, 3]


async def test_a_short_time_counts_from_the_last_whole_one(tmp_path: Path) -> None:
    messages = [(MONITORING, {"timestamp": AT, "heart_rate": 60})]
    later = (AT + 90_000) & 0xFFFF  # the count of 16 bits has come round once, so 24,464 s are told
    messages.append((MONITORING, {"timestamp_16": later, "heart_rate": 61}))
    found = observations(await read(write_fit(tmp_path / "a.fit", messages)))
    assert found[1].time == BEGIN + timedelta(seconds=90_000 - 65_536)


async def test_a_clock_that_was_never_set_counts_from_a_fixed_moment(tmp_path: Path) -> None:
    messages = [(RECORD, {"timestamp": 4000, "heart_rate": 70})]
    (found,) = observations(await read(write_fit(tmp_path / "a.fit", messages)))
    assert found.time == EPOCH + timedelta(seconds=4000)


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([(RECORD, {"timestamp": AT, "heart_rate": 255})], id="marked as no value"),
        pytest.param([(RECORD, {"heart_rate": 70})], id="no time"),
        pytest.param([(RECORD, {"timestamp": AT, "temperature": 36})], id="the device's"),
        pytest.param([], id="nothing"),
    ],
)
async def test_a_file_without_a_vital_sign_is_refused(
    tmp_path: Path, messages: list[tuple[int, dict[str, int]]]
) -> None:
    with pytest.raises(MalformedInput, match=r"holds no heart rate.*; send a recording of one"):
        await read(write_fit(tmp_path / "a.fit", messages))


async def test_what_was_read_before_the_damage_is_kept(tmp_path: Path) -> None:
    path = write_fit(tmp_path / "a.fit", [(RECORD, HEART)] * 3)
    path.write_bytes(path.read_bytes()[:-4])
    batches = await read(path)
    assert len(observations(batches)) == 2
    assert [each.reason for each in rejected(batches)] == [
        "the file is cut off here; its rest is lost"
    ]


async def test_a_wrong_checksum_is_told(tmp_path: Path) -> None:
    path = write_fit(tmp_path / "a.fit", [(RECORD, HEART)] * 3)
    path.write_bytes(path.read_bytes()[:-2] + b"\0\0")
    batches = await read(path)
    assert len(observations(batches)) == 3
    assert ["checksum" in each.reason for each in rejected(batches)] == [True]


async def test_several_files_in_one_are_read(tmp_path: Path) -> None:
    path = write_fit(tmp_path / "a.fit", [(RECORD, HEART)])
    path.write_bytes(path.read_bytes() * 2)
    assert len(observations(await read(path))) == 2


@pytest.mark.parametrize("content", [b"", b"no FIT", b"\x0e" + b"\0" * 50])
async def test_what_is_no_fit_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.fit"
    path.write_bytes(content)
    with pytest.raises(MalformedInput):
        await read(path)
