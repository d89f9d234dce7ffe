"""Every word that the verifier understands of a text for the patient. What is not here is refused.

As in the lexicon of the other forms, what states something is a concept; fillers carry no claim.
"""

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from inference.language.verification.lexicon import lexicon_of
from inference.language.verification.reading import Vocabulary
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language, Signal


class Plain(Enum):
    """What a word or phrase can mean."""

    SIGNAL = auto()  # argument: a Signal
    USUAL = auto()  # in the usual range
    BEYOND_USUAL = auto()  # argument: a Direction
    CLEARLY = auto()  # further than just beyond the usual range
    BEYOND_LIMIT = auto()  # argument: a Direction
    ALTERED = auto()  # consciousness is
    MIND = auto()  # argument: the ACVPU value
    OXYGEN = auto()  # argument: whether some is given
    UPPER = auto()  # the number is the systolic of two pressures
    HOLDS = auto()  # it is so
    HELD = auto()  # it was so
    NOW = auto()
    THEN = auto()
    WENT = auto()  # argument: a Direction
    MOST = auto()  # argument: a Direction: it was lowest or highest
    ALARM_ON = auto()
    ALARM_CAME = auto()  # on, and its condition has gone
    TOGETHER = auto()  # the readings as a whole; argument: whether they still need attention
    AGAIN = auto()  # it is so again
    GONE = auto()  # what set the alarm off is over
    UNMEASURED = auto()  # it was so when last measured
    SEEN = auto()  # the alarm is acknowledged
    SINGLE = auto()
    SINGLES = auto()  # as SINGLE, counted by the number before
    TIMES = auto()  # argument: a number where the word holds one (twice)
    SO_FAR = auto()
    AT_LONGEST = auto()  # the duration is that of the longest
    STILL_SO = auto()
    NO_RANGES = auto()  # argument: why the usual ranges do not hold
    NOT_MEASURED = auto()
    NO_READINGS = auto()  # none came in
    NO_EARLIER = auto()  # there are none before a time
    NOTHING = auto()  # there is none to rely on
    HOURS = auto()  # in these hours
    LONGEST_GAP = auto()
    AT = auto()
    SINCE = auto()
    FROM = auto()
    BETWEEN = auto()
    AND = auto()
    BEFORE = auto()
    ABOUT = auto()  # the hours that follow are rounded to half ones
    HALF = auto()  # an hour more than those before
    MOMENT = auto()  # less than a minute


CUES = frozenset(
    {Plain.AT, Plain.SINCE, Plain.FROM, Plain.BETWEEN, Plain.AND, Plain.BEFORE}
)  # what stands before a time
HOURS = frozenset({"hour", "hours", "hora", "horas"})
MINUTES = frozenset({"minute", "minutes", "minuto", "minutos"})

_LOW, _HIGH = Direction.LOW, Direction.HIGH

