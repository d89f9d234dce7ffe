"""What an Encounter tells of a patient's stay."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from connectors.fhir import times
from connectors.fhir.people import Resource, text
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Movement, MovementKind

_HERE: Final = frozenset({"arrived", "triaged", "in-progress", "onleave"})
_STATUSES: Final = _HERE | {"planned", "finished", "cancelled", "entered-in-error", "unknown"}
# v3-ActCode: who stays in the house. A visit that ends says nothing of a stay beside it, nor does
# an emergency, which ends in a bed as often as at home.
_STAYS: Final = frozenset({"IMP", "ACUTE", "NONAC", "SS", "OBSENC"})
_EMERGENCY: Final = "EMER"
PAST: Final = timedelta(hours=48)  # what ended longer ago is history, and moves nobody

NOT_HERE: Final = "an Encounter that moves nobody: planned, cancelled, a visit, or long over"
NO_ENCOUNTER: Final = "it is no Encounter of R4 (status, class)"
NO_END: Final = "a finished Encounter without its end (period.end)"


def movement(encounter: Resource, zone: tzinfo, now: datetime) -> Movement | None:
    """What `encounter` tells as of `now`; None where it moves nobody.

    Raises MalformedInput where it can not be read.
    """
    status, told = text(encounter.get("status")), encounter.get("class")
    code = told.get("code") if isinstance(told, dict) else None
    if status not in _STATUSES or not isinstance(code, str):
        raise MalformedInput(NO_ENCOUNTER)
    begin, end = _period(encounter, zone)
    if status in _HERE and code in _STAYS | {_EMERGENCY} and end is None:
        return Movement(kind=MovementKind.ADMITTED, time=_moved(encounter, zone) or begin or now)
    if status != "finished" or code not in _STAYS:
        return None
    if end is None:
        raise MalformedInput(NO_END)
    if now - end > PAST:
        return None
    return Movement(kind=MovementKind.DISCHARGED, time=end)


def _period(resource: Resource, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    period = resource.get("period")
    told = period if isinstance(period, dict) else {}
    begin, end = (told.get(name) for name in ("start", "end"))
    return (
        None if begin is None else times.moment(begin, zone),
        None if end is None else times.moment(end, zone),
    )


def _moved(encounter: Resource, zone: tzinfo) -> datetime | None:
    """When the patient came to where they are now."""
    places = encounter.get("location")
    begins = [
        _period(place, zone)[0]
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, dict)
    ]
    return max((begin for begin in begins if begin is not None), default=None)
