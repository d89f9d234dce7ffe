"""Every word that the verifier understands, by language. What is not here is refused.

A concept is a name with an argument. Those that state something (a direction, a negation, a
priority) are listed by phrase, the longest first when a text is read; `FILLERS` carry no claim.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from sereno.domain.surveillance import Condition, Direction, Response
from sereno.domain.vitals import Language, Signal


class Idea(Enum):
    """What a word or phrase can mean."""

    SIGNAL = auto()  # argument: a Signal, or PRESSURE, ARTERIAL_PRESSURE, DATA
    SCORE = auto()
    SAME = auto()  # in the same stretch of time as an alarm's onset
    TREND = auto()  # it rose (HIGH) or fell (LOW)
    BEYOND = auto()  # above (HIGH) or below (LOW) the limit that follows
    UP_TO = auto()
    ALTERED = auto()
    WORST = auto()
    EXTREME = auto()  # highest (HIGH) or lowest (LOW)
    FROM = auto()
    TO = auto()
    AT = auto()
    SINCE = auto()
    BETWEEN = auto()
    AND = auto()
    BEFORE = auto()
    BEGIN = auto()
    LASTING = auto()
    LONGEST = auto()
    TIMES = auto()  # argument: a number where the word holds one (twice)
    EPISODES = auto()
    SINGLE = auto()
    SINGLES = auto()  # as SINGLE, counted by the number before
    STILL = auto()
    NOW = auto()
    LATEST = auto()
    CHANGED = auto()
    MIND = auto()  # argument: the ACVPU value
    ROOM_AIR = auto()
    RESPONSE = auto()
    AT_LEAST = auto()
    UNKNOWN = auto()  # which response is asked for
    PARTIAL = auto()
    RANGE = auto()
    MISSING = auto()
    NOT_SCORED = auto()  # argument: why, or nothing
    WHY_NOT = auto()  # argument: why
    ALARM = auto()  # argument: whether technical
    PRIORITY = auto()
    CONDITION = auto()
    ANSWERED = auto()
    UNANSWERED = auto()
    GONE = auto()
    OPEN = auto()
    BACK = auto()  # gone for a while
    UNMEASURED = auto()  # gone only because its signal was
    ABSENT = auto()
    GAPS = auto()
    WINDOW = auto()
    NOTHING = auto()
    NEGATION = auto()  # a negation on its own: no kind of fact allows it
    MEASURED = auto()  # likewise
    MEDIAN = auto()
    THROUGHOUT = auto()  # lowest and highest are one
    PROTOCOL = auto()  # what follows is asked for
    ASKED = auto()  # argument: the response whose words these are
    NOT_YET = auto()  # it is not known what is asked for
    TO_MEASURE = auto()
    NOTE = auto()
    SAYS = auto()  # argument: whether all of it or a part
    UNQUOTED = auto()


PRESSURE = "blood pressure"
ARTERIAL_PRESSURE = "arterial pressure"
DATA = "data"

_LOW, _HIGH = Direction.LOW, Direction.HIGH


@dataclass(frozen=True, slots=True)
class Concept:
    """An idea and what it is about."""

    idea: Enum
    about: object = None


_ENGLISH: Mapping[Enum, Mapping[object, str]] = {
    Idea.SIGNAL: {
        Signal.HEART_RATE: "heart rate",
        Signal.PULSE_RATE: "pulse rate",
        Signal.SPO2: "spo2|oxygen saturation",
        Signal.RESPIRATORY_RATE: "respiratory rate",
        Signal.TEMPERATURE: "temperature",
        Signal.CUFF_SYSTOLIC: "systolic pressure",
        Signal.CUFF_DIASTOLIC: "diastolic pressure",
        Signal.CUFF_MEAN: "mean pressure",
        Signal.INVASIVE_SYSTOLIC: "arterial systolic pressure",
        Signal.INVASIVE_DIASTOLIC: "arterial diastolic pressure",
        Signal.INVASIVE_MEAN: "arterial mean pressure",
        Signal.END_TIDAL_CO2: "end-tidal co2",
        Signal.FIO2: "fio2|inspired oxygen",
        Signal.OXYGEN_FLOW: "oxygen flow",
        Signal.OXYGEN_GIVEN: "supplemental oxygen",
        Signal.CONSCIOUSNESS: "consciousness",
        Signal.GLASGOW_COMA_SCALE: "gcs|glasgow coma scale",
        Signal.GLUCOSE: "glucose",
        Signal.ECG: "ecg",
        Signal.PLETH: "pleth",
        Signal.RESPIRATION: "respiration wave",
        Signal.PRESSURE: "pressure wave",
        PRESSURE: "bp|blood pressure",
        ARTERIAL_PRESSURE: "arterial bp|arterial blood pressure",
        DATA: "data",
    },
    Idea.SCORE: {None: "news2"},
    Idea.SAME: {None: "in the same"},
    Idea.TREND: {
        _LOW: "fell|dropped|down|went down|came down|decreased",
        _HIGH: "rose|risen|up|went up|increased",
    },
    Idea.BEYOND: {_LOW: "below|under", _HIGH: "above|over"},
    Idea.UP_TO: {None: "up to"},
    Idea.ALTERED: {None: "altered"},
    Idea.WORST: {None: "at worst"},
    Idea.EXTREME: {
        _LOW: "lowest|reached a low|a low|minimum",
        _HIGH: "highest|peaked|peaked at|peak|maximum",
    },
    Idea.FROM: {None: "from"},
    Idea.TO: {None: "to"},
    Idea.AT: {None: "at"},
    Idea.SINCE: {None: "since"},
    Idea.BETWEEN: {None: "between"},
    Idea.AND: {None: "and"},
    Idea.BEFORE: {None: "before"},
    Idea.BEGIN: {None: "begin at"},
    Idea.LASTING: {None: "for|lasted"},
    Idea.LONGEST: {None: "longest|the longest"},
    Idea.TIMES: {None: "times", 2: "twice"},
    Idea.EPISODES: {None: "episodes"},
    Idea.SINGLE: {None: "a single|in a single reading"},
    Idea.SINGLES: {None: "single readings"},
    Idea.STILL: {None: "so far|by the last reading|still|has stayed"},
    Idea.NOW: {None: "now|currently"},
    Idea.LATEST: {None: "the latest|last measured"},
    Idea.CHANGED: {None: "changed"},
    Idea.MIND: {
        0: "alert",
        1: "new confusion",
        2: "responding to voice",
        3: "responding to pain",
        4: "unresponsive",
    },
    Idea.ROOM_AIR: {None: "room air"},
    Idea.RESPONSE: {
        Response.ROUTINE: "routine monitoring",
        Response.WARD: "ward-based response",
        Response.URGENT_WARD: "urgent ward-based response",
        Response.URGENT: "urgent response",
        Response.EMERGENCY: "emergency response",
    },
    Idea.AT_LEAST: {None: "at least"},
    Idea.UNKNOWN: {None: "response unknown"},
    Idea.PARTIAL: {None: "partial"},
    Idea.RANGE: {None: "range"},
    Idea.MISSING: {None: "missing|no current"},
    Idea.NOT_SCORED: {None: "not scored"},
    Idea.WHY_NOT: {
        "under_16": "under 16 years of age",
        "pregnant": "pregnancy",
        "no_data": "nothing current is known",
    },
    Idea.ALARM: {False: "alarm|alarms", True: "technical alarm|technical alarms"},
    Idea.PRIORITY: {
        "low": "low-priority|low priority",
        "medium": "medium-priority|medium priority",
        "high": "high-priority|high priority",
    },
    Idea.CONDITION: {
        Condition.SENSOR_OFF: "sensor off",
        Condition.SOURCE_SILENT: "no data from the source",
        Condition.CLOCK_WRONG: "wrong clock at the source",
        Condition.IMPLAUSIBLE: "implausible",
        Condition.MONITORING_STOPPED: "monitoring has stopped",
    },
    Idea.ANSWERED: {None: "acknowledged"},
    Idea.UNANSWERED: {None: "not acknowledged"},
    Idea.GONE: {None: "no longer present|ended"},
    Idea.OPEN: {None: "open"},
    Idea.BACK: {None: "back"},
    Idea.UNMEASURED: {None: "present when last measured"},
    Idea.ABSENT: {
        None: "no|not measured|has not been measured|was not measured|was missing|no values"
        "|have not arrived|no data have arrived"
    },
    Idea.GAPS: {None: "gaps"},
    Idea.WINDOW: {None: "in this window"},
    Idea.NOTHING: {None: "no valid measurements|nothing valid was measured"},
    Idea.NEGATION: {None: "not|never|nothing|none|without|neither|nor"},
    Idea.MEASURED: {None: "measured|arrived|present|scored|current|valid|measurements"},
    Idea.MEDIAN: {None: "median"},
    Idea.THROUGHOUT: {None: "throughout"},
    Idea.PROTOCOL: {None: "by the news2 protocol|the news2 protocol asks for this"},
    # Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017, chart 4.
    Idea.ASKED: {
        Response.ROUTINE: "go on with routine monitoring at least every twelve hours",
        Response.WARD: "have a registered nurse assess the patient and observe at least every four"
        " to six hours",
        Response.URGENT_WARD: "have the ward's medical team review the patient and observe at least"
        " hourly",
        Response.URGENT: "inform the medical team at once for an urgent assessment and observe at"
        " least hourly",
        Response.EMERGENCY: "inform a senior of the medical team at once for an emergency"
        " assessment with critical care skills and monitor continuously",
    },
    Idea.NOT_YET: {None: "what the news2 protocol asks for can not be told yet"},
    Idea.TO_MEASURE: {None: "still to measure"},
    Idea.NOTE: {None: "note"},
    Idea.SAYS: {"whole": "says", "part": "says in part"},
    Idea.UNQUOTED: {None: "not quoted here"},
}

_SPANISH: Mapping[Enum, Mapping[object, str]] = {
    Idea.SIGNAL: {
        Signal.HEART_RATE: "frecuencia cardíaca",
        Signal.PULSE_RATE: "frecuencia del pulso",
        Signal.SPO2: "spo2|saturación de oxígeno",
        Signal.RESPIRATORY_RATE: "frecuencia respiratoria",
        Signal.TEMPERATURE: "temperatura",
        Signal.CUFF_SYSTOLIC: "presión sistólica",
        Signal.CUFF_DIASTOLIC: "presión diastólica",
        Signal.CUFF_MEAN: "presión media",
        Signal.INVASIVE_SYSTOLIC: "presión sistólica invasiva",
        Signal.INVASIVE_DIASTOLIC: "presión diastólica invasiva",
        Signal.INVASIVE_MEAN: "presión media invasiva",
        Signal.END_TIDAL_CO2: "co2 espirado",
        Signal.FIO2: "fio2|oxígeno inspirado",
        Signal.OXYGEN_FLOW: "flujo de oxígeno",
        Signal.OXYGEN_GIVEN: "oxígeno suplementario",
        Signal.CONSCIOUSNESS: "nivel de conciencia",
        Signal.GLASGOW_COMA_SCALE: "glasgow",
        Signal.GLUCOSE: "glucemia|glucosa",
        Signal.ECG: "ecg",
        Signal.PLETH: "pletismografía",
        Signal.RESPIRATION: "onda respiratoria",
        Signal.PRESSURE: "onda de presión",
        PRESSURE: "pa|presión arterial",
        ARTERIAL_PRESSURE: "pa invasiva|presión arterial invasiva",
        DATA: "datos",
    },
    Idea.SCORE: {None: "news2"},
    Idea.SAME: {None: "en los mismos|en las mismas"},
    Idea.TREND: {
        _LOW: "cayó|bajó|descendió|ha caído|baja",
        _HIGH: "subió|aumentó|ha subido|sube",
    },
    Idea.BEYOND: {_LOW: "por debajo", _HIGH: "por encima"},
    Idea.UP_TO: {None: "de hasta|hasta"},
    Idea.ALTERED: {None: "alterado"},
    Idea.WORST: {None: "en el peor momento"},
    Idea.EXTREME: {_LOW: "mínimo|valor más bajo", _HIGH: "máximo|valor más alto"},
    Idea.FROM: {None: "de|del"},
    Idea.TO: {None: "a|al"},
    Idea.AT: {None: "a las|a la"},
    Idea.SINCE: {None: "desde|desde las|desde la"},
    Idea.BETWEEN: {None: "entre las|entre la"},
    Idea.AND: {None: "y|y las|y la"},
    Idea.BEFORE: {None: "antes de las|antes de la"},
    Idea.BEGIN: {None: "empiezan a las|empiezan a la"},
    Idea.LASTING: {None: "durante|duró"},
    Idea.LONGEST: {None: "más largo|más larga"},
    Idea.TIMES: {None: "veces", 2: "dos veces"},
    Idea.EPISODES: {None: "episodios"},
    Idea.SINGLE: {None: "una sola lectura"},
    Idea.SINGLES: {None: "lecturas aisladas"},
    Idea.STILL: {None: "hasta ahora|hasta la última medida|sigue|está|ahora sigue"},
    Idea.NOW: {None: "ahora|actualmente"},
    Idea.LATEST: {None: "última medición"},
    Idea.CHANGED: {None: "pasó"},
    Idea.MIND: {
        0: "alerta",
        1: "confusión nueva",
        2: "responde a la voz",
        3: "responde al dolor",
        4: "sin respuesta",
    },
    Idea.ROOM_AIR: {None: "aire ambiente"},
    Idea.RESPONSE: {
        Response.ROUTINE: "vigilancia habitual",
        Response.WARD: "respuesta en planta",
        Response.URGENT_WARD: "respuesta urgente en planta",
        Response.URGENT: "respuesta urgente",
        Response.EMERGENCY: "respuesta de emergencia",
    },
    Idea.AT_LEAST: {None: "al menos"},
    Idea.UNKNOWN: {None: "respuesta por determinar"},
    Idea.PARTIAL: {None: "parcial"},
    Idea.RANGE: {None: "rango de|rango"},
    Idea.MISSING: {None: "falta|faltan"},
    Idea.NOT_SCORED: {None: "sin calcular"},
    Idea.WHY_NOT: {
        "under_16": "menor de 16 años",
        "pregnant": "embarazo",
        "no_data": "sin datos actuales",
    },
    Idea.ALARM: {False: "alarma|alarmas", True: "alarma técnica|alarmas técnicas"},
    Idea.PRIORITY: {"low": "prioridad baja", "medium": "prioridad media", "high": "prioridad alta"},
    Idea.CONDITION: {
        Condition.SENSOR_OFF: "sensor desconectado",
        Condition.SOURCE_SILENT: "no llegan datos de la fuente",
        Condition.CLOCK_WRONG: "reloj incorrecto en la fuente",
        Condition.IMPLAUSIBLE: "valores inverosímiles",
        Condition.MONITORING_STOPPED: "la monitorización se ha detenido",
    },
    Idea.ANSWERED: {None: "reconocida"},
    Idea.UNANSWERED: {None: "sin reconocer"},
    Idea.GONE: {None: "ya no presente|ya no presentes|terminó"},
    Idea.OPEN: {None: "abierta|abiertas"},
    Idea.BACK: {None: "de nuevo presente"},
    Idea.UNMEASURED: {None: "presente en la última medición|presentes en la última medición"},
    Idea.ABSENT: {
        None: "sin|sin datos de|no se ha medido|no se midió|no hay medidas|no hay valores|faltó"
        "|sin medir|no llegan"
    },
    Idea.GAPS: {None: "interrupciones"},
    Idea.WINDOW: {None: "en este periodo"},
    Idea.NOTHING: {None: "sin mediciones válidas|no hay mediciones válidas"},
    Idea.NEGATION: {None: "no|nunca|nada|ningún|ninguna|ni|tampoco"},
    Idea.MEASURED: {
        None: "medido|midió|medidas|hay|llegan|reconocer|reconocido|calcular|mediciones|presente"
    },
    Idea.MEDIAN: {None: "mediana"},
    Idea.THROUGHOUT: {None: "en todo momento"},
    Idea.PROTOCOL: {None: "según el protocolo news2|el protocolo news2 pide lo siguiente"},
    Idea.ASKED: {
        Response.ROUTINE: "seguir la vigilancia habitual, al menos cada doce horas",
        Response.WARD: "pedir que enfermería valore al paciente y observar al menos cada cuatro a"
        " seis horas",
        Response.URGENT_WARD: "pedir que el equipo médico de planta revise al paciente y observar"
        " al menos cada hora",
        Response.URGENT: "avisar de inmediato al equipo médico para una valoración urgente y"
        " observar al menos cada hora",
        Response.EMERGENCY: "avisar de inmediato a un médico sénior para una valoración de"
        " emergencia con competencias en críticos y vigilar de forma continua",
    },
    Idea.NOT_YET: {None: "aún no se sabe qué pide el protocolo news2"},
    Idea.TO_MEASURE: {None: "por medir"},
    Idea.NOTE: {None: "nota"},
    Idea.SAYS: {"whole": "dice", "part": "dice en parte"},
    Idea.UNQUOTED: {None: "no se cita aquí"},
}

_ENGLISH_FILLERS = "the a an of is was it has been so that with value values reading readings in"
_SPANISH_FILLERS = (
    "la el las los un una es era fue estuvo con en que episodio lectura se ha valor llegó"
)
FILLERS: Mapping[Language, frozenset[str]] = MappingProxyType(
    {
        Language.ENGLISH: frozenset(_ENGLISH_FILLERS.split()),
        Language.SPANISH: frozenset(_SPANISH_FILLERS.split()),
    }
)

# The spellings of units that each signal takes, as they follow a number.
_COMMON: Mapping[str, frozenset[Signal]] = {
    "°C": frozenset({Signal.TEMPERATURE}),
    "L/min": frozenset({Signal.OXYGEN_FLOW}),
    "mg/dL": frozenset({Signal.GLUCOSE}),
    "%": frozenset({Signal.SPO2, Signal.FIO2}),
    "mmHg": frozenset(
        {
            Signal.CUFF_SYSTOLIC,
            Signal.CUFF_DIASTOLIC,
            Signal.CUFF_MEAN,
            Signal.INVASIVE_SYSTOLIC,
            Signal.INVASIVE_DIASTOLIC,
            Signal.INVASIVE_MEAN,
            Signal.END_TIDAL_CO2,
        }
    ),
}
_BEATS = frozenset({Signal.HEART_RATE, Signal.PULSE_RATE})
_BREATHS = frozenset({Signal.RESPIRATORY_RATE})

UNITS: Mapping[Language, Mapping[str, frozenset[Signal]]] = MappingProxyType(
    {
        Language.ENGLISH: {**_COMMON, "/min": _BEATS | _BREATHS, "bpm": _BEATS},
        Language.SPANISH: {**_COMMON, "lpm": _BEATS, "rpm": _BREATHS},
    }
)

UNITLESS = frozenset({Signal.GLASGOW_COMA_SCALE, Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN})

_ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_SPANISH_MONTHS = "ene feb mar abr may jun jul ago sept oct nov dic"
MONTHS: Mapping[Language, tuple[str, ...]] = MappingProxyType(
    {
        Language.ENGLISH: tuple(_ENGLISH_MONTHS.split()),
        Language.SPANISH: tuple(_SPANISH_MONTHS.split()),
    }
)


def _phrases(table: Mapping[Enum, Mapping[object, str]]) -> Iterator[tuple[str, Concept]]:
    for idea, meanings in table.items():
        for about, spellings in meanings.items():
            for spelling in spellings.split("|"):
                yield spelling, Concept(idea, about)


def lexicon_of(table: Mapping[Enum, Mapping[object, str]]) -> Mapping[str, Concept]:
    """Phrases to concepts, the longest first. Raises ValueError where one has two meanings."""
    phrases = list(_phrases(table))
    if len({phrase for phrase, _ in phrases}) < len(phrases):
        raise ValueError("a phrase of the verifier's lexicon has two meanings")
    longest_first = sorted(phrases, key=lambda entry: -len(entry[0]))
    return MappingProxyType(dict(longest_first))


LEXICON: Mapping[Language, Mapping[str, Concept]] = MappingProxyType(
    {Language.ENGLISH: lexicon_of(_ENGLISH), Language.SPANISH: lexicon_of(_SPANISH)}
)
