import socket
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NoReturn

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
from tests.fakes.recordings import write_record

pytestmark = pytest.mark.anyio
NAN = float("nan")
BEGIN = (date(2896, 10, 10), time(0, 31, 25, 894000))


async def play(path: Path, patient: str | None = None) -> list[Batch]:
    source = f"wfdb:{path}"
    return await read_all(open_source(source, clock=FakeClock(), speed=None, patient=patient))


@pytest.fixture
def numerics(tmp_path: Path) -> Path:
    """Three minutes of numerics, one value a minute, and one signal that is not known."""
    return write_record(
        tmp_path,
        "a01n",
        {
            "HR": ("bpm", [80, 0, 82.5]),
            "SpO2": ("%", [97, NAN, 0]),
            "ABP Sys": ("mmHg", [120, 121, 122]),
            "CVP": ("mmHg", [5, 5, 5]),
            "NBP Mean": ("kPa", [12, NAN, NAN]),
        },
        rate=0.0166666666667,
        begins=BEGIN,
        comments=["<age>: 60 <sex>: F"],
    )


async def test_numerics_are_told_with_their_own_times(numerics: Path) -> None:
    (batch,) = await play(numerics)
    begin = datetime.combine(*BEGIN, UTC)
    told = [
        (o.signal.value, (o.time - begin).total_seconds(), o.value, o.quality.value)
        for o in batch.observations
    ]
    assert told == [
        ("heart_rate", 0, 80, "good"),
        ("spo2", 0, 97, "good"),
        ("invasive_systolic", 0, 120, "good"),
        ("cuff_mean", 0, pytest.approx(90.0074, abs=0.001), "good"),
        ("heart_rate", 60, 0, "sensor_off"),
        ("invasive_systolic", 60, 121, "good"),
        ("heart_rate", 120, 82.5, "good"),
        ("spo2", 120, 0, "sensor_off"),
        ("invasive_systolic", 120, 122, "good"),
    ]
    assert batch.subject is not None
    assert (batch.subject.identifier, batch.subject.sex) == ("a01n", "female")


async def test_signals_that_are_not_known_are_named(numerics: Path) -> None:
    connector: Any = open_source(f"wfdb:{numerics}", clock=FakeClock())
    assert connector.ignored == ("CVP",)


@pytest.mark.parametrize("suffix", ["", ".hea"])
async def test_the_suffix_of_the_header_may_be_given(numerics: Path, suffix: str) -> None:
    path = numerics.with_name(numerics.name + suffix)
    assert len(observations(await play(path, patient="P1"))) == 9


async def test_a_record_without_a_date_counts_from_the_fixed_epoch(tmp_path: Path) -> None:
    path = write_record(tmp_path, "r", {"HR": ("bpm", [80, 81])}, rate=1)
    assert [o.time for o in observations(await play(path))] == [
        EPOCH, EPOCH + timedelta(seconds=1),
    ]  # fmt: skip


async def test_waveforms_come_in_stretches_of_a_second_at_their_own_rates(tmp_path: Path) -> None:
    path = write_record(
        tmp_path,
        "w",
        {
            "II": ("mV", [0.1 * (i % 7) for i in range(1250)]),
            "ABP": ("mmHg", [80.0 + i % 40 for i in range(625)]),
        },
        rate=125,
        begins=BEGIN,
        per_frame=[2, 1],
    )
    chunks = waveforms(await play(path))
    ecg = [c for c in chunks if c.signal is Signal.ECG]
    pressure = [c for c in chunks if c.signal is Signal.PRESSURE]
    assert [(c.rate, len(c.samples), c.channel) for c in ecg] == [(250, 250, "II")] * 5
    assert [(c.rate, len(c.samples)) for c in pressure] == [(125, 125)] * 5
    assert [c.start - ecg[0].start for c in ecg] == [timedelta(seconds=i) for i in range(5)]
    assert [x for c in ecg for x in c.samples][:7] == pytest.approx([0.1 * i for i in range(7)])
    assert [c.start for c in chunks] == sorted(c.start for c in chunks)


def segmented(folder: Path, *, missing: str | None = None) -> Path:
    """A record of three parts with different signals, and a gap between the first two."""
    for name, lead, rate in (("s1", "II", 100), ("s2", "V", 100), ("s3", "II", 100)):
        signals = {lead: ("mV", [0.5] * rate * 2)}
        write_record(folder, name, signals, rate=rate)
    (folder / "layout.hea").write_text(
        "layout 2 100 0\n~ 0 10/mV 16 0 0 0 0 II\n~ 0 10/mV 16 0 0 0 0 V\n"
    )
    (folder / "m.hea").write_text(
        "m/5 2 100 900 10:00:00 01/03/2026\nlayout 0\ns1 200\n~ 300\ns2 200\ns3 200\n"
    )
    if missing:
        (folder / missing).unlink()
    return folder / "m"


