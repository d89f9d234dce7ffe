"""The limits in force as lines of text."""

from sereno.domain.surveillance import Direction, Limit
from sereno.domain.vitals import Signal
from sereno.services.limits import LimitInForce
from streamlit_app.texts import Words, unit


def line(each: LimitInForce, words: Words) -> str:
    """A limit, and where it is the patient's own, who set it and why."""
    limit = each.limit
    delay = f"{limit.delay.total_seconds():g} {words('s')}"
    parts = [_beyond(limit, words), words(limit.priority.name.lower()), delay]
    if each.own is not None:
        by, why = each.own.by or "–", each.own.reason or "–"
        parts.append(words("own_limit", by=by, reason=why))
    return " · ".join(parts)


def _beyond(limit: Limit, words: Words) -> str:
    """What raises the alarm; a level of consciousness in words, for "> A" says nothing to read."""
    low = limit.direction is Direction.LOW
    name, value = words.short(limit.signal), words.value(limit.signal, limit.value)
    if limit.signal is Signal.CONSCIOUSNESS:
        return f"{name}: {words('better_than' if low else 'worse_than', level=value)}"
    return f"{name} {'<' if low else '>'} {value} {unit(limit.signal)}".strip()
