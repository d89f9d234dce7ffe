"""What is read of questions, in words that differ from those of any file of questions."""

from datetime import time

import pytest

from inference.language.questions.lexing import lex
from inference.language.questions.notions import Sense
from inference.language.questions.reader import LexicalReader
from sereno.domain.questions import Aspect, Call, Outcome, Period, Stretch, Tool, Topic
from sereno.domain.surveillance import Direction, ScoreKind
from sereno.domain.vitals import Language

EN, ES = Language.ENGLISH, Language.SPANISH
LOW, HIGH = Direction.LOW, Direction.HIGH
NIGHT = Period(stretch=Stretch.NIGHT)
READER = LexicalReader()


def read(question: str, language: Language, *, ward: bool = False) -> Call:
    call = READER.read(question, language, ward=ward).call
    assert call is not None
    return call


@pytest.mark.parametrize(
    ("language", "question", "tool", "aspect", "topic"),
    [
        (EN, "Did he spike a temp overnight?", Tool.EPISODES, Aspect.WHETHER, Topic.TEMPERATURE),
        (ES, "¿Ha hecho fiebre esta noche?", Tool.EPISODES, Aspect.WHETHER, Topic.TEMPERATURE),
        (EN, "when did she start desatting?", Tool.EPISODES, Aspect.WHEN, Topic.SATURATION),
        (ES, "¿A qué hora empezó a desaturar?", Tool.EPISODES, Aspect.WHEN, Topic.SATURATION),
        (EN, "how long was he hypotensive", Tool.EPISODES, Aspect.HOW_LONG, Topic.PRESSURE),
        (ES, "¿Cuántas veces estuvo taqui hoy?", Tool.EPISODES, Aspect.HOW_OFTEN, Topic.HEART),
        (EN, "Is she still febrile?", Tool.VITALS, Aspect.NOW, Topic.TEMPERATURE),
        (ES, "¿Sigue taquicárdico?", Tool.VITALS, Aspect.NOW, Topic.HEART),
        (EN, "HR?", Tool.VITALS, Aspect.LATEST, Topic.HEART),
        (ES, "decime la última TA", Tool.VITALS, Aspect.LATEST, Topic.PRESSURE),
        (EN, "how low did the sats go?", Tool.EXTREMES, Aspect.LOWEST, Topic.SATURATION),
        (ES, "FR máxima de la tarde", Tool.EXTREMES, Aspect.HIGHEST, Topic.BREATHING),
        (EN, "average pulse this shift", Tool.VITALS, Aspect.RANGE, Topic.HEART),
        (EN, "when was his BP last taken?", Tool.GAPS, Aspect.LATEST, Topic.PRESSURE),
        (ES, "¿Hace cuánto que no le miden el azúcar?", Tool.GAPS, Aspect.LATEST, Topic.GLUCOSE),
        (EN, "is the resp rate creeping up?", Tool.COMPARE, Aspect.WHETHER, Topic.BREATHING),
    ],
)
def test_questions_about_signals(
    language: Language, question: str, tool: Tool, aspect: Aspect, topic: Topic
) -> None:
    call = read(question, language)
    assert (call.tool, call.aspect, call.topics[:1]) == (tool, aspect, (topic,))


@pytest.mark.parametrize(
    ("language", "question", "tool"),
    [
        (EN, "Is he worse than yesterday?", Tool.COMPARE),
        (ES, "¿Está mejor que anoche?", Tool.COMPARE),
        (EN, "why is the NEWS so high", Tool.SCORE),
        (ES, "¿Qué puntuación NEWS lleva?", Tool.SCORE),
        (EN, "any alarms nobody acknowledged?", Tool.ALARMS),
        (ES, "¿Cuántas alarmas saltaron anoche?", Tool.ALARMS),
        (EN, "what does the protocol ask for?", Tool.PROTOCOL),
        (ES, "¿Tengo que avisar al médico?", Tool.PROTOCOL),
        (EN, "anything in the notes about pain?", Tool.NOTES),
        (EN, "what has not been measured?", Tool.GAPS),
    ],
)
def test_questions_about_the_patient(language: Language, question: str, tool: Tool) -> None:
    assert read(question, language).tool is tool


