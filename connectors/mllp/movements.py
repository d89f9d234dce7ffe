"""What ADT messages tell of a patient's stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from connectors.mllp import people
from connectors.mllp.groups import Group
from connectors.mllp.parsing import at
from connectors.mllp.rows import Context
from connectors.mllp.times import Times
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Movement, MovementKind

KINDS: Final[Mapping[str, MovementKind]] = {
    "A01": MovementKind.ADMITTED,
    "A02": MovementKind.ADMITTED,  # transferred: the bed is the new one
    "A03": MovementKind.DISCHARGED,
    "A04": MovementKind.ADMITTED,  # registered
    "A08": MovementKind.ADMITTED,  # updated
    "A11": MovementKind.DISCHARGED,  # the admission was an error
    "A12": MovementKind.ADMITTED,  # the transfer was an error: the bed is the old one again
    "A13": MovementKind.READMITTED,
    "A40": MovementKind.MERGED,
}
NO_TIME: Final = "a movement came without its time (EVN-6, EVN-2 or MSH-7)"
NO_FORMER: Final = "a merge came without the former identifier (MRG-1)"
_UPDATED: Final = "A08"
_ABROAD: Final = frozenset({"P", "N"})  # patient classes of who is not here: preadmitted, none
_DISCHARGED_AT: Final = 45  # PV1-45, which an update after the stay still carries


def movement(event: str, group: Group, context: Context, times: Times) -> Movement | None:
    """What `event` tells of the patient of `group`; None where it moves nobody.

    Raises MalformedInput where its time or, in a merge, the former identifier is missing.
    """
    kind = KINDS[event]
    if kind is MovementKind.ADMITTED and _elsewhere(event, group):
        return None
    moment = _moment(event, group, context, times)
    if kind is not MovementKind.MERGED:
        return Movement(kind=kind, time=moment)
    former = people.former(group.mrg, context.delimiters) if group.mrg else None
    if former is None:
        raise MalformedInput(NO_FORMER)
    return Movement(kind=kind, time=moment, former=former)


def _elsewhere(event: str, group: Group) -> bool:
    """Whether the message is about somebody who is not in the house: to come, or gone already."""
    visit = group.pv1 or []
    gone = event == _UPDATED and at(visit, _DISCHARGED_AT) not in {"", '""'}
    return gone or at(visit, 2) in _ABROAD


def _moment(event: str, group: Group, context: Context, times: Times) -> datetime:
    """When it happened (EVN-6, a discharge's PV1-45), else was recorded (EVN-2), else was sent."""
    message, recorded = context.message, context.event
    left = at(group.pv1, _DISCHARGED_AT) if group.pv1 and event == "A03" else ""
    for field in (at(recorded, 6), left, at(recorded, 2), at(message.header, 7)):
        moment = times.read(message.delimiters.first(field), context.zone, context.sent)
        if moment is not None:
            return moment
    raise MalformedInput(NO_TIME)
