import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors import open_source
from connectors.replay.times import EPOCH
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch, Quality
from sereno.domain.vitals import Signal
from tests.fakes.clock import FakeClock
from tests.fakes.reading import observations, read_all, rejected, values, waveforms
from tests.fakes.recordings import write_parquet

pytestmark = pytest.mark.anyio


async def play(path: Path, told: str = "", patient: str | None = None) -> list[Batch]:
    """All batches of a table, with the map `told`."""
    scheme = "parquet" if path.suffix == ".parquet" else "csv"
    source = f"{scheme}:{path}"
    if told:
        path.with_name("map.toml").write_text(told)
        source += f"?map={path.with_name('map.toml')}"
    return await read_all(open_source(source, clock=FakeClock(), speed=None, patient=patient))


def write(folder: Path, text: str, name: str = "bed4.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


async def test_a_wide_table_gives_a_value_a_cell(tmp_path: Path) -> None:
    path = write(tmp_path, "Time [s], HR, SpO2, Note\n0,80,97,x\n1,0,,y\n2,NaN,-1,z\n")
    (batch,) = await play(path)
    told = [(o.signal, o.time - EPOCH, o.value, o.quality) for o in batch.observations]
    assert told == [
        (Signal.HEART_RATE, timedelta(0), 80, Quality.GOOD),
        (Signal.SPO2, timedelta(0), 97, Quality.GOOD),
        (Signal.HEART_RATE, timedelta(seconds=1), 0, Quality.SENSOR_OFF),
        (Signal.SPO2, timedelta(seconds=2), -1, Quality.SENSOR_OFF),
    ]
    assert batch.subject is not None
    assert batch.subject.identifier == "bed4"


async def test_the_patient_is_named_by_the_caller_where_the_table_tells_none(
    tmp_path: Path,
) -> None:
    (batch,) = await play(write(tmp_path, "time,HR\n0,80\n"), patient="MRN 7")
    assert batch.subject is not None
    assert batch.subject.identifier == "MRN 7"


DAY_FIRST = "24/11/2026;10:00;80\n24/11/2026;10:05:30;81\n"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        pytest.param(f"Fecha;Hora;FC\n{DAY_FIRST}", "", id="inferred"),
        pytest.param(
            f"Fecha;Hora;FC\n{DAY_FIRST}",
            'time = { column = "Fecha", format = "%d/%m/%Y" }',
            id="a map that tells the day alone",
        ),
        pytest.param(
            f"Date,Time,HR\n{DAY_FIRST.replace(';', ',').replace('/', '-')}", "", id="with dashes"
        ),
        pytest.param(
            "When,HR\n11/24/2026 10:00,80\n11/24/2026 10:05:30,81\n",
            'time = "When"',
            id="the month first, in one column",
        ),
        pytest.param("datetime,HR\n24.11.26 10:00,80\n24.11.26 10:05:30,81\n", "", id="dots"),
    ],
)
async def test_dates_that_are_not_iso_keep_their_time_of_day(
    tmp_path: Path, table: str, told: str
) -> None:
    read = observations(await play(write(tmp_path, table), told))
    assert [(each.time, each.value) for each in read] == [
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), 80),
        (datetime(2026, 11, 24, 10, 5, 30, tzinfo=UTC), 81),
    ]


async def test_fecha_begins_with_the_day(tmp_path: Path) -> None:
    (one,) = observations(await play(write(tmp_path, "Fecha;Hora;FC\n03/04/2026;10:00;80\n")))
    assert one.time == datetime(2026, 4, 3, 10, 0, tzinfo=UTC)


async def test_a_date_that_may_be_read_in_two_ways_is_not_guessed(tmp_path: Path) -> None:
    path = write(tmp_path, "Date,Time,HR\n03/04/2026,10:00,80\n")
    with pytest.raises(MalformedInput, match=r"the day or with the month.*format = '%d/%m/%Y'"):
        await play(path)


