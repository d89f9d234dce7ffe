"""The judge of answers, on answers written by hand."""

import pytest

from inference.evaluation.answers import judge_answer
from sereno.domain.evaluation import Expected

FEVER = "Yes. Temperature rose above 38.0 °C at 03:10 for 1 h 20 min, highest 38.9 °C."
FIEBRE = (
    "Sí. La temperatura subió por encima de 38,0 °C a las 03:10 durante 1 h 20 min,"
    " máximo de 38,9 °C."
)


def expected(**what: object) -> Expected:
    return Expected(outcome="answered", **what)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [FEVER, FIEBRE])
def test_what_is_expected_is_found_in_either_language(text: str) -> None:
    wanted = expected(
        tools=("episodes",), yes=True, numbers=(38.9,), times=("03:10",), minutes=(80,)
    )
    assert judge_answer(text, "answered", ["episodes"], wanted) == []


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (expected(yes=False), "no 'no' at its beginning"),
        (expected(numbers=(39.8,)), "no 39.8"),
        (expected(numbers=(3.0,)), "no 3"),  # of 03:10
        (expected(times=("13:10",)), "no 13:10"),
        (expected(minutes=(20,)), "no 20 min"),
        (expected(tools=("extremes",)), "episodes where extremes is expected"),
        (Expected(outcome="declined"), "answered where declined is expected"),
    ],
)
def test_what_is_missing_or_other_is_a_fault(wanted: Expected, fault: str) -> None:
    assert fault in judge_answer(FEVER, "answered", ["episodes"], wanted)


def test_no_is_also_none_recorded() -> None:
    assert judge_answer("None recorded. Spo2...", "answered", [], expected(yes=False)) == []


def test_both_pressures_of_a_pair_are_numbers() -> None:
    wanted = expected(numbers=(120.0, 70.0))
    assert judge_answer("At 07:00: BP 120/70 mmHg.", "answered", [], wanted) == []


def test_who_is_named_first_counts_and_names_are_no_numbers() -> None:
    text = "132540: NEWS2 7.\n132539: NEWS2 2."
    names = ("132539", "132540")
    assert judge_answer(text, "answered", [], expected(first="132540"), names) == []
    assert judge_answer(text, "answered", [], expected(first="132539"), names)
    assert judge_answer(text, "answered", [], expected(numbers=(132540.0,)), names)
