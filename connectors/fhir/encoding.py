"""From what Sereno holds to FHIR R4 resources: the port `ResourceEncoder`, as pure functions.

`mapping` says what everything is called, and how a value survives the way out and in again.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from connectors.fhir import mapping
from sereno.domain.evidence import Form, Summary
from sereno.domain.patients import Patient
from sereno.domain.review import Opinion, Review
from sereno.domain.stream import BED, Observation, Quality, WaveformChunk, is_charted
from sereno.domain.surveillance import (
    Alarm,
    Condition,
    Direction,
    Priority,
    Score,
    ScoreKind,
    ScorePart,
)
from sereno.domain.vitals import VITALS, Consciousness, Language, Signal
from sereno.ports import Resource, instant

# Code systems of R4 beside those of `mapping`.
_CLASS: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_FLAG_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/flag-category"
_FLAG_PRIORITY: Final = "http://hl7.org/fhir/flag-priority-code"
_TOLD_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/communication-category"
_DOCUMENT_CATEGORY: Final = (
    "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
)
_PRIORITY_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/flag-priority"
# Ours, in the namespace of `mapping`.
SCORE: Final = "urn:x-sereno:score"
CONDITION: Final = "urn:x-sereno:alarm-condition"
RESPONSE: Final = "urn:x-sereno:clinical-response"
FORM: Final = "urn:x-sereno:summary-form"
SCORE_RANGE: Final = "urn:x-sereno:fhir:score-range"  # an extension: the score lies in it
POINTS: Final = "urn:x-sereno:fhir:points"  # an extension: what a part gives to its score

# IHE's table of alert priorities, which R4 took over for flags.
_PRIORITIES: Final = MappingProxyType(
    {
        Priority.LOW: ("PL", "Low priority"),
        Priority.MEDIUM: ("PM", "Medium priority"),
        Priority.HIGH: ("PH", "High priority"),
    }
)
_SCORES: Final = MappingProxyType({ScoreKind.NEWS2: "NEWS2 total", ScoreKind.QSOFA: "qSOFA total"})
# SNOMED CT, UK edition: Royal College of Physicians NEWS2 total score.
_NEWS2_SNOMED: Final = "1104051000000101"
_SUMMARY_LOINC: Final = ("68608-9", "Summary note")
_GENDERS: Final = MappingProxyType(
    {"f": "female", "female": "female", "m": "male", "male": "male", "o": "other", "other": "other"}
)
_OPINIONS: Final = MappingProxyType(
    {Opinion.ACCEPTED: "final", Opinion.EDITED: "amended", Opinion.REJECTED: "entered-in-error"}
)
_PLACES: Final = 6  # decimals that are told: more are the noise of floating point


def patient(patient: Patient) -> Resource:
    """A Patient, called as the patient's opaque id."""
    told: Resource = {
        "resourceType": "Patient",
        "id": patient.id,
        "identifier": [identifier(patient), {"system": mapping.PATIENT, "value": patient.id}],
        "active": True,
    }
    if patient.name:
        told["name"] = [{"text": patient.name, **_split(patient.name)}]
    if patient.sex:
        told["gender"] = _GENDERS.get(patient.sex.strip().casefold(), "unknown")
    if patient.birth_date:
        told["birthDate"] = patient.birth_date.isoformat()
    return _versioned(told)


def encounter(patient: Patient) -> Resource:
    """The Encounter of their stay, called likewise. When it began is not known."""
    ended = patient.discharged
    told: Resource = {
        "resourceType": "Encounter",
        "id": patient.id,
        "status": "finished" if ended else "in-progress",
        "class": {"system": _CLASS, "code": "IMP", "display": "inpatient encounter"},
        "subject": _about(patient.id),
    }
    if ended:
        told["period"] = {"end": instant(ended.at)}
    if patient.bed:
        bed = {"identifier": {"system": mapping.BED_SYSTEM, "value": patient.bed}}
        status = "completed" if ended else "active"
        told["location"] = [{"location": {**bed, "display": patient.bed}, "status": status}]
    return _versioned(told)


