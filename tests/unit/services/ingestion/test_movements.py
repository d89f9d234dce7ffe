"""What a hospital system tells of who came, moved and went."""

from datetime import timedelta
from typing import Any

import pytest

from sereno.domain.patients import Patient
from sereno.domain.stream import Batch, Movement, MovementKind, Subject
from sereno.services.foundation import Foundation
from sereno.services.ingestion.roster import FORMER
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA, SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import heart_rates, ingestion

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
LOW = 30.0


def told(kind: str, at: int = 0, subject: Subject = ANA, **more: Any) -> Batch:
    movement = Movement(kind=MovementKind(kind), time=NOON + at * SECOND, **more)
    return Batch(source="fake", subject=subject, movement=movement)


async def run(foundation: Foundation, *batches: Batch) -> None:
    await ingestion(foundation, ScriptedSource(batches)).run()


def ana(foundation: Foundation) -> Patient:
    return foundation.store.find("MRN-0042")


async def test_who_is_admitted_is_there_with_the_bed_before_anything_is_measured(
    foundation: Foundation,
) -> None:
    await run(foundation, told("admitted"))
    assert ana(foundation).bed == "ICU 7"


async def test_who_moves_has_the_new_bed(foundation: Foundation) -> None:
    moved = Subject(identifier="MRN-0042", bed="Ward 2")
    await run(foundation, beats([80]), told("admitted", subject=moved))
    assert (ana(foundation).bed, ana(foundation).name) == ("Ward 2", "Ana Pérez")


async def test_who_is_discharged_has_no_open_alarm_and_it_says_who_told_it(
    foundation: Foundation, clock: FakeClock
) -> None:
    await run(foundation, beats([LOW] * 60))
    assert foundation.store.alarms(active=True)
    clock.turn(HOUR)
    await run(foundation, told("discharged", 3600))
    assert foundation.store.alarms(active=True) == []
    assert (gone := ana(foundation).discharged) is not None
    assert (gone.by, gone.at) == ("fake", NOON + HOUR)


async def test_what_came_with_the_discharge_is_kept(foundation: Foundation) -> None:
    await run(foundation, beats([80]), told("discharged"))
    assert heart_rates(foundation) == [80]
    assert ana(foundation).discharged is not None


async def test_a_discharge_told_again_changes_nothing(
    foundation: Foundation, clock: FakeClock
) -> None:
    await run(foundation, told("discharged"))
    first = ana(foundation)
    clock.turn(HOUR)
    await run(foundation, told("discharged"))
    assert ana(foundation) == first


@pytest.mark.parametrize(
    ("kind", "at", "here"),
    [
        ("admitted", 60, True),
        ("admitted", -60, False),  # told late: it was before they went
        ("readmitted", -60, True),  # the discharge was an error, whenever it was made
    ],
)
async def test_who_comes_again_is_here_again(
    foundation: Foundation, clock: FakeClock, kind: str, at: int, here: bool
) -> None:
    await run(foundation, told("discharged"))
    clock.turn(HOUR)
    await run(foundation, told(kind, at))
    assert (ana(foundation).discharged is None) is here


async def test_a_bed_is_watched_before_it_is_told_whose_it_is_and_then_as_theirs(
    foundation: Foundation,
) -> None:
    bed = Subject.in_bed("ICU 7")
    later = NOON + 60 * SECOND
    await run(
        foundation,
        beats([LOW] * 30, subject=bed),
        told("admitted", 40),
        beats([80], subject=bed, start=later),
    )
    assert heart_rates(foundation) == [80]
    unnamed = next(each for each in foundation.store.patients() if each.authority == "bed")
    assert unnamed.discharged is not None
    assert foundation.store.alarms(unnamed.id)
    assert foundation.store.alarms(active=True) == []


async def test_a_discharge_is_of_when_they_left_and_not_of_when_it_was_told(
    foundation: Foundation, clock: FakeClock
) -> None:
    await run(foundation, told("admitted"))
    clock.turn(2 * HOUR)
    await run(foundation, told("discharged", 3600), told("admitted", 7000))
    assert ana(foundation).discharged is None
    await run(foundation, told("discharged", 7100))
    assert (gone := ana(foundation).discharged) is not None
    assert gone.at == NOON + 7100 * SECOND


async def test_a_discharge_of_before_they_were_measured_last_ends_nothing(
    foundation: Foundation, clock: FakeClock
) -> None:
    clock.turn(2 * HOUR)
    await run(foundation, beats([80], start=NOON + 2 * HOUR - SECOND))
    await run(foundation, told("discharged", 60))
    assert ana(foundation).discharged is None


async def test_a_bed_is_known_again_however_it_is_written(foundation: Foundation) -> None:
    await run(foundation, beats([80], subject=Subject.in_bed("icu  7")), told("admitted", 40))
    unnamed = next(each for each in foundation.store.patients() if each.authority == "bed")
    assert unnamed.discharged is not None


@pytest.mark.parametrize(
    ("sent", "bed"),
    [(-60, "Ward 2"), (60, "ICU 7")],
    ids=["before they moved", "after they moved"],
)
async def test_what_was_sent_before_a_move_does_not_move_anybody_back(
    foundation: Foundation, sent: int, bed: str
) -> None:
    moved = Subject(identifier="MRN-0042", bed="Ward 2")
    await run(
        foundation,
        told("admitted", subject=moved),
        beats([80], start=NOON - 90 * SECOND, sent=NOON + sent * SECOND),
    )
    assert ana(foundation).bed == bed
    assert heart_rates(foundation) == [80]


async def test_a_bed_that_is_nobodys_again_is_watched_again_at_once(
    foundation: Foundation, clock: FakeClock
) -> None:
    bed = Subject.in_bed("ICU 7")
    await run(foundation, beats([80], subject=bed), told("admitted", 10), told("discharged", 20))
    clock.turn(60 * SECOND)
    await run(foundation, beats([LOW] * 30, subject=bed, start=NOON + 30 * SECOND))
    unnamed = next(each for each in foundation.store.patients() if each.authority == "bed")
    assert unnamed.discharged is None
    assert foundation.store.alarms(unnamed.id, active=True)


@pytest.mark.parametrize(
    ("ago", "theirs"),
    [(30, False), (1, True)],
    ids=["kept by a gateway", "by a clock that is behind"],
)
async def test_what_a_bed_told_long_before_they_came_is_not_theirs(
    foundation: Foundation, ago: int, theirs: bool
) -> None:
    bed = Subject.in_bed("ICU 7")
    before = NOON - ago * timedelta(minutes=1)
    await run(foundation, told("admitted"), beats([81], subject=bed, start=before))
    assert heart_rates(foundation) == ([81] if theirs else [])
    letters = foundation.store.dead_letters(2)
    assert [each.what.reason for each in letters] == ([] if theirs else [FORMER])
