"""The fixtures that other tests stand on do what they promise."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import support


def test_require_passes_when_the_condition_holds() -> None:
    support.require(condition=True, reason="never said")


def test_require_skips_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "ON_CI", False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install thing"):
        support.require(condition=False, reason="no thing: apt-get install thing")


def test_require_fails_on_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "ON_CI", True)
    with pytest.raises(pytest.fail.Exception, match="apt-get install thing"):
        support.require(condition=False, reason="no thing: apt-get install thing")


def test_recordings_are_taken_from_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("SERENO_SHARED", str(tmp_path))
    assert support.real_data() == tmp_path / "data"


def test_recordings_that_are_missing_fail_on_ci(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What real files show would otherwise go untested for years without a word."""
    monkeypatch.setattr(support, "ON_CI", True)
    monkeypatch.setenv("SERENO_SHARED", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="set SERENO_SHARED"):
        support.real_data()


def test_each_test_gets_an_empty_postgresql_of_its_own(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id int)"))
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        assert tables.scalars().all() == ["only_here"]
    engine.dispose()


def _ended(process: str) -> bool:
    """Whether it is gone, or dead and only waiting for its parent to notice."""
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_postgresql_stops_and_leaves_nothing_behind() -> None:
    programs = support.find_postgres()
    support.require(programs, "no PostgreSQL server: apt-get install postgresql")
    assert programs is not None
    with support.running_postgres(programs) as url:
        folder = Path(url.partition("host=")[2])
        server = (folder / "data" / "postmaster.pid").read_text().splitlines()[0]
    assert not folder.exists()
    assert _ended(server)
