"""True sentences made false: each mutation changes one thing that the sentence claims.

Kept apart from the phrasings and from the verifier's lexicon.
"""

import re
from collections.abc import Iterator, Sequence
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
_PLAIN_SIGNALS = {
    Language.ENGLISH: ("your heart rate", "your pulse", "the oxygen in your blood",
                       "your breathing", "your temperature", "your blood pressure",
                       "your average blood pressure", "the sugar in your blood",
                       "your level of alertness"),
    Language.SPANISH: ("su frecuencia cardíaca", "su pulso", "el oxígeno en su sangre",
                       "su respiración", "su temperatura", "su presión arterial",
                       "su presión arterial media", "el azúcar en su sangre",
                       "su nivel de alerta"),
}  # fmt: skip
_UNITS = {
    Language.ENGLISH: ("%", " mmHg", " °C", "/min", " mg/dL", " L/min", " beats a minute",
                       " breaths a minute", " hours", " minutes", ""),
    Language.SPANISH: (" %", " mmHg", " °C", " lpm", " rpm", " mg/dL", " L/min",
                       " latidos por minuto", " respiraciones por minuto", " horas", " minutos",
                       ""),
}  # fmt: skip
# The same of texts for the patient, and how they are known.
_ADDRESSED = {
    Language.ENGLISH: re.compile(r"\byour?\b", re.IGNORECASE),
    Language.SPANISH: re.compile(r"\b(?:sus?|usted)\b", re.IGNORECASE),
}
_PLAIN_SWAPS = {
    Language.ENGLISH: (
        ("lower than usual", "higher than usual"), ("faster", "slower"), ("went up", "went down"),
        ("in the usual range", "lower than usual"), ("below the", "above the"),
        ("is now", "was then"), ("are now", "were"), ("has been", "was"), ("is on", "came on"),
        ("there is", "there was"), ("getting extra", "breathing without extra"),
        ("since", "before"), ("what set it off is over", "still was when last measured"),
        ("from", "before"), ("when spoken to", "only to firm touch"), ("at its highest",
        "at its lowest"), ("more confused than usual", "alert"), ("single readings", "times"),
        ("have needed", "needed"), ("in pregnancy", "in adults"), ("less than", "more than"),
        ("the upper number", "the lower number"), ("saw it", "set it"),
    ),
    Language.SPANISH: (
        ("más alto", "más bajo"), ("más alta", "más baja"), ("más rápida", "más lenta"),
        ("más rápido", "más lento"), ("subió", "bajó"), ("por debajo", "por encima"),
        ("dentro de lo habitual", "más bajo de lo habitual"), ("está", "estuvo"),
        ("ahora está", "entonces estaba"), ("están", "estaban"), ("desde", "antes de"),
        ("hay una alarma activa", "se activó una alarma"), ("recibiendo", "respirando sin"),
        ("lo que la activó ya pasó", "así seguía en la última medición"),
        ("a partir de", "antes de"), ("al hablarle", "solo al tocarle con firmeza"),
        ("mediciones aisladas", "veces"), ("necesitan", "necesitaron"),
        ("menos de un", "más de un"), ("la cifra alta", "la cifra baja"),
    ),
}  # fmt: skip
_PLAIN_DROPPED = {
    Language.ENGLISH: ("clearly ", " so far", " at the longest", "about ", ", and is so now",
                       " and a half", " (the upper number)", " now", "an alarm is on: "),
    Language.SPANISH: ("claramente ", " hasta ahora", "la vez más larga ", "alrededor de ",
                       ", y ahora sigue así", " y media", " (la cifra alta)", " ahora",
                       "hay una alarma activa: "),
}  # fmt: skip
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
    plain = _ADDRESSED[language].search(text) is not None
    for pair in (*_SWAPS[language], *(_PLAIN_SWAPS[language] if plain else ())):
        for old, new in (pair, pair[::-1]):
            for match in re.finditer(rf"\b{re.escape(old)}\b", text, re.IGNORECASE):
                yield "word", _put(text, match, new)
    for word in _PLAIN_DROPPED[language] if plain else ():
        for match in re.finditer(re.escape(word), text, re.IGNORECASE):
            yield "word dropped", _put(text, match, "")
    for names in (_SIGNALS[language], _PLAIN_SIGNALS[language]):
        yield from _names(text, names, random)


def _names(text: str, names: Sequence[str], random: Random) -> Iterator[tuple[str, str]]:
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
