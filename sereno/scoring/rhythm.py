"""How often a stream speaks, and so how long its silence may last before it means something.

One rule serves a monitor at 1 Hz and a chart kept by hand: the usual interval is the longest of
the recent ones, forgotten slowly, and a silence counts once it is several times as long. Two
entries a minute apart are no stream: a rhythm is known only after some intervals.
"""

from dataclasses import dataclass
from datetime import timedelta

DECAY = 0.95  # of the remembered interval, a sample: at 1 Hz an hour's pause is soon forgotten
PATIENCE = 3  # usual intervals; two samples in a row may be lost before silence counts
ENOUGH = 4  # intervals until a rhythm is known: a set charted again and put right has fewer


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The usual interval in seconds, and how many were heard, counted up to `ENOUGH`."""

    usual: float = 0.0
    heard: int = 0

    @property
    def known(self) -> bool:
        """Whether enough was heard to go by it."""
        return self.heard >= ENOUGH

    def after(self, gap: timedelta) -> "Rhythm":
        """The rhythm after one more interval."""
        usual, kept = gap.total_seconds(), self.usual * DECAY
        usual = max(usual, kept)
        if usual == self.usual and self.heard >= ENOUGH:  # a steady stream, and most are
            return self
        return Rhythm(usual, min(self.heard + 1, ENOUGH))

    def patience(self, least: timedelta, most: timedelta) -> timedelta:
        """How long a silence is still in order: some usual intervals, within `least` and `most`.

        While the rhythm is not known, `most` holds.
        """
        if not self.known:
            return most
        return min(most, max(least, timedelta(seconds=PATIENCE * self.usual)))


UNKNOWN = Rhythm()  # nothing was heard yet, or only once