def device(id: str, source: str) -> Resource:  # noqa: A002 - FHIR's name
    """The Device of a source."""
    told: Resource = {
        "resourceType": "Device",
        "id": id,
        "identifier": [{"system": mapping.SOURCE, "value": source}],
        "deviceName": [{"name": source, "type": "other"}],
    }
    return _versioned(told)


def value(id: str, patient: str, one: Observation, device: str | None) -> Resource:  # noqa: A002
    """An Observation of one value."""
    told = _observation(
        id, patient, one.time, category=mapping.category(one.signal), version=one.version
    )
    profile = mapping.PROFILES.get(one.signal)
    if profile or mapping.category(one.signal) == mapping.VITAL_SIGNS:
        told["meta"]["profile"] = [profile or mapping.VITAL_SIGNS_PROFILE]
    told["code"] = _signal(one.signal)
    _add_source(told, one.source, device)
    return _with_value(told, one)


def pressures(id: str, patient: str, parts: Sequence[Observation], device: str | None) -> Resource:  # noqa: A002
    """An Observation of a blood pressure, whose parts are of one moment and source.

    Its version is the sum of theirs, so that it grows with each part that comes or is corrected.
    """
    invasive = parts[0].signal in mapping.INVASIVE_PARTS
    known = {one.signal: one for one in parts}
    version = sum(one.version for one in parts)
    told = _observation(id, patient, parts[0].time, category=mapping.VITAL_SIGNS, version=version)
    told["status"] = _status(max(one.version for one in parts))
    loinc, mdc = mapping.INVASIVE_PANEL if invasive else mapping.PRESSURE_PANEL
    codings = [(mapping.LOINC, loinc), (mapping.MDC, mdc)]
    text = "Arterial pressure" if invasive else "Blood pressure"
    told["code"] = {
        "coding": [{"system": system, "code": code} for system, code in codings if code],
        "text": text,
    }
    told["meta"]["profile"] = [
        mapping.VITAL_SIGNS_PROFILE if invasive else mapping.PRESSURE_PROFILE
    ]
    _add_source(told, parts[0].source, device)
    demanded = () if invasive else mapping.PRESSURE_PARTS[:2]
    wanted = mapping.INVASIVE_PARTS if invasive else mapping.PRESSURE_PARTS
    told["component"] = [
        _with_value({"code": _signal(signal)}, known[signal])
        if signal in known
        else {"code": _signal(signal), "dataAbsentReason": _absent("unknown")}
        for signal in wanted
        if signal in known or signal in demanded
    ]
    return _secured(told, parts)


def waveform(id: str, patient: str, chunk: WaveformChunk, device: str | None) -> Resource:  # noqa: A002
    """An Observation of sampled data: "E" where nothing was read."""
    told = _observation(
        id, patient, chunk.start, category=mapping.category(chunk.signal), version=1
    )
    del told["effectiveDateTime"]
    told["effectivePeriod"] = {"start": instant(chunk.start), "end": instant(chunk.end)}
    name = VITALS[chunk.signal].english
    told["code"] = {
        "coding": mapping.codings(chunk.signal, chunk.channel),
        "text": f"{name} {chunk.channel}".strip(),
    }
    _add_source(told, chunk.source, device)
    told["valueSampledData"] = {
        "origin": {"value": 0, **_unit(VITALS[chunk.signal].unit)},
        "period": _number(1000 / chunk.rate),
        "dimensions": 1,
        "data": " ".join("E" if math.isnan(one) else _plain(one) for one in chunk.samples),
    }
    return told