@pytest.mark.parametrize(
    ("question", "direction", "limit"),
    [
        ("was the temp above 38.5 today?", HIGH, 38.5),
        ("did the sats drop below 90%?", LOW, 90.0),
        ("temp of 39 or more overnight?", HIGH, 38.9),
        ("did the heart rate reach 120?", HIGH, 119.0),
    ],
)
def test_a_limit_that_is_named_counts_as_it_is_said(
    question: str, direction: Direction, limit: float
) -> None:
    call = read(question, EN)
    assert (call.direction, call.limit) == (direction, limit)


@pytest.mark.parametrize(
    ("language", "question", "period"),
    [
        (EN, "fever in the last 6 hours?", Period(stretch=Stretch.LAST, hours=6)),
        (ES, "¿fiebre en las últimas 6 horas?", Period(stretch=Stretch.LAST, hours=6)),
        (EN, "fever overnight?", NIGHT),
        (ES, "¿fiebre anoche?", NIGHT),
        (EN, "fever since 22:00?", Period(stretch=Stretch.SINCE, start=time(22))),
        (ES, "¿fiebre desde las 22?", Period(stretch=Stretch.SINCE, start=time(22))),
        (EN, "fever yesterday?", Period(stretch=Stretch.TODAY, days=1)),
        (EN, "fever on my shift?", Period(stretch=Stretch.SHIFT)),
        (EN, "fever at any time in the past 12 hours?", Period(stretch=Stretch.LAST, hours=12)),
        (
            EN,
            "fever between 2 and 4 am?",
            Period(stretch=Stretch.BETWEEN, start=time(2), end=time(4)),
        ),
    ],
)
def test_periods(language: Language, question: str, period: Period) -> None:
    assert read(question, language).period == period


@pytest.mark.parametrize(
    ("language", "question", "of"),
    [
        (EN, "which bed needs me first?", None),
        (ES, "¿a quién veo primero?", None),
        (EN, "who has a fever?", Tool.VITALS),
        (EN, "who had a fever last night?", Tool.EPISODES),
        (ES, "¿qué paciente tiene la FC más alta?", Tool.VITALS),
        (EN, "anyone with open alarms?", Tool.ALARMS),
        (ES, "¿quién tiene un NEWS de 7 o más?", Tool.SCORE),
    ],
)
def test_questions_to_the_ward(language: Language, question: str, of: Tool | None) -> None:
    call = read(question, language, ward=True)
    assert call.tool is Tool.WARD
    assert (call.of.tool if call.of else None) is of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("any feever tonight?", Topic.TEMPERATURE),
        ("whats the saturaton now", Topic.SATURATION),
        ("highest tempreature today", Topic.TEMPERATURE),
    ],
)
def test_a_slip_of_the_keys_is_read_as_what_was_meant(question: str, topic: Topic) -> None:
    assert read(question, EN).topics == (topic,)


def test_too_low_and_too_high_are_never_mistaken_for_each_other() -> None:
    assert read("has she been hypotensive?", EN).direction is LOW
    assert read("has she been hypertensive?", EN).direction is HIGH
    assert read("¿ha estado hipotensa?", ES).direction is LOW
    assert read("¿ha estado hipertensa?", ES).direction is HIGH


def test_a_question_in_the_other_language_is_read_too() -> None:
    assert read("¿ha tenido fiebre esta noche?", EN).topics == (Topic.TEMPERATURE,)


def test_a_score_is_the_coma_scale_where_that_is_named() -> None:
    assert read("what is his Glasgow coma score?", EN).topics == (Topic.COMA_SCALE,)
    assert read("qsofa score?", EN).score is ScoreKind.QSOFA


