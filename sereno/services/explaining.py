"""What explains an alarm: written once it is there, and shown with its age.

It never delays an alarm: who raises alarms does nothing for it. The model process looks for alarms
without a text whenever nobody asks it for a summary; where none runs, the template writes when
somebody opens the alarm.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sereno.domain.errors import SerenoError, StorageError
from sereno.domain.evidence import Form, Summary
from sereno.domain.surveillance import Alarm
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from sereno.scoring.evidence.explanation import window_of
from sereno.services.author import Author, Request
from sereno.services.foundation import Foundation
from sereno.services.live import as_of

UNWRITTEN: Final = "the model has not finished it"
OPENED: Final = "it was opened before the model had written it"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainingBounds:
    """Every bound of the texts about alarms."""

    most: int = 50  # alarms that may wait for a text; the most urgent of them are written
    oldest: timedelta = timedelta(hours=12)  # since it was raised: a shift
    look: timedelta = timedelta(seconds=2)  # from one look for them to the next
    patience: timedelta = timedelta(seconds=15)  # with the model, for one text of under a second
    current: timedelta = timedelta(minutes=5)  # an open alarm that is opened then gets a new text


@dataclass(frozen=True, slots=True)
class Explained:
    """An alarm as it stands and what explains it. `age` is how long ago that was written."""

    alarm: Alarm
    text: Summary
    age: timedelta

    @property
    def gone_on(self) -> bool:
        """Whether its condition has held on for a minute or more since the text was written."""
        return self.alarm.present and self.age >= timedelta(minutes=1)


class Explaining:
    """Writes and finds what explains alarms. Blocking; called from worker threads.

    The model writes in `language`; whoever reads another gets the template's text.
    """

    def __init__(
        self,
        foundation: Foundation,
        author: Author,
        language: Language,
        bounds: ExplainingBounds | None = None,
    ) -> None:
        self._store = foundation.store
        self._clock = foundation.clock
        self._author = author
        self._language = language
        self._bounds = bounds or ExplainingBounds()
        self._seen: dict[str, tuple[object, ...]] = {}  # how each alarm stood when it got its text
        self._looked: datetime | None = None

    def explain(self, alarm_id: str, language: Language) -> Explained:
        """An alarm as it stands with its text: what is kept, or the template's, kept then too.

        Raises NotFound, Forgotten or Unreadable; ModelError where nothing could be verified.
        """
        alarm = self._store.alarm(alarm_id)
        text = self._text(alarm, language)
        return Explained(alarm, text, max(timedelta(0), self._clock.now() - text.created))

    def _text(self, alarm: Alarm, language: Language) -> Summary:
        kept = self._store.explanation(alarm.id, language)
        if kept is not None and self._is_current(kept, alarm):
            return kept
        written = self._author.fall_back(self._request(alarm, language), OPENED)
        try:
            self._store.keep_explanation(written)
        except StorageError as refused:  # a disk that is full must not keep it from the reader
            _log.warning("the text of an alarm is not kept: %s", type(refused).__name__)
        return written

    def next(self) -> Alarm | None:
        """The most urgent alarm that has no text of how it stands, if it is time to look."""
        now = self._clock.now()
        if self._looked is not None and now - self._looked < self._bounds.look:
            return None
        found = next((each for each in self._recent(now) if not self._is_written(each)), None)
        self._looked = now if found is None else None  # what waits is written one after the other
        return found

    def write(self, alarm: Alarm, generator: Callable[[], TextGenerator], due: datetime) -> Summary:
        """With the template at once, then with the model by `due`; each is kept.

        So an alarm that the model hangs on has a text, and is not tried again.
        """
        self._seen[alarm.id] = _stand(alarm)
        request = self._request(alarm, self._language)
        self._store.keep_explanation(self._author.fall_back(request, UNWRITTEN))
        written = self._author.write(request, generator, due)
        self._store.keep_explanation(written)
        return written

    def due(self) -> datetime:
        """Until when the model may take for a text that is begun now."""
        return self._clock.now() + self._bounds.patience

    def _recent(self, now: datetime) -> list[Alarm]:
        """The alarms that may get a text, the most urgent first. Those of a recording get none."""
        oldest = now - self._bounds.oldest
        found = [
            alarm
            for alarm in self._store.alarms(start=now - self._bounds.current)
            if oldest <= alarm.raised <= now + self._bounds.current
        ]
        found = sorted(found, key=_urgency)[: self._bounds.most]
        kept = {alarm.id for alarm in found}
        self._seen = {name: stand for name, stand in self._seen.items() if name in kept}
        return found

    def _is_written(self, alarm: Alarm) -> bool:
        if alarm.id not in self._seen:
            self._recall(alarm)
        return self._seen.get(alarm.id) == _stand(alarm)

    def _recall(self, alarm: Alarm) -> None:
        try:
            kept = self._store.explanation(alarm.id, self._language)
        except SerenoError as error:  # of a damaged record nothing is written
            _log.warning("an alarm's text can not be read: %s", type(error).__name__)
            self._seen[alarm.id] = _stand(alarm)
        else:
            if kept is not None and kept.alarm is not None:
                self._seen[alarm.id] = _stand(kept.alarm)

    def _is_current(self, kept: Summary, alarm: Alarm) -> bool:
        if kept.alarm is None or _stand(kept.alarm) != _stand(alarm):
            return False
        return not alarm.active or self._clock.now() - kept.created < self._bounds.current

    def _request(self, alarm: Alarm, language: Language) -> Request:
        window = window_of(alarm, self._end(alarm))
        return Request(
            patient=alarm.patient, window=window, language=language, form=Form.ALARM, alarm=alarm
        )

    def _end(self, alarm: Alarm) -> datetime:
        """Up to when a text may look: now, or where a recording or a closed alarm ends."""
        if not alarm.active and alarm.ended is not None:
            return max(alarm.onset, alarm.ended)
        return as_of(self._store, alarm.patient, self._clock.now())


def _stand(alarm: Alarm) -> tuple[object, ...]:
    """What of an alarm its text must be of: written anew once that has changed."""
    return (alarm.onset, alarm.priority, alarm.present, alarm.operator, alarm.active)


def _urgency(alarm: Alarm) -> tuple[object, ...]:
    return (-alarm.priority, not alarm.active, not alarm.present, alarm.condition.technical,
            -alarm.raised.timestamp())  # fmt: skip
