"""The cards of the ward."""

from dataclasses import replace

import pytest

from sereno.domain.surveillance import Score
from sereno.domain.vitals import Language, Signal
from sereno.services.views import Views
from streamlit_app.presenting.ward import ward as cards
from streamlit_app.texts import Words
from tests.fakes.clock import START
from tests.fakes.ward import news2, ward
from tests.unit.streamlit_app.pages.stage import HOUR, House, drawn

MOST = (Signal.SPO2, Signal.TEMPERATURE, Signal.CONSCIOUSNESS)


def test_the_sickest_bed_leads_and_says_why(house: House) -> None:
    beds = drawn(house.page("ward"), "ward")["beds"]
    assert [bed["label"] for bed in beds] == ["Bed 2", "Bed 3", "Bed 4", "Bed 1"]
    first = beds[0]
    assert first["score"]["text"] == "9"
    assert first["level"] == "emergency"
    assert first["alarms"][0]["text"] == "SpO₂ 84 < 88"
    assert first["alarms"][0]["unseen"]
    assert not first["alarms"][1]["unseen"]
    assert {vital["label"] for vital in first["vitals"]} >= {"HR", "SpO₂", "RR", "Temp"}


def test_a_partial_score_says_so_with_its_range(house: House) -> None:
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert beds["p4"]["score"]["partial"] == "partial, 1–7"
    assert "partial" not in beds["p1"]["score"]


@pytest.mark.parametrize(
    ("total", "missing", "card", "why"),
    [
        (
            0,
            (Signal.TEMPERATURE,),
            "Incomplete: up to urgent ward review",
            "nobody knows that it is",
        ),
        (1, MOST, "At least ward assessment, up to emergency", "both ends are told"),
        (5, MOST, "At least urgent response, up to emergency", "both ends are told"),
        (7, MOST, "Emergency response", "what is missing changes nothing"),
        (0, (), "Routine observations", "nothing is missing"),
    ],
)
def test_the_response_to_a_partial_score_is_never_told_as_if_it_were_known(
    house: House, total: int, missing: tuple[Signal, ...], card: str, why: str
) -> None:
    house.store.beds["p1"] = replace(house.store.beds["p1"], score=news2(total, START, missing))
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert beds["p1"]["response"] == card, why
    assert drawn(house.page("patient", patient="p1"), "score")["response"] == card, why


def test_who_only_hears_a_card_hears_that_its_score_is_partial(house: House) -> None:
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert "NEWS2 1 (partial, 1–7)." in beds["p4"]["describe"]
    assert "NEWS2 9." in beds["p2"]["describe"]


@pytest.mark.parametrize(
    ("before", "arrow", "why"),
    [
        (news2(4, START - HOUR, (Signal.TEMPERATURE,)), "↓", "of the same parameters"),
        (news2(4, START - HOUR), None, "a total that fell for want of a value is no fall"),
    ],
)
def test_an_arrow_compares_totals_of_the_same_parameters(
    before: Score, arrow: str | None, why: str
) -> None:
    now = news2(1, START, (Signal.TEMPERATURE,))
    view = Views(store := ward(), store, store.clock).ward()  # type: ignore[arg-type]
    bed = replace(view.beds[0], score=now, scores=(before, now))
    data = cards(replace(view, beds=(bed,)), Words(Language.ENGLISH))
    assert data["beds"][0]["score"].get("trend") == arrow, why


def test_a_sensor_that_is_off_shows_no_number(house: House) -> None:
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    spo2 = next(vital for vital in beds["p4"]["vitals"] if vital["label"] == "SpO₂")
    assert (spo2["value"], spo2["off"]) == ("", "sensor off")


def test_each_value_carries_its_time_so_that_the_screen_can_age_it(house: House) -> None:
    data = drawn(house.page("ward"), "ward")
    silent = next(bed for bed in data["beds"] if bed["id"] == "p3")
    assert data["now"] - silent["newest"] == 20 * 60_000
    assert all(vital["staleAfter"] >= 120_000 for vital in silent["vitals"])


def test_a_card_counts_what_it_does_not_show_with_heart_and_pulse_as_one(house: House) -> None:
    rate, spo2 = (house.store.kept_alarms[name] for name in ("a-rate", "a-spo2"))
    pulse = replace(rate, id="a-pulse", signal=Signal.PULSE_RATE)
    more = (Signal.TEMPERATURE, Signal.CUFF_SYSTOLIC, Signal.RESPIRATORY_RATE)
    others = [replace(spo2, id=f"a-{n}", signal=signal) for n, signal in enumerate(more)]
    house.store.kept_alarms |= {alarm.id: alarm for alarm in (pulse, *others)}
    (bed, *_) = drawn(house.page("ward"), "ward")["beds"]
    assert (len(bed["alarms"]), bed["more"]) == (3, "and 2 more")
    assert "PR" not in bed["describe"]
    chips = drawn(house.page("patient", patient="p2"), "score")["alarms"]
    assert [chip["id"] for chip in chips].count("a-pulse") == 0
    listed = drawn(house.page("alarms", alarm_bed="p2"), "alarms")["alarms"]
    assert {"a-rate", "a-pulse"} <= {alarm["id"] for alarm in listed}


def test_a_card_says_that_the_second_scale_is_in_force(house: House) -> None:
    bed = house.store.beds["p1"]
    assert bed.score
    house.store.beds["p1"] = replace(bed, score=replace(bed.score, scale=2))
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert beds["p1"]["score"]["scale"] == "SpO2 scale 2"
    assert "scale" not in beds["p2"]["score"]


def test_a_card_shows_consciousness_of_who_is_not_alert(house: House) -> None:
    beds = drawn(house.page("ward"), "ward")["beds"]
    shown = {bed["id"]: {one["label"]: one for one in bed["vitals"]} for bed in beds}
    level = shown["p2"]["Consciousness"]
    assert (level["value"], level["unit"]) == ("C", "new confusion")
    assert "Consciousness" not in shown["p1"]


def test_the_words_are_spanish_for_who_chose_it(house: House) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    bed = drawn(house.page("ward"), "ward")["beds"][0]
    assert bed["response"] == "Respuesta de emergencia"
    assert "38,9" in [vital["value"] for vital in bed["vitals"]]


def test_a_source_that_fails_is_told_above_the_cards(house: House) -> None:
    """A mistyped path must not look like a quiet ward."""
    failing = {"name": "csv (source 1)", "state": "waiting", "error": "there is no such file"}
    house.store.facts = {"sources": [failing]}
    (said,) = house.page("ward").error
    assert "csv (source 1): there is no such file" in said.value.replace("\\", "")


def test_each_card_says_in_a_line_what_matters_most(house: House) -> None:
    told = {bed["id"]: bed["line"] for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert told["p2"] == "Alarm since 07:54: SpO2 below 88%, lowest 84%."
    assert told["p3"] == "Technical alarm since 07:40: no data from the source."
