"""Handing over the ward: one action, how far it is, and each bed's text with what it rests on."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.surveillance import AlarmEvent, AlarmStep
from sereno.domain.vitals import Language
from tests.fakes.clock import MINUTE, START
from tests.unit.streamlit_app.pages.stage import House, drawn

BEDS = 4


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def asked(house: House, written: int) -> AppTest:
    house.handover.ask(Language.ENGLISH, "nora")
    house.handover.write(written)
    return house.page("handover")


def progress(app: AppTest) -> list[str]:
    return [node.proto.text for node in app.get("progress")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", ["ward", "handover"])
def test_one_action_asks_for_all_in_the_viewers_language(house: House, page: str) -> None:
    app = press(house.page(page), "handover_start")
    assert house.handover.asked == [(Language.ENGLISH, "nora")]
    assert progress(app) == ["0 of 4 beds written"]


def test_each_text_is_shown_as_it_comes_with_its_bed_and_citations(house: House) -> None:
    app = asked(house, 2)
    assert progress(app) == ["2 of 4 beds written"]
    data = drawn(app, "handover")
    first, third = data["beds"][0], data["beds"][2]
    assert [bed["label"] for bed in data["beds"]] == ["Bed 1", "Bed 2", "Bed 3", "Bed 4"]
    assert first["text"]["sentences"][0]["facts"] == ["F1"]
    assert [fact["id"] for fact in first["text"]["facts"]] == ["F1", "F2"]
    assert first["text"]["source"].endswith(" · s-p1-080000"), "the id under which it replays"
    assert (third["text"], third["instead"]) == (None, "Not written yet.")
    assert data["title"] == "Handover of the ward · 22/11/2026 08:00 · nora"
    assert "Window 04:00–08:00" in first["text"]["source"]
    assert first["text"]["facts"][0]["text"] == "extreme: oxygen saturation 84 % · 07:00"


def test_a_page_that_is_loaded_anew_goes_on_with_what_was_asked_for(house: House) -> None:
    press(house.page("ward"), "handover_start")
    house.handover.write(3)
    assert progress(house.page("handover")) == ["3 of 4 beds written"]
    house.handover.write(BEDS)
    app = house.page("handover")
    assert progress(app) == []
    assert all(bed["text"] for bed in drawn(app, "handover")["beds"])
    assert len(house.handover.asked) == 1


def test_it_can_be_stopped_and_says_who_has_no_text(house: House) -> None:
    app = press(asked(house, 1), "handover_stop")
    assert house.handover.stopped
    beds = drawn(app, "handover")["beds"]
    assert [bed["instead"] for bed in beds[1:]] == [
        "No handover was written. Look at this patient's page."
    ] * 3
    assert beds[0]["text"]


def test_a_full_queue_is_told(house: House) -> None:
    house.handover.full = True
    app = press(house.page("handover"), "handover_start")
    assert "queue of summaries is full" in app.error[0].value


def test_who_is_not_in_it_is_told(house: House) -> None:
    bed = house.store.beds["p3"].patient
    house.handover.absent = (bed,)
    house.store.damaged = {"Bed 9"}
    app = asked(house, BEDS)
    assert "Bed 3" in app.warning[0].value
    assert "Bed 9" in app.error[0].value


def test_a_text_that_can_not_be_read_keeps_no_other_from_being_shown(house: House) -> None:
    house.handover.unreadable = {"p2"}
    beds = drawn(asked(house, BEDS), "handover")["beds"]
    assert [bool(bed["text"]) for bed in beds] == [True, False, True, True]
    assert "No handover was written" in beds[1]["instead"]


def test_each_patients_text_is_a_line_of_the_audit_log_once_in_a_while(house: House) -> None:
    asked(house, 2)
    house.store.clock.time += MINUTE
    house.page("handover")
    assert house.diary.lines == [("nora", "summary_shown", "p1"), ("nora", "summary_shown", "p2")]
    house.store.clock.time += timedelta(minutes=15)
    house.page("handover")
    assert len(house.diary.lines) == 4


def test_who_only_looks_reads_it_too(house: House) -> None:
    house.door.only_look()
    assert drawn(asked(house, BEDS), "handover")["beds"][0]["text"]


def test_in_another_language_it_says_so(house: House) -> None:
    house.handover.ask(Language.ENGLISH, "nora")
    house.handover.write(BEDS)
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    app = house.page("handover")
    assert "Este relevo está en inglés. Pida uno para tenerlo en español." in [
        each.value for each in app.caption
    ]
    assert drawn(app, "handover")["title"].split(" · ")[0] == "Relevo de la planta"


def test_without_one_it_says_so(house: House) -> None:
    app = house.page("handover")
    assert [each.value for each in app.caption] == ["No handover of the ward in the last 12 h."]


def test_a_bed_whose_text_is_older_than_an_alarm_says_so(house: House) -> None:
    house.handover.ask(Language.ENGLISH, "nora")
    house.handover.at = START - 4 * MINUTE
    house.handover.write(BEDS)
    since = [bed["text"]["since"] for bed in drawn(house.page("handover"), "handover")["beds"]]
    assert since == [
        "",
        "",
        "",
        "Changed since this text: a low-priority alarm (equipment)",
    ]
    alarm = house.store.kept_alarms["a-rate"]
    house.store.events[alarm.id].append(
        AlarmEvent(alarm=alarm.id, time=START, what=AlarmStep.WORSENED)
    )
    beds = drawn(house.page("handover"), "handover")["beds"]
    assert beds[1]["text"]["since"] == (
        "Changed since this text: a medium-priority alarm (heart rate)"
    )
