"""A watched folder: each file once, none lost, none deleted, no name told."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectors import open_source
from connectors.folder import inbox
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from sereno.ports import Reachable
from tests.fakes.clock import FakeClock
from tests.fakes.files import (
    CHEST,
    RECORD,
    VitalWriter,
    fit_time,
    health_export,
    health_record,
    write_edf,
    write_fit,
    write_zip,
)
from tests.fakes.reading import observations, read_all, rejected, waveforms
from tests.fakes.recordings import write_parquet, write_record

pytestmark = pytest.mark.anyio
SECRET = "Concepcion"  # a patient's name, as files and folders bear it
HEART = health_record("HeartRate", 72, "count/min")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def connect(root: Path, options: str = "once=1", clock: FakeClock | None = None) -> Any:
    clock = clock or FakeClock()
    return open_source(f"folder:{root}?{options}", clock=clock, sleep=clock.sleep, speed=None)


async def take(connector: Any, reason: str | None = None) -> list[Batch]:
    """Read as the ingestion does: each batch is acknowledged a little later."""
    batches: list[Batch] = []

    async def acknowledge(batch: Batch) -> None:
        await anyio.lowlevel.checkpoint()
        assert batch.acknowledge
        await batch.acknowledge(reason)

    async with anyio.create_task_group() as tasks:
        async for batch in connector.batches():
            batches.append(batch)
            tasks.start_soon(acknowledge, batch)
    return batches


def table(folder: Path, name: str, *rows: str, head: str = "time,HR") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_files_of_every_kind_are_taken_and_put_away(root: Path) -> None:
    table(root, f"{SECRET}.csv", "2026-03-01T08:00:00Z,60")
    write_parquet(root / "a.parquet", {"time": [datetime(2026, 3, 1, tzinfo=UTC)], "HR": [61.0]})
    write_edf(root / "a.edf", [CHEST], [[[0] * 250]])
    write_fit(
        root / "a.fit", [(RECORD, {"timestamp": fit_time(datetime.now(UTC)), "heart_rate": 62})]
    )
    write_zip(root / "a.zip", {"a/export.xml": health_export([HEART])})
    vital = VitalWriter()
    vital.track(1, "HR")
    vital.number(1, 1.77e9, 63)
    vital.write(root / "a.vital")
    write_record(root, "rec", {"HR": ("bpm", [64.0, 65.0])}, rate=1)
    before = names(root)
    batches = await take(connect(root))
    assert sorted(each.value for each in observations(batches)) == [60, 61, 62, 63, 64, 65, 72]
    assert len(waveforms(batches)) == 1
    assert names(root) == sorted(f"done/{name}" for name in before)
    assert not any(batch.live for batch in batches)


async def test_the_source_of_a_value_is_its_file_as_if_read_by_itself(root: Path) -> None:
    path = table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    alone = open_source(f"csv:{path}", clock=FakeClock(), speed=None).name
    connector = connect(root)
    (batch,) = await take(connector)
    assert batch.source == connector.name
    assert batch.observations[0].source == alone


async def test_a_file_is_put_away_only_once_all_of_it_is_on_disk(root: Path) -> None:
    """What is interrupted before is read again: the store finds what it has already."""
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    stream: AsyncIterator[Batch] = connect(root).batches()
    first = await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    assert names(root) == ["a.csv"]
    (again,) = await take(connect(root))
    assert again.observations == first.observations
    assert names(root) == ["done/a.csv"]


async def test_a_file_that_is_written_anew_while_it_is_read_is_read_again(root: Path) -> None:
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    values: list[float] = []
    async with anyio.create_task_group() as tasks:
        async for batch in connect(root).batches():
            if not values:
                table(root, "a.csv", "2026-03-01T08:00:00Z,60", "2026-03-01T08:01:00Z,61")
            values += [each.value for each in batch.observations]
            tasks.start_soon(batch.acknowledge, None)
    assert values == [60, 60, 61]
    assert names(root) == ["done/a.csv"]


async def test_what_was_put_away_is_not_read_again(root: Path) -> None:
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    assert await take(connect(root))
    assert not await take(connect(root))


async def test_a_second_file_of_a_name_lies_beside_the_first(root: Path) -> None:
    for value in (60, 61, 62):
        table(root / "ana", "a.csv", f"2026-03-01T08:00:00Z,{value}")
        assert len(await take(connect(root))) == 1
    assert names(root) == ["done/2/ana/a.csv", "done/3/ana/a.csv", "done/ana/a.csv"]


async def test_what_can_not_be_read_is_told_and_kept(root: Path) -> None:
    table(root, "a.csv", "x", head="nothing")
    (root / "b.fit").write_bytes(b"no FIT")
    batches = await take(connect(root))
    assert [each.content for each in rejected(batches)] == [b"a.csv", b"b.fit"]
    assert names(root) == ["failed/a.csv", "failed/b.fit"]


async def test_what_nobody_takes_has_failed(root: Path) -> None:
    """The patient's record is closed, say: the values lie among the dead letters."""
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    await take(connect(root), reason="the patient is forgotten")
    assert names(root) == ["failed/a.csv"]


