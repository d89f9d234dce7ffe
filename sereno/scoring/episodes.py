"""Episodes: stretches in which a signal lies beyond a threshold, found as samples come.

The rules, for a monitor at 1 Hz and a chart with one value an hour alike:

- A return inside that lasts `RETURN` or less does not split an episode, so that one value inside in
  a record of one a minute does not; a longer one ends it, at the first sample inside.
- A gap longer than the signal's own rhythm explains (three usual intervals, within `LEAST_GAP`
  and `MOST_GAP`) ends it at its last abnormal sample: what came after is not known, and such an
  episode has `end == last`.
- In a stream, what lasts less than `BRIEFEST` is a blip and no episode. A sample that stands
  alone, with no other of its signal within `BRIEFEST` on either side, is a spot measurement and
  counts by itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sereno.domain.surveillance import Direction, Episode
from sereno.domain.vitals import VITALS, Signal
from sereno.scoring.rhythm import Rhythm

RETURN = timedelta(seconds=60)
BRIEFEST = timedelta(seconds=10)
LEAST_GAP = timedelta(minutes=5)  # as long as a reading of a stream stays true
MOST_GAP = timedelta(hours=6)  # the longest round of observations at a raised score (RCP 2017)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Strictly below (LOW) or above (HIGH) `value`, in the signal's unit, is abnormal.

    A value is judged as it is shown: 8.8 breaths a minute are charted as 9, and not below 9.
    """

    signal: Signal
    direction: Direction
    value: float

    def beyond(self, value: float) -> bool:
        """Whether `value` is abnormal, as it is and as it is shown."""
        if self.direction is Direction.LOW:
            return value < self.value and VITALS[self.signal].rounded(value) < self.value
        return value > self.value and VITALS[self.signal].rounded(value) > self.value


