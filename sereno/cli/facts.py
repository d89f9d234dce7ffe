"""The facts beneath a text, a line each, in the text's language."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from sereno.cli.options import unit_text
from sereno.cli.patients import value_text
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import VITALS, Language, Signal
from sereno.services.facts import about

# English calls kinds, moments and conditions by the names that they have in JSON.
_KINDS: Final[Mapping[FactKind, str]] = MappingProxyType(
    {
        FactKind.MEASURE: "último",
        FactKind.CHANGE: "cambio",
        FactKind.EXTREME: "extremo",
        FactKind.RANGE: "rango",
        FactKind.EPISODE: "episodio",
        FactKind.GROUP: "episodios",
        FactKind.SCORE: "puntuación",
        FactKind.RESPONSE: "protocolo",
        FactKind.ALARM: "alarma",
        FactKind.GAP: "sin datos",
        FactKind.NOTE: "nota",
        FactKind.WITHIN: "dentro de límites",
        FactKind.SPREAD: "rango",
        FactKind.COMPARISON: "comparación",
        FactKind.TOTAL: "puntuación",
        FactKind.LASTED: "en total",
        FactKind.ENDED: "terminado",
        FactKind.RAISED: "alarma",
        FactKind.TALLY: "alarmas",
    }
)
_WRONG: Final[Mapping[Condition, str]] = MappingProxyType(
    {
        Condition.SENSOR_OFF: "sensor retirado",
        Condition.SOURCE_SILENT: "fuente sin señal",
        Condition.CLOCK_WRONG: "reloj del equipo incorrecto",
        Condition.IMPLAUSIBLE: "valor no plausible",
        Condition.MONITORING_STOPPED: "monitorización detenida",
    }
)
_MOMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at": "a las",
        "start": "desde",
        "end": "hasta",
        "from": "antes",
        "acknowledged": "reconocida",
        "returned": "de nuevo",
        "ended": "cesada",
    }
)
_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "to": "a",
        "median": "mediana",
        "partial": "parcial",
        "throughout": "en todo momento",
        "yes": "sí",
    }
)
_STATES: Final = (Signal.CONSCIOUSNESS, Signal.OXYGEN_GIVEN)
_ONE: Final = 1  # the hour that Spanish says in the singular: a la 01:05


def fact_line(fact: Fact, zone: ZoneInfo, language: Language) -> str:
    """A fact's id, kind, what it is about, value and moments."""
    spanish = language is Language.SPANISH
    kind = _KINDS[fact.kind] if spanish else fact.kind.value
    what = about(
        fact, lambda signal: _name(signal, language), lambda condition: _wrong(condition, language)
    )
    value = "" if fact.value is None else _value(fact, fact.value, language)
    when = ", ".join(
        _when(name, moment.astimezone(zone), language) for name, moment in fact.times.items()
    )
    return "  ".join(part for part in (fact.id, kind, what, value, when) if part)


def _name(signal: Signal, language: Language) -> str:
    spanish = language is Language.SPANISH
    return VITALS[signal].name(language) if spanish else signal.value.replace("_", " ")


def _wrong(condition: Condition, language: Language) -> str:
    return _WRONG[condition] if language is Language.SPANISH else condition.value.replace("_", " ")


def _when(name: str, moment: datetime, language: Language) -> str:
    said = _MOMENTS.get(name, name) if language is Language.SPANISH else name
    if said == "a las" and moment.hour == _ONE:
        said = "a la"
    return f"{said} {moment:%H:%M}"


def _value(fact: Fact, value: float, language: Language) -> str:
    if {"from", "to"} <= fact.values.keys():
        first, last = (_of(fact, fact.values[name], language) for name in ("from", "to"))
        return f"{first} → {last} {_unit(fact)}".rstrip()
    number, unit = _of(fact, value, language), _unit(fact)
    if not {"lowest", "highest"} <= fact.values.keys():
        return f"{number} {unit}".rstrip()
    low, high = (_of(fact, fact.values[name], language) for name in ("lowest", "highest"))
    bounds = f"{low} {_word('to', language)} {high}"
    if fact.kind is FactKind.SCORE:
        return f"{bounds} ({_word('partial', language)})"
    if low == high:
        return f"{low} {unit}".rstrip() + f" {_word('throughout', language)}"
    return f"{bounds} {unit}".rstrip() + f", {_word('median', language)} {number}"


def _of(fact: Fact, value: float, language: Language) -> str:
    """A value of what the fact is about: a number, or of a state its letter or word."""
    if fact.signal in _STATES:
        return _word(value_text(fact.signal, value), language)
    told = f"{value:g}"
    return told.replace(".", ",") if language is Language.SPANISH else told


def _unit(fact: Fact) -> str:
    return "" if fact.signal in _STATES else unit_text(fact.unit)


def _word(english: str, language: Language) -> str:
    return _VALUES.get(english, english) if language is Language.SPANISH else english