def score(id: str, patient: str, score: Score) -> Resource:  # noqa: A002
    """An Observation of a track-and-trigger score, with its parts and what it misses.

    It is `preliminary` while parts are missing: what is known of it is then the least that it is.
    """
    told = _observation(id, patient, score.time, category="survey", version=1)
    told["status"] = "preliminary" if score.partial else "final"
    coding = [{"system": SCORE, "code": score.kind.value}]
    if score.kind is ScoreKind.NEWS2:
        coding.append({"system": mapping.SNOMED, "code": _NEWS2_SNOMED})
    told["code"] = {"coding": coding, "text": _SCORES[score.kind]}
    if score.total is None:
        reason = "not-applicable" if score.not_scored else "unknown"
        told["dataAbsentReason"] = _absent(reason, score.not_scored)
    else:
        told["valueQuantity"] = _quantity(score.total, "{score}")
    if score.partial and score.lowest is not None and score.highest is not None:
        bounds = {
            "low": _quantity(score.lowest, "{score}"),
            "high": _quantity(score.highest, "{score}"),
        }
        told["extension"] = [{"url": SCORE_RANGE, "valueRange": bounds}]
    if score.response:
        coding = [{"system": RESPONSE, "code": score.response.value}]
        told["interpretation"] = [{"coding": coding, "text": score.response.value}]
    parts = [_part(part) for part in score.parts]
    parts += [
        {"code": _signal(signal), "dataAbsentReason": _absent("unknown")}
        for signal in score.missing
    ]
    if parts:
        told["component"] = parts
    return told


def flag(alarm: Alarm, device: str | None) -> Resource:
    """The Flag of an alarm, called as the alarm's id."""
    code, display = _PRIORITIES[alarm.priority]
    priority = {"coding": [{"system": _FLAG_PRIORITY, "code": code, "display": display}]}
    category = "safety" if alarm.condition.technical else "clinical"
    changes = (alarm.raised, alarm.passed, alarm.ended, alarm.acknowledged_at)
    told: Resource = {
        "resourceType": "Flag",
        "id": alarm.id,
        "meta": {"lastUpdated": instant(max(each for each in changes if each))},
        "extension": [{"url": _PRIORITY_EXTENSION, "valueCodeableConcept": priority}],
        "status": "active" if alarm.active else "inactive",
        "category": [{"coding": [{"system": _FLAG_CATEGORY, "code": category}]}],
        "code": {
            "coding": [
                {"system": CONDITION, "code": alarm.condition.value},
                *(mapping.codings(alarm.signal) if alarm.signal else ()),
            ],
            "text": _said(alarm),
        },
        "subject": _about(alarm.patient),
        "period": {"start": instant(alarm.raised)},
    }
    if not alarm.active:
        ends = [each for each in (alarm.ended, alarm.acknowledged_at, alarm.raised) if each]
        told["period"]["end"] = instant(max(ends))
    if device and alarm.source:
        told["author"] = _from(alarm.source, device)
    return _versioned(told)


def acknowledgement(alarm: Alarm) -> Resource | None:
    """The Communication that tells of an alarm's acknowledgement, if it is acknowledged."""
    if alarm.acknowledged_at is None:
        return None
    told: Resource = {
        "resourceType": "Communication",
        "id": alarm.id,
        "meta": {"lastUpdated": instant(alarm.acknowledged_at)},
        "status": "completed",
        "category": [{"coding": [{"system": _TOLD_CATEGORY, "code": "notification"}]}],
        "subject": _about(alarm.patient),
        "topic": {"text": "alarm acknowledged"},
        "about": [{"reference": f"Flag/{alarm.id}", "type": "Flag"}],
        "sent": instant(alarm.acknowledged_at),
    }
    if alarm.acknowledged_by:
        told["sender"] = {"display": alarm.acknowledged_by}
    if alarm.reason:
        told["payload"] = [{"contentString": alarm.reason}]
    return _versioned(told)


