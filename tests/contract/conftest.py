"""The storage on each database that must keep the contracts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick


@pytest.fixture
def clock() -> FakeClock:
    """Noon, until a test turns it."""
    return FakeClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def storage_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings that name a database without rows."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        return Settings(data_dir=tmp_path)
    url = request.getfixturevalue("migrated_postgres_url")
    return Settings(data_dir=tmp_path, database_url=SecretStr(url))


@pytest.fixture
def storage(storage_settings: Settings, clock: FakeClock) -> Iterator[Storage]:
    """An empty storage."""
    opened = open_storage(storage_settings, clock, quick)
    yield opened
    opened.close()
