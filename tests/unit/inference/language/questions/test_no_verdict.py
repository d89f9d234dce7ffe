"""Questions of which no yes, no or number may come, beside those of which one may."""

import pytest

from inference.language.questions.reader import LexicalReader
from sereno.domain.vitals import Language

EN, ES = Language.ENGLISH, Language.SPANISH
READER = LexicalReader()


def sure(question: str, language: Language) -> bool:
    """Whether a verdict may come of it."""
    reading = READER.read(question, language, ward=False)
    return reading.call is not None and reading.sure


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "Has he had a fever? On Tuesday"),
        (EN, "Did she desaturate? I mean last Friday"),
        (EN, "On Monday, when did he have a fever?"),
        (EN, "After haemodialysis session with Fresenius, when did his pressure drop?"),
        (EN, "Has she desaturated? At the weekend"),
        (EN, "the surgeon who saw him on Monday asks whether he had a fever"),
        (ES, "¿Ha tenido fiebre? el martes"),
        (ES, "¿Ha tenido fiebre? hace 3 noches"),
        (ES, "El lunes, ¿cuándo tuvo fiebre?"),
        (ES, "¿Ha desaturado? el fin de semana"),
        (ES, "la neumóloga pregunta si tuvo fiebre el martes"),
    ],
)
def test_what_stands_before_or_behind_a_question_is_part_of_it(
    language: Language, question: str
) -> None:
    assert not sure(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "the doctor asks me whether he had a fever"),
        (EN, "the rheumatology fellow wants to know when he had a fever"),
        (ES, "la neumóloga pregunta si ha tenido fiebre"),
        (ES, "la especialista boliviana me pregunta cuándo tuvo fiebre"),
    ],
)
def test_who_asks_is_no_part_of_the_question(language: Language, question: str) -> None:
    assert sure(question, language)
