"""Brings a database to the schema of this release, once, however many processes open it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sereno.domain.errors import StorageError
from sereno.storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config  # loaded only where something is to be migrated

# The newest of migrations/versions. Kept here so that an up-to-date database opens without
# loading Alembic.
REVISION: Final = "0004"

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x5E2E_9001  # our number among PostgreSQL's advisory locks


def migrate(database: Database) -> None:
    """Run the migrations that the database has not seen.

    Raises StorageError where it was written by a newer release.
    """
    with database.read() as connection:
        if _revision(connection) == REVISION:
            return
    # On SQLite the transaction itself keeps others out, until it is committed.
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _revision(connection) != REVISION:
            _upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    config = alembic_config(connection)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            "the database was written by a newer release of Sereno; upgrade this installation"
        ) from error


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration for the packaged migrations over an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
