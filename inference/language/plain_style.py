"""How a text for the patient writes quantities, times and durations: in words of every day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inference.language.style import Style, Told
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS, Language, Signal
from sereno.scoring.evidence.usual import Reach, Standing, reach, standing

_MONTHS = {
    Language.ENGLISH: (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    Language.SPANISH: (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip
_AIR_PERCENT = 21
_BREATHS = frozenset({Signal.RESPIRATORY_RATE})


@dataclass(frozen=True, slots=True)
class PlainStyle(Style):
    """As its base, but for units, months and durations."""

    def unit(self, signal: Signal) -> str:
        """112 beats a minute, 13 out of 15; in Spanish 112 latidos por minuto, 13 sobre 15."""
        if signal is Signal.GLASGOW_COMA_SCALE:
            return f" {'sobre' if self.spanish else 'out of'} {VITALS[signal].high:.0f}"
        if VITALS[signal].unit != "/min":
            return Style.unit(self, signal)
        if self.spanish:
            return f" {'respiraciones' if signal in _BREATHS else 'latidos'} por minuto"
        return f" {'breaths' if signal in _BREATHS else 'beats'} a minute"

    def day(self, local: datetime) -> str:
        """22 November; in Spanish 22 de noviembre."""
        month = _MONTHS[self.language][local.month - 1]
        return f"{local.day} de {month}" if self.spanish else f"{local.day} {month}"

    def duration(self, length: timedelta) -> str:
        """Minutes below an hour; from there on half hours, rounded half up and said to be so."""
        minutes = int(length.total_seconds() / 60 + 0.5)
        if minutes < 1:
            return "menos de un minuto" if self.spanish else "less than a minute"
        if minutes < 60:
            return _counted(minutes, "minuto" if self.spanish else "minute")
        hours, half = divmod(int(length.total_seconds() / 1800 + 0.5), 2)
        if self.spanish:
            return f"alrededor de {_counted(hours, 'hora')}{' y media' if half else ''}"
        if half:
            return f"about {hours} and a half hours"
        return f"about {_counted(hours, 'hour')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@dataclass(frozen=True, slots=True)
class PlainTold(Told):
    """A fact told to the patient; `adult` says whether the usual ranges hold for them."""

    adult: bool = True

    @property
    def low(self) -> bool:
        """Whether it is on the low side."""
        return self.fact.direction is Direction.LOW

    @property
    def reach(self) -> Reach:
        """How far out what lies beyond its limit is."""
        limit = self.fact.values.get("threshold")
        if not self.adult or limit is None:
            return Reach.WITHIN
        return reach(self.signal, self.fact.direction, limit)

    @property
    def momentary(self) -> bool:
        """Whether its episodes are single readings, without a length."""
        lengths = self.fact.durations
        length = lengths["longest" if "longest" in lengths else "length"]
        return int(length.total_seconds() + 0.5) == 0

    @property
    def standing(self) -> Standing:
        """Where its value lies."""
        return standing(self.fact) if self.adult else Standing.UNTOLD

    @property
    def extra_oxygen(self) -> bool:
        """Whether a measure of oxygen says that some is given."""
        air = _AIR_PERCENT if self.signal is Signal.FIO2 else 0
        return (self.fact.value or 0) > air

    @property
    def lone_systolic(self) -> bool:
        """Whether its value is one of two pressures, told without the other."""
        systolic = self.signal in (Signal.CUFF_SYSTOLIC, Signal.INVASIVE_SYSTOLIC)
        return systolic and "diastolic" not in self.fact.values

    @property
    def judged_alone(self) -> bool:
        """Whether its number says nothing to a patient once it is said where it lies."""
        return self.signal is Signal.GLASGOW_COMA_SCALE and self.adult

    @property
    def amount(self) -> str:
        """Its value with its unit; both pressures where both are known."""
        if "diastolic" in self.fact.values:
            return f"{self.fact.value or 0.0:.0f}/{self.whole('diastolic')} mmHg"
        return self.value
