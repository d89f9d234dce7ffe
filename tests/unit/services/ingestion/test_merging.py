"""Two records of one person become one: nothing of the former is lost, and nothing comes twice."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from sereno.domain.errors import StorageError, Unreadable
from sereno.domain.stream import Batch, Movement, MovementKind, Subject
from sereno.domain.vitals import Signal
from sereno.services.foundation import Foundation, lease_of
from tests.contract.store.records import lead
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, Refusing, ScriptedSource, beats
from tests.unit.services.ingestion.running import (
    BOUNDS,
    DAY,
    heart_rates,
    ingestion,
    stopped_when,
)

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
TEMPORARY = Subject(identifier="TMP-7", bed="ICU 7")


def merged(former: Subject = TEMPORARY) -> Batch:
    movement = Movement(kind=MovementKind.MERGED, time=NOON, former=former)
    return Batch(source="fake", subject=ANA, movement=movement)


def before() -> list[Batch]:
    """Three hours under a temporary identifier, and a value under the right one."""
    return [
        beats([71], subject=TEMPORARY, start=NOON - 3 * HOUR),
        beats([72], subject=TEMPORARY, start=NOON - HOUR, waveforms=(lead(-3600), lead(-3599))),
        beats([80]),
    ]


async def run(foundation: Foundation, *batches: Batch) -> None:
    await ingestion(foundation, ScriptedSource(batches)).run()


async def test_what_was_measured_of_the_former_stands_in_the_record_of_the_other(
    foundation: Foundation,
) -> None:
    await run(foundation, *before(), merged())
    assert heart_rates(foundation) == [71, 72, 80]
    ana = foundation.store.find("MRN-0042").id
    waves = foundation.store.waveforms(ana, Signal.ECG, NOON - 2 * HOUR, NOON)
    assert [each.start for each in waves] == [NOON - HOUR, NOON - HOUR + SECOND]
    assert foundation.inbox.held("test", 10) == []


async def test_the_former_record_stays_and_its_stay_has_ended(foundation: Foundation) -> None:
    await run(foundation, *before(), merged())
    former = next(each for each in foundation.store.patients() if each.identifier == "TMP-7")
    assert former.discharged is not None
    assert "merged" in former.discharged.reason
    assert heart_rates(foundation, former.id) == [71, 72]


async def test_they_lie_where_the_former_lay(foundation: Foundation) -> None:
    nowhere = replace(ANA, bed=None)
    bed = beats([91], subject=Subject.in_bed("ICU 7"), start=NOON + SECOND)
    await run(foundation, beats([71], subject=TEMPORARY), replace(merged(), subject=nowhere), bed)
    assert foundation.store.find("MRN-0042").bed == "ICU 7"
    assert heart_rates(foundation) == [71, 91]
    assert len(foundation.store.patients()) == 2  # nobody unnamed beside


async def test_who_has_a_bed_keeps_it(foundation: Foundation) -> None:
    elsewhere = replace(ANA, bed="Ward 2")
    await run(foundation, beats([71], subject=TEMPORARY), replace(merged(), subject=elsewhere))
    assert foundation.store.find("MRN-0042").bed == "Ward 2"


async def test_what_still_comes_under_the_former_identifier_is_theirs(
    foundation: Foundation,
) -> None:
    await run(foundation, *before(), merged())
    await run(foundation, beats([90], subject=TEMPORARY, start=NOON + SECOND))
    assert heart_rates(foundation) == [71, 72, 80, 90]


async def test_told_again_it_changes_nothing(foundation: Foundation) -> None:
    await run(foundation, *before(), merged())
    await run(foundation, merged())
    assert heart_rates(foundation) == [71, 72, 80]


@pytest.mark.parametrize("former", [Subject(identifier="never seen"), ANA])
async def test_who_was_never_here_or_is_the_same_needs_no_copy(
    foundation: Foundation, former: Subject
) -> None:
    await run(foundation, *before(), merged(former))
    assert heart_rates(foundation) == [80]
    assert foundation.inbox.held("test", 10) == []


async def test_a_merge_that_was_cut_off_is_done_by_the_next_process(
    foundation: Foundation, clock: FakeClock
) -> None:
    await run(foundation, *before())
    store = Refusing(foundation.store)
    source = ScriptedSource([merged()])

    async def break_down() -> None:
        while not source.acknowledged:  # noqa: ASYNC110 - a list
            await anyio.sleep(0.001)
        store.errors = [StorageError("gone")] * 100

    source.then = break_down
    with pytest.raises(ExceptionGroup):
        await ingestion(replace(foundation, store=store), source).run()
    clock.turn(HOUR)
    await ingestion(foundation).run()

    assert heart_rates(foundation) == [71, 72, 80]
    assert foundation.inbox.held("test", 10) == []


@pytest.mark.parametrize("damaged", ["TMP-7", "MRN-0042"])
async def test_a_merge_with_who_can_not_be_read_is_a_dead_letter_and_holds_up_nobody(
    foundation: Foundation, damaged: str
) -> None:
    await run(foundation, *before())
    patient = foundation.store.find(damaged).id
    store = Refusing(foundation.store)
    store.errors_of["waveforms"] = [Unreadable("damaged; restore the last backup")]
    other = Subject(identifier="MRN-0099")

    batches = [merged(), beats([60], subject=other)]
    await ingestion(replace(foundation, store=store), ScriptedSource(batches)).run()

    assert heart_rates(foundation, "MRN-0099") == [60]
    (letter,) = foundation.store.dead_letters()
    assert letter.what.reason == "a merge: damaged; restore the last backup"
    assert foundation.inbox.waiting() == frozenset()
    assert patient


async def test_a_merge_for_whom_another_process_watches_is_left_to_it(
    foundation: Foundation,
) -> None:
    await run(foundation, *before())
    ana = foundation.store.find("MRN-0042").id
    foundation.leases.acquire(lease_of(ana), "watcher", DAY)
    await run(foundation, merged())
    assert heart_rates(foundation) == [80]

    bounds = replace(BOUNDS, hold=DAY)
    source = ScriptedSource([beats([81], start=NOON + SECOND)])
    watcher = ingestion(foundation, source, holder="watcher", bounds=bounds)
    await stopped_when(watcher, lambda: heart_rates(foundation) == [71, 72, 80, 81])


async def test_years_without_anything_are_passed_over(foundation: Foundation) -> None:
    old = beats([60], subject=TEMPORARY, start=NOON - timedelta(days=20_000))
    now = beats([61], subject=TEMPORARY)
    with anyio.fail_after(60):
        await run(foundation, old, now, beats([80], start=NOON + SECOND), merged())
    ana = foundation.store.find("MRN-0042").id
    found = foundation.store.observations(ana, NOON - timedelta(days=30_000), NOON)
    assert [each.value for each in found] == [60, 61]


async def test_who_is_merged_twice_is_found_by_every_former_name(foundation: Foundation) -> None:
    first = Subject(identifier="TMP-1")
    await run(foundation, beats([50], subject=first, start=NOON - 2 * HOUR), *before())
    movement = Movement(kind=MovementKind.MERGED, time=NOON, former=first)
    await run(foundation, Batch(source="fake", subject=TEMPORARY, movement=movement))
    await run(foundation, merged())
    await run(foundation, beats([90], subject=first, start=NOON + SECOND))
    assert heart_rates(foundation) == [71, 50, 72, 80, 90]
