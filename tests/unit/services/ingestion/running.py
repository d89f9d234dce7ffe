"""An ingestion with short waits, run to its end or until something has happened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio

from sereno.domain.stream import Subject
from sereno.domain.vitals import Signal
from sereno.ports import Connector
from sereno.services.backoff import Backoff
from sereno.services.foundation import Foundation
from sereno.services.ingestion import IngestBounds, Ingestion, Retention
from tests.fakes.clock import NOON

SHORT = timedelta(milliseconds=1)
QUICK = Backoff(first=SHORT, longest=SHORT, attempts=3)
BOUNDS = IngestBounds(wake=SHORT, hold=timedelta(milliseconds=4), source=QUICK, storage=QUICK)
DAY = timedelta(days=1)
LUIS = Subject(identifier="MRN-0043")


def ingestion(foundation: Foundation, *sources: Connector, **given: Any) -> Ingestion:
    keep = Retention(waveforms=DAY)
    given = {"holder": "test", "bounds": BOUNDS} | given
    return Ingestion(foundation, keep, sources, **given)


def heart_rates(foundation: Foundation, reference: str = "MRN-0042") -> list[float]:
    patient = foundation.store.find(reference)
    found = foundation.store.observations(patient.id, NOON - DAY, NOON + DAY, [Signal.HEART_RATE])
    return [each.value for each in found]


async def stopped_when(running: Ingestion, done: Callable[[], Any], *, adopt: bool = False) -> None:
    """Run an ingestion for ever, until `done`."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: running.run(forever=True, adopt=adopt))
        with anyio.fail_after(20):
            while not done():  # noqa: ASYNC110 - what is waited for is in the database
                await anyio.sleep(0.01)
        running.stop()
