"""What the judge of texts calls stated, missing and invented."""

from collections.abc import Sequence
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.evaluation.judging import judge
from inference.evaluation.mutations import mutants
from inference.evaluation.reference import Expected
from inference.language.phrases import compose
from inference.language.template import TemplateGenerator
from sereno.domain.evaluation import Judgement
from sereno.domain.evidence import Evidence, Fact
from sereno.domain.vitals import Language
from tests.unit.inference.language.samples import (
    ALARM,
    ASKED,
    ASKED_AT_LEAST,
    CHANGE,
    CONSTANT,
    EPISODE,
    EXTREME,
    GAP,
    GROUP,
    NOT_YET_KNOWN,
    NOTE,
    NOTE_IN_PART,
    NOTE_UNQUOTED,
    PARTIAL,
    PRESSURE_NOW,
    RANGES,
    SCORE,
    SENSORS,
    SPO2_NOW,
    evidence,
)
from tests.unit.inference.language.strategies import derivation, evidences, off_the_card

EN, ES = Language.ENGLISH, Language.SPANISH
KINDS = {
    "measure": SPO2_NOW, "pressure": PRESSURE_NOW, "group": GROUP, "episode": EPISODE,
    "change": CHANGE, "extreme": EXTREME, "score": SCORE, "partial score": PARTIAL,
    "limit alarm": ALARM, "sensor alarm": SENSORS, "gap": GAP, "range": RANGES[0],
    "one value throughout": CONSTANT,
    "protocol": ASKED, "protocol at least": ASKED_AT_LEAST, "protocol unknown": NOT_YET_KNOWN,
    "note": NOTE, "note in part": NOTE_IN_PART, "note unquoted": NOTE_UNQUOTED,
}  # fmt: skip


def known(found: Evidence) -> list[Expected]:
    """The facts as if a recording held them."""
    return [
        Expected(
            kind=fact.kind, severity=int(fact.severity), signal=fact.signal,
            direction=fact.direction, value=fact.value, values=fact.values, times=fact.times,
            durations=fact.durations, labels=fact.labels, signals=fact.signals,
            ongoing=fact.ongoing, required=fact.id in found.required,
        )
        for fact in found.facts
    ]  # fmt: skip


def judged(text: str, *facts: Fact, language: Language = EN) -> Judgement:
    return judge(text, known(evidence(*facts)), language=language, zone=ZoneInfo("UTC"))


def right(found: Judgement) -> bool:
    return not (found.missing or found.missing_durations or found.invented)


@pytest.mark.parametrize("language", Language)
@settings(max_examples=60)
@given(found=evidences().map(off_the_card), random=st.randoms(use_true_random=False))
def test_whatever_the_grammar_allows_states_its_facts_and_invents_none(
    found: Evidence, random: Random, language: Language
) -> None:
    text = " ".join(said.text for said in derivation(compose(found, language), random))
    verdict = judge(text, known(found), language=language, zone=ZoneInfo(found.zone))
    assert right(verdict), (text, verdict)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("fact", KINDS.values(), ids=KINDS)
def test_a_fact_left_out_is_missing(fact: Fact, language: Language) -> None:
    found = judged("", fact, language=language)
    assert (found.required, len(found.missing)) == (1, 1)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("fact", KINDS.values(), ids=KINDS)
def test_a_false_number_time_or_duration_is_noticed(fact: Fact, language: Language) -> None:
    """Either the fact is no longer stated, or something is stated that nothing bears out."""
    (said,) = TemplateGenerator().write(evidence(fact), language).sentences
    numeric = {"number", "time", "duration", "number dropped"}
    for kind, text in mutants(said.text, language, Random(7)):
        if kind in numeric:
            assert not right(judged(text, fact, language=language)), (kind, text)


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("SpO2 93%. The patient is 64 years old.", ["64"]),
        ("SpO2 93%, heart rate 80/min.", ["80"]),
        ("SpO2 93% at 04:10.", ["04:10"]),
        ("SpO2 93% for 25 min.", ["1500 s"]),
        ("SpO2 93%.", []),
    ],
)
def test_what_no_fact_bears_out_is_invented(text: str, invented: Sequence[str]) -> None:
    found = judged(text, SPO2_NOW)
    assert [each.partition(": ")[0] for each in found.invented] == list(invented)
    assert found.missing == ()


@pytest.mark.parametrize(
    ("text", "fact", "language"),
    [
        pytest.param("Heart rate 93%, SpO2 99%.", SPO2_NOW, EN, id="another's value"),
        pytest.param(
            "Heart rate was below 130/min for 4 h 10 min from 01:30, lowest 141/min.",
            EPISODE, EN, id="the wrong side",
        ),
        pytest.param(
            "Heart rate fell from 88/min at 03:00 to 112/min at 07:00.", CHANGE, EN, id="wrong way"
        ),
        pytest.param("NEWS2 5.", PARTIAL, EN, id="partial, unsaid"),
        pytest.param(
            "Low-priority alarm since 05:38: SpO2 below 85%, lowest 84%.", ALARM, EN, id="priority"
        ),
        pytest.param("Temperature since 03:10.", GAP, EN, id="no word for a gap"),
        pytest.param(
            "La SpO2 subió por encima del 92 % 7 veces desde las 03:12, la más larga 9 min, 84 %.",
            GROUP, ES, id="the wrong side, in Spanish",
        ),
    ],
)  # fmt: skip
def test_a_fact_told_wrongly_is_not_stated(text: str, fact: Fact, language: Language) -> None:
    assert len(judged(text, fact, language=language).missing) == 1


def test_a_duration_counts_on_its_own() -> None:
    found = judged("Heart rate rose above 130/min at 01:30, highest 141/min.", EPISODE)
    assert (found.durations, len(found.missing_durations)) == (1, 1)
    found = judged("Heart rate was high for 4 h 10 min.", EPISODE)
    assert (len(found.missing), found.missing_durations) == (1, ())


def test_words_of_a_free_text_are_understood_too() -> None:
    text = "HR went up from 88 at 03:00 to 112 at 07:00\nSaturation 93 %"
    assert right(judged(text, CHANGE, SPO2_NOW))


def test_times_are_those_of_the_zone() -> None:
    zone = ZoneInfo("Europe/Madrid")
    facts = known(evidence(EXTREME))
    text = "Highest temperature 39.4 °C at 06:00."
    assert right(judge(text, facts, language=EN, zone=zone))
    assert not right(judge(text, facts, language=EN, zone=ZoneInfo("UTC")))


def test_nothing_to_state_is_nothing_missing() -> None:
    assert judge("", [], language=EN, zone=ZoneInfo("UTC")) == Judgement(required=0, durations=0)
