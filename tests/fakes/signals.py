"""What sensors would say: numbers that wobble, and waves of every beat."""

import math
from datetime import datetime

from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import VITALS, Kind, Signal


def wobble(signal: Signal, mean: float, at: datetime) -> float:
    """A slow wave around the mean: a twentieth of it, and nothing for what is charted."""
    if VITALS[signal].kind is not Kind.NUMERIC:
        return mean
    share = 0.002 if signal is Signal.TEMPERATURE else 0.02 if signal is Signal.SPO2 else 0.05
    value = mean * (1 + share * math.sin(at.timestamp() / 600 + len(signal.value)))
    return min(value, VITALS[signal].high)


def wave(signal: Signal, start: datetime, rate: float) -> WaveformChunk:
    hz = {Signal.ECG: 250.0, Signal.PLETH: 125.0, Signal.PRESSURE: 125.0}.get(signal, 62.5)
    beat = 60 / max(rate, 20)
    times = [start.timestamp() + i / hz for i in range(int(hz))]
    shape = {
        Signal.ECG: _ecg, Signal.PLETH: _pulse,
        Signal.PRESSURE: lambda p: 55 + 60 * _pulse(p),
    }.get(signal)  # fmt: skip
    if shape is None:
        samples = [math.sin(2 * math.pi * t / 4) for t in times]
    else:
        samples = [shape((t % beat) / beat) for t in times]
    return WaveformChunk(signal, start, hz, samples, "paper", "II" if signal is Signal.ECG else "")


def _ecg(phase: float) -> float:
    bumps = ((0.12, 0.03, 0.12), (0.245, 0.008, -0.12), (0.26, 0.009, 1.1), (0.28, 0.01, -0.25),
             (0.5, 0.05, 0.28))  # fmt: skip
    return sum(height * math.exp(-(((phase - at) / width) ** 2)) for at, width, height in bumps)


def _pulse(phase: float) -> float:
    return math.exp(-(((phase - 0.25) / 0.11) ** 2)) + 0.35 * math.exp(
        -(((phase - 0.52) / 0.12) ** 2)
    )
