"""Apple Health exports: what is taken, in which unit, and what must never happen."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fakes.files import health_export, health_record, write_zip
from tests.fakes.reading import observations, read_all, rejected, waveforms

pytestmark = pytest.mark.anyio
HEART = health_record("HeartRate", 72, "count/min")


async def read(path: Path, patient: str | None = "p1") -> list[Batch]:
    source = open_source(f"health:{path}", clock=FakeClock(), speed=None, patient=patient)
    return await read_all(source)


def export(folder: Path, *records: str, head: str = "") -> Path:
    path = folder / "export.xml"
    path.write_text(health_export(records, head))
    return path


@pytest.mark.parametrize(
    ("kind", "value", "unit", "signal", "expected"),
    [
        ("HeartRate", "72.5", "count/min", "heart_rate", 72.5),
        ("HeartRate", "1.2", "count/s", "heart_rate", 72),
        ("OxygenSaturation", "0.97", "%", "spo2", 97),
        ("OxygenSaturation", "97", "%", "spo2", 97),  # by another app
        ("RespiratoryRate", "14.5", "count/min", "respiratory_rate", 14.5),
        ("BodyTemperature", "37.4", "degC", "temperature", 37.4),
        ("BodyTemperature", "99.5", "degF", "temperature", 37.5),
        ("BloodPressureSystolic", "121", "mmHg", "cuff_systolic", 121),
        ("BloodPressureDiastolic", "79", "mmHg", "cuff_diastolic", 79),
        ("BloodGlucose", "99", "mg/dL", "glucose", 99),
        ("BloodGlucose", "5.5", "mmol<180.1558800000541>/L", "glucose", 99.0858),
    ],
)
async def test_values_come_in_the_vocabularys_unit(
    tmp_path: Path, kind: str, value: str, unit: str, signal: str, expected: float
) -> None:
    (found,) = observations(await read(export(tmp_path, health_record(kind, value, unit))))
    assert (found.signal.value, found.value) == (signal, pytest.approx(expected))
    assert found.time == datetime(2026, 3, 1, 7, tzinfo=UTC)


async def test_who_it_is_is_told(tmp_path: Path) -> None:
    subject = (await read(export(tmp_path, HEART)))[0].subject
    assert subject is not None
    assert (subject.birth_date, subject.sex) == (date(1980, 2, 29), "female")


async def test_everybodys_export_has_the_same_name(tmp_path: Path) -> None:
    """Or all of them would be one patient."""
    for name in ("export.xml", "exportación.xml", "Export (2).xml"):
        path = export(tmp_path, HEART).rename(tmp_path / name)
        with pytest.raises(SourceError, match="--patient"):
            await read(path, patient=None)
    assert await read(export(tmp_path, HEART).rename(tmp_path / "ana.xml"), patient=None)


async def test_a_pair_of_pressures_is_taken_once(tmp_path: Path) -> None:
    """What stands within a correlation stands outside of it as well."""
    pair = [
        health_record("BloodPressureSystolic", 121, "mmHg"),
        health_record("BloodPressureDiastolic", 79, "mmHg"),
    ]
    kind = 'type="HKCorrelationTypeIdentifierBloodPressure"'
    inside = f"<Correlation {kind}>{''.join(pair)}</Correlation>"
    found = observations(await read(export(tmp_path, inside, *pair, HEART)))
    assert [each.value for each in found] == [121, 79, 72]


async def test_what_is_not_taken_is_told_by_name(tmp_path: Path) -> None:
    sleep = HEART.replace(
        "HKQuantityTypeIdentifierHeartRate", "HKCategoryTypeIdentifierSleepAnalysis"
    )
    path = export(tmp_path, HEART, sleep, health_record("StepCount", 9, "count"))
    connector: Any = open_source(f"health:{path}", clock=FakeClock(), speed=None, patient="p")
    assert connector.ignored == ("SleepAnalysis", "StepCount")
    assert len(observations(await read_all(connector))) == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(health_record("HeartRate", "fast", "count/min"), "not a number", id="a word"),
        pytest.param(health_record("HeartRate", "", "count/min"), "no value", id="empty"),
        pytest.param(health_record("HeartRate", "1", "furlong"), "unit is not known", id="unit"),
        pytest.param(health_record("HeartRate", "1", "degC"), "can not be read in", id="not its"),
        pytest.param(HEART.replace("2026", "2026-13"), "time can not be understood", id="time"),
        pytest.param(HEART.replace("startDate", "began"), "time can not be understood", id="none"),
    ],
)
async def test_a_record_that_can_not_be_read_costs_no_other(
    tmp_path: Path, record: str, reason: str
) -> None:
    batches = await read(export(tmp_path, HEART, record, HEART))
    assert len(observations(batches)) == 2
    assert [reason in each.reason for each in rejected(batches)] == [True]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param('<!DOCTYPE HealthData [<!ENTITY a "72">]>\n', id="an entity"),
        pytest.param(
            '<!DOCTYPE HealthData [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n', id="file"
        ),
        pytest.param(
            '<!DOCTYPE HealthData SYSTEM "http://example.org/a.dtd">\n', id="from outside"
        ),
    ],
)
async def test_no_entity_is_ever_expanded(tmp_path: Path, head: str) -> None:
    batches = await read(export(tmp_path, HEART.replace('"72"', '"&a;"'), head=head))
    assert not observations(batches)
    assert ["cut off or damaged" in each.reason for each in rejected(batches)] == [True]


async def test_a_document_type_that_ios_wrote_wrongly_does_no_harm(tmp_path: Path) -> None:
    head = (
        "<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n<!ATTLIST Record\n  a <!b]\n]>\n"
    )
    assert len(observations(await read(export(tmp_path, HEART, head=head)))) == 1


async def test_what_was_read_before_the_damage_is_kept(tmp_path: Path) -> None:
    path = export(tmp_path, HEART, HEART)
    path.write_bytes(path.read_bytes()[:-15])
    batches = await read(path)
    assert len(observations(batches)) == 2
    assert len(rejected(batches)) == 1


async def test_an_element_without_an_end_is_not_gathered(tmp_path: Path) -> None:
    path = export(tmp_path, HEART, "<Record type='" + "x" * (3 << 20))
    batches = await read(path)
    assert len(observations(batches)) == 1
    assert ["longer than" in each.reason for each in rejected(batches)] == [True]


@pytest.mark.parametrize(
    "name",
    ["apple_health_export/export.xml", "apple_health_export/exportación.xml", "a/Eksport.xml"],
)
async def test_a_zip_is_read_in_any_language(tmp_path: Path, name: str) -> None:
    members = {"a/export_cda.xml": "<ClinicalDocument/>" * 999, name: health_export([HEART])}
    assert len(observations(await read(write_zip(tmp_path / "a.zip", members)))) == 1


ECG = """Name,Ana
Date of Birth,"29 Feb 1980"
Recorded Date,2026-03-01 08:00:00 +0100
Classification,Sinus Rhythm
Software Version,1.90
Device,"Watch6,7"
Sample Rate,512 hertz


