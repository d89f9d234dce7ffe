"""The stream in: kept before it is answered, carried out by one writer, never in silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import pytest

from sereno.domain.errors import (
    Forgotten,
    MalformedInput,
    SourceError,
    StorageError,
    StorageFull,
    Unreadable,
)
from sereno.domain.patients import SpO2Scale
from sereno.domain.stream import Rejected, Subject
from sereno.domain.surveillance import Condition, OperatorState, Priority
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind, Commit, Connector
from sereno.scoring.watch import Watch
from sereno.services import equipment
from sereno.services.absence import TOLD_FOR
from sereno.services.backoff import Backoff
from sereno.services.foundation import Foundation, lease_of
from sereno.services.ingestion import IngestBounds, Ingestion, Retention
from sereno.services.live import framed
from sereno.services.views import Views
from sereno.services.watchdog import Watchdog
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, Refusing, ScriptedSource, beats

pytestmark = pytest.mark.anyio

SHORT = timedelta(milliseconds=1)
QUICK = Backoff(first=SHORT, longest=SHORT, attempts=3)
BOUNDS = IngestBounds(wake=SHORT, hold=timedelta(milliseconds=4), source=QUICK, storage=QUICK)
DAY = timedelta(days=1)
LIMIT: dict[str, Any] = {
    "signal": "heart_rate", "direction": "high", "value": 120, "priority": 2,
    "hysteresis": 2, "delay": 10, "latching": False, "reason": "asked for by the ward",
}  # fmt: skip
LUIS = Subject(identifier="MRN-0043")


def ingestion(foundation: Foundation, *sources: Connector, **given: Any) -> Ingestion:
    keep = Retention(waveforms=DAY)
    given = {"holder": "test", "bounds": BOUNDS} | given
    return Ingestion(foundation, keep, sources, **given)


def heart_rates(foundation: Foundation, reference: str = "MRN-0042") -> list[float]:
    patient = foundation.store.find(reference)
    found = foundation.store.observations(patient.id, NOON - DAY, NOON + DAY, [Signal.HEART_RATE])
    return [each.value for each in found]


async def test_what_arrives_is_kept_and_then_acknowledged(foundation: Foundation) -> None:
    source = ScriptedSource([beats([80, 81]), beats([82], start=NOON + 2 * SECOND)])

    tally = await ingestion(foundation, source).run()

    assert heart_rates(foundation) == [80, 81, 82]
    assert source.acknowledged == [0, 1]
    assert (tally.received, tally.new, tally.duplicates) == (3, 3, 0)


async def test_what_arrives_again_is_acknowledged_and_not_kept_twice(
    foundation: Foundation,
) -> None:
    for _ in range(2):
        source = ScriptedSource([beats([80, 81])])
        tally = await ingestion(foundation, source).run()
        assert source.acknowledged == [0]

    assert heart_rates(foundation) == [80, 81]
    assert (tally.new, tally.duplicates) == (0, 2)


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


async def test_a_database_that_keeps_refusing_ends_it_and_nothing_is_acknowledged(
    foundation: Foundation,
) -> None:
    store = Refusing(foundation.store, [StorageError("damaged; restore")] * 3)
    source = ScriptedSource([beats([80])])

    with pytest.raises(ExceptionGroup) as raised:
        await ingestion(replace(foundation, store=store), source).run()

    assert raised.group_contains(StorageError, match="damaged", depth=1)
    assert source.acknowledged == []


async def test_a_source_that_fails_is_tried_again(foundation: Foundation) -> None:
    source = ScriptedSource([beats([80])], failures=2)

    tally = await ingestion(foundation, source).run()

    assert heart_rates(foundation) == [80]
    assert tally.failed == []


async def test_a_source_that_fails_for_good_is_given_up_and_the_others_go_on(
    foundation: Foundation,
) -> None:
    broken = ScriptedSource([], name="fake:broken", failures=99)
    sound = ScriptedSource([beats([80])])

    tally = await ingestion(foundation, broken, sound).run()

    assert tally.failed == ["no cable; plug it in"]
    assert broken.opened == 3
    assert heart_rates(foundation) == [80]


async def test_a_bug_in_a_connector_stops_that_connector_alone_and_quotes_nothing(
    foundation: Foundation, caplog: pytest.LogCaptureFixture
) -> None:
    broken = ScriptedSource([], name="fake:x", failures=99, error=ValueError("Ana Pérez is 42"))
    sound = ScriptedSource([beats([80])])

    tally = await ingestion(foundation, broken, sound).run()

    assert tally.failed == ["fake:x broke (ValueError); the log says where: report it"]
    (first, *_) = [each for each in caplog.records if each.exc_info]
    assert (first.getMessage(), first.levelname) == ("fake:x broke", "ERROR")
    assert heart_rates(foundation) == [80]


async def test_whoever_is_fed_by_a_source_given_up_has_an_alarm(foundation: Foundation) -> None:
    async def fail() -> None:
        raise ConnectionResetError

    source = ScriptedSource([beats([80])], then=fail)
    await ingestion(foundation, source).run()

    assert source.opened == 3  # a batch before each failure does not begin the count afresh
    (alarm,) = foundation.store.alarms()
    assert alarm.condition is Condition.SOURCE_SILENT
    assert (alarm.source, alarm.present) == ("fake:source", True)


async def test_a_source_that_goes_on_failing_raises_an_alarm_which_ends_once_it_delivers(
    foundation: Foundation, clock: FakeClock
) -> None:
    tries = iter(range(21))

    async def fail() -> None:
        if next(tries, None) is not None:
            message = "no cable; plug it in"
            raise SourceError(message)

    async def settle() -> None:
        if next(tries, None) is None:
            clock.turn(Backoff().settled)

    script = [beats([80]), beats([81], start=NOON + SECOND), beats([82], start=NOON + 90 * SECOND)]
    source = ScriptedSource(script, then=fail, between=settle)
    never = replace(QUICK, attempts=None)
    bounds = replace(BOUNDS, source=never, hold=DAY)
    tally = await ingestion(foundation, source, bounds=bounds).run()

    assert tally.failed == []
    assert source.opened > BOUNDS.lost_after
    told = [a for a in foundation.store.alarms() if a.source == "fake:source"]
    assert [(alarm.condition, alarm.present) for alarm in told] == [
        (Condition.SOURCE_SILENT, False)
    ]


async def test_what_is_no_such_source_is_not_tried_again(foundation: Foundation) -> None:
    source = ScriptedSource([], failures=99, error=MalformedInput("no recording; check the file"))

    tally = await ingestion(foundation, source).run()

    assert source.opened == 1
    assert tally.failed == ["no recording; check the file"]


async def test_what_can_not_be_parsed_and_what_names_nobody_are_dead_letters(
    foundation: Foundation,
) -> None:
    torn = replace(beats([80]), rejected=(Rejected(b"\xff", "it is torn"),))
    source = ScriptedSource([torn, beats([81], subject=None)])

    tally = await ingestion(foundation, source).run()

    reasons = {letter.reason for _, _, letter in foundation.store.dead_letters()}
    assert reasons == {"it is torn", "it names no patient; name one with --patient"}
    assert source.acknowledged == [0, 1]
    assert (tally.rejected, tally.new) == (1, 1)


async def test_another_process_patient_is_left_to_it(foundation: Foundation) -> None:
    ana = foundation.store.admit(ANA)
    foundation.leases.acquire(lease_of(ana.id), "another", DAY)

    tally = await ingestion(foundation, ScriptedSource([beats([80])])).run()

    assert heart_rates(foundation) == []
    (failed,) = tally.failed
    assert "another process ingests this patient" in failed


async def test_leases_are_given_back_at_the_end(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([80])])).run()

    ana = foundation.store.find("MRN-0042")
    assert foundation.leases.holder(lease_of(ana.id)) is None


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


async def test_the_end_of_a_recording_is_no_silence(
    foundation: Foundation, clock: FakeClock
) -> None:
    await ingestion(foundation, ScriptedSource([beats([80] * 5, live=False)])).run()
    clock.turn(timedelta(hours=5))
    rounds = iter(range(20))

    await stopped_when(ingestion(foundation), lambda: next(rounds, None) is None, adopt=True)

    assert foundation.store.alarms() == []


async def stopped_when(running: Ingestion, done: Callable[[], Any], *, adopt: bool = False) -> None:
    """Run an ingestion for ever, until `done`."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: running.run(forever=True, adopt=adopt))
        with anyio.fail_after(20):
            while not done():  # noqa: ASYNC110 - what is waited for is in the database
                await anyio.sleep(0.01)
        running.stop()


