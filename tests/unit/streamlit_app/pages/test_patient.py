"""One patient's page: waves, numbers, score, trend and limits."""

from dataclasses import replace

import pytest

from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import Signal
from sereno.scoring.watch import Watch
from sereno.services.live import framed
from tests.fakes.ward import START, news2
from tests.unit.streamlit_app.pages.stage import House, drawn


def test_a_trend_tells_a_partial_total_as_the_least_that_it_is(house: House) -> None:
    partial = [text for _, text, _ in drawn(house.page("patient", patient="p4"), "trend")["scores"]]
    whole = [text for _, text, _ in drawn(house.page("patient", patient="p2"), "trend")["scores"]]
    assert (partial[-1], whole[-1]) == ("≥1", "9")


def test_why_a_patient_is_not_scored_is_said_in_words(house: House) -> None:
    unscored = replace(news2(None, START), not_scored="under_16")
    house.store.beds["p1"] = replace(house.store.beds["p1"], score=unscored)
    data = drawn(house.page("patient", patient="p1"), "score")
    assert data["response"] == "Not scored: under 16"


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
    assert app.selectbox(key="patient_box").value is None
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


@pytest.mark.parametrize("hours", [1, 72])
def test_the_latest_values_of_a_trend_are_those_of_the_monitor(house: House, hours: int) -> None:
    """Not the median of the last step, which may be ten minutes long."""
    app = house.page("patient", patient="p2", trend_hours=hours)
    panel, trend = drawn(app, "monitor"), drawn(app, "trend")
    beside = [reading for trace in panel["traces"] for reading in trace["readings"]]
    shown = {one["label"]: (one["value"], one["time"]) for one in [*beside, *panel["rest"]]}
    assert {one["label"]: (one["value"], one["time"]) for one in trend["latest"]} == shown
