"""Episodes: stretches in which a signal lies beyond a threshold, found as samples come.

The rules, for a monitor at 1 Hz and a chart with one value an hour alike:

- A return inside that lasts less than `RETURN` does not split an episode; a longer one ends it,
  at the first sample inside.
- A gap longer than the signal's own rhythm explains (three usual intervals, within `LEAST_GAP`
  and `MOST_GAP`) ends it at its last abnormal sample: what came after is not known, and such an
  episode has `end == last`.
- In a stream, what lasts less than `BRIEFEST` is a blip and no episode. A sample that stands
  alone, with no other of its signal within `BRIEFEST` on either side, is a spot measurement and
  counts by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import Signal
from sereno.scoring.rhythm import next_rhythm, patience

RETURN = timedelta(seconds=60)
BRIEFEST = timedelta(seconds=10)
LEAST_GAP = timedelta(minutes=5)  # as long as a reading of a stream stays true
MOST_GAP = timedelta(hours=6)  # the longest round of observations at a raised score (RCP 2017)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Strictly below (LOW) or above (HIGH) `value`, in the signal's unit, is abnormal."""

    signal: Signal
    direction: Direction
    value: float

    def beyond(self, value: float) -> bool:
        """Whether `value` is abnormal."""
        return value < self.value if self.direction is Direction.LOW else value > self.value


@dataclass(frozen=True, slots=True)
class Sample:
    """A good value of a signal, with what the signal's past says of it.

    `previous` is the time of the sample before; `gap` how long a silence after it is in order.
    """

    time: datetime
    value: float
    previous: datetime | None
    gap: timedelta


@dataclass(slots=True)
class Course:
    """What is being followed of one threshold: an abnormality, perhaps not yet an episode."""

    start: datetime
    last: datetime
    extreme: float
    extreme_time: datetime
    alone: bool  # no other sample within BRIEFEST of its only abnormal one, so far
    ends_by: datetime  # without a further sample it is over then
    inside: datetime | None = None  # since when it has been back inside
    id: str | None = None  # once it is an episode
    told: bool = True  # whether `last` and the extreme have been told since they changed

    def lasted(self) -> bool:
        """Whether it went on long enough to be an episode."""
        return self.last - self.start >= BRIEFEST


@dataclass(slots=True)
class Tracker:
    """Follows one threshold. `course` is None while all is inside.

    `sample` and `pass_time` return the episode where its state changed in a way worth telling:
    it began or ended. `ongoing` tells how far it has come meanwhile.
    """

    threshold: Threshold
    course: Course | None = None

    def sample(self, sample: Sample, now: datetime, new_id: str) -> list[Episode]:
        """Take the next good value; deadlines up to `now` have been passed before."""
        if self.threshold.beyond(sample.value):
            self._abnormal(sample)
        elif self.course is not None:
            self._inside(sample)
        return self._settle(now, new_id)

    def pass_time(self, now: datetime, new_id: str) -> list[Episode]:
        """Time has come to `now` without a further sample."""
        return self._settle(now, new_id) if self.course is not None else []

    def due(self) -> datetime | None:
        """When time alone next changes something."""
        course = self.course
        if course is None:
            return None
        if course.inside is not None:
            return course.inside + RETURN
        if course.id is None and course.alone:
            return min(course.start + BRIEFEST, course.ends_by)
        return course.ends_by

    def ongoing(self) -> Episode | None:
        """The episode as it stands, where one goes on."""
        course = self.course
        return self._episode(course, None) if course is not None and course.id else None

    def untold(self) -> Episode | None:
        """The episode as it stands, where it has grown since it was last told."""
        course = self.course
        if course is None or course.told:
            return None
        episode = self.ongoing()
        course.told = episode is not None
        return episode

    def _abnormal(self, sample: Sample) -> None:
        course = self.course
        if course is None:
            self.course = _begun(sample)
            return
        worse = self._worse(sample.value, course.extreme)
        if worse:
            course.extreme, course.extreme_time = sample.value, sample.time
        course.last = max(course.last, sample.time)
        course.ends_by = course.last + sample.gap
        course.inside = None
        course.told = False
        if sample.time - course.start < BRIEFEST:
            course.alone = False

    def _inside(self, sample: Sample) -> None:
        course = self.course
        if course is None:
            return
        if sample.time - course.start < BRIEFEST:
            course.alone = False
        if course.inside is None:
            course.inside = sample.time

    def _worse(self, value: float, than: float) -> bool:
        return value < than if self.threshold.direction is Direction.LOW else value > than

    def _settle(self, now: datetime, new_id: str) -> list[Episode]:
        """Tell what `now` makes certain: that it is an episode, that it is over."""
        course = self.course
        if course is None:
            return []
        told: list[Episode] = []
        if course.id is None and self._certain(course, now):
            course.id = new_id
            course.told = True
            told.append(self._episode(course, None))
        end = self._end(course, now)
        if end is not None:
            self.course = None
            told = [] if course.id is None else [self._episode(course, end)]
        return told

    def _certain(self, course: Course, now: datetime) -> bool:
        return course.lasted() or (course.alone and now >= course.start + BRIEFEST)

    def _end(self, course: Course, now: datetime) -> datetime | None:
        if course.inside is not None:
            return course.inside if now >= course.inside + RETURN else None
        return course.last if now >= course.ends_by else None

    def _episode(self, course: Course, end: datetime | None) -> Episode:
        return Episode(
            id=course.id or "",
            signal=self.threshold.signal,
            direction=self.threshold.direction,
            threshold=self.threshold.value,
            start=course.start,
            last=course.last,
            end=end,
            extreme=course.extreme,
            extreme_time=course.extreme_time,
        )


