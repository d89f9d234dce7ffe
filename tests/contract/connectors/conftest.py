"""Every connector under contract: add a `Case` here, and it must keep all of it.

A case writes its own source into a folder and tells how to open it, so that the suite needs no
recording of a real patient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from connectors.kit import RECORDING_RULES, SECRET, Recording, Rule
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
from tests.fakes.recordings import write_parquet, write_record

NEED_A_LARGE_ONE = {"sizes", "bounded"}
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


def _edf(folder: Path, seconds: int = 40) -> str:
    records = [[[1000 * (i % 9) for i in range(250)], [30_000]] for _ in range(seconds)]
    path = write_edf(folder / f"{SECRET}.edf", [CHEST, FINGER], records)
    path.write_bytes(path.read_bytes() + b"half a record")
    return f"edf:{path}"


def _edf_parted(folder: Path) -> str:
    records = [[[100] * 256, [100] * 2]] * 12
    onsets = [f"+{second + (second > 5) * 60}" for second in range(12)]
    signals = [("EKG", "uV", 256, -3200, 3200), ("Pulse", "bpm", 2, 0, 300)]
    patient = f"X F 02-MAY-1951 {SECRET}"
    path = folder / f"{SECRET}.bdf"
    write_edf(path, signals, records, kind="BDF+D", onsets=onsets, patient=patient, width=3)
    return f"edf:{path}"


def _fit(folder: Path, count: int = 300) -> str:
    begin = fit_time(datetime(2026, 3, 1, 8, tzinfo=UTC))
    messages = [
        (
            RECORD,
            {
                "timestamp": begin + i,
                "heart_rate": 60 + i % 40,
                "enhanced_respiration_rate": 1_500 + i % 400,
                "core_temperature": 3_600 + i % 200,
                "temperature": 30,
            },
        )
        for i in range(count)
    ]
    path = write_fit(folder / f"{SECRET}.fit", messages)
    path.write_bytes(path.read_bytes()[:-9])
    return f"fit:{path}"


def _health(folder: Path, count: int = 300) -> str:
    begin = datetime(2026, 3, 1, 8, tzinfo=UTC)
    records = [
        health_record("HeartRate", 60 + i % 40, "count/min", begin + timedelta(minutes=i))
        for i in range(count)
    ]
    records[7] = health_record("HeartRate", SECRET, "count/min")
    (folder / f"{SECRET}.xml").write_text(health_export(records))
    return f"health:{folder / f'{SECRET}.xml'}"


def _health_zip(folder: Path) -> str:
    head = f"Nombre,{SECRET}\nFecha,2026-03-01 09:00:00 +0100\nFrecuencia,512 hercios\nUnidad,µV\n"
    samples = "\n".join(f'"{i % 300},5"' for i in range(1024))
    members = {
        "apple_health_export/exportación.xml": health_export(
            [health_record("OxygenSaturation", 0.97, "%")]
        ),
        f"apple_health_export/electrocardiograms/{SECRET}.csv": f"{head}\n{samples}\n",
        "apple_health_export/electrocardiograms/other.csv": f"{SECRET}\n",
    }
    return f"health:{write_zip(folder / f'{SECRET}.zip', members)}"


def _vital(folder: Path, seconds: int = 40) -> str:
    vital, begin = VitalWriter(), 1.77e9
    vital.device(1, "Solar8000")
    vital.track(1, "HR", "/min", device=1)
    vital.track(2, "ECG_II", "mV", rate=250, device=1)
    vital.track(3, "ART", "mmHg", rate=100, form=5, gain=0.5, device=1)
    for second in range(seconds):
        vital.number(1, begin + second, 60 + second % 40)
        vital.samples(2, begin + second, [0.1 * (i % 9) for i in range(250)])
        vital.samples(3, begin + second, [160 + i for i in range(100)])
    vital.number(1, float("nan"), 60)
    return f"vital:{vital.write(folder / f'{SECRET}.vital')}"


def _vital_packed(folder: Path, seconds: int = 40) -> str:
    vital = VitalWriter(packed=True)
    vital.track(1, SECRET, kind=5)
    vital.track(2, "PLETH", rate=100, form=5)
    vital.samples(2, 1.77e9, [-32768 if 500 < i < 900 else i % 90 for i in range(100 * seconds)])
    return f"vital:{vital.write(folder / f'{SECRET}.vital')}"


CASES = (
    Case("wfdb numerics", _numerics, large=lambda folder: _numerics(folder, 20_000)),
    Case("wfdb waveforms", _waves, large=lambda folder: _waves(folder, 420)),
    Case("wfdb segments, one missing", _segments, bad=1),
    Case("csv wide", _wide, bad=2, large=lambda folder: _wide(folder, 12_000)),
    Case("csv long", _long, bad=1),
    Case("csv samples", _samples),
    Case("parquet", _parquet, bad=1, large=lambda folder: _parquet(folder, 24_000)),
    Case("edf", _edf, bad=1, large=lambda folder: _edf(folder, 400)),
    Case("edf in parts", _edf_parted),
    Case("fit, cut off", _fit, bad=1, large=lambda folder: _fit(folder, 9_000)),
    Case("health", _health, bad=1, large=lambda folder: _health(folder, 40_000)),
    Case("health, zipped, with an ECG", _health_zip, bad=1),
    Case("vital", _vital, bad=1, large=lambda folder: _vital(folder, 600)),
    Case("vital, packed", _vital_packed, large=lambda folder: _vital_packed(folder, 4_000)),
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


@pytest.fixture(params=RECORDING_RULES, ids=lambda rule: rule.name)
def rule(request: pytest.FixtureRequest) -> Rule[Recording]:
    """Each rule in turn."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def recording(case: Case, rule: Rule[Recording], tmp_path: Path) -> Recording:
    """A small source of that kind with the patient's name, and a large one where it matters."""
    small, large = tmp_path / "small", tmp_path / "large"
    for folder in (small, large):
        folder.mkdir()
    wants = case.large if rule.name in NEED_A_LARGE_ONE else None
    return Recording(
        source=case.write(small),
        large=wants(large) if wants else None,
        secrets=(SECRET,),
        bad=case.bad,
    )
