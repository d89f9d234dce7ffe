"""The values of an Observation: quantities, codes, sampled data, and what stands where none is."""

import math
from collections.abc import Mapping
from typing import Any, Final

from connectors.codes import unit_by_mdc
from connectors.fhir import ucum
from connectors.fhir.mapping import (
    ABSENT,
    CONSCIOUSNESS,
    MDC,
    MDC_OID,
    OXYGEN_GIVEN,
    QUALITY,
    SENSOR_OFF_REASONS,
    UCUM,
)
from connectors.fhir.people import codings, text
from connectors.replay.channels import has_words, plain, unit_of, word
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Quality
from sereno.domain.vitals import VITALS, Kind, Signal

BOUND: Final = "a bound (comparator) is no value"
NO_NUMBER: Final = "its value is no number"
NO_UNIT: Final = "its value has no unit"
NO_MEANING: Final = "its code stands for no value of the vocabulary"
OTHER_TYPE: Final = "its value is of a type that is not read"
NO_SAMPLES: Final = "its sampled data can not be read"
SLOW: Final = "its samples are more than a second apart, which is no waveform"
_ABSENT_SAMPLES: Final = frozenset({"E", "L", "U"})  # no value, below and above what is read
_SLOWEST: Final = 1000.0  # ms between samples of a waveform
_FASTEST: Final = 0.01  # ms
_TYPES: Final = (
    "valueString", "valueBoolean", "valueInteger", "valueRange", "valueRatio", "valueTime",
    "valueDateTime", "valuePeriod",
)  # fmt: skip
_ANSWERS: Final[Mapping[Signal, Mapping[str, float]]] = {
    Signal.CONSCIOUSNESS: {
        **{code: float(each) for each, codes in CONSCIOUSNESS.items() for code in codes[:2]},
        "255373000": 2.0,  # SNOMED: verbal, as IHE's value set has it
    },
    Signal.OXYGEN_GIVEN: {codes[0]: float(each) for each, codes in OXYGEN_GIVEN.items()},
}

_IN_WORDS: Final = {  # as `plain` leaves them
    **dict.fromkeys(
        ("beatmin", "beatsmin", "beatsminute", "beatsperminute", "breathmin", "breathsmin",
         "breathsminute", "breathsperminute", "respmin", "perminute"), "/min",
    ),
    **dict.fromkeys(("lminute", "litersmin", "litersminute", "litersperminute"), "L/min"),
    **dict.fromkeys(("celsius", "degreescelsius", "degreesc"), "Cel"),
    **dict.fromkeys(("fahrenheit", "degreesfahrenheit", "degreesf"), "[degF]"),
}  # fmt: skip

Part = Mapping[str, Any]  # an Observation or one of its components


