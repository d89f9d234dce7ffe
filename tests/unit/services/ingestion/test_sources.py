"""A source that fails is tried again, given up and told of."""

from dataclasses import replace

import pytest

from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.surveillance import Condition
from sereno.services.backoff import Backoff
from sereno.services.foundation import Foundation
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import BOUNDS, DAY, QUICK, heart_rates, ingestion

pytestmark = pytest.mark.anyio


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


async def test_signs_of_life_tell_sources_and_no_patient_data(foundation: Foundation) -> None:
    await ingestion(foundation, ScriptedSource([beats([80])]), beat_as="ingest").run()

    _, facts = foundation.leases.beats()["ingest"]
    assert facts["sources"][0]["name"] == "fake:source"
    assert not {"Ana", "Pérez", "MRN-0042", "ICU 7"} & set(str(facts).split())


async def test_what_came_and_is_not_read_is_told_at_the_end(foundation: Foundation) -> None:
    source = ScriptedSource([beats([80])])

    async def find_out() -> None:
        source.ignored = ("718-7^Hemoglobin^LN",)  # type: ignore[attr-defined]

    source.then = find_out
    tally = await ingestion(foundation, source).run()
    assert tally.told()["unread"] == {"fake:source": ["718-7^Hemoglobin^LN"]}
