"""The sources and what could not be read: who stands first, what is told, and who may open it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.stream import Observation, Rejected
from sereno.domain.vitals import Language, Signal
from sereno.ports import CommandKind, DeadLetter
from sereno.services.ingestion.health import SourceHealth, SourceState
from sereno.services.letters import written
from tests.fakes.clock import MINUTE, START
from tests.unit.streamlit_app.pages.stage import House, drawn

SECOND = timedelta(seconds=1)
PULSE = Observation(Signal.HEART_RATE, START - MINUTE, 84.4, "hl7:monitor 3")
MESSAGE = Rejected(b"HR=8o|Zubizarreta", "no such segment")


def told(name: str, state: SourceState = SourceState.READING, **more: Any) -> dict[str, Any]:
    return SourceHealth(name, state).told(START) | more


def fill(house: House) -> None:
    values = Rejected(json.dumps(written([PULSE])).encode(), "it names no patient")
    kept = [DeadLetter(9, START, "hl7:1", values)]
    kept += [DeadLetter(n, START - MINUTE, "hl7:1", MESSAGE) for n in range(8, 1, -1)]
    house.store.kept_letters = kept


def clicked(name: str, wanted: dict[str, object]) -> None:
    """What the page does where this was clicked among its letters."""
    from streamlit_app import shell
    from streamlit_app.views import sources

    getattr(sources, f"_{name}")(shell.enter({}), wanted)


def click(name: str, state: Mapping[str, Any] | None = None, **wanted: Any) -> AppTest:
    app = AppTest.from_function(clicked, args=(name, wanted), default_timeout=20)
    for key, value in (state or {}).items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def test_who_is_told_stands_below_with_what_waits_and_what_was_lost(house: House) -> None:
    oldest = (START - 3 * MINUTE).isoformat()
    down = {
        "name": "webhook+https (destination 1)", "state": "waiting",
        "error": "it is down; start it",
        "topics": ["alarms", "scores"], "waiting": 1234, "oldest": oldest, "given_up": 7,
    }  # fmt: skip
    well = {"name": "parquet (destination 2)", "state": "telling", "error": None}
    house.store.facts = {"sources": [], "destinations": [down, well]}
    first, second = drawn(house.page("sources"), "sources")["destinations"]
    assert (first["stateWord"], first["error"]) == (
        "▲ waiting to try again",
        "it is down; start it",
    )
    assert (first["topics"], first["waiting"], first["givenUp"]) == ("alarms, scores", "1,234", "7")
    assert (first["lost"], second["lost"]) == (True, False)
    assert (second["stateWord"], second["oldest"]) == ("● is told", None)


def test_what_fails_stands_first_with_its_remedy(house: House) -> None:
    house.store.facts = {
        "sources": [
            told("a", SourceState.ENDED),
            told("b", skew_s=7.0, per_minute=1204),
            told("c", SourceState.WAITING, error="no cable; plug it in"),
            told("d", SourceState.GAVE_UP, error="no such port"),
        ]
    }
    data = drawn(house.page("sources"), "sources")
    assert [each["name"] for each in data["sources"]] == ["d", "c", "b", "a"]
    assert data["sources"][1]["error"] == "no cable; plug it in"
    assert data["sources"][1]["stateWord"] == "▲ waiting to try again"
    behind = data["sources"][2]
    assert (behind["clock"], behind["skewed"], behind["perMinute"]) == (
        "7.0 s behind",
        True,
        "1,204",
    )
    assert behind["error"] is None
    assert data["down"] is False


@pytest.mark.parametrize(
    ("skew", "english", "spanish"),
    [
        (None, "not told", "no lo dice"),
        (0.4, "right", "en hora"),
        (-7.0, "7.0 s ahead", "7,0 s de adelanto"),
    ],
)
def test_a_clock_is_told_in_the_readers_language(
    house: House, skew: float | None, english: str, spanish: str
) -> None:
    house.store.facts = {"sources": [told("a", skew_s=skew)]}
    assert drawn(house.page("sources"), "sources")["sources"][0]["clock"] == english
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    assert drawn(house.page("sources"), "sources")["sources"][0]["clock"] == spanish


def test_that_ingest_is_down_is_told_with_what_it_last_said(house: House) -> None:
    house.store.facts = {"sources": [told("a")], "stopped": True}
    data = drawn(house.page("sources"), "sources")
    assert data["down"] is True
    assert [each["name"] for each in data["sources"]] == ["a"]
    house.store.alive = {"model"}
    data = drawn(house.page("sources"), "sources")
    assert (data["down"], data["told"], data["sources"]) == (True, None, [])


def test_letters_are_grouped_and_filtered_and_their_content_stays_where_it_is(
    house: House,
) -> None:
    fill(house)
    app = house.page("sources")
    data = drawn(app, "letters")
    assert [(each["count"], each["reason"]) for each in data["groups"]] == [
        ("7", "no such segment"),
        ("1", "it names no patient"),
    ]
    assert data["letters"][0]["id"] == 9
    assert "Zubizarreta" not in str(app._tree)
    assert house.diary.lines == []
    data = drawn(house.page("sources", letter_filter=data["groups"][1]["key"]), "letters")
    assert [each["id"] for each in data["letters"]] == [9]


def test_each_opening_is_audited_and_one_that_stands_open_is_not(house: House) -> None:
    fill(house)
    opened = click("open", letter=8).session_state["letter_open"]
    shown = drawn(house.page("sources", letter_open=opened), "letters")["opened"]
    assert shown["text"] == "HR=8o|Zubizarreta"
    assert [each["id"] for each in shown["readers"]] == ["lines (source 1)"]
    assert house.diary.lines == [("nora", "dead_letters_shown", None)]


def test_values_of_nobody_are_told_with_their_times_and_replayed(house: House) -> None:
    fill(house)
    opened = click("open", letter=9).session_state["letter_open"]
    shown = drawn(house.page("sources", letter_open=opened), "letters")["opened"]
    assert [(each["label"], each["text"]) for each in shown["values"]] == [("HR", "84 /min")]
    assert len(shown["patients"]) == 4

    app = click("replay", {"letter_open": opened}, letter=9, patient="p2")
    assert "letter_open" not in app.session_state
    ((kind, patient, by, payload),) = house.queue.given
    assert (kind, patient, by) == (CommandKind.REPLAY, "p2", "nora")
    assert payload == {"letter": 9, "values": written([PULSE])}


def test_what_can_still_not_be_read_is_told_in_the_dialog_which_stays(house: House) -> None:
    fill(house)
    opened = click("open", letter=8).session_state["letter_open"]
    sent = {"letter": 8, "text": "HR=8o|p2", "source": "lines (source 1)", "patient": "p2"}
    app = click("reread", {"letter_open": opened}, **sent)
    stays = app.session_state["letter_open"]
    assert stays.problem == "it can still not be read: no line"
    assert drawn(house.page("sources", letter_open=stays), "letters")["opened"]["problem"]
    assert house.queue.given == []

    click("reread", {"letter_open": stays}, **sent | {"text": "HR=80|p2"})
    assert [given[0] for given in house.queue.given] == [CommandKind.REPLAY]


def test_one_that_is_put_aside_is_listed_no_more(house: House) -> None:
    fill(house)
    click("settle", letter=9, reason="a test")
    assert 9 not in [each["id"] for each in drawn(house.page("sources"), "letters")["letters"]]
    assert house.diary.lines == [("nora", "dead_letter_settled", None)]


def test_closing_one_does_not_close_the_next(house: House) -> None:
    fill(house)
    opened = click("open", letter=8).session_state["letter_open"]
    assert "letter_open" in click("close", {"letter_open": opened}, letter=9).session_state
    assert "letter_open" not in click("close", {"letter_open": opened}, letter=8).session_state


def test_who_may_only_look_is_offered_no_opening(house: House) -> None:
    fill(house)
    house.door.only_look()
    data = drawn(house.page("sources"), "letters")
    assert data["mayAct"] is False
    assert len(data["letters"]) == 8
