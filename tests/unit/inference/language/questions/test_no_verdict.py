"""Questions of which no yes, no or number may come, beside those of which one may."""

from datetime import time

import pytest

from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Period, Stretch
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


@pytest.mark.parametrize(
    ("language", "question", "unnamed"),
    [
        (EN, "has bed 7 had a fever?", "has he had a fever?"),
        (EN, "did the patient in bed 12 desaturate today?", "did he desaturate today?"),
        (EN, "has Mrs Jones had a fever?", "has she had a fever?"),
        (EN, "has Mrs Jones in bed 3 had a fever?", "has she had a fever?"),
        (EN, "how many times did room 4 desaturate?", "how many times did she desaturate?"),
        (ES, "¿el de la cama 12 ha desaturado hoy?", "¿ha desaturado hoy?"),
        (ES, "¿ha tenido fiebre doña Carmen?", "¿ha tenido fiebre?"),
        (ES, "¿la de la 5 ha tenido fiebre?", "¿ha tenido fiebre?"),
        (ES, "¿tiene fiebre el señor Pérez?", "¿tiene fiebre?"),
        (ES, "última tensión de doña Carmen, la de la 12", "última tensión"),
    ],
)
def test_a_bed_or_a_name_may_be_of_another_patient(
    language: Language, question: str, unnamed: str
) -> None:
    assert sure(unnamed, language)
    assert not sure(question, language)
    named, plain = (READER.read(each, language, ward=False) for each in (question, unnamed))
    assert named.call == plain.call


@pytest.mark.parametrize(
    ("language", "question"),
    [(EN, "has bed 7 had a fever?"), (ES, "¿ha tenido fiebre la de la cama 7?")],
)
def test_the_ward_is_asked_about_any_bed(language: Language, question: str) -> None:
    assert READER.read(question, language, ward=True).sure


@pytest.mark.parametrize(
    ("language", "question", "hours"),
    [
        (EN, "highest heart rate in the last 12 hour period?", 12.0),
        (EN, "highest heart rate in the last 24 hour window", 24.0),
        (EN, "lowest sat last 30 minute window", 0.5),
        (EN, "highest temp in the last 2 day period", 48.0),
        (EN, "fever in the last 8 hr stretch?", 8.0),
        (ES, "fc máxima del periodo de 12 horas", 12.0),
    ],
)
def test_a_number_before_a_unit_of_time_is_a_length(
    language: Language, question: str, hours: float
) -> None:
    call = READER.read(question, language, ward=False).call
    assert call is not None
    assert call.period == Period(stretch=Stretch.LAST, hours=hours)


def test_so_many_of_something_are_no_limit() -> None:
    for question in ("last 5 temperatures", "last 3 scores", "latest 3 readings of the bp"):
        call = READER.read(question, EN, ward=False).call
        assert call is not None
        assert call.limit is None


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "any fever in the first 6 hours?"),
        (EN, "any fever in the first hour?"),
        (EN, "highest pulse in the first 6 hours?"),
        (ES, "¿tuvo fiebre en las primeras 6 horas?"),
        (ES, "¿tuvo fiebre en la primera hora?"),
    ],
)
def test_the_first_hours_are_not_the_last(language: Language, question: str) -> None:
    assert not sure(question, language)


@pytest.mark.parametrize(
    ("language", "question", "start", "end"),
    [
        (EN, "what was his temperature overnight at 11?", 23, None),
        (EN, "what was his temperature in the evening at 8?", 20, None),
        (EN, "was he febrile at 3 in the small hours?", 3, None),
        (EN, "pulse overnight between 11 and 3", 23, 3),
        (EN, "any desaturation overnight since 11?", 23, None),
        (EN, "temp this morning at 9", 9, None),
        (ES, "¿qué temperatura tenía por la noche a las 11?", 23, None),
        (ES, "fc durante la noche entre las 11 y las 3", 23, 3),
        (ES, "temperatura por la tarde a las 5", 17, None),
        (ES, "¿tuvo fiebre de madrugada a las 4?", 4, None),
    ],
)
def test_a_clock_time_is_of_the_half_that_lies_in_the_part_of_the_day(
    language: Language, question: str, start: int, end: int | None
) -> None:
    assert sure(question, language)
    call = READER.read(question, language, ward=False).call
    assert call is not None
    assert (call.period.start, call.period.end) == (time(start), end and time(end))
    assert not call.period.halves


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "was he febrile overnight at 8?"),
        (EN, "was he febrile overnight at 11 am?"),
        (EN, "is his temp higher than overnight at 8?"),
        (EN, "overnight, was the temp above 38 at 3?"),
        (EN, "was he hypotensive in the last 6 hour period overnight?"),
        (EN, "was he febrile at 3 yesterday?"),
        (EN, "was he febrile yesterday between 2 and 4?"),
        (EN, "is his temp higher than at 3 yesterday?"),
        (ES, "¿tenía fiebre por la noche a las 8?"),
        (ES, "¿tenía fiebre ayer a las 3?"),
        (ES, "¿tuvo fiebre ayer entre las 2 y las 4?"),
    ],
)
def test_a_clock_time_of_either_half_leaves_no_verdict(language: Language, question: str) -> None:
    assert not sure(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "was he febrile at 3 pm yesterday?"),
        (EN, "was he febrile yesterday at 15:00?"),
        (EN, "was he febrile yesterday morning at 9?"),
        (ES, "¿tenía fiebre ayer a las 15:00?"),
        (ES, "¿tenía fiebre ayer por la tarde a las 5?"),
    ],
)
def test_a_clock_time_of_one_half_of_a_past_day_is_plain(language: Language, question: str) -> None:
    assert sure(question, language)


@pytest.mark.parametrize(
    "question",
    [
        "isn't he febrile?",
        "isnt his sat below 90?",
        "wasn't she febrile today?",
        "has the fever resolved?",
        "has he only had a fever once today?",
    ],
)
def test_what_is_denied_ended_or_counted_leaves_no_verdict(question: str) -> None:
    assert not sure(question, EN)