async def test_a_table_without_rows_says_so(tmp_path: Path) -> None:
    with pytest.raises(MalformedInput, match="no rows below it"):
        await play(write(tmp_path, "charttime,HR\n"))


LONG = """subject_id,charttime,label,valuenum,value,valueuom,error
1,2150-01-01 10:00:00,Heart Rate,104,104,bpm,
1,2150-01-01 10:00:00,Temperature F,98.6,98.6,?F,0
1,2150-01-01 10:00:00,Level of Consciousness,,Alert,,
2,2150-01-01 10:05:00,O2 Delivery Device,,Nasal Cannula,,
2,2150-01-01 10:05:00,NBP [Systolic],91,91,mmHg,1
2,2150-01-01 10:05:00,Pain Location,,Back,,
2,2150-01-01 10:06:00,Level of Consciousness,,Lethargic,,
"""


async def test_a_long_table_is_read_by_its_labels(tmp_path: Path) -> None:
    batches = await play(write(tmp_path, LONG))
    told = {
        batch.subject.identifier: [(o.signal, o.value, o.quality) for o in batch.observations]
        for batch in batches
        if batch.subject
    }
    assert told["1"] == [
        (Signal.HEART_RATE, 104, Quality.GOOD),
        (Signal.TEMPERATURE, pytest.approx(37), Quality.GOOD),
        (Signal.CONSCIOUSNESS, 0, Quality.GOOD),
    ]
    assert told["2"] == [
        (Signal.OXYGEN_GIVEN, 1, Quality.GOOD),
        (Signal.CUFF_SYSTOLIC, 91, Quality.ARTEFACT),
    ]
    assert [piece.content for piece in rejected(batches)] == [
        b"2,2150-01-01 10:06:00,Level of Consciousness,,Lethargic,,\n"
    ]
    assert observations(batches)[0].time == datetime(2150, 1, 1, 10, tzinfo=UTC)


async def test_challenge_2012_names_its_invasive_pressure_map(tmp_path: Path) -> None:
    table = "RecordID,Time,Parameter,Value\n1,00:00,Gender,1\n1,00:00,Age,70\n"
    table += "1,00:07,MAP,80\n1,00:07,NIMAP,85\n1,00:07,Temp,-17.8\n"
    (batch,) = await play(write(tmp_path, table))
    assert [o.signal for o in batch.observations] == [
        Signal.INVASIVE_MEAN, Signal.CUFF_MEAN, Signal.TEMPERATURE,
    ]  # fmt: skip
    assert batch.observations[2].quality is Quality.SENSOR_OFF
    assert batch.subject is not None
    assert (batch.subject.sex, batch.subject.birth_date) == ("male", None)


async def test_one_patient_of_many_can_be_picked(tmp_path: Path) -> None:
    path = write(tmp_path, "patient,hour,HR\na,0,80\nb,0,90\n")
    assert values(await play(path, patient="b"), "heart_rate") == [90]
    with pytest.raises(SourceError, match="no row is about") as caught:
        await play(path, patient="carol")
    assert "carol" not in str(caught.value)


