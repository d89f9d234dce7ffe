"""How often a stream speaks, and so how long its silence may last before it means something.

One rule serves a monitor at 1 Hz and a chart kept by hand: the usual interval is the longest of
the recent ones, forgotten slowly, and a silence counts once it is several times as long.
"""

from datetime import timedelta

DECAY = 0.95  # of the remembered interval, a sample: at 1 Hz an hour's pause is soon forgotten
PATIENCE = 3  # usual intervals; two samples in a row may be lost before silence counts


def next_rhythm(rhythm: float | None, gap: float) -> float:
    """The usual interval in seconds after one more interval of `gap` seconds."""
    return gap if rhythm is None else max(gap, rhythm * DECAY)


def patience(rhythm: float | None, least: timedelta, most: timedelta) -> timedelta:
    """How long a silence is still in order: some usual intervals, within `least` and `most`.

    With a single sample nothing is known of the rhythm, and `most` holds.
    """
    if rhythm is None:
        return most
    return min(most, max(least, timedelta(seconds=PATIENCE * rhythm)))