_ENGLISH: Mapping[Enum, Mapping[object, str]] = {
    Plain.SIGNAL: {
        Signal.HEART_RATE: "your heart rate",
        Signal.PULSE_RATE: "your pulse",
        Signal.SPO2: "the oxygen in your blood",
        Signal.RESPIRATORY_RATE: "your breathing",
        Signal.TEMPERATURE: "your temperature",
        Signal.CUFF_SYSTOLIC: "your blood pressure",
        Signal.CUFF_DIASTOLIC: "the lower number of your blood pressure",
        Signal.CUFF_MEAN: "your average blood pressure",
        Signal.INVASIVE_SYSTOLIC: "the blood pressure in your artery",
        Signal.INVASIVE_DIASTOLIC: "the lower number of the blood pressure in your artery",
        Signal.INVASIVE_MEAN: "the average blood pressure in your artery",
        Signal.END_TIDAL_CO2: "the carbon dioxide you breathe out",
        Signal.FIO2: "the share of oxygen you breathe in",
        Signal.OXYGEN_FLOW: "the flow of your extra oxygen",
        Signal.OXYGEN_GIVEN: "your extra oxygen",
        Signal.CONSCIOUSNESS: "your level of alertness",
        Signal.GLUCOSE: "the sugar in your blood",
    },
    Plain.USUAL: {None: "in the usual range"},
    Plain.BEYOND_USUAL: {
        _LOW: "lower than usual|slower than usual",
        _HIGH: "higher than usual|faster than usual",
    },
    Plain.CLEARLY: {None: "clearly"},
    Plain.BEYOND_LIMIT: {
        _LOW: "below the limit set for you",
        _HIGH: "above the limit set for you",
    },
    Plain.ALTERED: {None: "less alert or more confused than usual"},
    Plain.MIND: {
        0: "alert",
        1: "more confused than usual",
        2: "responding when spoken to",
        3: "responding only to firm touch",
        4: "not responding",
    },
    Plain.OXYGEN: {True: "getting extra oxygen", False: "breathing without extra oxygen"},
    Plain.UPPER: {None: "the upper number"},
    Plain.HOLDS: {None: "is|are|has been|have been"},
    Plain.HELD: {None: "was|were"},
    Plain.NOW: {None: "now|right now"},
    Plain.THEN: {None: "then"},
    Plain.WENT: {_LOW: "went down|got slower", _HIGH: "went up|got faster"},
    Plain.MOST: {
        _LOW: "was lowest|was at its lowest|was slowest|was at its slowest",
        _HIGH: "was highest|was at its highest|was fastest|was at its fastest",
    },
    Plain.ALARM_ON: {None: "an alarm is on|there is an alarm"},
    Plain.ALARM_CAME: {None: "an alarm came on|there was an alarm"},
    Plain.TOGETHER: {
        True: "your readings, taken together, have needed more attention",
        False: "your readings, taken together, needed more attention",
    },
    Plain.AGAIN: {None: "and is so again|and are so again|and do so again"},
    Plain.GONE: {None: "but what set it off is over"},
    Plain.UNMEASURED: {None: "and still was when last measured|and still were when last measured"},
    Plain.SEEN: {None: "your care team saw it"},
    Plain.SINGLE: {None: "in a single reading"},
    Plain.SINGLES: {None: "single readings"},
    Plain.TIMES: {None: "times", 2: "twice"},
    Plain.SO_FAR: {None: "so far"},
    Plain.AT_LONGEST: {None: "at the longest"},
    Plain.STILL_SO: {None: "and is so now|and are so now"},
    Plain.NO_RANGES: {
        "under_16": "the usual ranges are not used here, since they are those of adults",
        "pregnant": "the usual ranges are not used here, since they do not hold in pregnancy",
    },
    Plain.NOT_MEASURED: {
        None: "has not been measured|was not measured|were not measured|went unmeasured"
        "|breaks in measuring"
    },
    Plain.NO_READINGS: {None: "no readings have come in|no readings came in"},
    Plain.NO_EARLIER: {None: "there are no readings"},
    Plain.NOTHING: {None: "there are no readings to rely on"},
    Plain.HOURS: {None: "in these hours"},
    Plain.LONGEST_GAP: {None: "the longest was"},
    Plain.AT: {None: "at"},
    Plain.SINCE: {None: "since"},
    Plain.FROM: {None: "from"},
    Plain.BETWEEN: {None: "between"},
    Plain.AND: {None: "and"},
    Plain.BEFORE: {None: "before"},
    Plain.ABOUT: {None: "about"},
    Plain.HALF: {None: "and a half hours"},
    Plain.MOMENT: {None: "less than a minute"},
}

