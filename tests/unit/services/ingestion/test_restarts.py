"""A run goes on where the last one ended, and says for how long nobody watched."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import anyio
import pytest

from sereno.domain.surveillance import Condition, Priority
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.scoring.watch import Watch
from sereno.services import equipment
from sereno.services.absence import TOLD_FOR
from sereno.services.foundation import Foundation, lease_of
from sereno.services.live import framed
from sereno.services.views import Views
from sereno.services.watchdog import Watchdog
from tests.fakes.clock import HOUR, NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import BOUNDS, DAY, LUIS, ingestion, stopped_when

pytestmark = pytest.mark.anyio


async def test_a_restart_goes_on_where_the_last_run_ended(
    foundation: Foundation, clock: FakeClock
) -> None:
    """The delay of an alarm that began before the restart runs out after it."""
    low = {"signal": Signal.SPO2}
    await ingestion(foundation, ScriptedSource([beats([80] * 6, **low)])).run()
    assert foundation.store.alarms() == []
    clock.turn(6 * SECOND)

    later = beats([80] * 6, start=NOON + 6 * SECOND, **low)
    await ingestion(foundation, ScriptedSource([later])).run()

    (alarm,) = [each for each in foundation.store.alarms() if each.condition is Condition.LIMIT]
    assert alarm.onset == NOON


async def test_silence_of_the_living_raises_an_alarm_after_a_restart_too(
    foundation: Foundation, clock: FakeClock
) -> None:
    await ingestion(foundation, ScriptedSource([beats([80] * 5)])).run()
    clock.turn(timedelta(minutes=5))
    waiting = ingestion(foundation)

    await stopped_when(waiting, lambda: foundation.store.alarms(active=True), adopt=True)

    (alarm,) = foundation.store.alarms()
    assert alarm.condition is Condition.SOURCE_SILENT


async def watched_until_stopped(foundation: Foundation) -> None:
    """Whoever was watched is, from the first sign of life until it is stopped on purpose."""
    beat = foundation.leases.beats().get("ingest")

    def spoke() -> bool:
        return foundation.leases.beats().get("ingest") != beat

    bounds = replace(BOUNDS, hold=DAY)
    running = ingestion(foundation, bounds=bounds, beat_as="ingest")
    await stopped_when(running, spoke, adopt=True)


@pytest.mark.parametrize(
    ("planned", "away", "priority", "asks", "why"),
    [
        (True, 40 * SECOND, Priority.LOW, False, "a restart on purpose asks nobody for anything"),
        (True, timedelta(hours=9), Priority.LOW, False, "nor does a night switched off"),
        (False, 40 * SECOND, Priority.HIGH, True, "a crash or power cut must be taken note of"),
        (True, 9 * SECOND, None, False, "so short a time is none to tell of"),
        (False, 9 * SECOND, None, False, "a killed process is started again within it"),
    ],
)
async def test_for_how_long_nobody_watched_is_on_record_and_told_once(
    foundation: Foundation,
    clock: FakeClock,
    planned: bool,
    away: timedelta,
    priority: Priority | None,
    asks: bool,
    why: str,
) -> None:
    patient = foundation.store.admit(ANA)
    state = framed(Watch(patient).snapshot(), live=True)
    recorded = foundation.store.admit(LUIS)
    past = framed(Watch(recorded).snapshot(), live=False)
    foundation.store.commit(
        [Commit(patient=patient.id, state=state), Commit(patient=recorded.id, state=past)]
    )
    foundation.leases.beat("ingest", {"stopped": True} if planned else {})
    clock.turn(away)
    views = Views(foundation.store, foundation.leases, clock)
    for _ in range(2):  # the second time nothing new has happened
        await watched_until_stopped(foundation)

    told = foundation.store.alarms()
    assert [each.priority for each in told] == ([priority] if priority else []), why
    for alarm in told:
        assert (alarm.patient, alarm.onset, alarm.ended) == (patient.id, NOON, NOON + away)
        assert (alarm.present, alarm.active) == (False, asks)
    found = views.ward().absence
    assert (found is not None) is (priority is not None)
    assert found is None or (found.since, found.until, found.planned) == (
        NOON,
        NOON + away,
        planned,
    )
    clock.turn(TOLD_FOR)
    assert views.ward().absence is None


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("told_before", [False, True])
async def test_whose_watch_could_not_go_on_after_an_absence_is_told_of_once_and_aloud(
    foundation: Foundation, clock: FakeClock, planned: bool, told_before: bool
) -> None:
    """Who stopped it knew that nobody would watch, not that limits set for a patient were lost."""
    patient = foundation.store.admit(ANA)
    of_another_release = framed(b"[0]", live=True)
    foundation.store.commit([Commit(patient=patient.id, state=of_another_release)])
    foundation.leases.beat("ingest", {"stopped": True} if planned else {})
    watchdog = Watchdog(foundation, holder="test")
    clock.turn(timedelta(hours=1))
    if told_before:
        watchdog.look(foundation.leases.beats())
    for _ in range(2):
        await watched_until_stopped(foundation)

    (alarm,) = foundation.store.alarms()
    assert (alarm.priority, alarm.active) == (Priority.HIGH, True)
    assert (alarm.onset, alarm.ended) == (NOON, NOON + timedelta(hours=1))


async def test_what_the_watchdog_told_is_not_told_a_second_time(
    foundation: Foundation, clock: FakeClock
) -> None:
    patient = foundation.store.admit(ANA)
    state = framed(Watch(patient).snapshot(), live=True)
    foundation.store.commit([Commit(patient=patient.id, state=state)])
    foundation.leases.beat("ingest", {})
    watchdog = Watchdog(foundation, holder="test")
    clock.turn(timedelta(hours=1))
    watchdog.look(foundation.leases.beats())
    await watched_until_stopped(foundation)

    (alarm,) = foundation.store.alarms()
    assert (alarm.priority, alarm.present, alarm.active) == (Priority.HIGH, False, True)


async def test_a_source_that_was_lost_does_not_hide_for_how_long_nobody_watched(
    foundation: Foundation, clock: FakeClock
) -> None:
    """An open alarm about Sereno itself says that somebody is unwatched only if it is that one."""
    patient = foundation.store.admit(ANA)
    state = framed(Watch(patient).snapshot(), live=True)
    lost, events = equipment.source_lost(patient.id, "fake", NOON)
    foundation.store.commit(
        [Commit(patient=patient.id, state=state, alarms=(lost,), events=events)]
    )
    foundation.leases.beat("ingest", {})
    clock.turn(timedelta(hours=9))
    await watched_until_stopped(foundation)

    stopped = Condition.MONITORING_STOPPED
    told = [each for each in foundation.store.alarms() if each.condition is stopped]
    assert [(each.onset, each.ended, each.active) for each in told] == [
        (NOON, NOON + timedelta(hours=9), True)
    ]


async def test_the_end_of_a_recording_is_no_silence(
    foundation: Foundation, clock: FakeClock
) -> None:
    await ingestion(foundation, ScriptedSource([beats([80] * 5, live=False)])).run()
    clock.turn(timedelta(hours=5))
    rounds = iter(range(20))

    await stopped_when(ingestion(foundation), lambda: next(rounds, None) is None, adopt=True)

    assert foundation.store.alarms() == []


async def test_who_is_told_to_be_without_a_watch_after_we_took_them_up_is_watched_all_the_same(
    foundation: Foundation,
) -> None:
    """A watchdog that was slow may say it a moment too late."""
    await ingestion(foundation, ScriptedSource([beats([80] * 5)])).run()
    ana = foundation.store.find("MRN-0042").id
    told: list[str] = []

    def over() -> bool:
        if foundation.leases.holder(lease_of(ana)) != "test":
            return False
        if not told:
            alarm, events = equipment.stopped(ana, NOON, foundation.clock.now())
            foundation.store.commit([Commit(patient=ana, alarms=(alarm,), events=events)])
            told.append(alarm.id)
        return not foundation.store.alarm(told[0]).present

    bounds = replace(BOUNDS, hold=DAY, adopt=timedelta(0))
    await stopped_when(ingestion(foundation, bounds=bounds), over, adopt=True)


async def test_while_nobody_watched_no_source_was_silent(
    foundation: Foundation, clock: FakeClock
) -> None:
    await ingestion(foundation, ScriptedSource([beats([80] * 5)])).run()
    await watched_until_stopped(foundation)
    clock.turn(timedelta(minutes=2))
    await watched_until_stopped(foundation)
    conditions = {each.condition for each in foundation.store.alarms()}
    assert Condition.SOURCE_SILENT not in conditions
    clock.turn(timedelta(minutes=13))
    await watched_until_stopped(foundation)
    assert Condition.MONITORING_STOPPED in {each.condition for each in foundation.store.alarms()}


async def test_a_clock_that_is_set_back_silences_no_sign_of_life(
    foundation: Foundation, clock: FakeClock
) -> None:
    def spoke_at(moment: datetime) -> bool:
        beat = foundation.leases.beats().get("ingest")
        return beat is not None and beat.at == moment

    async def set_right() -> None:
        with anyio.fail_after(20):
            while not spoke_at(ahead):  # noqa: ASYNC110 - what is waited for is in the database
                await anyio.sleep(0.01)
        clock.turn(-HOUR)

    right = clock.now()
    clock.turn(HOUR)
    ahead = clock.now()
    running = ingestion(foundation, bounds=replace(BOUNDS, hold=DAY), beat_as="ingest")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(set_right)
        await stopped_when(running, lambda: spoke_at(right))


async def test_a_clock_that_is_set_back_hides_no_alarm(
    foundation: Foundation, clock: FakeClock
) -> None:
    """What was known while it ran ahead was judged by a time that was not."""
    await ingestion(foundation, ScriptedSource([beats([80] * 5)])).run()
    clock.turn(HOUR)
    await stopped_when(
        ingestion(foundation, bounds=replace(BOUNDS, hold=DAY)),
        lambda: foundation.store.alarms(active=True), adopt=True,
    )  # fmt: skip
    clock.turn(timedelta(seconds=20) - HOUR)
    await ingestion(foundation, ScriptedSource([beats([190] * 15, start=NOON + 5 * SECOND)])).run()
    limits = [one for one in foundation.store.alarms() if one.condition is Condition.LIMIT]
    assert [(one.present, one.onset) for one in limits] == [(True, NOON + 5 * SECOND)]
    silent = [one for one in foundation.store.alarms() if one.condition is Condition.SOURCE_SILENT]
    assert not any(one.present for one in silent)


async def test_who_stops_it_waits_for_no_housekeeping(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = itertools.count()
    monkeypatch.setattr(foundation.store, "compacting", lambda _now: steps)
    with anyio.fail_after(20):
        await stopped_when(ingestion(foundation), lambda: next(steps) > 2)