def number(value: object) -> float:
    """A JSON number. Raises MalformedInput."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedInput(NO_NUMBER)
    try:
        found = float(value)
    except OverflowError as exc:
        raise MalformedInput(NO_NUMBER) from exc
    if not math.isfinite(found):
        raise MalformedInput(NO_NUMBER)
    return found


def unit(quantity: Part, signal: Signal) -> str:
    """The UCUM unit that a Quantity is in. Raises MalformedInput where it tells none."""
    code, system = quantity.get("code"), text(quantity.get("system"))
    if isinstance(code, str) and code:
        if system in {MDC, MDC_OID}:
            found = unit_by_mdc(code)
            if found is None:
                raise MalformedInput(NO_UNIT)
            return found
        return code if system == UCUM else _spelt(code)
    if spelt := text(quantity.get("unit")).strip():
        return _spelt(spelt)
    usual = VITALS[signal].unit
    if usual in {"1", "{score}"}:
        return usual
    raise MalformedInput(NO_UNIT)


def _spelt(words: str) -> str:
    """A unit in words as UCUM; what is not known passes as it is."""
    return _IN_WORDS.get(plain(words)) or unit_of(words) or words


def numeric(part: Part, signal: Signal, given: str | None) -> tuple[float, float] | None:
    """The value of `part` as it came and in the vocabulary's unit; None where there is none.

    `given` is the unit that a map says. Raises MalformedInput.
    """
    quantity = part.get("valueQuantity")
    if quantity is not None:
        if not isinstance(quantity, dict):
            raise MalformedInput(NO_NUMBER)
        if "comparator" in quantity:
            raise MalformedInput(BOUND)
        if quantity.get("value") is None:
            return None
        raw = number(quantity["value"])
        return raw, _converted(signal, raw, given or unit(quantity, signal))
    if (concept := part.get("valueCodeableConcept")) is not None:
        value = _coded(concept, signal)
        return value, value
    told = next((part[name] for name in _TYPES if name in part), None)
    if told is None:
        return None
    value = _told(part, signal)
    return value, value


def _converted(signal: Signal, raw: float, given: str) -> float:
    convert = ucum.converter(signal, given)
    value = convert(raw) if convert else raw
    if signal is Signal.FIO2 and 0 < value <= 1:
        value *= 100  # air holds 21%: up to 1 is a fraction, whatever its unit says
    if not math.isfinite(value):
        raise MalformedInput(NO_NUMBER)
    return value


def _coded(concept: object, signal: Signal) -> float:
    answers = _ANSWERS.get(signal)
    if answers is None:
        raise MalformedInput(OTHER_TYPE)
    for _, code in codings(concept):
        if (value := answers.get(code)) is not None:
            return value
    words = concept.get("text") if isinstance(concept, dict) else None
    for said in (words, *(code for _, code in codings(concept))):
        if isinstance(said, str) and (found := _word(signal, said)) is not None:
            return found
    raise MalformedInput(NO_MEANING)


def _told(part: Part, signal: Signal) -> float:
    """The few values that need no unit: whole numbers and words of a scale, and yes or no."""
    scale = VITALS[signal].unit in {"1", "{score}"}
    if scale and "valueInteger" in part:
        return number(part["valueInteger"])
    if signal is Signal.OXYGEN_GIVEN and isinstance(told := part.get("valueBoolean"), bool):
        return float(told)
    if isinstance(said := part.get("valueString"), str) and has_words(signal):
        found = _word(signal, said)
        if found is not None:
            return found
        raise MalformedInput(NO_MEANING)
    raise MalformedInput(OTHER_TYPE)


def _word(signal: Signal, said: str) -> float | None:
    """The value of a word; a bare number stands for no answer."""
    try:
        value = word(signal, said)
    except MalformedInput:
        return None
    return None if value is None or not any(map(str.isalpha, said)) else value


def absent(part: Part) -> bool:
    """Whether a value is missing because the device has none: sensor off."""
    return any(
        code in SENSOR_OFF_REASONS
        for system, code in codings(part.get("dataAbsentReason"))
        if system == ABSENT
    )


def withheld(part: Part, signal: Signal) -> tuple[float, Quality] | None:
    """What our own extension says of a value that is not good; None where there is none.

    Raises MalformedInput where it says nothing that can be read.
    """
    extensions = part.get("extension")
    for each in extensions if isinstance(extensions, list) else []:
        if isinstance(each, dict) and each.get("url") == QUALITY:
            return _withheld(each, signal)
    return None


def _withheld(extension: Part, signal: Signal) -> tuple[float, Quality]:
    inner = extension.get("extension")
    parts = [each for each in inner if isinstance(each, dict)] if isinstance(inner, list) else []
    told = {text(each.get("url")): each for each in parts}
    try:
        quality = Quality(told["code"]["valueCode"])
        found = numeric(told["value"], signal, None)
    except (KeyError, TypeError, ValueError) as exc:
        raise MalformedInput(NO_MEANING) from exc
    if found is None:
        raise MalformedInput(NO_NUMBER)
    return found[1], quality


def sampled(data: object, signal: Signal, given: str | None) -> tuple[float, list[float]]:
    """The milliseconds between samples of a SampledData, and the samples; NaN where none was.

    Raises MalformedInput.
    """
    if not isinstance(data, dict) or data.get("dimensions") != 1:
        raise MalformedInput(NO_SAMPLES)
    origin, told = data.get("origin"), data.get("data", "")
    if not isinstance(origin, dict) or not isinstance(told, str):
        raise MalformedInput(NO_SAMPLES)
    period, factor = number(data.get("period")), number(data.get("factor", 1))
    if not period >= _FASTEST:
        raise MalformedInput(NO_SAMPLES)
    if period > _SLOWEST:
        raise MalformedInput(SLOW)
    zero = number(origin.get("value", 0))
    convert = ucum.converter(signal, given or _sampled_unit(origin, signal))
    samples = [math.nan if each in _ABSENT_SAMPLES else _sample(each) for each in told.split()]
    found = [zero + factor * each for each in samples]
    return period, found if convert is None else [convert(each) for each in found]


def _sampled_unit(origin: Part, signal: Signal) -> str:
    usual = VITALS[signal]
    free = usual.kind is Kind.WAVEFORM and usual.unit == "1"
    return usual.unit if free else unit(origin, signal)


def _sample(token: str) -> float:
    try:
        value = float(token)
    except ValueError as exc:
        raise MalformedInput(NO_SAMPLES) from exc
    if not math.isfinite(value) or "_" in token:
        raise MalformedInput(NO_SAMPLES)
    return value