_SPANISH: Mapping[Enum, Mapping[object, str]] = {
    Plain.SIGNAL: {
        Signal.HEART_RATE: "su frecuencia cardíaca",
        Signal.PULSE_RATE: "su pulso",
        Signal.SPO2: "el oxígeno en su sangre",
        Signal.RESPIRATORY_RATE: "su respiración",
        Signal.TEMPERATURE: "su temperatura",
        Signal.CUFF_SYSTOLIC: "su presión arterial",
        Signal.CUFF_DIASTOLIC: "la cifra baja de su presión arterial",
        Signal.CUFF_MEAN: "su presión arterial media",
        Signal.INVASIVE_SYSTOLIC: "la presión dentro de su arteria",
        Signal.INVASIVE_DIASTOLIC: "la cifra baja de la presión dentro de su arteria",
        Signal.INVASIVE_MEAN: "la presión media dentro de su arteria",
        Signal.END_TIDAL_CO2: "el dióxido de carbono que usted exhala",
        Signal.FIO2: "la parte de oxígeno que usted respira",
        Signal.OXYGEN_FLOW: "el flujo de su oxígeno extra",
        Signal.OXYGEN_GIVEN: "su oxígeno extra",
        Signal.CONSCIOUSNESS: "su nivel de alerta",
        Signal.GLUCOSE: "el azúcar en su sangre",
    },
    Plain.USUAL: {None: "dentro de lo habitual"},
    Plain.BEYOND_USUAL: {
        _LOW: "más bajo de lo habitual|más baja de lo habitual|más lento de lo habitual"
        "|más lenta de lo habitual",
        _HIGH: "más alto de lo habitual|más alta de lo habitual|más rápido de lo habitual"
        "|más rápida de lo habitual",
    },
    Plain.CLEARLY: {None: "claramente"},
    Plain.BEYOND_LIMIT: {
        _LOW: "por debajo del límite fijado para usted",
        _HIGH: "por encima del límite fijado para usted",
    },
    Plain.ALTERED: {None: "menos alerta o con más confusión de lo habitual"},
    Plain.MIND: {
        0: "alerta",
        1: "con más confusión de lo habitual",
        2: "respondiendo al hablarle",
        3: "respondiendo solo al tocarle con firmeza",
        4: "sin responder",
    },
    Plain.OXYGEN: {True: "recibiendo oxígeno extra", False: "respirando sin oxígeno extra"},
    Plain.UPPER: {None: "la cifra alta"},
    Plain.HOLDS: {None: "está|están|es"},
    Plain.HELD: {None: "estaba|estaban|estuvo|era"},
    Plain.NOW: {None: "ahora|en este momento"},
    Plain.THEN: {None: "entonces"},
    Plain.WENT: {
        _LOW: "bajó|se hizo más lenta|se hizo más lento",
        _HIGH: "subió|se hizo más rápida|se hizo más rápido",
    },
    Plain.MOST: {
        _LOW: "tuvo su valor más bajo|tuvo su ritmo más lento",
        _HIGH: "tuvo su valor más alto|tuvo su ritmo más rápido",
    },
    Plain.ALARM_ON: {None: "hay una alarma activa|está activa una alarma"},
    Plain.ALARM_CAME: {None: "se activó una alarma|hubo una alarma"},
    Plain.TOGETHER: {
        True: "sus mediciones, en conjunto, necesitan más atención",
        False: "sus mediciones, en conjunto, necesitaron más atención",
    },
    Plain.AGAIN: {None: "y vuelve a estarlo|y vuelven a necesitarla"},
    Plain.GONE: {None: "pero lo que la activó ya pasó"},
    Plain.UNMEASURED: {None: "y así seguía en la última medición"},
    Plain.SEEN: {None: "el equipo que le atiende la vio"},
    Plain.SINGLE: {None: "en una sola medición"},
    Plain.SINGLES: {None: "mediciones aisladas"},
    Plain.TIMES: {None: "veces", 2: "dos veces"},
    Plain.SO_FAR: {None: "hasta ahora"},
    Plain.AT_LONGEST: {None: "la vez más larga"},
    Plain.STILL_SO: {None: "y ahora sigue así"},
    Plain.NO_RANGES: {
        "under_16": "aquí no se usan los valores habituales, porque son los de personas adultas",
        "pregnant": "aquí no se usan los valores habituales, porque no valen durante el embarazo",
    },
    Plain.NOT_MEASURED: {
        None: "no se ha medido|no se midió|no se midieron|quedó sin medir|pausas al medir"
    },
    Plain.NO_READINGS: {None: "no han llegado mediciones|no llegan mediciones"},
    Plain.NO_EARLIER: {None: "no hay mediciones"},
    Plain.NOTHING: {None: "no hay mediciones fiables"},
    Plain.HOURS: {None: "en estas horas"},
    Plain.LONGEST_GAP: {None: "la vez más larga fue|la más larga fue"},
    Plain.AT: {None: "a las|a la"},
    Plain.SINCE: {None: "desde las|desde la"},
    Plain.FROM: {None: "a partir de las|a partir de la"},
    Plain.BETWEEN: {None: "entre las|entre la"},
    Plain.AND: {None: "y"},
    Plain.BEFORE: {None: "antes de las|antes de la"},
    Plain.ABOUT: {None: "alrededor de"},
    Plain.HALF: {None: "y media"},
    Plain.MOMENT: {None: "menos de un minuto"},
}

_BEATS = frozenset({Signal.HEART_RATE, Signal.PULSE_RATE})
_BREATHS = frozenset({Signal.RESPIRATORY_RATE})
_PRESSURES = frozenset(
    {
        Signal.CUFF_SYSTOLIC,
        Signal.CUFF_MEAN,
        Signal.INVASIVE_SYSTOLIC,
        Signal.INVASIVE_MEAN,
        Signal.END_TIDAL_CO2,
    }
)
_COMMON: Mapping[str, frozenset[Signal]] = {
    "%": frozenset({Signal.SPO2, Signal.FIO2}),
    "L/min": frozenset({Signal.OXYGEN_FLOW}),
    "°C": frozenset({Signal.TEMPERATURE}),
    "mmHg": _PRESSURES,
    "mg/dL": frozenset({Signal.GLUCOSE}),
    **{each: frozenset() for each in HOURS | MINUTES},
}
_ALERTNESS = frozenset({Signal.GLASGOW_COMA_SCALE})

# A month of a text for the patient is not shortened.
_ENGLISH_MONTHS = (
    "january february march april may june july august september october november december"
)
_SPANISH_MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)

VOCABULARY: Mapping[Language, Vocabulary] = MappingProxyType(
    {
        Language.ENGLISH: Vocabulary(
            phrases=lexicon_of(_ENGLISH),
            fillers=frozenset({"for", "in", "you", "there were"}),
            units={
                **_COMMON,
                "beats a minute": _BEATS,
                "breaths a minute": _BREATHS,
                "out of 15": _ALERTNESS,
            },
            months=tuple(_ENGLISH_MONTHS.split()),
            on="on",
            point=".",
        ),
        Language.SPANISH: Vocabulary(
            phrases=lexicon_of(_SPANISH),
            fillers=frozenset({"durante", "en", "usted", "de", "del", "la", "las", "hubo"}),
            units={
                **_COMMON,
                "latidos por minuto": _BEATS,
                "respiraciones por minuto": _BREATHS,
                "sobre 15": _ALERTNESS,
            },
            months=tuple(f"de {month}" for month in _SPANISH_MONTHS.split()),
            on="del",
            point=",",
        ),
    }
)
