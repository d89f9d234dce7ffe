"""Episodes, and groups of them, as facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.domain.patients import SpO2Scale
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.episodes import Sample, Threshold, Trackers, gap_allowed
from sereno.scoring.evidence.case import FAMILIES, Case, spans_of, worse, worst_of
from sereno.scoring.rhythm import UNKNOWN

RunKey = tuple[Signal, Direction, float]

# In mmHg or beats a minute, as the hysteresis of their alarms: two signals differ by this anyway.
AS_FAR = 3.0

# What lies where NEWS2 gives two points (Royal College of Physicians, 2017, chart 1) is told once
# it has lasted; a shorter stretch is left to the extremes. Half of the hour in which a patient with
# such a score is looked at again (chart 4). A fever of two points is an episode of its own; a high
# saturation on scale 2 is told with the oxygen that makes it one.
SUSTAINED = timedelta(minutes=30)
_BEYOND_TWO = (
    Threshold(Signal.RESPIRATORY_RATE, Direction.HIGH, 20),
    Threshold(Signal.HEART_RATE, Direction.HIGH, 110),
    Threshold(Signal.PULSE_RATE, Direction.HIGH, 110),
    Threshold(Signal.CUFF_SYSTOLIC, Direction.LOW, 101),
    Threshold(Signal.INVASIVE_SYSTOLIC, Direction.LOW, 101),
)
TWO_POINTS = (*_BEYOND_TWO, Threshold(Signal.SPO2, Direction.LOW, 94))
TWO_POINTS_ON_SCALE_2 = (*_BEYOND_TWO, Threshold(Signal.SPO2, Direction.LOW, 86))


@dataclass(frozen=True, slots=True)
class Run:
    """Episodes of one signal, direction and threshold, by time, and the fact that tells them."""

    fact: Fact
    episodes: tuple[Episode, ...]

    def tells(self, other: "Run") -> bool:
        """Whether whoever reads of these has read of each of the other signal's."""
        return all(self._tells(episode) for episode in other.episodes)

    def _tells(self, other: Episode) -> bool:
        """Those that overlap it last half as long, go as far, and go on if it does."""
        met = [each for each in self.episodes if _overlap(each, other)]
        lasted = sum((episode.duration for episode in met), timedelta())
        if not met or 2 * lasted < other.duration:
            return False
        goes_on = not other.ongoing or any(episode.ongoing for episode in met)
        return goes_on and any(_as_far(episode, other) for episode in met)


def _as_far(one: Episode, other: Episode) -> bool:
    rounded = VITALS[one.signal].rounded
    beyond = rounded(other.extreme) - rounded(one.extreme)
    return (-beyond if one.direction is Direction.LOW else beyond) <= AS_FAR


def episodes_of(
    values: Iterable[Observation], threshold: Threshold, end: datetime
) -> tuple[Episode, ...]:
    """The episodes of good values by time, up to `end`, found by the rules of those that are kept.

    What was before the first value is not known.
    """
    trackers, rhythm = Trackers([threshold], f"{threshold.signal}-{threshold.direction}-"), UNKNOWN
    previous: datetime | None = None
    for each in values:
        if previous is not None and each.time > previous:
            rhythm = rhythm.after(each.time - previous)
        trackers.pass_time(each.time - timedelta.resolution)  # what is due then is not past
        sample = Sample(each.time, each.value, previous, gap_allowed(rhythm))
        trackers.sample(threshold.signal, sample, each.time)
        previous = each.time
    trackers.pass_time(end)
    trackers.tell_grown()
    return tuple(sorted(trackers.take(), key=lambda episode: episode.start))


def sustained(case: Case, signal: Signal, runs: Mapping[RunKey, Run]) -> dict[RunKey, Run]:
    """What lay beyond where NEWS2 gives two points, for `SUSTAINED` or longer, as one fact a side.

    Found in the window alone, so one that its first value lies in is left out: nobody knows when
    it began, and a change or the latest value tells it. So is one that the episodes in `runs` of
    that side, further out, fill for half of its length.
    """
    values = case.series.get(signal, ())
    limits = TWO_POINTS_ON_SCALE_2 if case.scale == SpO2Scale.SCALE_2 else TWO_POINTS
    told: list[Episode] = []
    for threshold in (each for each in limits if each.signal is signal):
        further = [
            episode
            for key, run in runs.items()
            if key[:2] == (signal, threshold.direction)
            for episode in run.episodes
        ]
        told += [
            each
            for each in episodes_of(values, threshold, case.window.end)
            if each.start > values[0].time
            and each.duration >= SUSTAINED
            and 2 * sum((e.duration for e in further if _overlap(e, each)), timedelta())
            < each.duration
        ]
    # They are no episodes that a store keeps, so they have no name there.
    runs = runs_of(case, told)
    return {key: Run(replace(run.fact, members=()), run.episodes) for key, run in runs.items()}


def _overlap(one: Episode, other: Episode) -> bool:
    return one.start <= other.last and other.start <= one.last


