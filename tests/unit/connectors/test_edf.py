"""EDF, EDF+ and BDF: what a header says, and what the file then holds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import open_source
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch, Quality
from tests.fakes.clock import FakeClock
from tests.fakes.files import CHEST, FINGER, write_edf
from tests.fakes.reading import observations, read_all, rejected, values, waveforms

pytestmark = pytest.mark.anyio
HALF = 32767 // 2  # of the digital range: half of 0 to 100 % above the middle


async def read(path: Path, options: str = "", **more: Any) -> list[Batch]:
    return await read_all(
        open_source(f"edf:{path}{options}", clock=FakeClock(), speed=None, **more)
    )


def numerics(
    folder: Path,
    *,
    signal: tuple[str, str, int, float, float] = FINGER,
    digital: Sequence[int] = (30_000,),
    **more: Any,
) -> Path:
    return write_edf(folder / "n.edf", [signal], [[[each]] for each in digital], **more)


async def test_samples_are_scaled_to_the_vocabularys_unit(tmp_path: Path) -> None:
    signal = ("ECG V2", "uV", 100, -3276.8, 3276.7)
    path = write_edf(tmp_path / "a.edf", [signal], [[list(range(-50, 50))]])
    (chunk,) = waveforms(await read(path))
    assert (chunk.channel, chunk.rate) == ("ECG V2", 100)
    assert chunk.samples == pytest.approx([each / 10_000 for each in range(-50, 50)])


async def test_a_bdf_has_samples_of_24_bits(tmp_path: Path) -> None:
    limit = 1 << 23
    signal = ("Pleth", "", 10, float(-limit), float(limit - 1))
    samples = [-limit, -1, 0, 1, limit - 1, 256, -256, 65536, -65536, 7]
    path = write_edf(tmp_path / "a.bdf", [signal], [[samples]], width=3)
    (chunk,) = waveforms(await read(path))
    assert chunk.samples == pytest.approx(samples)


@pytest.mark.parametrize(
    ("told", "zone", "expected"),
    [
        pytest.param({}, "UTC", datetime(2026, 3, 1, 8, tzinfo=UTC), id="in UTC"),
        pytest.param({}, "Europe/Madrid", datetime(2026, 3, 1, 7, tzinfo=UTC), id="the clinic's"),
        pytest.param(
            {"date": "31.12.84"}, "UTC", datetime(2084, 12, 31, 8, tzinfo=UTC), id="84 is 2084"
        ),
        pytest.param(
            {"date": "02.03.02", "recording": "Startdate 02-MAR-1902 X X X"},
            "UTC",
            datetime(1902, 3, 2, 8, tzinfo=UTC),
            id="EDF+ tells the century",
        ),
        pytest.param(
            {"date": "01.01.85"}, "Europe/Madrid", datetime(2000, 1, 1, 8, tzinfo=UTC),
            id="taken out: a fixed day, whatever the zone",
        ),
        pytest.param({"date": "00.00.00"}, "UTC", datetime(2000, 1, 1, 8, tzinfo=UTC), id="absent"),
        pytest.param(
            {"kind": "EDF+C", "onsets": ["+0.25"]}, "UTC",
            datetime(2026, 3, 1, 8, 0, 0, 250_000, UTC), id="the annotations tell the fraction",
        ),
    ],
)  # fmt: skip
async def test_when_it_began(
    tmp_path: Path, told: dict[str, Any], zone: str, expected: datetime
) -> None:
    (found,) = observations(await read(numerics(tmp_path, **told), zone=zone))
    assert found.time == expected


async def test_a_zone_can_be_told_and_must_be_one(tmp_path: Path) -> None:
    path = numerics(tmp_path)
    (found,) = observations(await read(path, "?zone=America/Lima", zone="Europe/Madrid"))
    assert found.time == datetime(2026, 3, 1, 13, tzinfo=UTC)
    with pytest.raises(SourceError, match="such as zone=Europe/Madrid"):
        open_source(f"edf:{path}?zone=Lima", clock=FakeClock())


async def test_the_records_of_an_edf_plus_d_lie_where_they_say(tmp_path: Path) -> None:
    path = write_edf(
        tmp_path / "a.edf", [CHEST], [[[0] * 250]] * 4, kind="EDF+D",
        onsets=["+0", "+1", "+3600.5", "+3601.5"],
    )  # fmt: skip
    starts = [chunk.start for chunk in waveforms(await read(path))]
    begin = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert [(start - begin).total_seconds() for start in starts] == [0, 1, 3600.5, 3601.5]


async def test_an_edf_plus_d_whose_record_has_lost_its_time_ends_there(tmp_path: Path) -> None:
    path = write_edf(
        tmp_path / "a.edf", [CHEST], [[[0] * 250]] * 2, kind="EDF+D", onsets=["+0", "lost"]
    )
    batches = await read(path)
    assert len(waveforms(batches)) == 1
    assert [each.reason for each in rejected(batches)] == [
        "a record of an EDF+D file tells no time; its rest is lost"
    ]


async def test_a_record_may_be_hours_long(tmp_path: Path) -> None:
    records = [[[i % 1000 for i in range(600 * 25)], [30_000] * 600]]
    signals = [("Resp", "", 600 * 25, -1.0, 1.0), ("SpO2", "%", 600, 0.0, 100.0)]
    batches = await read(write_edf(tmp_path / "a.edf", signals, records, duration="600"))
    assert len(waveforms(batches)) == len(observations(batches)) == 600
    assert all(len(batch.waveforms) <= 60 for batch in batches)
    last = waveforms(batches)[-1]
    assert last.end == datetime(2026, 3, 1, 8, 10, tzinfo=UTC)
    assert observations(batches)[-1].time == datetime(2026, 3, 1, 8, 9, 59, tzinfo=UTC)


async def test_nothing_measured_is_no_value(tmp_path: Path) -> None:
    """The digital step nearest to 0 is not 0 where the limits are not the range's."""
    signal = ("SpO2", "%", 1, -10.0, 110.0)
    digital = [round((0 + 10) / 120 * 65535) - 32768, round((97 + 10) / 120 * 65535) - 32768]
    found = observations(await read(numerics(tmp_path, signal=signal, digital=digital)))
    assert [each.quality for each in found] == [Quality.SENSOR_OFF, Quality.GOOD]
    assert found[1].value == pytest.approx(97, abs=0.01)


