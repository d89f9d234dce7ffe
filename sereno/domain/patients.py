"""Whom the streams are about, and what a clinician has recorded that scoring must know."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class SpO2Scale(IntEnum):
    """The two SpO2 columns of the NEWS2 chart."""

    SCALE_1 = 1
    SCALE_2 = 2  # hypercapnic respiratory failure, target 88 to 92%; on a clinician's order only


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """The end of a stay: when, and who ended it why. `live` is False for a recording."""

    at: datetime
    by: str
    reason: str
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Whether a patient is here: `ended` says how their stay did; None while it goes on."""

    ended: Discharge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient as the clinic knows them. `id` is random and the only part kept in the clear.

    `discharged` is set from the end of their stay until they are back.
    """

    id: str
    identifier: str
    authority: str = ""
    name: str | None = None
    bed: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    pregnant: bool | None = None
    spo2_scale: SpO2Scale = SpO2Scale.SCALE_1
    spo2_scale_ordered_by: str | None = None
    discharged: Discharge | None = None

    @property
    def label(self) -> str:
        """What a screen calls them: the bed, else the name, else the identifier."""
        return self.bed or self.name or self.identifier

    def named_in(self, text: str) -> bool:
        """Whether a text has the identifier or the whole name in it."""
        said = text.casefold()
        return any(word.casefold() in said for word in (self.identifier, self.name) if word)

    def age(self, today: date) -> int | None:
        """Full years at `today`; None where the birth date is not recorded."""
        if self.birth_date is None:
            return None
        born = self.birth_date
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Free text charted by hand."""

    time: datetime
    author: str
    text: str
