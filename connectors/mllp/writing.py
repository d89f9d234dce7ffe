"""What is told as HL7 v2: values, waveforms and scores as ORU^R01, alarms as ORU^R40.

What was measured `Reader` reads back as the same.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from connectors.mllp.coding import OWN
from connectors.mllp.parsing import Delimiters, Segment, escape
from connectors.mllp.times import as_time
from sereno.domain.stream import Observation, Quality, Subject, WaveformChunk
from sereno.domain.surveillance import (
    Alarm,
    AlarmEvent,
    AlarmStep,
    Direction,
    OperatorState,
    Priority,
    Score,
    ScoreKind,
)
from sereno.domain.vitals import VITALS, Consciousness, Signal

_DELIMITERS: Final = Delimiters()
_VERSION: Final = "2.6"  # as IHE PCD-01
_FLAGS: Final = {
    Quality.DEMO: "DEMO",
    Quality.SENSOR_OFF: "NAV",
    Quality.ARTEFACT: "INV",
    Quality.IMPLAUSIBLE: "INV",
}
_ALARM: Final = "196616^MDC_EVT_ALARM^MDC"
_PLACE: Final = "1.0.0.0"  # OBX-4: device, subsystem, channel, metric; Sereno is one device
# IHE PCD-04: priority high, medium or low.
_PRIORITIES: Final = {Priority.HIGH: "PH", Priority.MEDIUM: "PM", Priority.LOW: "PL"}
_PHASES: Final = {
    AlarmStep.RAISED: "start",
    AlarmStep.RETURNED: "start",
    AlarmStep.WORSENED: "escalate",
    AlarmStep.EASED: "de-escalate",
    AlarmStep.GONE: "end",
    AlarmStep.DISCHARGED: "end",
    AlarmStep.CLOSED: "end",
    AlarmStep.ACKNOWLEDGED: "update",
}
_OPERATORS: Final = {
    OperatorState.NONE: "enabled",
    OperatorState.ACKNOWLEDGED: "acknowledged",
    OperatorState.AUDIO_PAUSED: "audio-paused",
    OperatorState.ALARM_PAUSED: "alarm-paused",
    OperatorState.OFF: "alarm-off",
}
# SNOMED CT, UK edition: Royal College of Physicians NEWS2 total score; qSOFA has no such code.
_SCORES: Final = {
    ScoreKind.NEWS2: "1104051000000101^NEWS2 total^SCT",
    ScoreKind.QSOFA: f"{ScoreKind.QSOFA.value}^qSOFA total^{OWN}",
}
_WORDS: Final = {
    Consciousness.ALERT: "Alert",
    Consciousness.NEW_CONFUSION: "Confused",
    Consciousness.VOICE: "Voice",
    Consciousness.PAIN: "Pain",
    Consciousness.UNRESPONSIVE: "Unresponsive",
}


def write(
    subject: Subject,
    observations: Sequence[Observation] = (),
    waveforms: Sequence[WaveformChunk] = (),
    *,
    application: str,
    sent: datetime,
    control: str,
    scores: Sequence[Score] = (),
) -> bytes:
    """One message about one patient, in UTF-8. Times are written in UTC, sources are not."""
    rows = [*map(_row, observations)]
    for chunk in waveforms:
        rows += _array(chunk, len(rows) + 1)
    rows += [_score(each) for each in scores if each.total is not None]
    header = _header(application, sent, control, "ORU^R01^ORU_R01")
    request = ["OBR", "1", "", "", f"vitals{_DELIMITERS.component * 2}{OWN}"]
    return _message(header, subject, request, rows)


def write_alarm(
    subject: Subject,
    alarm: Alarm,
    event: AlarmEvent,
    *,
    application: str,
    sent: datetime,
    control: str,
) -> bytes:
    """An alarm after a step of its life, as IHE's PCD-04 asks for it."""
    header = _header(application, sent, control, "ORU^R40^ORU_R40")
    at = as_time(event.time)
    request = ["OBR", "1", "", _text(alarm.id), _ALARM, "", "", at]
    return _message(header, subject, request, _facets(alarm, event))


def _message(header: Segment, subject: Subject, request: Segment, rows: Sequence[Segment]) -> bytes:
    segments = [
        header,
        _patient(subject),
        *([_visit(subject.bed)] if subject.bed else []),
        request,
        *(["OBX", str(n), *row] for n, row in enumerate(rows, 1)),
    ]
    return "".join(f"{_DELIMITERS.field.join(each)}\r" for each in segments).encode()


