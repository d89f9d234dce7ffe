"""Dead letters that can be mended: values that name nobody, and messages that are read again.

Whatever comes of a letter is kept by the one writer, which settles the letter in the same
transaction: it is in the record and gone from the list, or neither.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sereno.domain.errors import InvalidEntry, MalformedInput, NotFound, SerenoError, SourceError
from sereno.domain.roles import Actor
from sereno.domain.stream import Batch, Observation, Quality, utc
from sereno.domain.vitals import Signal
from sereno.ports import AuditLog, DeadLetter, Rereadable, Store
from sereno.services.charting import LONGEST_REASON, Charting, refuse_viewers, tidy

LONGEST_MESSAGE: Final = 200_000  # characters of what is typed in a letter's place
_SHORT_ROW: Final = 3  # signal, time, value: as it was written once
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A dead letter without its content, which may name patients."""

    number: int
    time: datetime
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A dead letter with its content: `values` where it holds some of nobody, else a text."""

    line: LetterLine
    values: tuple[Observation, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the one writer about a patient: the command's id."""

    patient: str
    command: str


class Letters:
    """Lists, opens, replays and settles dead letters. Blocking.

    `rereaders` tells the configured sources that can read one message again, by their names.
    Who may only look sees the list alone: all else raises AccessDenied.
    """

    def __init__(
        self,
        store: Store,
        charting: Charting,
        audit: AuditLog,
        rereaders: Callable[[], Mapping[str, Rereadable]],
    ) -> None:
        self._store = store
        self._charting = charting
        self._audit = audit
        self._rereaders = rereaders

    def newest(self, limit: int) -> tuple[LetterLine, ...]:
        """Those that nobody has settled, the newest first, without their content."""
        return tuple(_line(each) for each in self._store.dead_letters(limit))

    def shown(self, limit: int, by: Actor) -> tuple[OpenLetter, ...]:
        """The same with their content. Raises StorageError where that can not be audited."""
        self._let_see(by)
        return tuple(_opened(each) for each in self._store.dead_letters(limit))

    def open(self, number: int, by: Actor) -> OpenLetter:
        """One with its content. Raises NotFound, or StorageError where it can not be audited."""
        self._let_see(by, f"dead letter {number}")
        return _opened(self._store.dead_letter(number))

    def rereaders(self) -> tuple[str, ...]:
        """The names of the sources that can read a message again."""
        return tuple(self._rereaders())

    def replay(self, number: int, patient_id: str, by: Actor) -> Asked:
        """Ask that the values of a letter are kept as this patient's, with their times and source.

        Raises NotFound, or InvalidEntry where the letter holds no values.
        """
        values = _opened(self._store.dead_letter(number)).values
        if not values:
            raise InvalidEntry(
                f"dead letter {number} holds no values but a message; read it again by a source"
            )
        patient = self._store.find(patient_id).id
        return Asked(patient, self._charting.replay(patient, written(values), number, by))

    def reread(
        self, number: int, text: str, source: str, by: Actor, patient_id: str | None = None
    ) -> tuple[Asked, ...]:
        """Read a letter's message again, as `text` has it now, and ask that its values are kept.

        They are whose the message says, or this patient's where one is given. Raises NotFound, or
        InvalidEntry where it can still not be read; then nothing is asked for.
        """
        refuse_viewers(self._audit, by, "replay")
        letter = self._store.dead_letter(number)
        found = self._read_again(_mended(text, letter.what.content), source)
        whose = [(self._whose(each, patient_id), written(each.observations)) for each in found]
        last = len(whose) - 1
        # The letter goes with the last: what was asked for before is found again if asked twice.
        return tuple(
            Asked(patient, self._charting.replay(patient, rows, number if n == last else None, by))
            for n, (patient, rows) in enumerate(whose)
        )

    def settle(self, number: int, reason: str, by: Actor) -> None:
        """Put a letter aside: it is listed no more, and why stays in the audit log.

        Raises InvalidEntry for a reason out of bounds, NotFound or Conflict.
        """
        refuse_viewers(self._audit, by, "dead_letter_settled")
        why = tidy(reason, LONGEST_REASON, "a reason")
        self._store.dead_letter(number)
        self._audit.record(by.name, "dead_letter_settled", None, f"dead letter {number}: {why}")
        self._store.settle_letter(number)

    def _let_see(self, by: Actor, detail: str = "") -> None:
        refuse_viewers(self._audit, by, "dead_letters_shown")
        self._audit.record(by.name, "dead_letters_shown", None, detail)

    def _read_again(self, content: bytes, source: str) -> list[Batch]:
        """What holds something in `content`. Raises NotFound or InvalidEntry."""
        connector = self._rereaders().get(source)
        if connector is None:
            able = ", ".join(self.rereaders()) or "none of those that are set"
            raise NotFound(f"no source called {source} reads messages again; name one: {able}")
        batches = _tried(connector, content, source)
        for each in batches:
            if each.rejected:
                raise InvalidEntry(f"it can still not be read: {each.rejected[0].reason}")
            if each.movement is not None:
                raise InvalidEntry(
                    "it tells that somebody came or went; admit or discharge them by hand"
                )
        found = [each for each in batches if each.observations]
        if not found:
            raise InvalidEntry("it holds no value; mend it, or put the letter aside")
        return found

    def _whose(self, batch: Batch, patient_id: str | None) -> str:
        if patient_id is not None:
            return self._store.find(patient_id).id
        if batch.subject is None:
            raise InvalidEntry("it names no patient; choose one")
        return self._store.admit(batch.subject).id


