"""What every Checker must do with texts that people have typed."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inference.language.template import TemplateGenerator
from inference.language.verification import TypedTextChecker
from sereno.domain.evidence import Evidence
from sereno.domain.review import Standing
from sereno.domain.vitals import Language
from sereno.ports import Checker
from tests.unit.inference.language.samples import SPO2_NOW, evidence
from tests.unit.inference.language.strategies import of_windows

CHECKERS: dict[str, Checker] = {"typed": TypedTextChecker()}

pytestmark = [
    pytest.mark.parametrize("checker", CHECKERS.values(), ids=CHECKERS),
    pytest.mark.parametrize("language", Language),
]
FEW = settings(max_examples=15)


@FEW
@given(found=of_windows())
def test_a_plain_telling_is_verified_and_states_what_must_be(
    checker: Checker, language: Language, found: Evidence
) -> None:
    draft = TemplateGenerator().write(found, language)
    checked = checker.check(draft.text, found, language)
    assert {each.standing for each in checked.findings} == {Standing.VERIFIED}
    assert not checked.doubtful
    cited = {name for each in checked.findings for name in each.citations}
    assert set(checked.missing) == set(found.required) - cited


@FEW
@given(text=st.text(max_size=80))
def test_no_text_makes_it_fail(checker: Checker, language: Language, text: str) -> None:
    checked = checker.check(text, evidence(SPO2_NOW), language)
    for each in checked.findings:
        assert bool(each.citations) is (each.standing is Standing.VERIFIED)
        assert (each.doubt is not None) is (each.standing is Standing.UNVERIFIED)


@FEW
@given(number=st.integers(0, 300))
def test_a_number_that_no_fact_holds_is_not_let_pass(
    checker: Checker, language: Language, number: int
) -> None:
    assume(number != 93)
    (found,) = checker.check(f"SpO2 {number}%.", evidence(SPO2_NOW), language).findings
    assert found.standing is Standing.UNVERIFIED


def test_nothing_typed_states_nothing(checker: Checker, language: Language) -> None:
    checked = checker.check(" \n", evidence(SPO2_NOW), language)
    assert (checked.findings, checked.missing) == ((), ("F1",))
