"""Where the heart beats in an ECG or a pleth, and how alike the beats are.

The ECG's beats are found where the power of 5 to 20 Hz, in which a QRS complex lies, gathers: the
idea of Pan and Tompkins (IEEE Trans Biomed Eng 1985; 32: 230-236), on a stretch that is looked at
as a whole, so that its filters need no delay. A pulse's beats are found by how much it climbs
within a sixth of a second, the slope sum of Zong et al. (Comput Cardiol 2003; 30: 259-262).
How alike beats are is the mean correlation with their own median, as Orphanidou et al. have it
(IEEE J Biomed Health Inform 2015; 19: 832-838).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sereno.scoring.waveforms.spectrum import Spectrum, smoothed
from sereno.scoring.waveforms.strip import Samples

Places = npt.NDArray[np.intp]

QRS: Final = (8.0, 20.0)  # Hz
QRS_WIDTH: Final = 0.1  # s: the longest normal complex, over which its power is gathered
REFRACTORY: Final = 0.24  # s: no two beats follow sooner (250 a minute)
# A top so soon after a higher one is that beat's T wave, unless it is nearly as high (as above).
T_WAVE: Final = 0.36  # s
T_HEIGHT: Final = 0.6
CLIMB: Final = 0.17  # s
PULSE: Final = (0.6, 8.0)  # Hz
LEAST_HEIGHT: Final = 0.3  # of the usual top in a stretch: what is lower is no beat
LONGEST_BEAT: Final = 1.0  # s around a beat that are compared


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Places of beats in a stretch, in samples, and how alike they are: 0 to 1."""

    places: Places
    likeness: float
    rate: float

    @property
    def intervals(self) -> Samples:
        """From each beat to the next, in seconds."""
        return np.asarray(np.diff(self.places) / self.rate)

    @property
    def per_minute(self) -> float | None:
        """The mean rate from the first beat to the last; None of fewer than three beats."""
        if len(self.places) < 3:
            return None
        return float(60 * self.rate * (len(self.places) - 1) / (self.places[-1] - self.places[0]))


def of_ecg(spectrum: Spectrum, rate: float) -> Beats:
    """The beats of an ECG."""
    width = round(QRS_WIDTH * rate)
    power = smoothed(np.square(spectrum.within(*QRS)), width)
    height = np.sqrt(smoothed(power, width))  # twice, so that a complex has one top
    places = _without_t(_tops(height, rate), height, rate)
    return Beats(places, likeness(spectrum.within(1.0, 40.0), places, rate), rate)


def of_pleth(spectrum: Spectrum, rate: float) -> Beats:
    """The beats of a pleth, by their steepest climb."""
    band = spectrum.within(*PULSE)
    climb = np.maximum(0.0, np.diff(band, append=band[-1]))
    places = _tops(smoothed(climb, round(CLIMB * rate)), rate)
    return Beats(places, likeness(band, places, rate), rate)


def likeness(samples: Samples, places: Places, rate: float) -> float:
    """The mean correlation of the beats with their mean; 0 where there are too few."""
    if len(places) < 4:
        return 0.0
    half = int(min(LONGEST_BEAT, float(np.median(np.diff(places))) / rate) * rate / 2)
    whole = places[(places >= half) & (places < len(samples) - half)]
    if len(whole) < 3 or half < 2:
        return 0.0
    windows = samples[whole[:, None] + np.arange(-half, half)]
    windows = windows - windows.mean(axis=1, keepdims=True)
    template = np.median(windows, axis=0)
    lengths = np.linalg.norm(windows, axis=1) * np.linalg.norm(template)
    return max(0.0, float(np.mean(windows @ template / np.maximum(lengths, 1e-12))))


def _tops(samples: Samples, rate: float) -> Places:
    """Local maxima, the highest within the refractory time, and high enough for the stretch."""
    inner = samples[1:-1]
    tops = np.flatnonzero((inner > samples[:-2]) & (inner >= samples[2:])) + 1
    if not len(tops):
        return tops
    tops = tops[samples[tops] >= LEAST_HEIGHT * _usual_top(samples, tops)]
    return _apart(tops, samples[tops], round(REFRACTORY * rate))


def _apart(places: Places, heights: Samples, least: int) -> Places:
    """Of places nearer to each other than `least` the highest alone."""
    while (near := np.flatnonzero(np.diff(places) < least)).size:
        both = np.union1d(near, near + 1)
        lowest = both[np.argmin(heights[both])]
        places, heights = np.delete(places, lowest), np.delete(heights, lowest)
    return places


def _without_t(places: Places, height: Samples, rate: float) -> Places:
    """Beats without tops that are only the T wave of the one before."""
    if len(places) < 2:
        return places
    soon = np.diff(places) < T_WAVE * rate
    small = height[places[1:]] < T_HEIGHT * height[places[:-1]]
    return np.asarray(places[np.append(True, ~(soon & small))])


def _usual_top(samples: Samples, tops: Places) -> float:
    """The median of the highest tops in each seventh of the stretch."""
    parts = np.minimum(tops * 7 // len(samples), 6)
    highest = np.zeros(7)
    np.maximum.at(highest, parts, samples[tops])
    return float(np.median(highest))
