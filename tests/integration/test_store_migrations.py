"""The schema that the migrations make is the one that the code expects."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from sereno.domain.errors import ConfigurationError, StorageError
from sereno.settings import Settings
from sereno.storage.engine import Database, open_database
from sereno.storage.migrate import REVISION, alembic_config, migrate
from sereno.storage.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(url) if url else None)
    with closing(open_database(settings)) as opened:
        yield opened


def test_the_migrations_make_the_tables(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    migrate(database)
    migrate(database)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_they_can_be_taken_back(database: Database) -> None:
    from alembic import command

    migrate(database)
    with database.write() as connection:
        command.downgrade(alembic_config(connection), "base")
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    migrate(database)


def test_the_newest_revision_is_the_one_the_code_asks_for(database: Database) -> None:
    from alembic.script import ScriptDirectory

    with database.read() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
    assert scripts.get_heads() == [REVISION]


def test_a_database_of_a_newer_release_is_refused(database: Database) -> None:
    migrate(database)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer release of Sereno"):
        migrate(database)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("mysql://host/name", "unset it for SQLite"),
        ("no url", "write postgresql"),
    ],
)
def test_a_url_that_names_no_supported_database_is_refused(
    tmp_path: Path, url: str, remedy: str
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(url))
    with pytest.raises(ConfigurationError, match=remedy):
        open_database(settings)


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    url = f"postgresql://nobody@/none?host={tmp_path}"
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(url))
    with (
        closing(open_database(settings)) as database,
        pytest.raises(StorageError, match="SERENO_DATABASE_URL"),
    ):
        migrate(database)


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="--data-dir"):
        open_database(Settings(data_dir=tmp_path / "file" / "data"))
