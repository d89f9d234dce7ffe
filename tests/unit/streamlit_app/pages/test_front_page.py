"""What is said above every page, and who sees nothing at all."""

import pytest

from sereno.domain.vitals import Language
from sereno.services.absence import Absence
from tests.fakes.clock import SECOND, START
from tests.fakes.texts import summary
from tests.unit.streamlit_app.pages.stage import House, drawn, front_page


def test_whose_record_can_not_be_read_is_said_above_the_cards(house: House) -> None:
    house.store.damaged = {"![x](http://elsewhere)"}
    app = front_page()

    (said,) = [each.value for each in app.error if "can not be read" in each.value]
    assert r"\!\[x\]\(http\:\/\/elsewhere\)" in said
    assert drawn(app, "ward")["beds"]


@pytest.mark.usefixtures("house")
def test_the_front_page_is_the_ward_under_the_bar() -> None:
    app = front_page()
    assert not app.exception
    bar = drawn(app, "frame")
    assert [page["label"] for page in bar["pages"]] == [
        "Ward",
        "Patient",
        "Alarms",
        "Handover",
        "Sources",
    ]
    assert bar["page"] == "ward"
    assert bar["words"]["notice"].startswith("Decision support, not a medical device")
    assert bar["unseen"] == 3
    assert len(drawn(app, "ward")["beds"]) == 4


def test_nothing_is_drawn_for_who_is_not_signed_in(house: House) -> None:
    house.door.inside = None
    app = front_page()
    assert [error.value for error in app.error] == ["You are signed out."]
    assert "sereno_" not in str(app._tree)


@pytest.mark.parametrize(
    ("alive", "kinds", "why"),
    [
        ({"ingest", "model"}, [], "all is well"),
        ({"ingest"}, ["warn"], "the model is down: alarms go on"),
        ({"model"}, ["bad"], "monitoring is down"),
        (set(), ["bad", "warn"], "both are"),
    ],
)
def test_what_is_down_is_said_on_every_page(
    house: House, alive: set[str], kinds: list[str], why: str
) -> None:
    house.store.alive = alive
    app = front_page()
    assert [notice["kind"] for notice in drawn(app, "frame")["notices"]] == kinds, why


def test_a_database_that_does_not_answer_is_said_and_shows_no_traceback(house: House) -> None:
    house.store.broken = True
    app = front_page()
    assert not app.exception
    assert "database" in drawn(app, "frame")["notices"][0]["text"]
    assert "sereno doctor" in app.error[0].value


@pytest.mark.parametrize(
    ("planned", "language", "said"),
    [
        (
            True,
            Language.ENGLISH,
            "Nobody was watched from 07:58:12 to 07:59:00 (48 s): Sereno had been stopped",
        ),
        (
            False,
            Language.SPANISH,
            "Ningún paciente estuvo vigilado entre 07:58:12 y 07:59:00 (48 s): Sereno falló",
        ),
    ],
)
def test_that_nobody_watched_is_said_once_above_the_cards(
    house: House, planned: bool, language: Language, said: str
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    gap = Absence(START - 108 * SECOND, START - 60 * SECOND, planned)
    house.store.facts = {"absence": gap.facts()}
    app = front_page()

    (told,) = [each.value for each in app.warning]
    assert told.startswith(said)
    assert drawn(app, "ward")["beds"]


@pytest.mark.parametrize("part", ["ward", "frame"])
def test_the_front_page_tells_ages_by_the_clock_it_is_given(house: House, part: str) -> None:
    house.store.clock.time += 60 * SECOND
    assert drawn(front_page(), part)["now"] == (START + 60 * SECOND).timestamp() * 1000


@pytest.mark.parametrize(
    ("page", "part"), [("alarms", "alarms"), ("patient", "monitor"), ("patient", "summary")]
)
def test_every_page_tells_ages_by_the_same_clock(house: House, page: str, part: str) -> None:
    house.store.kept_summaries["p2"] = [summary("p2", START)]
    house.store.clock.time += 60 * SECOND
    shown = drawn(house.page(page, patient="p2"), part)
    assert shown["now"] == (START + 60 * SECOND).timestamp() * 1000
