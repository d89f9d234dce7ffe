"""How what the store holds is told to other systems, as FHIR R4 resources."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sereno.domain.evidence import Summary
from sereno.domain.patients import Patient
from sereno.domain.review import Review
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import Alarm, Score

Resource = dict[str, Any]  # as JSON has it


class ResourceEncoder(Protocol):
    """Pure functions from domain values to resources.

    `id` is what the resource is to be called, `patient` the opaque id of whom it is about, `device`
    the id of the Device that stands for the source; None of what was entered by hand.
    """

    def patient(self, patient: Patient) -> Resource:
        """A Patient, called as the patient's opaque id."""
        ...

    def encounter(self, patient: Patient) -> Resource:
        """The Encounter of their stay, called likewise."""
        ...

    def device(self, id: str, source: str) -> Resource:  # noqa: A002 - FHIR's name
        """The Device of a source."""
        ...

    def value(self, id: str, patient: str, one: Observation, device: str | None) -> Resource:  # noqa: A002
        """An Observation of one value."""
        ...

    def pressures(
        self,
        id: str,  # noqa: A002
        patient: str,
        parts: Sequence[Observation],
        device: str | None,
    ) -> Resource:
        """An Observation of a blood pressure, whose parts are of one moment and source."""
        ...

    def waveform(self, id: str, patient: str, chunk: WaveformChunk, device: str | None) -> Resource:  # noqa: A002
        """An Observation of sampled data."""
        ...

    def score(self, id: str, patient: str, score: Score) -> Resource:  # noqa: A002
        """An Observation of a track-and-trigger score, with its parts."""
        ...

    def flag(self, alarm: Alarm, device: str | None) -> Resource:
        """The Flag of an alarm, called as the alarm's id."""
        ...

    def acknowledgement(self, alarm: Alarm) -> Resource | None:
        """The Communication that tells of an alarm's acknowledgement, if it is acknowledged.

        It is called as the alarm's id.
        """
        ...

    def document(self, summary: Summary, reviews: Sequence[Review]) -> Resource:
        """The DocumentReference of a summary, called as the summary's id, as it stands by now.

        `reviews` is what clinicians decided about it, oldest first.
        """
        ...


def instant(moment: datetime) -> str:
    """A UTC time as FHIR's instant: to the second, or to the microsecond where there are any."""
    precision = "microseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
