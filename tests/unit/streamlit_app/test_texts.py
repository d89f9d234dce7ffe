"""One table of words, whole in both languages."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import streamlit_app
from sereno.domain.errors import NotFound, SerenoError, StorageFull
from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.patients import Patient
from sereno.domain.review import Doubt, Opinion, Standing
from sereno.domain.stream import BED
from sereno.domain.surveillance import REASONS, AlarmStep, Condition
from sereno.domain.vitals import VITALS, Language, Signal
from streamlit_app import texts
from streamlit_app.presenting.alarms import WHY
from streamlit_app.presenting.cited import fact_text
from streamlit_app.presenting.ward import who
from streamlit_app.texts import Words

SOURCES = Path(streamlit_app.__file__).parent
FIELDS = re.compile(r"{(\w*)}")


@pytest.mark.parametrize("key", sorted(texts.keys()))
def test_every_text_is_there_in_both_languages_with_the_same_fields(key: str) -> None:
    english, spanish = texts.both(key)
    assert english.strip()
    assert spanish.strip()
    assert sorted(FIELDS.findall(english)) == sorted(FIELDS.findall(spanish))
    assert english.count("|") == spanish.count("|")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(FactKind))
def test_a_fact_of_every_kind_can_be_told(language: Language, kind: FactKind) -> None:
    assert fact_text(Fact(id="F1", kind=kind, severity=Severity.NORMAL), Words(language))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("condition", [each for each in Condition if each.technical])
def test_whatever_is_wrong_with_the_equipment_can_be_told(
    language: Language, condition: Condition
) -> None:
    labels = {"condition": condition.value}
    fact = Fact(id="F1", kind=FactKind.ALARM, severity=Severity.NORMAL, labels=labels)
    words = Words(language)
    assert fact_text(fact, words) == f"{words('fact_alarm')}: {words(f'alarm_{condition.value}')}"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("signal", list(Signal))
def test_every_signal_has_a_short_name(language: Language, signal: Signal) -> None:
    assert Words(language).short(signal)


@pytest.mark.parametrize(
    ("signal", "value", "english", "spanish"),
    [
        (Signal.TEMPERATURE, 38.25, "38.3", "38,3"),  # half up, as it is scored
        (Signal.HEART_RATE, 130.5, "131", "131"),
        (Signal.HEART_RATE, 71.6, "72", "72"),
        (Signal.CONSCIOUSNESS, 1.0, "new confusion (C)", "confusión nueva (C)"),
        (Signal.OXYGEN_GIVEN, 1.0, "Oxygen", "Oxígeno"),
        (Signal.OXYGEN_GIVEN, 0.0, "Air", "Aire"),
    ],
)
def test_values_are_written_as_the_language_does(
    signal: Signal, value: float, english: str, spanish: str
) -> None:
    assert Words(Language.ENGLISH).value(signal, value) == english
    assert Words(Language.SPANISH).value(signal, value) == spanish


@pytest.mark.parametrize(
    ("signal", "value", "english", "spanish"),
    [
        (
            Signal.TEMPERATURE,
            47,
            "temperature can not be 47. Enter 25.0 to 45.0 °C.",
            "temperatura no puede ser 47. Anote de 25,0 a 45,0 °C.",
        ),
        (
            Signal.TEMPERATURE,
            45.04,  # as 45.0 it would be told that it may be entered
            "temperature can not be 45.04. Enter 25.0 to 45.0 °C.",
            "temperatura no puede ser 45,04. Anote de 25,0 a 45,0 °C.",
        ),
        (
            Signal.SPO2,
            120,
            "oxygen saturation can not be 120. Enter 30 to 100 %.",
            "saturación de oxígeno no puede ser 120. Anote de 30 a 100 %.",
        ),
        (
            Signal.GLASGOW_COMA_SCALE,
            2,
            "Glasgow coma scale can not be 2. Enter 3 to 15.",
            "escala de coma de Glasgow no puede ser 2. Anote de 3 a 15.",
        ),
        (
            Signal.OXYGEN_FLOW,
            90,
            "oxygen flow can not be 90. Enter 0.0 to 80.0 L/min.",
            "flujo de oxígeno no puede ser 90. Anote de 0,0 a 80,0 L/min.",
        ),
    ],
)
def test_a_refusal_names_what_may_be_entered_and_its_unit(
    signal: Signal, value: float, english: str, spanish: str
) -> None:
    assert Words(Language.ENGLISH).refused(signal, value) == f"Not entered: {english}"
    assert Words(Language.SPANISH).refused(signal, value) == f"No anotado: {spanish}"


@pytest.mark.parametrize(
    ("told", "english", "spanish"),
    [("female", "female", "mujer"), ("M", "male", "varón"), ("X", "X", "X"), (None, "", "")],
)
def test_sex_is_told_in_the_viewers_language(told: str | None, english: str, spanish: str) -> None:
    patient = Patient(id="p", identifier="p", sex=told)
    assert who(patient, date(2026, 1, 1), Words(Language.ENGLISH)) == english
    assert who(patient, date(2026, 1, 1), Words(Language.SPANISH)) == spanish


@pytest.mark.parametrize(
    ("authority", "shown"), [("", "MRN-7"), (BED, "")], ids=["no name", "a bed alone"]
)
def test_who_has_no_name_is_told_apart_by_the_identifier(authority: str, shown: str) -> None:
    patient = Patient(id="1", identifier="MRN-7", authority=authority, bed="ICU 7")
    assert who(patient, date(2026, 1, 1), Words(Language.ENGLISH)) == shown


def test_units_are_written_as_at_the_bedside() -> None:
    units = {texts.unit(signal) for signal in VITALS}
    assert {"/min", "%", "°C", "mmHg", "L/min"} <= units
    assert not any(mark in unit for unit in units for mark in "[]{}")


@pytest.mark.parametrize(
    ("error", "spanish", "why"),
    [
        (NotFound("gone"), "Ya no se encuentra. Recargue la página.", "its kind says enough"),
        (StorageFull("no space"), "no space", "its kind has no words: better than none"),
    ],
)
def test_what_goes_wrong_is_told_by_its_kind_in_spanish(
    error: SerenoError, spanish: str, why: str
) -> None:
    assert Words(Language.SPANISH).wrong(error) == spanish, why
    assert Words(Language.ENGLISH).wrong(error) == str(error)


@pytest.mark.parametrize("what", AlarmStep)
def test_every_step_of_an_alarms_life_has_a_word(what: AlarmStep) -> None:
    """A history with a step that has none would not open."""
    assert all(texts.both(f"event_{what}"))


def test_every_reason_that_the_machine_gives_has_words_in_both_languages() -> None:
    assert set(WHY) == set(REASONS)
    for key in WHY.values():
        english, spanish = texts.both(key)
        assert english != spanish


@pytest.mark.parametrize(
    "key",
    [
        *(f"standing_{each}" for each in Standing),
        *(f"doubt_{each}" for each in Doubt),
        *(f"{each}_by" for each in Opinion),
    ],
)
def test_every_decision_and_finding_has_words_in_both_languages(key: str) -> None:
    english, spanish = texts.both(key)
    assert english != spanish


def test_no_word_is_kept_that_no_screen_says() -> None:
    code = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    scripts = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.js"))
    built = (
        "response_",
        "acvpu_",
        "alarm_",
        "event_",
        "fact_",
        "form_",
        "section_",
        "show_",
        "off_",
        "sex_",
        "asked_",
        "unscored_",
        "standing_",
        "doubt_",
        "accepted_",
        "edited_",
        "rejected_",
        "source_",
        "destination_",
        "topic_",
    )
    for key in sorted(texts.keys()):
        quoted = f'"{key}"' in code.replace(f'"{key}": (', "") or f"'{key}'" in code
        said = quoted or f"words.{key}" in scripts
        assert said or key.startswith(built) or key in {"high", "medium", "low"}, key


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (48, "48 s"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (90000, "1 d 1 h")],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds: int, said: str) -> None:
    assert Words(Language.ENGLISH).length(timedelta(seconds=seconds)) == said


def test_only_what_leaves_null_out_puts_children_on_a_page() -> None:
    """The browser's own method wrote "null" on the card of every calm bed."""
    for script in sorted((SOURCES / "components").glob("*.js")):
        if script.name != "common.js":
            assert "replaceChildren(" not in script.read_text("utf-8"), script.name
