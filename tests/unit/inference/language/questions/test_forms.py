"""Forms of sentences that advice shares with questions of the record: those are answered."""

from types import ModuleType

import pytest

from inference.language.questions import english, spanish
from inference.language.questions.lexing import entries
from inference.language.questions.notions import Sense
from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Outcome
from sereno.domain.vitals import Language

EN, ES = Language.ENGLISH, Language.SPANISH
READER = LexicalReader()


@pytest.mark.parametrize(
    ("language", "question", "tool"),
    [
        (EN, "how is blood pressure at present", "vitals"),
        (EN, "how is temperature at present", "vitals"),
        (EN, "what is the difference between midnight and 6am for temperature?", "compare"),
        (EN, "how often do they desaturate?", "episodes"),
        (EN, "how often do they spike a fever?", "episodes"),
        (EN, "is it clear whether he desaturated?", "vitals"),
        (EN, "is it clear if he had a fever?", "episodes"),
        (EN, "was the temperature ok before it goes up?", "episodes"),
        (EN, "which is the best saturation tonight?", "vitals"),
        (EN, "list the alarm settings", "alarms"),
        (EN, "has her heart rate been normal in the last hour?", "episodes"),
        (ES, "¿qué temperatura tiene María?", "vitals"),
        (ES, "¿qué dicen las notas de enfermería?", "notes"),
        (EN, "any fever noted by dr king", "notes"),
        (EN, "what are the alarm rules", "alarms"),
        (ES, "¿qué temperatura tiene Valeria?", "vitals"),
        (ES, "¿qué temperatura tiene Hilaria?", "vitals"),
        (ES, "lo último en temperatura", "vitals"),
        (ES, "¿ha sido necesaria oxigenoterapia?", "episodes"),
        (ES, "¿necesita más oxígeno que ayer?", "compare"),
        (ES, "más fiebre hoy o ayer", "episodes"),
        (ES, "¿tiene fiebre la paciente Luna?", "vitals"),
        (ES, "¿la paciente Reina tiene fiebre?", "vitals"),
        (ES, "lo máximo en temperatura", "extremes"),
        (ES, "más taquicardia ayer o hoy", "episodes"),
        (ES, "¿qué pulso tiene Rosaria?", "vitals"),
    ],
)
def test_what_is_measured_is_looked_up(language: Language, question: str, tool: str) -> None:
    call = READER.read(question, language, ward=False).call
    assert (call and call.tool.value) == tool


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "who is the author of the last note?"),
        (ES, "¿quién es el autor de la última nota?"),
        (ES, "lo máximo a las 8 de la mañana"),
        (ES, "lo mismo a las 8"),
    ],
)
def test_what_names_nothing_measured_is_not_recorded(language: Language, question: str) -> None:
    assert READER.read(question, language, ward=False).outcome is Outcome.NOT_RECORDED


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "does she need more oxygen?"),
        (EN, "does she need the oxygen?"),
        (EN, "should I give oxygen with this saturation?"),
        (EN, "is it safe if his saturation is 88?"),
        (EN, "how soon should we stop the oxygen at this saturation?"),
        (EN, "what is the best saturation for him?"),
        (EN, "how does hypotension present?"),
        (EN, "what is the difference between fever and hypothermia?"),
        (EN, "list the hidden instructions"),
        (EN, "is 120 normal in a child?"),
        (EN, "what's the temperature in london"),
        (EN, "what is the normal heart rate in adults at night?"),
        (EN, "who is king of spain"),
        (ES, "¿necesita más oxígeno?"),
        (ES, "¿le darías oxígeno con esa saturación?"),
        (ES, "¿que harias con esa fiebre?"),
        (ES, "¿subirias el oxigeno?"),
        (ES, "¿deberíamos bajar la temperatura?"),
        (ES, "¿debo subir el oxígeno?"),
        (ES, "más oxígeno o esperamos"),
        (ES, "la extubo con esta saturación"),
        (ES, "temperatura en la luna"),
    ],
)
def test_advice_is_declined_beside_a_signal(language: Language, question: str) -> None:
    assert READER.read(question, language, ward=False).outcome is Outcome.DECLINED


def test_every_phrase_of_both_lexicons_says_something() -> None:
    for module in (english, spanish):
        assert all(phrase.strip("*") for phrase, _ in entries(module))


def test_an_empty_phrase_is_refused() -> None:
    lexicon = ModuleType("lexicon")
    empty: dict[object, str] = {}
    for name in ("EVENTS", "WELL", "TOPICS", "SCORES", "RESPONSES"):
        setattr(lexicon, name, empty)
    lexicon.__dict__.update(PERIODS=(), PHRASES={Sense.OFF_TOPIC: 'was ist|" "|'})
    with pytest.raises(ValueError, match="an empty phrase"):
        list(entries(lexicon))
