"""Asking in words on the pages: the answer, what it rests on, and what is noted of it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from streamlit_app.shell import plain
from tests.fakes.clock import MINUTE
from tests.unit.streamlit_app.pages.stage import House, drawn

QUESTION = "has [she](x) desaturated?"


def ask(app: AppTest, question: str) -> AppTest:
    box = next(each for each in app.text_input if (each.key or "").startswith("ask_question"))
    box.input(question)
    button = next(each for each in app.button if each.label in ("Ask", "Preguntar"))
    return button.click().run()


def test_an_answer_begins_with_its_lead_and_cites_its_facts(house: House) -> None:
    app = ask(house.page("patient", patient="p2"), QUESTION)
    data = drawn(app, "summary")
    assert data["sentences"][0]["parts"][0]["text"].startswith("Yes. ")
    assert data["sentences"][0]["facts"] == ["F1"]


def test_the_question_is_shown_as_it_was_typed_and_acts_as_nothing(house: House) -> None:
    app = ask(house.page("patient", patient="p2"), QUESTION)
    captions = [each.value for each in app.caption]
    assert any("\\[she\\]" in each for each in captions)


def test_the_question_is_in_no_address_and_not_in_the_audit(house: House) -> None:
    app = ask(house.page("patient", patient="p2"), QUESTION)
    assert "desaturated" not in str(dict(app.query_params))
    assert ("nora", "asked", "p2") in house.diary.lines
    assert "desaturated" not in str([house.diary.lines, house.diary.details])


def test_what_is_declined_is_said_without_facts(house: House) -> None:
    app = ask(house.page("patient", patient="p2"), "what should I give?")
    assert "That is not for the record to answer." in [each.value for each in app.text]


def test_the_ward_can_be_asked(house: House) -> None:
    app = ask(house.page("ward"), "who has desaturated?")
    assert any(each.value.startswith("1.\nBed 2: ") for each in app.text)
    assert ("nora", "ward_asked", None) in house.diary.lines


def test_the_answer_of_the_ward_goes_when_it_is_closed(house: House) -> None:
    app = ask(house.page("ward"), "who has desaturated?")
    app.button(key="ward_answer_close").click().run()
    assert not any(each.value.startswith("1.") for each in app.text)
    assert "answer" not in app.session_state


def raise_later(house: House) -> None:
    """The saturation of bed 2 alarms two minutes after what was answered."""
    house.store.clock.time += 5 * MINUTE
    alarm = house.store.kept_alarms["a-spo2"]
    house.store.kept_alarms["a-spo2"] = replace(alarm, raised=alarm.raised + 7 * MINUTE)


CHANGED = "Changed since this text: a high-priority alarm (oxygen saturation)"


def test_an_answer_that_stays_says_that_an_alarm_came_since(house: House) -> None:
    app = ask(house.page("patient", patient="p2"), QUESTION)
    assert drawn(app, "summary")["since"] == ""
    raise_later(house)
    assert drawn(app.run(), "summary")["since"] == CHANGED


@pytest.mark.parametrize(
    ("question", "warned", "why"),
    [
        ("who has desaturated?", [CHANGED.replace("text: ", "text: Bed 2: ")], "it is of the ward"),
        ("what should I give?", [], "nothing of the record was told"),
    ],
)
def test_an_answer_of_the_ward_says_of_whom_an_alarm_came_since(
    house: House, question: str, warned: list[str], why: str
) -> None:
    app = ask(house.page("ward"), question)
    assert not app.warning
    raise_later(house)
    assert [each.value for each in app.run().warning] == [plain(each) for each in warned], why