@dataclass(frozen=True, slots=True)
class Sample:
    """A good value of a signal, with what the signal's past says of it.

    `previous` is the time of the sample before; `gap` how long a silence after it is in order.
    """

    time: datetime
    value: float
    previous: datetime | None
    gap: timedelta


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an abnormality has come with the newest sample."""

    last: datetime
    extreme: float
    extreme_time: datetime
    alone: bool  # no other sample within BRIEFEST of its only abnormal one, so far
    ends_by: datetime  # without a further sample it is over then
    inside: datetime | None = None  # since when it has been back inside


@dataclass(slots=True)
class Course:
    """What is being followed of one threshold: an abnormality, perhaps not yet an episode."""

    start: datetime
    reach: Reach
    former: Reach | None = None  # before the newest sample, should that be withdrawn
    id: str | None = None  # once it is an episode
    told: bool = True  # whether its reach has been told since it changed

    def lasted(self) -> bool:
        """Whether it went on long enough to be an episode."""
        return self.reach.last - self.start >= BRIEFEST

    def go(self, reach: Reach) -> None:
        """A sample has brought it so far."""
        self.former, self.reach = self.reach, reach


@dataclass(slots=True)
class Tracker:
    """Follows one threshold. `course` is None while all is inside.

    `sample` and `pass_time` return the episode where its state changed in a way worth telling:
    it began or ended. `ongoing` tells how far it has come meanwhile.
    """

    threshold: Threshold
    course: Course | None = None

    def sample(self, sample: Sample, now: datetime, new_id: Callable[[], str]) -> list[Episode]:
        """Take the next good value; deadlines up to `now` have been passed before."""
        if self.threshold.beyond(sample.value):
            self._abnormal(sample)
        elif self.course is not None:
            self._inside(sample)
        return self._settle(now, new_id)

    def withdraw(self, instead: float | None) -> None:
        """The newest sample was wrong: what it changed is undone, what began with it never was.

        `instead` is its right value, told to `sample` next, or None where that is no good one. An
        episode that was told already stays.
        """
        course = self.course
        if course is None:
            return
        if course.former is not None:
            course.reach, course.former, course.told = course.former, None, False
        elif course.id is None:
            self.course = None
        elif instead is not None and self.threshold.beyond(instead):
            course.reach = replace(course.reach, extreme=instead)

    def pass_time(self, now: datetime, new_id: Callable[[], str]) -> list[Episode]:
        """Time has come to `now` without a further sample."""
        return self._settle(now, new_id) if self.course is not None else []

    def due(self) -> datetime | None:
        """When time alone next changes something."""
        course = self.course
        if course is None:
            return None
        reach = course.reach
        if reach.inside is not None:
            return reach.inside + RETURN + timedelta.resolution
        if course.id is None and reach.alone:
            return min(course.start + BRIEFEST, reach.ends_by)
        return reach.ends_by

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
        reach = course.reach
        if self._worse(sample.value, reach.extreme):
            reach = replace(reach, extreme=sample.value, extreme_time=sample.time)
        last = max(reach.last, sample.time)
        alone = reach.alone and sample.time - course.start >= BRIEFEST
        ends_by = last + sample.gap
        course.go(replace(reach, last=last, alone=alone, ends_by=ends_by, inside=None))
        course.told = False

    def _inside(self, sample: Sample) -> None:
        course = self.course
        if course is None:
            return
        reach = course.reach
        alone = reach.alone and sample.time - course.start >= BRIEFEST
        course.go(replace(reach, alone=alone, inside=reach.inside or sample.time))

    def _worse(self, value: float, than: float) -> bool:
        """Whether `value` is shown as a worse one."""
        low, rounded = (
            self.threshold.direction is Direction.LOW,
            VITALS[self.threshold.signal].rounded,
        )
        if not (value < than if low else value > than):
            return False
        return rounded(value) != rounded(than)

    def _settle(self, now: datetime, new_id: Callable[[], str]) -> list[Episode]:
        """Tell what `now` makes certain: that it is an episode, that it is over."""
        course = self.course
        if course is None:
            return []
        told: list[Episode] = []
        if course.id is None and self._certain(course, now):
            course.id = new_id()
            course.told = True
            told.append(self._episode(course, None))
        end = self._end(course, now)
        if end is not None:
            self.course = None
            told = [] if course.id is None else [self._episode(course, end)]
        return told

    def _certain(self, course: Course, now: datetime) -> bool:
        return course.lasted() or (course.reach.alone and now >= course.start + BRIEFEST)

    def _end(self, course: Course, now: datetime) -> datetime | None:
        reach = course.reach
        if reach.inside is not None:
            return reach.inside if now > reach.inside + RETURN else None
        return reach.last if now >= reach.ends_by else None

    def _episode(self, course: Course, end: datetime | None) -> Episode:
        return Episode(
            id=course.id or "",
            signal=self.threshold.signal,
            direction=self.threshold.direction,
            threshold=self.threshold.value,
            start=course.start,
            last=course.reach.last,
            end=end,
            extreme=course.reach.extreme,
            extreme_time=course.reach.extreme_time,
        )


def _begun(sample: Sample) -> Course:
    alone = sample.previous is None or sample.time - sample.previous >= BRIEFEST
    ends_by = sample.time + sample.gap
    return Course(sample.time, Reach(sample.time, sample.value, sample.time, alone, ends_by))


def gap_allowed(rhythm: Rhythm) -> timedelta:
    """How long a silence of a signal with that rhythm may be within one episode."""
    return rhythm.patience(LEAST_GAP, MOST_GAP)


class Trackers:
    """The trackers of all thresholds of one patient, and the numbering of what they find."""

    def __init__(self, thresholds: Iterable[Threshold], prefix: str) -> None:
        self.count = 0
        self.due: datetime | None = None  # no later than when time alone next changes something
        self._prefix = prefix
        self._by_signal: dict[Signal, list[Tracker]] = {}
        self._told: dict[str, Episode] = {}
        self.fit(thresholds)

    def __iter__(self) -> Iterator[Tracker]:
        for trackers in self._by_signal.values():
            yield from trackers

    def fit(self, thresholds: Iterable[Threshold]) -> None:
        """Follow these thresholds from now on; what followed others ends at its last sample."""
        former = {tracker.threshold: tracker for tracker in self}
        self._by_signal = {}
        for threshold in thresholds:
            tracker = former.pop(threshold, None) or Tracker(threshold)
            self._by_signal.setdefault(threshold.signal, []).append(tracker)
        for episode in filter(None, (tracker.ongoing() for tracker in former.values())):
            self._tell([replace(episode, end=episode.last)])

    def end(self) -> None:
        """Follow nothing that has begun any further: it ends at its last sample."""
        thresholds = [tracker.threshold for tracker in self]
        self.fit(())
        self.fit(thresholds)
        self.due = None

    def sample(self, signal: Signal, sample: Sample, now: datetime) -> None:
        """Take the next good value of `signal`."""
        for tracker in self._by_signal.get(signal, ()):
            self._tell(tracker.sample(sample, now, self._new_id))
            self._expect(tracker.due())

    def withdraw(self, signal: Signal, instead: float | None) -> None:
        """The newest sample of `signal` was wrong: see `Tracker.withdraw`."""
        for tracker in self._by_signal.get(signal, ()):
            tracker.withdraw(instead)
            self._expect(tracker.due())

    def pass_time(self, now: datetime) -> None:
        """Time has come to `now`: let happen what is due."""
        for tracker in self:
            due = tracker.due()
            if due is not None and due <= now:
                self._tell(tracker.pass_time(now, self._new_id))
        self.due = min(filter(None, (tracker.due() for tracker in self)), default=None)

    def busy(self, signal: Signal) -> bool:
        """Whether an abnormality of `signal` is being followed."""
        return any(tracker.course is not None for tracker in self._by_signal.get(signal, ()))

    def grown(self, signal: Signal) -> bool:
        """Whether one has grown since it was last told."""
        trackers = self._by_signal.get(signal, ())
        return any(each.course is not None and not each.course.told for each in trackers)

    def tell_grown(self) -> None:
        """Tell what has grown."""
        self._tell(filter(None, (tracker.untold() for tracker in self)))

    def ongoing(self) -> tuple[Episode, ...]:
        """The ongoing episodes as they stand."""
        return tuple(filter(None, (tracker.ongoing() for tracker in self)))

    def take(self) -> tuple[Episode, ...]:
        """What was told since this was last called, each as it stands now."""
        told, self._told = tuple(self._told.values()), {}
        return told

    def courses(self) -> list[tuple[Threshold, Course]]:
        """What is being followed, to be kept."""
        return [(each.threshold, each.course) for each in self if each.course is not None]

    def recall(self, courses: Iterable[tuple[Threshold, Course]], count: int) -> None:
        """Follow again what was kept, as far as its threshold is still in force."""
        self.count = count
        trackers = {tracker.threshold: tracker for tracker in self}
        for threshold, course in courses:
            if threshold in trackers:
                trackers[threshold].course = course
        self.due = min(filter(None, (tracker.due() for tracker in self)), default=None)

    def _expect(self, due: datetime | None) -> None:
        if due is not None and (self.due is None or due < self.due):
            self.due = due

    def _new_id(self) -> str:
        """The next number, which is taken by asking for it."""
        self.count += 1
        return f"{self._prefix}{self.count}"

    def _tell(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            self._told[episode.id] = episode
