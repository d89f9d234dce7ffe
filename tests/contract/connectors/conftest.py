"""Every connector under contract: add a `Case` here, and it must keep all of it.

A case writes its own source into a folder and tells how to open it, so that the suite needs no
recording of a real patient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import pytest

from tests.fakes.recordings import write_parquet, write_record

SECRET = "Concepcion"  # the patient's name, in every file name, header or cell that may hold one
_BEGIN = (date(2026, 3, 1), time(8, 0))


@dataclass(frozen=True)
class Case:
    """One kind of source. `write` makes it and returns what `open_source` is given.

    `bad` is how many pieces of it can not be parsed. `large` is a source many times what a
    connector may hold in memory; None where another case of the same connector has one.
    """

    id: str
    write: Callable[[Path], str]
    bad: int = 0
    large: Callable[[Path], str] | None = None


def _numerics(folder: Path, minutes: int = 30) -> str:
    values = [60.0 + i % 40 for i in range(minutes)]
    signals = {"HR": ("bpm", values), "SpO2": ("%", [95.0 + i % 5 for i in range(minutes)])}
    record = write_record(folder, f"{SECRET}n", signals, rate=1 / 60, begins=_BEGIN)
    return f"wfdb:{record}"


def _waves(folder: Path, seconds: int = 12) -> str:
    ecg = [0.1 * (i % 9) for i in range(250 * seconds)]
    pressure = [80.0 + i % 40 for i in range(125 * seconds)]
    signals = {"II": ("mV", ecg), "ABP": ("mmHg", pressure)}
    record = write_record(folder, SECRET, signals, rate=125, begins=_BEGIN, per_frame=[2, 1])
    return f"wfdb:{record}"


def _segments(folder: Path) -> str:
    for name in ("s1", "s3"):
        write_record(folder, name, {"II": ("mV", [0.5] * 500)}, rate=125)
    lines = [f"{SECRET}/3 1 125 1500 08:00:00 01/03/2026", "s1 500", "s2 500", "s3 500"]
    (folder / f"{SECRET}.hea").write_text("\n".join(lines) + "\n")
    return f"wfdb:{folder / SECRET}"


def _wide(folder: Path, rows: int = 300) -> str:
    lines = ["Time [s], HR, SpO2, Temp"]
    lines += [f"{i}, {60 + i % 40}, {95 + i % 5}, {36 + i % 3}" for i in range(rows)]
    lines[5], lines[9] = f"{SECRET}, 1, 2, 3", "4, 5"
    path = folder / f"{SECRET}.csv"
    path.write_text("\n".join(lines) + "\n")
    return f"csv:{path}"


def _long(folder: Path) -> str:
    rows = ["subject_id,patient_name,charttime,label,valuenum,valueuom"]
    rows += [
        f"{1 + i // 50},{SECRET},2026-03-01 08:{i % 50:02d}:00,Heart Rate,{60 + i % 40},bpm"
        for i in range(200)
    ]
    rows.append(f"5,{SECRET},2026-03-01 09:00:00,Heart Rate,{SECRET},bpm")
    path = folder / "chart.csv"
    path.write_text("\n".join(rows) + "\n")
    return f"csv:{path}"


def _samples(folder: Path) -> str:
    rows = [f"{0.008 * i:.3f},{0.01 * (i % 90)},{i % 50}" for i in range(1000)]
    path = folder / f"{SECRET}_Signals.csv"
    path.write_text("\n".join(["Time [s],II,PLETH", *rows]) + "\n")
    return f"csv:{path}"


def _parquet(folder: Path, rows: int = 300) -> str:
    columns = {
        "patient": [f"{SECRET} {i * 3 // rows}" for i in range(rows)],
        "hour": [i % (rows // 3) for i in range(rows)],
        "HR": [None if i % 7 == 0 else 60.0 + i % 40 for i in range(rows)],
        "Temp": [float("inf") if i == 11 else 36.5 for i in range(rows)],
    }
    return f"parquet:{write_parquet(folder / f'{SECRET}.parquet', columns)}"


CASES = (
    Case("wfdb numerics", _numerics, large=lambda folder: _numerics(folder, 20_000)),
    Case("wfdb waveforms", _waves, large=lambda folder: _waves(folder, 420)),
    Case("wfdb segments, one missing", _segments, bad=1),
    Case("csv wide", _wide, bad=2, large=lambda folder: _wide(folder, 20_000)),
    Case("csv long", _long, bad=1),
    Case("csv samples", _samples),
    Case("parquet", _parquet, bad=1, large=lambda folder: _parquet(folder, 24_000)),
    Case(
        "simulator",
        lambda _: "sim:ward?beds=3&duration=90s&history=10m",
        large=lambda _: "sim:ward?beds=2&duration=8m&history=4h",
    ),
)


@pytest.fixture(params=CASES, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> Case:
    """Each kind of source in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def source(case: Case, tmp_path: Path) -> str:
    """A small source of that kind."""
    return case.write(tmp_path)


@pytest.fixture(params=[case for case in CASES if case.large], ids=lambda case: case.id)
def large_source(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A large source of each connector."""
    return request.param.large(tmp_path)  # type: ignore[no-any-return]
