"""The services' foundation over a real store, with a clock that is turned by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sereno.services.foundation import Foundation
from sereno.settings import Settings
from sereno.storage import Storage, open_storage
from tests.fakes.clock import FakeClock
from tests.fakes.keys import quick


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def storage(tmp_path: Path, migrated_file: Path, clock: FakeClock) -> Iterator[Storage]:
    shutil.copy(migrated_file, tmp_path)
    opened = open_storage(Settings(data_dir=tmp_path), clock, quick)
    yield opened
    opened.close()


@pytest.fixture
def foundation(storage: Storage, clock: FakeClock) -> Foundation:
    return Foundation(
        store=storage.store,
        inbox=storage.inbox,
        outbox=storage.outbox,
        commands=storage.commands,
        jobs=storage.jobs,
        leases=storage.leases,
        audit=storage.audit,
        clock=clock,
    )
