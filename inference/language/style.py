"""How numbers, units, clock times and durations are written in each language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sereno.domain.evidence import Evidence, Fact
from sereno.domain.surveillance import Response
from sereno.domain.vitals import VITALS, Language, Signal

_DAY = timedelta(hours=24)
_MONTHS = {
    Language.ENGLISH: (
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ),
    Language.SPANISH: (
        "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic",
    ),
}  # fmt: skip
_BREATHS = frozenset({Signal.RESPIRATORY_RATE})
_UNITS = {"/min": "/min", "%": "%", "Cel": " °C", "mm[Hg]": " mmHg", "L/min": " L/min",
          "mg/dL": " mg/dL", "{score}": "", "1": ""}  # fmt: skip


def capital(text: str) -> str:
    """With a capital first letter; SpO2 and its like keep theirs."""
    return text if text.startswith("qSOFA") else text[:1].upper() + text[1:]


def of_evidence(
    evidence: Evidence, language: Language, kind: "type[Style] | None" = None
) -> "Style":
    """The style of a text about `evidence`, of the class `kind` if one is given.

    A clock time alone means the last one before the window's end. Earlier moments are told with
    their day, and all of them where the window spans a day. The day before is reckoned by the
    clock on the wall: it has 23 or 25 hours where the clock was changed.
    """
    window, zone = evidence.window, ZoneInfo(evidence.zone)
    wall = window.end.astimezone(zone).replace(tzinfo=None)
    long = window.end - window.start >= _DAY
    return (kind or Style)(language, zone, wall + _DAY if long else wall - _DAY)


@dataclass(frozen=True, slots=True)
class Style:
    """Writes quantities in `language`; clock times in `zone`, with their day up to `days_until`.

    `days_until` is what the clock on the wall shows in `zone`.
    """

    language: Language
    zone: ZoneInfo
    days_until: datetime

    @property
    def spanish(self) -> bool:
        """Whether the language is Spanish."""
        return self.language is Language.SPANISH

    def number(self, value: float, decimals: int = 0) -> str:
        """38.2 in English, 38,2 in Spanish."""
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.spanish else text

    def quantity(self, signal: Signal, value: float) -> str:
        """A value with its unit: 84%, 112/min, 38.2 °C; in Spanish 84 %, 112 lpm, 38,2 °C."""
        return self.number(value, VITALS[signal].decimals) + self.unit(signal)

    def unit(self, signal: Signal) -> str:
        """The unit as it follows a number, with its space where it takes one."""
        unit = VITALS[signal].unit
        if self.spanish and unit == "/min":
            return " rpm" if signal in _BREATHS else " lpm"
        return " %" if self.spanish and unit == "%" else _UNITS[unit]

    def clock(self, moment: datetime) -> str:
        """03:12, or with its day 03:12 on 22 Nov; in Spanish las 03:12 del 22 nov.

        02:30 UTC+2 in the hour that comes twice when the clock is put back.
        """
        local = moment.astimezone(self.zone)
        with_day = local.replace(tzinfo=None) <= self.days_until
        hour, day = f"{local:%H:%M}{_which_hour(local)}", self.day(local)
        if not self.spanish:
            return f"{hour} on {day}" if with_day else hour
        article = "la" if local.hour == 1 else "las"
        return f"{article} {hour} del {day}" if with_day else f"{article} {hour}"

    def day(self, local: datetime) -> str:
        """22 Nov, in Spanish 22 nov."""
        return f"{local.day} {_MONTHS[self.language][local.month - 1]}"

    def duration(self, length: timedelta) -> str:
        """45 s below a minute, else minutes rounded half up: 9 min, 1 h 20 min, 2 h."""
        seconds = int(length.total_seconds() + 0.5)
        if seconds < 60:
            return f"{seconds} s"
        hours, minutes = divmod(int(length.total_seconds() / 60 + 0.5), 60)
        parts = [f"{hours} h"] if hours else []
        return " ".join(parts + ([f"{minutes} min"] if minutes else []))


def _which_hour(local: datetime) -> str:
    """The offset from UTC, where the clock on the wall shows this time twice."""
    offset = local.utcoffset()
    if offset is None or local.replace(fold=1 - local.fold).utcoffset() == offset:
        return ""
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    sign = "-" if offset < timedelta() else "+"
    return f" UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@dataclass(frozen=True, slots=True)
class Told:
    """A fact whose parts are written out in a style."""

    fact: Fact
    style: Style

    @property
    def signal(self) -> Signal:
        """Its signal. Raises ValueError for a fact without one."""
        if self.fact.signal is None:
            raise ValueError(f"a {self.fact.kind.value} fact needs a signal to be told")
        return self.fact.signal

    @property
    def value(self) -> str:
        """What it is chiefly about, with its unit."""
        return self.style.quantity(self.signal, self.fact.value or 0.0)

    @property
    def threshold(self) -> str:
        """The limit, with its unit."""
        return self.of("threshold")

    def of(self, name: str) -> str:
        """A named value, in the signal's unit."""
        return self.style.quantity(self.signal, self.fact.values[name])

    def whole(self, name: str) -> str:
        """A named value that counts something."""
        return self.style.number(self.fact.values[name])

    def time(self, name: str) -> str:
        """A named moment."""
        return self.style.clock(self.fact.times[name])

    def span(self, name: str) -> str:
        """A named duration."""
        return self.style.duration(self.fact.durations[name])

    def label(self, name: str) -> str:
        """A named word, or nothing."""
        return self.fact.labels.get(name, "")

    @property
    def least(self) -> Response | None:
        """The response that a score asks for whatever it misses; None where it may be routine.

        What is not known to be routine is never called so.
        """
        response = Response(self.label("response"))
        open_ended = self.worst is not response
        return None if open_ended and response is Response.ROUTINE else response

    @property
    def worst(self) -> Response:
        """The response that a score asks for if what it misses were at its worst."""
        return Response(self.label("worst_response") or self.label("response"))

    @property
    def brief(self) -> bool:
        """Whether a card shows beside it what a text would say else: priority, answer, response."""
        return "brief" in self.fact.labels

    @property
    def momentary(self) -> bool:
        """Whether its episodes are single readings, without a length."""
        name = "longest" if "longest" in self.fact.durations else "length"
        return self.style.duration(self.fact.durations[name]) == "0 s"
