"""Recordings of real patients, beside an independent count of what their files hold.

pandas, wfdb and others count; the connectors read. Quick files alone: the larger ones are marked
slow.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from shutil import make_archive
from typing import Any

import pytest

from connectors import open_source
from sereno.domain.errors import MalformedInput, SourceError
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations, read_all, rejected, waveforms

pytestmark = pytest.mark.anyio


async def counts(source: str) -> tuple[Counter[str], int]:
    """Values a signal, `name!` for those of a sensor that was off; and what was rejected."""
    connector = open_source(source, clock=FakeClock(), speed=None)
    found: Counter[str] = Counter()
    bad = 0
    async for batch in connector.batches():
        for each in batch.observations:
            found[each.signal.value] += 1
            found[f"{each.signal.value}!"] += each.quality.value == "sensor_off"
        for chunk in batch.waveforms:
            found[chunk.channel] += sum(sample == sample for sample in chunk.samples)  # noqa: PLR0124 - not NaN
        bad += len(batch.rejected)
    return +found, bad


def in_file(table: Any, names: Mapping[str, str]) -> Counter[str]:
    """The same, by pandas: `names` maps a signal to its column."""
    expected: Counter[str] = Counter()
    for signal, column in names.items():
        expected[signal] = int(table[column].notna().sum())
        expected[f"{signal}!"] = int((table[column] == 0).sum())
    return +expected


def wfdb_table(path: Path) -> Any:
    """A record's physical values. wfdb's own to_dataframe can not hold the year 2896."""
    import pandas as pd
    import wfdb

    record = wfdb.rdrecord(str(path))
    return pd.DataFrame(record.p_signal, columns=record.sig_name)


NUMERICS = {
    "heart_rate": "HR", "invasive_systolic": "ABPSys", "invasive_diastolic": "ABPDias",
    "invasive_mean": "ABPMean", "pulse_rate": "PULSE", "respiratory_rate": "RESP",
    "spo2": "SpO2", "cuff_systolic": "NBPSys", "cuff_diastolic": "NBPDias",
    "cuff_mean": "NBPMean",
}  # fmt: skip


@pytest.mark.parametrize("name", ["s00001-2896-10-10-00-31n", "s00001-2896-10-09-01-56n"])
async def test_wfdb_numerics(shared_data: Path, name: str) -> None:
    path = shared_data / "wfdb" / "multi-segment" / "s00001" / name
    table = wfdb_table(path)
    found, bad = await counts(f"wfdb:{path}")
    assert (found, bad) == (in_file(table, NUMERICS), 0)


async def test_every_number_of_a_record_is_in_its_file(shared_data: Path) -> None:
    path = shared_data / "wfdb/multi-segment/s00001/s00001-2896-10-10-00-31n"
    table = wfdb_table(path)
    begin = datetime(2896, 10, 10, 0, 31, 25, 894000, UTC)  # as its header tells
    batches = await read_all(open_source(f"wfdb:{path}", clock=FakeClock(), speed=None))
    for each in observations(batches):
        row = (each.time - begin).total_seconds() / 60
        assert row == pytest.approx(round(row), abs=1e-6)
        assert table[NUMERICS[each.signal.value]].iloc[round(row)] == each.value


async def test_wfdb_waveforms_of_different_rates(shared_data: Path) -> None:
    import wfdb

    path = shared_data / "wfdb" / "03700181"
    record = wfdb.rdrecord(str(path), smooth_frames=False)
    batches = await read_all(open_source(f"wfdb:{path}", clock=FakeClock(), speed=None))
    for name, expected in zip(record.sig_name, record.e_p_signal, strict=True):
        chunks = [chunk for chunk in waveforms(batches) if chunk.channel == name]
        read = [sample for chunk in chunks for sample in chunk.samples]
        assert read == pytest.approx(expected.tolist(), nan_ok=True)
        assert chunks[-1].start.timestamp() - chunks[0].start.timestamp() == 599


async def test_wfdb_segments(shared_data: Path) -> None:
    """Three of sixteen segments have no samples in the set; the other thirteen are read."""
    folder = shared_data / "wfdb" / "multi-segment" / "s00001"
    expected: Counter[str] = Counter()
    for header in sorted(folder.glob("3975656_0*.hea")):
        if header.with_suffix(".dat").exists():
            table = wfdb_table(header.with_suffix(""))
            expected.update({name: int(table[name].notna().sum()) for name in table})
    found, bad = await counts(f"wfdb:{folder}/s00001-2896-10-10-00-31")
    assert (found, bad) == (expected, 3)


async def test_bidmc_numerics(shared_data: Path) -> None:
    import pandas as pd

    names = {"heart_rate": "HR", "pulse_rate": "PULSE", "respiratory_rate": "RESP", "spo2": "SpO2"}
    files = sorted((shared_data / "bidmc").glob("*_Numerics.csv"))
    assert files
    for file in files:
        table = pd.read_csv(file).rename(columns=str.strip)
        assert await counts(f"csv:{file}") == (in_file(table, names), 0)


async def test_bidmc_signals(shared_data: Path) -> None:
    import pandas as pd

    files = sorted((shared_data / "bidmc").glob("*_Signals.csv.gz"))
    assert files
    for file in files:
        table = pd.read_csv(file).rename(columns=str.strip).drop(columns="Time [s]")
        assert await counts(f"csv:{file}") == (Counter(table.notna().sum().to_dict()), 0)


async def test_an_oximeters_own_log(shared_data: Path) -> None:
    import pandas as pd

    file = shared_data / "vital-sqi" / "ppg_smartcare.csv"
    table = pd.read_csv(file)
    names = {"pulse_rate": "PULSE_BPM", "spo2": "SPO2_PCT", "PLETH": "PLETH"}
    assert await counts(f"csv:{file}") == (in_file(table, names), 0)


async def test_edf(shared_data: Path) -> None:
    """Beside wfdb's own reader, which rounds to the nearest step."""
    from wfdb.io.convert.edf import read_edf

    file = shared_data / "vital-sqi" / "example.edf"
    record = read_edf(str(file))
    batches = await read_all(open_source(f"edf:{file}", clock=FakeClock(), speed=None))
    assert not rejected(batches)
    for number, name in enumerate(("ECG CHANNEL 1", "ECG CHANNEL 2")):
        chunks = [chunk for chunk in waveforms(batches) if chunk.channel == name]
        read = [sample for chunk in chunks for sample in chunk.samples]
        assert read == pytest.approx((record.p_signal[:, number] / 1000).tolist(), abs=0.0014)
        assert chunks[0].start == datetime(2019, 1, 22, 1, 4, 13, tzinfo=UTC)


