"""Whoever opens a patient is noted, and who may only look is offered nothing to act with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.patients import Discharge, Note
from tests.fakes.clock import START
from tests.unit.streamlit_app.pages.stage import House, drawn


def looking(name: str, patient: str) -> None:
    """What a page that stands open does by itself: its fragment alone, and nothing around it."""
    from streamlit_app import shell
    from streamlit_app.views import alarms
    from streamlit_app.views import patient as page

    visit = shell.enter({})
    if name == "alarms":
        alarms._list(visit, "active", None, patient)
    else:
        page._live(visit, visit.screens.views.patient(patient).patient)


def test_opening_a_patient_is_noted_once_under_the_viewers_name(house: House) -> None:
    app = house.page("patient", patient="p2")
    app.run()
    house.page("patient", patient="p1")
    assert house.diary.lines == [
        ("nora", "patient_opened", "p2"), ("nora", "patient_opened", "p1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "state"), [("patient", {"patient": "p2"}), ("alarms", {"alarm_bed": "p2"})]
)
def test_a_page_of_one_patient_that_is_left_open_is_a_line_in_every_quarter_of_an_hour(
    house: House, name: str, state: dict[str, str]
) -> None:
    """Nobody touches it all night, and whoever passes by reads it."""
    house.page(name, **state)
    left = AppTest.from_function(looking, args=(name, "p2"), default_timeout=20)
    for _ in range(12):
        house.store.clock.time += timedelta(minutes=5)
        assert not left.run().exception
    assert house.diary.lines == [("nora", "patient_opened", "p2")] * 5


def test_the_alarms_of_everyone_are_no_read_of_each_patient(house: House) -> None:
    house.page("alarms")
    assert house.diary.lines == []


def test_the_ward_is_no_read_of_each_patient(house: House) -> None:
    house.page("ward")
    house.page("patient")
    assert house.diary.lines == []


def test_who_may_only_look_is_offered_nothing_to_act_with(house: House) -> None:
    """A screen on the wall, which anybody can touch, reads the same and changes nothing."""
    house.store.kept_notes["p1"] = [Note(time=START, author="luis", text="Family informed")]
    house.door.only_look()
    listed = drawn(house.page("alarms"), "alarms")["alarms"]
    assert len(listed) == 4
    assert not any(alarm["open"] for alarm in listed)
    app = house.page("patient", patient="p1")
    assert offered(app) == ["Write a summary"]
    assert "Family informed" in [text.value for text in app.text]


READS = ("explain_", "ask_question_", "FormSubmitter:ask_")  # what only tells what is on record


def offered(app: AppTest) -> list[str]:
    """What changes something: buttons, and whatever can be filled in."""
    filled_in = (app.radio, app.text_input, app.text_area, app.number_input, app.checkbox)
    every = (each for kind in (app.button, *filled_in) for each in kind)
    return [each.label for each in every if not (each.key or "").startswith(READS)]


def test_who_may_only_look_is_not_offered_to_take_a_discharge_back(house: House) -> None:
    bed, end = house.store.beds["p2"], Discharge(at=START, by="nora", reason="gone home")
    house.store.beds["p2"] = replace(bed, patient=replace(bed.patient, discharged=end))
    assert "stay_readmit" in [each.key for each in house.page("patient", patient="p2").button]
    house.door.only_look()
    assert offered(house.page("patient", patient="p2")) == ["Write a summary"]
