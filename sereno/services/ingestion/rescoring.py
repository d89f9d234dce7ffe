"""What came late is judged anew, bit by bit, while nothing waits to be written.

See `sereno.scoring.late` for what is told of it. What is still to be judged is part of the watch's
state, so that it is after a restart.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.clock import due
from sereno.domain.evidence import Window
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring.late import Missed, missed_alarms, missed_episodes, rescored
from sereno.scoring.readings import CHARTED_AGE, CHARTED_BY_HAND, MEASURED_AGE, STREAM_AGE
from sereno.scoring.rhythm import ENOUGH
from sereno.scoring.watch import Findings, Watch
from sereno.services.foundation import Foundation
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.transaction import Transaction, Watched, in_order

STEP: Final = timedelta(minutes=5)
LONGEST_STEP: Final = timedelta(days=1)  # where there is nothing
# More may come behind what has just come: it is waited for, but not for ever.
QUIET: Final = timedelta(seconds=2)
AT_LAST: Final = timedelta(seconds=30)
LOOK: Final = timedelta(seconds=1)  # how often it is looked whether anything is due
RECENT: Final = 2 * STREAM_AGE  # what a second watch is told wholly of the time before it begins
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Following:
    """The second watch of a patient: it began at `since`, and has come to `at`."""

    patient: str
    watch: Watch
    since: datetime
    at: datetime
    step: timedelta = STEP

    def scores(self, kind: ScoreKind) -> list[Score]:
        """The score of a kind in force now."""
        return [each for each in self.watch.latest.scores if each.kind is kind]


@dataclass(slots=True)
class _Came:
    first: datetime
    last: datetime


class Rescoring:
    """Judges anew what came late of those on the roster. Blocking; one thread."""

    def __init__(self, foundation: Foundation, roster: Roster) -> None:
        self._store = foundation.store
        self._clock = foundation.clock
        self._roster = roster
        self._came: dict[str, _Came] = {}
        self._following: Following | None = None
        self._looked: datetime | None = None

    def came(self, patient: str) -> None:
        """Something of them came late just now."""
        now = self._clock.now()
        came = self._came.setdefault(patient, _Came(now, now))
        came.last = now

    def next(self, *, at_once: bool = False) -> str | None:
        """Whose past is to be judged now; `at_once` though more may be coming."""
        if self._following is not None and self._behind(self._following.patient):
            return self._following.patient
        now = self._clock.now()
        if not at_once and self._looked is not None and not due(self._looked, LOOK, now):
            return None
        self._looked = now
        behind = (each for each in self._roster.watched if self._behind(each))
        return next((each for each in behind if at_once or self._settled(each, now)), None)

    def step(self, transaction: Transaction, patient: str) -> None:
        """Judge some of it, onto the changes. Where the database refuses, ask again."""
        following, self._following = self._following, None
        with self._roster.apart(patient):
            watched = self._roster.watched[patient]
            self._following = self._step(transaction, watched, following)

    def _behind(self, patient: str) -> bool:
        watched = self._roster.watched.get(patient)
        return watched is not None and bool(watched.watch.late)

    def _settled(self, patient: str, now: datetime) -> bool:
        came = self._came.get(patient)
        return came is None or due(came.last, QUIET, now) or due(came.first, AT_LAST, now)

    def _step(
        self, transaction: Transaction, watched: Watched, following: Following | None
    ) -> Following | None:
        """Follow the stretch a little further; None once it is at its end."""
        patient, stretch = watched.patient.id, watched.watch.late[0]
        if following is None or following.patient != patient or following.at != stretch.start:
            following = self._begin(watched, stretch.start)
        some, values = self._next(following, stretch)
        last = some.end >= stretch.end
        found = self._judge(watched, following, some, values, last=last)
        # Nothing is asked of the database from here on: it is told wholly, or not at all.
        transaction.of(patient).add(found)
        watched.watch.caught_up(some.end)
        if last:
            self._came.pop(patient, None)
            _log.info("what came late of patient %s is scored", patient)
            return None
        longer = STEP if values else min(following.step * 2, LONGEST_STEP)
        return replace(following, at=some.end, step=longer)

    def _next(self, following: Following, stretch: Window) -> tuple[Window, list[Observation]]:
        """What to follow next, and what was measured in it: no more than is done in a moment."""
        some = Window(following.at, min(following.at + following.step, stretch.end))
        values = in_order(self._store.observations(following.patient, some.start, some.end))
        if following.at > following.since:  # it has heard of that moment
            values = [each for each in values if each.time > following.at]
        if values and following.step > STEP:  # after years without anything there is much
            some = Window(some.start, min(values[0].time + STEP, some.end))
            values = [each for each in values if each.time <= some.end]
        return some, values

    def _judge(
        self,
        watched: Watched,
        following: Following,
        some: Window,
        values: Sequence[Observation],
        *,
        last: bool,
    ) -> Findings:
        """What is to be told of it that was not told then."""
        patient = watched.patient.id
        told = {kind: self._store.scores(patient, some.start, some.end, kind) for kind in ScoreKind}
        before = {kind: following.scores(kind) for kind in ScoreKind}
        found = _follow(following.watch, values, some.end)
        over = [each for each in found.episodes if last or not each.ongoing]
        starts = [one.start for one in over] + [one.onset for one in found.alarms]
        begun = min([some.start, *starts])
        episodes = self._store.episodes(patient, begun, some.end)
        alarms = self._store.alarms(patient, start=begun, end=some.end)
        alarms += [one for one in self._store.alarms(patient, active=True) if one not in alarms]
        at = self._clock.now() if watched.live else watched.watch.now or some.end

        def measured(signal: Signal, part: Window) -> Sequence[Observation]:
            return self._store.observations(patient, part.start, part.end, [signal])

        scores: list[Score] = []
        for kind in ScoreKind:
            anew = [*before[kind], *(each for each in found.scores if each.kind is kind)]
            scores += rescored(told[kind], anew, some, at, last=last)
        missed = missed_episodes(patient, over, episodes, measured)
        alarmed: list[Missed] = []
        if watched.patient.discharged is None:
            alarmed += missed_alarms(found.alarms, alarms, some, at, measured)
        return Findings(
            tuple(scores),
            tuple(each for each in missed if each.last >= following.since),
            tuple(alarm for alarm, _ in alarmed),
            tuple(event for _, events in alarmed for event in events),
        )

    def _begin(self, watched: Watched, at: datetime) -> Following:
        """A watch that knows what was true at `at`."""
        watch, patient = watched.watch.beside(), watched.patient.id
        before = at - timedelta.resolution
        charted = self._store.observations(patient, at - CHARTED_AGE, before, CHARTED_BY_HAND)
        measured = self._store.observations(patient, at - MEASURED_AGE, before)
        known = [*charted, *(each for each in measured if each.signal not in CHARTED_BY_HAND)]
        _follow(watch, _thinned(in_order(known), at), before)
        return Following(patient, watch, at, at)


def _thinned(values: Sequence[Observation], at: datetime) -> list[Observation]:
    """Without what is long past and only says how often its signal speaks."""
    kept: list[Observation] = []
    counts: Counter[Signal] = Counter()
    for each in reversed(values):
        if at - each.time > RECENT:
            counts[each.signal] += 1
        if counts[each.signal] <= ENOUGH:
            kept.append(each)
    return kept[::-1]


def _follow(watch: Watch, values: Sequence[Observation], until: datetime) -> Findings:
    """What the watch finds as it is told `values`, and what goes on at the end.

    Nothing else came until then.
    """
    every = watch.observe(values), watch.advance(until), watch.latest
    episodes = {each.id: each for one in every for each in one.episodes}
    alarms = {each.id: each for one in every for each in one.alarms}
    scores = (*every[0].scores, *every[1].scores)
    return Findings(scores, tuple(episodes.values()), tuple(alarms.values()))