async def test_edf_plus_tells_who_it_is(tmp_path: Path) -> None:
    patient = "MCH-0234567 F 02-MAY-1951 Haagse_Harry"
    path = numerics(tmp_path, kind="EDF+C", onsets=["+0"], patient=patient)
    subject = (await read(path))[0].subject
    assert subject is not None
    assert (subject.identifier, subject.sex, subject.name) == ("n", "female", "Haagse Harry")
    assert subject.birth_date == date(1951, 5, 2)


async def test_a_plain_edf_tells_nothing_of_the_kind(tmp_path: Path) -> None:
    subject = (await read(numerics(tmp_path, patient="X F 02-MAY-1951 Haagse_Harry")))[0].subject
    assert subject is not None
    assert (subject.sex, subject.name) == (None, None)


@pytest.mark.parametrize(
    ("count", "cut", "seconds", "reason"),
    [
        pytest.param(-1, 0, 3, None, id="never filled in: as many as there are"),
        pytest.param(5, 0, 3, "cut off: 3 records of 5", id="more than there are"),
        pytest.param(2, 0, 2, "1 records follow", id="fewer than there are"),
        pytest.param(3, 1, 2, "cut off: 2 records of 3", id="cut within the last record"),
        pytest.param(-1, 1, 2, "ends within a record", id="so while it was written"),
    ],
)
async def test_the_header_is_checked_against_the_file(
    tmp_path: Path, count: int, cut: int, seconds: int, reason: str | None
) -> None:
    path = numerics(tmp_path, digital=[30_000] * 3, count=count)
    path.write_bytes(path.read_bytes()[: -cut or None])
    batches = await read(path)
    assert len(values(batches, "spo2")) == seconds
    letters = [each.reason for each in rejected(batches)]
    assert len(letters) == (reason is not None)
    assert (reason or "") in "".join(letters)


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        pytest.param(0, b"EDF     ", "no EDF or BDF file", id="no EDF"),
        pytest.param(168, b"31.02.26", "no possible start", id="no such day"),
        pytest.param(176, b"25.00.00", "no possible start", id="no such hour"),
        pytest.param(184, b"768     ", "another length", id="another length of header"),
        pytest.param(236, b"many    ", "number of its records", id="no number of records"),
        pytest.param(244, b"0       ", "no possible time", id="records without duration"),
        pytest.param(244, b"nan     ", "no possible time", id="nor with this one"),
        pytest.param(252, b"0   ", "number of its signals", id="no signals"),
        pytest.param(252, b"9999", "number of its signals", id="far too many"),
        pytest.param(256, b"EEG Fpz-Cz      ", "no signal of the file is known", id="EEG"),
        pytest.param(256 + 96, b"mmHg    ", "no signal of the file is known", id="unit unknown"),
        pytest.param(256 + 120, b"32767   ", "no signal of the file is known", id="no scale"),
        pytest.param(256 + 216, b"-4      ", "samples of a record", id="fewer samples than none"),
        pytest.param(256 + 216, b"99999999", "samples of a record", id="more than memory"),
    ],
)
def test_a_header_that_can_not_be_is_refused_in_one_line(
    tmp_path: Path, place: int, text: bytes, told: str
) -> None:
    path = numerics(tmp_path)
    content = bytearray(path.read_bytes())
    content[place : place + len(text)] = text
    path.write_bytes(content)
    with pytest.raises(MalformedInput, match=told) as caught:
        open_source(f"edf:{path}", clock=FakeClock())
    assert "\n" not in str(caught.value)


async def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    signals = [FINGER, ("EEG Fpz-Cz", "uV", 10, -1.0, 1.0), ("SaO2 ear", "%", 1, 0.0, 100.0)]
    path = write_edf(
        tmp_path / "a.edf", signals, [[[30_000], [0] * 10, [9]]], kind="EDF+C", onsets=["+0"]
    )
    connector: Any = open_source(f"edf:{path}", clock=FakeClock())
    assert connector.ignored == ("EEG Fpz-Cz", "SaO2 ear", "EDF Annotations")
