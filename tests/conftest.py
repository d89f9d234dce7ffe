"""Fixtures for every test. Heavy libraries are imported inside, so that each suite, the factory's
too, needs only what it uses.
"""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from tests.support import (
    ON_CI,
    find_postgres,
    folder_in_memory,
    real_data,
    require,
    running_postgres,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

settings.register_profile("dev", deadline=None)
# The same cases every time: a failure on CI is one that anybody can repeat.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if ON_CI else "dev")

# Thousands of databases are made here, and each waits for the disk at every commit.
if "TMPDIR" not in os.environ and (in_memory := folder_in_memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = str(in_memory)

# Each keeps Chromium from calling home or from needing what a headless machine lacks.
_CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a browser and run it last, long files before short ones.

    Playwright's synchronous API keeps an event loop running in the main thread, in which no other
    test could start its own. A long file at the very end would leave the other cores idle.
    """
    for item in items:
        if {"browser", "new_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    sizes = Counter(item.path for item in items)

    def last(item: pytest.Item) -> tuple[bool, int]:
        browses = item.get_closest_marker("browser") is not None
        return browses, -sizes[item.path] if browses else 0

    items.sort(key=last)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop of tests marked `anyio`."""
    return "asyncio"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings of real patients; never copied into the project."""
    return real_data()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a throw-away PostgreSQL server, started once for all tests that want one."""
    programs = find_postgres()
    require(programs, "no PostgreSQL server: apt-get install postgresql")
    assert programs is not None
    with running_postgres(programs) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database that is this test's own."""
    with _postgres_database(postgres_server, f"test_{uuid4().hex}") as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with tables and no rows; a copy of it spares a test the migrations."""
    from sereno.settings import Settings
    from sereno.storage.engine import DATABASE_FILE, open_database
    from sereno.storage.migrate import migrate

    folder = tmp_path_factory.mktemp("migrated")
    with closing(open_database(Settings(data_dir=folder))) as database:
        migrate(database)
        database.truncate_log()
    return folder / DATABASE_FILE


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with tables and no rows."""
    from pydantic import SecretStr

    from sereno.settings import Settings
    from sereno.storage.engine import open_database
    from sereno.storage.migrate import migrate

    with _postgres_database(postgres_server, "migrated") as url:
        with closing(open_database(Settings(database_url=SecretStr(url)))) as database:
            migrate(database)
        yield "migrated"


@pytest.fixture
def migrated_postgres_url(postgres_server: str, _migrated_postgres: str) -> Iterator[str]:
    """As `postgres_url`, with tables and no rows."""
    name = f"test_{uuid4().hex}"
    with _postgres_database(postgres_server, name, template=_migrated_postgres) as url:
        yield url


@contextmanager
def _postgres_database(server: str, name: str, *, template: str = "template1") -> Iterator[str]:
    from sqlalchemy import create_engine, make_url, text

    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, headless, under Playwright."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    require(chromium, "no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Open a page in a context of its own: `new_page(width=1280, height=800, **context_options)`.

    Options are Playwright's: color_scheme, locale, ignore_https_errors, reduced_motion...
    """
    with ExitStack() as contexts:

        def open_page(*, width: int = 1280, height: int = 800, **options: Any) -> "Page":
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            contexts.callback(context.close)
            return context.new_page()

        yield open_page
