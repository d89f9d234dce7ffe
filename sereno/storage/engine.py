"""The database: SQLite in the data folder by default, PostgreSQL by URL.

A `Database` gives two kinds of transaction. `read` sees one consistent state; `write` waits its
turn (BEGIN IMMEDIATE on SQLite), is durable when it returns, and keeps nothing if it raises.
Errors of the driver leave here as StorageFull or StorageError.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from privacy.sqlite import Trouble, trouble
from sereno.domain.errors import ConfigurationError, StorageBusy, StorageError, StorageFull
from sereno.settings import Settings

# A writer waits this long for its turn; a commit takes milliseconds, a compaction a second.
BUSY_WAIT_S: Final = 15
CONNECTIONS: Final = 8  # kept open for each process
SPARE_CONNECTIONS: Final = 16  # opened at need, then closed
CACHE_KIB: Final = 8 * 1024  # pages kept by each SQLite connection
WAL_KEPT_BYTES: Final = 16 * 1024 * 1024  # what a checkpoint leaves of the write-ahead log
DATABASE_FILE: Final = "sereno.db"
INBOX_FILE: Final = "inbox.db"

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PG_DISK_FULL: Final = "53100"  # PostgreSQL, appendix A: class 53, insufficient resources
_PG_LOCK_TIMEOUTS: Final = frozenset({"55P03", "57014", "40P01"})


def micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC: how tables keep a time."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(micros_: int) -> datetime:
    """The UTC time of `micros`."""
    return EPOCH + micros_ * _MICROSECOND


class Database:
    """An engine with its two kinds of transaction. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(sereno_writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the file on one box."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is written."""
        with translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction, or none of it."""
        with translated(), self._writing.begin() as connection:
            yield connection

    def truncate_log(self) -> None:
        """Empty the write-ahead log into the database, so that what was deleted is gone.

        A reader that is busy may keep it; the next checkpoint then does it.
        """
        if not self.is_sqlite:
            return
        with translated(), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Connect to what `settings` name; tables are made by `migrate`.

    Raises ConfigurationError for a URL that names no supported database, StorageError where the
    database can not be reached.
    """
    if settings.database_url is not None:
        return Database(_postgresql(settings.database_url.get_secret_value()))
    return Database(_sqlite(settings.data_dir, DATABASE_FILE))


def open_inbox_database(settings: Settings, database: Database) -> Database:
    """Where the inbox lies: on SQLite a file of its own, else `database`. Raises StorageError."""
    return Database(_sqlite(settings.data_dir, INBOX_FILE)) if database.is_sqlite else database


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver into our own."""
    try:
        yield
    except DBAPIError as error:
        raise _own(error) from error
    except PoolTimeout as error:
        raise StorageBusy("the database is busy; try again in a moment") from error
    except SQLAlchemyError as error:
        raise StorageError(
            f"the database refused ({type(error).__name__}); run `sereno doctor`"
        ) from error


def _own(error: DBAPIError) -> StorageError:
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        return sqlite_error(origin)
    state = getattr(origin, "sqlstate", None)
    if state == _PG_DISK_FULL:
        return StorageFull("the database's disk is full; free some space, and it goes on")
    if state in _PG_LOCK_TIMEOUTS:
        return StorageBusy("the database is busy; try again in a moment")
    if error.connection_invalidated or state is None:
        return StorageError("the database can not be reached; check SERENO_DATABASE_URL")
    return StorageError(f"the database refused (SQLSTATE {state}); run `sereno doctor`")


def sqlite_error(origin: sqlite3.Error) -> StorageError:
    """What an error of SQLite means to us."""
    why = trouble(origin)
    if why is Trouble.FULL:
        return StorageFull("the disk is full; free some space, and it goes on")
    if why is Trouble.BUSY:
        return StorageBusy("the database is busy; try again in a moment")
    if why is Trouble.CLOSED:
        return StorageError("the database can not be written; check the data folder's owner")
    if why is Trouble.DAMAGED:
        return StorageError(
            "the database file is damaged; restore the last backup (docs/how-to/back-up.md)"
        )
    name = getattr(origin, "sqlite_errorname", type(origin).__name__)
    return StorageError(f"the database refused ({name}); run `sereno doctor`")


def _sqlite(folder: Path, file: str) -> Engine:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / file).touch(mode=0o600)
    except OSError as error:
        raise StorageError(
            f"{folder} can not be written; choose another folder with --data-dir"
        ) from error
    url = sa.URL.create("sqlite", database=str(folder / file))
    engine = sa.create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=SPARE_CONNECTIONS,
        connect_args={"timeout": BUSY_WAIT_S},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late for a consistent read: ours is sent by `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_WAIT_S * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        f"cache_size=-{CACHE_KIB}",
        f"journal_size_limit={WAL_KEPT_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sereno_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(text: str) -> Engine:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ConfigurationError(
            "SERENO_DATABASE_URL is no URL; write postgresql+psycopg://user:password@host/name"
        ) from error
    if url.get_backend_name() != "postgresql":
        raise ConfigurationError(
            "SERENO_DATABASE_URL must start with postgresql+psycopg://; unset it for SQLite"
        )
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=CONNECTIONS,
            max_overflow=SPARE_CONNECTIONS,
            pool_pre_ping=True,
            # A read sees one state throughout; writers lock the rows they change.
            connect_args={"options": f"-c lock_timeout={BUSY_WAIT_S}s"},
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError("PostgreSQL needs the driver; install sereno[postgres]") from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("sereno_writes", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
