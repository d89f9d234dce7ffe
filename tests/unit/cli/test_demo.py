"""What the demonstration tells when it is started again on the same data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from sereno.bootstrap import configured_sources, services
from sereno.cli.demo import _since, untold
from sereno.domain.stream import Batch, Subject
from sereno.settings import Settings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("since", "history", "duration"),
    [
        pytest.param(None, 14400, 1200, id="nothing is told yet"),
        pytest.param(timedelta(0), 0, 0, id="all is told"),
        pytest.param(10 * MINUTE, 0, 598, id="only the last minutes are not"),
        pytest.param(HOUR, 2398, 1200, id="nor the time before them"),
        pytest.param(48 * HOUR, 14400, 1200, id="no more than a first time"),
    ],
)
def test_what_was_told_is_not_told_again(
    since: timedelta | None, history: int, duration: int
) -> None:
    assert untold(since, 20 * MINUTE) == f"&history={history}s&duration={duration}s"


@pytest.mark.parametrize("source", ["sim:ward?beds=1&history=2h", "sim:ward?history=2h&beds=1"])
def test_a_ward_among_the_sources_has_one_past_however_often_it_is_read(
    tmp_path: Path, source: str
) -> None:
    settings = Settings(data_dir=tmp_path, sources=(source,))

    async def first() -> Batch:
        async for batch in configured_sources(given)[0].batches():
            return batch
        pytest.fail("a ward without an end has ended")

    with services(settings) as given:
        assert not anyio.run(first).live
        given._foundation.store.admit(Subject(identifier="bed-1"))
        assert anyio.run(first).live


def test_a_ward_exists_since_it_was_first_started_until_its_data_are_deleted(
    tmp_path: Path,
) -> None:
    first = datetime(2026, 11, 24, 8, 0, 0, 250_000, tzinfo=UTC)
    later, told = first + 48 * HOUR, "2026-11-24T08:00:00Z"

    assert _since(tmp_path, first, anew=True) == told
    assert _since(tmp_path, later, anew=False) == told
    assert _since(tmp_path, later, anew=True) == "2026-11-26T08:00:00Z"
