"""What explains an alarm, on its patient's page."""

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.vitals import Language
from tests.unit.streamlit_app.pages.stage import House, drawn


def opened(house: House, alarm: str = "a-spo2", patient: str = "p2") -> AppTest:
    app = house.page("patient", patient=patient)
    return app.button(key=f"explain_{alarm}").click().run()


def texts(app: AppTest) -> list[str]:
    """The sentences of the text that stands open."""
    sentences = drawn(app, "summary")["sentences"]
    return ["".join(part["text"] for part in each["parts"]) for each in sentences]


def test_a_patient_s_alarms_are_listed_and_none_is_open(house: House) -> None:
    app = house.page("patient", patient="p2")
    labels = [button.label for button in app.button if (button.key or "").startswith("explain_")]
    assert labels == ["SpO₂ 84 < 88", "HR 118 > 110"]
    assert "the alarm has gone on since" not in str(app)


def test_a_calm_patient_has_no_such_panel(house: House) -> None:
    app = house.page("patient", patient="p1")
    assert not [button for button in app.button if (button.key or "").startswith("explain_")]


def test_opening_one_shows_what_explains_it_with_its_age(house: House) -> None:
    app = opened(house)
    assert texts(app)[0] == "Oxygen saturation fell to 84%."
    assert drawn(app, "summary")["source"][-1] == "the alarm has gone on since"


def test_it_closes_again(house: House) -> None:
    app = opened(house)
    app.button(key="explain_a-spo2").click().run()
    assert app.session_state["explained"] is None


def test_it_is_in_the_reader_s_language(house: House) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    data = drawn(opened(house), "summary")
    assert data["textLang"] == "es"
    assert data["source"][-3:] == [
        " (hace 2 min)", " · ", "la alarma continúa desde entonces",
    ]  # fmt: skip


@pytest.mark.usefixtures("house")
def test_an_address_opens_an_alarm_and_marks_its_samples() -> None:
    """Once: what is clicked later is not undone."""
    app = AppTest.from_function(_with_address, default_timeout=20).run()
    assert drawn(app, "summary")["marked"] == ["F1"]
    assert [mark["label"] for mark in drawn(app, "trend")["marks"]] == ["F1"]
    assert "alarm" not in app.query_params


def _with_address() -> None:
    import streamlit as st

    from streamlit_app import shell
    from streamlit_app.views import patient

    if "asked" not in st.session_state:
        st.session_state["asked"] = True
        st.query_params.update({"id": "p2", "alarm": "a-spo2", "mark": "F1"})
    patient.show(shell.enter({}))


def test_another_patient_s_alarm_is_not_opened(house: House) -> None:
    app = house.page("patient", patient="p3", explained="a-spo2")
    assert "explained" not in app.session_state
    assert not app.exception
