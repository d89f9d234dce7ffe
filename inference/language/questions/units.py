"""Numbers that are said in other units than those of the record, as the record tells them."""

from sereno.domain.questions import Topic

_MG_DL_PER_MMOL_L = 18.016  # of glucose, whose molar mass is 180.16 g/mol
_MMHG_PER_KPA = 7.50062
_LEAST_MG_DL = 20.0  # what a meter shows at least: a lower bare number is one of mmol/L
_MOST_MMOL_L = 35.0  # a bare glucose up to this may be meant in mmol/L
_MOST_CELSIUS, _MOST_FAHRENHEIT = 45.0, 113.0
_MOST_KPA = 12.0  # a bare end-tidal CO2 up to this may be meant in kPa
_PRESSURES = (Topic.PRESSURE, Topic.DIASTOLIC, Topic.MEAN_PRESSURE)
_PER_MINUTE = (Topic.HEART, Topic.BREATHING, Topic.OXYGEN)
# Which topics are told in a unit, by how its words begin.
_TOLD_IN = {
    "mmol": (Topic.GLUCOSE,),
    "mg": (Topic.GLUCOSE,),
    "mm": (*_PRESSURES, Topic.CAPNOGRAPHY),
    "kpa": (*_PRESSURES, Topic.CAPNOGRAPHY),
    "%": (Topic.SATURATION, Topic.OXYGEN),
    "percent": (Topic.SATURATION, Topic.OXYGEN),
    "por ciento": (Topic.SATURATION, Topic.OXYGEN),
    "l/min": (Topic.OXYGEN,),
    "litr": (Topic.OXYGEN,),
    "liter": (Topic.OXYGEN,),
    "bpm": _PER_MINUTE,
    "lpm": _PER_MINUTE,
    "rpm": _PER_MINUTE,
    "/min": _PER_MINUTE,
    "per minute": _PER_MINUTE,
    "por minuto": _PER_MINUTE,
    "°": (Topic.TEMPERATURE,),
    "degrees": (Topic.TEMPERATURE,),
    "grados": (Topic.TEMPERATURE,),
    "fahrenheit": (Topic.TEMPERATURE,),
    "f": (Topic.TEMPERATURE,),
    "c": (Topic.TEMPERATURE,),
}


def recorded(number: float, said: str, topic: Topic) -> float:
    """`number`, said in the words `said` of `topic`, in the unit of the record.

    Without its unit it is one of the record, unless no patient could show such a value.
    """
    unit = _unit(said)
    if topic is Topic.TEMPERATURE and (_fahrenheit(unit) or _too_hot(number, unit)):
        return round((number - 32.0) / 1.8, 1)
    if topic is Topic.GLUCOSE and (unit.startswith("mmol") or (not unit and number < _LEAST_MG_DL)):
        return float(round(number * _MG_DL_PER_MMOL_L))
    if unit == "kpa" and topic in _TOLD_IN["kpa"]:
        return float(round(number * _MMHG_PER_KPA))
    return number


def doubtful(number: float, said: str, topic: Topic) -> bool:
    """Whether `number` may be meant in two units, or is said in one that `topic` never has."""
    unit = _unit(said)
    if not unit:
        glucose = topic is Topic.GLUCOSE and _LEAST_MG_DL <= number <= _MOST_MMOL_L
        return glucose or (topic is Topic.CAPNOGRAPHY and number <= _MOST_KPA)
    told = next((topics for words, topics in _TOLD_IN.items() if unit.startswith(words)), None)
    return told is not None and topic not in told


def in_fahrenheit(said: str) -> bool:
    """Whether the words of a number say that it is one of degrees Fahrenheit."""
    return _fahrenheit(_unit(said))


def _unit(said: str) -> str:
    return said.lstrip("0123456789.,").strip()


def _fahrenheit(unit: str) -> bool:
    return unit.endswith(("f", "fahrenheit"))


def _too_hot(number: float, unit: str) -> bool:
    """Whether it is a temperature that no patient has in degrees Celsius."""
    celsius = unit.endswith(("c", "celsius", "centigrade"))
    return not celsius and _MOST_CELSIUS < number <= _MOST_FAHRENHEIT
