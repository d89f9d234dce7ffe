"""Every notation allows the same texts, and what comes back is read as what it cites."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.language.dialects import Dialect, fields, from_json, json_schema, marked, read
from inference.language.phrases import Block, compose
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Evidence, Sentence
from sereno.domain.vitals import Language
from tests.fakes.openai_server import first_choice
from tests.unit.inference.language.strategies import evidences

BLOCKS = (
    Block((Sentence("Pulse 80/min.", ("F1",)), Sentence("The pulse is 80/min.", ("F1",))), False),
    Block((Sentence("SpO2 97%.", ("F2",)),), optional=True),
)


@pytest.mark.parametrize("dialect", [each for each in Dialect if each is not Dialect.NONE])
@settings(max_examples=15)
@given(found=evidences(), language=st.sampled_from(Language))
def test_what_a_server_may_choose_is_read_with_its_citations(
    dialect: Dialect, found: Evidence, language: Language
) -> None:
    blocks = compose(found, language)
    text = first_choice(fields(dialect, blocks))
    sentences = read(dialect, text, blocks)
    assert [said in block.phrasings for said, block in zip(sentences, blocks, strict=True)]
    if dialect in {Dialect.LARK, Dialect.JSON_SCHEMA}:
        assert list(sentences) == [block.phrasings[0] for block in blocks]


def test_optional_blocks_may_be_left_out_and_required_ones_not() -> None:
    assert json_schema(BLOCKS)["required"] == ["s0"]
    assert from_json('{"s0": "The pulse is 80/min."}', BLOCKS) == (BLOCKS[0].phrasings[1],)
    with pytest.raises(ModelError):
        from_json('{"s1": "SpO2 97%."}', BLOCKS)


BAD = [
    (Dialect.JSON_SCHEMA, "Pulse 80/min."),
    (Dialect.JSON_SCHEMA, "[]"),
    (Dialect.JSON_SCHEMA, '{"s0": 1}'),
    (Dialect.JSON_SCHEMA, '{"s0": "Pulse 90/min."}'),
    (Dialect.LARK, "Pulse 90/min."),
    (Dialect.GBNF, ""),
    (Dialect.VLLM, "The patient is well."),
]


@pytest.mark.parametrize(("dialect", "text"), BAD)
def test_what_was_not_offered_is_refused_with_the_setting(dialect: Dialect, text: str) -> None:
    with pytest.raises(ModelError, match="SERENO_GENERATOR_GRAMMAR"):
        read(dialect, text, BLOCKS)


MARKED = [
    ("Pulse 80/min. [F1]", [("Pulse 80/min.", ("F1",))]),
    ("A. [F1, F2]\nB. [F3]", [("A.", ("F1", "F2")), ("B.", ("F3",))]),
    ('It says: "no [F1]. [F2]". [F3]', [('It says: "no [F1]. [F2]".', ("F3",))]),
    ('He " is well. [F1]', [('He "', ()), ("is well.", ("F1",))]),
    ("A. [F1] And he is well.", [("A.", ("F1",)), ("And he is well.", ())]),
    ("All is well.", [("All is well.", ())]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), MARKED)
def test_marks_are_citations_and_what_has_none_cites_nothing(
    text: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(each.text, each.citations) for each in marked(text)] == expected


@given(st.text())
def test_no_text_is_lost_between_marks(text: str) -> None:
    told = "".join(each.text for each in marked(text))
    kept = "".join(each for each in text if each.isalnum())
    cited = "".join(name for each in marked(text) for name in each.citations)
    assert sorted(each for each in told + cited if each.isalnum()) == sorted(kept)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda i: st.dictionaries(st.text(), i)))
def test_any_json_is_read_or_refused(told: object) -> None:
    with pytest.raises(ModelError):
        from_json(json.dumps(told), BLOCKS)