async def test_what_a_table_tells_of_the_patient_is_passed_on(tmp_path: Path) -> None:
    path = write(tmp_path, "mrn,dob,sex,bed,time,HR\n7,1950-02-03,F,ICU 2,0,80\n7,,,ICU 3,1,81\n")
    (batch,) = await play(path)
    subject = batch.subject
    assert subject is not None
    assert (subject.identifier, subject.authority, subject.bed) == ("7", "bed4", "ICU 3")
    assert (subject.birth_date, subject.sex) == (date(1950, 2, 3), "female")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(b"1,abc,97", "column 'HR' is not a number", id="a word"),
        pytest.param(b"1,80", "2 cells", id="a cut line"),
        pytest.param(b"1,80,97,4", "4 cells", id="a cell too many"),
        pytest.param(b"soon,80,97", "time", id="no time"),
        pytest.param(b"1e30,80,97", "time", id="a time beyond all calendars"),
        pytest.param(b"1e11,80,97", "centuries away", id="a time of no patient"),
        pytest.param(b"\xff\xfe,80,97", "time", id="no UTF-8"),
        pytest.param(b'"1,80,97', "cells", id="an open quote"),
        pytest.param(b"1,80\x00,97", "not a number", id="a NUL"),
        pytest.param(b"9" * (1 << 21) + b",80,97", "longer|time|cells", id="an endless line"),
    ],
)
async def test_a_bad_row_is_kept_aside_and_the_rest_goes_on(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"time,HR,SpO2\n0,79,96\n" + row + b"\n2,81,98\n")
    batches = await play(path)
    heart = values(batches, "heart_rate")
    assert (heart[0], heart[-1]) == (79, 81)
    assert any(reason_part in rejected(batches)[0].reason for reason_part in reason.split("|"))
    assert rejected(batches)[0].content[:3] == row[:3]
    assert len(rejected(batches)[0].content) <= 4096


async def test_the_good_cells_of_a_bad_row_are_kept(tmp_path: Path) -> None:
    batches = await play(write(tmp_path, "time,HR,SpO2\n0,abc,97\n"))
    assert values(batches, "spo2") == [97]
    assert len(rejected(batches)) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("fecha;hora;Tª;FC\n2026-03-01;08:00;36,5;80\n", "", id="Spanish decimals"),
        pytest.param("time\tFC\ttemperatura\n0\t80\t36.5\n", "", id="tabs"),
        pytest.param("time|FC|temp\n0|80|36.5\n", "", id="bars"),
        pytest.param("\ufefftime,FC,temp\n0,80,36.5\n", "", id="byte order mark"),
        pytest.param("\n\ntime,FC,temp\r\n0,80,36.5\r\n\r\n", "", id="blank lines"),
        pytest.param('"time","FC","temp"\n"0","80","36.5"\n', "", id="quotes"),
    ],
)
async def test_csv_dialects(tmp_path: Path, text: str, told: str) -> None:
    batches = await play(write(tmp_path, text.replace("Tª", "temp")), told)
    assert values(batches, "heart_rate") == [80]
    assert values(batches, "temperature") == [36.5]
    assert not rejected(batches)


