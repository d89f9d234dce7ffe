"""What several components need: moments, alarms and readings as plain data."""

from datetime import datetime, timedelta
from typing import Any, Final

from sereno.domain.stream import Quality, derived_from
from sereno.domain.surveillance import Alarm, Condition, Direction, Priority, Response, Score
from sereno.domain.vitals import Signal
from sereno.services.views import Reading, unseen
from streamlit_app.texts import Words, unit

Data = dict[str, Any]

TIME_WORDS: Final = ("s", "min", "h", "d", "last", "ago")

# The colours of the NEWS2 chart's clinical response (Royal College of Physicians, 2017).
_LEVELS: Final = {
    Response.EMERGENCY: "emergency",
    Response.URGENT: "urgent",
    Response.URGENT_WARD: "urgent",
}
_STATES: Final = {Priority.HIGH: "high", Priority.MEDIUM: "medium", Priority.LOW: "low"}
_OFF: Final = {
    Quality.SENSOR_OFF: "off_sensor",
    Quality.IMPLAUSIBLE: "off_implausible",
    Quality.ARTEFACT: "off_artefact",
    Quality.DEMO: "off_demo",
}


def ms(moment: datetime) -> int:
    """Milliseconds since the epoch, as browsers count."""
    return round(moment.timestamp() * 1000)


def length_ms(length: timedelta) -> int:
    """A length of time in milliseconds."""
    return round(length / timedelta(milliseconds=1))


def level(score: Score | None) -> str:
    """How urgent a score is, as the components' styles name it."""
    return _LEVELS.get(score.response, "calm") if score and score.response else "calm"


def score_text(score: Score | None) -> str:
    """The total; a dash where there is none."""
    return "–" if score is None or score.total is None else str(score.total)


def alarm_text(alarm: Alarm, words: Words) -> str:
    """What an alarm is about, in a few words, and whether it was received late."""
    return _about(alarm, words) + (f" ({words('late')})" if alarm.late else "")


def _about(alarm: Alarm, words: Words) -> str:
    name = words.short(alarm.signal) if alarm.signal else ""
    worst = alarm.value if alarm.extreme is None else alarm.extreme
    if alarm.condition is Condition.SCORE:
        return _score_alarm(worst, alarm.limit)
    if alarm.condition is not Condition.LIMIT or alarm.signal is None:
        return f"{name} {words(f'alarm_{alarm.condition.value}')}".strip()
    if alarm.signal is Signal.CONSCIOUSNESS:  # a level in words needs no limit to be understood
        return name if worst is None else f"{name}: {words.value(alarm.signal, worst)}"
    sign = "<" if alarm.direction is Direction.LOW else ">"
    value = "" if worst is None else f" {words.value(alarm.signal, worst)}"
    limit = "" if alarm.limit is None else f" {sign} {words.value(alarm.signal, alarm.limit)}"
    return f"{name}{value}{limit}"


def _score_alarm(worst: float | None, trigger: float | None) -> str:
    """The highest total with what raised it: beside it stands the total of now, which may be less.

    Unlike a limit, a trigger is reached by the total that equals it.
    """
    total = "" if worst is None else f" {worst:.0f}"
    return f"NEWS2{total}" + ("" if trigger is None else f" ≥ {trigger:.0f}")


def alarm_chip(alarm: Alarm, words: Words) -> Data:
    """An alarm as the chip that every component draws."""
    return {
        "id": alarm.id,
        "priority": int(alarm.priority),
        "priorityName": words(_STATES[alarm.priority]),
        "text": alarm_text(alarm, words),
        "present": alarm.present,
        "unseen": unseen(alarm),
    }


def reading_data(signal: Signal, reading: Reading, words: Words) -> Data:
    """A reading as the components draw it; `off` says why there is no value to show."""
    observation = reading.observation
    off = None if reading.usable else words(_OFF[observation.quality])
    value, beside = words.reading(signal, observation.value) if off is None else ("", unit(signal))
    waveform = derived_from(observation.source)
    if waveform is not None:  # never to be taken for a monitor's own number
        beside = f"{beside} {words('derived', source=words.short(Signal(waveform)))}"
    return {
        "label": words.short(signal),
        "value": value,
        "unit": beside,
        "time": ms(observation.time),
        "staleAfter": length_ms(reading.stale_after),
        "state": _STATES[reading.alarm] if reading.alarm else None,
        "off": off,
    }
