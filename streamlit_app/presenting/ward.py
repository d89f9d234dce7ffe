"""The ward's cards as plain data."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.stream import BED
from sereno.domain.surveillance import Alarm, Response, Score
from sereno.domain.vitals import Signal
from sereno.services.views import (
    CONTINUOUS_STALE,
    SPARK_STEP,
    SPARKS,
    BedView,
    Spark,
    WardView,
)
from streamlit_app.presenting import vitals
from streamlit_app.presenting.common import (
    TIME_WORDS,
    Data,
    alarm_chip,
    alarm_text,
    length_ms,
    level,
    ms,
    score_text,
)
from streamlit_app.texts import Words

# The least height of a tiny trend, in the signal's unit: noise must not look like an event.
LEAST_SPANS: Final = {
    Signal.HEART_RATE: 30.0,
    Signal.PULSE_RATE: 30.0,
    Signal.SPO2: 8.0,
    Signal.RESPIRATORY_RATE: 12.0,
}
_SEXES: Final = {
    **dict.fromkeys(("female", "f", "mujer"), "sex_female"),
    **dict.fromkeys(("male", "m", "varón", "hombre"), "sex_male"),
}
CHIPS: Final = 3  # more alarms than these are counted, so that a card keeps its height


def ward(
    view: WardView, words: Words, lines: Mapping[str, str | None] = MappingProxyType({})
) -> Data:
    """All cards, as the component `ward` takes them. `lines` say what matters most, by patient."""
    return {
        "now": ms(view.now),
        "lang": words.language.value,
        "words": words.some(*TIME_WORDS, "noalarm", "gone", "nobeds", "stale", "nodata"),
        "staleAfter": length_ms(CONTINUOUS_STALE),
        "sparkGap": length_ms(3 * SPARK_STEP),
        "beds": [
            _bed(bed, view.now.date(), words) | {"line": lines.get(bed.patient.id)}
            for bed in view.beds
        ],
    }


def who(patient: Patient, today: date, words: Words) -> str:
    """Name and age, as far as they are known; without a name the identifier, as on a wristband."""
    age = patient.age(today)
    known = patient.name or (None if patient.authority == BED else patient.identifier)
    name = known if known != patient.label else None
    parts = (name, words("years", n=age) if age is not None else None, _sex(patient.sex, words))
    return " · ".join(part for part in parts if part)


def _sex(told: str | None, words: Words) -> str | None:
    """Senders write "female", "F" or "mujer"; what is none of these is shown as it came."""
    if not told:
        return None
    key = _SEXES.get(told.strip().lower())
    return words(key) if key else told


def response(score: Score | None, words: Words) -> str:
    """The clinical response that the score asks for: of a partial one, the least and the most.

    What may be more than routine is never called so.
    """
    if score is None or score.response is None:
        return ""
    if score.certain or score.worst_response is None:
        return words(f"response_{score.response.value}")
    most = words(f"asked_{score.worst_response.value}")
    if score.response is Response.ROUTINE:
        return words("response_unknown", most=most)
    return words("response_least", least=words(f"asked_{score.response.value}"), most=most)


def _bed(bed: BedView, today: date, words: Words) -> Data:
    start, end = bed.window
    return {
        "id": bed.patient.id,
        "href": f"/patient?id={bed.patient.id}",
        "label": bed.patient.label,
        "detail": who(bed.patient, today, words),
        "describe": _describe(bed, words),
        "level": level(bed.score),
        "response": response(bed.score, words),
        "score": _score(bed, words),
        "alarms": [alarm_chip(alarm, words) for alarm in bed.told[:CHIPS]],
        "more": words("more", n=len(bed.told) - CHIPS) if len(bed.told) > CHIPS else None,
        "vitals": vitals.first(bed.readings, words),
        "sparks": [_spark(spark, words) for spark in _chosen(bed.sparks)],
        "from": ms(start),
        "to": ms(end),
        "newest": ms(bed.newest) if bed.newest else None,
    }


def _score(bed: BedView, words: Words) -> Data:
    score = bed.score
    data: Data = {"text": score_text(score), "level": level(score)}
    if score is not None and (note := incomplete(score, words)):
        data["partial"] = note
    if score is not None and score.scale == SpO2Scale.SCALE_2:
        data["scale"] = words("scale2")
    return data | _trend(bed.scores, words)


def incomplete(score: Score, words: Words) -> str:
    """Why the total is not the whole score, in a word or two; nothing where it is."""
    if score.not_scored:
        return words("notscored")
    if score.partial and score.total is not None:
        return words("partial_short", low=score.lowest, high=score.highest)
    return ""


def _trend(scores: tuple[Score, ...], words: Words) -> Data:
    """An arrow from the first to the last total of the window.

    None where they rest on other parameters: a total that fell for want of a value is no fall.
    """
    scored = [score for score in scores if score.total is not None]
    if not scored or scored[0].missing != scored[-1].missing:
        return {}
    change = (scored[-1].total or 0) - (scored[0].total or 0)
    arrow, key = ("↑", "rising") if change > 0 else ("↓", "falling") if change else ("→", "steady")
    return {"trend": arrow, "trendText": words(key)}


def _chosen(sparks: tuple[Spark, ...]) -> list[Spark]:
    """Three at most: of heart and pulse rate only the one that is measured."""
    by_signal = {spark.signal: spark for spark in sparks}
    heart, pulse, *others = SPARKS
    chosen = [heart if heart in by_signal else pulse, *others]
    return [by_signal[signal] for signal in chosen if signal in by_signal]


def _spark(spark: Spark, words: Words) -> Data:
    points = [[ms(at), value] for at, value in spark.points]
    return {
        "label": words.short(spark.signal),
        "points": points,
        "least": LEAST_SPANS[spark.signal],
    }


def _describe(bed: BedView, words: Words) -> str:
    alarms = "; ".join(_alarm(alarm, words) for alarm in bed.told) or words("noalarm")
    note = incomplete(bed.score, words) if bed.score else ""
    total = f"{score_text(bed.score)} ({note})" if note else score_text(bed.score)
    return words("open_bed", bed=bed.patient.label, score=total, alarms=alarms)


def _alarm(alarm: Alarm, words: Words) -> str:
    return alarm_text(alarm, words) + ("" if alarm.present else f" ({words('gone')})")