def _begun(sample: Sample) -> Course:
    alone = sample.previous is None or sample.time - sample.previous >= BRIEFEST
    return Course(
        start=sample.time,
        last=sample.time,
        extreme=sample.value,
        extreme_time=sample.time,
        alone=alone,
        ends_by=sample.time + sample.gap,
    )


def gap_allowed(rhythm: float | None) -> timedelta:
    """How long a silence of a signal with that rhythm may be within one episode."""
    return patience(rhythm, LEAST_GAP, MOST_GAP)


@dataclass(slots=True)
class EpisodeFinder:
    """Finds the episodes of several thresholds in a stream of observations, one at a time.

    Only good values count. A value older than the newest of its signal is late and is left out.
    """

    thresholds: Sequence[Threshold]
    prefix: str = "e"
    _trackers: dict[Signal, list[Tracker]] = field(init=False)
    _previous: dict[Signal, datetime] = field(default_factory=dict)
    _rhythm: dict[Signal, float | None] = field(default_factory=dict)
    _found: dict[str, Episode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._trackers = {}
        for threshold in self.thresholds:
            self._trackers.setdefault(threshold.signal, []).append(Tracker(threshold))

    def observe(self, observation: Observation) -> None:
        """Take one observation."""
        signal, time = observation.signal, observation.time
        trackers = self._trackers.get(signal)
        previous = self._previous.get(signal)
        late = previous is not None and time < previous
        if trackers is None or late or observation.quality is not Quality.GOOD:
            return
        self._pass_time(trackers, time)
        rhythm = self._rhythm.get(signal)
        if previous is not None:
            rhythm = next_rhythm(rhythm, (time - previous).total_seconds())
        sample = Sample(time, observation.value, previous, gap_allowed(rhythm))
        for tracker in trackers:
            self._keep(tracker.sample(sample, time, self._new_id()))
        self._previous[signal], self._rhythm[signal] = time, rhythm

    def advance(self, now: datetime) -> None:
        """Time has come to `now`."""
        for trackers in self._trackers.values():
            self._pass_time(trackers, now, inclusive=True)

    def episodes(self) -> list[Episode]:
        """All found so far, by start; ongoing ones as they stand."""
        found = dict(self._found)
        for trackers in self._trackers.values():
            for episode in filter(None, (tracker.ongoing() for tracker in trackers)):
                found[episode.id] = episode
        return sorted(found.values(), key=lambda episode: (episode.start, episode.id))

    def _pass_time(
        self, trackers: Sequence[Tracker], now: datetime, *, inclusive: bool = False
    ) -> None:
        for tracker in trackers:
            while (due := tracker.due()) is not None and (due < now or (inclusive and due == now)):
                self._keep(tracker.pass_time(due, self._new_id()))

    def _new_id(self) -> str:
        return f"{self.prefix}{len(self._found) + 1}"

    def _keep(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            self._found[episode.id] = episode


def find_episodes(
    observations: Iterable[Observation],
    thresholds: Sequence[Threshold],
    now: datetime | None = None,
    prefix: str = "e",
) -> list[Episode]:
    """All episodes of a window, by start, exactly as an incremental search finds them.

    `observations` come in order of time. `now` is where the window ends, the last observation by
    default: an episode that neither a return nor a gap has ended by then is ongoing.
    """
    finder = EpisodeFinder(thresholds, prefix)
    for observation in observations:
        finder.observe(observation)
        now = observation.time if now is None else max(now, observation.time)
    if now is not None:
        finder.advance(now)
    return finder.episodes()
