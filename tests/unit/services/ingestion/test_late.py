"""What comes late is scored and alarmed as late, and what was told before stays as it was told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import StorageError
from sereno.domain.stream import Batch
from sereno.domain.surveillance import Alarm, AlarmStep, Condition, Score
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind
from sereno.scoring.readings import STREAM_AGE
from sereno.services.foundation import Foundation
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.writer import Writer
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import SECOND, Refusing, ScriptedSource, beats
from tests.unit.services.ingestion.running import DAY, ingestion, stopped_when
from tests.unit.services.ingestion.test_merging import TEMPORARY, merged

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def run(foundation: Foundation, *batches: Batch) -> None:
    await ingestion(foundation, ScriptedSource(batches)).run()


def scores(foundation: Foundation) -> list[Score]:
    ana = foundation.store.find("MRN-0042").id
    return foundation.store.scores(ana, NOON - DAY, NOON + DAY)


def limits(foundation: Foundation) -> list[Alarm]:
    ana = foundation.store.find("MRN-0042").id
    return [one for one in foundation.store.alarms(ana) if one.condition is Condition.LIMIT]


async def cut(foundation: Foundation, clock: FakeClock) -> None:
    """A calm minute an hour ago, and one of now: what was between has not come yet."""
    clock.turn(-HOUR + MINUTE)
    await run(foundation, beats([80] * 60, start=NOON - HOUR))
    clock.turn(HOUR)
    await run(foundation, beats([80] * 60))


async def test_what_was_missed_is_scored_and_alarmed_as_late(
    foundation: Foundation, clock: FakeClock
) -> None:
    await cut(foundation, clock)
    before = scores(foundation)
    await run(foundation, beats([150] * 120, start=NOON - HOUR / 2))
    (alarm,) = limits(foundation)
    assert alarm.late
    assert alarm.active
    assert (alarm.onset, alarm.extreme) == (NOON - HOUR / 2, 150)
    assert alarm.raised == clock.now()
    during = [each for each in scores(foundation) if each.rescored]
    assert during[0].time == NOON - HOUR / 2
    assert during[0].total == 3
    assert during[-1].total is None  # five minutes later, as it was told then
    told_then = [each for each in scores(foundation) if not each.rescored]
    assert [one for one in told_then if one.time <= NOON - HOUR / 2] == [
        one for one in before if one.time <= NOON - HOUR / 2
    ]
    (episode,) = foundation.store.episodes(alarm.patient, NOON - DAY, NOON)
    assert (episode.start, episode.extreme) == (NOON - HOUR / 2, 150)
    assert foundation.store.latest(alarm.patient)[Signal.HEART_RATE].value == 80


async def test_in_order_behind_the_present_it_is_one_alarm(
    foundation: Foundation, clock: FakeClock
) -> None:
    """As an edge box catches up, page by page."""
    await cut(foundation, clock)
    for n in range(4):
        await run(foundation, beats([150] * 60, start=NOON - HOUR / 2 + n * MINUTE))
    (alarm,) = limits(foundation)
    known = STREAM_AGE - SECOND  # for so long the last value stays true
    assert (alarm.onset, alarm.ended) == (NOON - HOUR / 2, NOON - HOUR / 2 + 4 * MINUTE + known)
    events = foundation.store.alarm_events(alarm.id)
    assert [each.what for each in events] == [AlarmStep.RAISED, AlarmStep.GONE]


async def test_an_alarm_that_went_on_unseen_is_told_from_where_it_was_lost(
    foundation: Foundation, clock: FakeClock
) -> None:
    clock.turn(-HOUR + MINUTE)
    await run(foundation, beats([150] * 60, start=NOON - HOUR))
    clock.turn(HOUR)
    await run(foundation, beats([80] * 60))
    (known,) = limits(foundation)
    missed = 25 * MINUTE
    values = [150.0] * int(missed.total_seconds())
    await run(foundation, beats(values, start=NOON - HOUR + MINUTE))
    late = next(each for each in limits(foundation) if each.late)
    assert known.ended is not None
    assert (late.onset, late.ended) == (
        known.ended, NOON - HOUR + MINUTE + missed + STREAM_AGE - SECOND,
    )  # fmt: skip
    assert [each.id for each in limits(foundation) if not each.late] == [known.id]


async def test_told_again_nothing_changes(foundation: Foundation, clock: FakeClock) -> None:
    await cut(foundation, clock)
    await run(foundation, late := beats([150] * 60, start=NOON - HOUR / 2))
    found = scores(foundation), limits(foundation)
    await run(foundation, late)
    assert (scores(foundation), limits(foundation)) == found


async def test_what_is_not_judged_yet_when_a_process_ends_is_judged_by_the_next(
    foundation: Foundation, clock: FakeClock
) -> None:
    await cut(foundation, clock)
    running = ingestion(foundation, ScriptedSource([beats([150] * 60, start=NOON - HOUR / 2)]))
    ana = foundation.store.find("MRN-0042").id

    def kept() -> bool:
        start = NOON - HOUR / 2
        return bool(foundation.store.observations(ana, start, start + MINUTE))

    await stopped_when(running, kept)
    assert limits(foundation) == []
    await ingestion(foundation, ScriptedSource([])).run()
    await run(foundation, beats([80], start=NOON + MINUTE))
    assert [each.late for each in limits(foundation)] == [True]


async def test_a_backlog_is_no_sign_of_life(foundation: Foundation, clock: FakeClock) -> None:
    """Past values of a patient nobody knew raise no alarm of silence, and no flood."""
    clock.turn(HOUR)
    past = NOON - 20 * HOUR
    await run(foundation, *(beats([150], start=past + n * 10 * MINUTE) for n in range(60)))
    clock.turn(5 * HOUR)
    await run(foundation)
    ana = foundation.store.find("MRN-0042").id
    assert len(foundation.store.alarms(ana)) <= 2
    assert all(each.late for each in foundation.store.alarms(ana))
    assert any(each.total == 3 for each in scores(foundation))


async def test_of_somebody_discharged_it_is_scored_and_alarms_nobody(
    foundation: Foundation, clock: FakeClock
) -> None:
    await cut(foundation, clock)
    ana = foundation.store.find("MRN-0042").id
    asked = foundation.commands.submit(CommandKind.DISCHARGE, ana, "nurse", {"reason": "home"})
    await stopped_when(ingestion(foundation), lambda: foundation.commands.outcome(asked) == "")
    await run(foundation, beats([150] * 60, start=NOON - HOUR / 2))
    assert limits(foundation) == []
    assert any(each.rescored for each in scores(foundation))


@pytest.mark.parametrize("running", [True, False], ids=["by ingest", "by a command alone"])
async def test_what_is_charted_late_is_scored_anew(
    foundation: Foundation, clock: FakeClock, running: bool
) -> None:
    await cut(foundation, clock)
    ana = foundation.store.find("MRN-0042").id
    values = {"values": [["heart_rate", 150, (NOON - HOUR / 2).isoformat()]]}
    asked = foundation.commands.submit(CommandKind.CHART, ana, "nurse", values)

    def done() -> bool:
        return foundation.commands.outcome(asked) == "" and _rescored(foundation)()

    if running:
        await stopped_when(ingestion(foundation), done)
    else:
        Writer(foundation, Roster(foundation, holder="cli", hold=HOUR)).carry_out(ana)
    assert next(each.total for each in scores(foundation) if each.rescored) == 3


def _rescored(foundation: Foundation) -> Callable[[], bool]:
    return lambda: any(each.rescored for each in scores(foundation))


async def test_what_is_copied_of_a_merged_record_alarms_nobody_again(
    foundation: Foundation, clock: FakeClock
) -> None:
    await cut(foundation, clock)
    await run(foundation, beats([150] * 60, subject=TEMPORARY, start=NOON - HOUR / 2), merged())
    assert [each for each in limits(foundation) if each.late] == []


async def test_a_database_that_refuses_in_the_midst_has_nothing_told_twice(
    foundation: Foundation, clock: FakeClock
) -> None:
    await cut(foundation, clock)
    refusing = Refusing(foundation.store)
    refusing.errors_of["episodes"] = [StorageError("busy; try again")]
    await run(replace(foundation, store=refusing), beats([150] * 60, start=NOON - HOUR / 2))
    assert refusing.errors_of["episodes"] == []
    assert len(limits(foundation)) == 1


async def test_what_comes_late_of_a_silent_source_is_no_sign_that_it_speaks(
    foundation: Foundation, clock: FakeClock
) -> None:
    """A backlog that is worked in step by step must not end the silence and begin it again."""
    await run(foundation, beats([80] * 60))
    clock.turn(10 * MINUTE)
    await run(foundation, beats([80] * 5, start=NOON + MINUTE))
    ana = foundation.store.find("MRN-0042").id
    silent = [a for a in foundation.store.alarms(ana) if a.condition is Condition.SOURCE_SILENT]
    assert [each.present for each in silent] == [True]
    for n in range(5):
        await run(foundation, beats([80] * 60, start=NOON + (n + 2) * MINUTE))
    silent = [a for a in foundation.store.alarms(ana) if a.condition is Condition.SOURCE_SILENT]
    assert [each.present for each in silent] == [True]
    await run(foundation, beats([80] * 30, start=clock.now() - 29 * SECOND))
    silent = [a for a in foundation.store.alarms(ana) if a.condition is Condition.SOURCE_SILENT]
    assert [each.present for each in silent] == [False]
