"""The grammar's texts, and what they are read back as."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.language.grammar import lark, parse
from inference.language.phrases import Block, compose
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Sentence
from sereno.domain.vitals import Language
from tests.unit.inference.language.samples import GAP, GROUP, SCORE, evidence
from tests.unit.inference.language.strategies import derivation, evidences

EN = Language.ENGLISH
FEW = settings(max_examples=40)  # evidence is slow to draw


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=evidences(), random=st.randoms(use_true_random=False))
def test_a_derivation_reads_back_as_its_facts(
    found: object, random: Random, language: Language
) -> None:
    blocks = compose(found, language)
    sentences = derivation(blocks, random)
    assert parse(" " + " ".join(said.text for said in sentences), blocks) == sentences


def test_required_blocks_stand_once_and_in_order() -> None:
    text = lark(compose(evidence(SCORE, GROUP, GAP), EN))
    assert text.splitlines()[0] == "start: S0 S1 S2"
    assert 'S0: " NEWS2 7 (emergency' in text


def test_optional_blocks_may_be_left_out() -> None:
    text = lark(compose(evidence(GROUP, required=False), EN))
    assert text.splitlines()[0] == "start: S0?"


def test_quotes_and_backslashes_can_not_break_out_of_a_literal() -> None:
    odd = Block((Sentence('say "no" \\ | x.', ("F1",)),), optional=False)
    assert lark((odd,)).splitlines()[1] == r'S0: " say \"no\" \\ | x."'


def test_a_text_outside_the_grammar_is_refused() -> None:
    blocks = compose(evidence(GAP), EN)
    with pytest.raises(ModelError, match="0 ways"):
        parse("No temperature readings since 03:11 (3 h 50 min).", blocks)


def test_a_text_that_could_mean_two_things_is_refused() -> None:
    one = Block((Sentence("All is calm.", ("F1",)),), optional=True)
    other = Block((Sentence("All is calm.", ("F2",)),), optional=True)
    with pytest.raises(ModelError, match="2 ways"):
        parse("All is calm.", (one, other))
