"""Spanish as thirty people typed it, and what its lexicon promises."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.language.questions import spanish
from inference.language.questions.lexing import lex
from inference.language.questions.read_as import read_as
from inference.language.questions.reader import LexicalReader
from inference.language.questions.spanish.numbers import in_digits
from inference.language.questions.spanish.spelling import respelt
from sereno.domain.patients import Note, Patient
from sereno.domain.questions import Call, Outcome, Reading, Tool
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Alarm, Score
from sereno.domain.vitals import Language
from sereno.scoring.questions.tools import scope_of

ES = Language.SPANISH
READER = LexicalReader()
DATA = Path(__file__).parents[4] / "data" / "questions"
WORDINGS = [json.loads(line) for line in (DATA / "wordings-es.jsonl").read_text().splitlines()]


@dataclass(frozen=True)
class Blank:
    """A record that holds nothing, asked at four in the morning."""

    at: datetime = datetime(2026, 5, 20, 4, tzinfo=UTC)
    zone: str = "UTC"
    patient: Patient = field(default_factory=lambda: Patient(id="p", identifier="p"))

    def observations(self, *_: object) -> Sequence[Observation]:
        return ()

    def scores(self, *_: object) -> Sequence[Score]:
        return ()

    def alarms(self, *_: object) -> Sequence[Alarm]:
        return ()

    def notes(self, *_: object) -> Sequence[Note]:
        return ()


def read(question: str, *, ward: bool = False) -> Reading:
    return READER.read(question, ES, ward=ward)


@pytest.mark.parametrize("row", WORDINGS, ids=[row["id"] for row in WORDINGS])
def test_wordings_are_read_as_they_were_meant(row: dict[str, Any]) -> None:
    ward = row["about"] == "ward"
    reading = read(row["question"], ward=ward)
    call = reading.call
    if ward and call is not None and call.tool is not Tool.WARD:
        call = Call(tool=Tool.WARD, of=call)
    assert reading.outcome.value == row["outcome"]
    assert (call.tool.value if call else None) == row["tool"]
    assert reading.sure is row.get("sure", True)
    if call is not None and "read_as" in row:
        assert read_as(call, scope_of(call, Blank()), ES) == row["read_as"]


def test_no_phrase_stands_in_two_tables() -> None:
    tables = (
        spanish.EVENTS, spanish.WELL, spanish.TOPICS, spanish.SCORES, spanish.RESPONSES,
        dict(spanish.PERIODS), spanish.PHRASES,
    )  # fmt: skip
    told = Counter(
        phrase for table in tables for phrases in table.values() for phrase in phrases.split("|")
    )
    assert [phrase for phrase, times in told.items() if times > 1] == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("bajo de sesenta y cinco", "bajo de 65"),
        ("treinta y ocho con cinco", "38.5"),
        ("treinta y nueve y medio", "39.5"),
        ("ciento veinte", "120"),
        ("a las tres y media", "a las 3:30"),
        ("a las cinco menos cuarto", "a las 4:45"),
        ("desde las once de la noche", "desde las 23:00"),
        ("entre las diez y las once de la noche", "entre las 22:00 y las 23:00"),
        ("anoche a las 11", "anoche a las 23"),
        ("a la una de la tarde", "a las 13:00"),
        ("a las doce de la noche", "a las 00:00"),
        ("a las 0300", "a las 03:00"),
        ("14-20 h", "entre las 14:00 y las 20:00"),
        ("por ciento", "por ciento"),
    ],
)
def test_numbers_and_clock_times_are_told_in_digits(said: str, told: str) -> None:
    assert in_digits(said) == told


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("¿tuvo fiebre excepto anoche?", "a part is left out"),
        ("¿ya no tiene fiebre?", "denied"),
        ("¿tiene fiebre la hija?", "somebody else may be meant"),
        ("¿ha dejado de tener fiebre?", "a verb that turns it round"),
        ("¿tuvo menos de 3 episodios de fiebre hoy?", "a number that is no limit"),
        ("¿tuvo fiebre el día 12?", "a day that is not read"),
        ("¿tiene más fiebre?", "more than what"),
        ("¿tuvo más desaturaciones que ayer?", "how many or how low"),
        ("¿satura bien sin oxígeno?", "two things at once"),
        ("¿tuvo fiebre en urgencias?", "a place that is not read"),
        ("¿casi llegó a 39?", "nearly is not quite"),
    ],
)
def test_what_could_turn_a_question_round_leaves_no_verdict(question: str, why: str) -> None:
    reading = read(question)
    assert reading.call is None or not reading.sure, why


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("¿subirá la fiebre?", Outcome.DECLINED),
        ("¿se le va a bajar la tensión?", Outcome.DECLINED),
        ("¿bajaría la tensión con eso?", Outcome.DECLINED),
        ("¿le cargo más volumen?", Outcome.DECLINED),
        ("¿se le puede dar agua?", Outcome.DECLINED),
        ("sube la FiO2 al 60", Outcome.DECLINED),
        ("¿por qué está taquicárdico?", Outcome.DECLINED),
        ("¿es 38 fiebre?", Outcome.DECLINED),
        ("¿tuvo fiebre la de la 5 o la de la 6?", Outcome.DECLINED),
        ("¿cómo se calcula el NEWS?", Outcome.DECLINED),
        ("¿a qué hora le dieron el enalapril?", Outcome.NOT_RECORDED),
        ("¿quién le hizo la última cura?", Outcome.NOT_RECORDED),
        ("¿se levantó al sillón?", Outcome.NOT_RECORDED),
    ],
)
def test_refusals_are_told_by_rule(question: str, outcome: Outcome) -> None:
    reading = read(question)
    assert (reading.call, reading.outcome) == (None, outcome)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("¿Cuál es la FC?", "Estoy tratando de averiguar cuál es la FC"),
        ("¿tuvo hipoglucemia anoche?", "tubo hipoglusemia anoche"),
        ("saturación mínima de hoy", "saturacion minima d hoy xfa"),
        ("¿ha bajado la sat de 90?", "ha bajado la sat de noventa"),
        ("¿está baja la tensión?", "¿está bajita la tensión?"),
    ],
)
def test_manners_slips_and_short_forms_change_nothing(one: str, other: str) -> None:
    assert read(one) == read(other)


@given(st.text(max_size=80))
def test_any_text_can_be_rewritten(text: str) -> None:
    assert isinstance(respelt(text.casefold()), str)
    lex(text, ES)
