"""What is searched for, read as FHIR R4 defines it (hl7.org/fhir/R4/search.html).

A parameter that is repeated must fit each time; values between commas are alternatives.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

from sereno.domain.errors import InvalidEntry
from sereno.ports import Resource
from sereno.services.fhir.ids import FIRST, LAST, MICROSECOND

APPROXIMATELY: Final = 0.1  # of the distance to now, as the standard proposes
_COMMA: Final = re.compile(r"(?<!\\),")
_BAR: Final = re.compile(r"(?<!\\)\|")
_PREFIX: Final = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<part>\d{1,6})\d*)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
Range = tuple[datetime, datetime]  # from the first on, up to and without the second
Fits = Callable[[Any], bool]


class Kind(StrEnum):
    """The kinds of search parameter that are here, as a CapabilityStatement names them."""

    TOKEN = "token"  # noqa: S105 - FHIR's word
    DATE = "date"
    STRING = "string"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Parameter:
    """By what a type may be searched: what `values` finds in a resource.

    Of a token (system, code) pairs, of a date moments or (start, end) with None where open, of a
    string texts, of a reference "Type/id".
    """

    name: str
    kind: Kind
    values: Callable[[Resource], Iterable[Any]]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter as it was given: any of its alternatives must fit any of the values."""

    parameter: Parameter
    alternatives: tuple[Fits, ...]
    bounds: Range = (FIRST, LAST)  # of a date: outside of them nothing fits
    wanted: tuple[str, ...] = ()  # of a token or reference: as it was given

    def fits(self, resource: Resource) -> bool:
        """Whether the resource has what is asked for."""
        values = list(self.parameter.values(resource))
        return any(alternative(value) for value in values for alternative in self.alternatives)


def criterion(
    parameter: Parameter, modifier: str, value: str, *, zone: tzinfo, now: datetime
) -> Criterion:
    """A parameter as it was given. Raises InvalidEntry, which quotes nothing of the value."""
    alternatives = [each for each in _COMMA.split(value) if each.strip()]
    if not alternatives:
        raise InvalidEntry(f"{parameter.name} has no value")
    if modifier and (parameter.kind, modifier) not in _MODIFIERS:
        raise InvalidEntry(f"{parameter.name} can not be searched with :{modifier}")
    if parameter.kind is Kind.DATE:
        return _date(parameter, alternatives, zone, now)
    make = {Kind.TOKEN: _token, Kind.REFERENCE: _reference, Kind.STRING: _string(modifier)}
    fits = tuple(make[parameter.kind](each.strip()) for each in alternatives)
    return Criterion(parameter, fits, wanted=tuple(_plain(each.strip()) for each in alternatives))


# What a patient's reference may be called with: what it refers to.
_MODIFIERS: Final = frozenset(
    {(Kind.REFERENCE, "Patient"), (Kind.STRING, "exact"), (Kind.STRING, "contains")}
)


def _token(text: str) -> Fits:
    parts = [_plain(part) for part in _BAR.split(text, maxsplit=1)]
    if len(parts) == 1:
        return lambda value: value[1] == parts[0]
    system, code = parts
    return lambda value: (value[0] or "") == system and code in ("", value[1])


def _reference(text: str) -> Fits:
    wanted = patient_of(text)
    return lambda value: value.rpartition("/")[2] == wanted


def patient_of(reference: str) -> str:
    """The id that a reference to a patient ends with: "ID", "Patient/ID" or with an address."""
    before, _, found = reference.rpartition("/")
    kind = before.rpartition("/")[2]
    return found if kind in ("", "Patient") else ""


def _string(modifier: str) -> Callable[[str], Fits]:
    def make(text: str) -> Fits:
        wanted, exact = folded(_plain(text)), _plain(text)
        if modifier == "exact":
            return lambda value: value == exact
        if modifier == "contains":
            return lambda value: wanted in folded(value)
        return lambda value: f" {wanted}" in f" {folded(value)}"

    return make


