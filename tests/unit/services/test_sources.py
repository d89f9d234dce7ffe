"""How a source fares, as it is told with the signs of life and read from them."""

from datetime import datetime, timedelta

import pytest

from sereno.domain.stream import Batch, Rejected
from sereno.services.foundation import Foundation
from sereno.services.ingestion.health import MOST_REASONS, OTHER_REASONS, SourceHealth, SourceState
from sereno.services.sources import Sources
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import ingestion

MINUTE = timedelta(minutes=1)


@pytest.mark.anyio
async def test_what_ingest_tells_is_read_back(foundation: Foundation, clock: FakeClock) -> None:
    bad = Rejected(b"Concepcion", "no number")
    batches = [
        beats([80, 81], start=NOON - 9 * SECOND, sent=NOON - 7 * SECOND, rejected=(bad,)),
        beats([82], start=NOON - 6 * SECOND),
    ]
    running = ingestion(foundation, ScriptedSource(batches), beat_as="ingest")
    await running.run()
    foundation.leases.beat("ingest", running.health())
    clock.turn(SECOND)

    (source,) = Sources(foundation.leases, clock).all()

    assert (source.name, source.state) == ("fake:source", SourceState.ENDED)
    assert (source.messages, source.values, source.patients) == (2, 3, 1)
    assert (source.rejected, source.reasons) == (1, {"no number": 1})
    assert (source.lag, source.quiet) == (7 * SECOND, SECOND)
    assert source.skew == 7 * SECOND
    assert source.skewed
    assert not source.fails
    assert "Concepcion" not in str(running.health())


def test_nothing_is_known_before_ingest_has_spoken(
    foundation: Foundation, clock: FakeClock
) -> None:
    assert Sources(foundation.leases, clock).all() == ()


def test_the_rate_is_that_of_the_last_whole_minute() -> None:
    health = SourceHealth("x")

    def take(at: datetime, times: int) -> None:
        for _ in range(times):
            health.took(Batch(source="x", subject=None), None, at)

    take(NOON, 5)
    assert health.per_minute(NOON) == 5
    take(NOON + MINUTE, 2)
    assert health.per_minute(NOON + MINUTE) == 5
    take(NOON + 2 * MINUTE, 1)
    assert health.per_minute(NOON + 2 * MINUTE) == 2
    assert health.per_minute(NOON + 9 * MINUTE) == 0


def test_a_clock_is_judged_by_the_middle_of_what_it_said_lately() -> None:
    health = SourceHealth("x")
    assert health.skew() is None
    for late in (1, 1, 1, 60, 1):
        health.took(Batch(source="x", subject=None, sent=NOON - late * SECOND), None, NOON)
    assert health.skew() == SECOND


def test_reasons_are_few_however_many_there_are() -> None:
    health = SourceHealth("x")
    for n in range(3 * MOST_REASONS):
        piece = Rejected(b"", f"reason {n}")
        health.took(Batch(source="x", subject=None, rejected=(piece,)), None, NOON)
    assert health.rejected == 3 * MOST_REASONS
    assert health.reasons[OTHER_REASONS] == 2 * MOST_REASONS
