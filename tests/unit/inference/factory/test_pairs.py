"""What a model is tuned on: our own texts, borne out by the evidence that they are about."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.factory.pairs import Pair, pair, read, read_notes, variety, write
from inference.language import prompt as prompts
from inference.language.grammar import parse
from inference.language.phrases import compose
from sereno.domain.errors import SourceError
from sereno.domain.evidence import Evidence, Form, Severity
from sereno.domain.vitals import Language
from tests.unit.inference.language.samples import GAP, GROUP, SCORE, SPO2_NOW, evidence
from tests.unit.inference.language.strategies import evidences

EN = Language.ENGLISH
FEW = settings(max_examples=25)  # evidence is slow to draw
NIGHT = evidence(SCORE, replace(GROUP, id="F2"), replace(GAP, id="F3"))


def drawn(found: Evidence, *, governed: bool, count: int = 60) -> list[Pair]:
    chance = Random(1)
    made = (pair(found, EN, Form.HANDOVER, chance) for _ in range(2 * count))
    return [each for each in made if each.governed is governed]


@pytest.mark.parametrize("language", Language)
@FEW
@given(found=evidences(), chance=st.randoms(use_true_random=False))
def test_every_text_is_of_the_grammar_and_states_what_is_required(
    found: Evidence, chance: Random, language: Language
) -> None:
    made = pair(found, language, Form.SHIFT, chance)
    said = parse(made.text, compose(found, language, Form.SHIFT))
    assert set(found.required) <= {each for sentence in said for each in sentence.citations}


def test_a_governed_prompt_is_the_one_that_the_model_is_asked_with() -> None:
    made = drawn(NIGHT, governed=True)[0]
    assert made.prompt == prompts.chat(NIGHT, EN, Form.HANDOVER)
    assert made.text.startswith(" ")  # as the grammar's texts do


def test_a_prompt_that_tells_the_findings_is_answered_with_all_of_them() -> None:
    optional = replace(NIGHT, required=())
    for each in drawn(optional, governed=False):
        assert f"- {compose(optional, EN)[0].phrasings[0].text}" in each.prompt
        assert len(parse(each.text, compose(optional, EN))) == 3


def test_the_most_severe_is_told_before_the_others_that_may_be_left_out() -> None:
    mild = replace(SPO2_NOW, id="F2", severity=Severity.NORMAL)
    found = replace(evidence(GROUP, mild), required=())
    told = Counter(
        tuple(each for said in parse(made.text, compose(found, EN)) for each in said.citations)
        for made in drawn(found, governed=True)
    )
    assert set(told) == {(), ("F1",), ("F1", "F2")}


def test_the_same_chance_draws_the_same_and_words_vary() -> None:
    one, other = ([each.text for each in drawn(NIGHT, governed=True)] for _ in range(2))
    assert one == other
    assert len(set(one)) > 3


def test_pairs_are_read_as_they_were_written(tmp_path: Path) -> None:
    made = [*drawn(NIGHT, governed=True, count=3), *drawn(NIGHT, governed=False, count=3)]
    write(tmp_path / "pairs.jsonl", made)
    assert read(tmp_path / "pairs.jsonl") == made


def test_variety_takes_another_value_for_no_other_wording() -> None:
    alike = variety(["SpO2 93 %.", "SpO2 88 %."])
    assert alike == {"distinct_1": 0.5, "distinct_2": 0.5, "distinct_3": 0.5}
    assert variety(["a b c", "d e f"])["distinct_2"] == 1
    assert variety([]) == {"distinct_1": 0, "distinct_2": 0, "distinct_3": 0}


LINES = st.text("ab -\u00f1", max_size=8).filter(lambda line: line.rstrip(" ") != "---")


@given(notes=st.lists(st.lists(LINES, min_size=1).map("\n".join), min_size=1))
def test_notes_are_what_lines_of_dashes_part(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str]
) -> None:
    path = tmp_path_factory.mktemp("notes") / "notes.txt"
    path.write_bytes("\r\n--- \r\n".join(notes).encode())  # as a desk's editor may save it
    told = [each.strip() for each in notes if each.strip()]
    if told:
        assert read_notes(path) == told
    else:
        with pytest.raises(SourceError, match="holds no text"):
            read_notes(path)


def test_notes_that_are_no_text_are_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "notes.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(SourceError, match="save it as UTF-8"):
        read_notes(tmp_path / "notes.doc")
