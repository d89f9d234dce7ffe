"""The bedside monitor as plain data: waveforms with their numbers, and the other readings."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal
from sereno.services.views import WAVES, PatientView
from streamlit_app.presenting import vitals
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.presenting.vitals import Readings
from streamlit_app.texts import Words, unit
from streamlit_app.theme import TRACES

# Upper ends of the pressure scale, as bedside monitors offer them; it starts at zero.
PRESSURE_SCALES: Final = (60, 120, 180, 240, 300)
# The least height of the ECG scale in mV: an isoelectric line must not be drawn as noise.
LEAST_ECG_MV: Final = 1.0
# Three significant digits below the least height are finer than a screen's pixel.
DECIMALS: Final[Mapping[Signal, int]] = MappingProxyType({Signal.ECG: 3, Signal.PRESSURE: 1})
MOST_HZ: Final = 250.0  # a canvas shows no more; what is faster is thinned


def monitor(view: PatientView, chunks: Sequence[WaveformChunk], words: Words) -> Data:
    """The panel, as the component `monitor` takes it."""
    traces = _traces(chunks)
    beside: set[Signal] = set()
    drawn = []
    for (signal, channel), parts in traces.items():
        shown = _beside(signal, view.readings, words) if signal not in beside else []
        beside.add(signal)
        name = _name(signal, channel, traces, words)
        drawn.append(_trace(signal, channel, parts, shown, name))
    return {
        "now": ms(view.now),
        "patient": view.patient.id,
        "lang": words.language.value,
        "words": words.some(*TIME_WORDS, "nosignal"),
        "traces": drawn,
        "rest": vitals.strip(view.readings, words, beside=beside),
    }


def _traces(
    chunks: Sequence[WaveformChunk],
) -> dict[tuple[Signal, str], list[WaveformChunk]]:
    """Chunks by signal and channel, in a monitor's order."""
    traces: dict[tuple[Signal, str], list[WaveformChunk]] = {}
    for chunk in sorted(chunks, key=lambda c: (WAVES.index(c.signal), c.channel, c.start)):
        traces.setdefault((chunk.signal, chunk.channel), []).append(chunk)
    return traces


def _trace(
    signal: Signal,
    channel: str,
    chunks: list[WaveformChunk],
    readings: list[Data],
    name: str,
) -> Data:
    every = max(1, math.ceil(chunks[-1].rate / MOST_HZ))
    data: Data = {
        "id": f"{signal.value}-{channel}",
        "signal": signal.value,
        "label": name,
        "describe": name,
        "unit": unit(signal),
        "scaleText": f"{{span}} {unit(signal)}",
        "colour": TRACES[signal.value],
        "rate": chunks[-1].rate / every,
        "chunks": [[ms(chunk.start), _samples(chunk, every)] for chunk in chunks],
        "readings": readings,
    }
    if signal is Signal.PRESSURE:
        data |= {"fixed": PRESSURE_SCALES, "scaleText": f"{{low}}–{{high}} {unit(signal)}"}
    if signal is Signal.ECG:
        data["least"] = LEAST_ECG_MV
    return data


def _name(signal: Signal, channel: str, traces: Iterable[tuple[Signal, str]], words: Words) -> str:
    """With its channel where that says more: the lead of an ECG, or one of several."""
    several = sum(one is signal for one, _ in traces) > 1
    told = several or signal is Signal.ECG
    return f"{words.short(signal)} {channel}".strip() if told else words.short(signal)


def _samples(chunk: WaveformChunk, every: int) -> list[float | None]:
    decimals = DECIMALS.get(chunk.signal, 4)
    samples = (float(value) for value in chunk.samples[::every])
    return [None if math.isnan(value) else round(value, decimals) for value in samples]


def _beside(signal: Signal, readings: Readings, words: Words) -> list[Data]:
    """The number that a monitor shows beside a wave."""
    found = {
        Signal.ECG: lambda: vitals.rate(readings, words),
        Signal.PLETH: lambda: vitals.one(readings, Signal.SPO2, words),
        Signal.RESPIRATION: lambda: vitals.one(readings, Signal.RESPIRATORY_RATE, words),
        Signal.PRESSURE: lambda: vitals.pressure(readings, words),
    }[signal]()
    return [found] if found else []
