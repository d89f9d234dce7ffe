"""A full disk is waited out, and a database that refuses ends it: nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import StorageError, StorageFull
from sereno.domain.surveillance import Condition, Priority
from sereno.services.foundation import Foundation
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import SECOND, Refusing, ScriptedSource, beats
from tests.unit.services.ingestion.running import BOUNDS, heart_rates, ingestion

pytestmark = pytest.mark.anyio


async def test_a_full_disk_holds_back_and_loses_nothing_and_says_so_afterwards(
    foundation: Foundation,
) -> None:
    full = [StorageFull("the disk is full; free some space")] * 5  # more than `attempts`
    store = Refusing(foundation.store, full)
    source = ScriptedSource([beats([80, 81])])

    await ingestion(replace(foundation, store=store), source).run()

    assert heart_rates(foundation) == [80, 81]
    assert source.acknowledged == [0]
    (alarm,) = foundation.store.alarms()
    assert alarm.condition is Condition.MONITORING_STOPPED
    assert alarm.priority is Priority.HIGH
    assert (alarm.present, alarm.active) == (False, True)


async def test_a_database_that_keeps_refusing_ends_it_and_the_next_works_in_what_was_answered(
    foundation: Foundation,
) -> None:
    store = Refusing(foundation.store, [StorageError("damaged; restore")] * 3)
    source = ScriptedSource([beats([80])])

    with pytest.raises(ExceptionGroup) as raised:
        await ingestion(replace(foundation, store=store), source).run()

    assert raised.group_contains(StorageError, match="damaged", depth=1)
    assert heart_rates(foundation) == []
    assert source.acknowledged == [0]
    await ingestion(foundation).run()
    assert heart_rates(foundation) == [80]


async def test_an_inbox_that_keeps_refusing_ends_it_and_nothing_is_acknowledged(
    foundation: Foundation,
) -> None:
    inbox = Refusing(foundation.inbox)
    inbox.errors_of["keep"] = [StorageError("damaged; restore")] * 3
    source = ScriptedSource([beats([80])])

    with pytest.raises(ExceptionGroup) as raised:
        await ingestion(replace(foundation, inbox=inbox), source).run()

    assert raised.group_contains(StorageError, match="damaged", depth=1)
    assert source.acknowledged == []


async def test_an_inbox_without_room_is_waited_for_and_whoever_was_unwatched_is_told(
    foundation: Foundation,
) -> None:
    inbox = Refusing(foundation.inbox)
    inbox.errors_of["keep"] = [StorageFull("the disk is full; free some space")] * 5
    source = ScriptedSource([beats([80, 81])])

    await ingestion(replace(foundation, inbox=inbox), source).run()

    assert heart_rates(foundation) == [80, 81]
    assert source.acknowledged == [0]
    (alarm,) = foundation.store.alarms()
    assert alarm.condition is Condition.MONITORING_STOPPED


REFUSALS = ["state", "sift_each", "find", "alarms"]


@pytest.mark.parametrize("method", REFUSALS)
async def test_a_full_disk_while_preparing_is_waited_out_and_nothing_is_lost(
    foundation: Foundation, method: str
) -> None:
    store = Refusing(foundation.store)
    store.errors_of[method] = [StorageFull("the disk is full; free some space")] * 5
    source = ScriptedSource([beats([80, 81]), beats([82], start=NOON + 2 * SECOND)])

    await ingestion(replace(foundation, store=store), source).run()

    assert heart_rates(foundation) == [80, 81, 82]
    assert source.acknowledged == [0, 1]


async def test_a_disk_that_stays_full_is_given_up_where_the_wait_has_a_bound(
    foundation: Foundation,
) -> None:
    store = Refusing(foundation.store)
    store.errors_of["sift_each"] = [StorageFull("the disk is full; free some space")] * 50
    source = ScriptedSource([beats([80])])
    bounds = replace(BOUNDS, room=timedelta(0))

    with pytest.raises(ExceptionGroup) as ended:
        await ingestion(replace(foundation, store=store), source, bounds=bounds).run()

    assert ended.group_contains(StorageFull, depth=None)
    assert heart_rates(foundation) == []


async def test_a_lease_that_can_not_be_renewed_on_a_full_disk_ends_nothing(
    foundation: Foundation, clock: FakeClock
) -> None:
    leases = Refusing(foundation.leases)
    source = ScriptedSource([beats([80]), beats([81], start=NOON + 5 * SECOND)])

    async def later() -> None:
        leases.errors_of["renew"] = [StorageFull("the disk is full; free some space")] * 5
        clock.turn(5 * SECOND)

    source.between = later
    bounds = replace(BOUNDS, hold=10 * SECOND)
    await ingestion(replace(foundation, leases=leases), source, bounds=bounds).run()

    assert heart_rates(foundation) == [80, 81]
    assert leases.errors_of["renew"] == []
