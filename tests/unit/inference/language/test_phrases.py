"""What the phrasings say, word by word, and how they are laid out."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from inference.language.phrases import compose
from inference.language.template import TemplateGenerator
from sereno.domain.evidence import Fact, FactKind, Form, Section
from sereno.domain.vitals import Language, Signal
from tests.unit.inference.language.samples import (
    ALARM,
    ALARM_CARD,
    ASKED,
    ASKED_AT_LEAST,
    BESIDE,
    CHANGE,
    CLOSED,
    CONSTANT,
    EPISODE,
    EXTREME,
    GAP,
    GROUP,
    INTERRUPTED,
    MIND_BESIDE,
    NOT_YET_KNOWN,
    PARTIAL,
    PARTIAL_CARD,
    PRESSURE_NOW,
    RANGES,
    SCORE,
    SCORE_CARD,
    SENSORS,
    SENSORS_CARD,
    SPO2_NOW,
    STOPPED,
    at,
    evidence,
    fact,
)
from tests.unit.inference.language.strategies import evidences

EN, ES = Language.ENGLISH, Language.SPANISH
_QUOTED = re.compile(r'"[^"]*"|«[^»]*»')
FEW = settings(max_examples=40)  # evidence is slow to draw

PLAINEST = [
    (
        (ALARM_CARD,),
        "Alarm since 05:38: SpO2 below 85%, lowest 84%.",
        "Alarma desde las 05:38: SpO2 por debajo del 85 %, mínimo del 84 %.",
    ),
    (
        (SENSORS_CARD,),
        "Technical alarm since 06:10: sensor off for SpO2, heart rate.",
        "Alarma técnica desde las 06:10: sensor desconectado de SpO2, frecuencia cardíaca.",
    ),
    (
        (SCORE_CARD,),
        "NEWS2 7: respiratory rate 3, SpO2 2, heart rate 2.",
        "NEWS2 7: frecuencia respiratoria 3, SpO2 2, frecuencia cardíaca 2.",
    ),
    (
        (PARTIAL_CARD,),
        (
            "Partial NEWS2 5, range 5 to 11: respiratory rate 3, SpO2 2; missing: consciousness,"
            " temperature."
        ),
        (
            "NEWS2 parcial 5, rango de 5 a 11: frecuencia respiratoria 3, SpO2 2; faltan: nivel de"
            " conciencia, temperatura."
        ),
    ),
    (
        (BESIDE,),
        "In the same 30 min heart rate rose from 88/min at 06:20 to 112/min at 06:45.",
        (
            "En los mismos 30 min la frecuencia cardíaca subió de 88 lpm a las 06:20 a 112 lpm a"
            " las 06:45."
        ),
    ),
    (
        (MIND_BESIDE,),
        "In the same 2 h consciousness changed from alert at 04:00 to new confusion at 06:00.",
        (
            "En las mismas 2 h el nivel de conciencia pasó de «alerta» a las 04:00 a «confusión"
            " nueva» a las 06:00."
        ),
    ),
    (
        (STOPPED,),
        "No readings of SpO2, blood pressure since 06:48 (12 min).",
        "Sin datos de SpO2, presión arterial desde las 06:48 (12 min).",
    ),
    (
        (INTERRUPTED,),
        "No data between 06:48 and 07:00 (12 min).",
        "Sin datos entre las 06:48 y las 07:00 (12 min).",
    ),
    (
        (CLOSED,),
        (
            "High-priority alarm since 05:38: SpO2 below 85%, lowest 84%, ended at 05:52, not"
            " acknowledged."
        ),
        (
            "Alarma de prioridad alta desde las 05:38: SpO2 por debajo del 85 %, mínimo del 84 %,"
            " terminó a las 05:52, sin reconocer."
        ),
    ),
    (
        (GROUP,),
        "SpO2 fell below 92% 7 times since 03:12; the longest lasted 9 min, lowest 84%.",
        (
            "La SpO2 cayó por debajo del 92 % 7 veces desde las 03:12; el episodio más largo duró"
            " 9 min, con un mínimo del 84 %."
        ),
    ),
    (
        (EPISODE,),  # a la 01:30, in the singular
        "Heart rate rose above 130/min at 01:30 for 4 h 10 min, highest 141/min.",
        (
            "La frecuencia cardíaca subió por encima de 130 lpm a la 01:30 durante 4 h 10 min, con"
            " un máximo de 141 lpm."
        ),
    ),
    (
        (replace(EPISODE, ongoing=True),),
        (
            "Heart rate has been above 130/min since 01:30 (4 h 10 min by the last reading),"
            " highest 141/min."
        ),
        (
            "La frecuencia cardíaca está por encima de 130 lpm desde la 01:30 (4 h 10 min hasta"
            " la última medida), con un máximo de 141 lpm."
        ),
    ),
    (
        (replace(EPISODE, durations={"length": timedelta()}),),
        "A single heart rate reading above 130/min: 141/min at 04:02.",
        "Una sola lectura de frecuencia cardíaca por encima de 130 lpm: 141 lpm a las 04:02.",
    ),
    (
        (CHANGE,),
        "Heart rate rose from 88/min at 03:00 to 112/min at 07:00.",
        "La frecuencia cardíaca subió de 88 lpm a las 03:00 a 112 lpm a las 07:00.",
    ),
    (
        (EXTREME,),
        "Highest temperature 39.4 °C at 05:00.",
        "La temperatura llegó a un máximo de 39,4 °C a las 05:00.",
    ),
    (
        (SCORE,),
        "NEWS2 7 (emergency response): respiratory rate 3, SpO2 2, heart rate 2.",
        (
            "NEWS2 7 (respuesta de emergencia): frecuencia respiratoria 3, SpO2 2, frecuencia"
            " cardíaca 2."
        ),
    ),
    (
        (PARTIAL,),
        (
            "Partial NEWS2 5, range 5 to 11 (at least urgent response, up to emergency response):"
            " respiratory rate 3, SpO2 2; missing: consciousness, temperature."
        ),
        (
            "NEWS2 parcial 5, rango de 5 a 11 (al menos respuesta urgente, hasta respuesta de"
            " emergencia): frecuencia respiratoria 3, SpO2 2; faltan: nivel de conciencia,"
            " temperatura."
        ),
    ),
    (
        (ALARM,),
        "High-priority alarm since 05:38: SpO2 below 85%, lowest 84%, not acknowledged.",
        (
            "Alarma de prioridad alta desde las 05:38: SpO2 por debajo del 85 %, mínimo del 84 %,"
            " sin reconocer."
        ),
    ),
    (
        (SENSORS,),
        (
            "Low-priority technical alarm since 06:10: sensor off for SpO2, heart rate,"
            " acknowledged at 06:20."
        ),
        (
            "Alarma técnica de prioridad baja desde las 06:10: sensor desconectado de SpO2,"
            " frecuencia cardíaca, reconocida a las 06:20."
        ),
    ),
    (
        (GAP,),
        "No temperature readings since 03:10 (3 h 50 min).",
        "Sin datos de temperatura desde las 03:10 (3 h 50 min).",
    ),
    (
        RANGES,
        "In this window: SpO2 91% to 98%, median 95%; heart rate 62/min to 118/min, median 84/min.",
        (
            "En este periodo: SpO2 del 91 % al 98 %, mediana 95 %; frecuencia cardíaca de 62 lpm a"
            " 118 lpm, mediana 84 lpm."
        ),
    ),
    (
        (CONSTANT, replace(RANGES[1], id="F2")),
        (
            "In this window: respiratory rate 16/min throughout; heart rate 62/min to 118/min,"
            " median 84/min."
        ),
        (
            "En este periodo: frecuencia respiratoria 16 rpm en todo momento; frecuencia cardíaca"
            " de 62 lpm a 118 lpm, mediana 84 lpm."
        ),
    ),
    (
        (ASKED,),
        (
            "By the NEWS2 protocol, inform the medical team at once for an urgent assessment and"
            " observe at least hourly."
        ),
        (
            "Según el protocolo NEWS2, avisar de inmediato al equipo médico para una valoración"
            " urgente y observar al menos cada hora."
        ),
    ),
    (
        (ASKED_AT_LEAST,),
        (
            "By the NEWS2 protocol, at least: inform the medical team at once for an urgent"
            " assessment and observe at least hourly; still to measure: consciousness, temperature."
        ),
        (
            "Según el protocolo NEWS2, al menos: avisar de inmediato al equipo médico para una"
            " valoración urgente y observar al menos cada hora; por medir: nivel de conciencia,"
            " temperatura."
        ),
    ),
    (
        (NOT_YET_KNOWN,),
        "What the NEWS2 protocol asks for can not be told yet; still to measure: SpO2.",
        "Aún no se sabe qué pide el protocolo NEWS2; por medir: SpO2.",
    ),
    (
        (SPO2_NOW, PRESSURE_NOW),  # what is an hour old says so
        "SpO2 93%; at 06:00: BP 104/62 mmHg.",
        "SpO2 93 %; a las 06:00: PA 104/62 mmHg.",
    ),
]


def test_a_handover_has_its_sections_each_on_a_line() -> None:
    """SBAR: situation, background, assessment, recommendation."""
    facts = (ALARM, EXTREME, SPO2_NOW, ASKED)
    found = evidence(*(replace(each, id=f"F{n}") for n, each in enumerate(facts, 1)))
    draft = TemplateGenerator().write(found, EN, Form.HANDOVER)
    assert [said.section for said in draft.sentences] == list(Section)
    assert draft.text.splitlines() == [said.text for said in draft.sentences]
    plain = TemplateGenerator().write(found, EN, Form.TREND)
    assert {said.section for said in plain.sentences} == {None}
    assert "\n" not in plain.text


@pytest.mark.parametrize(("facts", "english", "spanish"), PLAINEST)
def test_the_plainest_phrasing(facts: tuple[Fact, ...], english: str, spanish: str) -> None:
    generator = TemplateGenerator()
    assert generator.write(evidence(*facts), EN).text == english
    assert generator.write(evidence(*facts), ES).text == spanish


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=evidences())
def test_every_sentence_is_whole_and_told_once(found: object, language: Language) -> None:
    blocks = compose(found, language)
    for block in blocks:
        texts = [said.text for said in block.phrasings]
        assert len(texts) == len(set(texts))
        assert all(text.endswith(".") and text[0].upper() == text[0] for text in texts)
        ours = (_QUOTED.sub("x", text) for text in texts)  # a note keeps its own spaces
        assert all("  " not in text and " ." not in text and " ," not in text for text in ours)


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=evidences())
def test_a_block_is_optional_where_nothing_of_it_is_required(
    found: object, language: Language
) -> None:
    for block in compose(found, language):
        told = {cited for said in block.phrasings for cited in said.citations}
        assert block.optional is told.isdisjoint(found.required)
        for said in block.phrasings:
            assert told & set(found.required) <= set(said.citations)


def test_open_alarms_of_one_state_share_a_sentence() -> None:
    slow = replace(
        ALARM, id="F2", signal=Signal.HEART_RATE, unit="/min", value=38.0,
        values={"threshold": 41.0}, times={"start": at("04:10")},
    )  # fmt: skip
    gone = replace(slow, id="F3", signal=Signal.PULSE_RATE, ongoing=False)
    assert TemplateGenerator().write(evidence(ALARM, slow, gone), EN).text == (
        "High-priority alarms, not acknowledged: SpO2 below 85%, lowest 84%, since 05:38; heart"
        " rate below 41/min, lowest 38/min, since 04:10. High-priority alarm since 04:10: pulse"
        " rate below 41/min, lowest 38/min, no longer present, not acknowledged."
    )


@pytest.mark.parametrize(
    ("language", "alone", "both"),
    [
        (EN, "present when last measured, not acknowledged.",
         "High-priority alarms, present when last measured, not acknowledged: SpO2"),
        (ES, "presente en la última medición, sin reconocer.",
         "Alarmas de prioridad alta, presentes en la última medición, sin reconocer: SpO2"),
    ],
)  # fmt: skip
def test_an_alarm_whose_signal_was_lost_is_said_to_have_been_present(
    language: Language, alone: str, both: str
) -> None:
    lost = replace(ALARM, ongoing=False, labels={**ALARM.labels, "gone": "unmeasured"})
    slow = replace(lost, id="F2", signal=Signal.HEART_RATE, unit="/min")
    assert TemplateGenerator().write(evidence(lost), language).text.endswith(alone)
    assert TemplateGenerator().write(evidence(lost, slow), language).text.startswith(both)


@pytest.mark.parametrize(
    ("language", "said"),
    [(EN, "lowest 84%, back at 06:50, not acknowledged."),
     (ES, ", de nuevo presente a las 06:50, sin reconocer.")],
)  # fmt: skip
def test_an_alarm_that_is_back_says_since_when(language: Language, said: str) -> None:
    back = replace(
        ALARM, labels={**ALARM.labels, "gone": "returned"},
        times={**ALARM.times, "returned": at("06:50")},
    )  # fmt: skip
    other = replace(ALARM, id="F2", signal=Signal.HEART_RATE, unit="/min")
    text = TemplateGenerator().write(evidence(back, other), language).text
    assert said in text


def test_facts_of_one_kind_are_not_phrased_alike() -> None:
    other = replace(EXTREME, id="F2", signal=Signal.HEART_RATE, unit="/min", value=118.0)
    first, second = compose(evidence(EXTREME, other), EN)
    assert [said.text for said in first.phrasings] == ["Highest temperature 39.4 °C at 05:00."]
    assert [said.text for said in second.phrasings] == ["Heart rate peaked at 118/min at 05:00."]


def test_the_model_may_leave_out_values_that_are_not_required() -> None:
    glucose = fact(
        FactKind.MEASURE, Signal.GLUCOSE, id="F2", value=110.0, times={"at": at("07:00")},
        ongoing=True,
    )  # fmt: skip
    found = replace(evidence(SPO2_NOW, glucose), required=("F1",))
    (block,) = compose(found, EN)
    assert {said.citations for said in block.phrasings} == {("F1", "F2"), ("F1",)}
    assert not block.optional
