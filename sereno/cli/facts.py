"""The facts beneath a text, a line each, in the text's language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sereno.cli.options import unit_text
from sereno.cli.patients import value_text
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import VITALS, Language, Signal

# English calls kinds, moments and conditions by the names that they have in JSON.
_SPANISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "measure": "último",
        "change": "cambio",
        "extreme": "extremo",
        "range": "rango",
        "episode": "episodio",
        "group": "episodios",
        "score": "puntuación",
        "response": "protocolo",
        "alarm": "alarma",
        "gap": "sin datos",
        "note": "nota",
        "at": "a las",
        "start": "desde",
        "end": "hasta",
        "from": "antes",
        "acknowledged": "reconocida",
        "returned": "de nuevo",
        "ended": "cesada",
        "sensor off": "sensor retirado",
        "source silent": "fuente sin señal",
        "clock wrong": "reloj del equipo incorrecto",
        "implausible": "valor no plausible",
        "monitoring stopped": "monitorización detenida",
        "to": "a",
        "median": "mediana",
        "partial": "parcial",
        "throughout": "en todo momento",
        "yes": "sí",
    }
)
_SCORES: Final = {"news2": "NEWS2", "qsofa": "qSOFA"}


def fact_line(fact: Fact, zone: ZoneInfo, language: Language) -> str:
    """A fact's id, kind, what it is about, value and moments."""
    value = "" if fact.value is None else _value(fact, fact.value, language)
    when = ", ".join(
        f"{_word(name, language)} {moment.astimezone(zone):%H:%M}"
        for name, moment in fact.times.items()
    )
    kind = _word(fact.kind.value, language)
    return "  ".join(part for part in (fact.id, kind, _about(fact, language), value, when) if part)


def _about(fact: Fact, language: Language) -> str:
    """The signals, the score, or what is wrong with the equipment."""
    condition, score = fact.labels.get("condition", ""), fact.labels.get("score", "")
    if score or condition == Condition.SCORE:  # its signals are what a score misses
        return _SCORES.get(score, "NEWS2")
    about = [_name(each, language) for each in ((fact.signal,) if fact.signal else fact.signals)]
    if condition and condition != Condition.LIMIT:
        about.append(_word(condition.replace("_", " "), language))
    return ", ".join(about)


def _name(signal: Signal, language: Language) -> str:
    spanish = language is Language.SPANISH
    return VITALS[signal].name(language) if spanish else signal.value.replace("_", " ")


def _value(fact: Fact, value: float, language: Language) -> str:
    if fact.signal in (Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN):
        return _word(value_text(fact.signal, value), language)
    number, unit = _number(value, language), unit_text(fact.unit)
    if not {"lowest", "highest"} <= fact.values.keys():
        return f"{number} {unit}".rstrip()
    low, high = (_number(fact.values[name], language) for name in ("lowest", "highest"))
    bounds = f"{low} {_word('to', language)} {high}"
    if fact.kind is FactKind.SCORE:
        return f"{bounds} ({_word('partial', language)})"
    if low == high:
        return f"{low} {unit}".rstrip() + f" {_word('throughout', language)}"
    return f"{bounds} {unit}".rstrip() + f", {_word('median', language)} {number}"


def _number(value: float, language: Language) -> str:
    told = f"{value:g}"
    return told.replace(".", ",") if language is Language.SPANISH else told


def _word(english: str, language: Language) -> str:
    return _SPANISH.get(english, english) if language is Language.SPANISH else english
