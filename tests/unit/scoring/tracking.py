"""The episodes of a whole window, as the trackers find them while samples come."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Episode
from sereno.domain.vitals import Signal
from sereno.scoring.episodes import Sample, Threshold, Trackers, gap_allowed
from sereno.scoring.rhythm import UNKNOWN, Rhythm


def find_episodes(
    observations: Iterable[Observation],
    thresholds: Iterable[Threshold],
    now: datetime | None = None,
    prefix: str = "e",
) -> list[Episode]:
    """All episodes of a window, by start.

    `observations` come in order of time; only good ones count, and one older than its signal's
    newest is left out. A further version is a correction of its signal's newest. `now` is where
    the window ends, the last observation by default: an episode that neither a return nor a gap
    has ended by then is ongoing.
    """
    trackers = Trackers(thresholds, prefix)
    past: dict[Signal, tuple[datetime, Rhythm]] = {}
    before: dict[Signal, tuple[datetime | None, Rhythm]] = {}  # the past without its newest
    for observation in observations:
        now = observation.time if now is None else max(now, observation.time)
        previous, rhythm = past.get(observation.signal, (None, UNKNOWN))
        late = previous is not None and observation.time < previous
        if late or observation.quality is not Quality.GOOD:
            continue
        _run(trackers, observation.time)
        if observation.version > 1:
            trackers.withdraw(observation.signal, observation.value)
            previous, rhythm = before[observation.signal]
        before[observation.signal] = (previous, rhythm)
        past[observation.signal] = _find(trackers, observation, previous, rhythm)
    if now is not None:
        _run(trackers, now + timedelta.resolution)
    found = {episode.id: episode for episode in (*trackers.take(), *trackers.ongoing())}
    return sorted(found.values(), key=lambda episode: (episode.start, episode.signal))


def _run(trackers: Trackers, until: datetime) -> None:
    """Let happen what is due before `until`, in its order."""
    while trackers.due is not None and trackers.due < until:
        trackers.pass_time(trackers.due)


def _find(
    trackers: Trackers, observation: Observation, previous: datetime | None, rhythm: Rhythm
) -> tuple[datetime, Rhythm]:
    """Take one observation; its signal's past after it."""
    signal, time, value = observation.signal, observation.time, observation.value
    if previous is not None and time > previous:
        rhythm = rhythm.after(time - previous)
    trackers.sample(signal, Sample(time, value, previous, gap_allowed(rhythm)), time)
    return time, rhythm