async def test_commands_are_carried_out_by_the_writer(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([30] * 30, signal=Signal.SPO2)])).run()
    ana = foundation.store.find("MRN-0042")
    alarm = foundation.store.alarms()[0]
    asked: dict[CommandKind, dict[str, Any]] = {
        CommandKind.ACKNOWLEDGE: {"alarm": alarm.id, "reason": "probe moved"},
        CommandKind.NOTE: {"text": "family called"},
        CommandKind.CHART: {"values": [["consciousness", 1, (NOON + 30 * SECOND).isoformat()]]},
        CommandKind.SPO2_SCALE: {"scale": 2},
        CommandKind.SET_LIMIT: LIMIT,
    }
    ids = [foundation.commands.submit(kind, ana.id, "nurse", it) for kind, it in asked.items()]

    await stopped_when(
        ingestion(foundation), lambda: all(foundation.commands.outcome(i) == "" for i in ids)
    )

    known = foundation.store.alarm(alarm.id)
    assert known.operator is OperatorState.ACKNOWLEDGED
    assert (known.acknowledged_by, known.reason) == ("nurse", "probe moved")
    assert [n.text for n in foundation.store.notes(ana.id, NOON - DAY, NOON + DAY)] == [
        "family called"
    ]
    assert foundation.store.latest(ana.id)[Signal.CONSCIOUSNESS].value == 1
    assert foundation.store.find(ana.id).spo2_scale is SpO2Scale.SCALE_2
    assert foundation.leases.holder(lease_of(ana.id)) is None


