"""Observations and waveforms as an ORU^R01 message: what `Reader` reads back as the same."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from connectors.mllp.coding import OWN
from connectors.mllp.parsing import Delimiters, Segment, escape
from connectors.mllp.times import as_time
from sereno.domain.stream import Observation, Quality, Subject, WaveformChunk
from sereno.domain.vitals import VITALS, Consciousness, Signal

_DELIMITERS: Final = Delimiters()
_VERSION: Final = "2.6"  # as IHE PCD-01
_FLAGS: Final = {Quality.DEMO: "DEMO", Quality.SENSOR_OFF: "NAV", Quality.ARTEFACT: "INV"}
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
) -> bytes:
    """One message about one patient, in UTF-8. Times are written in UTC, sources are not."""
    segments = [
        _header(application, sent, control),
        _patient(subject),
        *([_visit(subject.bed)] if subject.bed else []),
        ["OBR", "1", "", "", f"vitals{_DELIMITERS.component * 2}{OWN}"],
    ]
    rows = [*map(_row, observations)]
    for chunk in waveforms:
        rows += _array(chunk, len(rows) + 1)
    segments += [["OBX", str(n), *row] for n, row in enumerate(rows, 1)]
    return "".join(f"{_DELIMITERS.field.join(each)}\r" for each in segments).encode()


def _header(application: str, sent: datetime, control: str) -> Segment:
    return [
        "MSH", _DELIMITERS.header, _text(application), "", "", "", as_time(sent), "",
        "ORU^R01^ORU_R01", _text(control), "P", _VERSION, "", "", "AL", "NE", "", "UNICODE UTF-8",
    ]  # fmt: skip


def _patient(subject: Subject) -> Segment:
    number = "^".join((_text(subject.identifier), "", "", _text(subject.authority), "MR"))
    born = subject.birth_date.strftime("%Y%m%d").rjust(8, "0") if subject.birth_date else ""
    name = f"^{_text(subject.name)}" if subject.name else ""
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
    return [kind, code, "", value, unit, "", flag, "", "", "F", "", "", as_time(each.time)]


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
