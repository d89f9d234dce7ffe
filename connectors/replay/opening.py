"""A file of any kind, opened to be played."""

from connectors.opening import Opening
from connectors.replay.player import Recording, Replay


def replayed(opening: Opening, recording: Recording) -> Replay:
    """`recording`, at the pace and the place in time that were asked for."""
    return Replay(
        recording,
        clock=opening.clock,
        speed=opening.speed,
        shift=opening.shift,
        sleep=opening.sleep,
    )