REFUSED = [
    ({"alarm": "none such", "reason": "x"}, CommandKind.ACKNOWLEDGE, "no such alarm"),
    ({}, CommandKind.ACKNOWLEDGE, "can not be read"),
    ({"scale": 3}, CommandKind.SPO2_SCALE, "can not be read"),
    (
        {"values": [["heart_rate", 80, (NOON + 61 * SECOND).isoformat()]]},
        CommandKind.CHART,
        "yet to come",
    ),
    (
        LIMIT | {"signal": "spo2", "direction": "low", "value": 900},
        CommandKind.SET_LIMIT,
        "enter 30 to 100 %",
    ),
    ({each: LIMIT[each] for each in LIMIT if each != "delay"}, CommandKind.SET_LIMIT, "be read"),
    ({"values": [["heart_rate", "fast", NOON.isoformat()]]}, CommandKind.CHART, "be read"),
]


@pytest.mark.parametrize(("payload", "kind", "reason"), REFUSED)
async def test_a_command_that_can_not_be_carried_out_is_refused_with_the_reason(
    foundation: Foundation, payload: dict[str, Any], kind: CommandKind, reason: str
) -> None:
    ana = foundation.store.admit(ANA)
    command = foundation.commands.submit(kind, ana.id, "nurse", payload)

    await stopped_when(ingestion(foundation), lambda: foundation.commands.outcome(command))

    assert reason in (foundation.commands.outcome(command) or "")


async def test_a_command_that_meets_a_busy_database_waits_and_is_carried_out_later(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA)
    values = {"values": [["heart_rate", 88, NOON.isoformat()]]}
    command = foundation.commands.submit(CommandKind.CHART, ana.id, "nurse", values)
    store = Refusing(foundation.store, [])
    store.errors_of["sift"] = [StorageError("the database is busy; try again")]

    await stopped_when(
        ingestion(replace(foundation, store=store)),
        lambda: foundation.commands.outcome(command) is not None,
    )

    assert foundation.commands.outcome(command) == ""
    assert heart_rates(foundation) == [88]


async def test_a_forgotten_patient_is_left_out_and_the_others_are_kept(
    foundation: Foundation,
) -> None:
    ana = foundation.store.admit(ANA)
    store = Refusing(foundation.store, [])
    both = ScriptedSource([beats([80]), beats([81], subject=LUIS)])
    running = ingestion(replace(foundation, store=store), both)
    sift = foundation.store.sift

    def sift_and_forget(patient: str, *rest: Any, **more: Any) -> Any:
        sifted = sift(patient, *rest, **more)
        if patient == ana.id:
            foundation.store.forget(patient)
        return sifted

    store.sift = sift_and_forget  # type: ignore[attr-defined]
    await running.run()

    assert heart_rates(foundation, "MRN-0043") == [81]
    assert [each.identifier for each in foundation.store.patients()] == ["MRN-0043"]


async def test_at_the_end_what_has_grown_is_told_as_it_stands(foundation: Foundation) -> None:
    falling = [80.0 - n / 2 for n in range(40)]  # within one refresh of the alarm
    await ingestion(
        foundation, ScriptedSource([beats(falling, signal=Signal.SPO2, live=False)])
    ).run()

    ana = foundation.store.find("MRN-0042")
    (episode,) = foundation.store.episodes(ana.id, NOON - DAY, NOON + DAY)
    (alarm,) = [each for each in foundation.store.alarms() if each.signal is Signal.SPO2]
    assert episode.extreme == alarm.extreme == min(falling)