async def test_a_file_that_breaks_its_reader_keeps_no_other_from_being_read(
    root: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Any:
        raise KeyError(SECRET)

    table(root, f"{SECRET}.csv", "2026-03-01T08:00:00Z,60")
    write_edf(root / "b.edf", [CHEST], [[[0] * 250]])
    monkeypatch.setattr("connectors.replay.tables.read_csv", broken)
    batches = await take(connect(root))
    assert names(root) == ["done/b.edf", f"failed/{SECRET}.csv"]
    assert ["KeyError" in each.reason for each in rejected(batches)] == [True]
    assert SECRET not in caplog.text


async def test_a_file_that_still_grows_is_waited_for(root: Path) -> None:
    path = table(root, "a.csv", "2026-03-01T08:00:00Z,60")

    class Writing(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if len(self.slept) < 4:
                with path.open("a") as stream:
                    stream.write(f"2026-03-01T08:0{len(self.slept)}:00Z,61\n")

    assert len(observations(await take(connect(root, clock=Writing())))) == 4


@pytest.mark.parametrize("name", ["a.csv.part", ".a.csv", "a.csv.tmp", "~$a.csv"])
async def test_an_unfinished_file_is_left_alone(root: Path, name: str) -> None:
    table(root, name, "2026-03-01T08:00:00Z,60")
    assert not await take(connect(root))
    assert names(root) == [name]


async def test_a_link_is_not_followed(root: Path, tmp_path: Path) -> None:
    outside = table(tmp_path, "a.csv", "2026-03-01T08:00:00Z,60")
    (root / "a.csv").symlink_to(outside)
    (root / "b").symlink_to(tmp_path, target_is_directory=True)
    assert not await take(connect(root))
    assert outside.exists()


async def test_a_record_waits_for_its_samples(root: Path, tmp_path: Path) -> None:
    write_record(tmp_path, "rec", {"HR": ("bpm", [64.0])}, rate=1)
    (tmp_path / "rec.hea").rename(root / "rec.hea")
    assert not await take(connect(root))
    (tmp_path / "rec.dat").rename(root / "rec.dat")
    (root / "rec.atr").write_bytes(b"its annotations")
    assert len(observations(await take(connect(root)))) == 1
    assert names(root) == ["done/rec.atr", "done/rec.dat", "done/rec.hea"]


async def test_samples_wait_for_their_record_and_not_for_ever(root: Path) -> None:
    """A file of no kind may belong to one that is still to come."""
    (root / "rec.dat").write_bytes(b"12345")
    clock = FakeClock()
    assert not await take(connect(root, clock=clock))
    connector = connect(root, "every=300", clock)
    async with anyio.create_task_group() as tasks:
        async for batch in connector.batches():
            assert "of no kind" in batch.rejected[0].reason
            tasks.start_soon(batch.acknowledge, None)
            if clock.moment > FakeClock().moment + inbox.PATIENCE:
                break
    assert clock.moment >= FakeClock().moment + inbox.PATIENCE


async def test_segments_are_part_of_the_record_that_names_them(root: Path) -> None:
    for name in ("s1", "s2"):
        write_record(root, name, {"II": ("mV", [0.5] * 250)}, rate=125)
    (root / "rec.hea").write_text("rec/2 1 125 500 08:00:00 01/03/2026\ns1 250\ns2 250\n")
    batches = await take(connect(root))
    assert len({batch.subject for batch in batches}) == 1
    assert len(waveforms(batches)) == 4
    assert all(name.startswith("done/") for name in names(root))


@pytest.mark.parametrize(
    ("where", "head", "row", "identifier", "authority"),
    [
        pytest.param("", "time,HR", "0,60", "a", "", id="the file's stem"),
        pytest.param(SECRET, "time,HR", "0,60", SECRET, "", id="the folder it lies in"),
        pytest.param(f"{SECRET}/week 9", "time,HR", "0,60", SECRET, "", id="the outermost"),
        pytest.param("", "mrn,time,HR", "77,0,60", "77", "", id="a column, whichever the file"),
    ],
)
async def test_whose_a_file_is(
    root: Path, where: str, head: str, row: str, identifier: str, authority: str
) -> None:
    table(root / where, "a.csv", row, row.replace("0,", "1,"), head=head)
    subject = (await take(connect(root)))[0].subject
    assert subject is not None
    assert (subject.identifier, subject.authority) == (identifier, authority)


async def test_a_map_and_a_numbering_are_for_all_tables(root: Path, tmp_path: Path) -> None:
    told = tmp_path / "map.toml"
    told.write_text('time = "t"\npatient = "who"\n[signals]\n"Dedo" = "spo2"\n')
    table(root, "a.csv", "2026-03-01T08:00:00Z,7,96", head="t,who,Dedo")
    (batch,) = await take(connect(root, f"once=1&map={told}&numbering=hospital&live=1"))
    assert batch.subject is not None
    assert (batch.subject.authority, batch.observations[0].value) == ("hospital", 96)
    assert batch.live


async def test_no_name_is_told_but_in_sealed_dead_letters(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    table(root / SECRET, f"{SECRET}.csv", "x", head="nothing")
    table(root, f"{SECRET}.csv", "2026-03-01T08:00:00Z,60")
    connector = connect(root)
    batches = await take(connector)
    told = [
        connector.name,
        caplog.text,
        await connector.check(),
        *(r.reason for r in rejected(batches)),
    ]
    assert not any(SECRET in text for text in told)
    assert (connector.taken, connector.failed) == (1, 1)


async def test_it_says_whether_it_is_there(root: Path) -> None:
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    connector = connect(root)
    assert isinstance(connector, Reachable)
    assert await connector.check() == "the folder is there; 1 files wait"
    moved(root)
    with pytest.raises(SourceError, match="is the share connected"):
        await connector.check()
    with pytest.raises(SourceError, match="is the share connected"):
        await read_all(connector)


def moved(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))


async def test_a_folder_that_can_not_be_written_is_told(root: Path) -> None:
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    (root / "done").write_text("where a folder should be")
    with pytest.raises(SourceError, match="let Sereno write"):
        await read_all(connect(root))
    assert names(root) == ["a.csv", "done"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("folder:/no/such/folder", "there is no such folder", id="absent"),
        pytest.param("folder:/tmp?every=0", "every is written like", id="without a pause"),
        pytest.param("folder:/tmp?every=soon", "every is written like", id="no length of time"),
        pytest.param("folder:/tmp?speed=2", "knows no option", id="an option of others"),
    ],
)
def test_a_folder_that_can_not_be_watched_says_what_to_do(source: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        open_source(source, clock=FakeClock())


@pytest.mark.parametrize(
    ("options", "pause"), [("", 5), ("&every=7", 7), ("&every=30s", 30), ("&every=2m", 120)]
)
async def test_it_looks_as_often_as_is_asked(root: Path, options: str, pause: float) -> None:
    table(root, "a.csv", "2026-03-01T08:00:00Z,60")
    clock = FakeClock()
    assert observations(await take(connect(root, f"once=1{options}", clock)))
    assert set(clock.slept) == {pause}


def test_its_files_keep_their_times(root: Path) -> None:
    with pytest.raises(SourceError, match="leave --shift out"):
        open_source(f"folder:{root}", clock=FakeClock(), shift=True)
