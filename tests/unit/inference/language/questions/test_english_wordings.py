"""English questions in thirty voices: each still ends as it should, and is read as it was."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from inference.language.questions import english
from inference.language.questions.english import rewritten
from inference.language.questions.read_as import read_as
from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Outcome
from sereno.domain.stream import Subject
from sereno.domain.vitals import Language
from sereno.scoring.questions.tools import scope_of
from sereno.services.evaluation import Recording
from sereno.services.question_evaluation import played

EN = Language.ENGLISH
READER = LexicalReader()
# By what clock the lines were frozen.
AT = datetime.fromisoformat("2026-03-02T23:30:00+00:00")
RECORD = played(Recording(Subject(identifier="MRN-1"), []), AT, "UTC")
DATA = Path(__file__).parents[4] / "data" / "questions" / "wordings-en.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A question, how it should end, and its line where that was checked by eye."""

    id: str
    question: str
    about: str
    outcome: str
    tool: str | None
    read_as: str | None = None
    sure: bool = True


WORDINGS = [Wording(**json.loads(line)) for line in DATA.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda each: each.id)
def test_a_wording_ends_as_it_should(wording: Wording) -> None:
    reading = READER.read(wording.question, EN, ward=wording.about == "ward")
    call = reading.call
    assert reading.outcome == Outcome(wording.outcome)
    assert (None if call is None else call.tool.value) == wording.tool
    if wording.read_as is not None:
        assert call is not None
        assert reading.sure is wording.sure
        assert read_as(call, scope_of(call, RECORD), EN) == wording.read_as


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waht is teh tmep", "what is the temp"),
        ("over one hundred and thirty", "over 130"),
        ("beneath ninety-two per cent", "beneath 92 %"),
        ("above thirty eight point five", "above 38.5"),
        ("systolic over one sixty", "systolic over 160"),
        ("at half past two", "at 2:30"),
        ("since twenty to five", "since 4:40"),
        ("fourteen hundred hours", "14:00"),
        ("since yesterday noon", "since noon yesterday"),
        ("sbp <100 comma o/n question mark", "sbp < 100 , overnight ?"),
        ("an hour and a half ago", "1.5 hours ago"),
        ("which one of the two", "which one of the two"),
    ],
)
def test_what_is_typed_and_dictated_is_put_into_words_and_figures(typed: str, meant: str) -> None:
    assert rewritten(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "is he no longer febrile?",
        "has she stopped being tachycardic?",
        "is the fever gone?",
        "was his temp over 38 twice?",
        "is his sister febrile?",
        "has he nearly desaturated?",
        "did he have a fever except after surgery?",
        "any fever on Monday?",
        "is his FiO2 above 40%?",
    ],
)
def test_what_turns_a_question_round_leaves_no_yes_or_no(question: str) -> None:
    assert not READER.read(question, EN, ward=False).sure


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("temp over 101 F?", 38.3),
        ("has the glucose been under 4 mmol/L?", 72.0),
        ("has her sugar been above 10?", 180.0),
        ("etco2 above 6 kPa today?", 45.0),
        ("glucose above 180 today?", 180.0),
    ],
)
def test_limits_are_told_in_the_units_of_the_record(question: str, limit: float) -> None:
    call = READER.read(question, EN, ward=False).call
    assert call is not None
    assert call.limit == limit


def test_no_phrase_stands_in_two_tables() -> None:
    tables = (
        english.EVENTS, english.WELL, english.TOPICS, english.SCORES, english.RESPONSES,
        english.PHRASES,
    )  # fmt: skip
    told = [phrases for table in tables for phrases in table.values()]
    told += [phrases for _, phrases in english.PERIODS]
    stands = Counter(phrase for phrases in told for phrase in phrases.split("|"))
    assert [phrase for phrase, times in stands.items() if times > 1] == []
