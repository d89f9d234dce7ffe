"""How texts read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.evaluation import Wording
from sereno.services.wording import wording


def test_words_pairs_and_triples_are_counted_over_all_texts() -> None:
    read = wording(["Now SpO2 93%. Now SpO2 94%.", "Now SpO2 93%."])
    assert read.words == 6  # eight and four: now, spo2, 93, %
    assert read.distinct_1 == 5 / 12
    assert read.distinct_2 == 6 / 10  # none goes from one text to the next
    assert read.distinct_3 == 6 / 8


@pytest.mark.parametrize(
    ("texts", "share", "why"),
    [
        (["One. Two.", "One. Two."], 0.0, "each text tells it once"),
        (["One. Two. one."], 1 / 3, "whatever its capital"),
        (["A rise to 38.5 °C.\nA rise to 38.5 °C."], 0.5, "a line ends a sentence, no point does"),
    ],
)
def test_a_sentence_told_twice_in_one_text_is_repeated(
    texts: list[str], share: float, why: str
) -> None:
    assert wording(texts).repeated_sentences == share, why


def test_numbers_with_points_commas_and_slashes_are_one_word() -> None:
    assert wording(["BP 104/62, 38.5 and 38,5 at 03:10"]).words == 7


def test_no_text_has_no_words() -> None:
    nothing = Wording(
        distinct_1=0.0, distinct_2=0.0, distinct_3=0.0, repeated_sentences=0.0, words=0.0
    )
    assert wording([]) == wording([""]) == nothing


@given(st.lists(st.text(max_size=80), max_size=8))
def test_every_share_is_one(texts: list[str]) -> None:
    read = wording(texts)
    shares = (read.distinct_1, read.distinct_2, read.distinct_3, read.repeated_sentences)
    assert all(0 <= share <= 1 for share in shares)
