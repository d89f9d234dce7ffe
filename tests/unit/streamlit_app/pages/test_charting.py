"""What is entered by hand becomes a command under the clinician's name."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.vitals import Language
from sereno.ports import CommandKind
from streamlit_app.texts import Words
from streamlit_app.views.commands import MOST_WAITING
from tests.unit.streamlit_app.pages.stage import House, patient_box


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


def enter(app: AppTest, what: str) -> AppTest:
    """Fill in one thing of a patient's page and send it."""
    fields: dict[str, Callable[[], object]] = {
        "Enter": lambda: app.radio(key="chart_consciousness").set_value(1),
        "Add the note": lambda: app.text_area(key="chart_note").set_value("Family informed"),
        "Record the order": lambda: app.checkbox(key="chart_scale").check(),
    }
    fields[what]()
    return next(button for button in app.button if button.label == what).click().run()


@pytest.mark.parametrize("what", ["Enter", "Add the note", "Record the order"])
def test_what_is_sent_is_not_said_to_be_entered_and_its_refusal_is_told_once(
    house: House, what: str
) -> None:
    """The ingest process carries it out later, and the patient may be discharged by then."""
    house.queue.waiting = True
    app = enter(house.page("patient", patient="p1"), what)
    assert [toast.value for toast in app.toast] == ["Sent."]
    assert not app.run().toast, "it waits"
    house.queue.waiting = False
    house.queue.refusals["c1"] = "that patient is discharged"
    assert [toast.value for toast in app.run().toast] == ["that patient is discharged"]
    assert not app.run().toast


@pytest.mark.parametrize(
    ("language", "refused", "empty"),
    [
        (
            Language.ENGLISH,
            "that alarm is over; reload the list of alarms",
            "a note has 1 to 2000 characters, not 0; enter it again",
        ),
        (
            Language.SPANISH,
            "No se ha hecho: puede que la situación haya cambiado. Recargue la página.",
            "No se ha hecho: el texto falta o no es válido. Revíselo.",
        ),
    ],
)
def test_what_a_service_refuses_is_told_in_the_viewers_language(
    house: House, language: Language, refused: str, empty: str
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    house.queue.refusals["c9"] = "that alarm is over; reload the list of alarms"
    app = house.page("patient", patient="p1", commands_p1=["c9"])
    assert [toast.value for toast in app.toast] == [refused]
    button = Words(language)("add_note")
    next(each for each in app.button if each.label == button).click().run()
    assert [error.value for error in app.error] == [empty]


def test_each_of_what_is_sent_together_may_be_refused(house: House) -> None:
    app = house.page("patient", patient="p1")
    app.selectbox(key="chart_device").set_value("High flow")
    house.queue.waiting = True
    enter(app, "Enter")
    house.queue.waiting = False
    house.queue.refusals |= {"c1": "no value", "c2": "no note"}
    assert [toast.value for toast in app.run().toast] == ["no value", "no note"]


def test_a_database_that_does_not_say_refuses_nothing(house: House) -> None:
    house.queue.waiting = True
    app = enter(house.page("patient", patient="p1"), "Enter")
    house.queue.waiting, house.queue.busy = False, True
    assert not app.run().toast
    assert "the database is busy" in app.error[0].value
    house.queue.busy = False
    house.queue.refusals["c1"] = "that patient is discharged"
    assert [toast.value for toast in app.run().toast] == ["that patient is discharged"]


def test_no_more_commands_wait_than_their_bound(house: House) -> None:
    """A page left open while nothing is carried out would else ask for ever more of them."""
    house.queue.waiting = True
    app = house.page("patient", patient="p1", commands_p1=[f"x{n}" for n in range(MOST_WAITING)])
    enter(app, "Enter")
    waiting = app.session_state["commands_p1"]
    assert (len(waiting), waiting[0], waiting[-1]) == (MOST_WAITING, "x1", "c1")


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


@pytest.mark.parametrize(
    ("language", "button", "said"),
    [
        (
            Language.ENGLISH,
            "Enter",
            (
                "Not entered: oxygen flow can not be 90. Enter 0.0 to 80.0 L/min.  \n"
                "Not entered: temperature can not be 47. Enter 25.0 to 45.0 °C."
            ),
        ),
        (
            Language.SPANISH,
            "Anotar",
            (
                "No anotado: flujo de oxígeno no puede ser 90. Anote de 0,0 a 80,0 L/min.  \n"
                "No anotado: temperatura no puede ser 47. Anote de 25,0 a 45,0 °C."
            ),
        ),
    ],
)
def test_a_value_that_can_not_be_is_refused_in_words_and_stays_to_be_mended(
    house: House, language: Language, button: str, said: str
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    app = house.page("patient", patient="p1")
    app.radio(key="chart_consciousness").set_value(1)
    app.number_input(key="chart_flow").set_value(90.0)
    app.number_input(key="chart_temperature").set_value(47.0)
    next(each for each in app.button if each.label == button).click().run()
    assert house.queue.given == [], "not even what could be"
    assert [error.value for error in app.error] == [said]
    assert app.number_input(key="chart_temperature").value == 47.0

    app.number_input(key="chart_flow").set_value(9.0)
    app.number_input(key="chart_temperature").set_value(37.4)
    next(each for each in app.button if each.label == button).click().run()
    assert not app.error
    assert [kind for kind, *_ in house.queue.given] == [CommandKind.CHART]
    assert app.number_input(key="chart_temperature").value is None, "it is entered"
    assert app.radio(key="chart_consciousness").value is None


def test_what_was_refused_for_one_patient_is_not_offered_for_another(house: House) -> None:
    app = house.page("patient", patient="p1")
    app.number_input(key="chart_temperature").set_value(47.0)
    next(button for button in app.button if button.label == "Enter").click().run()
    patient_box(app).set_value("p2").run()
    assert app.number_input(key="chart_temperature").value is None
