"""Dead letters are replayed once or put aside, by who may act, and opening one is audited."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.errors import AccessDenied, Conflict, InvalidEntry, NotFound, SourceError
from sereno.domain.roles import Actor, Role
from sereno.domain.stream import Batch, Movement, MovementKind, Observation, Quality, Rejected
from sereno.domain.vitals import VITALS, Kind, Signal
from sereno.ports import Rereadable
from sereno.services.charting import Charting
from sereno.services.foundation import Foundation
from sereno.services.letters import Letters, read, written
from sereno.services.surveillance import Surveillance
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.letters import LineReader
from tests.fakes.streams import ANA, SECOND, ScriptedSource, beats
from tests.unit.services.ingestion.running import (
    LUIS,
    heart_rates,
    ingestion,
    stopped_when,
)

NORA = Actor("nora")
SCREEN = Actor("wall", Role.VIEWER)
TORN = Rejected(b"HR=8o|Ana\r", "no number")


class Desk:
    """The service over a real store."""

    def __init__(self, foundation: Foundation) -> None:
        self.store, self.foundation = foundation.store, foundation
        self.readers: dict[str, Rereadable] = {"lines (source 1)": LineReader()}
        charting = Charting(foundation.store, foundation.commands, foundation.audit)
        self.letters = Letters(foundation.store, charting, foundation.audit, self._readers)
        self.surveillance = Surveillance(foundation, charting, holder="cli")

    def _readers(self) -> Mapping[str, Rereadable]:
        return self.readers

    def bury(self, what: Rejected = TORN) -> int:
        self.store.commit([], [("hl7:1", what)])
        return self.store.dead_letters(1)[0].number

    def bury_values(self, *values: Observation) -> int:
        return self.bury(Rejected(json.dumps(written(values)).encode(), "it names no patient"))

    def audited(self) -> list[tuple[str, str, str]]:
        lines = reversed(self.foundation.audit.read())
        return [(each.actor, each.action, each.detail) for each in lines]


PULSE = Observation(Signal.HEART_RATE, NOON - SECOND, 84, "hl7:1/monitor 3")


@pytest.fixture
def desk(foundation: Foundation) -> Desk:
    return Desk(foundation)


@pytest.mark.anyio
async def test_values_of_nobody_become_the_patients_once_with_their_time_and_source(
    foundation: Foundation, desk: Desk
) -> None:
    nobodys = replace(beats([81]), subject=None)
    await ingestion(foundation, ScriptedSource([beats([80]), nobodys])).run()
    luis = foundation.store.admit(LUIS)
    (letter,) = desk.letters.newest(9)

    asked = desk.letters.replay(letter.number, luis.id, NORA)
    again = desk.letters.replay(letter.number, luis.id, NORA)
    await stopped_when(
        ingestion(foundation), lambda: foundation.commands.outcome(again.command) is not None
    )

    assert foundation.commands.outcome(asked.command) == ""
    assert "dead letter" in (foundation.commands.outcome(again.command) or "")
    assert heart_rates(foundation, "MRN-0043") == [81]
    kept = foundation.store.latest(luis.id)[Signal.HEART_RATE]
    assert (kept.time, kept.source) == (NOON, "fake")
    assert desk.letters.newest(9) == ()


def test_it_goes_to_one_patient_though_two_ask_for_it_at_once(
    foundation: Foundation, desk: Desk
) -> None:
    ana, luis = foundation.store.admit(ANA), foundation.store.admit(LUIS)
    number = desk.bury_values(PULSE)
    asked = [desk.letters.replay(number, each.id, NORA) for each in (ana, luis)]
    desk.surveillance.settle(asked[0].patient, asked[0].command)
    with pytest.raises(Conflict, match="dead letter"):
        desk.surveillance.settle(asked[1].patient, asked[1].command)
    assert foundation.store.latest(luis.id) == {}


@pytest.mark.anyio
async def test_nor_by_one_transaction_for_both(foundation: Foundation, desk: Desk) -> None:
    ana, luis = foundation.store.admit(ANA), foundation.store.admit(LUIS)
    number = desk.bury_values(PULSE)
    asked = [desk.letters.replay(number, each.id, NORA).command for each in (ana, luis)]
    await stopped_when(
        ingestion(foundation),
        lambda: all(foundation.commands.outcome(each) is not None for each in asked),
    )
    assert [foundation.commands.outcome(each) == "" for each in asked] == [True, False]
    assert foundation.store.latest(luis.id) == {}


def test_what_was_asked_for_is_done_by_the_next_process(foundation: Foundation, desk: Desk) -> None:
    """The request is durable before anybody is told that it was made."""
    ana, number = foundation.store.admit(ANA), desk.bury_values(PULSE)
    asked = desk.letters.replay(number, ana.id, NORA)
    assert [each.number for each in desk.letters.newest(9)] == [number]
    Desk(foundation).surveillance.settle(asked.patient, asked.command)
    assert heart_rates(foundation) == [84]
    assert desk.letters.newest(9) == ()


def test_what_is_stored_already_is_not_doubled(foundation: Foundation, desk: Desk) -> None:
    ana = foundation.store.admit(ANA)
    for number in (desk.bury_values(PULSE), desk.bury_values(PULSE)):
        asked = desk.letters.replay(number, ana.id, NORA)
        desk.surveillance.settle(asked.patient, asked.command)
    assert heart_rates(foundation) == [84]
    assert desk.letters.newest(9) == ()


@pytest.mark.parametrize(
    ("at", "gone", "why"),
    [
        (NOON + timedelta(hours=1), False, "yet to come"),
        (NOON + 30 * SECOND, True, "is discharged"),
    ],
)
def test_what_can_not_be_of_the_patient_is_refused_and_the_letter_stays(
    foundation: Foundation,
    desk: Desk,
    clock: FakeClock,
    at: object,
    gone: bool,
    why: str,
) -> None:
    ana = foundation.store.admit(ANA)
    if gone:
        desk.surveillance.discharge(ana.id, "gone home", NORA)
        clock.turn(SECOND * 40)
    number = desk.bury_values(replace(PULSE, time=at))
    asked = desk.letters.replay(number, ana.id, NORA)
    with pytest.raises(Conflict, match=why):
        desk.surveillance.settle(asked.patient, asked.command)
    assert [each.number for each in desk.letters.newest(9)] == [number]


def test_a_message_has_no_values_to_replay(desk: Desk, foundation: Foundation) -> None:
    ana, number = foundation.store.admit(ANA), desk.bury()
    with pytest.raises(InvalidEntry, match="read it again"):
        desk.letters.replay(number, ana.id, NORA)


# What a connector could not read, mended


def test_a_mended_message_is_whose_it_says(desk: Desk, foundation: Foundation) -> None:
    number = desk.bury()
    (asked,) = desk.letters.reread(number, "HR=80|MRN-0042\n", "lines (source 1)", NORA)
    desk.surveillance.settle(asked.patient, asked.command)
    assert heart_rates(foundation) == [80]
    assert desk.letters.newest(9) == ()


def test_or_whose_the_reader_says(desk: Desk, foundation: Foundation) -> None:
    luis, number = foundation.store.admit(LUIS), desk.bury()
    source = "lines (source 1)"
    (asked,) = desk.letters.reread(number, "HR=80|MRN-0042", source, NORA, luis.id)
    assert asked.patient == luis.id


def test_a_message_about_two_is_settled_with_the_last_of_them(
    desk: Desk, foundation: Foundation
) -> None:
    number = desk.bury()
    text = "HR=80|MRN-0042\nHR=90|MRN-0043"
    first, last = desk.letters.reread(number, text, "lines (source 1)", NORA)
    desk.surveillance.settle(first.patient, first.command)
    assert len(desk.letters.newest(9)) == 1
    desk.surveillance.settle(last.patient, last.command)
    assert (heart_rates(foundation), heart_rates(foundation, "MRN-0043")) == ([80], [90])
    assert desk.letters.newest(9) == ()


def test_a_browsers_line_ends_become_what_they_were(desk: Desk) -> None:
    reader = LineReader()
    desk.readers["x"] = reader
    number = desk.bury(Rejected(b"HR=1\rHR=2\xff\r", "torn"))
    shown = desk.letters.open(number, NORA).text
    with pytest.raises(InvalidEntry):
        desk.letters.reread(number, shown.replace("\r", "\n"), "x", NORA)
    with pytest.raises(InvalidEntry):
        desk.letters.reread(number, "HR=1\nHR=3", "x", NORA)
    assert reader.given == [b"HR=1\rHR=2\xff\r", b"HR=1\rHR=3"]


DISCHARGED = Movement(kind=MovementKind.DISCHARGED, time=NOON)


class Fixed:
    """A connector that reads the same out of anything."""

    def __init__(self, *batches: Batch) -> None:
        self.found = batches

    def reread(self, content: bytes) -> Iterable[Batch]:
        return self.found


class Broken:
    """A connector with a bug that quotes what it reads."""

    def reread(self, content: bytes) -> Iterable[Batch]:
        raise RuntimeError(content.decode())


@pytest.mark.parametrize(
    ("reader", "error", "why"),
    [
        (Fixed(replace(beats([80]), rejected=(TORN,))), InvalidEntry, "still not.*no number"),
        (Fixed(), InvalidEntry, "holds no value"),
        (Fixed(replace(beats([80]), subject=None)), InvalidEntry, "choose one"),
        (Fixed(replace(beats([80]), movement=DISCHARGED)), InvalidEntry, "by hand"),
        (Broken(), SourceError, r"x broke \(RuntimeError\)"),
    ],
)
def test_what_can_not_be_read_even_now_leaves_the_letter_as_it_is(
    desk: Desk, foundation: Foundation, reader: Rereadable, error: type[Exception], why: str
) -> None:
    desk.readers["x"] = reader
    number = desk.bury()
    with pytest.raises(error, match=why) as told:
        desk.letters.reread(number, "Ana", "x", NORA)
    assert "Ana" not in str(told.value)
    assert foundation.commands.pending() == []
    assert len(desk.letters.newest(9)) == 1


def test_only_a_source_that_can_reads_again(desk: Desk) -> None:
    assert desk.letters.rereaders() == ("lines (source 1)",)
    with pytest.raises(NotFound, match=r"name one: lines \(source 1\)"):
        desk.letters.reread(desk.bury(), "x", "csv (source 2)", NORA)


# Who may, and what is told of it


def test_a_letter_is_put_aside_with_a_reason_that_stays_in_the_audit_log(desk: Desk) -> None:
    number = desk.bury()
    with pytest.raises(InvalidEntry, match="a reason"):
        desk.letters.settle(number, " ", NORA)
    desk.letters.settle(number, "a test of the technician's", NORA)
    assert desk.letters.newest(9) == ()
    detail = f"dead letter {number}: a test of the technician's"
    assert desk.audited() == [("nora", "dead_letter_settled", detail)]
    with pytest.raises(NotFound):
        desk.letters.settle(number, "again", NORA)


def test_every_opening_is_audited_and_the_list_holds_no_content(desk: Desk) -> None:
    number = desk.bury()
    assert "Ana" not in repr(desk.letters.newest(9))
    assert desk.letters.open(number, NORA).text == "HR=8o|Ana\r"
    assert desk.letters.open(number, NORA).values == ()
    line = ("nora", "dead_letters_shown", f"dead letter {number}")
    assert desk.audited() == [line, line]


def test_who_may_only_look_sees_the_list_alone(desk: Desk, foundation: Foundation) -> None:
    ana = foundation.store.admit(ANA)
    text, values = desk.bury(), desk.bury_values(PULSE)
    refused = [
        lambda: desk.letters.open(text, SCREEN),
        lambda: desk.letters.shown(9, SCREEN),
        lambda: desk.letters.replay(values, ana.id, SCREEN),
        lambda: desk.letters.reread(text, "HR=1|MRN-0042", "lines (source 1)", SCREEN),
        lambda: desk.letters.settle(text, "why", SCREEN),
    ]
    for act in refused:
        with pytest.raises(AccessDenied):
            act()
    assert len(desk.letters.newest(9)) == 2
    assert {action for _, action, _ in desk.audited()} == {"refused"}


NUMERIC = [each for each in Signal if VITALS[each].kind is Kind.NUMERIC]
VALUES = st.builds(
    Observation,
    st.sampled_from(NUMERIC),
    st.datetimes(timezones=st.just(NOON.tzinfo)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=9),
    st.sampled_from(Quality),
)


@given(st.lists(VALUES, max_size=5))
def test_values_are_read_as_they_were_written(values: list[Observation]) -> None:
    assert list(read(json.loads(json.dumps(written(values))))) == values


def test_values_of_an_older_release_have_the_letters_source(desk: Desk) -> None:
    rows = json.dumps([["heart_rate", NOON.isoformat(), 80], ["spo2", NOON.isoformat(), 400]])
    letter = desk.letters.open(desk.bury(Rejected(rows.encode(), "old")), NORA)
    assert [(v.source, v.quality) for v in letter.values] == [
        ("hl7:1", Quality.GOOD),
        ("hl7:1", Quality.IMPLAUSIBLE),
    ]
