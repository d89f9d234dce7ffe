"""What is entered by hand becomes a command under the clinician's name."""

import pytest

from sereno.domain.vitals import Language
from sereno.ports import CommandKind
from tests.unit.streamlit_app.pages.stage import House


def test_a_device_is_chosen_in_the_viewers_language(house: House) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    box = house.page("patient", patient="p1").selectbox(key="chart_device")
    assert box.placeholder == "Elija un dispositivo"


def test_what_is_entered_by_hand_becomes_one_command(house: House) -> None:
    app = house.page("patient", patient="p1")
    app.radio(key="chart_consciousness").set_value(1)
    app.number_input(key="chart_flow").set_value(3.0)
    next(button for button in app.button if button.label == "Enter").click().run()
    assert not app.exception
    kind, patient, by, payload = house.queue.given[0]
    assert (kind, patient, by) == (CommandKind.CHART, "p1", "nora")
    entered = {signal: value for signal, value, _ in payload["values"]}
    assert entered == {"consciousness": 1.0, "oxygen_given": 1.0, "oxygen_flow": 3.0}


def test_an_empty_form_enters_nothing(house: House) -> None:
    app = house.page("patient", patient="p1")
    next(button for button in app.button if button.label == "Enter").click().run()
    assert house.queue.given == []
    assert app.info[0].value == "Nothing was filled in."


def test_the_second_spo2_scale_is_an_order_under_the_clinicians_name(house: House) -> None:
    app = house.page("patient", patient="p1")
    app.checkbox(key="chart_scale").check()
    next(button for button in app.button if button.label == "Record the order").click().run()
    kind, _, by, payload = house.queue.given[0]
    assert (kind, by, payload) == (CommandKind.SPO2_SCALE, "nora", {"scale": 2})


@pytest.mark.parametrize(("text", "count"), [("Family informed", 1), ("   ", 0)])
def test_a_note_is_added_unless_it_is_empty(house: House, text: str, count: int) -> None:
    app = house.page("patient", patient="p1")
    app.text_area(key="chart_note").set_value(text)
    next(button for button in app.button if button.label == "Add the note").click().run()
    assert len(house.queue.given) == count
    assert bool(app.error) is not bool(count)
