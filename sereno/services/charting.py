"""What clinicians enter by hand: acknowledgements, observations, notes and orders.

Each becomes a durable command that the ingest process carries out: it is the only writer. Whoever
asks, all of it passes `_submit`, which refuses those whose role is to look.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sereno.domain.errors import AccessDenied, InvalidEntry
from sereno.domain.patients import Patient, SpO2Scale
from sereno.domain.roles import Actor
from sereno.domain.stream import Subject, utc
from sereno.domain.surveillance import Limit
from sereno.domain.vitals import VITALS, Signal
from sereno.ports import AuditLog, CommandKind, CommandQueue, Store
from sereno.scoring.limits import check_limit
from sereno.services import orders
from sereno.services.limits import limits_of

LONGEST_REASON: Final = 200
LONGEST_NOTE: Final = 2000


class Charting:
    """Turns what is entered into commands; what enters something returns the command's id.

    Each raises AccessDenied for who may only look.
    """

    def __init__(self, store: Store, commands: CommandQueue, audit: AuditLog) -> None:
        self._store = store
        self._commands = commands
        self._audit = audit

    def admit(self, subject: Subject) -> Patient:
        """The patient whom `subject` names, made known where nothing was measured of them yet."""
        return self._store.admit(subject)

    def acknowledge(self, alarm_id: str, reason: str, by: Actor) -> str:
        """Take note of an alarm. Raises NotFound, or InvalidEntry for a reason out of bounds."""
        alarm = self._store.alarm(alarm_id)
        payload = {"alarm": alarm.id, "reason": tidy(reason, LONGEST_REASON, "a reason")}
        return self._submit(CommandKind.ACKNOWLEDGE, alarm.patient, by, payload)

    def chart(
        self, patient_id: str, values: Mapping[Signal, float], at: datetime, by: Actor
    ) -> str:
        """Enter values taken at `at`, in the vocabulary's units.

        Raises InvalidEntry where one is not plausible, Conflict where the patient was discharged
        before, and then enters none.
        """
        for signal, value in values.items():
            vital = VITALS[signal]
            if not vital.plausible(value):
                raise InvalidEntry(
                    f"{vital.english} can not be {value:g}; "
                    f"enter {vital.low:g} to {vital.high:g} {vital.unit}"
                )
        orders.check_here(self._store.find(patient_id), utc(at))
        moment = utc(at).isoformat()
        rows = [[signal.value, value, moment] for signal, value in values.items()]
        return self._submit(CommandKind.CHART, patient_id, by, {"values": rows})

    def note(self, patient_id: str, text: str, by: Actor) -> str:
        """Add a note. Raises InvalidEntry where it is empty or too long."""
        payload = {"text": tidy(text, LONGEST_NOTE, "a note")}
        return self._submit(CommandKind.NOTE, patient_id, by, payload)

    def order_spo2_scale(self, patient_id: str, scale: SpO2Scale, by: Actor) -> str:
        """Record which SpO2 scale of NEWS2 a clinician orders for a patient."""
        return self._submit(CommandKind.SPO2_SCALE, patient_id, by, {"scale": int(scale)})

    def set_limit(self, patient_id: str, limit: Limit, reason: str, by: Actor) -> str:
        """Set a limit of the patient's own, in the place of the one of its kind.

        What it is goes into the audit log; why is kept with the patient, and forgotten with them.
        Raises InvalidEntry for a limit that does not fit, or a reason out of bounds.
        """
        patient, why = self._store.find(patient_id), tidy(reason, LONGEST_REASON, "a reason")
        check_limit(limit, [each.limit for each in limits_of(self._store, patient)])
        payload = orders.written(limit) | {"reason": why}
        return self._submit(CommandKind.SET_LIMIT, patient.id, by, payload, _worded(limit))

    def discharge(self, patient_id: str, reason: str, by: Actor) -> str:
        """End a patient's stay. Raises InvalidEntry for a reason out of bounds."""
        payload = {"reason": tidy(reason, LONGEST_REASON, "a reason")}
        return self._submit(CommandKind.DISCHARGE, patient_id, by, payload)

    def readmit(self, patient_id: str, by: Actor) -> str:
        """Take the end of a patient's stay back: they are watched again."""
        return self._submit(CommandKind.READMIT, patient_id, by, {})

    def replay(
        self, patient_id: str, values: Sequence[Sequence[object]], letter: int | None, by: Actor
    ) -> str:
        """Keep values that came before and could not be read then; `letter` is settled with them.

        They are written as `sereno.services.letters` does.
        """
        payload = {"values": values, "letter": letter}
        detail = "" if letter is None else f"dead letter {letter}"
        return self._submit(CommandKind.REPLAY, patient_id, by, payload, detail)

    def outcome(self, command_id: str) -> str | None:
        """None while a command waits, "" once carried out, else why it was refused."""
        return self._commands.outcome(command_id)

    def _submit(
        self,
        kind: CommandKind,
        patient: str,
        by: Actor,
        payload: Mapping[str, object],
        detail: str = "",
    ) -> str:
        refuse_viewers(self._audit, by, kind.value, patient)
        # First the line: what is carried out must not lack one. It says that somebody asked, which
        # stays true where the queue then can not keep it; whoever asked is told.
        self._audit.record(by.name, kind.value, patient, detail)
        return self._commands.submit(kind, patient, by.name, payload)


def refuse_viewers(audit: AuditLog, by: Actor, action: str, patient: str | None = None) -> None:
    """Raise AccessDenied where `by` may only look, and note what they asked for."""
    if not by.role.acts:
        audit.record(by.name, "refused", patient, action)
        raise AccessDenied(
            f"a {by.role} looks and does not act; sign in with a clinician's account"
        )


def _worded(limit: Limit) -> str:
    """A limit in a line of the audit log."""
    unit, latching = VITALS[limit.signal].unit, ", latching" if limit.latching else ""
    return (
        f"{limit.signal.value} {limit.direction.value} {limit.value:g} {unit}, "
        f"{limit.priority.name.lower()}, delay {limit.delay.total_seconds():g} s, "
        f"hysteresis {limit.hysteresis:g}{latching}"
    )


def tidy(text: str, most: int, what: str) -> str:
    """What was typed without the space around it. Raises InvalidEntry where it is out of bounds."""
    found = text.strip()
    if not 0 < len(found) <= most:
        raise InvalidEntry(f"{what} has 1 to {most} characters, not {len(found)}; enter it again")
    return found