Lead,Lead I
Unit,µV

"""
SPANISH = """Nombre;Ana
Fecha de grabación,2026-03-01 08:00:00 +0100
Frecuencia de muestreo,"512,5 hercios"
Unidad,µV

"""


@pytest.mark.parametrize(
    ("head", "sample", "rate"),
    [pytest.param(ECG, "12.5", 512, id="English"), pytest.param(SPANISH, '"12,5"', 512.5, id="es")],
)
async def test_an_ecg_is_a_waveform(tmp_path: Path, head: str, sample: str, rate: float) -> None:
    members = {
        "e/export.xml": health_export([HEART]),
        "e/electrocardiograms/ecg_2026-03-01.csv": head + f"{sample}\n" * 1200,
    }
    batches = await read(write_zip(tmp_path / "a.zip", members))
    chunks = waveforms(batches)
    assert not rejected(batches)
    assert sum(len(chunk.samples) for chunk in chunks) == 1200
    assert {(chunk.rate, chunk.channel, chunk.samples[0]) for chunk in chunks} == {
        (rate, "I", 0.0125)
    }
    assert chunks[0].start == datetime(2026, 3, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ECG.replace("512 hertz", "fast") + "1\n", id="no rate"),
        pytest.param(ECG.replace("2026-03-01", "yesterday") + "1\n", id="no time"),
        pytest.param(ECG + "1\n2\nthree\n", id="a word among the samples"),
        pytest.param(ECG, id="no samples"),
        pytest.param("", id="empty"),
    ],
)
async def test_an_ecg_that_can_not_be_read_is_a_dead_letter(tmp_path: Path, content: str) -> None:
    members = {"export.xml": health_export([HEART]), "a/electrocardiograms/b.csv": content}
    batches = await read(write_zip(tmp_path / "a.zip", members))
    assert (len(observations(batches)), len(rejected(batches))) == (1, 1)


@pytest.mark.parametrize("content", ["", "<a/>", "PK\3\4", "<html><HealthDat/></html>"])
async def test_what_is_no_export_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.xml"
    path.write_text(content)
    with pytest.raises(MalformedInput, match="no Apple Health export"):
        await read(path)


async def test_an_export_without_a_vital_sign_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match="holds no heart rate"):
        await read(export(tmp_path, health_record("StepCount", 9, "count")))