# Heart rates of each FIT file, as another library counts them (fitparse 1.2), and of those that
# have none what they are refused for.
NONE = "holds no heart rate"
FIT: Mapping[str, int | str] = {
    "2013-02-06-12-11-14.fit": 590, "2015-10-13-08-43-15.fit": NONE, "Activity.fit": NONE,
    "Settings.fit": NONE, "Settings2.fit": NONE, "WorkoutCustomTargetValues.fit": NONE,
    "WorkoutRepeatSteps.fit": NONE, "activity-activity-filecrc.fit": "checksum does not fit",
    "activity-settings-corruptheader.fit": "no FIT file begins here",
    "activity-unexpected-eof.fit": "cut off here", "compressed-speed-distance.fit": 754,
    "developer-types-sample.fit": 3424, "garmin-fenix-5-bike.fit": 19, "garmin-fenix-5-run.fit": 21,
    "garmin-fenix-5-walk.fit": 17, "nametest.FIT": NONE, "null_compressed_speed_dist.fit": 1808,
    "strava-android-app-201.10-b1218918.fit": "damaged here",
}  # fmt: skip


async def test_fit(shared_data: Path) -> None:
    files = sorted((shared_data / "wearables" / "fit").iterdir())
    assert [file.name for file in files] == sorted(FIT)
    for file in files:
        expected = FIT[file.name]
        if isinstance(expected, int):
            found, bad = await counts(f"fit:{file}")
            assert (found["heart_rate"], bad) == (expected, 0), file.name
        else:
            with pytest.raises(MalformedInput, match=expected):
                await counts(f"fit:{file}")


async def test_apple_health(shared_data: Path, tmp_path: Path) -> None:
    tests = shared_data / "wearables" / "apple-health" / "tests"
    zipped = make_archive(str(tmp_path / "ana"), "zip", tests / "zip_contents")
    for source in (tests / "export.xml", zipped):
        connector = open_source(f"health:{source}", clock=FakeClock(), speed=None, patient="p")
        (each,) = observations(await read_all(connector))
        assert (each.value, each.time) == (72, datetime(2018, 9, 10, 9, 28, 55, tzinfo=UTC))
        assert getattr(connector, "ignored", ()) == ("BodyMassIndex",)


DAMAGED = ["vital-sqi/example.edf", *(f"wearables/fit/{name}" for name in FIT)]


@pytest.mark.parametrize("path", DAMAGED)
async def test_a_damaged_file_is_read_or_refused(
    shared_data: Path, tmp_path: Path, path: str
) -> None:
    """Cut off or with bits flipped, four times each: never another error."""
    whole, dice = (shared_data / path).read_bytes()[:60_000], Random(path)
    for trial in range(8):
        content = bytearray(whole)
        if trial % 2:
            content = content[: dice.randrange(len(content))]
        for _ in range(dice.randrange(1, 9) if content else 0):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        file = tmp_path / "damaged"
        file.write_bytes(content)
        with suppress(SourceError):
            await counts(f"{'edf' if path.endswith('edf') else 'fit'}:{file}")


