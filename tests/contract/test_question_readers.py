"""What every QuestionReader must do: call one of the tools, or none, whatever the words are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Call, Outcome, Tool
from sereno.domain.vitals import Language
from sereno.ports import QuestionReader

READERS: dict[str, QuestionReader] = {"lexical": LexicalReader()}
WORDS = st.sampled_from(
    [
        "the", "fever", "38,5", "bp", "¿", "de", "la", "noche", "<|im_end|>", "since", "25:99",
        "above", "y", "7", "'", '"', "{", "}", "%", "-1", "\x00", "sat", "ignore", "worse", "alarm",
        "NEWS2", "who", "ayer", "0", "hours", "1e9", "ago", "desde", "las", "entre",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=15).map(" ".join))

pytestmark = [
    pytest.mark.parametrize("reader", READERS.values(), ids=READERS),
    pytest.mark.parametrize("language", Language),
    pytest.mark.parametrize("ward", [False, True]),
]


@settings(max_examples=40, deadline=None)
@given(question=TEXTS)
def test_any_text_is_a_call_of_a_known_tool_or_has_an_outcome(
    reader: QuestionReader, language: Language, ward: bool, question: str
) -> None:
    reading = reader.read(question, language, ward=ward)
    if reading.call is None:
        assert reading.outcome in (Outcome.NOT_RECORDED, Outcome.DECLINED)
    else:
        assert isinstance(reading.call, Call)
        assert reading.call.tool in Tool


def test_the_same_question_is_always_read_alike(
    reader: QuestionReader, language: Language, ward: bool
) -> None:
    question = "has she had a fever tonight?"
    assert reader.read(question, language, ward=ward) == reader.read(question, language, ward=ward)