def folded(text: str) -> str:
    """Without case, accents and punctuation, by single spaces."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


def _plain(text: str) -> str:
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _date(
    parameter: Parameter, alternatives: Sequence[str], zone: tzinfo, now: datetime
) -> Criterion:
    fits, bounds = [], []
    for each in alternatives:
        found = _PREFIX.fullmatch(each.strip())
        prefix, text = (found[1] or "eq", found[2]) if found else ("eq", "")
        wanted = date_range(text, zone, parameter.name)
        if prefix == "ap":
            slack = max(abs(now - wanted[0]) * APPROXIMATELY, wanted[1] - wanted[0])
            wanted = (_moved(wanted[0], -slack), _moved(wanted[1], slack))
            prefix = "eq"
        fits.append(_within(prefix, wanted))
        bounds.append(_bounds(prefix, wanted))
    hull = (min(start for start, _ in bounds), max(end for _, end in bounds))
    return Criterion(parameter, tuple(fits), bounds=hull)


def date_range(text: str, zone: tzinfo, name: str) -> Range:
    """What a date, a time or a part of one covers. Raises InvalidEntry."""
    # A form sends "+" as a space.
    found = _DATE.fullmatch(text.replace(" ", "+"))
    if not found:
        raise InvalidEntry(f"{name} is no date as FHIR writes it, such as 2026-11-27T08:30:00Z")
    try:
        return _covered(found, zone)
    except (ValueError, OverflowError) as error:
        raise InvalidEntry(f"{name} is no date that there is") from error


def _covered(found: re.Match[str], zone: tzinfo) -> Range:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    if not found["month"]:
        return _day(date(year, 1, 1), zone), _day(date(year + 1, 1, 1), zone)
    if not found["day"]:
        after = date(year + month // 12, month % 12 + 1, 1)
        return _day(date(year, month, 1), zone), _day(after, zone)
    if not found["hour"]:
        start = date(year, month, day)
        return _day(start, zone), _day(start + timedelta(days=1), zone)
    clock = (int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    part = found["part"] or ""
    at = time(*clock, int(part.ljust(6, "0") or 0), _zone(found, zone))
    start_ = datetime.combine(date(year, month, day), at).astimezone(UTC)
    width = 10 ** (6 - len(part)) * MICROSECOND if found["second"] else timedelta(minutes=1)
    return start_, start_ + width


def _zone(found: re.Match[str], zone: tzinfo) -> tzinfo:
    given = found["zone"]
    if given is None:
        return zone
    return UTC if given == "Z" else datetime.strptime(given, "%z").tzinfo or UTC


def _day(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return LAST if by > timedelta(0) else FIRST


def _within(prefix: str, wanted: Range) -> Fits:
    """Whether a moment or a stretch of time stands to `wanted` as `prefix` says (R4, 3.1.1.4.7)."""
    start, end = wanted
    tests: dict[str, Callable[[datetime, datetime], bool]] = {
        "eq": lambda a, b: start <= a and b < end,
        "ne": lambda a, b: not (start <= a and b < end),
        "gt": lambda _, b: b >= end,
        "ge": lambda a, b: b >= end or (start <= a and b < end),
        "lt": lambda a, _: a < start,
        "le": lambda a, b: a < start or (start <= a and b < end),
        "sa": lambda a, _: a >= end,
        "eb": lambda _, b: b < start,
    }
    test = tests[prefix]

    def fits(value: Any) -> bool:
        if isinstance(value, datetime):
            return test(value, value)
        return test(value[0] or FIRST, value[1] or LAST)

    return fits


def _bounds(prefix: str, wanted: Range) -> Range:
    """Outside of what no moment fits."""
    start, end = wanted
    return {
        "eq": wanted,
        "gt": (end, LAST),
        "ge": (start, LAST),
        "lt": (FIRST, start),
        "le": (FIRST, end),
        "sa": (end, LAST),
        "eb": (FIRST, start),
    }.get(prefix, (FIRST, LAST))
