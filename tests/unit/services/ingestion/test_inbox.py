"""What was answered is on disk, and stands in the record once, whatever happens in between."""

from dataclasses import replace
from datetime import timedelta

import anyio
import pytest

from sereno.domain.errors import StorageError, StorageFull
from sereno.domain.stream import Batch, Movement, MovementKind, Rejected
from sereno.ports import Received
from sereno.services.foundation import Foundation, lease_of
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, Refusing, ScriptedSource, beats
from tests.unit.services.ingestion.running import (
    BOUNDS,
    DAY,
    LUIS,
    heart_rates,
    ingestion,
    stopped_when,
)

pytestmark = pytest.mark.anyio


def left(foundation: Foundation, holder: str = "test") -> list[Received]:
    return foundation.inbox.held(holder, 100)


async def test_what_stands_in_the_record_waits_no_more(foundation: Foundation) -> None:
    await ingestion(
        foundation, ScriptedSource([beats([80]), beats([81], start=NOON + SECOND)])
    ).run()

    assert heart_rates(foundation) == [80, 81]
    assert foundation.inbox.waiting() == frozenset()
    assert left(foundation) == []


async def test_what_nobody_waits_for_does_not_pass_the_inbox(foundation: Foundation) -> None:
    inbox = Refusing(foundation.inbox)
    inbox.errors_of["keep"] = [StorageError("nobody should ask")] * 100

    source = ScriptedSource([beats([80])], awaits=False)
    await ingestion(replace(foundation, inbox=inbox), source).run()

    assert heart_rates(foundation) == [80]
    assert len(inbox.errors_of["keep"]) == 100


async def test_what_a_process_that_was_killed_had_in_hand_is_worked_in_by_its_successor_once(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA).id
    entry = Received(ana, beats([80]))
    foundation.inbox.keep([entry, entry], ["test", "test"])

    await ingestion(foundation).run()
    await ingestion(foundation).run()

    assert heart_rates(foundation) == [80]
    assert left(foundation) == []


async def test_what_was_committed_and_not_taken_out_of_the_inbox_is_no_second_value(
    foundation: Foundation,
) -> None:
    inbox = Refusing(foundation.inbox)
    source = ScriptedSource([beats([80])])

    async def break_down() -> None:
        while not source.acknowledged:  # noqa: ASYNC110 - a list
            await anyio.sleep(0.001)
        inbox.errors_of["keep"] = [StorageError("gone")] * 1000

    source.then = break_down
    await ingestion(replace(foundation, inbox=inbox), source).run()
    assert len(left(foundation)) == 1
    tally = await ingestion(foundation).run()

    assert heart_rates(foundation) == [80]
    assert (tally.new, tally.duplicates) == (0, 1)


async def test_what_another_process_received_is_worked_in_by_who_watches_the_patient(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA).id
    foundation.leases.acquire(lease_of(ana), "watcher", DAY)
    source = ScriptedSource([beats([80])])
    await ingestion(foundation, source, holder="receiver").run()
    assert source.acknowledged == [0]
    assert heart_rates(foundation) == []

    bounds = replace(BOUNDS, hold=DAY)
    watcher = ingestion(
        foundation,
        ScriptedSource([beats([81], start=NOON + SECOND)]),
        holder="watcher",
        bounds=bounds,
    )
    await stopped_when(watcher, lambda: heart_rates(foundation) == [80, 81])


async def test_what_a_process_that_never_comes_back_had_in_hand_is_taken_up_by_another(
    foundation: Foundation,
) -> None:
    """Of somebody new, too, of whom nothing was committed and whom nobody watches."""
    luis = foundation.store.admit(LUIS).id
    foundation.inbox.keep([Received(luis, beats([70], subject=LUIS))], ["gone"])

    bounds = replace(BOUNDS, adopt=0 * SECOND, hold=DAY)
    running = ingestion(foundation, bounds=bounds)
    await stopped_when(running, lambda: heart_rates(foundation, "MRN-0043") == [70], adopt=True)

    assert foundation.inbox.waiting() == frozenset()


async def test_what_waits_of_somebody_forgotten_is_forgotten(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA).id
    foundation.store.admit(LUIS)
    foundation.inbox.keep([Received(ana, beats([80]))] * 2, ["gone", "test"])
    foundation.store.forget(ana)
    running = ingestion(
        foundation,
        ScriptedSource([beats([70], subject=LUIS)]),
        bounds=replace(BOUNDS, adopt=0 * SECOND),
    )

    def done() -> bool:
        waiting = foundation.inbox.waiting()
        return not waiting and heart_rates(foundation, "MRN-0043") == [70]

    await stopped_when(running, done, adopt=True)

    assert foundation.store.dead_letters() == []


@pytest.mark.parametrize("method", ["rename", "alarms", "episodes", "latest", "find"])
async def test_a_database_that_refuses_in_between_loses_nothing_of_what_was_taken(
    foundation: Foundation, method: str
) -> None:
    """What is taken is taken wholly, however much of it the database is asked about."""
    store = Refusing(foundation.store)
    store.errors_of[method] = [StorageFull("the disk is full; free some space")] * 2
    gone = Movement(kind=MovementKind.DISCHARGED, time=NOON + SECOND)
    same = Movement(kind=MovementKind.MERGED, time=NOON, former=LUIS)
    batches = [
        beats([70], subject=LUIS, start=NOON - 9 * SECOND),
        beats([80]),
        Batch(source="fake", subject=ANA, movement=same),
        Batch(source="fake", subject=ANA, movement=gone),
        beats([81], start=NOON + SECOND),
    ]
    source = ScriptedSource(batches)

    await ingestion(replace(foundation, store=store), source).run()

    assert sorted(heart_rates(foundation)) == [70, 80, 81]
    assert foundation.store.find("MRN-0042").discharged is not None
    assert left(foundation) == []
    assert store.errors_of[method] == []


async def test_what_a_process_of_another_name_had_in_hand_of_nobody_is_taken_up(
    foundation: Foundation, clock: FakeClock
) -> None:
    bad = Batch(source="fake", subject=None, rejected=(Rejected(b"?", "no header"),))
    foundation.inbox.keep([Received(None, bad)], ["a process that never comes back"])
    clock.turn(timedelta(minutes=2))

    await stopped_when(ingestion(foundation), foundation.store.dead_letters)

    assert [each.what.reason for each in foundation.store.dead_letters()] == ["no header"]


async def test_a_sender_of_values_of_nobody_is_told_that_they_are_not_in_a_record(
    foundation: Foundation,
) -> None:
    source = ScriptedSource([beats([80], subject=None)])
    await ingestion(foundation, source).run()
    (told,) = source.refusals
    assert told is not None
    assert "--patient" in told
    assert len(foundation.store.dead_letters()) == 1
