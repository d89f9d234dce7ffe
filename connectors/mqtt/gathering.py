"""Messages that are at hand together, as one batch for each subject.

A monitor that sends every value as a message of its own would have each admitted, sealed and
written alone. What came is not changed by this, nor its order, nor what is acknowledged when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.mqtt.link import Delivery, Receipt
from connectors.mqtt.message import Decoded
from connectors.mqtt.packets import Publish
from sereno.domain.stream import BED, Batch, Observation, Rejected, Subject, WaveformChunk


@dataclass(slots=True)
class _Gathered:
    """What they hold about one subject. `sent` is of the last that tells it."""

    subject: Subject | None
    observations: list[Observation] = field(default_factory=list)
    waveforms: list[WaveformChunk] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    sent: datetime | None = None


class Gathering:
    """What some messages of the connector called `source` hold."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._all: list[_Gathered] = []
        # The same object for the same subject as a rule, and quick to find.
        self._of: dict[int, _Gathered] = {}

    def add(self, message: Publish, delivery: Delivery | None, decoded: Decoded) -> None:
        """One more. Where nothing is in it, it is acknowledged at once."""
        rejected = _rejected(message, decoded) if decoded.reasons else ()
        for part in decoded.told:
            gathered = self._about(part.subject, delivery, rejected)
            gathered.observations += part.observations
            gathered.waveforms += part.waveforms
            gathered.sent = decoded.sent or gathered.sent
            rejected = ()
        if rejected:
            self._about(None, delivery, rejected)
        elif delivery is not None and not decoded.told:
            delivery.settle()

    def batches(self) -> list[Batch]:
        """One for each subject, or two of a bed, in the order in which they first came."""
        return [
            Batch(
                source=self._source,
                subject=each.subject,
                observations=tuple(each.observations),
                waveforms=tuple(each.waveforms),
                rejected=tuple(each.rejected),
                sent=each.sent,
                acknowledge=Receipt(each.deliveries) if each.deliveries else None,
            )
            for each in self._all
        ]

    def _about(
        self, subject: Subject | None, delivery: Delivery | None, rejected: Sequence[Rejected]
    ) -> _Gathered:
        gathered = self._of.get(id(subject))
        if gathered is None:
            gathered = self._of[id(subject)] = _Gathered(subject)
            self._all.append(gathered)
            if subject is not None and subject.bed is not None and subject.authority != BED:
                self._leave_beds()
        gathered.rejected += rejected
        if delivery is not None:
            delivery.hold()
            gathered.deliveries.append(delivery)
        return gathered

    def _leave_beds(self) -> None:
        """Somebody is told to lie in a bed: what comes of beds alone from now on may be theirs."""
        for one in [at for at, each in self._of.items() if _of_a_bed(each.subject)]:
            del self._of[one]


def _of_a_bed(subject: Subject | None) -> bool:
    return subject is not None and subject.authority == BED


def _rejected(message: Publish, decoded: Decoded) -> tuple[Rejected, ...]:
    """The topic in a line, and below it the payload: an identifier may stand in either."""
    content = message.topic.encode() + b"\n" + message.payload
    return (Rejected(content, "; ".join(decoded.reasons)),)
