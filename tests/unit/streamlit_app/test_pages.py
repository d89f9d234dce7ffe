"""The pages, run by Streamlit's own tester over a ward on paper."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import streamlit_app
from sereno.domain.evidence import FactKind, SampleSpan, Summary, Window
from sereno.domain.patients import Discharge, Note
from sereno.domain.roles import Role
from sereno.domain.surveillance import AlarmEvent, Direction, Limit, Priority, Score, ScorePart
from sereno.domain.vitals import Language, Signal
from sereno.ports import CommandKind
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from sereno.services.absence import Absence
from sereno.services.access import Viewer
from sereno.services.charting import Charting
from sereno.services.live import framed
from sereno.services.read_audit import ReadAudit
from sereno.services.views import Views
from streamlit_app import context
from streamlit_app.presenting.ward import ward as cards
from streamlit_app.texts import Words
from tests.fakes.ward import (
    SECOND,
    START,
    Diary,
    PaperQueue,
    PaperStore,
    PaperWriter,
    news2,
    summary,
    ward,
)

HOUR = timedelta(hours=1)
MOST = (Signal.SPO2, Signal.TEMPERATURE, Signal.CONSCIOUSNESS)


class Door:
    """Lets in whoever the test says."""

    def __init__(self) -> None:
        self.inside: Viewer | None = Viewer(
            account="nora",
            role=Role.CLINICIAN,
            language=Language.ENGLISH,
            session=b"",
            idle_until=START + HOUR,
            expires=START + HOUR,
        )

    def viewer(self, token: str | None) -> Viewer | None:
        return self.inside

    def only_look(self) -> None:
        assert self.inside
        self.inside = replace(self.inside, role=Role.VIEWER)

    def choose_language(self, viewer: Viewer, language: Language) -> None:
        self.inside = replace(viewer, language=language)


def script(name: str) -> None:
    """One page, as app.py runs it."""
    import importlib

    from streamlit_app import shell

    visit = shell.enter({})
    importlib.import_module(f"streamlit_app.views.{name}").show(visit)


def front_page() -> AppTest:
    """The whole app, as a browser first sees it."""
    path = Path(streamlit_app.__file__).with_name("app.py")
    return AppTest.from_file(str(path), default_timeout=20).run()


@dataclass
class House:
    """The pages with what stands behind them."""

    door: Door
    store: PaperStore
    queue: PaperQueue
    writer: PaperWriter
    diary: Diary

    def page(self, name: str, **state: Any) -> AppTest:
        app = AppTest.from_function(script, args=(name,), default_timeout=20)
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()


@pytest.fixture
def house() -> Iterator[House]:
    store = ward()
    door, queue, writer, diary = Door(), PaperQueue(store), PaperWriter(store), Diary()
    context.use(
        context.Screens(
            access=door,  # type: ignore[arg-type]
            views=Views(store, store, store.clock),  # type: ignore[arg-type]
            read_audit=ReadAudit(diary, store.clock),
            charting=Charting(store, queue, diary),  # type: ignore[arg-type]
            summarisation=writer,  # type: ignore[arg-type]
            cookie="sereno-session",
        )
    )
    return House(door, store, queue, writer, diary)


def drawn(app: AppTest, name: str) -> Any:
    """What a component was given."""
    nodes = [app._tree]
    while nodes:
        node = nodes.pop()
        nodes += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == f"sereno_{name}":
            return json.loads(proto.json)
    pytest.fail(f"no {name} on the page")


def test_whose_record_can_not_be_read_is_said_above_the_cards(house: House) -> None:
    house.store.damaged = {"![x](http://elsewhere)"}
    app = front_page()

    (said,) = [each.value for each in app.error if "can not be read" in each.value]
    assert r"\!\[x\]\(http\:\/\/elsewhere\)" in said
    assert drawn(app, "ward")["beds"]


@pytest.mark.usefixtures("house")
def test_the_front_page_is_the_ward_under_the_bar() -> None:
    app = front_page()
    assert not app.exception
    bar = drawn(app, "frame")
    assert [page["label"] for page in bar["pages"]] == ["Ward", "Patient", "Alarms"]
    assert bar["page"] == "ward"
    assert bar["words"]["notice"].startswith("Decision support, not a medical device")
    assert bar["unseen"] == 3
    assert len(drawn(app, "ward")["beds"]) == 4


def test_nothing_is_drawn_for_who_is_not_signed_in(house: House) -> None:
    house.door.inside = None
    app = front_page()
    assert [error.value for error in app.error] == ["You are signed out."]
    assert "sereno_" not in str(app._tree)


@pytest.mark.parametrize(
    ("alive", "kinds", "why"),
    [
        ({"ingest", "model"}, [], "all is well"),
        ({"ingest"}, ["warn"], "the model is down: alarms go on"),
        ({"model"}, ["bad"], "monitoring is down"),
        (set(), ["bad", "warn"], "both are"),
    ],
)
def test_what_is_down_is_said_on_every_page(
    house: House, alive: set[str], kinds: list[str], why: str
) -> None:
    house.store.alive = alive
    app = front_page()
    assert [notice["kind"] for notice in drawn(app, "frame")["notices"]] == kinds, why


def test_a_database_that_does_not_answer_is_said_and_shows_no_traceback(house: House) -> None:
    house.store.broken = True
    app = front_page()
    assert not app.exception
    assert "database" in drawn(app, "frame")["notices"][0]["text"]
    assert "sereno doctor" in app.error[0].value


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


def test_a_trend_tells_a_partial_total_as_the_least_that_it_is(house: House) -> None:
    partial = [text for _, text, _ in drawn(house.page("patient", patient="p4"), "trend")["scores"]]
    whole = [text for _, text, _ in drawn(house.page("patient", patient="p2"), "trend")["scores"]]
    assert (partial[-1], whole[-1]) == ("≥1", "9")


def test_who_only_hears_a_card_hears_that_its_score_is_partial(house: House) -> None:
    beds = {bed["id"]: bed for bed in drawn(house.page("ward"), "ward")["beds"]}
    assert "NEWS2 1 (partial, 1–7)." in beds["p4"]["describe"]
    assert "NEWS2 9." in beds["p2"]["describe"]


def test_why_a_patient_is_not_scored_is_said_in_words(house: House) -> None:
    unscored = replace(news2(None, START), not_scored="under_16")
    house.store.beds["p1"] = replace(house.store.beds["p1"], score=unscored)
    data = drawn(house.page("patient", patient="p1"), "score")
    assert data["response"] == "Not scored: under 16"


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
    store.events["a-mind"] = [AlarmEvent(alarm="a-mind", time=START, what="raised", value=2.0)]
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
    latest = [one for one in drawn(app, "trend")["latest"] if one["label"] == name]
    assert [(one["value"], one["unit"]) for one in latest] == [measured]
    lines = [each.value for box in app.expander for each in box.text]
    assert limit in lines
    assert "> A" not in str((listed, lines))


def test_the_words_are_spanish_for_who_chose_it(house: House) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    bed = drawn(house.page("ward"), "ward")["beds"][0]
    assert bed["response"] == "Respuesta de emergencia"
    assert "38,9" in [vital["value"] for vital in bed["vitals"]]


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


def test_the_ward_is_no_read_of_each_patient(house: House) -> None:
    house.page("ward")
    house.page("patient")
    assert house.diary.lines == []


def turning() -> None:
    """What the box of patients does that says something else than the address."""
    import streamlit as st

    from streamlit_app.views import patient

    st.query_params["id"] = "p2"
    patient._turn(frozenset({"p1", "p2"}))


@pytest.mark.parametrize(
    ("said", "shown", "why"),
    [
        ("p1", "p1", "somebody else was chosen"),
        ("Bed 2  ·  72 a · mujer", "p2", "a title of before the language changed, as browsers do"),
    ],
)
def test_the_box_of_patients_turns_to_who_is_there_alone(said: str, shown: str, why: str) -> None:
    app = AppTest.from_function(turning, default_timeout=20)
    app.session_state["patient_box"] = said
    assert app.run().query_params["id"] in (shown, [shown]), why


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


@pytest.mark.parametrize("hours", [1, 72])
def test_the_latest_values_of_a_trend_are_those_of_the_monitor(house: House, hours: int) -> None:
    """Not the median of the last step, which may be ten minutes long."""
    app = house.page("patient", patient="p2", trend_hours=hours)
    panel, trend = drawn(app, "monitor"), drawn(app, "trend")
    beside = [reading for trace in panel["traces"] for reading in trace["readings"]]
    shown = {one["label"]: (one["value"], one["time"]) for one in [*beside, *panel["rest"]]}
    assert {one["label"]: (one["value"], one["time"]) for one in trend["latest"]} == shown


def marked(house: House, facts: list[str]) -> tuple[AppTest, Summary]:
    written = summary("p2", START)
    house.store.kept_summaries["p2"] = [written]
    return house.page("patient", patient="p2", marks=(written.id, facts)), written


def test_a_summary_is_shown_with_its_citations(house: House) -> None:
    app, _ = marked(house, [])
    data = drawn(app, "summary")
    assert data["sentences"][0]["facts"] == ["F1"]
    assert data["facts"][0]["parts"][0] == "extreme: oxygen saturation"
    assert data["source"][0] == "Written by SmolLM2-135M-Instruct, verified"


def test_a_partial_score_behind_a_summary_is_listed_as_its_range(house: House) -> None:
    written = summary("p2", START)
    partial = replace(
        written.evidence.facts[0], kind=FactKind.SCORE, signal=None, value=2.0,
        values={"lowest": 2.0, "highest": 5.0},
    )  # fmt: skip
    kept = replace(written, evidence=replace(written.evidence, facts=(partial,)))
    house.store.kept_summaries["p2"] = [kept]
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert data["facts"][0]["parts"][:2] == ["score", " 2–5"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (Language.ENGLISH, []),
        (
            Language.SPANISH,
            ["Este resumen está en inglés. Escriba uno para tenerlo en español."],
        ),
    ],
)
def test_a_summary_in_another_language_says_so(
    house: House, chosen: Language, said: list[str]
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, chosen)
    app, written = marked(house, [])
    assert drawn(app, "summary")["textLang"] == written.language
    captions = [each.value for each in app.caption]
    assert [each for each in captions if each != Words(chosen)("nonotes")] == said


def test_a_device_is_chosen_in_the_viewers_language(house: House) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    box = house.page("patient", patient="p1").selectbox(key="chart_device")
    assert box.placeholder == "Elija un dispositivo"


def test_a_clicked_citation_marks_the_samples_it_rests_on(house: House) -> None:
    app, written = marked(house, ["F1"])
    span = written.evidence.fact("F1").spans[0]
    mark = drawn(app, "trend")["marks"][0]
    assert (mark["lane"], mark["label"]) == ("spo2", "F1")
    assert mark["start"] == round(span.start.timestamp() * 1000)
    assert mark["end"] == round(span.end.timestamp() * 1000)


def test_a_cited_alarm_marks_only_where_its_samples_lie_beyond_the_limit(house: House) -> None:
    app, written = marked(house, [])
    evidence = written.evidence
    end = evidence.window.end
    span = SampleSpan(Signal.SPO2, end - 2 * HOUR, end, 7200)
    alarm = replace(
        evidence.facts[0], kind=FactKind.ALARM, values={"threshold": 84.0}, spans=(span,)
    )
    kept = replace(written, evidence=replace(evidence, facts=(alarm, *evidence.facts[1:])))
    house.store.kept_summaries["p2"] = [kept]
    app = house.page("patient", patient="p2", marks=(written.id, ["F1"]))
    data = drawn(app, "trend")
    (lane,) = (lane for lane in data["lanes"] if lane["id"] == "spo2")
    first, last = data["marks"][0]["start"], data["marks"][-1]["end"]
    for at, low, _, _ in lane["lines"][0]["points"]:
        inside = any(mark["start"] <= at < mark["end"] for mark in data["marks"])
        if abs(low - 83.5) > 0.01:  # points are drawn to two decimals; 83.5 counts as 84
            assert inside is (first <= at < last and low < 83.5)
    assert [mark["label"] for mark in data["marks"]][:2] == ["F1", ""]


def test_a_cited_alarm_that_is_over_is_marked_from_its_onset_until_it_ended(house: House) -> None:
    window = Window(START - 4 * HOUR, START)
    spo2 = house.store.kept_alarms["a-spo2"]
    over = replace(spo2, limit=101.0, present=False, latched=True,
                   onset=START - 3 * HOUR, ended=START - 2 * HOUR)  # fmt: skip
    fact = gather("p2", window, [], alarms=[over]).facts[0]
    written = summary("p2", START)
    kept = replace(written, evidence=replace(written.evidence, facts=(fact,)))
    house.store.kept_summaries["p2"] = [kept]
    app = house.page("patient", patient="p2", marks=(written.id, [fact.id]))
    marks = drawn(app, "trend")["marks"]
    minute, first, last = 60_000, over.onset.timestamp() * 1000, over.ended.timestamp() * 1000
    assert abs(marks[0]["start"] - first) <= minute
    assert abs(marks[-1]["end"] - last) <= minute
    assert {mark["lane"] for mark in marks} == {"spo2"}


def click(house: House, spans: tuple[SampleSpan, ...], shown: int) -> int:
    """The hours that the trend covers after a click on a fact that rests on those samples."""
    written = summary("p2", START - 6 * HOUR)
    facts = (replace(written.evidence.facts[0], spans=spans), *written.evidence.facts[1:])
    kept = replace(written, evidence=replace(written.evidence, facts=facts))
    house.store.kept_summaries["p2"] = [kept]
    app = AppTest.from_function(marking, default_timeout=20)
    app.session_state["trend_hours"] = shown
    return int(app.run().session_state["trend_hours"])


def marking() -> None:
    """What a click on the first fact of the newest summary of bed 2 does."""
    from streamlit_app import shell
    from streamlit_app.views import summary

    visit = shell.enter({})
    found = visit.screens.views.last_summary("p2")
    assert found
    summary.mark(visit, found, ["F1"])


@pytest.mark.parametrize(
    ("age", "shown", "hours", "why"),
    [
        (6.5, 4, 8, "of a summary of six hours ago, half an hour before it"),
        (0.5, 4, 4, "it is shown already"),
        (3.99, 4, 8, "it would be half a mark"),
        (3.9, 1, 4, "the shortest that shows it"),
        (100, 4, 72, "no trend reaches so far back"),
    ],
)
def test_a_click_widens_the_trend_so_that_its_samples_show(
    house: House, age: float, shown: int, hours: int, why: str
) -> None:
    start = START - age * HOUR
    span = SampleSpan(Signal.SPO2, start, start + timedelta(minutes=1), 60)
    assert click(house, (span,), shown) == hours, why


def test_marks_of_an_older_summary_are_not_drawn_on_a_newer_one(house: House) -> None:
    house.store.kept_summaries["p2"] = [summary("p2", START)]
    app = house.page("patient", patient="p2", marks=("another", ["F1"]))
    assert drawn(app, "trend")["marks"] == []


def test_a_summary_is_asked_for_and_appears(house: House) -> None:
    app = house.page("patient", patient="p2")
    app.button(key="summary_write").click().run()
    assert not app.exception
    assert house.writer.asked[0][0] == "p2"
    assert house.writer.asked[0][1].hours == 4
    app.run()
    assert drawn(app, "summary")["sentences"]


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
    app.selectbox(key="patient_box").set_value("p2").run()
    assert app.number_input(key="chart_temperature").value is None


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


def offered(app: AppTest) -> list[str]:
    """What changes something: buttons, and whatever can be filled in."""
    filled_in = (app.radio, app.text_input, app.text_area, app.number_input, app.checkbox)
    return [each.label for kind in (app.button, *filled_in) for each in kind]


def test_who_may_only_look_is_not_offered_to_take_a_discharge_back(house: House) -> None:
    bed, end = house.store.beds["p2"], Discharge(at=START, by="nora", reason="gone home")
    house.store.beds["p2"] = replace(bed, patient=replace(bed.patient, discharged=end))
    assert "stay_readmit" in [each.key for each in house.page("patient", patient="p2").button]
    house.door.only_look()
    assert offered(house.page("patient", patient="p2")) == ["Write a summary"]


def test_an_alarms_history_opens_on_demand(house: House) -> None:
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    opened = {alarm["id"]: alarm["history"] for alarm in data["alarms"]}
    assert opened["a-spo2"][0]["text"] == "raised · 86 %"
    assert opened["a-rate"] is None


def test_a_refused_acknowledgement_is_told(house: House) -> None:
    house.queue.refusals["c9"] = "it was closed already"
    app = house.page("alarms", alarm_commands=["c9", "c10"])
    assert [toast.value for toast in app.toast] == ["it was closed already"]


def test_discharging_asks_for_a_reason_and_a_second_step_under_the_clinicians_name(
    house: House,
) -> None:
    app = house.page("patient", patient="p2")
    app.button(key="stay_discharge").click().run()
    assert house.queue.given == []
    assert app.error[0].value.startswith("a reason has 1 to")

    app.text_input(key="stay_reason_p2").set_value("gone *home*")
    app.button(key="stay_discharge").click().run()
    assert house.queue.given == [(CommandKind.DISCHARGE, "p2", "nora", {"reason": "gone *home*"})]
    app.run()
    assert not app.exception
    assert (
        r"Discharged 2026-11-22 08:00 by nora: gone \*home\*. Not watched" in app.warning[0].value
    )
    assert "Enter" not in [button.label for button in app.button]  # nothing is measured any more
    assert "p2" not in [bed["id"] for bed in drawn(front_page(), "ward")["beds"]]


def test_who_is_discharged_is_shown_by_their_address_and_can_be_readmitted(house: House) -> None:
    bed = house.store.beds["p2"]
    end = Discharge(at=START, by="nora", reason="gone home")
    house.store.beds["p2"] = replace(bed, patient=replace(bed.patient, discharged=end))
    assert "Bed 2" not in str(house.page("patient").selectbox[0].options)

    app = house.page("patient", patient="p2")
    assert app.warning[0].value.startswith("Discharged 2026-11-22 08:00 by nora: gone home.")
    assert "discharged" in app.selectbox(key="patient_box").format_func("p2")
    app.button(key="stay_readmit").click().run()
    assert house.queue.given == [(CommandKind.READMIT, "p2", "nora", {})]


def test_a_refused_discharge_is_told(house: House) -> None:
    house.queue.refusals["c9"] = "nurse has discharged that patient already; nothing is to be done"
    app = house.page("patient", patient="p1", stay_command_p1="c9")
    assert [toast.value for toast in app.toast] == [house.queue.refusals["c9"]]
    assert not app.run().toast, "once"


def test_a_refused_discharge_is_not_told_on_the_page_of_somebody_else(house: House) -> None:
    """Who reads it there takes it to be about the patient they look at."""
    app = house.page("patient", patient="p1")
    app.text_input(key="stay_reason_p1").set_value("gone home")
    house.queue.waiting = True
    app.button(key="stay_discharge").click().run()
    house.queue.waiting = False
    house.queue.refusals["c1"] = "it was discharged already"
    app.selectbox(key="patient_box").set_value("p2").run()
    assert not app.toast
    app.selectbox(key="patient_box").set_value("p1").run()
    assert [toast.value for toast in app.toast] == ["it was discharged already"]


def test_an_alarms_history_names_every_step_there_is(house: House) -> None:
    """A step without a word would take the whole page with it."""
    steps = ("worsened", "eased", "gone", "returned", "acknowledged", "discharged", "closed")
    house.store.events["a-spo2"] += [
        AlarmEvent(alarm="a-spo2", time=START, what=step) for step in steps
    ]
    data = drawn(house.page("alarms", alarm_history="a-spo2"), "alarms")
    (opened,) = [alarm for alarm in data["alarms"] if alarm["id"] == "a-spo2"]
    assert len(opened["history"]) == 1 + len(steps)


def test_a_history_tells_the_machines_reasons_in_the_readers_language(house: House) -> None:
    """And a person's as they were typed, even where they are the machine's words."""
    assert house.door.inside
    house.door.choose_language(house.door.inside, Language.SPANISH)
    house.store.events["a-spo2"] = [
        AlarmEvent(alarm="a-spo2", time=START, what=what, by=by, reason=reason)
        for what, by, reason in (
            ("gone", None, "no longer measured"),
            ("gone", None, "another source delivers the same signals"),
            ("worsened", None, "corrected"),
            ("closed", None, "stopped on purpose"),
            ("acknowledged", "luis", "corrected"),
            ("discharged", "luis", "gone home"),
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


@pytest.mark.parametrize(
    ("planned", "language", "said"),
    [
        (
            True,
            Language.ENGLISH,
            "Nobody was watched from 07:58:12 to 07:59:00 (48 s): Sereno had been stopped",
        ),
        (
            False,
            Language.SPANISH,
            "Ningún paciente estuvo vigilado entre 07:58:12 y 07:59:00 (48 s): Sereno falló",
        ),
    ],
)
def test_that_nobody_watched_is_said_once_above_the_cards(
    house: House, planned: bool, language: Language, said: str
) -> None:
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    gap = Absence(START - 108 * SECOND, START - 60 * SECOND, planned)
    house.store.facts = {"absence": gap.facts()}
    app = front_page()

    (told,) = [each.value for each in app.warning]
    assert told.startswith(said)
    assert drawn(app, "ward")["beds"]
