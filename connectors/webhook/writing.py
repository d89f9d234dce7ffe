"""What is told, as JSON. Whom it is about is an opaque id and a bed, unless names are asked for.

What a person typed may name anybody: reasons, and who acknowledged, go with the names.
"""

import math
from collections.abc import Mapping
from typing import Any

from sereno.domain.patients import Patient, Stay
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Score
from sereno.domain.vitals import VITALS
from sereno.ports import Outgoing, instant

Json = dict[str, Any]


def message(told: Outgoing, *, names: bool) -> Json:
    """One message: what there is of it, and nothing that is empty."""
    steps: dict[str, list[AlarmEvent]] = {}
    for event in told.events:
        steps.setdefault(event.alarm, []).append(event)
    parts: Mapping[str, Any] = {
        "values": [_value(each) for each in told.observations],
        "waveforms": [_waveform(each) for each in told.waveforms],
        "scores": [_score(each) for each in told.scores],
        "alarms": [_alarm(each, steps.get(each.id, []), names=names) for each in told.alarms],
        "stay": None if told.stay is None else _stay(told.stay, names=names),
    }
    head = {
        "key": told.key,
        "kept": instant(told.time),
        "patient": _patient(told.patient, names=names),
    }
    return head | {name: part for name, part in parts.items() if part}


def _patient(patient: Patient, *, names: bool) -> Json:
    told: Json = {"id": patient.id, "bed": patient.bed}
    if names:
        born = patient.birth_date
        told |= {
            "identifier": patient.identifier,
            "authority": patient.authority,
            "name": patient.name,
            "birth_date": born.isoformat() if born else None,
            "sex": patient.sex,
        }
    return told


def _value(one: Observation) -> Json:
    return {
        "signal": one.signal.value,
        "time": instant(one.time),
        "value": _number(one.value),
        "unit": VITALS[one.signal].unit,
        "quality": one.quality.value,
        "source": one.source,
        "version": one.version,
    }


def _waveform(chunk: WaveformChunk) -> Json:
    return {
        "signal": chunk.signal.value,
        "channel": chunk.channel,
        "start": instant(chunk.start),
        "rate": chunk.rate,
        "unit": VITALS[chunk.signal].unit,
        "source": chunk.source,
        "samples": [_number(each) for each in chunk.samples],
    }


def _score(score: Score) -> Json:
    return {
        "kind": score.kind.value,
        "time": instant(score.time),
        "rescored": instant(score.rescored) if score.rescored else None,
        "total": score.total,
        "lowest": score.lowest,
        "highest": score.highest,
        "response": score.response.value if score.response else None,
        "red": score.red,
        "missing": [each.value for each in score.missing],
        "not_scored": score.not_scored,
        "parts": [
            {
                "signal": part.signal.value,
                "value": _number(part.value),
                "observed": instant(part.observed),
                "points": part.points,
            }
            for part in score.parts
        ],
    }


def _alarm(alarm: Alarm, steps: list[AlarmEvent], *, names: bool) -> Json:
    told: Json = {
        "id": alarm.id,
        "condition": alarm.condition.value,
        "priority": alarm.priority.name.lower(),
        "signal": alarm.signal.value if alarm.signal else None,
        "direction": alarm.direction.value if alarm.direction else None,
        "limit": alarm.limit,
        "value": alarm.value,
        "extreme": alarm.extreme,
        "unit": VITALS[alarm.signal].unit if alarm.signal else None,
        "onset": instant(alarm.onset),
        "raised": instant(alarm.raised),
        "ended": instant(alarm.ended) if alarm.ended else None,
        "present": alarm.present,
        "active": alarm.active,
        "operator": alarm.operator.value,
        "acknowledged_at": instant(alarm.acknowledged_at) if alarm.acknowledged_at else None,
        "steps": [_step(each, names=names) for each in steps],
    }
    return told | ({"acknowledged_by": alarm.acknowledged_by} if names else {})


def _step(event: AlarmEvent, *, names: bool) -> Json:
    told: Json = {"what": event.what.value, "time": instant(event.time), "value": event.value}
    if names:
        return told | {"by": event.by, "reason": event.reason}
    return told | ({"reason": event.reason} if event.by is None else {})


def _stay(stay: Stay, *, names: bool) -> Json:
    ended = stay.ended
    told: Json = {"here": ended is None, "ended": instant(ended.at) if ended else None}
    return told | ({"by": ended.by, "reason": ended.reason} if names and ended else {})


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None
