"""A text ends before its first stop sequence, however it is cut into pieces."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.services.serving.stops import Stops

LETTERS = st.text("abn.", max_size=12)
SEQUENCES = st.lists(st.text("abn.", min_size=1, max_size=4), max_size=3)


def told(pieces: Sequence[str], sequences: Sequence[str]) -> tuple[str, bool]:
    stops = Stops(sequences)
    text = "".join(stops.passed(piece) for piece in pieces)
    return text + stops.rest(), stops.met


def expected(text: str, sequences: Sequence[str]) -> tuple[str, bool]:
    places = [text.find(each) for each in sequences if each in text]
    return (text[: min(places)], True) if places else (text, False)


@given(pieces=st.lists(LETTERS, max_size=6), sequences=SEQUENCES)
def test_what_ends_is_cut_there_and_what_does_not_comes_whole(
    pieces: list[str], sequences: list[str]
) -> None:
    text, met = told(pieces, sequences)
    whole, ends = expected("".join(pieces), sequences)
    assert met == ends
    if not ends:
        assert text == whole
    else:
        # Two sequences may end in different pieces: the one that is complete first counts.
        assert whole.startswith(text) or text.startswith(whole)
        assert not any(each in text for each in sequences)


@given(text=LETTERS, sequence=st.text("abn.", min_size=1, max_size=4))
def test_with_one_sequence_the_cut_is_the_same_letter_by_letter(text: str, sequence: str) -> None:
    assert told(list(text), [sequence]) == expected(text, [sequence])


@pytest.mark.parametrize(
    ("pieces", "now"),
    [
        (["calm", ". And"], ["calm", ""]),  # ". And" could be the beginning of ". Andes"
        (["calm", ". Any"], ["calm", ". Any"]),
    ],
)
def test_only_what_may_be_a_beginning_is_held_back(pieces: list[str], now: list[str]) -> None:
    stops = Stops([". Andes"])
    assert [stops.passed(piece) for piece in pieces] == now
