"""True sentences made false: each mutation changes one thing that the sentence claims.

Kept apart from the phrasings and from the verifier's lexicon.
"""

import re
from collections.abc import Iterator
from random import Random

from sereno.domain.vitals import Language

# Words that swap their meaning with another one's.
_SWAPS = {
    Language.ENGLISH: (
        ("fell", "rose"), ("below", "above"), ("lowest", "highest"), ("up", "down"),
        ("dropped", "risen"), ("a low of", "a high of"), ("peaked at", "reached a low of"),
        ("high-priority", "low-priority"), ("medium-priority", "high-priority"),
        ("high priority", "low priority"), ("medium priority", "high priority"),
        ("before", "since"), ("longest", "lowest"), ("alert", "unresponsive"),
        ("voice", "pain"), ("new confusion", "alert"), ("room air", "supplemental oxygen"),
        ("urgent response", "emergency response"), ("ward-based response", "routine monitoring"),
        ("missing", "highest"), ("partial", "current"), ("at least", "up to"),
        ("response unknown", "routine monitoring"),
        ("sensor off", "implausible"), ("age", "pregnancy"),
        ("no longer present", "present when last measured"),
    ),
    Language.SPANISH: (
        ("cayó", "subió"), ("bajó", "subió"), ("descendió", "aumentó"), ("debajo", "encima"),
        ("mínimo", "máximo"), ("más bajo", "más alto"), ("ha caído", "ha subido"),
        ("sube", "baja"), ("prioridad alta", "prioridad baja"),
        ("prioridad media", "prioridad alta"), ("antes de", "desde"), ("alerta", "sin respuesta"),
        ("voz", "dolor"), ("confusión nueva", "alerta"), ("aire ambiente", "oxígeno suplementario"),
        ("respuesta urgente", "respuesta de emergencia"), ("en planta", "de emergencia"),
        ("desconectado", "por debajo"), ("embarazo", "menor de 16 años"),
        ("ya no presente", "presente en la última medición"),
        ("al menos", "hasta"), ("respuesta por determinar", "vigilancia habitual"),
    ),
}  # fmt: skip
_SIGNALS = {
    Language.ENGLISH: ("SpO2", "heart rate", "respiratory rate", "temperature", "pulse rate",
                       "systolic pressure", "mean pressure", "glucose", "GCS", "FiO2"),
    Language.SPANISH: ("SpO2", "frecuencia cardíaca", "frecuencia respiratoria", "temperatura",
                       "frecuencia del pulso", "presión sistólica", "presión media", "glucemia",
                       "Glasgow", "FiO2"),
}  # fmt: skip
_UNITS = {
    Language.ENGLISH: ("%", " mmHg", " °C", "/min", " mg/dL", " L/min", ""),
    Language.SPANISH: (" %", " mmHg", " °C", " lpm", " rpm", " mg/dL", " L/min", ""),
}
_NOT = {Language.ENGLISH: ("not", "no", "never"), Language.SPANISH: ("no", "sin", "nunca")}
_NEGATED = {
    Language.ENGLISH: re.compile(r"\b(not|no|never|nothing)\b ?", re.IGNORECASE),
    Language.SPANISH: re.compile(r"\b(no|sin)\b ?", re.IGNORECASE),
}
_NUMBER = re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)?(?![\d:]*:)(?<!:\d\d)")
_CLOCK = re.compile(r"\b(\d\d):(\d\d)\b")
_LENGTH = re.compile(r"\b\d+ (?:h \d+ min|h|min|s)\b")


def mutants(text: str, language: Language, random: Random) -> Iterator[tuple[str, str]]:
    """Kind of mutation and mutated text, a handful of each kind at most."""
    for kind, changed in _all(text, language, random):
        if changed != text:
            yield kind, changed


def _all(text: str, language: Language, random: Random) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(text):
        yield "number", _put(text, match, _other_number(match[0], random))
        yield "number dropped", _put(text, match, "")
    for match in _CLOCK.finditer(text):
        yield "time", _put(text, match, _other_clock(match, random))
    for match in _LENGTH.finditer(text):
        yield "duration", _put(text, match, _other_length(match[0], random))
    yield from _units(text, language, random)
    yield from _words(text, language, random)
    yield from _negations(text, language, random)
    yield from _days(text)


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _other_number(number: str, random: Random) -> str:
    digits = re.sub(r"\D", "", number)
    point = re.search(r"[.,]", number)
    wanted = int(digits)
    changed = wanted
    while changed == wanted:
        changed = random.choice(
            [wanted + 1, abs(wanted - 1), wanted * 10 + 1, wanted + random.randint(2, 60),
             int(digits[::-1]), wanted // 10]
        )  # fmt: skip
    if not point:
        return str(changed)
    places = len(number) - point.start() - 1
    padded = str(changed).zfill(places + 1)
    return padded[:-places] + point[0] + padded[-places:]


def _other_clock(match: re.Match[str], random: Random) -> str:
    minutes = int(match[1]) * 60 + int(match[2])
    moved = (minutes + random.choice([1, -1, 10, 60, -60, 720, random.randint(2, 1400)])) % 1440
    if moved == minutes:
        moved = (minutes + 1) % 1440
    return f"{moved // 60:02}:{moved % 60:02}"


def _other_length(length: str, random: Random) -> str:
    units = {"s": "min", "min": "h", "h": "s"}
    last = length.rsplit(" ", 1)[1]
    if random.random() < 0.5 and "h " not in length:
        return length.replace(last, units[last])
    first = length.split(" ", 1)
    return f"{int(first[0]) + random.randint(1, 9)} {first[1]}"


def _units(text: str, language: Language, random: Random) -> Iterator[tuple[str, str]]:
    spelled = "|".join(re.escape(unit) for unit in _UNITS[language] if unit)
    for match in re.finditer(rf"(?<=\d)(?:{spelled})(?!\w)", text):
        others = [unit for unit in _UNITS[language] if unit != match[0]]
        yield "unit", _put(text, match, random.choice(others))


def _words(text: str, language: Language, random: Random) -> Iterator[tuple[str, str]]:
    for pair in _SWAPS[language]:
        for old, new in (pair, pair[::-1]):
            for match in re.finditer(rf"\b{re.escape(old)}\b", text, re.IGNORECASE):
                yield "word", _put(text, match, new)
    names = _SIGNALS[language]
    for name in names:
        for match in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
            other = random.choice([other for other in names if other != name])
            yield "signal", _put(text, match, other)


def _negations(text: str, language: Language, random: Random) -> Iterator[tuple[str, str]]:
    gaps = [match.start() for match in re.finditer(" ", text)]
    for position in random.sample(gaps, min(2, len(gaps))):
        word = random.choice(_NOT[language])
        yield "negation put in", f"{text[:position]} {word}{text[position:]}"
    for match in _NEGATED[language].finditer(text):
        yield "negation taken out", _put(text, match, "")


def _days(text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"(?:on|del) (\d{1,2}) ", text):
        day = int(match[1])
        yield "day", _put(text, match, match[0].replace(match[1], str(day % 28 + 1)))
