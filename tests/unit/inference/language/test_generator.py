"""The governed generator with a model of our own making."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inference.language.generator import GovernedGenerator
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Form, ModelIdentity
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from tests.fakes.completer import FirstChoice
from tests.unit.inference.language.samples import GAP, GROUP, SCORE, evidence

EN = Language.ENGLISH
IDENTITY = ModelIdentity("calm-1", {"model.onnx": "ab"})
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def generator(model: FirstChoice) -> GovernedGenerator:
    return GovernedGenerator(model, IDENTITY, now=lambda: NOW)


def test_it_is_a_text_generator_that_cites_what_each_sentence_rests_on() -> None:
    writer: TextGenerator = generator(FirstChoice())
    found = evidence(SCORE, replace(GROUP, id="F2"), replace(GAP, id="F3"))
    draft = writer.write(found, EN, Form.HANDOVER, deadline=None)
    assert [sentence.citations for sentence in draft.sentences] == [("F1",), ("F2",), ("F3",)]
    assert draft.source == "model"
    assert draft.model == IDENTITY
    assert (draft.timings.tokens, draft.timings.steps) == (30, 4)
    assert draft.prompt_hash is not None


def test_the_prompt_is_chat_and_asks_in_the_language_of_the_text() -> None:
    model = FirstChoice()
    generator(model).write(evidence(GAP), Language.SPANISH)
    assert model.prompts[0].startswith("<|im_start|>user\nRelevo de enfermería: ")
    assert model.prompts[0].endswith("<|im_start|>assistant\n")


def test_the_bound_on_tokens_holds_the_longest_text() -> None:
    model = FirstChoice()
    draft = generator(model).write(evidence(GROUP), EN)
    assert model.bounds[0] > len(draft.text)


def test_past_its_deadline_it_fails_with_a_reason() -> None:
    with pytest.raises(ModelError, match="deadline"):
        generator(FirstChoice()).write(evidence(GAP), EN, deadline=NOW - timedelta(seconds=1))


def test_another_choice_of_facts_has_another_prompt_hash() -> None:
    one = generator(FirstChoice()).write(evidence(GAP), EN)
    other = generator(FirstChoice()).write(evidence(GROUP), EN)
    assert one.prompt_hash != other.prompt_hash
