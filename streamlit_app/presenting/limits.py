"""The limits in force as lines of text."""

from sereno.domain.surveillance import Direction
from sereno.services.limits import LimitInForce
from streamlit_app.texts import Words, unit


def line(each: LimitInForce, words: Words) -> str:
    """A limit, and where it is the patient's own, who set it and why."""
    limit = each.limit
    side = "<" if limit.direction is Direction.LOW else ">"
    value = f"{side} {words.value(limit.signal, limit.value)} {unit(limit.signal)}".strip()
    delay = f"{limit.delay.total_seconds():g} {words('s')}"
    parts = [f"{words.short(limit.signal)} {value}", words(limit.priority.name.lower()), delay]
    if each.own is not None:
        by, why = each.own.by or "–", each.own.reason or "–"
        parts.append(words("own_limit", by=by, reason=why))
    return " · ".join(parts)
