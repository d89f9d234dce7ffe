"""A stretch of waveform by its frequencies: kept within bands, and how its power is spread."""

import numpy as np

from sereno.scoring.waveforms.strip import Samples


class Spectrum:
    """One stretch without gaps, `rate` in Hz. Everything is taken from one transform."""

    def __init__(self, samples: Samples, rate: float) -> None:
        self._length = len(samples)
        line = np.linspace(samples[0], samples[-1], len(samples))
        self._values = np.fft.rfft(samples - line)
        self.hertz = np.fft.rfftfreq(len(samples), 1 / rate)
        self.power = self._values.real**2 + self._values.imag**2

    def within(self, low: float, high: float) -> Samples:
        """The stretch with what lies from `low` to `high` Hz alone."""
        kept = np.where((self.hertz >= low) & (self.hertz <= high), self._values, 0)
        return np.asarray(np.fft.irfft(kept, self._length))

    def share(self, low: float, high: float) -> float:
        """The root mean square of what lies from `low` to `high` Hz."""
        part = self.power[(self.hertz >= low) & (self.hertz <= high)]
        return float(np.sqrt(2 * part.sum())) / self._length


def smoothed(samples: Samples, width: int) -> Samples:
    """The moving mean over `width` samples, of the same length."""
    width = max(1, width)
    if width == 1:
        return samples
    padded = np.pad(samples, (width // 2, width - width // 2), mode="edge")
    sums = np.cumsum(padded)
    return np.asarray((sums[width:] - sums[:-width]) / width)
