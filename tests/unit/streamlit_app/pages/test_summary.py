"""A patient's summary, and the samples that its citations mark in the trend."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sereno.domain.evidence import (
    Fact,
    FactKind,
    Form,
    SampleSpan,
    Section,
    Sentence,
    Severity,
    Summary,
    Window,
)
from sereno.domain.patients import Note
from sereno.domain.vitals import Language, Signal
from sereno.scoring.evidence import gather
from streamlit_app.presenting.cited import fact_text
from streamlit_app.texts import Words
from tests.fakes.clock import START
from tests.fakes.texts import summary
from tests.unit.streamlit_app.pages.stage import HOUR, House, drawn


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


@pytest.mark.parametrize(
    ("source", "english", "spanish", "why"),
    [
        (
            "model",
            "Written by SmolLM2-135M-Instruct, verified",
            "Escrito por SmolLM2-135M-Instruct, verificado",
            "by the model's own name",
        ),
        (
            "on-premises",
            "Written by on-premises, verified",
            "Escrito por on-premises, verificado",
            "a generator that was plugged in",
        ),
        ("template", "Fixed wording, verified", "Frases fijas, verificado", "nobody"),
    ],
)
def test_a_summary_says_who_wrote_it(
    house: House, source: str, english: str, spanish: str, why: str
) -> None:
    written = summary("p2", START)
    model = written.draft.model if source == "model" else None
    draft = replace(written.draft, source=source, model=model)
    house.store.kept_summaries["p2"] = [replace(written, draft=draft)]
    assert house.door.inside
    for language, said in ((Language.ENGLISH, english), (Language.SPANISH, spanish)):
        house.door.choose_language(house.door.inside, language)
        assert drawn(house.page("patient", patient="p2"), "summary")["source"][0] == said, why


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
    ("parts", "english", "spanish"),
    [
        (
            {"labels": {"condition": "score"}, "value": 18.0},
            "alarm: NEWS2 18 (ongoing)",
            "alarma: NEWS2 18 (en curso)",
        ),
        (
            {"labels": {"condition": "limit"}, "signal": Signal.TEMPERATURE, "unit": "Cel",
             "value": 39.2},
            "alarm: temperature 39.2 °C (ongoing)",
            "alarma: temperatura 39,2 °C (en curso)",
        ),
        (
            {"labels": {"condition": "sensor_off"}, "ongoing": False,
             "signals": (Signal.SPO2, Signal.HEART_RATE)},
            "alarm: oxygen saturation, heart rate, sensor off",
            "alarma: saturación de oxígeno, frecuencia cardíaca, sensor retirado",
        ),
        (
            {"labels": {"condition": "source_silent"}},
            "alarm: source silent (ongoing)",
            "alarma: fuente sin señal (en curso)",
        ),
        (
            {"kind": FactKind.SCORE, "labels": {"score": "qsofa"}, "value": 2.0,
             "signals": (Signal.SPO2,)},
            "score: qSOFA 2",
            "puntuación: qSOFA 2",
        ),
        (
            {"kind": FactKind.RESPONSE, "labels": {"score": "news2"}, "signals": (Signal.SPO2,)},
            "NEWS2 protocol",
            "protocolo NEWS2",
        ),
        (
            {"kind": FactKind.GAP, "signals": (Signal.SPO2,)},
            "no data: oxygen saturation (ongoing)",
            "sin datos: saturación de oxígeno (en curso)",
        ),
        (
            {"kind": FactKind.MEASURE, "signal": Signal.SPO2, "unit": "%", "value": 97.0},
            "latest: oxygen saturation 97 %",
            "último: saturación de oxígeno 97 %",
        ),
    ],
)  # fmt: skip
def test_a_fact_says_which_it_is_and_whether_it_goes_on(
    parts: dict[str, Any], english: str, spanish: str
) -> None:
    fact = Fact(
        **{"id": "F1", "kind": FactKind.ALARM, "severity": Severity.NORMAL, "ongoing": True} | parts
    )
    assert fact_text(fact, Words(Language.ENGLISH)) == english
    assert fact_text(fact, Words(Language.SPANISH)) == spanish


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
    from streamlit_app.presenting.cited import of_summary
    from streamlit_app.views import marks

    visit = shell.enter({})
    found = visit.screens.views.last_summary("p2")
    assert found
    marks.mark(visit, of_summary(found), ["F1"])


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


def test_a_form_is_asked_for_with_the_window_that_it_covers(house: House) -> None:
    app = house.page("patient", patient="p2")
    assert app.selectbox(key="summary_hours").value == 4
    app.selectbox(key="summary_form_en").set_value(Form.SHIFT).run()
    assert app.selectbox(key="summary_hours").value == 12
    app.button(key="summary_write").click().run()
    assert not app.exception
    assert house.writer.form is Form.SHIFT


@pytest.mark.parametrize(
    ("language", "heading"), [(Language.ENGLISH, "Situation"), (Language.SPANISH, "Situación")]
)
def test_a_section_is_named_in_the_language_of_the_text(
    house: House, language: Language, heading: str
) -> None:
    written = summary("p2", START)
    said = tuple(replace(s, section=Section.SITUATION) for s in written.draft.sentences)
    draft = replace(written.draft, sentences=said)
    house.store.kept_summaries["p2"] = [replace(written, draft=draft, language=language)]
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert {sentence["section"] for sentence in data["sentences"]} == {heading}


MARKUP = "<img src=x onerror=alert(1)> **bold** [F1]"


def quoting(house: House) -> Summary:
    """A summary that quotes a note, which is charted too."""
    written, at = summary("p2", START), START - HOUR
    note = Note(time=at, author="nora_*", text=f"{MARKUP}\nand more")
    fact = Fact(
        id="F3", kind=FactKind.NOTE, severity=Severity.NORMAL, times={"at": at},
        labels={"author": note.author, "extent": "part", "text": MARKUP},
    )  # fmt: skip
    said = Sentence(f'The note of 11:00 says in part: "{MARKUP}".', ("F3",))
    kept = replace(
        written, evidence=replace(written.evidence, facts=(*written.evidence.facts, fact)),
        draft=replace(written.draft, sentences=(*written.draft.sentences, said)),
    )  # fmt: skip
    house.store.kept_summaries["p2"] = [kept]
    house.store.kept_notes["p2"] = [note]
    return kept


def test_a_quotation_is_shown_as_one(house: House) -> None:
    quoting(house)
    data = drawn(house.page("patient", patient="p2"), "summary")
    assert data["sentences"][-1]["parts"] == [
        {"text": "The note of 11:00 says in part: ", "quoted": False},
        {"text": f'"{MARKUP}"', "quoted": True},
        {"text": ".", "quoted": False},
    ]
    assert data["sentences"][0]["parts"] == [
        {"text": "Oxygen saturation fell to 84%.", "quoted": False}
    ]
    assert data["facts"][-1]["parts"][0] == "note: nora_*"


def test_a_cited_note_is_shown_whole_and_its_markup_does_nothing(house: House) -> None:
    written = quoting(house)
    app = house.page("patient", patient="p2", marks=(written.id, ["F3"]))
    whole = f"{MARKUP}\nand more"
    assert [text.value for text in app.text].count(whole) == 2  # here, and among the notes
    assert any("The whole note" in each.value and r"nora\_\*" in each.value for each in app.caption)
    assert not any(MARKUP in each.value for each in app.markdown)
    app = house.page("patient", patient="p2", marks=(written.id, ["F1"]))
    assert [text.value for text in app.text].count(whole) == 1


@pytest.mark.parametrize(
    ("form", "language", "said"),
    [
        (Form.HANDOVER, Language.ENGLISH, []),
        (
            Form.PATIENT,
            Language.ENGLISH,
            [
                "For the patient, in plain words. To be handed over by a clinician.",
                "If you have questions, ask your nurse or doctor.",
            ],
        ),
        (
            Form.PATIENT,
            Language.SPANISH,
            [
                "Para el paciente, en palabras sencillas. Lo entrega un profesional sanitario.",
                "Si tiene preguntas, consulte a su enfermera o a su médico.",
            ],
        ),
    ],
)
def test_a_text_for_the_patient_says_so_in_its_own_language(
    house: House, form: Form, language: Language, said: list[str]
) -> None:
    house.store.kept_summaries["p2"] = [replace(summary("p2", START), form=form, language=language)]
    app = house.page("patient", patient="p2")
    shown = [each.value.strip("*") for each in (*app.markdown, *app.caption)]
    words = Words(language)
    both = (words("for_patient"), words("ask_staff"))
    assert [each for each in shown if each in both] == said


SINCE = {
    Language.ENGLISH: (
        "Changed since this text: 2 alarms, the most urgent of high priority (oxygen saturation)"
    ),
    Language.SPANISH: (
        "Ha cambiado desde este texto: 2 alarmas, la más urgente de prioridad alta "
        "(saturación de oxígeno)"
    ),
}


@pytest.mark.parametrize("language", list(Language))
def test_a_summary_that_is_older_than_an_alarm_says_so_in_the_viewers_language(
    house: House, language: Language
) -> None:
    house.store.kept_summaries["p2"] = [summary("p2", START - timedelta(minutes=10))]
    assert house.door.inside
    house.door.choose_language(house.door.inside, language)
    assert drawn(house.page("patient", patient="p2"), "summary")["since"] == SINCE[language]


def test_a_summary_that_knows_every_alarm_says_nothing(house: House) -> None:
    house.store.kept_summaries["p2"] = [summary("p2", START)]
    assert drawn(house.page("patient", patient="p2"), "summary")["since"] == ""