def document(summary: Summary, reviews: Sequence[Review]) -> Resource:
    """The DocumentReference of a summary, called as the summary's id, as it stands by now."""
    decided = reviews[-1] if reviews else None
    text = summary.draft.text
    if decided and decided.opinion is Opinion.EDITED and decided.text:
        text = decided.text
    rejected = decided is not None and decided.opinion is Opinion.REJECTED
    loinc, display = _SUMMARY_LOINC
    form = summary.form.value
    told: Resource = {
        "resourceType": "DocumentReference",
        "id": summary.id,
        "meta": {"lastUpdated": instant(decided.at if decided else summary.created)},
        "contained": [_author(summary)],
        "status": "entered-in-error" if rejected else "current",
        "docStatus": _OPINIONS[decided.opinion] if decided else "preliminary",
        "type": {
            "coding": [
                {"system": mapping.LOINC, "code": loinc, "display": display},
                {"system": FORM, "code": form},
            ],
            "text": form,
        },
        "category": [{"coding": [{"system": _DOCUMENT_CATEGORY, "code": "clinical-note"}]}],
        "subject": _about(summary.patient),
        "date": instant(summary.created),
        "author": [{"reference": "#author"}],
        "content": [{"attachment": _attachment(text, summary)}],
        "context": {
            "period": {
                "start": instant(summary.evidence.window.start),
                "end": instant(summary.evidence.window.end),
            }
        },
    }
    if decided and not rejected:
        told["authenticator"] = {"display": decided.by}
    return _versioned(told)


def identifier(patient: Patient) -> Resource:
    """By what a hospital knows the patient, as an Identifier."""
    if patient.authority == BED:
        return {"system": mapping.BED_SYSTEM, "value": patient.identifier}
    authority = patient.authority
    if "://" in authority or authority.startswith("urn:"):
        return {"system": authority, "value": patient.identifier}
    assigner = {"assigner": {"display": authority}} if authority else {}
    record = {"coding": [{"system": mapping.IDENTIFIER_TYPE, "code": "MR"}]}
    return {"type": record, "value": patient.identifier, **assigner}


def _split(name: str) -> dict[str, Any]:
    """The parts of a name that tells them apart, as "PEREZ, ANA" or "PEREZ^ANA" does."""
    for mark in ("^", ","):
        family, found, given = name.partition(mark)
        if found and family.strip():
            words = given.replace("^", " ").split()
            return {"family": family.strip(), **({"given": words} if words else {})}
    return {}


def _observation(
    id: str,  # noqa: A002
    patient: str,
    time: datetime,
    *,
    category: str,
    version: int,
) -> Resource:
    return {
        "resourceType": "Observation",
        "id": id,
        "meta": {"versionId": str(version), "lastUpdated": instant(time)},
        "status": _status(version),
        "category": [{"coding": [{"system": mapping.CATEGORY, "code": category}]}],
        "code": {},
        "subject": _about(patient),
        "effectiveDateTime": instant(time),
    }


def _status(version: int) -> str:
    return "corrected" if version > 1 else "final"


def _with_value(told: Resource, one: Observation) -> Resource:
    """An observation or a component with its value, or why there is none that counts."""
    if one.quality is Quality.GOOD and math.isfinite(one.value):
        told.update(_value(one))
    else:
        told["dataAbsentReason"] = _absent(mapping.ABSENT_REASONS.get(one.quality, "not-a-number"))
        quality: list[Resource] = [{"url": "code", "valueCode": one.quality.value}]
        if math.isfinite(one.value):
            unit = VITALS[one.signal].unit
            quality.append({"url": "value", "valueQuantity": _quantity(one.value, unit)})
        told["extension"] = [{"url": mapping.QUALITY, "extension": quality}]
    return _secured(told, [one]) if "resourceType" in told else told


def _secured(told: Resource, parts: Sequence[Observation]) -> Resource:
    """Marked as test data where a device was demonstrating."""
    if any(one.quality is Quality.DEMO for one in parts):
        told["meta"]["security"] = [{"system": mapping.ACT_REASON, "code": mapping.TEST_DATA}]
    return told


