"""One process watches a patient, and no other meanwhile."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from sereno.ports import Commit
from sereno.scoring.watch import Watch
from sereno.services.foundation import Foundation, lease_of
from sereno.services.live import framed
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, Joined, ScriptedSource, beats
from tests.unit.services.ingestion.running import BOUNDS, DAY, heart_rates, ingestion, stopped_when

pytestmark = pytest.mark.anyio


async def test_a_recording_of_another_process_patient_is_refused(foundation: Foundation) -> None:
    ana = foundation.store.admit(ANA)
    foundation.leases.acquire(lease_of(ana.id), "another", DAY)

    tally = await ingestion(foundation, ScriptedSource([beats([80])], awaits=False)).run()

    assert heart_rates(foundation) == []
    (failed,) = tally.failed
    assert "another process ingests this patient" in failed


async def test_leases_are_given_back_at_the_end(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([80])])).run()

    ana = foundation.store.find("MRN-0042")
    assert foundation.leases.holder(lease_of(ana.id)) is None


async def test_who_is_readmitted_by_another_process_is_taken_up_while_it_runs(
    foundation: Foundation,
) -> None:
    patient = foundation.store.admit(ANA)
    rounds = iter(range(2000))

    def taken_up() -> bool:
        if next(rounds, None) == 0:  # it has looked for its patients already, and found none
            state = framed(Watch(patient).snapshot(), live=True)
            foundation.store.commit([Commit(patient=patient.id, state=state)])
        return foundation.leases.holder(lease_of(patient.id)) == "test"

    bounds = replace(BOUNDS, adopt=timedelta(0), hold=DAY)
    await stopped_when(ingestion(foundation, bounds=bounds), taken_up, adopt=True)

    assert next(rounds, None) is not None


@pytest.mark.parametrize("awaits", [True, False], ids=["answered", "a recording"])
async def test_what_comes_for_a_patient_whom_another_took_over_is_left_to_that_process(
    foundation: Foundation, clock: FakeClock, awaits: bool
) -> None:
    ana = foundation.store.admit(ANA).id

    async def lose() -> None:
        while heart_rates(foundation) != [80]:  # noqa: ASYNC110 - it is in the database
            await anyio.sleep(0.001)
        foundation.leases.release(lease_of(ana), "test")
        foundation.leases.acquire(lease_of(ana), "another", DAY)
        clock.turn(5 * SECOND)

    first = ScriptedSource([beats([80])], awaits=awaits, then=lose)
    second = beats([81], start=NOON + 5 * SECOND)
    source = Joined(first, ScriptedSource([second], awaits=awaits))
    # The writer looks up when the batch is there, and not before: it would not be admitted then.
    bounds = replace(BOUNDS, hold=10 * SECOND, wake=DAY)
    await ingestion(foundation, source, bounds=bounds).run()

    assert heart_rates(foundation) == [80]
    left = foundation.inbox.take("another", [ana], 10)
    assert [each.batch.observations for each in left] == [second.observations] * awaits
    letters = [each.what.reason for each in foundation.store.dead_letters()]
    assert len(letters) == (not awaits)
    assert all("another process watches the patient" in each for each in letters)
