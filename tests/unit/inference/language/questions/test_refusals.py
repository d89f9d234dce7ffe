"""What is not for the record, told from what it does not hold, in both languages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from inference.language.questions import english, spanish
from inference.language.questions.notions import Sense
from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Outcome
from sereno.domain.vitals import Language

EN, ES = Language.ENGLISH, Language.SPANISH
READER = LexicalReader()
DATA = Path(__file__).parents[4] / "data" / "questions" / "refusals.jsonl"
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_question_ends_as_it_should(row: dict[str, Any]) -> None:
    language = Language(row["id"][:2])
    reading = READER.read(row["question"], language, ward=row["about"] == "ward")
    assert reading.outcome == Outcome(row["outcome"])
    assert (reading.call and reading.call.tool.value) == row["tool"]


@pytest.mark.parametrize(
    ("language", "done", "to_do"),
    [
        (EN, "was a bolus given overnight", "bolus now?"),
        (EN, "has he ever had a stroke", "has he a stroke"),
        (EN, "when was the drain taken out", "can the drain come out"),
        (EN, "which antibiotic did he get", "which antibiotic is best"),
        (ES, "le pasaron un bolo anoche", "bolo ya?"),
        (ES, "ha tenido algun ictus", "tiene un ictus"),
        (ES, "le han quitado el drenaje", "se puede quitar el drenaje"),
        (ES, "que antibiotico lleva", "que antibiotico es mejor"),
    ],
)
def test_what_was_done_is_no_advice(language: Language, done: str, to_do: str) -> None:
    outcomes = [READER.read(each, language, ward=False).outcome for each in (done, to_do)]
    assert outcomes == [Outcome.NOT_RECORDED, Outcome.DECLINED]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "the cardiology registrar asks whether he had a fever"),
        (ES, "la residente de cardiologia pregunta si tuvo fiebre"),
    ],
)
def test_the_department_of_who_asks_refuses_nothing(language: Language, question: str) -> None:
    assert READER.read(question, language, ward=False).call is not None


@pytest.mark.parametrize("lexicon", [english.PHRASES, spanish.PHRASES], ids=["en", "es"])
def test_no_phrase_is_empty(lexicon: Mapping[Sense, str]) -> None:
    # An empty one would be found at every place, and the reading never end.
    assert [sense for sense, phrases in lexicon.items() if "" in phrases.split("|")] == []
