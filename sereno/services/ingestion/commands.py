"""What others ask of the one writer, carried out on a patient at hand."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sereno.domain.errors import Conflict, InvalidEntry, MalformedInput, NotFound
from sereno.domain.patients import Discharge, Note, SpO2Scale, Stay
from sereno.domain.stream import CHARTED, Observation, Quality, utc
from sereno.domain.surveillance import Alarm, Episode
from sereno.domain.vitals import Signal
from sereno.ports import Command, CommandKind, Store
from sereno.scoring.alarms import discharged
from sereno.scoring.limits import MOST_AHEAD
from sereno.services import equipment, letters, orders
from sereno.services.ingestion.transaction import LONG_AGO, Changes, Watched, put_off, tell


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What the record holds of a patient that the end of their stay ends.

    `measured` is when the newest good value was taken.
    """

    alarms: tuple[Alarm, ...]
    episodes: tuple[Episode, ...]
    measured: datetime | None

    @classmethod
    def of(cls, store: Store, patient: str, at: datetime) -> "GoingOn":
        """As of now."""
        good = [v.time for v in store.latest(patient).values() if v.quality is Quality.GOOD]
        return cls(
            tuple(store.alarms(patient, active=True)),
            tuple(store.episodes(patient, LONG_AGO, at)),
            max(good, default=None),
        )


@dataclass(frozen=True, slots=True)
class CommandHandler:
    """Where commands about one patient are carried out: what they change goes onto the changes."""

    store: Store
    watched: Watched
    changes: Changes
    settled: frozenset[int] = frozenset()  # dead letters, by what is kept together with this

    def carry_out(self, command: Command) -> None:
        """Do what `command` asks. Raises SerenoError where it can not be done.

        Each order is read whole before anything is done: what fails later is no fault of the
        command's wording, and is not told as such.
        """
        {
            CommandKind.ACKNOWLEDGE: self._acknowledge,
            CommandKind.CHART: self._chart,
            CommandKind.NOTE: self._note,
            CommandKind.SPO2_SCALE: self._order_scale,
            CommandKind.SET_LIMIT: self._set_limit,
            CommandKind.DISCHARGE: self._discharge,
            CommandKind.READMIT: self._readmit,
            CommandKind.REPLAY: self._replay,
        }[command.kind](command)
        self.changes.carried_out.append(command.id)

    def _acknowledge(self, command: Command) -> None:
        by, at = command.issued_by, command.issued_at
        with _reading(command) as payload:
            alarm_id, reason = payload["alarm"], payload["reason"]
        try:
            self.changes.add(self.watched.watch.acknowledge(alarm_id, by, reason, at))
        except (NotFound, Conflict):  # none of the stream: about Sereno itself, or of a lost watch
            if alarm_id in self.changes.alarms:
                raise
            alarm = self.store.alarm(alarm_id)
            changed, events = equipment.acknowledged(alarm, by, reason, at)
            self.changes.alarm([changed], events)

    def _chart(self, command: Command) -> None:
        with _reading(command) as payload:
            charted = _values(payload)
        self._enter(command, charted)

    def _replay(self, command: Command) -> None:
        """What lay among the dead letters, once: the letter is settled by the same transaction."""
        with _reading(command) as payload:
            values, letter = letters.read(payload["values"]), payload["letter"]
        if letter in self.settled:
            raise Conflict("that dead letter is being replayed already; list them again")
        if letter is not None:
            self.store.dead_letter(letter)
        self._enter(command, values)
        if letter is not None:
            self.changes.letters.append(letter)

    def _enter(self, command: Command, values: Sequence[Observation]) -> None:
        """Keep values that somebody vouches for, and tell the watch."""
        if any(each.time > command.issued_at + MOST_AHEAD for each in values):
            raise InvalidEntry("that time is yet to come; enter when the value was measured")
        for each in values:
            orders.check_here(self.watched.patient, each.time)
        sifted = self.store.sift(command.patient, values, pending=self.changes.observations)
        found = [*sifted.new, *sifted.corrections]
        self.changes.observations += found
        if self.watched.patient.discharged is None:
            late = tell(self.watched, self.changes, found, command.issued_at)
            put_off(self.watched, self.changes, late)

    def _note(self, command: Command) -> None:
        with _reading(command) as payload:
            text = str(payload["text"])
        note = Note(time=command.issued_at, author=command.issued_by, text=text)
        self.changes.notes.append(note)

    def _order_scale(self, command: Command) -> None:
        with _reading(command) as payload:
            scale = SpO2Scale(payload["scale"])
        # Read afresh: a sender may have added to what is recorded of the patient.
        recorded = self.store.find(command.patient)
        patient = replace(recorded, spo2_scale=scale, spo2_scale_ordered_by=command.issued_by)
        self.store.update_patient(patient)
        self.watched.learn(patient)
        self.changes.add(self.watched.watch.set_patient(self.watched.patient))

    def _set_limit(self, command: Command) -> None:
        with _reading(command) as payload:
            limit, reason = orders.limit_in(payload), payload["reason"]
        by, at = command.issued_by, command.issued_at
        self.changes.add(self.watched.watch.set_limit(limit, by, at, reason))

    def _discharge(self, command: Command) -> None:
        with _reading(command) as payload:
            reason = str(payload["reason"])
        by, at = command.issued_by, command.issued_at
        if (former := self.watched.patient.discharged) is not None:
            raise Conflict(
                f"{former.by} has discharged that patient already; nothing is to be done"
            )
        self.end_stay(by, reason, at, at, GoingOn.of(self.store, self.watched.patient.id, at))

    def end_stay(
        self, by: str, reason: str, left: datetime, now: datetime, found: "GoingOn"
    ) -> None:
        """Their stay ended when they `left`: nothing of it goes on, and nobody watches them.

        Asks nothing of the database: `found` is what it holds.
        """
        self._end_what_goes_on(by, reason, now, found)
        discharge = Discharge(at=left, by=by, reason=reason, live=self.watched.live)
        self.watched.discharge(discharge)
        self.changes.turn(Stay(ended=discharge))

    def _end_what_goes_on(self, by: str, reason: str, at: datetime, found: "GoingOn") -> None:
        """Close every alarm, those about Sereno itself too, and end every episode."""
        self.changes.add(self.watched.watch.discharge(by, reason, at))
        alarms = {each.id: each for each in found.alarms}
        for alarm in (alarms | self.changes.alarms).values():
            if alarm.active:
                closed, events = discharged(alarm, by, reason, at)
                self.changes.alarm([closed], events)
        episodes = {each.id: each for each in found.episodes}
        for episode in (episodes | self.changes.episodes).values():
            if episode.ongoing:
                self.changes.episodes[episode.id] = replace(episode, end=episode.last)

    def _readmit(self, command: Command) -> None:
        if (discharge := self.watched.patient.discharged) is None:
            raise Conflict("that patient is not discharged; nothing is to be done")
        self.watched.readmit(command.issued_at, live=discharge.live, awaited=True)
        self.changes.turn(Stay())


@contextmanager
def _reading(command: Command) -> Iterator[Mapping[str, Any]]:
    """The payload while it is read, and nothing is done yet. Raises MalformedInput."""
    try:
        yield command.payload
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise MalformedInput(
            f"the {command.kind.value} command can not be read; give it again"
        ) from error


def _values(payload: Mapping[str, Any]) -> list[Observation]:
    return [
        Observation.judged(Signal(signal), utc(datetime.fromisoformat(at)), float(value), CHARTED)
        for signal, value, at in payload["values"]
    ]
