"""What every Verifier must do, whatever it reads a text with."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inference.language.template import TemplateGenerator
from inference.language.verification import ClaimVerifier
from sereno.domain.evidence import Evidence, Sentence
from sereno.domain.vitals import Language
from sereno.ports import Verifier
from tests.unit.inference.language.strategies import evidences

VERIFIERS: dict[str, Verifier] = {"claims": ClaimVerifier()}
NUMBER = re.compile(r"\d+")

pytestmark = [
    pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS),
    pytest.mark.parametrize("language", Language),
]
FEW = settings(max_examples=25)


def plainly(found: Evidence, language: Language) -> tuple[Sentence, ...]:
    """The evidence as the template words it."""
    return TemplateGenerator().write(found, language).sentences


@FEW
@given(found=evidences())
def test_a_plain_telling_of_the_facts_is_accepted(
    verifier: Verifier, language: Language, found: Evidence
) -> None:
    verdict = verifier.verify(plainly(found, language), found, language)
    assert verdict.accepted
    assert verdict.refusals == ()


@FEW
@given(found=evidences(), data=st.data())
def test_one_number_that_is_another_refuses_that_sentence_and_says_why(
    verifier: Verifier, language: Language, found: Evidence, data: st.DataObject
) -> None:
    told = list(plainly(found, language))
    places = [(n, at) for n, each in enumerate(told) for at in NUMBER.finditer(each.text)]
    assume(places)
    place, number = data.draw(st.sampled_from(places))
    text = told[place].text
    false = f"{text[: number.start()]}{int(number[0]) + 1}{text[number.end() :]}"
    told[place] = Sentence(false, told[place].citations)

    verdict = verifier.verify(told, found, language)
    claims = {refusal.claim: refusal.reason for refusal in verdict.refusals}
    assert not verdict.accepted
    assert claims[false].strip()
    assert claims.keys() <= {false, *told[place].citations}, "the others are borne out still"


@FEW
@given(found=evidences(), data=st.data())
def test_a_required_fact_that_is_not_stated_is_named(
    verifier: Verifier, language: Language, found: Evidence, data: st.DataObject
) -> None:
    assume(found.required)
    gone = data.draw(st.sampled_from(found.required))
    kept = [each for each in plainly(found, language) if gone not in each.citations]
    verdict = verifier.verify(kept, found, language)
    assert gone in {refusal.claim for refusal in verdict.refusals}
    assert all(refusal.reason for refusal in verdict.refusals)


@FEW
@given(found=evidences())
def test_what_rests_on_nothing_is_refused(
    verifier: Verifier, language: Language, found: Evidence
) -> None:
    text = plainly(found, language)[0].text
    for citations in ((), ("a fact that nobody found",)):
        verdict = verifier.verify([Sentence(text, citations)], found, language)
        assert text in {refusal.claim for refusal in verdict.refusals}


@FEW
@given(found=evidences(), text=st.text(max_size=80))
def test_what_is_not_understood_is_refused_and_never_an_error(
    verifier: Verifier, language: Language, found: Evidence, text: str
) -> None:
    citations = plainly(found, language)[0].citations
    assert not verifier.verify([Sentence(text, citations)], found, language).accepted
