"""How good ten seconds of an ECG or a pleth are: an index from 0 to 1 and a verdict.

Rules first, then likeness, in the order of Orphanidou et al. (IEEE J Biomed Health Inform 2015;
19: 832-838): what is missing, flat, cut off or drowned in noise is bad whatever else it looks
like; of the rest the index is the mean correlation of the beats with their template, and their
bounds, 0.66 for an ECG and 0.86 for a pleth, tell beats from what is none. That noise is told by
the power beside the band in which beats lie goes back to Clifford et al. (Physiol Meas 2012; 33:
1419-1433). The other bounds were set on the recordings in benchmarks/quality.py.

**Bad is not false.** A flat line may be asystole, and what has no beats ventricular fibrillation:
`Fault.spoils` says which faults are of the signal alone.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from sereno.domain.vitals import Signal
from sereno.scoring.waveforms import beats
from sereno.scoring.waveforms.beats import Beats
from sereno.scoring.waveforms.spectrum import Spectrum
from sereno.scoring.waveforms.strip import Samples

STRETCH: Final = 10.0  # s that are judged together
LEAST: Final = 5.0  # s: of less nothing is said
MOST_MISSING: Final = 0.1  # of a stretch; less is bridged
FLAT_FOR: Final = 0.4  # of a stretch, without any change
FLAT_ECG: Final = 0.1  # mV from the 1st to the 99th percentile: asystole is asked of a lead so low
PLATEAU: Final = 3  # samples in a row at the highest or lowest value are cut off
MOST_CUT: Final = {Signal.ECG: 0.25, Signal.PLETH: 0.3}  # of a stretch
# How much lies above the band of beats, by what lies in it (root mean squares).
NOISE_ECG: Final = ((25.0, 50.0), (1.0, 20.0), 0.45)
NOISE_PLETH: Final = ((12.0, 24.0), (0.6, 8.0), 0.35)  # a fast pulse reaches 12 Hz
MOTION: Final = 3.0  # the widest second of a pleth by the usual one
LIKE: Final = {Signal.ECG: 0.66, Signal.PLETH: 0.86}
SURE: Final = {Signal.ECG: 0.8, Signal.PLETH: 0.9}
# An uneven pulse is more often a missed beat than one of a rhythm; an ECG's beats are told better.
EVEN: Final = {Signal.ECG: 0.6, Signal.PLETH: 0.15}
SLOWEST, FASTEST = 25.0, 240.0  # /min


class Fault(StrEnum):
    """What is wrong with a stretch."""

    GAP = "gap"
    FLAT = "flat"
    SATURATED = "saturated"  # cut off at the end of its range
    NOISE = "noise"
    MOTION = "motion"
    NO_BEATS = "no_beats"  # nothing that looks like beats of one kind

    @property
    def spoils(self) -> bool:
        """Whether it is the sensor's, as far as ten seconds can tell, and not the patient's.

        A heart that stands still gives a flat line, and fibrillation no beats; where nothing came,
        nothing is known. A pulse that vanishes may still look like motion for some seconds.
        """
        return self in {Fault.SATURATED, Fault.NOISE, Fault.MOTION}


class Verdict(StrEnum):
    """What may be done with a stretch: only of a good one is a rate derived."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """The judgement of one stretch; `fault` of a bad one, `rate` (/min) where beats were found."""

    index: float
    verdict: Verdict
    fault: Fault | None = None
    rate: float | None = None


def assess(signal: Signal, samples: Samples, rate: float) -> Assessment:
    """Judge a stretch of an ECG (in mV) or a pleth, sampled at `rate` Hz; NaN where none came."""
    missing = np.isnan(samples)
    share = float(missing.mean()) if len(samples) else 1.0
    if share > MOST_MISSING or len(samples) < LEAST * rate:
        return _bad(Fault.GAP)
    if share:
        places = np.arange(len(samples))
        samples = np.interp(places, places[~missing], samples[~missing])
    fault = _shape_fault(signal, samples)
    if fault is not None:
        return _bad(fault)
    spectrum = Spectrum(samples, rate)
    if _noisy(signal, spectrum):
        return _bad(Fault.NOISE)
    found = (beats.of_ecg if signal is Signal.ECG else beats.of_pleth)(spectrum, rate)
    return _by_likeness(signal, found, samples, rate)


def _by_likeness(signal: Signal, found: Beats, samples: Samples, rate: float) -> Assessment:
    """Judge by how alike and how even the beats are."""
    per_minute, index = found.per_minute, found.likeness
    if per_minute is None or not SLOWEST <= per_minute <= FASTEST or index < LIKE[signal]:
        moved = signal is Signal.PLETH and _moved(samples, rate)
        return _bad(Fault.MOTION if moved else Fault.NO_BEATS, per_minute)
    lengths = found.intervals
    even = float(lengths.std() / lengths.mean()) <= EVEN[signal]
    good = even and index >= SURE[signal]
    return Assessment(index, Verdict.GOOD if good else Verdict.DOUBTFUL, rate=per_minute)


def _bad(fault: Fault, rate: float | None = None) -> Assessment:
    return Assessment(0.0, Verdict.BAD, fault, rate)


def _shape_fault(signal: Signal, samples: Samples) -> Fault | None:
    """Whether it stands still, or is cut off."""
    same = np.concatenate([[False], np.diff(samples) == 0, [False]])
    edges = np.flatnonzero(np.diff(same.astype(np.int8)))
    starts, lengths = edges[::2], edges[1::2] - edges[::2] + 1
    if len(lengths) and lengths.max() >= FLAT_FOR * len(samples):
        return Fault.FLAT
    if signal is Signal.ECG:
        low, high = np.quantile(samples, (0.01, 0.99))
        if high - low < FLAT_ECG:
            return Fault.FLAT
    ends = (samples[starts] == samples.min()) | (samples[starts] == samples.max())
    cut = lengths[ends & (lengths >= PLATEAU)].sum()
    return Fault.SATURATED if cut > MOST_CUT[signal] * len(samples) else None


def _noisy(signal: Signal, spectrum: Spectrum) -> bool:
    """Whether noise drowns the beats; of a rate too low for its band nothing is known."""
    beside, band, most = NOISE_ECG if signal is Signal.ECG else NOISE_PLETH
    if spectrum.hertz[-1] < beside[0] * 1.5:
        return False
    return spectrum.share(*beside) > most * spectrum.share(*band)


def _moved(samples: Samples, rate: float) -> bool:
    """Whether some second swings far wider than the usual one."""
    second = round(rate)
    seconds = samples[: len(samples) // second * second].reshape(-1, second)
    swings = np.ptp(seconds, axis=1)
    return bool(swings.max() > MOTION * np.median(swings))
