"""Whatever a file holds, it is read or refused: no crash, no hang, no memory without a bound."""

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import open_source
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fakes.files import (
    CHEST,
    FINGER,
    RECORD,
    VitalWriter,
    fit_time,
    health_export,
    health_record,
    write_edf,
    write_fit,
    write_zip,
)
from tests.fakes.reading import read_all

AT = fit_time(datetime(2026, 3, 1, tzinfo=UTC))
HEART = health_record("HeartRate", 72, "count/min")
MOST_MEMORY = 32 << 20  # bytes, for files of a few hundred
FEW = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _edf(path: Path) -> None:
    records = [[[0] * 250, [30_000]]] * 3
    write_edf(path, [CHEST, FINGER], records, kind="EDF+D", onsets=["+0", "+1", "+9"])


def _fit(path: Path) -> None:
    write_fit(path, [(RECORD, {"timestamp": AT + i, "heart_rate": 72}) for i in range(9)])


def _health(path: Path) -> None:
    path.write_text(health_export([HEART] * 9, "<!DOCTYPE HealthData [\n<!ELEMENT a (b)>\n]>\n"))


def _zip(path: Path) -> None:
    ecg = "a,2026-03-01 08:00:00 +0100\nb,512 hertz\nc,mV\n1\n2\n"
    write_zip(path, {"export.xml": health_export([HEART]), "electrocardiograms/a.csv": ecg})


def _vital(path: Path) -> None:
    unpacked(path, packed=False)


def unpacked(path: Path, *, packed: bool) -> None:
    vital = VitalWriter(packed=packed)
    vital.device(1, "Solar8000")
    vital.track(1, "HR", "/min", device=1)
    vital.track(2, "ECG_II", "mV", rate=250, form=5, device=1)
    for second in range(3):
        vital.number(1, 1.77e9 + second, 60)
        vital.samples(2, 1.77e9 + second, [1] * 250)
    vital.write(path)


KINDS = {"edf": _edf, "fit": _fit, "health": _health, "zip": _zip, "vital": _vital}
KIND = pytest.mark.parametrize("kind", list(KINDS))


def opened(path: Path, kind: str) -> list[Batch] | None:
    """What is read of it; None where it is refused. Any other error fails the test."""
    scheme = "health" if kind == "zip" else kind
    try:
        source = open_source(f"{scheme}:{path}", clock=FakeClock(), speed=None, patient="p")
        batches = anyio.run(read_all, source)
    except SourceError:
        return None
    assert isinstance(getattr(source, "ignored", ()), tuple)
    return batches


@KIND
@FEW
@given(content=st.binary(max_size=600))
def test_any_bytes(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    opened(path, kind)


@KIND
@FEW
@given(cut=st.floats(0, 1))
def test_a_file_that_is_cut_off(tmp_path: Path, kind: str, cut: float) -> None:
    path = tmp_path / "cut"
    KINDS[kind](path)
    content = path.read_bytes()
    path.write_bytes(content[: int(cut * len(content))])
    opened(path, kind)


@KIND
@FEW
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), min_size=1, max_size=12))
def test_a_file_with_bits_flipped(
    tmp_path: Path, kind: str, flips: list[tuple[float, int]]
) -> None:
    path = tmp_path / "flipped"
    KINDS[kind](path)
    opened(flipped(path, flips), kind)


def flipped(path: Path, flips: list[tuple[float, int]]) -> Path:
    content = bytearray(path.read_bytes())
    for where, bit in flips:
        content[int(where * (len(content) - 1))] ^= 1 << bit
    path.write_bytes(content)
    return path


@FEW
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), min_size=1, max_size=12))
def test_a_vital_file_with_bits_flipped_within(
    tmp_path: Path, flips: list[tuple[float, int]]
) -> None:
    """Under the compression, whose own checksum would hide most of it."""
    import gzip

    path = tmp_path / "flipped"
    unpacked(path, packed=True)
    path.write_bytes(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(flipped(path, flips).read_bytes()))
    opened(path, "vital")


def _edf_of_one_record(path: Path) -> None:
    """A header that tells a record of 16 MB in 1 s."""
    write_edf(path, [("ECG", "mV", 8_000_000, -1.0, 1.0)], [], count=-1)


def _vital_of_a_bomb(path: Path) -> None:
    """A packet of 100 MB of nothing, in a file of 100 kB."""
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.number(1, 1.77e9, 60)
    vital.packet(77, bytes(100 << 20))
    vital.number(1, 1.77e9 + 1, 60)
    vital.write(path)


def _health_of_a_bomb(path: Path) -> None:
    """A hundred megabytes of spaces."""
    write_zip(path, {"export.xml": health_export([HEART, " " * (100 << 20), HEART])})


@pytest.mark.parametrize(
    ("kind", "write"),
    [("edf", _edf_of_one_record), ("vital", _vital_of_a_bomb), ("zip", _health_of_a_bomb)],
)
def test_memory_has_a_bound(tmp_path: Path, kind: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / "large"
    write(path)
    opened(path, kind)  # imports are not the file's memory
    tracemalloc.start()
    try:
        opened(path, kind)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
