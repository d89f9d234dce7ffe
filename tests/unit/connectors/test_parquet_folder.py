"""A folder of Parquet: each value in one file alone, whole files alone, and nobody's name."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import open_destination, open_source
from connectors.parquet.folder import ParquetFolder
from sereno.domain.errors import SourceError
from sereno.ports import Outgoing
from tests.fakes.clock import FakeClock
from tests.fakes.outgoing import IDENTIFIER, NAME, SAID, everything, measured
from tests.fakes.reading import observations, read_all

pytestmark = pytest.mark.anyio


def opened(folder: Path, options: str = "") -> ParquetFolder:
    found = open_destination(f"parquet:{folder}{options}", clock=FakeClock())
    assert isinstance(found, ParquetFolder)
    return found


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def rows(folder: Path) -> list[dict[str, Any]]:
    found = sorted(folder.glob("*.parquet"))
    return [row for path in found for row in pyarrow.parquet.read_table(path).to_pylist()]


async def test_a_page_is_a_file_of_values(tmp_path: Path) -> None:
    page = [measured(1, 80.0, 81.0), measured(5, 82.0)]
    await opened(tmp_path).deliver(page)
    (path,) = files(tmp_path)
    assert path.name.startswith("values-000000000001-000000000005-")
    assert [row["value"] for row in rows(tmp_path)] == [80.0, 81.0, 82.0]
    first = rows(tmp_path)[0]
    assert first["time"] == page[0].observations[0].time
    assert (first["parameter"], first["unit"], first["quality"]) == ("heart_rate", "/min", "good")


async def test_nobody_is_named_unless_that_is_asked_for(tmp_path: Path) -> None:
    await opened(tmp_path).deliver([everything()])
    (path,) = files(tmp_path)
    assert set(rows(tmp_path)[0]) == {
        "patient", "parameter", "time", "value", "unit", "quality", "source", "version", "key",
    }  # fmt: skip
    assert [word for word in (NAME, IDENTIFIER, SAID, "ICU 7") if word in str(rows(tmp_path))] == []
    path.unlink()
    await opened(tmp_path, "?names=yes").deliver([everything()])
    assert rows(tmp_path)[0]["name"] == NAME


async def test_what_is_told_again_stands_there_once(tmp_path: Path) -> None:
    """As after a crash between the file and the note that it was told: the page has grown."""
    page = [measured(n, float(n)) for n in range(1, 6)]
    await opened(tmp_path).deliver(page[:3])
    await opened(tmp_path).deliver(page)
    await opened(tmp_path).deliver(page)
    assert [row["value"] for row in rows(tmp_path)] == [1.0, 2.0, 3.0, 4.0, 5.0]


async def test_another_database_that_counts_anew_is_not_taken_for_the_first(
    tmp_path: Path,
) -> None:
    await opened(tmp_path).deliver([measured(1, 80.0)])
    await opened(tmp_path).deliver([measured(1, 90.0, key="f" * 32)])
    assert sorted(row["value"] for row in rows(tmp_path)) == [80.0, 90.0]


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(1, 6), st.booleans()), max_size=8))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_told_again_each_is_there_once(
    tmp_path: Path, tries: list[tuple[int, int, bool]]
) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    all_ = [measured(n + 1, float(n)) for n in range(12)]
    told: set[str] = set()
    for first, count, even in tries:
        page = [each for each in all_[first : first + count] if not even or each.number % 2 == 0]
        opened(tmp_path)._write(page)
        told |= {each.key for each in page}
    assert sorted(row["key"] for row in rows(tmp_path)) == sorted(told)


async def test_what_has_no_values_leaves_no_file(tmp_path: Path) -> None:
    waves_alone: list[Outgoing] = [measured(1, observations=())]
    await opened(tmp_path).deliver(waves_alone)
    assert files(tmp_path) == []


async def test_a_folder_that_is_gone_is_said_with_its_remedy(tmp_path: Path) -> None:
    peer = opened(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="the folder is not there; make it, or check the path"):
        await peer.deliver([measured(1)])
    with pytest.raises(SourceError, match="not there"):
        await peer.check()
    assert await opened(tmp_path).check() == "the folder is there and can be written in"


async def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    class Full(ParquetFolder):
        def _put(self, told: Any) -> None:
            raise OSError(errno.ENOSPC, "no space")

    found = opened(tmp_path)
    peer = Full(tmp_path, found.every, names=False)
    with pytest.raises(SourceError, match="no space is left for the folder; free some"):
        await peer.deliver([measured(1)])
    assert files(tmp_path) == []


async def test_a_full_disk_is_known_from_within_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full")
    monkeypatch.setattr("connectors.parquet.folder._new", lambda _: full.open("wb"))
    with pytest.raises(SourceError, match="no space is left for the folder; free some"):
        await opened(tmp_path).deliver([measured(1)])
    assert files(tmp_path) == []


async def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await opened(tmp_path).deliver([measured(1)])
    finally:
        os.umask(before)
    (path,) = files(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_what_a_killed_process_was_writing_is_cleared_away(tmp_path: Path) -> None:
    await opened(tmp_path).deliver([measured(1)])
    (path,) = files(tmp_path)
    left = tmp_path / f".{path.name}.part"
    left.write_bytes(b"half")
    others = tmp_path / ".values of somebody else.part"
    others.write_bytes(b"not ours")
    await opened(tmp_path).deliver([])
    assert sorted(files(tmp_path)) == sorted([path, others])


async def test_a_damaged_file_stops_what_may_stand_in_it(tmp_path: Path) -> None:
    await opened(tmp_path).deliver([measured(1)])
    (path,) = files(tmp_path)
    path.write_bytes(b"no Parquet")
    with pytest.raises(SourceError, match="damaged; move it away, and it is written again"):
        await opened(tmp_path).deliver([measured(1)])


async def test_it_can_be_read_back_as_a_source(tmp_path: Path) -> None:
    await opened(tmp_path).deliver([measured(1, 80.0, 81.0)])
    (path,) = files(tmp_path)
    source = open_source(f"parquet:{path}", speed=None, clock=FakeClock())
    read = observations(await read_all(source))
    assert [each.value for each in read] == [80.0, 81.0]


def test_it_is_told_every_so_often(tmp_path: Path) -> None:
    assert opened(tmp_path, "?every=15m").every.total_seconds() == 900
    with pytest.raises(SourceError, match="every is written like"):
        opened(tmp_path, "?every=never")
    with pytest.raises(SourceError, match="a folder is written in full"):
        open_destination("parquet:out", clock=FakeClock())
