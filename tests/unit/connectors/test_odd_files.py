"""Files that made a reader stumble, found by fuzzing, in their shortest form."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fakes.files import CHEST, VitalWriter, health_export, health_record, write_edf
from tests.fakes.reading import observations, read_all, rejected, waveforms
from tests.fakes.recordings import write_parquet

pytestmark = pytest.mark.anyio
BEAT = health_record("HeartRate", 72, "count/min")


async def read(source: str, **more: Any) -> list[Batch]:
    return await read_all(open_source(source, clock=FakeClock(), speed=None, **more))


# EDF


async def test_a_birth_in_no_year_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    write_edf(path, [CHEST], [[[0] * 250]], kind="EDF+C", patient="X F 01-JAN-99999999999 X")
    (batch,) = await read(f"edf:{path}")
    assert batch.subject
    assert batch.subject.birth_date is None


async def test_a_start_before_all_calendars_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    write_edf(path, [CHEST], [[[0] * 250]], recording="Startdate 01-JAN-0001", clock="00.00.00")
    with pytest.raises(MalformedInput, match="no possible start"):
        await read(f"edf:{path}?zone=Asia/Tokyo")


async def test_a_scale_beyond_all_numbers_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.edf"
    write_edf(path, [("ECG II", "mV", 250, -1e308, 1e308), CHEST], [[[1] * 250, [2] * 250]])
    (chunk,) = waveforms(await read(f"edf:{path}"))
    assert max(map(abs, chunk.samples)) < 5


# Apple Health


async def test_an_encoding_that_nobody_knows_is_a_dead_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    text = health_export([BEAT]).replace("UTF-8", "x-8")
    assert "x-8" in text
    path.write_text(text)
    (letter,) = rejected(await read(f"health:{path}", patient="p"))
    assert "damaged" in letter.reason


async def test_elements_within_elements_without_end_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f"<HealthData>{BEAT}" + "<a>" * 3_000_000)
    tracemalloc.start()
    batches = await read(f"health:{path}", patient="p")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(observations(batches)) == 1
    assert "deep" in rejected(batches)[0].reason
    assert peak < 16 << 20


# .vital


async def test_devices_and_names_without_end_take_no_memory(tmp_path: Path) -> None:
    vital = VitalWriter()
    content: list[bytes] = []
    for number in range(6000):
        name = len(b"x" * 30_000).to_bytes(4, "little") + b"x" * 30_000
        content.append(number.to_bytes(4, "little") + name + name)
    vital._content += b"".join(b"\x09" + len(each).to_bytes(4, "little") + each for each in content)
    vital.track(1, "HR")
    vital.number(1, 1.77e9, 60)
    path = vital.write(tmp_path / "a.vital")
    del vital, content
    tracemalloc.start()
    batches = await read(f"vital:{path}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(observations(batches)) == 1
    assert peak < 16 << 20


async def test_a_waveform_that_begins_before_all_calendars_costs_no_other(tmp_path: Path) -> None:
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.track(2, "ECG_II", "mV", rate=1e-9, form=5)
    vital.samples(2, -1e11, [1] * 100)
    vital.number(1, 1.77e9, 60)
    batches = await read(f"vital:{vital.write(tmp_path / 'a.vital')}")
    assert len(observations(batches)) == 1
    assert len(rejected(batches)) == 1


# Tables


async def test_a_time_that_is_not_of_the_maps_format_costs_its_row_alone(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('time = { column = "t", format = "%d/%m/%Y %H:%M" }')
    path = tmp_path / "a.csv"
    path.write_text("t,HR\n24/11/2026 10:05,60\nyesterday,61\n24/11/2026 10:07,62\n")
    batches = await read(f"csv:{path}?map={tmp_path / 'map.toml'}")
    assert [each.value for each in observations(batches)] == [60, 62]
    assert [each.reason for each in rejected(batches)] == ["its time can not be understood"]


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ('time = { column = "t", format = "%d %d" }', "twice"),
        ("rate = 1e-300", "rate"),
        ("a = " + "[" * 5000, "nested"),
    ],
)
async def test_a_map_that_can_not_be_followed_is_refused(
    tmp_path: Path, told: str, wrong: str
) -> None:
    (tmp_path / "map.toml").write_text(told)
    (tmp_path / "a.csv").write_text("t,HR\n1,60\n")
    with pytest.raises(MalformedInput, match=wrong):
        open_source(f"csv:{tmp_path}/a.csv?map={tmp_path}/map.toml", clock=FakeClock())


async def test_a_row_that_is_wrong_in_all_its_columns_has_a_short_reason(tmp_path: Path) -> None:
    names = ["HR", "SpO2", "RESP", "Temp", "PULSE", "FiO2", "Glucose"]
    wide = [f"{name} [{' ' * 500}]" for name in names]
    path = tmp_path / "a.csv"
    path.write_text(f"hour,{','.join(wide)}\n1{',60' * 7}\n2{',x' * 7}\n")
    (letter,) = rejected(await read(f"csv:{path}"))
    assert letter.reason.endswith("and 2 more")
    assert len(letter.reason) < 500


async def test_a_table_of_many_patients_side_by_side_keeps_all_samples(tmp_path: Path) -> None:
    """More than are remembered: the stretches of those that are forgotten are told before."""
    rows = [f"p{n % 1500},{100 * (n // 1500) / 10_000:.2f},1" for n in range(4500)]
    sample = [f"p0,{n / 100:.2f},1" for n in range(600)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["patient,time [s],II", *sample, *rows]) + "\n")
    chunks = waveforms(await read(f"csv:{path}"))
    assert sum(len(each.samples) for each in chunks) == 5100


@pytest.mark.parametrize("place", [40, 100, 300])
async def test_a_parquet_file_that_is_damaged_is_refused(tmp_path: Path, place: int) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"hour": [*range(500)], "HR": [60.5] * 500})
    content = bytearray(path.read_bytes())
    content[place : place + 30] = b"\xff" * 30
    path.write_bytes(content)
    with pytest.raises(SourceError):
        await read(f"parquet:{path}")


# WFDB


@pytest.mark.parametrize(
    "header",
    [
        "a 1 1e9 40\na.dat 16 200/mV 16 0 0 0 0 II\n",
        "a 1 250 40\na.dat 16x1000000000 200/mV 16 0 0 0 0 II\n",
        "a/1 1 250 40\na 40\n",
        "a 1 250 40\na.dat 16 200/mV 16 0 0 0 0 II\n#" + "x" * (1 << 20),
        "a 9000 250 40\n" + "a.dat 16 200/mV 16 0 0 0 0 II\n" * 9000,
    ],
    ids=[
        "a billion samples a second",
        "as many a frame",
        "its own segment",
        "a header of megabytes",
        "thousands of signals",
    ],
)
async def test_a_header_that_asks_for_too_much_is_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / "a.hea").write_text(header)
    (tmp_path / "a.dat").write_bytes(b"\0" * 80)
    with pytest.raises(SourceError):
        await read(f"wfdb:{tmp_path}/a")


# Addresses


@pytest.mark.parametrize(
    "source",
    [
        "csv:~nobody-of-that-name/a.csv", "csv:/" + "a" * 300, "wfdb:/", "wfdb:.", "wfdb:.hea",
        "folder:/" + "a" * 300, "mqtt://h/t?template=/" + "a" * 300, "mllp://h?map=~nobody-there/a",
        "mqtt://u@localhost/t?password=file:~nobody-there/x", "mqtt://u@localhost/t?password=file:%00",
        "sim:ward?" + "a" * 10_000 + "=1",
    ],
)  # fmt: skip
async def test_a_path_that_can_not_be_is_refused_in_one_line(source: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(source, clock=FakeClock())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
