"""The queue of free texts in the model process: one is written at a time, whenever no summary is.

A text being written gives way: after each of its steps whoever has it written may do other work,
and so it does whatever the clinical queue holds.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Final

from sereno.domain.completion import Asked, Finish, Step
from sereno.domain.errors import Conflict, ModelError, SerenoError
from sereno.ports import Clock, TextModel
from sereno.services.serving.stops import Stops
from sereno.services.serving.wire import Failed, Told, Waited

# What a small model writes in about the time anybody waits.
LONGEST_QUEUE: Final = 16
BUSY: Final = "too many texts are asked for at once; try again in a few seconds"
LATE: Final = "the model had more urgent work to do; try again in a few seconds"
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Turn:
    """One text that is asked for. What becomes of it is told in `told`, as it comes."""

    asked: Asked
    joined: datetime
    due: datetime
    told: SimpleQueue[Told] = field(default_factory=SimpleQueue)
    cancelled: threading.Event = field(default_factory=threading.Event)


class Turns:
    """First come, first served. `model` gives the model, and raises ModelError where there is none.

    Safe in many threads, of which one writes.
    """

    def __init__(
        self, model: Callable[[], TextModel], clock: Clock, *, longest: int = LONGEST_QUEUE
    ) -> None:
        self._model = model
        self._clock = clock
        self._longest = longest
        self._waiting: deque[Turn] = deque()
        self._arrived = threading.Condition()
        self.due: datetime | None = None  # until when the text being written may take

    def join(self, asked: Asked, patience: timedelta) -> Turn:
        """Wait for a turn, for at most `patience`, the writing included.

        Raises Conflict where too many wait.
        """
        now = self._clock.now()
        turn = Turn(asked=asked, joined=now, due=now + patience)
        with self._arrived:
            self._waiting = deque(each for each in self._waiting if not each.cancelled.is_set())
            if len(self._waiting) >= self._longest:
                raise Conflict(BUSY)
            self._waiting.append(turn)
            self._arrived.notify()
        return turn

    def wait(self, patience: timedelta) -> None:
        """Until somebody waits for a turn, or `patience` is over."""
        with self._arrived:
            if not self._waiting:
                self._arrived.wait(patience.total_seconds())

    def wake(self) -> None:
        """Let whoever is in `wait` go on."""
        with self._arrived:
            self._arrived.notify_all()

    def serve_next(self, between: Callable[[], None]) -> bool:
        """Write one text; False where none is asked for. `between` is called after each step."""
        with self._arrived:
            if not self._waiting:
                return False
            turn = self._waiting.popleft()
        self.due = turn.due
        try:
            self._serve(turn, between)
        except SerenoError as error:
            turn.told.put(Failed(error))
        except Exception as error:  # noqa: BLE001 - one client's text must not end the others'
            # Not its words, which may quote the prompt.
            _log.error("a text failed: %s", type(error).__name__)
            turn.told.put(Failed(ModelError("the model could not write; please report it")))
        finally:
            self.due = None
        return True

    def _serve(self, turn: Turn, between: Callable[[], None]) -> None:
        if turn.cancelled.is_set():
            return
        now = self._clock.now()
        if now >= turn.due:
            raise Conflict(LATE)
        model = self._model()
        turn.told.put(Waited((now - turn.joined).total_seconds()))
        for step in self._bounded(turn, model.write(turn.asked)):
            if step.text or step.finish:
                turn.told.put(step)
            if step.finish or turn.cancelled.is_set():
                return
            between()

    def _bounded(self, turn: Turn, steps: Generator[Step, None, None]) -> Iterator[Step]:
        """The steps up to a stop sequence or the deadline, whatever comes first."""
        stops = Stops(turn.asked.stop)
        with closing(steps):
            for step in steps:
                text = stops.passed(step.text)
                if stops.met:
                    yield replace(step, text=text, finish=Finish.STOP)
                    return
                late = self._clock.now() >= turn.due
                finish = step.finish or (Finish.LENGTH if late else None)
                yield replace(step, text=text + stops.rest() if finish else text, finish=finish)
                if finish:
                    return