# Labels of the MIMIC-III demo, by the signal that they chart.
CHARTED = {
    "heart_rate": ["Heart Rate"],
    "respiratory_rate": ["Respiratory Rate"],
    "spo2": ["SpO2", "O2 saturation pulseoxymetry"],
    "cuff_systolic": ["NBP [Systolic]", "Non Invasive Blood Pressure systolic"],
    "invasive_systolic": ["Arterial BP [Systolic]", "Arterial Blood Pressure systolic"],
    "temperature": [
        "Temperature C", "Temperature F", "Temperature Celsius", "Temperature Fahrenheit",
    ],
    "fio2": ["FiO2 Set", "Inspired O2 Fraction"],
    "oxygen_flow": ["O2 Flow", "O2 Flow (lpm)"],
    "glasgow_coma_scale": ["GCS Total"],
}  # fmt: skip


async def test_mimic_chart(shared_data: Path) -> None:
    import pandas as pd

    file = shared_data / "mimic3-demo" / "vital_chartevents.parquet"
    table = pd.read_parquet(file)
    found, bad = await counts(f"parquet:{file}")
    for signal, labels in CHARTED.items():
        rows = table[table["label"].isin(labels)]
        assert found[signal] == int(rows["valuenum"].notna().sum()), signal
    minds = table[table["label"] == "Level of Consciousness"]["value"]
    unclear = minds.isin(["Lethargic", "Awake/Unresponsive"])
    assert found["consciousness"] == int((minds.notna() & ~unclear).sum())
    others = table["label"].isin(["O2 Delivery Device", "O2 Delivery Device(s)"])
    assert bad == int(unclear.sum()) + int((table[others]["value"] == "Other").sum())


EICU = {
    "heart_rate": "hr", "respiratory_rate": "resp", "spo2": "o2sat", "cuff_systolic": "sbp",
    "cuff_diastolic": "dbp", "cuff_mean": "map", "temperature": "temp", "fio2": "fio2",
    "glucose": "glu",
}  # fmt: skip


# The other file is of the same columns, and of many of the same patients.
@pytest.mark.parametrize("task", ["mortality24", pytest.param("sepsis", marks=pytest.mark.slow)])
async def test_eicu_hourly(shared_data: Path, task: str) -> None:
    import pandas as pd

    file = shared_data / "yaib-eicu_demo" / task / "dyn.parquet"
    assert await counts(f"parquet:{file}") == (in_file(pd.read_parquet(file), EICU), 0)


CHALLENGE_2019 = {
    "heart_rate": "HR", "respiratory_rate": "Resp", "spo2": "O2Sat", "cuff_systolic": "SBP",
    "cuff_diastolic": "DBP", "cuff_mean": "MAP", "temperature": "Temp", "fio2": "FiO2",
    "glucose": "Glucose", "end_tidal_co2": "EtCO2",
}  # fmt: skip


@pytest.mark.slow
async def test_challenge_2019(shared_data: Path) -> None:
    import pandas as pd

    file = shared_data / "cinc2019" / "training_setB.parquet"
    expected = in_file(pd.read_parquet(file), CHALLENGE_2019)
    assert await counts(f"parquet:{file}") == (expected, 0)


CHALLENGE_2012 = {
    "heart_rate": "HR", "respiratory_rate": "RespRate", "temperature": "Temp", "fio2": "FiO2",
    "cuff_systolic": "NISysABP", "cuff_diastolic": "NIDiasABP", "cuff_mean": "NIMAP",
    "invasive_systolic": "SysABP", "invasive_diastolic": "DiasABP", "invasive_mean": "MAP",
    "glasgow_coma_scale": "GCS", "glucose": "Glucose",
}  # fmt: skip


@pytest.mark.slow
async def test_challenge_2012(shared_data: Path) -> None:
    import pandas as pd

    file = shared_data / "cinc2012" / "set-a.parquet"
    table = pd.read_parquet(file)
    found, bad = await counts(f"parquet:{file}")
    assert bad == 0
    for signal, parameter in CHALLENGE_2012.items():
        told = table[table["Parameter"] == parameter]["Value"]
        assert found[signal] == int(told.notna().sum()), signal
        off = (told == 0) | (told == -1) | ((parameter == "Temp") & told.between(-17.85, -17.75))
        assert found[f"{signal}!"] == int(off.sum()), signal


@pytest.mark.parametrize(
    ("path", "scheme"),
    [("mimic3-demo/admissions.parquet", "parquet"), ("cinc2012/Outcomes-a.csv", "csv"),
     ("bidmc/bidmc_02_Breaths.csv", "csv"), ("vital-sqi/example.edf", "csv")],
)  # fmt: skip
async def test_what_holds_no_stream_is_refused_in_one_line(
    shared_data: Path, path: str, scheme: str
) -> None:
    with pytest.raises(MalformedInput) as caught:
        open_source(f"{scheme}:{shared_data / path}", clock=FakeClock())
    assert "\n" not in str(caught.value)


async def test_nothing_else_is_rejected(shared_data: Path) -> None:
    """100 has two leads in one file, without a date."""
    batches = await read_all(
        open_source(f"wfdb:{shared_data}/wfdb/100", clock=FakeClock(), speed=None)
    )
    assert not rejected(batches)
    assert sum(len(chunk.samples) for chunk in waveforms(batches)) == 2 * 650_000