def runs_of(case: Case, episodes: Sequence[Episode]) -> dict[RunKey, Run]:
    """One fact for each signal, direction and threshold: an episode, or a group of several."""
    by_key: dict[RunKey, list[Episode]] = defaultdict(list)
    for episode in episodes:
        seen = _as_of(case, episode)
        if seen is not None:
            by_key[seen.signal, seen.direction, seen.threshold].append(seen)
    runs = {}
    for key, found in by_key.items():
        found.sort(key=lambda episode: (episode.start, episode.id))
        fact = episode_fact(case, found[0]) if len(found) == 1 else _group(case, found)
        runs[key] = Run(fact, tuple(found))
    return runs


def told_already(key: RunKey, runs: Mapping[RunKey, Run], speakers: Sequence[Signal]) -> bool:
    """Whether the episodes of the signal that speaks for the family tell those of another."""
    signal, direction, _ = key
    family = next((family for _, family in FAMILIES if signal in family), (signal,))
    others = [other for other in family if other is not signal]
    return any(
        runs[other].tells(runs[key])
        for other in runs
        if other[0] in others and other[0] in speakers and other[1] is direction
    )


def _as_of(case: Case, episode: Episode) -> Episode | None:
    """The episode as it was known at the window's end; None where it does not touch the window."""
    end = case.window.end
    if episode.start > end:
        return None
    if episode.last > end:
        return _seen_over(case, _cut_short(case, episode))
    seen = _caught_up(case, episode) if episode.ongoing else episode
    if seen.last < case.window.start:
        return None
    going_on = episode.end is None or episode.end > end
    return _seen_over(case, replace(seen, end=None)) if going_on else seen


def _seen_over(case: Case, episode: Episode) -> Episode:
    """One that goes on, ended where the signal's newest value is back inside.

    It is left open for a while, lest it flicker; but no text says "still" beside that value.
    """
    after = [v for v in case.series.get(episode.signal, ()) if v.time > episode.last]
    return replace(episode, end=after[0].time) if after else episode


def _caught_up(case: Case, episode: Episode) -> Episode:
    """An ongoing episode with the values since it was last told: its mere growth is told late."""
    since = [value for value in _beyond(case, episode) if value.time > episode.last]
    if not since:
        return episode
    worst, rounded = worst_of(episode.direction, since), VITALS[episode.signal].rounded
    if not worse(episode.direction, rounded(worst.value), rounded(episode.extreme)):
        return replace(episode, last=since[-1].time)
    return replace(episode, last=since[-1].time, extreme=worst.value, extreme_time=worst.time)


def _beyond(case: Case, episode: Episode) -> list[Observation]:
    threshold = Threshold(episode.signal, episode.direction, episode.threshold)
    return [
        value
        for value in case.series.get(episode.signal, ())
        if value.time >= episode.start and threshold.beyond(value.value)
    ]


def _cut_short(case: Case, episode: Episode) -> Episode:
    """An episode that outlasts the window: its abnormal values up to the window's end."""
    beyond = _beyond(case, episode)
    if not beyond:
        return replace(episode, last=max(episode.start, case.window.start), end=None)
    worst = worst_of(episode.direction, beyond)
    known = episode.extreme_time <= case.window.end
    return replace(
        episode,
        last=beyond[-1].time,
        end=None,
        extreme=episode.extreme if known else worst.value,
        extreme_time=episode.extreme_time if known else worst.time,
    )


def episode_fact(case: Case, episode: Episode) -> Fact:
    """One episode as it was known at the window's end."""
    signal = episode.signal
    threshold = VITALS[signal].rounded(episode.threshold)
    extreme = VITALS[signal].rounded(episode.extreme)
    times = {"start": episode.start, "at": episode.extreme_time}
    if not episode.ongoing:
        times["end"] = episode.last
    return Fact(
        id="",
        kind=FactKind.EPISODE,
        severity=max(Severity.NOTABLE, case.severity(signal, extreme)),
        signal=signal,
        direction=episode.direction,
        value=extreme,
        unit=VITALS[signal].unit,
        values={"threshold": threshold},
        times=times,
        durations={"length": episode.duration},
        ongoing=episode.ongoing,
        members=(episode.id,),
        spans=spans_of(case, signal, episode.start, episode.last),
    )


def _group(case: Case, episodes: Sequence[Episode]) -> Fact:
    first, last = episodes[0], episodes[-1]
    signal, direction = first.signal, first.direction
    low = direction is Direction.LOW
    rounded = VITALS[signal].rounded
    worst = (min if low else max)(episodes, key=lambda episode: rounded(episode.extreme))
    longest = max(episodes, key=lambda episode: episode.duration)
    threshold = VITALS[signal].rounded(first.threshold)
    extreme = VITALS[signal].rounded(worst.extreme)
    ongoing = any(episode.ongoing for episode in episodes)
    total = sum((episode.duration for episode in episodes), timedelta())
    return Fact(
        id="",
        kind=FactKind.GROUP,
        severity=max(Severity.NOTABLE, case.severity(signal, extreme)),
        signal=signal,
        direction=direction,
        value=extreme,
        unit=VITALS[signal].unit,
        values={"threshold": threshold, "count": float(len(episodes))},
        times={"start": first.start, "at": worst.extreme_time, "end": last.last},
        durations={"longest": longest.duration, "total": total},
        ongoing=ongoing,
        members=tuple(episode.id for episode in episodes),
        spans=tuple(
            span
            for episode in episodes
            for span in spans_of(case, signal, episode.start, episode.last)
        ),
    )
