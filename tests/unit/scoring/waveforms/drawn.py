"""Waveforms drawn for the tests: beats at a rate, and what can go wrong with them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.vitals import Signal
from tests.unit.scoring.streams import at, seen

Samples = npt.NDArray[np.float64]
RATE = 125.0
SOURCE = "monitor"
CALM = {
    Signal.HEART_RATE: (41.0, 130.0),
    Signal.PULSE_RATE: (41.0, 130.0),
    Signal.SPO2: (92.0, float("inf")),
}


def calm(signal: Signal) -> tuple[float, float]:
    return CALM.get(signal, (float("-inf"), float("inf")))


def times(seconds: float, rate: float = RATE) -> Samples:
    return np.arange(round(seconds * rate)) / rate


def ecg(seconds: float, per_minute: float = 72, rate: float = RATE, seed: int = 0) -> Samples:
    """P, QRS and T of each beat, with a little noise; in mV."""
    grid = times(seconds, rate)
    phase = (grid * per_minute / 60 + 0.5) % 1 - 0.5
    after = phase * 60 / per_minute
    waves = ((-0.16, 0.025, 0.12), (-0.03, 0.01, -0.1), (0, 0.011, 1.0), (0.03, 0.011, -0.2))
    drawn = sum(h * np.exp(-(((after - m) / w) ** 2) / 2) for m, w, h in waves)
    drawn = drawn + 0.25 * np.exp(-(((after - 0.2) / 0.04) ** 2) / 2)
    return np.asarray(drawn + _noise(len(grid), 0.008, seed))


def pleth(seconds: float, per_minute: float = 72, rate: float = RATE, seed: int = 0) -> Samples:
    """Pulses with a second wave, from 0 to 1."""
    grid = times(seconds, rate)
    phase = (grid * per_minute / 60) % 1
    drawn = np.exp(-(((phase - 0.25) / 0.1) ** 2)) + 0.3 * np.exp(-(((phase - 0.55) / 0.1) ** 2))
    return np.asarray(drawn + _noise(len(grid), 0.004, seed))


def breaths(seconds: float, per_minute: float, rate: float = 25.0) -> Samples:
    return np.asarray(np.sin(2 * np.pi * times(seconds, rate) * per_minute / 60))


def tachycardia(seconds: float, per_minute: float = 190) -> Samples:
    """Ventricular: wide complexes without P or T, one after the other."""
    turns = np.sin(2 * np.pi * times(seconds) * per_minute / 60)
    return np.asarray(1.2 * np.sign(turns) * np.abs(turns) ** 0.7 + _noise(len(turns), 0.02, 1))


def fibrillation(seconds: float) -> Samples:
    """Ventricular: 3 to 6 Hz, waxing and waning."""
    grid, random = times(seconds), np.random.default_rng(2)
    wander = np.cumsum(random.standard_normal(len(grid))) / RATE
    grown = 0.4 + 0.2 * np.sin(2 * np.pi * 0.3 * grid)
    return np.asarray(
        grown * np.sin(2 * np.pi * (4.5 * grid + wander)) + _noise(len(grid), 0.02, 3)
    )


def asystole(seconds: float) -> Samples:
    """A line that wanders a little: the leads are on."""
    grid = times(seconds)
    return np.asarray(0.02 * np.sin(2 * np.pi * 0.2 * grid) + _noise(len(grid), 0.006, 4))


def noisy(samples: Samples, size: float = 0.4) -> Samples:
    return np.asarray(samples + _noise(len(samples), size, 5))


def moved(samples: Samples, rate: float = RATE) -> Samples:
    """The probe is pulled: swings many times as wide as a pulse."""
    random, drawn = np.random.default_rng(6), samples.copy()
    for place in range(0, len(drawn) - int(rate), 3 * int(rate)):
        width = int(rate * random.uniform(0.3, 0.9))
        drawn[place : place + width] += random.uniform(6, 9) * np.hanning(width)
    return drawn


def clipped(samples: Samples) -> Samples:
    """The line leaves the range of the converter and comes back."""
    drift = 3 * np.sin(2 * np.pi * 0.15 * times(len(samples) / RATE))
    return np.asarray(np.clip(samples + drift, -1.5, 1.5))


def _noise(count: int, size: float, seed: int) -> Samples:
    return np.asarray(np.random.default_rng(seed).normal(0, size, count))


def chunks(
    signal: Signal,
    samples: Samples,
    rate: float = RATE,
    *,
    start: float = 0,
    length: float = 1,
    channel: str = "",
    source: str = SOURCE,
) -> Iterator[WaveformChunk]:
    """A waveform in chunks of `length` seconds, from `start` seconds on."""
    size = round(length * rate)
    for place in range(0, len(samples), size):
        begin = at(start) + timedelta(seconds=place / rate)
        part = tuple(samples[place : place + size].tolist())
        yield WaveformChunk(signal, begin, rate, part, source, channel)


def numbers(values: Mapping[Signal, float], seconds: int, **given: Any) -> list[Observation]:
    """The same numbers every second."""
    return [seen(s, v, at(n), **given) for n in range(seconds) for s, v in values.items()]
