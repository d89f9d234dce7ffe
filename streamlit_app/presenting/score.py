"""NEWS2 with its parts, and qSOFA below, as plain data."""

from sereno.domain.surveillance import Score, ScorePart
from sereno.domain.vitals import VITALS, Signal
from sereno.services.views import WAVES, PatientView
from streamlit_app.presenting.common import TIME_WORDS, Data, alarm_chip, level, ms, score_text
from streamlit_app.presenting.ward import incomplete, response
from streamlit_app.texts import Words


def score(view: PatientView, words: Words) -> Data:
    """The panel, as the component `score` takes it."""
    found = view.score
    return {
        "now": ms(view.now),
        "lang": words.language.value,
        "words": words.some(*TIME_WORDS, "parameter", "value", "age", "points", "noalarm", "gone"),
        "total": score_text(found),
        "level": level(found),
        "scale": words("scale2") if found and found.scale == 2 else None,
        "response": response(found, words) or _unscored(found, words),
        "partial": _partial(found, words),
        "parts": _parts(found, words),
        "qsofa": _qsofa(view.qsofa, words),
        "alarms": [alarm_chip(alarm, words) for alarm in view.told],
    }


def _unscored(found: Score | None, words: Words) -> str:
    reason = found and found.not_scored
    return words(f"unscored_{reason}") if reason else words("noscore")


def _partial(found: Score | None, words: Words) -> str | None:
    if found is None or not found.partial or found.total is None:
        return None
    missing = ", ".join(_name(signal, words) for signal in found.missing)
    return words("partial", low=found.lowest, high=found.highest, missing=missing)


def _qsofa(found: Score | None, words: Words) -> str | None:
    """Its points, of three, and why they are not all; nothing where none of it is known."""
    note = incomplete(found, words) if found else ""
    if found is None or (found.total is None and not note):
        return None
    total = f"qSOFA {score_text(found)}"
    return f"{total} ({note})" if note else total


def _parts(found: Score | None, words: Words) -> list[Data]:
    if found is None:
        return []
    known = [_part(part, words) for part in found.parts]
    return known + [
        {"label": _name(signal, words), "value": "–", "unit": "", "missing": True}
        for signal in found.missing
    ]


def _part(part: ScorePart, words: Words) -> Data:
    note = words("derived", source=_source(part.derived, words)) if part.derived else None
    value, beside = words.reading(part.signal, part.value)
    return {
        "label": _name(part.signal, words),
        "value": value,
        "unit": beside,
        "time": ms(part.observed),
        "points": part.points,
        "note": note,
    }


def _source(derived: str, words: Words) -> str:
    """Of what a part was made: a waveform by its short name, a sign by its abbreviation."""
    waves = {each.value for each in WAVES}
    return words.short(Signal(derived)) if derived in waves else derived.upper()


def _name(signal: Signal, words: Words) -> str:
    return VITALS[signal].name(words.language)