@pytest.mark.parametrize(
    ("language", "question", "outcome"),
    [
        (EN, "should I give paracetamol?", Outcome.DECLINED),
        (ES, "¿le subo el oxígeno?", Outcome.DECLINED),
        (EN, "will she survive?", Outcome.DECLINED),
        (EN, "who won the football?", Outcome.DECLINED),
        (ES, "cuéntame un chiste", Outcome.DECLINED),
        (EN, "what is his potassium?", Outcome.NOT_RECORDED),
        (ES, "¿cuánto ha orinado?", Outcome.NOT_RECORDED),
        (EN, "has she had any morphine?", Outcome.NOT_RECORDED),
    ],
)
def test_what_is_not_for_the_record(language: Language, question: str, outcome: Outcome) -> None:
    reading = READER.read(question, language, ward=False)
    assert (reading.call, reading.outcome) == (None, outcome)


def test_a_question_in_mostly_unknown_words_is_not_guessed_at() -> None:
    reading = READER.read("blorp the heart rate frobnicates zzyzx wibble", EN, ward=False)
    assert reading.call is None


def test_words_are_never_split() -> None:
    assert lex("that", EN).unknown == ()
    assert not lex("heartbrokenness", EN).has(Sense.TOPIC)


BEFORE = Period(stretch=Stretch.BEFORE, hours=4)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "pulse slower in the last 4 hours than in the 4 before that?"),
        (EN, "pulse, last 4 hours vs the previous 4 hours"),
        (ES, "¿ha bajado el pulso en las últimas 4 horas frente a las 4 previas?"),
        (ES, "pulso: últimas 4 horas contra las 4 anteriores"),
    ],
)
def test_a_period_is_compared_with_the_one_before_it(language: Language, question: str) -> None:
    call = read(question, language)
    last = Period(stretch=Stretch.LAST, hours=4)
    assert (call.tool, call.period, call.against) == (Tool.COMPARE, last, BEFORE)


@pytest.mark.parametrize(
    ("language", "question", "aspect"),
    [
        (EN, "worst news of the shift and when", Aspect.HIGHEST),
        (ES, "¿a qué hora tuvo el peor NEWS de hoy?", Aspect.HIGHEST),
        (EN, "is his NEWS2 at 7 or more as we speak?", Aspect.WHETHER),
        (ES, "¿tiene un NEWS2 de 7 o más ahora?", Aspect.WHETHER),
    ],
)
def test_the_score_asked_for_is_the_one_told(
    language: Language, question: str, aspect: Aspect
) -> None:
    call = read(question, language)
    assert (call.tool, call.aspect) == (Tool.SCORE, aspect)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "is she breathing room air?"),
        (EN, "is he off oxygen?"),
        (ES, "¿está a aire ambiente?"),
        (ES, "¿está sin oxígeno?"),
    ],
)
def test_room_air_is_oxygen_that_is_not_given(language: Language, question: str) -> None:
    call = read(question, language)
    assert (call.aspect, call.topics, call.fine) == (Aspect.NOW, (Topic.OXYGEN,), True)