def _value(one: Observation) -> Resource:
    if one.signal is Signal.CONSCIOUSNESS and one.value in set(Consciousness):
        loinc, snomed, display = mapping.CONSCIOUSNESS[Consciousness(int(one.value))]
        coding = [
            {"system": mapping.LOINC, "code": loinc, "display": display},
            {"system": mapping.SNOMED, "code": snomed},
        ]
        return {"valueCodeableConcept": {"coding": coding, "text": display}}
    if one.signal is Signal.OXYGEN_GIVEN and one.value in mapping.OXYGEN_GIVEN:
        code, display = mapping.OXYGEN_GIVEN[int(one.value)]
        coding = [{"system": mapping.SNOMED, "code": code, "display": display}]
        return {"valueCodeableConcept": {"coding": coding, "text": display}}
    return {"valueQuantity": _quantity(one.value, VITALS[one.signal].unit)}


def _part(part: ScorePart) -> Resource:
    one = Observation(part.signal, part.observed, part.value, "")
    points = {"url": POINTS, "valueInteger": part.points}
    return {"extension": [points], "code": _signal(part.signal), **_value(one)}


def _signal(signal: Signal) -> Resource:
    vital = VITALS[signal]
    coding = mapping.codings(signal)
    return {**({"coding": coding} if coding else {}), "text": vital.english}


def _quantity(value: float, unit: str) -> Resource:
    return {"value": _number(value), **_unit(unit)}


def _unit(unit: str) -> Resource:
    return {"unit": unit, "system": mapping.UCUM, "code": unit}


def _number(value: float) -> float | int:
    rounded = round(value, _PLACES)
    return int(rounded) if rounded == int(rounded) else rounded


def _plain(value: float) -> str:
    """A number as SampledData reads it: no exponent."""
    return f"{value:.{_PLACES}f}".rstrip("0").rstrip(".")


def _absent(code: str, text: str | None = None) -> Resource:
    told: Resource = {"coding": [{"system": mapping.ABSENT, "code": code}]}
    return {**told, "text": text} if text else told


def _about(patient: str) -> Resource:
    return {"reference": f"Patient/{patient}", "type": "Patient"}


def _from(source: str, device: str) -> Resource:
    logical = {"system": mapping.SOURCE, "value": source}
    return {"reference": f"Device/{device}", "type": "Device", "identifier": logical}


def _add_source(told: Resource, source: str, device: str | None) -> None:
    if device:
        told["device"] = _from(source, device)
    elif is_charted(source):
        told["device"] = {"identifier": {"system": mapping.SOURCE, "value": source}}


def _said(alarm: Alarm) -> str:
    """What an alarm is about, in a few words."""
    name = VITALS[alarm.signal].name(Language.ENGLISH) if alarm.signal else ""
    if alarm.condition is Condition.LIMIT and alarm.limit is not None:
        side = "below" if alarm.direction is Direction.LOW else "above"
        return f"{name} {side} {_plain(alarm.limit)}"
    if alarm.condition is Condition.SCORE:
        return "NEWS2 at or above its trigger"
    return f"{alarm.condition.value.replace('_', ' ')} {name}".strip()


def _author(summary: Summary) -> Resource:
    """What wrote it: the model by its name, or the template."""
    model = summary.draft.model
    name = f"Sereno, {model.name if model else summary.draft.source}"
    named = [{"name": name, "type": "model-name"}]
    version = {"version": [{"value": summary.program}]} if summary.program else {}
    return {"resourceType": "Device", "id": "author", "deviceName": named, **version}


def _attachment(text: str, summary: Summary) -> Resource:
    content = text.encode()
    # SHA-1 is what FHIR R4 has an attachment's hash in; nothing is proven by it.
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return {
        "contentType": "text/plain; charset=utf-8",
        "language": summary.language.value,
        "data": base64.b64encode(content).decode(),
        "size": len(content),
        "hash": base64.b64encode(digest).decode(),
        "title": _TITLES.get(summary.form, summary.form.value),
        "creation": instant(summary.created),
    }


def _versioned(told: Resource) -> Resource:
    """With a version that is another one whenever anything else of it is."""
    content = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    version = hashlib.sha256(content).hexdigest()[:16]
    return {**told, "meta": {"versionId": version, **told.get("meta", {})}}


_TITLES: Final = MappingProxyType({Form.HANDOVER: "Handover", Form.SHIFT: "Shift report"})