async def test_names_in_an_old_spanish_encoding_are_known(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("hora,frecuencia cardíaca\n08:00,80\n".encode("latin-1"))
    assert values(await play(path), "heart_rate") == [80]


async def test_a_gzipped_table_that_is_cut_off_gives_what_is_left(tmp_path: Path) -> None:
    text = "time,HR\n" + "".join(f"{i},{60 + i * 7919 % 60}\n" for i in range(20_000))
    path = tmp_path / "x.csv.gz"
    packed = gzip.compress(text.encode())
    path.write_bytes(packed[: len(packed) // 2])
    batches = await play(path)
    assert 5_000 < len(observations(batches)) < 15_000
    assert "cut off" in rejected(batches)[-1].reason


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        pytest.param(b"", "x.csv", "first line of names", id="empty"),
        pytest.param(b"\n \n", "x.csv", "first line of names", id="blank"),
        pytest.param(b"\xff\xfet\x00", "x.csv", "UTF-8", id="UTF-16"),
        pytest.param(b"time,HR", "x.csv.gz", "damaged", id="no gzip"),
        pytest.param(b"time,HR", "x.parquet", "no Parquet", id="no Parquet"),
        pytest.param(b"PAR1junkPAR1", "x.parquet", "no Parquet", id="broken Parquet"),
        pytest.param(b"HR,SpO2\n1,2\n", "x.csv", "no column is known to hold the time", id="time"),
        pytest.param(b"time,Hb\n1,2\n", "x.csv", "'Hb'.*known are names such", id="no signal"),
        pytest.param(b"0,80,97\n1,81,98\n", "x.csv", "looks like data", id="no header"),
    ],
)
async def test_a_file_that_can_not_be_read_says_what_to_do(
    tmp_path: Path, content: bytes, name: str, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MalformedInput, match=told) as caught:
        await play(tmp_path / name)
    assert "\n" not in str(caught.value)


WAVES = "Time [s], RESP, PLETH, II\n" + "".join(
    f"{0.008 * i:.2f},{i % 50},{i % 125},{0.1 if i != 130 else ''}\n"
    for i in range(300)
    if not 180 <= i < 200
)


async def test_samples_become_stretches_of_a_second(tmp_path: Path) -> None:
    """Written times are rounded to 10 ms; a missing stretch parts the chunks."""
    chunks = [c for c in waveforms(await play(write(tmp_path, WAVES))) if c.channel == "II"]
    assert [len(c.samples) for c in chunks] == [125, 55, 100]
    assert [c.rate for c in chunks] == [125, 125, 125]
    assert chunks[1].start == EPOCH + timedelta(seconds=1)
    assert chunks[2].start == EPOCH + timedelta(seconds=1.6)
    assert chunks[1].samples[5] != chunks[1].samples[5]
    assert {c.signal for c in waveforms(await play(write(tmp_path, WAVES)))} == {
        Signal.ECG, Signal.PLETH, Signal.RESPIRATION,
    }  # fmt: skip


async def test_numbers_between_samples_stay_numbers(tmp_path: Path) -> None:
    rows = "".join(f"{10 * i},75,97.5,{i}\n" for i in range(250))
    batches = await play(write(tmp_path, "TIMESTAMP_MS,PULSE_BPM,SPO2_PCT,PLETH\n" + rows))
    assert len(values(batches, "spo2")) == 250
    assert sum(len(c.samples) for c in waveforms(batches)) == 250


async def test_a_map_tells_what_names_do_not(tmp_path: Path) -> None:
    path = write(tmp_path, "Cuando,Quien,Dedo,T\n01/03/2026 08:00,NHC1,97,99.5\n")
    told = """
        patient = "Quien"
        time = { column = "Cuando", format = "%d/%m/%Y %H:%M", zone = "Europe/Madrid" }
        [signals]
        Dedo = "spo2"
        T = { signal = "temperature", unit = "degF" }
    """
    (batch,) = await play(path, told)
    assert [(o.signal, o.value) for o in batch.observations] == [
        (Signal.SPO2, 97),
        (Signal.TEMPERATURE, 37.5),
    ]
    assert batch.observations[0].time == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert batch.subject is not None
    assert batch.subject.identifier == "NHC1"


async def test_a_map_tells_the_names_in_a_long_table(tmp_path: Path) -> None:
    path = write(tmp_path, "t,what,how much\n5,pox,97\n5,HR,80\n")
    told = """
        time = { column = "t", kind = "minutes", start = 2026-03-01T08:00:00Z }
        parameter = "what"
        value = "how much"
        [signals]
        pox = "spo2"
    """
    (batch,) = await play(path, told)
    assert [o.signal for o in batch.observations] == [Signal.SPO2]
    assert batch.observations[0].time == datetime(2026, 3, 1, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        pytest.param("time = ", "no valid TOML", id="no TOML"),
        pytest.param("colour = 'red'", "wrong at colour", id="an unknown key"),
        pytest.param("[signals]\nHR = 'pulse'", "wrong at signals.HR", id="an unknown signal"),
        pytest.param("time = 'When'", "'When' is not in the file", id="an unknown column"),
        pytest.param("time = 't'\n[signals]\nX = 'spo2'", "'X' is not in the", id="no signal"),
        pytest.param("parameter = 'p'", "needs both parameter and value", id="half a long table"),
        pytest.param("time = { column = 't', zone = 'Madrid' }", "IANA", id="no zone"),
        pytest.param(
            "time = { column = 't', start = 2026-01-01T00:00:00 }", "needs a zone", id="naive start"
        ),
        pytest.param(
            "time = 't'\n[signals]\nHR = { signal = 'heart_rate', unit = 'Cel' }",
            "can not be read in", id="a unit that can not be",
        ),
    ],
)  # fmt: skip
async def test_a_wrong_map_says_where(tmp_path: Path, told: str, message: str) -> None:
    with pytest.raises(MalformedInput, match=message) as caught:
        await play(write(tmp_path, "t,HR\n0,80\n"), told)
    assert "\n" not in str(caught.value)


