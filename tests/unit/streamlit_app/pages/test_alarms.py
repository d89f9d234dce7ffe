"""The list of alarms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import ModelError
from sereno.domain.surveillance import AlarmEvent, AlarmStep, Condition, Priority
from sereno.domain.vitals import Language
from tests.fakes.clock import START
from tests.fakes.ward import news2
from tests.unit.streamlit_app.pages.stage import House, drawn


@pytest.mark.parametrize(
    ("state", "alarms", "why"),
    [
        ({}, ["a-spo2", "a-silent", "a-rate", "a-off"], "all that are active, pressing first"),
        ({"alarm_scope": "unseen"}, ["a-spo2", "a-silent", "a-off"], "nobody acknowledged these"),
        ({"alarm_bed": "p2"}, ["a-spo2", "a-rate"], "one bed's"),
    ],
)
def test_alarms_are_filtered(
    house: House, state: dict[str, str], alarms: list[str], why: str
) -> None:
    data = drawn(house.page("alarms", **state), "alarms")
    assert [alarm["id"] for alarm in data["alarms"]] == alarms, why


def test_an_acknowledged_alarm_says_by_whom_and_why(house: House) -> None:
    data = drawn(house.page("alarms"), "alarms")
    rate = next(alarm for alarm in data["alarms"] if alarm["id"] == "a-rate")
    assert rate["acknowledged"] == "Acknowledged by luis: Doctor informed"
    assert not rate["open"]


def test_an_alarms_history_opens_on_demand(house: House) -> None:
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    opened = {alarm["id"]: alarm["history"] for alarm in data["alarms"]}
    assert opened["a-spo2"][0]["text"] == "raised · 86 %"
    assert opened["a-rate"] is None


def test_what_explains_an_alarm_opens_with_it_and_leads_to_its_samples(house: House) -> None:
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    told = {alarm["id"]: alarm["why"] for alarm in data["alarms"]}
    assert [each for each in told.values() if each] == [told["a-spo2"]]
    first = told["a-spo2"]["sentences"][0]
    assert first["text"] == "Oxygen saturation fell to 84%."
    assert first["href"] == "/patient?id=p2&alarm=a-spo2&mark=F1"
    assert told["a-spo2"]["source"][-3:] == [" (2 min ago)", " · ", "the alarm has gone on since"]


def test_a_text_of_this_moment_says_so(house: House) -> None:
    house.explainer.age = timedelta(seconds=20)
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    (told,) = [alarm["why"] for alarm in data["alarms"] if alarm["why"]]
    assert told["source"][-1] == " (just now)"


def test_a_text_that_can_not_be_had_leaves_the_alarms_standing(house: House) -> None:
    house.explainer.error = ModelError("no text could be verified")
    app = house.page("alarms", alarm_history="a-spo2")
    assert [error.value for error in app.error] == ["no text could be verified"]
    assert len(drawn(app, "alarms")["alarms"]) == 4


def test_a_refused_acknowledgement_is_told(house: House) -> None:
    house.queue.refusals["c9"] = "it was closed already"
    app = house.page("alarms", commands_alarms=["c9", "c10"])
    assert [toast.value for toast in app.toast] == ["it was closed already"]
    assert not app.run().toast, "once"


def test_an_alarms_history_names_every_step_there_is(house: House) -> None:
    """A step without a word would take the whole page with it."""
    steps = [step for step in AlarmStep if step is not AlarmStep.RAISED]
    house.store.events["a-spo2"] += [
        AlarmEvent(alarm="a-spo2", time=START, what=step) for step in steps
    ]
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    (opened,) = [alarm for alarm in data["alarms"] if alarm["id"] == "a-spo2"]
    assert len(opened["history"]) == 1 + len(steps)


def test_a_history_tells_the_total_that_raised_an_alarm_of_the_score(house: House) -> None:
    alarm = replace(house.store.kept_alarms["a-spo2"], condition=Condition.SCORE, signal=None)
    house.store.kept_alarms["a-spo2"] = alarm
    house.store.events["a-spo2"] = [
        AlarmEvent(alarm="a-spo2", time=START, what=AlarmStep.RAISED, value=7.0)
    ]
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    (opened,) = [each for each in data["alarms"] if each["id"] == "a-spo2"]
    assert [event["text"] for event in opened["history"]] == ["raised · NEWS2 7"]


def test_a_history_tells_the_machines_reasons_in_the_readers_language(house: House) -> None:
    """And a person's as they were typed, even where they are the machine's words."""
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    house.store.events["a-spo2"] = [
        AlarmEvent(alarm="a-spo2", time=START, what=what, by=by, reason=reason)
        for what, by, reason in (
            (AlarmStep.GONE, None, "no longer measured"),
            (AlarmStep.GONE, None, "another source delivers the same signals"),
            (AlarmStep.WORSENED, None, "corrected"),
            (AlarmStep.CLOSED, None, "stopped on purpose"),
            (AlarmStep.ACKNOWLEDGED, "luis", "corrected"),
            (AlarmStep.DISCHARGED, "luis", "gone home"),
        )
    ]
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    (opened,) = [alarm for alarm in data["alarms"] if alarm["id"] == "a-spo2"]
    assert [event["text"] for event in opened["history"]] == [
        "condición cesada · ya no se mide",
        "condición cesada · otra fuente envía las mismas señales",
        "empeora · valor corregido",
        "cerrada · parada programada",
        "reconocida · luis · corrected",
        "alta del paciente · luis · gone home",
    ]


@pytest.mark.parametrize("language", list(Language))
def test_an_alarm_of_the_score_says_what_raised_it_beside_its_worst(
    house: House, language: Language
) -> None:
    """The score is 6 again: beside it "NEWS2 8", of two priorities, would contradict it twice."""
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    spo2 = house.store.alarm("a-spo2")
    score = replace(spo2, condition=Condition.SCORE, signal=None, direction=None, extreme=8.0)
    gone = replace(score, id="a-high", present=False, latched=True, limit=7.0, value=7.0)
    now = replace(score, id="a-medium", priority=Priority.MEDIUM, limit=5.0, value=6.0)
    house.store.kept_alarms |= {"a-high": gone, "a-medium": now}
    house.store.beds["p2"] = replace(house.store.beds["p2"], score=news2(6, START))
    panel = drawn(house.page("patient", patient="p2"), "score")
    shown = {chip["id"]: chip["text"] for chip in panel["alarms"]}
    assert panel["total"] == "6"
    assert (shown["a-high"], shown["a-medium"]) == ("NEWS2 8 ≥ 7", "NEWS2 8 ≥ 5")
    listed = drawn(house.page("alarms"), "alarms")["alarms"]
    assert shown.items() <= {row["id"]: row["text"] for row in listed}.items()