async def test_segments_keep_their_place_in_time_and_their_own_signals(tmp_path: Path) -> None:
    begin = datetime(2026, 3, 1, 10, tzinfo=UTC)
    told = [
        ((c.start - begin).total_seconds(), c.channel)
        for c in waveforms(await play(segmented(tmp_path)))
    ]
    assert told == [(0, "II"), (1, "II"), (5, "V"), (6, "V"), (7, "II"), (8, "II")]


@pytest.mark.parametrize("missing", ["s2.dat", "s2.hea"])
async def test_a_segment_that_is_missing_costs_no_other(tmp_path: Path, missing: str) -> None:
    batches = await play(segmented(tmp_path, missing=missing))
    assert [c.channel for c in waveforms(batches)] == ["II"] * 4
    (piece,) = rejected(batches)
    assert "missing" in piece.reason


async def test_a_record_whose_samples_are_missing_is_no_source(numerics: Path) -> None:
    numerics.with_suffix(".dat").unlink()
    with pytest.raises(SourceError, match="samples are missing"):
        await play(numerics)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        pytest.param("", "not a WFDB header", id="empty"),
        pytest.param("\x00\x01\x02", "not a WFDB header", id="no text"),
        pytest.param("r 1 125 10\nr.dat 16 10/mV 16 0 0 0 0 Hgb\n", "no signal.*Hgb", id="signal"),
        pytest.param(
            "r 1 125 10\n/etc/x 16 10/mV 16 0 0 0 0 II\n", "not a WFDB", id="other folder"
        ),
        pytest.param(
            "r 1 0 10\nr.dat 16 10/mV 16 0 0 0 0 II\n", "possible sampling rate", id="0 Hz"
        ),
        pytest.param(f"r/2 1 125 9\n~ {10**18}\ns 10\n", "beyond all calendars", id="a gap"),
        pytest.param("r/1 1 125 10\n../../x 10\n", "not a WFDB", id="a part elsewhere"),
    ],
)
async def test_a_header_that_can_not_be_used_says_so(
    tmp_path: Path, header: str, told: str
) -> None:
    (tmp_path / "r.hea").write_text(header)
    (tmp_path / "r.dat").write_bytes(bytes(600))
    with pytest.raises(SourceError, match=told) as caught:
        await play(tmp_path / "r")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [1, 7, 20])
async def test_samples_that_are_cut_off_are_refused_not_invented(numerics: Path, cut: int) -> None:
    data = numerics.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:-cut])
    with pytest.raises(MalformedInput, match="do not match"):
        await play(numerics)


async def test_nothing_is_fetched(
    numerics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a present record nor a missing one, nor one named like a PhysioNet database."""

    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.chdir(tmp_path)
    assert await play(numerics)
    for name in ("mitdb/100", "s3://bucket/100", "https://physionet.org/100"):
        with pytest.raises(SourceError, match="no WFDB header"):
            await play(Path(name))


async def test_zero_is_never_a_good_heart_rate(tmp_path: Path) -> None:
    path = write_record(tmp_path, "z", {"HR": ("bpm", [0.0] * 50)}, rate=1)
    batches = await play(path)
    assert values(batches, "heart_rate") == [0.0] * 50
    assert {o.quality for o in observations(batches)} == {Quality.SENSOR_OFF}


HEADER = (
    "r 2 125 20 10:00:00 01/03/2026\nr.dat 16 10/mV 16 0 0 0 0 II\nr.dat 16 10/bpm 16 0 0 0 0 HR\n"
)
PIECES = st.sampled_from(
    ["r", "r/2", "1", "2", "0", "-1", "0.0166", "1e9", "99999999999", "16", "212", "80", "16x2",
     "10/mV", "0/mV", "10(5)/mmHg", "r.dat", "~", "II", "SpO2", "25:61:00", "31/02/2026", "#", "\n"]
)  # fmt: skip


@given(
    places=st.lists(st.tuples(st.integers(0, 25), PIECES), max_size=4),
    data=st.binary(max_size=200),
)
@example(places=[(2, "0")], data=b"")
@example(places=[(3, "99999999999")], data=b"\0" * 100)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_header_is_refused_or_read_but_never_crashes(
    tmp_path: Path, places: list[tuple[int, str]], data: bytes
) -> None:
    words = HEADER.replace("\n", " \n ").split(" ")
    for place, piece in places:
        words[place % len(words)] = piece
    (tmp_path / "r.hea").write_text(" ".join(words))
    (tmp_path / "r.dat").write_bytes(data)
    try:
        batches = await play(tmp_path / "r")
    except SourceError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - reading it is as good
        return
    assert all(o.time.tzinfo is UTC for o in observations(batches))


@given(content=st.binary(max_size=300))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_bytes_as_a_header_never_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.hea").write_bytes(content)
    try:
        await play(tmp_path / "r")
    except SourceError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - reading it is as good
