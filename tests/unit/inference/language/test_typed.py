"""What is said of texts that people have typed: edits true and false, in both languages."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.evaluation.mutations import mutants
from inference.language.phrases import compose
from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier, TypedTextChecker
from inference.language.verification.typed import MOST_SENTENCES
from sereno.domain.evidence import Evidence, FactKind, Sentence
from sereno.domain.review import Checked, Doubt, Finding, Standing
from sereno.domain.vitals import Language, Signal
from tests.unit.inference.language.samples import (
    ALARM,
    CHANGE,
    GAP,
    GROUP,
    PRESSURE_NOW,
    RANGES,
    SCORE,
    SPO2_NOW,
    at,
    evidence,
    fact,
    quoted,
)
from tests.unit.inference.language.strategies import derivation, of_windows

EN, ES = Language.ENGLISH, Language.SPANISH
VERIFIED, UNCHECKED, UNVERIFIED = Standing
CHECKER = TypedTextChecker()
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
HEART_NOW = fact(
    FactKind.MEASURE, Signal.HEART_RATE, value=88.0, times={"at": at("06:59")}, ongoing=True
)
NIGHT = evidence(
    *(
        replace(each, id=f"F{n}")
        for n, each in enumerate(
            (ALARM, SCORE, GROUP, CHANGE, GAP, quoted('wants to be called. SpO2 99% "she said"'),
             SPO2_NOW, HEART_NOW, PRESSURE_NOW, *RANGES),
            1,
        )
    )
)  # fmt: skip
NOTE_SAYS = 'The note of 03:10 says: «wants to be called. SpO2 99% "she said"».'


def looked_at(text: str, language: Language = EN) -> Checked:
    return CHECKER.check(text, NIGHT, language)


def one(text: str, language: Language = EN) -> Finding:
    (found,) = looked_at(text, language).findings
    return found


TRUE = [
    (EN, "SpO2 93%.", "F7", "as the template writes it"),
    (EN, "SpO2 is 93%", "F7", "without its full stop"),
    (EN, "- Now SpO2 93%", "F7", "as an item of a list"),
    (EN, "SpO2 93% and heart rate 88/min.", "F7 F8", "values joined by a word"),
    (EN, "Heart rate 88 bpm, SpO2 93%.", "F7 F8", "in another order"),
    (EN, "SpO2 93%; at 06:00: BP 104/62 mmHg.", "F7 F9", "of two moments"),
    (EN, "SpO2 fell below 92% 7 times since 03:12; the longest lasted 9 min, lowest 84%.", "F3",
     "a group"),
    (EN, "Heart rate rose from 88/min at 03:00 to 112/min at 07:00.", "F4", "a change"),
    (EN, "In this window: heart rate 62/min to 118/min, median 84/min.", "F11", "one range of two"),
    (EN, NOTE_SAYS, "F6", "a quotation with a full stop in it"),
    (ES, "SpO2 93 % y frecuencia cardíaca 88 lpm.", "F7 F8", "values joined by a word"),
    (ES, "La frecuencia cardíaca subió de 88 lpm a las 03:00 a 112 lpm a las 07:00", "F4", ""),
    (ES, "Sin datos de temperatura desde las 03:10 (3 h 50 min).", "F5", "a gap"),
]  # fmt: skip

FALSE = [
    (EN, "SpO2 97%.", Doubt.NUMBER, "97", "another value"),
    (EN, "SpO2 is ninety-three percent.", Doubt.NUMBER, "ninety", "a number in words"),
    (EN, "SpO2 93.", Doubt.TOGETHER, "", "no unit"),
    (EN, "Heart rate 93/min.", Doubt.TOGETHER, "", "the value of another signal"),
    (EN, "SpO2 93% and BP 104/62 mmHg.", Doubt.TOGETHER, "", "one of them is an hour old"),
    (EN, "At 06:00: SpO2 93% and BP 104/62 mmHg.", Doubt.TOGETHER, "", "and one is not"),
    (EN, "SpO2 93% and stable.", Doubt.TOGETHER, "", "more than the fact says"),
    (EN, "Heart rate rose from 88/min at 03:05 to 112/min at 07:00.", Doubt.TIME, "03:05", ""),
    (EN, "SpO2 fell below 92% 7 times since 03:12; the longest lasted 19 min, lowest 84%.",
     Doubt.LENGTH, "19 min", "another duration"),
    (EN, "Heart rate fell from 88/min at 03:00 to 112/min at 07:00.", Doubt.TOGETHER, "",
     "another way"),
    (EN, "SpO2 did not fall below 92%.", Doubt.TOGETHER, "", "denied"),
    (EN, "No fever.", Doubt.DENIAL, "no", "a sign denied"),
    (EN, "She isn't confused.", Doubt.DENIAL, "not", "an apostrophe"),
    (EN, "Family not informed.", Doubt.DENIAL, "not", "whatever is denied"),
    (EN, "Patient stable.", Doubt.CLAIM, "stable", "how the patient is"),
    (EN, "Breathing better.", Doubt.CLAIM, "breathing", "a comparison"),
    (EN, "Tachycardic.", Doubt.CLAIM, "tachycardic", "a sign by another name"),
    (EN, "All that is wrong.", Doubt.CLAIM, "wrong", "it takes back what was said"),
    (EN, "Slept for an hour.", Doubt.CLAIM, "hour", "a duration in words"),
    (EN, "SpO₂ ↑", Doubt.CLAIM, "spo2", "signs"),
    (EN, "Cаlm.", Doubt.UNREADABLE, "", "a letter of another alphabet"),
    (EN, "Calm.\u202e", Doubt.UNREADABLE, "", "what turns the direction of writing"),
    (EN, "Half of it.", Doubt.NUMBER, "half", ""),
    (EN, f"{NOTE_SAYS[:-1]} and SpO2 99%.", Doubt.NUMBER, "99", "more than the note"),
    (EN, 'The note of 03:10 says: "wants to be called".', Doubt.TOGETHER, "", "a part as a whole"),
    (EN, 'The note of 03:10 says: "SpO2 99%".', Doubt.NUMBER, "99", "other words"),
    (EN, "The note says she is calm.", Doubt.CLAIM, "note", "not its words"),
    (ES, "SpO2 97 %.", Doubt.NUMBER, "97", "another value"),
    (ES, "SpO2 noventa y tres.", Doubt.NUMBER, "noventa", "a number in words"),
    (ES, "Sin fiebre.", Doubt.DENIAL, "sin", "a sign denied"),
    (ES, "Paciente estable.", Doubt.CLAIM, "estable", "how the patient is"),
    (ES, "Ha empeorado.", Doubt.CLAIM, "empeorado", "a comparison"),
    (ES, "Taquicárdico.", Doubt.CLAIM, "taquicardico", "a sign by another name"),
    (ES, "Respira mejor.", Doubt.CLAIM, "respira", ""),
    (ES, "Stable.", Doubt.CLAIM, "stable", "in the other language"),
]  # fmt: skip

HARMLESS = [
    (EN, "Family is at the bedside."),
    (EN, "Daughter informed by phone, wants to be called."),
    (EN, "Paracetamol given by mouth."),
    (EN, "Seen by Dr. Ruiz."),
    (ES, "La familia está a pie de cama."),
    (ES, "Hija informada por teléfono."),
    (ES, "Vista por la Dra. Ruiz."),
]


@pytest.mark.parametrize(("language", "text", "facts", "why"), TRUE)
def test_what_the_facts_bear_out(language: Language, text: str, facts: str, why: str) -> None:
    found = one(text, language)
    assert (found.standing, found.citations) == (VERIFIED, tuple(facts.split())), why


@pytest.mark.parametrize(("language", "text", "doubt", "what", "why"), FALSE)
def test_what_they_do_not(language: Language, text: str, doubt: Doubt, what: str, why: str) -> None:
    found = one(text, language)
    assert (found.standing, found.doubt, found.citations) == (UNVERIFIED, doubt, ()), why
    assert found.what == what, why


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_what_the_record_can_not_bear_out_is_not_checked(language: Language, text: str) -> None:
    found = one(text, language)
    assert (found.standing, found.doubt) == (UNCHECKED, None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Temp 38.2. SpO2 93%.", ["Temp 38.2.", "SpO2 93%."]),
        ("Seen by Dr. Ruiz at 03:10. Calm.", ["Seen by Dr. Ruiz at 03:10.", "Calm."]),
        ("SpO2 93%. was wrong.", ["SpO2 93%. was wrong."]),
        ("SpO2 93%.Calm.", ["SpO2 93%.Calm."]),
        ("SpO2 93%\n\n- Calm", ["SpO2 93%", "Calm"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        (f"Calm. {NOTE_SAYS} Calm.", ["Calm.", NOTE_SAYS, "Calm."]),
        ('She said "go. Now" and left. Calm.', ['She said "go. Now" and left.', "Calm."]),
        ('An open "mark. Calm.', ['An open "mark.', "Calm."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [each.text for each in looked_at(text).findings] == parts


def test_required_facts_that_an_edit_leaves_out_are_listed() -> None:
    assert looked_at("SpO2 93%. Family informed.").missing == tuple(
        name for name in NIGHT.required if name != "F7"
    )


def test_only_so_many_sentences_are_looked_at_and_the_rest_is_not_verified() -> None:
    found = looked_at("SpO2 93%. " * (MOST_SENTENCES + 2)).findings
    assert [each.standing for each in found[-3:]] == [VERIFIED, UNVERIFIED, UNVERIFIED]
    assert found[-1].doubt is Doubt.TOO_MUCH


def test_lines_are_told_apart() -> None:
    assert [each.line for each in looked_at("Calm. SpO2 93%.\nCalm.").findings] == [0, 0, 1]


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=of_windows())
def test_what_sereno_writes_is_verified_and_complete(found: Evidence, language: Language) -> None:
    draft = TemplateGenerator().write(found, language)
    seen = CHECKER.check(draft.text, found, language)
    assert [each.text for each in seen.findings] == [said.text for said in draft.sentences]
    assert {each.standing for each in seen.findings} == {VERIFIED}


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=of_windows(), random=st.randoms(use_true_random=False))
def test_what_is_made_false_is_never_let_pass(
    found: Evidence, random: Random, language: Language
) -> None:
    for said in derivation(compose(found, language), random):
        for _, text in mutants(said.text, language, random):
            for each in CHECKER.check(text, found, language).findings:
                if each.standing is VERIFIED:  # then of another fact that bears it out
                    claim = Sentence(each.text, each.citations)
                    _accepted(claim, found, language)


def _accepted(claim: Sentence, found: Evidence, language: Language) -> None:
    text = claim.text if claim.text.endswith(".") else f"{claim.text}."
    lenient = Sentence(text, claim.citations)
    refused = ClaimVerifier().verify([lenient], replace(found, required=()), language).refusals
    assert refused == () or " and " in text or " y " in text


@given(st.text(max_size=200), st.sampled_from(Language))
def test_any_text_is_looked_at_whole(text: str, language: Language) -> None:
    seen = looked_at(text, language)
    kept = "".join("".join(each.text for each in seen.findings).split())
    everything = "".join(text.split())
    assert len(everything) - len(kept) <= sum(text.count(sign) for sign in "-*•–")
    assert all((each.doubt is None) is (each.standing is not UNVERIFIED) for each in seen.findings)


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_a_number_is_never_let_pass(text: str) -> None:
    for each in looked_at(f"{text} 7 {text}").findings:
        if "7" in each.text:
            assert each.standing is UNVERIFIED
