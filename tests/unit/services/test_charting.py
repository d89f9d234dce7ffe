"""What clinicians enter becomes commands, or is refused with its remedy."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sereno.domain.errors import AccessDenied, InvalidEntry, StorageFull
from sereno.domain.patients import SpO2Scale
from sereno.domain.roles import Actor, Role
from sereno.domain.surveillance import Direction, Limit, OperatorState, Priority
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind
from sereno.services.charting import LONGEST_NOTE, LONGEST_REASON, Charting
from tests.fakes.books import Diary, FullDiary
from tests.fakes.clock import START
from tests.fakes.paper import PaperQueue
from tests.fakes.ward import ward

NORA = Actor("nora")

TYPED = "COPD, as agreed with the family"
LIMIT = Limit(signal=Signal.SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
ASKED: dict[CommandKind, Callable[[Charting, Actor], str]] = {
    CommandKind.ACKNOWLEDGE: lambda charting, by: charting.acknowledge("a-spo2", TYPED, by),
    CommandKind.CHART: lambda charting, by: charting.chart(
        "p1", {Signal.TEMPERATURE: 37.0}, START, by
    ),
    CommandKind.NOTE: lambda charting, by: charting.note("p1", TYPED, by),
    CommandKind.SPO2_SCALE: lambda charting, by: charting.order_spo2_scale(
        "p1", SpO2Scale.SCALE_2, by
    ),
    CommandKind.SET_LIMIT: lambda charting, by: charting.set_limit("p1", LIMIT, TYPED, by),
    CommandKind.DISCHARGE: lambda charting, by: charting.discharge("p1", TYPED, by),
    CommandKind.READMIT: lambda charting, by: charting.readmit("p1", by),
    CommandKind.REPLAY: lambda charting, by: charting.replay(
        "p1", [["heart_rate", START.isoformat(), 80.0, TYPED, "good"]], 7, by
    ),
}


class Desk:
    """The service with its surroundings in reach."""

    def __init__(self, diary: Diary | None = None) -> None:
        self.store, self.diary = ward(), diary or Diary()
        self.queue = PaperQueue(self.store)
        self.charting = Charting(self.store, self.queue, self.diary)  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_acknowledgement_names_the_alarm_the_reason_and_who(desk: Desk) -> None:
    command = desk.charting.acknowledge("a-spo2", "  Seen at the bedside ", NORA)
    expected = {"alarm": "a-spo2", "reason": "Seen at the bedside"}
    assert desk.queue.given == [(CommandKind.ACKNOWLEDGE, "p2", "nora", expected)]
    assert desk.charting.outcome(command) == ""
    assert desk.diary.lines == [("nora", "acknowledge", "p2")]


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("", id="none"),
        pytest.param("  \n", id="blank"),
        pytest.param("x" * (LONGEST_REASON + 1), id="too long"),
    ],
)
def test_an_acknowledgement_needs_a_reason(desk: Desk, reason: str) -> None:
    with pytest.raises(InvalidEntry, match="enter it again"):
        desk.charting.acknowledge("a-spo2", reason, NORA)
    assert desk.queue.given == []


def test_charted_values_go_together_with_their_time_in_utc(desk: Desk) -> None:
    values = {Signal.CONSCIOUSNESS: 1.0, Signal.TEMPERATURE: 38.4}
    desk.charting.chart("p1", values, START, NORA)
    assert desk.queue.given[0][3] == {
        "values": [
            ["consciousness", 1.0, "2026-11-22T08:00:00+00:00"],
            ["temperature", 38.4, "2026-11-22T08:00:00+00:00"],
        ]
    }


@pytest.mark.parametrize(
    ("signal", "value", "remedy"),
    [
        (Signal.TEMPERATURE, 98.6, "enter 25 to 45 Cel"),
        (Signal.CONSCIOUSNESS, 5.0, "enter 0 to 4"),
        (Signal.OXYGEN_FLOW, float("nan"), "enter 0 to 80"),
    ],
)
def test_one_implausible_value_and_none_is_entered(
    desk: Desk, signal: Signal, value: float, remedy: str
) -> None:
    values = {Signal.HEART_RATE: 80.0, signal: value}
    with pytest.raises(InvalidEntry, match=remedy):
        desk.charting.chart("p1", values, datetime.now(UTC), NORA)
    assert desk.queue.given == []


def test_notes_and_orders_are_entered_under_a_name(desk: Desk) -> None:
    desk.charting.note("p1", " Family informed. ", NORA)
    desk.charting.order_spo2_scale("p1", SpO2Scale.SCALE_2, Actor("luis"))
    assert desk.queue.given == [
        (CommandKind.NOTE, "p1", "nora", {"text": "Family informed."}),
        (CommandKind.SPO2_SCALE, "p1", "luis", {"scale": 2}),
    ]
    with pytest.raises(InvalidEntry):
        desk.charting.note("p1", "x" * (LONGEST_NOTE + 1), NORA)


@pytest.mark.parametrize("kind", CommandKind)
def test_the_audit_log_holds_no_word_of_what_was_typed(desk: Desk, kind: CommandKind) -> None:
    ASKED[kind](desk.charting, NORA)
    assert [(by, action) for by, action, _ in desk.diary.lines] == [("nora", kind.value)]
    assert TYPED not in str(desk.diary.details)


def test_what_can_not_be_audited_is_not_asked_for_either() -> None:
    """Else it would be carried out without a line, while whoever asked reads of a failure."""
    desk = Desk(FullDiary())
    with pytest.raises(StorageFull):
        desk.charting.acknowledge("a-spo2", "seen", NORA)
    assert desk.queue.given == []


def test_what_was_asked_for_and_could_not_be_kept_has_its_line_all_the_same(desk: Desk) -> None:
    """The line says that somebody asked, which is true; the record, that nothing came of it."""
    desk.queue.full = True
    with pytest.raises(StorageFull):
        desk.charting.acknowledge("a-spo2", "seen", NORA)
    assert desk.diary.lines == [("nora", "acknowledge", "p2")]
    assert desk.store.alarm("a-spo2").operator is OperatorState.NONE


@pytest.mark.parametrize("kind", CommandKind)
def test_who_may_only_look_is_refused_and_the_audit_log_says_so(
    desk: Desk, kind: CommandKind
) -> None:
    """Whatever a page hides is no protection: here all of it passes."""
    with pytest.raises(AccessDenied, match="a viewer looks and does not act"):
        ASKED[kind](desk.charting, Actor("wall", Role.VIEWER))
    assert desk.queue.given == []
    assert [(by, action) for by, action, _ in desk.diary.lines] == [("wall", "refused")]
    assert desk.diary.details == [kind.value]
