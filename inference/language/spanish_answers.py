"""Spanish phrasings of what only answers tell."""

from collections.abc import Callable, Mapping

from inference.language.spanish import WORDS
from inference.language.style import Told
from sereno.domain.evidence import FactKind
from sereno.domain.questions import Lead, Polarity
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

_SCORES = {"news2": "NEWS2", "qsofa": "qSOFA"}
_WHICH = {"now": "", "highest": " máximo", "lowest": " mínimo"}
_WAYS = {Direction.HIGH: "más alto", Direction.LOW: "más bajo", None: "igual"}
_PRIORITIES = {"high": "alta", "medium": "media", "low": "baja"}
_LEADS = {
    Polarity.YES: "Sí.",
    Polarity.NO: "No.",
    Polarity.NONE_RECORDED: "No consta.",
    Polarity.SILENT: "El registro no lo dice.",
    Polarity.UNREAD: "No se ha entendido todo: pregúntelo con otras palabras.",
    Polarity.UNCERTAIN: "No se puede saber con certeza.",
    Polarity.DECLINED: "Eso no lo puede responder el registro.",
}


def lead(said: Lead) -> str:
    """The first words of an answer; nothing where the facts speak for themselves."""
    if said.polarity is Polarity.COUNT:
        return f"{said.count}."
    return _LEADS.get(said.polarity, "")


def _span(told: Told, start: str = "start", end: str = "end") -> str:
    return f"desde {told.time(start)} hasta {told.time(end)}"


def _within(told: Told) -> tuple[str, ...]:
    start, count = told.time("start"), told.whole("count")
    if told.signal is Signal.CONSCIOUSNESS:
        if count == "1":
            return (f"alerta en la única lectura, a {start}",)
        return (f"alerta en las {count} lecturas {_span(told)}",)
    low = told.fact.direction is Direction.LOW
    name, side = WORDS.names[told.signal], "debajo" if low else "encima"
    limit = f"por {side} de {told.threshold}"
    if count == "1":
        return (f"{name} no {limit} en la única lectura: {told.value} a {start}",)
    worst = f"{'mínimo' if low else 'máximo'} {told.value} a {told.time('at')}"
    return (
        f"{name} no {limit} en ninguna de {count} lecturas {_span(told)}, {worst}",
        f"{_span(told)}, ninguna de {count} lecturas de {name} {limit}, {worst}",
    )


def _spread(told: Told) -> tuple[str, ...]:
    name, count = WORDS.names[told.signal], told.whole("count")
    span = f"{told.of('lowest')} a {told.of('highest')}, mediana {told.value}"
    return (
        f"{name} {span}, en {count} lecturas {_span(told)}",
        f"{_span(told)}, {name} {span} en {count} lecturas",
    )


def _comparison(told: Told) -> tuple[str, ...]:
    fact, way = told.fact, _WAYS[told.fact.direction]
    score = fact.labels.get("score")
    if score:
        value, before = (_total(told, name) for name in ("value", "before"))
        name = _SCORES[score]
    else:
        value, before, name = told.value, told.of("before"), WORDS.names[told.signal]
        if told.signal is Signal.CONSCIOUSNESS:
            value, before = (_mind(each) for each in (fact.value or 0, fact.values["before"]))
    if fact.labels["by"] == "value":
        return (
            f"{name} {value} a {told.time('end')}, {before} a {told.time('before_end')}: {way}",
        )
    by = {"median": "mediana de ", "highest": "máximo de "}[fact.labels["by"]]
    earlier = _span(told, "before_start", "before_end")
    return (f"{by}{name} {value} {_span(told)}, {before} {earlier}: {way}",)


def _mind(value: float) -> str:
    return f"«{WORDS.minds[int(value)]}»"


def _total(told: Told, which: str) -> str:
    """A total, with how high it could be where it is partial."""
    fact = told.fact
    value = (fact.value or 0.0) if which == "value" else fact.values[which]
    most = fact.values.get("highest" if which == "value" else "before_highest")
    return f"{value:.0f}" if most is None else f"{value:.0f} (parcial, hasta {most:.0f})"


def _total_at(told: Told) -> tuple[str, ...]:
    fact = told.fact
    name = f"{_SCORES[told.label('score')]}{_WHICH[told.label('which')]}"
    because = WORDS.points(told)
    if fact.signals:
        bounds = f"parcial, rango {told.whole('lowest')} a {told.whole('highest')}"
        missing = WORDS.listed(fact.signals)
        return (
            f"{name} {fact.value:.0f} a {told.time('at')} ({bounds}){because}; falta: {missing}",
        )
    return (f"{name} {fact.value:.0f} a {told.time('at')}{because}",)


def _lasted(told: Told) -> tuple[str, ...]:
    name, count, total = WORDS.names[told.signal], told.whole("count"), told.span("total")
    if told.signal is Signal.CONSCIOUSNESS:
        return (f"nivel de conciencia alterado durante {total} en total, en {count} episodios",)
    side = "debajo" if told.fact.direction is Direction.LOW else "encima"
    return (
        f"{name} por {side} de {told.threshold} durante {total} en total, en {count} episodios",
    )


def _ended(told: Told) -> tuple[str, ...]:
    at = told.time("end")
    if told.signal is Signal.CONSCIOUSNESS:
        return (f"nivel de conciencia alterado por última vez a {at}",)
    side = "debajo" if told.fact.direction is Direction.LOW else "encima"
    name = WORDS.names[told.signal]
    return (f"{name} por {side} de {told.threshold} por última vez a {at}",)


def _raised(told: Told) -> tuple[str, ...]:
    head = f"alarma de prioridad {_PRIORITIES[told.label('priority')]} a {told.time('start')}"
    if told.fact.signal is None:
        return (f"{head}: NEWS2 de hasta {told.fact.value:.0f}",)
    if told.signal is Signal.CONSCIOUSNESS:
        mind = _mind(told.fact.value or 0)
        return (f"{head}: nivel de conciencia alterado, en el peor momento {mind}",)
    side, most = (
        ("debajo", "mínimo") if told.fact.direction is Direction.LOW else ("encima", "máximo")
    )
    name = WORDS.names[told.signal]
    return (f"{head}: {name} por {side} de {told.threshold}, {most} {told.value}",)


def _tally(told: Told) -> tuple[str, ...]:
    fact = told.fact
    number, is_open = int(fact.value or 0), told.label("which") == "open"
    noun = "alarma" if number in (0, 1) else "alarmas"
    state = (" abierta" if number in (0, 1) else " abiertas") if is_open else ""
    when = f"a {told.time('end')}" if is_open else _span(told)
    what = f"{number or 'ninguna'} {noun}{state} {when}"
    listed = ", ".join(
        f"{told.whole(key)} de prioridad {name}"
        for key, name in _PRIORITIES.items()
        if key in fact.values
    )
    return (f"{what}: {listed}" if listed else what,)


PHRASINGS: Mapping[FactKind, Callable[[Told], tuple[str, ...]]] = {
    FactKind.WITHIN: _within,
    FactKind.SPREAD: _spread,
    FactKind.COMPARISON: _comparison,
    FactKind.TOTAL: _total_at,
    FactKind.LASTED: _lasted,
    FactKind.ENDED: _ended,
    FactKind.RAISED: _raised,
    FactKind.TALLY: _tally,
}