async def test_a_map_that_is_not_there_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, "t,HR\n0,80\n")
    with pytest.raises(SourceError, match="check map="):
        open_source(f"csv:{path}?map=/no/such", clock=FakeClock())


async def test_a_typed_table_is_read_as_it_is_typed(tmp_path: Path) -> None:
    import pyarrow as pa

    moments = [datetime(2026, 3, 1, 8, minute) for minute in range(3)]  # noqa: DTZ001
    path = write_parquet(
        tmp_path / "x.parquet",
        {
            "stay_id": [1, 1, 2],
            "time": pa.array(moments, pa.timestamp("ns")),
            "HR": [80, None, 0],
            "temp": [36.5, float("nan"), float("inf")],
            "sex": ["Female", "Female", "Male"],
            "unused": [["nested"], [], []],
        },
    )
    batches = await play(path)
    assert values(batches, "heart_rate") == [80, 0]
    assert values(batches, "temperature") == [36.5]
    assert [batch.subject.sex for batch in batches if batch.subject] == ["female", "male"]
    assert [piece.reason for piece in rejected(batches)] == ["column 'temp' is not a finite number"]


async def test_whole_numbers_that_a_gap_made_floats_name_the_same_patient(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "x.parquet", {"subject_id": [7.0, None], "hour": [0, 1], "HR": [80, 81]}
    )
    batches = await play(path)
    assert [batch.subject.identifier for batch in batches if batch.subject] == ["7"]
    assert [piece.reason for piece in rejected(batches)] == ["it names no patient"]


async def test_a_duration_column_counts_from_the_fixed_epoch(tmp_path: Path) -> None:
    import pyarrow as pa

    path = write_parquet(
        tmp_path / "dyn.parquet",
        {"stay_id": [1], "time": pa.array([3600], pa.duration("s")), "hr": [80.0]},
    )
    assert observations(await play(path))[0].time == EPOCH + timedelta(hours=1)


@given(content=st.binary(max_size=2000))
@example(content=b"time,HR\n0,80\n\x00\n")
@example(content=b'time,HR\n"0,80\n')
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_bytes_are_refused_or_read_but_never_crash(
    tmp_path: Path, content: bytes
) -> None:
    await read_or_refuse(tmp_path, content)


CELLS = st.one_of(
    st.text(max_size=6), st.integers().map(str), st.floats().map(str), st.just("12:30"),
    st.just("2026-03-01 08:00"), st.just('"'), st.just(""), st.just("\r"),
)  # fmt: skip
NAMES = st.sampled_from(
    ["time", "HR", "SpO2", "patient", "label", "value", "Gender", "dob", "II", "PLETH", "date"]
)


@given(
    header=st.lists(NAMES, min_size=1, max_size=6),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=12),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_table_is_refused_or_read_but_never_crashes(
    tmp_path: Path, header: list[str], rows: list[list[str]]
) -> None:
    lines = [header, *rows]
    await read_or_refuse(tmp_path, "\n".join(",".join(line) for line in lines).encode())


async def read_or_refuse(folder: Path, content: bytes) -> None:
    path = folder / "any.csv"
    path.write_bytes(content)
    try:
        batches = await play(path)
    except MalformedInput as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - reading it is as good
        return
    for observation in observations(batches):
        assert observation.time.tzinfo is UTC
        assert observation.value == observation.value
