"""The last seconds of one waveform, at a rate at which they are cheap to look at."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from sereno.domain.stream import WaveformChunk

Samples = npt.NDArray[np.float64]

# A jump of the clock of more than this between two chunks is a gap, and no rounding of a time.
JITTER: Final = timedelta(milliseconds=100)


class Strip:
    """Up to `length` seconds of samples; NaN where none came.

    What comes faster than `rate` (Hz) is averaged down by a whole number, so that the strip holds
    at least `rate` and less than twice as much a second.
    """

    def __init__(self, length: float, rate: float) -> None:
        self._length = length
        self._wanted = rate
        self._given = 0.0
        self.rate = 0.0
        self.end: datetime | None = None
        self.samples: Samples = np.empty(0)

    def add(self, chunk: WaveformChunk) -> bool:
        """Take the next chunk; False for one that is late, which changes nothing."""
        if self.end is not None and chunk.start < self.end - JITTER:
            return False
        if chunk.rate != self._given:
            self._begin(chunk.rate)
        thinned = _thinned(np.asarray(chunk.samples, np.float64), self._every)
        keep = max(1, round(self._length * self.rate))
        missing = self._missing(chunk.start, keep)
        self.samples = np.concatenate([self.samples, np.full(missing, np.nan), thinned])[-keep:]
        self.end = chunk.end
        return True

    @property
    def seconds(self) -> float:
        """How much it holds."""
        return len(self.samples) / self.rate if self.rate else 0.0

    @property
    def full(self) -> bool:
        """Whether it holds all that it can."""
        return self.seconds > self._length - 1 / 4

    def _begin(self, rate: float) -> None:
        """Samples of another rate can not stand in one row: begin anew."""
        self._given = rate
        self._every = max(1, int(rate / self._wanted))
        self.rate = rate / self._every
        self.samples, self.end = np.empty(0), None

    def _missing(self, start: datetime, most: int) -> int:
        if self.end is None or start <= self.end + JITTER:
            return 0
        return min(most, round((start - self.end).total_seconds() * self.rate))


def _thinned(samples: Samples, every: int) -> Samples:
    """The means of each `every` samples in a row; a remainder is left out."""
    if every == 1:
        return samples
    whole = len(samples) // every * every
    return np.asarray(samples[:whole].reshape(-1, every).mean(axis=1))