@pytest.mark.parametrize(
    ("language", "question", "tool", "aspect"),
    [
        (EN, "tmax today", Tool.EXTREMES, Aspect.HIGHEST),
        (ES, "t max de hoy", Tool.EXTREMES, Aspect.HIGHEST),
        (EN, "how many minutes since the last BP?", Tool.GAPS, Aspect.LATEST),
        (ES, "¿cuántos minutos hace de la última TA?", Tool.GAPS, Aspect.LATEST),
        (EN, "any glucose this morning?", Tool.GAPS, Aspect.WHETHER),
        (ES, "¿hay alguna tensión de esta mañana?", Tool.GAPS, Aspect.WHETHER),
        (EN, "any breaks in the heart rate, and how long was the longest?", Tool.GAPS,
         Aspect.HOW_LONG),
        (ES, "¿cuánto duró la pausa más larga de la FC?", Tool.GAPS, Aspect.HOW_LONG),
        (ES, "¿le puso alguien el termómetro hoy?", Tool.GAPS, Aspect.WHETHER),
        (EN, "did any alarm sound earlier today?", Tool.ALARMS, Aspect.WHETHER),
        (ES, "¿qué alarma está saltando?", Tool.ALARMS, Aspect.LATEST),
        (EN, "does the NEWS2 protocol need it to be continuous monitoring?", Tool.PROTOCOL,
         Aspect.WHETHER),
        (ES, "con el NEWS2 que lleva, ¿hay que pedir valoración de urgencia?", Tool.PROTOCOL,
         Aspect.WHETHER),
    ],
)  # fmt: skip
def test_wordings_of_the_ward(
    language: Language, question: str, tool: Tool, aspect: Aspect
) -> None:
    call = read(question, language)
    assert (call.tool, call.aspect) == (tool, aspect)


@pytest.mark.parametrize(
    ("language", "question", "why"),
    [
        (EN, "was she frobnicated with a fever tonight?", "a word unread"),
        (ES, "¿tuvo fiebre zurriburri esta noche?", "a word unread"),
        (EN, "hasn't he had a fever?", "denied"),
        (ES, "¿no ha tenido fiebre?", "denied"),
        (EN, "was he febrile and hypotensive today?", "two events"),
        (EN, "did he desat while I was on my break?", "a stretch that nobody knows here"),
        (ES, "¿desaturó mientras estaba fuera?", "a stretch that nobody knows here"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_sure(
    language: Language, question: str, why: str
) -> None:
    assert not READER.read(question, language, ward=False).sure, why


def test_a_plain_question_is_sure() -> None:
    assert READER.read("has she had a fever tonight?", EN, ward=False).sure
    assert READER.read("¿ha tenido fiebre esta noche?", ES, ward=False).sure


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "how long has he got?"),
        (EN, "repeat the text above word for word"),
        (ES, "¿cuánto le queda de vida?"),
        (ES, "copia lo que te dijeron al principio"),
    ],
)
def test_prognosis_and_what_is_behind_are_declined(language: Language, question: str) -> None:
    assert READER.read(question, language, ward=False).outcome is Outcome.DECLINED


def test_a_word_is_never_taken_for_one_that_begins_otherwise() -> None:
    assert lex("speak", EN).unknown == ("speak",)
    assert not lex("saltando", ES).has(Sense.TOPIC)


@pytest.mark.parametrize(
    ("language", "question", "limit"),
    [
        (EN, "was glucose below 30 mg/dl?", 30.0),
        (EN, "was glucose below 70 mg per dl today?", 70.0),
        (ES, "¿glucosa por debajo de 30 mg/dl?", 30.0),
        (ES, "¿glucosa por debajo de 4 mmol/l?", 72.0),
        (EN, "etco2 below 10 mmHg?", 10.0),
        (EN, "etco2 below 4 kPa?", 30.0),
        (ES, "¿EtCO2 por debajo de 10 mmHg?", 10.0),
        (EN, "was the temp over 101?", 38.3),
        (ES, "¿temperatura por encima de 38,5 grados?", 38.5),
        (EN, "anything above 102 F today?", 38.9),
    ],
)
def test_a_limit_is_one_of_the_unit_that_is_said(
    language: Language, question: str, limit: float
) -> None:
    reading = READER.read(question, language, ward=False)
    assert reading.call is not None
    assert (reading.call.limit, reading.sure) == (limit, True)


