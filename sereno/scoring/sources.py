"""The sources that feed one patient: which are silent, and whose clock is wrong.

Either is an alarm of the equipment: silence must never look like a stable patient. A silent source
whose signals others have taken over is expected no longer.
"""

from collections.abc import Iterator
from datetime import datetime

from sereno.domain.stream import Observation, Quality, derived_from, is_charted
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.scoring.board import Board
from sereno.scoring.limits import LEAST_SILENCE, MOST_AHEAD, MOST_SILENCE, TAKEOVER
from sereno.scoring.readings import HEART
from sereno.scoring.watch_state import Cadence, SourceCadence


class Sources:
    """What each source has delivered so far. What is charted by hand comes when it comes."""

    def __init__(self, board: Board) -> None:
        self.cadences: dict[str, SourceCadence] = {}
        self.misdated: dict[str, datetime] = {}  # when each last dated in the future
        self._silent: set[str] = set()  # those whose silence has become an alarm
        self._board = board

    def hear(self, observation: Observation, now: datetime) -> None:
        """Its source has delivered."""
        source, time = observation.source, observation.time
        if source in self.misdated and time >= self.misdated[source] + MOST_AHEAD:
            self._trust(source, now)
        if is_charted(source):
            return
        cadence = self.cadences.get(source)
        if cadence is None:
            cadence = self.cadences[source] = SourceCadence(time)
        elif cadence.hear(time) and source in self._silent and now < _overdue(cadence):
            self._silent.discard(source)
            self._board.technical(Condition.SOURCE_SILENT, 0, time, now, source=source)
        if observation.quality is Quality.GOOD:
            cadence.deliver(observation.signal, time)
            if derived_from(source) is None:
                self._end_deriving(observation.signal, now)
        if self._silent:
            for silent in sorted(self._silent):
                self._give_up_replaced(silent, now)

    def misdate(self, source: str, since: datetime, now: datetime) -> datetime:
        """It dated in the future at `since`; when it is trusted again if nothing more comes."""
        self._board.technical(Condition.CLOCK_WRONG, 1, since, now, source=source)
        self.misdated[source] = since
        return since + MOST_SILENCE

    def pass_time(self, now: datetime) -> None:
        """Time has come to `now`: miss those that are silent, forget whose clock was wrong."""
        for source, cadence in self.cadences.items():
            if source not in self._silent and _overdue(cadence) <= now:
                self._silent.add(source)
                self._board.technical(Condition.SOURCE_SILENT, 1, cadence.seen, now, source=source)
        for source, last in tuple(self.misdated.items()):
            if last + MOST_SILENCE <= now:
                self._trust(source, now)

    def deadlines(self) -> Iterator[datetime]:
        """When time alone next changes something."""
        for source, cadence in self.cadences.items():
            if source not in self._silent:
                yield _overdue(cadence)
        yield from (last + MOST_SILENCE for last in self.misdated.values())

    def rest(self) -> None:
        """The stay has ended: nothing is expected; what each one's rhythm was stays known."""
        self.misdated, self._silent = {}, set()

    def expect(self, at: datetime) -> None:
        """From `at` on they are expected anew."""
        for cadence in self.cadences.values():
            cadence.seen = max(at, cadence.seen)

    def recall(self, cadences: dict[str, SourceCadence], misdated: dict[str, datetime]) -> None:
        """Go on from what was kept; the board knows whose silence has become an alarm."""
        self.cadences, self.misdated = cadences, misdated
        holds = self._board.holds
        self._silent = {each for each in cadences if holds(Condition.SOURCE_SILENT, each)}

    def _trust(self, source: str, now: datetime) -> None:
        """The source's clock is right, as far as can be told."""
        del self.misdated[source]
        self._board.technical(Condition.CLOCK_WRONG, 0, now, now, source=source)

    def _give_up_replaced(self, source: str, now: datetime) -> None:
        cadence = self.cadences[source]
        if now - cadence.seen < TAKEOVER:
            return
        expected = cadence.regular() or frozenset(cadence.signals)
        if expected and all(self._comes_regularly(signal, now) for signal in expected):
            self._silent.discard(source)
            del self.cadences[source]
            self._board.replace_source(source, now)

    def _end_deriving(self, signal: Signal, now: datetime) -> None:
        """Somebody measures the signal: nothing is expected of what was derived instead."""
        signals = HEART if signal in HEART else (signal,)
        for source, cadence in tuple(self.cadences.items()):
            if derived_from(source) and any(each in cadence.signals for each in signals):
                self._silent.discard(source)
                del self.cadences[source]
                self._board.replace_source(source, now)

    def _comes_regularly(self, signal: Signal, now: datetime) -> bool:
        """Whether a source that is not silent delivers good values of the signal regularly."""
        heard = (each for source, each in self.cadences.items() if source not in self._silent)
        cadences = (each.signals.get(signal) for each in heard)
        return any(
            cadence is not None and cadence.rhythm.known and now < _overdue(cadence)
            for cadence in cadences
        )


def _overdue(cadence: Cadence) -> datetime:
    """When silence means something."""
    return cadence.seen + cadence.rhythm.patience(LEAST_SILENCE, MOST_SILENCE)