def _facets(alarm: Alarm, event: AlarmEvent) -> list[Segment]:
    """What the alarm is about, the value, and how it stands: PCD-04's facets, in its order."""
    at = as_time(event.time)
    kind = "ST" if alarm.condition.technical else "SP"
    flags = f"{kind}~{_PRIORITIES[alarm.priority]}"
    said = _code(alarm.condition.value, _said(alarm), OWN)
    rows = [["CWE", _ALARM, f"{_PLACE}.1", said, "", "", flags, "", "", "F", "", "", at]]
    value = alarm.value if event.value is None else event.value
    if alarm.signal is not None and value is not None:
        vital = VITALS[alarm.signal]
        code = _code(vital.loinc, vital.english, "LN") if vital.loinc else _own(alarm.signal)
        limit = "" if alarm.limit is None else repr(alarm.limit)
        unit = f"{vital.unit}^^UCUM"
        row = ["NM", code, f"{_PLACE}.2", repr(value), unit, limit, "", "", "", "F", "", "", at]
        rows.append(row)
    facets = {
        "68481^MDC_ATTR_EVENT_PHASE^MDC": _PHASES[event.what],
        "68482^MDC_ATTR_ALARM_STATE^MDC": _standing(alarm),
        "68483^MDC_ATTR_ALARM_INACTIVATION_STATE^MDC": _OPERATORS[alarm.operator],
        "68484^MDC_ATTR_ALARM_PRIORITY^MDC": _PRIORITIES[alarm.priority],
    }
    rows += [
        ["ST", code, f"{_PLACE}.{n}", word, "", "", "", "", "", "F"]
        for n, (code, word) in enumerate(facets.items(), 3)
    ]
    return rows


def _standing(alarm: Alarm) -> str:
    if alarm.present:
        return "active"
    return "latched" if alarm.active else "inactive"


def _said(alarm: Alarm) -> str:
    name = VITALS[alarm.signal].english if alarm.signal else ""
    side = {Direction.LOW: "low", Direction.HIGH: "high", None: ""}[alarm.direction]
    words = (name, side, alarm.condition.value.replace("_", " "))
    return " ".join(word for word in words if word)


def _score(score: Score) -> Segment:
    """A total; "P" for preliminary where parts of it are missing."""
    code = _SCORES[score.kind]
    status = "P" if score.partial else "F"
    unit = "{score}^^UCUM"
    at = as_time(score.time)
    return ["NM", code, "", str(score.total), unit, "", "", "", "", status, "", "", at]


def _header(application: str, sent: datetime, control: str, kind: str) -> Segment:
    return [
        "MSH", _DELIMITERS.header, _text(application), "", "", "", as_time(sent), "",
        kind, _text(control), "P", _VERSION, "", "", "AL", "NE", "", "UNICODE UTF-8",
    ]  # fmt: skip


def _patient(subject: Subject) -> Segment:
    number = "^".join((_text(subject.identifier), "", "", _text(subject.authority), "MR"))
    born = subject.birth_date.strftime("%Y%m%d").rjust(8, "0") if subject.birth_date else ""
    name = _text(subject.name or "")  # whole: which of its words is the family's nobody told
    return ["PID", "1", "", number, "", name, "", born, _text(subject.sex or "")]


def _visit(bed: str) -> Segment:
    return ["PV1", "1", "I", f"^^{_text(bed)}"]


def _row(each: Observation) -> Segment:
    row = VITALS[each.signal]
    kind, value = "NM", repr(each.value)
    code = _code(row.loinc, row.english, "LN") if row.loinc else _own(each.signal)
    if each.signal is Signal.CONSCIOUSNESS:
        if each.value in set(Consciousness):
            level = Consciousness(int(each.value))
            kind, value = "CWE", f"{level.letter}^{_WORDS[level]}"
        else:
            code = _own(each.signal)
    unit = f"{row.unit}^^UCUM"
    flag = _FLAGS.get(each.quality, "")
    status = "C" if each.version > 1 else "F"
    return [kind, code, "", value, unit, "", flag, "", "", status, "", "", as_time(each.time)]


def _array(chunk: WaveformChunk, number: int) -> Iterator[Segment]:
    row = VITALS[chunk.signal]
    place = f"1.1.1.{number}"
    code = f"{row.mdc_code}^{row.mdc}^MDC^{_text(chunk.channel)}^^{OWN}"
    samples = "^".join("" if math.isnan(each) else repr(float(each)) for each in chunk.samples)
    unit = f"{row.unit}^^UCUM"
    yield ["NA", code, place, samples, unit, "", "", "", "", "F", "", "", as_time(chunk.start)]
    rate = ["NM", "0^MDC_ATTR_SAMP_RATE^MDC", f"{place}.1", repr(float(chunk.rate))]
    yield [*rate, "264608^MDC_DIM_PER_SEC^MDC", "", "", "", "", "F"]


def _code(code: str, text: str, system: str) -> str:
    return "^".join((code, _text(text), system))


def _own(signal: Signal) -> str:
    return _code(signal.value, VITALS[signal].english, OWN)


def _text(text: str) -> str:
    return escape(text, _DELIMITERS)