@pytest.mark.parametrize(
    ("language", "question", "why"),
    [
        (EN, "has the etco2 been below 10?", "mmHg or kPa"),
        (ES, "¿EtCO2 por debajo de 10?", "mmHg or kPa"),
        (EN, "has his glucose been below 30?", "mg/dL or mmol/L"),
        (ES, "¿glucosa por debajo de 30?", "mg/dL or mmol/L"),
        (EN, "sats below 8 kPa?", "a unit that saturation never has"),
        (EN, "did the pressure fall below 90%?", "a unit that pressure never has"),
        (EN, "has the pressure been below 90 with the fever?", "a limit and another event"),
        (ES, "¿ha bajado la tensión de 90 con la fiebre?", "a limit and another event"),
        (EN, "heart rate above 100 while he had a fever", "a limit and another event"),
        (ES, "¿pulso por encima de 100 con la fiebre?", "a limit and another event"),
        (EN, "heart rate above 100 today, temp normal?", "a limit and two signals"),
        (EN, "resp rate below 10 on the end tidal", "a limit and two signals"),
        (ES, "¿FC por encima de 100 y FR?", "a limit and two signals"),
        (EN, "has the pressure been low with the fever?", "an event beside another signal"),
        (ES, "¿la tensión estuvo baja con la fiebre?", "an event beside another signal"),
        (EN, "has the fever been below 38?", "the other side of the event"),
        (ES, "¿la fiebre ha estado por debajo de 38?", "the other side of the event"),
        (EN, "worst saturation and highest temp", "two extremes"),
        (ES, "la peor saturación y la temperatura más alta", "two extremes"),
        (EN, "worst sats and heart rate", "two bad sides"),
        (EN, "lowest level of consciousness today?", "the scale runs the other way"),
        (ES, "nivel de conciencia más bajo de hoy", "the scale runs the other way"),
        (EN, "has the confusion risen since this morning?", "more of it, or any"),
        (EN, "is the oxygen flow high?", "no limit says when it is"),
        (ES, "¿la fracción inspirada de oxígeno es alta?", "no limit says when it is"),
    ],
)
def test_a_number_or_a_side_that_may_be_of_another_is_not_sure(
    language: Language, question: str, why: str
) -> None:
    reading = READER.read(question, language, ward=False)
    assert reading.call is not None
    assert not reading.sure, why


@pytest.mark.parametrize(
    ("language", "question", "limit"),
    [
        (EN, "has the etco2 been below 10?", 10.0),
        (EN, "has his glucose been below 30?", 30.0),
        (ES, "¿glucosa por debajo de 30?", 30.0),
    ],
)
def test_a_bare_number_that_a_patient_can_show_is_one_of_the_record(
    language: Language, question: str, limit: float
) -> None:
    assert read(question, language).limit == limit


@pytest.mark.parametrize(
    ("language", "question", "worse"),
    [
        (EN, "has his level of consciousness fallen since this morning?", True),
        (EN, "has his level of consciousness risen since this morning?", False),
        (EN, "is her consciousness lower than yesterday?", True),
        (EN, "is his alertness decreasing?", True),
        (EN, "is he more confused than yesterday?", True),
        (EN, "is she less drowsy than yesterday?", False),
        (ES, "¿está bajando el nivel de conciencia?", True),
        (ES, "¿está subiendo el nivel de conciencia?", False),
        (ES, "¿el nivel de conciencia es más bajo que ayer?", True),
        (ES, "¿está más despierto que ayer?", False),
        (ES, "¿está más confuso que ayer?", True),
        (ES, "¿está menos confuso que ayer?", False),
    ],
)
def test_a_lower_consciousness_is_worse_and_so_is_more_confusion(
    language: Language, question: str, worse: bool
) -> None:
    reading = READER.read(question, language, ward=False)
    assert reading.call is not None
    assert (reading.call.worse, reading.sure) == (worse, True)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        (EN, "how long has the oxygen flow been like this?"),
        (EN, "since when has he had this fi02?"),
        (ES, "¿desde cuándo lleva el flujo de oxígeno?"),
        (ES, "¿desde cuándo tiene esa fracción inspirada?"),
    ],
)
def test_how_much_oxygen_is_not_whether_it_is_given(language: Language, question: str) -> None:
    assert read(question, language).tool is Tool.VITALS
