"""From one HL7 message to batches: whose it is, what was measured, what moved, what is refused."""

from dataclasses import dataclass, field, replace
from typing import Final

from connectors.mllp import movements, people
from connectors.mllp.coding import Codes
from connectors.mllp.groups import Group, groups
from connectors.mllp.headers import Header, header
from connectors.mllp.parsing import Message, at, written
from connectors.mllp.remembering import Remembered
from connectors.mllp.rows import MOST_IN_A_LETTER, Context, Results, Rows
from connectors.mllp.times import Times
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Acknowledge, Batch, Movement, Rejected, Subject

_ANSWERS: Final = frozenset({"ACK", "MCF", "ORA", "ORR", "ADR", "RSP", "NMR"})
_MOST_IN_A_BATCH: Final = 5000  # observations

NOBODY: Final = "it names neither a patient (PID-3) nor a bed (PV1-3)"
NO_PATIENT: Final = "a movement names no patient (PID-3)"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a whole message is not taken: AE or AR, a code of HL7 table 0357, and words."""

    kind: str
    code: int
    reason: str


VERSION: Final = Fault("AR", 203, "HL7 version 2 is read and no other (MSH-12)")
KIND: Final = Fault("AR", 200, "messages of this type are not read; send ORU or ADT (MSH-9)")
UNREAL: Final = Fault("AR", 202, "movements are taken in production alone (MSH-11)")
UNTOLD: Final = Fault("AE", 101, NO_PATIENT)


@dataclass(slots=True)
class Reading:
    """What a message came to. Without a fault it is to be acknowledged, even if nothing is taken.

    `warnings` are the reasons of what was refused in it. `answered` is False for what is an answer
    itself, which is never answered.
    """

    batches: list[Batch] = field(default_factory=list)
    fault: Fault | None = None
    warnings: list[str] = field(default_factory=list)
    answered: bool = True


class Reader:
    """Reads the messages of the source called `name`. Of a patient it remembers who it is alone."""

    def __init__(self, name: str, codes: Codes, times: Times) -> None:
        self._name = name
        self._codes = codes
        self._times = times
        self._rows = Rows(name, codes, times)
        # A monitor says the same of its patient with every message.
        self._subjects = Remembered(people.subject, people.MOST_SUBJECTS)

    def read(self, message: Message, acknowledge: Acknowledge | None = None) -> Reading:
        """What `message` holds; `acknowledge` goes into each of its batches."""
        first = header(message)
        fault: Fault | None = None
        if first.kind in _ANSWERS:
            return Reading(answered=False)
        if first.version and not first.version.startswith("2"):
            fault = VERSION
        elif first.kind == "ORU":
            return self._results(self._context(message, first), acknowledge)
        elif first.kind != "ADT":
            fault = KIND
        elif first.event not in movements.KINDS:
            self._codes.ignore(at(message.header, 9))
            return Reading()
        else:
            context = self._context(message, first)
            return self._movements(context, first.event, acknowledge)
        return self.refused(written(message, message.segments), fault, acknowledge)

    def refused(
        self, content: bytes, fault: Fault, acknowledge: Acknowledge | None = None
    ) -> Reading:
        """Bytes of which nothing is taken."""
        letter = Rejected(content[:MOST_IN_A_LETTER], fault.reason)
        batch = Batch(
            source=self._name, subject=None, rejected=(letter,), acknowledge=acknowledge
        )  # fmt: skip
        return Reading([batch], fault)

    def _results(self, context: Context, acknowledge: Acknowledge | None) -> Reading:
        reading = Reading()
        for group in groups(context.message):
            results = self._rows.read(context, group) if group.rows else None
            if results:
                subject = self._subjects[people.told(group.pid, group.pv1, context.delimiters)]
                if subject is not None and context.demo:  # of what it tells nothing is true
                    subject = Subject(identifier=subject.identifier, authority=subject.authority)
                if subject is None:
                    results = _unclaimed(context, group)
                self._add(reading, context, subject, results, acknowledge=acknowledge)
        return _judged(reading)

    def _movements(self, context: Context, event: str, acknowledge: Acknowledge | None) -> Reading:
        message = context.message
        told = [group for group in groups(message) if group.pid is not None]
        if context.demo or not told:
            fault = UNREAL if context.demo else UNTOLD
            return self.refused(written(message, message.segments), fault, acknowledge)
        context.event = next((each for each in message.segments if each[0] == "EVN"), [])
        reading = Reading()
        for group in told:
            self._move(reading, context, event, group, acknowledge)
        return _judged(reading)

    def _move(
        self,
        reading: Reading,
        context: Context,
        event: str,
        group: Group,
        acknowledge: Acknowledge | None,
    ) -> None:
        """One patient's movement, with what was measured beside."""
        try:
            subject = self._patient(group, context)
            moved = movements.movement(event, group, context, self._times)
        except MalformedInput as exc:
            letter = context.letter(context.message.segments)
            refused = Results(rejected=[Rejected(letter, str(exc))])
            self._add(reading, context, None, refused, acknowledge=acknowledge)
            return
        # What was measured may be days old here: without a time of its own it is refused.
        results = self._rows.read(replace(context, sent=None), group)
        if moved is not None or results:
            self._add(reading, context, subject, results, moved, acknowledge=acknowledge)

    def _add(
        self,
        reading: Reading,
        context: Context,
        subject: Subject | None,
        results: Results,
        movement: Movement | None = None,
        *,
        acknowledge: Acknowledge | None,
    ) -> None:
        """The batches of one patient: one, but for enormous messages."""
        told = tuple(results.observations)
        reading.warnings += [each.reason for each in results.rejected]
        reading.batches.append(
            Batch(
                source=self._name,
                subject=subject,
                observations=told[:_MOST_IN_A_BATCH],
                waveforms=tuple(results.chunks),
                rejected=tuple(results.rejected),
                movement=movement,
                sent=context.sent,
                acknowledge=acknowledge,
            )
        )
        for begin in range(_MOST_IN_A_BATCH, len(told), _MOST_IN_A_BATCH):
            part = Results(list(told[begin : begin + _MOST_IN_A_BATCH]))
            self._add(reading, context, subject, part, acknowledge=acknowledge)

    def _patient(self, group: Group, context: Context) -> Subject:
        """Who moved. A bed is not enough. Raises MalformedInput."""
        subject = self._subjects[people.told(group.pid, group.pv1, context.delimiters)]
        if subject is None or not people.identifier(group.pid or [], context.delimiters):
            raise MalformedInput(NO_PATIENT)
        return subject

    def _context(self, message: Message, first: Header) -> Context:
        field = at(message.header, 7)
        try:
            zone, sent = self._times.sent(message.delimiters.first(field))
        except MalformedInput:
            zone = sent = None
        context = Context(message, zone, sent, first.application, first.demo)
        if sent is not None:
            context.times[field] = sent
        return context


def _unclaimed(context: Context, group: Group) -> Results:
    """Results of nobody, as they came."""
    letter = context.letter([context.message.header, *group.segments()])
    return Results(rejected=[Rejected(letter, NOBODY)])


def _judged(reading: Reading) -> Reading:
    """With a fault where all that could be taken was refused."""
    if not reading.warnings:
        return reading
    if not any(each.observations or each.waveforms or each.movement for each in reading.batches):
        reading.fault = Fault("AE", _code_of(reading.warnings[0]), reading.warnings[0])
    return reading


def _code_of(reason: str) -> int:
    """HL7 table 0357: a required field is missing, or data are of the wrong type."""
    return 101 if reason in {NOBODY, NO_PATIENT, movements.NO_FORMER, movements.NO_TIME} else 102
