"""How fast somebody breathes, from the waveform of their respiration.

Breaths are counted as Schäfer and Kratky do (Ann Biomed Eng 2008; 36: 476-485, "advanced
counting"): tops of the filtered wave above a fifth of the upper quartile of all tops, with one
trough below zero between two of them. The count stands only where the strongest frequency says
the same.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sereno.scoring.waveforms.spectrum import Spectrum
from sereno.scoring.waveforms.strip import Samples

BAND: Final = (0.07, 1.1)  # Hz: 4 to 66 breaths a minute
LEAST: Final = 10.0  # s: less holds no three breaths
LEAST_TOP: Final = 0.2  # of the upper quartile of tops
LEAST_BREATHS: Final = 3
AGREE: Final = 2.0  # /min between the count and the strongest frequency
EVEN: Final = 0.35  # the intervals' standard deviation by their mean: beyond, nothing is counted


@dataclass(frozen=True, slots=True)
class Breathing:
    """Breaths a minute, and how sure that is: 0 to 1."""

    per_minute: float
    index: float


def of_respiration(samples: Samples, rate: float) -> Breathing | None:
    """What a stretch of half a minute or more without gaps says; None where nothing is sure."""
    if len(samples) < LEAST * rate:
        return None
    spectrum = Spectrum(samples, rate)
    wave = spectrum.within(*BAND)
    counted = _counted(wave, rate)
    strongest = _strongest(spectrum, len(samples) / rate)
    if counted is None or strongest is None:
        return None
    per_minute, spread = counted
    apart = abs(per_minute - strongest)
    if apart > AGREE or spread > EVEN:
        return None
    return Breathing(per_minute, max(0.0, 1 - apart / (2 * AGREE)) * max(0.0, 1 - spread))


def _counted(wave: Samples, rate: float) -> tuple[float, float] | None:
    """Breaths a minute by counting, and the spread of their lengths."""
    inner = wave[1:-1]
    tops = np.flatnonzero((inner > wave[:-2]) & (inner >= wave[2:])) + 1
    tops = tops[wave[tops] > 0]
    if len(tops) < LEAST_BREATHS:
        return None
    tops = tops[wave[tops] > LEAST_TOP * np.quantile(wave[tops], 0.75)]
    kept: list[int] = []
    for top in tops.tolist():
        if kept and wave[kept[-1] : top].min() >= 0:  # the same breath
            kept[-1] = max(kept[-1], top, key=lambda place: float(wave[place]))
        else:
            kept.append(top)
    if len(kept) < LEAST_BREATHS:
        return None
    lengths = np.diff(kept) / rate
    return float(60 / lengths.mean()), float(lengths.std() / lengths.mean())


def _strongest(spectrum: Spectrum, seconds: float) -> float | None:
    """The strongest frequency a minute, between the bins by the power beside it."""
    low, high = (int(np.ceil(each * seconds)) for each in BAND)
    power = spectrum.power[: high + 2]
    place = low + int(np.argmax(power[low : high + 1]))
    around = power[place - 1 : place + 2]
    if power[low : high + 1].sum() <= 0:
        return None
    return float(60 / seconds * (np.arange(place - 1, place + 2) @ around) / around.sum())