def written(values: Iterable[Observation]) -> list[list[object]]:
    """Values as a letter and a command write them."""
    return [
        [each.signal.value, each.time.isoformat(), each.value, each.source, each.quality.value]
        for each in values
    ]


def read(rows: Sequence[Sequence[Any]], source: str = "") -> tuple[Observation, ...]:
    """The values that `written` wrote; of `source` where they name none.

    Raises LookupError, TypeError or ValueError where they are no such thing.
    """
    return tuple(_value(row, source) for row in rows)


def _value(row: Sequence[Any], source: str) -> Observation:
    if len(row) == _SHORT_ROW:
        signal, at, value = row
        time = utc(datetime.fromisoformat(at))
        return Observation.judged(Signal(signal), time, float(value), source)
    signal, at, value, its, quality = row
    time = utc(datetime.fromisoformat(at))
    return Observation(Signal(signal), time, float(value), str(its), Quality(quality))


def _line(letter: DeadLetter) -> LetterLine:
    return LetterLine(letter.number, letter.time, letter.source, letter.what.reason)


def _opened(letter: DeadLetter) -> OpenLetter:
    content = letter.what.content
    try:
        values = read(json.loads(content), letter.source)
    except (LookupError, TypeError, ValueError):
        values = ()
    return OpenLetter(_line(letter), values, _text(content))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _mended(text: str, original: bytes) -> bytes:
    """What was typed, or the original where nothing was changed.

    A browser's box turns each end of a line into a line feed; HL7 v2 has carriage returns.
    """
    if len(text) > LONGEST_MESSAGE:
        raise InvalidEntry(f"a message has at most {LONGEST_MESSAGE} characters; shorten it")
    before = _text(original)
    if text == before.replace("\r\n", "\n").replace("\r", "\n"):
        return original
    alone = "\r" in before and "\n" not in before
    return (text.replace("\n", "\r") if alone else text).encode()


def _tried(connector: Rereadable, content: bytes, source: str) -> list[Batch]:
    try:
        return list(connector.reread(content))
    except MalformedInput as error:
        raise InvalidEntry(f"it can still not be read: {error}") from error
    except SerenoError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in a connector must not end the page
        # Its words may quote what it read: its kind is told, and the log adds the places.
        _log.error("%s broke while it read a message again", source, exc_info=error)
        kind = type(error).__name__
        raise SourceError(f"{source} broke ({kind}); the log says where: report it") from None
