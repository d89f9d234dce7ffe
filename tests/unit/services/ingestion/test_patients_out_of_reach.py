"""A patient who is forgotten or whose record is damaged keeps nobody else from being watched."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import pytest

from sereno.domain.errors import Forgotten, Unreadable
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind, Commit
from sereno.services.backoff import Backoff
from sereno.services.foundation import Foundation
from sereno.services.live import framed
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


async def test_a_forgotten_patient_is_left_out_and_the_others_are_kept(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA)
    store = Refusing(foundation.store, [])
    both = ScriptedSource([beats([80]), beats([81], subject=LUIS)])
    running = ingestion(replace(foundation, store=store), both)

    def sift_and_forget(wanted: Any) -> Any:
        sifted = foundation.store.sift_each(wanted)
        foundation.store.forget(ana.id)
        return sifted

    store.sift_each = sift_and_forget  # type: ignore[attr-defined]
    await running.run()

    assert heart_rates(foundation, "MRN-0043") == [81]
    assert [each.identifier for each in foundation.store.patients()] == ["MRN-0043"]


async def test_one_patient_whose_watch_state_is_of_another_version_is_watched_anew(
    foundation: Foundation, clock: FakeClock
) -> None:
    low = beats([80] * 30, signal=Signal.SPO2)
    await ingestion(foundation, ScriptedSource([low, beats([80], subject=LUIS)])).run()
    ana = foundation.store.find("MRN-0042").id
    foundation.store.commit([Commit(patient=ana, state=framed(b"[0]", live=True))])
    clock.turn(60 * SECOND)
    again = beats([80] * 30, start=NOON + 60 * SECOND, signal=Signal.SPO2)
    running = ingestion(foundation, ScriptedSource([again]))

    await stopped_when(running, lambda: running.tally.new, adopt=True)

    alarms = foundation.store.alarms(ana)
    told = [each for each in alarms if each.condition is Condition.MONITORING_STOPPED]
    assert [(each.present, each.active) for each in told] == [(False, True)]
    assert len([each for each in alarms if each.condition is Condition.LIMIT]) == 2
    episodes = foundation.store.episodes(ana, NOON, NOON + DAY)
    assert [each.start for each in episodes] == [NOON, NOON + 60 * SECOND]


async def test_one_patient_whose_record_is_damaged_keeps_nobody_else_from_the_source(
    foundation: Foundation,
) -> None:
    ana, broken = foundation.store.admit(ANA), Unreadable("it was altered; restore a backup")
    store = Refusing(foundation.store)
    running = ingestion(
        replace(foundation, store=store),
        ScriptedSource([beats([80]), beats([81], subject=LUIS)]),
    )
    store.errors_about[ana.id] = broken

    await running.run()

    assert heart_rates(foundation, "MRN-0043") == [81]
    assert running.health()["out_of_reach"] == [ana.id]
    letter = foundation.store.dead_letters()[0].what
    assert letter.reason == str(broken)


async def test_a_damaged_patient_does_not_keep_the_others_from_being_adopted(
    foundation: Foundation,
) -> None:
    await ingestion(foundation, ScriptedSource([beats([80]), beats([81], subject=LUIS)])).run()
    ana, luis = (foundation.store.find(each).id for each in ("MRN-0042", "MRN-0043"))
    store = Refusing(foundation.store)
    store.errors_about[ana] = Unreadable("it was altered; restore a backup")
    running = ingestion(replace(foundation, store=store))

    await stopped_when(running, lambda: running.health()["patients"] == [luis], adopt=True)


async def test_a_patient_forgotten_whom_nobody_can_place_ends_it_after_some_tries(
    foundation: Foundation,
) -> None:
    store = Refusing(foundation.store, [Forgotten("their key was destroyed")] * 3)

    with pytest.raises(ExceptionGroup) as raised:
        await ingestion(replace(foundation, store=store), ScriptedSource([beats([80])])).run()

    assert raised.group_contains(Forgotten, depth=1)
    assert store.asked == 3


async def test_a_command_for_a_damaged_patient_keeps_nobody_else_from_being_watched(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA).id
    command = foundation.commands.submit(CommandKind.NOTE, ana, "nurse", {"text": "turned"})
    store = Refusing(foundation.store)
    store.errors_about[ana] = Unreadable("it was altered; restore a backup")
    running = ingestion(
        replace(foundation, store=store), ScriptedSource([beats([81], subject=LUIS)])
    )

    await running.run()

    assert heart_rates(foundation, "MRN-0043") == [81]
    assert foundation.commands.outcome(command) is None
    assert running.health()["out_of_reach"] == [ana]


async def test_one_who_can_not_be_read_is_not_asked_for_again_and_again(
    foundation: Foundation,
) -> None:
    """The reader of a port feeds every bed: it must not wait for one."""
    ana = foundation.store.admit(ANA).id
    store = Refusing(foundation.store)
    store.errors_about[ana] = Unreadable("damaged; restore the last backup")
    source = ScriptedSource([beats([80]), beats([70], subject=LUIS)])
    again = Backoff(first=timedelta(seconds=30), longest=timedelta(seconds=30), attempts=20)

    with anyio.fail_after(20):
        await ingestion(
            replace(foundation, store=store), source, bounds=replace(BOUNDS, storage=again)
        ).run()

    assert heart_rates(foundation, "MRN-0043") == [70]
    assert source.refusals == ["damaged; restore the last backup", None]
