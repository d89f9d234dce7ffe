"""One patient's page: waves, numbers, score, trend and limits."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.surveillance import (
    AlarmEvent,
    AlarmStep,
    Direction,
    Limit,
    Priority,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import Language, Signal
from sereno.scoring.qsofa import PARAMETERS
from sereno.scoring.watch import Watch
from sereno.services.live import framed
from tests.fakes.clock import START
from tests.fakes.streams import SECOND
from tests.fakes.ward import news2
from tests.unit.streamlit_app.pages.stage import House, drawn, patient_box


def test_a_trend_tells_a_partial_total_as_the_least_that_it_is(house: House) -> None:
    partial = [
        text for _, text, *_ in drawn(house.page("patient", patient="p4"), "trend")["scores"]
    ]
    whole = [text for _, text, *_ in drawn(house.page("patient", patient="p2"), "trend")["scores"]]
    assert (partial[-1], whole[-1]) == ("≥1", "9")


def test_why_a_patient_is_not_scored_is_said_in_words(house: House) -> None:
    unscored = replace(news2(None, START), not_scored="under_16")
    house.store.beds["p1"] = replace(house.store.beds["p1"], score=unscored)
    data = drawn(house.page("patient", patient="p1"), "score")
    assert data["response"] == "Not scored: under 16"


QSOFA = Score(kind=ScoreKind.QSOFA, time=START, total=2, lowest=2, highest=2)


@pytest.mark.parametrize(
    ("qsofa", "english", "spanish", "why"),
    [
        (QSOFA, "qSOFA 2", "qSOFA 2", "whole"),
        (
            replace(QSOFA, total=1, lowest=1, missing=(Signal.CONSCIOUSNESS,)),
            "qSOFA 1 (partial, 1–2)",
            "qSOFA 1 (parcial, 1–2)",
            "what is missing may give a point more",
        ),
        (
            replace(QSOFA, total=None, lowest=None, highest=None, not_scored="under_18"),
            "qSOFA – (not scored)",
            "qSOFA – (sin puntuación)",
            "it is for adults",
        ),
        (
            replace(QSOFA, total=None, lowest=0, highest=3, missing=PARAMETERS),
            None,
            None,
            "nothing of it is known",
        ),
        (None, None, None, "nothing was ever scored"),
    ],
)
def test_qsofa_stands_below_news2_with_its_range_where_it_is_partial(
    house: House, qsofa: Score | None, english: str | None, spanish: str | None, why: str
) -> None:
    house.store.beds["p2"] = replace(house.store.beds["p2"], qsofa=qsofa)
    assert house.door.inside
    for language, said in ((Language.ENGLISH, english), (Language.SPANISH, spanish)):
        house.door.choose_language(house.door.inside, language)
        assert drawn(house.page("patient", patient="p2"), "score")["qsofa"] == said, why


def test_the_limits_in_force_are_told_and_which_are_the_patients_own(house: House) -> None:
    """A value that raises no alarm means nothing to who does not know the limit."""
    limit = Limit(signal=Signal.SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM)
    watch = Watch(house.store.beds["p1"].patient)
    watch.set_limit(limit, "luis", START, "COPD ![x](http://elsewhere)")
    house.store.states["p1"] = framed(watch.snapshot(), live=True)
    app = house.page("patient", patient="p1")
    (limits,) = [box for box in app.expander if box.label == "Alarm limits in force"]
    lines = [each.value for each in limits.text]
    assert "SpO₂ < 85 % · High priority · 10 s" in lines
    own = "This patient's own, set by luis: COPD ![x](http://elsewhere)"
    assert f"SpO₂ < 88 % · Medium priority · 10 s · {own}" in lines
    assert not [each for each in lines if "SpO₂ < 92" in each]


def test_without_a_patient_the_page_asks_for_one(house: House) -> None:
    app = house.page("patient")
    assert patient_box(app).value is None
    assert not app.exception


def test_a_patient_who_is_not_there_is_said(house: House) -> None:
    app = house.page("patient", patient="gone")
    assert "not here" in app.warning[0].value


def test_a_patients_page_shows_waves_numbers_score_and_trends(house: House) -> None:
    app = house.page("patient", patient="p2")
    assert not app.exception
    traces = drawn(app, "monitor")["traces"]
    assert [trace["label"] for trace in traces] == ["ECG II", "Pleth", "ABP", "Resp"]
    assert traces[2]["unit"] == "mmHg"
    assert traces[0]["readings"][0]["label"] == "HR"
    assert drawn(app, "score")["total"] == "9"
    trend = drawn(app, "trend")
    assert [lane["id"] for lane in trend["lanes"]][:3] == ["rate", "spo2", "breathing"]
    assert trend["episodes"][0]["lane"] == "spo2"
    assert {alarm["priority"] for alarm in trend["alarms"]} == {2, 3}


def test_the_trend_covers_the_hours_that_are_chosen(house: House) -> None:
    app = house.page("patient", patient="p2", trend_hours=72)
    trend = drawn(app, "trend")
    assert trend["end"] - trend["start"] == 72 * 3_600_000
    assert all(len(line["points"]) <= 450 for lane in trend["lanes"] for line in lane["lines"])


def test_a_trend_tells_no_newest_value_beside_the_monitors(house: House) -> None:
    """It is drawn every ten seconds and the monitor every second: the two would contradict."""
    app = house.page("patient", patient="p2", trend_hours=72)
    trend = drawn(app, "trend")
    assert trend["describe"].startswith("Trends, 72 h: HR, SpO₂, RR, BP, Temp")
    assert "latest" not in trend
    panel = drawn(app, "monitor")
    beside = [reading for trace in panel["traces"] for reading in trace["readings"]]
    shown = [one["label"] for one in [*beside, *panel["rest"]]]
    assert {"HR", "SpO₂", "RR", "Temp"} <= set(shown), "the monitor tells them"
    assert len(shown) == len(set(shown)), "once"


@pytest.mark.parametrize(
    ("language", "level", "limit", "measured"),
    [
        (
            Language.ENGLISH,
            "Consciousness: responds to voice (V)",
            "Consciousness: worse than alert (A) · Medium priority · 0 s",
            ("V", "responds to voice"),
        ),
        (
            Language.SPANISH,
            "Conciencia: responde a la voz (V)",
            "Conciencia: peor que alerta (A) · Prioridad media · 0 s",
            ("V", "responde a la voz"),
        ),
    ],
)
def test_a_level_of_consciousness_is_told_in_words_and_never_compared_by_its_letter(
    house: House, language: Language, level: str, limit: str, measured: tuple[str, str]
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    store = house.store
    store.kept_alarms["a-mind"] = replace(
        store.alarm("a-rate"), id="a-mind", signal=Signal.CONSCIOUSNESS, limit=0.0, extreme=2.0
    )
    store.events["a-mind"] = [
        AlarmEvent(alarm="a-mind", time=START, what=AlarmStep.RAISED, value=2.0)
    ]
    bed, at = store.beds["p2"], START - 60 * SECOND
    score = replace(news2(9, START), parts=(ScorePart(Signal.CONSCIOUSNESS, 2.0, at, 3),))
    store.beds["p2"] = replace(bed, values={**bed.values, Signal.CONSCIOUSNESS: 2.0}, score=score)
    store.states["p2"] = framed(Watch(bed.patient).snapshot(), live=True)

    listed = drawn(house.page("alarms", alarm_history="a-mind"), "alarms")["alarms"]
    (row,) = [alarm for alarm in listed if alarm["id"] == "a-mind"]
    name, _, meaning = level.partition(": ")
    assert row["text"] == level
    assert row["history"][0]["text"].endswith(meaning)
    app = house.page("patient", patient="p2")
    (part,) = drawn(app, "score")["parts"]
    assert (part["value"], part["unit"]) == measured
    shown = [one for one in drawn(app, "monitor")["rest"] if one["label"] == name]
    assert [(one["value"], one["unit"]) for one in shown] == [measured]
    lines = [each.value for box in app.expander for each in box.text]
    assert limit in lines
    assert "> A" not in str((listed, lines))


def test_the_box_says_who_is_shown_in_the_language_in_force(house: House) -> None:
    """A browser goes on saying the former title, so a box with another title is another box."""
    assert house.door.inside
    english = patient_box(house.page("patient", patient="p2"))
    house.door.choose_language(house.door.inside, Language.SPANISH)
    spanish = patient_box(house.page("patient", patient="p2"))
    assert (english.value, spanish.value) == ("p2", "p2")
    assert spanish.key != english.key


def turning() -> None:
    """What a box of patients does whose state is another than the address."""
    import streamlit as st

    from streamlit_app.views import patient

    st.query_params["id"] = "p2"
    patient._turn("box", frozenset({"p1", "p2"}))


@pytest.mark.parametrize(
    ("said", "shown", "why"),
    [
        ("p1", "p1", "somebody else was chosen"),
        ("Bed 2  ·  72 y · female", "p2", "a title: it holds a name, and no address may"),
        ("p9", "p2", "somebody who is not there"),
        (None, "p2", "nobody"),
    ],
)
def test_the_box_of_patients_turns_to_who_is_there_alone(
    said: str | None, shown: str, why: str
) -> None:
    app = AppTest.from_function(turning, default_timeout=20)
    app.session_state["box"] = said
    assert app.run().query_params["id"] in (shown, [shown]), why


def test_what_is_held_until_it_is_changed_is_drawn_in_steps(house: House) -> None:
    """A ramp from 0 to 6 L/min within four hours tells of flows that nobody ever gave."""
    bed = house.store.beds["p2"]
    more = {Signal.FIO2: 40.0, Signal.GLASGOW_COMA_SCALE: 14.0}
    house.store.beds["p2"] = replace(bed, values={**bed.values, **more})
    trend = drawn(house.page("patient", patient="p2"), "trend")
    lines = {lane["id"]: lane["lines"][0] for lane in trend["lanes"]}
    assert {name for name, line in lines.items() if line["held"]} == {"oxygen", "fio2", "gcs"}
    assert all(line["until"] == trend["end"] for line in lines.values())
    assert "at most 6 h" in trend["words"]["legend"]
