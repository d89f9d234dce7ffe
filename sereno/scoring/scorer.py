"""The scores of one patient as their values come and grow old, and the alarm by NEWS2."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sereno.domain.patients import Patient
from sereno.domain.surveillance import Response, Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.scoring import news2, qsofa
from sereno.scoring.bands import SCORED
from sereno.scoring.board import SCORE_KEY, Board
from sereno.scoring.limits import SCORE_RUNGS
from sereno.scoring.readings import HEART, PREFERENCE, SYSTOLIC
from sereno.scoring.watch_state import Channel

_RANK: Final = {response: rank for rank, response in enumerate(Response)}
_INSTEAD_OF: Final = {HEART[1]: HEART[0], SYSTOLIC[1]: SYSTOLIC[0]}
STAND_INS: Final = frozenset({*_INSTEAD_OF, *_INSTEAD_OF.values()})


class Scorer:
    """Scores the values of `channels`, which it only reads."""

    def __init__(self, board: Board, channels: Mapping[Signal, Channel]) -> None:
        self.latest: dict[ScoreKind, Score] = {}
        self.points: dict[Signal, int] = {}  # of each parameter when last known in its alarm
        self._counted: frozenset[Signal] = frozenset()  # the signals that the score rests on
        self._new: list[Score] = []
        self._board = board
        self._channels = channels

    def score(self, patient: Patient, now: datetime) -> datetime | None:
        """Score anew, and tell it where it differs; when its alarm next changes by time alone."""
        readings = {
            signal: reading
            for signal, channel in self._channels.items()
            if signal in SCORED and (reading := channel.reading()) is not None
        }
        self._keep(qsofa.score(readings, patient, now))
        score = news2.score(readings, patient, now)
        if not self._keep(score):
            return None
        self._counted = frozenset(part.signal for part in score.parts)
        return self._alarm(score, now)

    def preferences(self) -> Iterator[datetime]:
        """When each preferred signal that counts ceases to go before its stand-in."""
        for other, preferred in _INSTEAD_OF.items():
            channel, instead = self._channels.get(preferred), self._channels.get(other)
            if channel is None or instead is None or preferred not in self._counted:
                continue
            if channel.time is not None and instead.time is not None and not instead.lost:
                yield channel.time + PREFERENCE[preferred]

    def settled(self, signal: Signal, now: datetime) -> bool:
        """Whether it is settled if this signal counts, so that a value in its band is no news."""
        if signal in self._counted:
            return True
        preferred = self._channels.get(_INSTEAD_OF.get(signal, signal))
        if preferred is None or preferred.signal is signal or preferred.time is None:
            return False
        return not preferred.lost and now - preferred.time < PREFERENCE[preferred.signal]

    def take(self) -> tuple[Score, ...]:
        """What is new since this was last called."""
        new, self._new = tuple(self._new), []
        return new

    def recall(self, scores: list[Score], points: dict[Signal, int]) -> None:
        """Go on from what was kept."""
        self.latest, self.points = {score.kind: score for score in scores}, points
        if ScoreKind.NEWS2 in self.latest:
            score = self.latest[ScoreKind.NEWS2]
            self._counted = frozenset(part.signal for part in score.parts)
            self.points = points or news2.points_of(score)

    def _keep(self, score: Score) -> bool:
        """Keep the score if it says something new; of one moment only the last one counts."""
        former = self.latest.get(score.kind)
        nothing_known = former is None and not score.parts and score.not_scored is None
        if nothing_known or (former is not None and gist(former) == gist(score)):
            return False
        self.latest[score.kind] = score
        moment = (score.kind, score.time)
        self._new = [each for each in self._new if (each.kind, each.time) != moment]
        self._new.append(score)
        return True

    def _alarm(self, score: Score, now: datetime) -> datetime | None:
        """Alarm by the score; a fall that only came of losing a parameter is no improvement."""
        level = -1 if score.response is None else _RANK[score.response]
        before = self._board.alarm_of(SCORE_KEY)
        ongoing = before is not None and before.present
        points = news2.points_of(score)
        self.points = self.points | points if ongoing else points
        lowest = min(rung.value for rung in SCORE_RUNGS)
        if ongoing and level <= lowest and (score.not_scored is not None or self._would_alarm()):
            self._board.lose_score(now)
        return self._board.score(level, score.total, now)

    def _would_alarm(self) -> bool:
        """Whether the alarm would go on if what has grown too old were as it was."""
        total = sum(self.points.values())
        return any(rung.shown is not None and total >= rung.shown for rung in SCORE_RUNGS)


def gist(score: Score) -> tuple[object, ...]:
    """What of a score must change to make it another one: not the values within a band."""
    parts = tuple((part.signal, part.points, part.derived) for part in score.parts)
    return parts, score.missing, score.highest, score.response, score.scale, score.not_scored