async def test_signs_of_life_tell_sources_and_no_patient_data(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([80])]), beat_as="ingest").run()

    _, facts = foundation.leases.beats()["ingest"]
    assert facts["sources"][0]["name"] == "fake:source"
    assert not {"Ana", "Pérez", "MRN-0042", "ICU 7"} & set(str(facts).split())


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
    ((_, _, letter),) = foundation.store.dead_letters()
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


REFUSALS = ["state", "sift", "find", "alarms"]


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
    store.errors_of["sift"] = [StorageFull("the disk is full; free some space")] * 50
    source = ScriptedSource([beats([80])])
    bounds = replace(BOUNDS, room=timedelta(0))

    with pytest.raises(ExceptionGroup) as ended:
        await ingestion(replace(foundation, store=store), source, bounds=bounds).run()

    assert ended.group_contains(StorageFull, depth=None)
    assert source.acknowledged == []


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


async def test_a_patient_forgotten_whom_nobody_can_place_ends_it_after_some_tries(
    foundation: Foundation,
) -> None:
    store = Refusing(foundation.store, [Forgotten("their key was destroyed")] * 3)

    with pytest.raises(ExceptionGroup) as raised:
        await ingestion(replace(foundation, store=store), ScriptedSource([beats([80])])).run()

    assert raised.group_contains(Forgotten, depth=1)
    assert store.asked == 3


async def test_what_comes_for_a_patient_whom_another_took_over_is_a_dead_letter(
    foundation: Foundation, clock: FakeClock
) -> None:
    source = ScriptedSource([beats([80]), beats([81], start=NOON + 5 * SECOND)])

    async def lose() -> None:
        ana = foundation.store.find("MRN-0042").id
        foundation.leases.release(lease_of(ana), "test")
        foundation.leases.acquire(lease_of(ana), "another", DAY)
        clock.turn(5 * SECOND)

    source.between = lose
    # The writer looks up when the batch is there, and not before: it would not be admitted then.
    bounds = replace(BOUNDS, hold=10 * SECOND, wake=DAY)
    await ingestion(foundation, source, bounds=bounds).run()

    assert heart_rates(foundation) == [80]
    assert source.acknowledged == [0]
    ((_, _, letter),) = foundation.store.dead_letters()
    assert "another process watches the patient" in letter.reason


async def test_what_a_sender_tells_later_reaches_the_score(foundation: Foundation) -> None:
    told_later = replace(ANA, pregnant=True)
    source = ScriptedSource([beats([80]), beats([80], start=NOON + SECOND, subject=told_later)])

    await ingestion(foundation, source).run()

    ana = foundation.store.find("MRN-0042")
    assert foundation.store.scores(ana.id, NOON, NOON + DAY)[-1].not_scored == "pregnant"


async def test_a_clock_that_runs_ahead_is_told_and_does_not_blind_the_watch(
    foundation: Foundation, clock: FakeClock
) -> None:
    ahead = beats([97], start=NOON + timedelta(hours=1), signal=Signal.SPO2)
    low = beats([70] * 30, start=NOON + SECOND, signal=Signal.SPO2)
    clock.turn(30 * SECOND)

    await ingestion(foundation, ScriptedSource([ahead, low])).run()

    ana = foundation.store.find("MRN-0042")
    conditions = {each.condition for each in foundation.store.alarms(ana.id)}
    assert conditions == {Condition.CLOCK_WRONG, Condition.LIMIT}
    assert foundation.store.latest(ana.id)[Signal.SPO2].time == NOON + timedelta(hours=1)


async def test_a_recording_of_times_to_come_is_scored_by_its_own_clock(
    foundation: Foundation,
) -> None:
    low = beats([70] * 30, start=NOON + DAY, signal=Signal.SPO2, live=False)

    await ingestion(foundation, ScriptedSource([low])).run()

    assert {each.condition for each in foundation.store.alarms()} == {Condition.LIMIT}


async def test_a_correction_reaches_the_score(foundation: Foundation) -> None:
    tally = await ingestion(foundation, ScriptedSource([beats([80]), beats([140])])).run()

    ana = foundation.store.find("MRN-0042")
    score = foundation.store.scores(ana.id, NOON, NOON + DAY)[-1]
    assert (tally.new, tally.corrections) == (1, 1)
    assert [(part.value, part.points) for part in score.parts] == [(140, 3)]


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
