"""What becomes at the hospital of what an edge box tells."""

from dataclasses import replace
from datetime import datetime

from sereno.domain.patients import Patient, Stay
from sereno.domain.stream import (
    BED,
    RELAYED,
    Acknowledge,
    Batch,
    Movement,
    MovementKind,
    Subject,
    relayed_source,
)
from sereno.ports import Outgoing


def batch_of(
    one: Outgoing,
    *,
    edge: str,
    source: str,
    sent: datetime,
    shared: bool,
    acknowledge: Acknowledge | None,
) -> Batch:
    """One told by `edge` as a Batch of `source`. See `subject_of` for `shared`.

    What has waited for days is live all the same: it is of a ward, whose silence is judged by the
    wall's clock. The watch knows by its times that it is late.
    """
    return Batch(
        source=source,
        subject=subject_of(one.patient, edge, shared=shared),
        observations=tuple(
            replace(each, source=relayed_source(edge, each.source)) for each in one.observations
        ),
        waveforms=tuple(
            replace(each, source=relayed_source(edge, each.source)) for each in one.waveforms
        ),
        movement=None if one.stay is None else _movement(one.stay, one.time),
        sent=sent,
        live=one.live,
        acknowledge=acknowledge,
    )


def subject_of(patient: Patient, edge: str, *, shared: bool) -> Subject:
    """Whom the edge box means.

    An identifier of some authority means the same person everywhere. A bed, or one without an
    authority, is the edge box's own and its patient nobody else's; unless it is `shared`, when it
    means whom it means at the hospital.
    """
    authority = patient.authority
    if patient.authority in ("", BED) and not shared:
        authority = f"{RELAYED}{edge}/{patient.id}"
    return Subject(
        identifier=patient.identifier,
        authority=authority,
        name=patient.name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        bed=patient.bed,
        pregnant=patient.pregnant,
    )


def _movement(stay: Stay, told: datetime) -> Movement | None:
    """The end of a stay, or that it goes on; of whichever is told last the later one counts."""
    ended = stay.ended
    if ended is None:
        return Movement(kind=MovementKind.ADMITTED, time=told)
    return Movement(kind=MovementKind.DISCHARGED, time=ended.at) if ended.live else None
