"""What arrives is kept once and then acknowledged, and is scored and watched as it comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.stream import Rejected
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.services.foundation import Foundation
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import DAY, heart_rates, ingestion

pytestmark = pytest.mark.anyio


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


async def test_what_can_not_be_parsed_and_what_names_nobody_are_dead_letters(
    foundation: Foundation,
) -> None:
    torn = replace(beats([80]), rejected=(Rejected(b"\xff", "it is torn"),))
    source = ScriptedSource([torn, beats([81], subject=None)])

    tally = await ingestion(foundation, source).run()

    reasons = {each.what.reason for each in foundation.store.dead_letters()}
    assert reasons == {"it is torn", "it names no patient; name one with --patient"}
    assert source.acknowledged == [0, 1]
    assert (tally.rejected, tally.new) == (1, 1)


async def test_at_the_end_what_has_grown_is_told_as_it_stands(foundation: Foundation) -> None:
    falling = [80.0 - n / 2 for n in range(41)]  # within one refresh of the alarm
    await ingestion(
        foundation, ScriptedSource([beats(falling, signal=Signal.SPO2, live=False)])
    ).run()

    ana = foundation.store.find("MRN-0042")
    (episode,) = foundation.store.episodes(ana.id, NOON - DAY, NOON + DAY)
    (alarm,) = [each for each in foundation.store.alarms() if each.signal is Signal.SPO2]
    assert episode.extreme == alarm.extreme == min(falling)


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
    assert foundation.store.latest(ana.id)[Signal.SPO2].time == NOON + 30 * SECOND
    kept = foundation.store.observations(ana.id, NOON, NOON + DAY)
    assert kept[-1].time == NOON + timedelta(hours=1)


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


async def test_a_value_dated_in_the_future_hides_none_of_the_present(
    foundation: Foundation,
) -> None:
    """Neither when it comes first nor beside them; it is kept all the same."""
    ahead = NOON + timedelta(hours=2)
    batches = [
        beats([75], start=ahead),
        beats([30, 31], start=NOON - SECOND),
        replace(beats([32], start=NOON + SECOND), observations=(
            *beats([32], start=NOON + SECOND).observations,
            *beats([77], start=ahead + SECOND).observations,
        )),
    ]  # fmt: skip
    await ingestion(foundation, ScriptedSource(batches)).run()

    patient = foundation.store.find("MRN-0042")
    assert foundation.store.latest(patient.id)[Signal.HEART_RATE].value == 32
    assert sorted(heart_rates(foundation)) == [30, 31, 32, 75, 77]
