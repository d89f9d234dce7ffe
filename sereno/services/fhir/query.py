"""A search as it was asked for: which of it is understood, and what is left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sereno.domain.errors import InvalidEntry
from sereno.ports import Resource
from sereno.services.fhir.ids import FIRST, LAST, earlier
from sereno.services.fhir.parameters import SEARCHED, SORTED_BY
from sereno.services.fhir.terms import Criterion, criterion, patient_of

DEFAULT_COUNT: Final = 50
MOST_AT_ONCE: Final = 1000
MOST_PARAMETERS: Final = 100
LONGEST_WAVE: Final = timedelta(minutes=1)  # a stretch of waveform is a second or so
CURSOR: Final = "_cursor"
_PAGING: Final = ("_count", "_sort")
Given = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search of one type. `used` is what of it was understood, `ignored` are the other names."""

    kind: str
    used: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    count: int = DEFAULT_COUNT
    newest_first: bool = True

    def fits(self, resource: Resource) -> bool:
        """Whether the resource has all that is asked for."""
        return all(each.fits(resource) for each in self.criteria)

    @property
    def patients(self) -> set[str] | None:
        """The ids of the patients whom it must be about; None where it may be anybody."""
        about = [
            {patient_of(text) for text in each.wanted}
            for each in self.criteria
            if each.parameter.name in ("patient", "subject")
        ]
        return set.intersection(*about) if about else None

    @property
    def ids(self) -> set[str] | None:
        """The ids that it must be one of; None where it may be any."""
        found = [
            {text.rpartition("|")[2] for text in each.wanted}
            for each in self.criteria
            if each.parameter.name == "_id"
        ]
        return set.intersection(*found) if found else None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Outside of what time no observation that fits begins."""
        dates = [
            each.bounds for each in self.criteria if each.parameter.name in ("date", "_lastUpdated")
        ]
        return (
            max((earlier(start, LONGEST_WAVE) for start, _ in dates), default=FIRST),
            min((end for _, end in dates), default=LAST),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How searches are read: in which zone a time without one is, and how late it is now."""

    zone: tzinfo
    now: Callable[[], datetime]

    def read(self, kind: str, given: Given, *, strict: bool, more: Iterable[str] = ()) -> Query:
        """A search of `kind`. `more` are the names that an operation understands beside.

        What is not understood is left out, and told; `strict`, it is refused.
        Raises InvalidEntry.
        """
        if len(given) > MOST_PARAMETERS:
            raise InvalidEntry(f"a search has at most {MOST_PARAMETERS} parameters")
        known = {each.name: each for each in SEARCHED[kind]}
        used, ignored, criteria = [], [], []
        for name, value in given:
            plain, _, modifier = name.partition(":")
            if plain in known:
                criteria.append(
                    criterion(known[plain], modifier, value, zone=self.zone, now=self.now())
                )
            elif name not in (*_PAGING, *more) or (name == "_sort" and not _sorts(kind, value)):
                ignored.append(name if name != "_sort" else "_sort by that")
                continue
            used.append((name, value))
        if strict and ignored:
            raise InvalidEntry(f"not supported: {', '.join(sorted(set(map(printable, ignored))))}")
        last = dict(used)
        return Query(
            kind=kind,
            used=tuple(used),
            ignored=tuple(dict.fromkeys(map(printable, ignored))),
            criteria=tuple(criteria),
            count=_count(last.get("_count")),
            newest_first=last.get("_sort", "-" if kind in SORTED_BY else "").startswith("-"),
        )


def printable(name: str) -> str:
    """A parameter's name as it may be told: nobody's, where it was no name at all."""
    return name[:40] if name.replace("_", "a").replace("-", "a").isalnum() else "another"


def _sorts(kind: str, value: str) -> bool:
    by = SORTED_BY.get(kind)
    return value.removeprefix("-") in ({by} if by else {"_id"})


def _count(text: str | None) -> int:
    if text is None:
        return DEFAULT_COUNT
    if not text.isdecimal() or len(text) > 9:
        raise InvalidEntry("_count is no number")
    return min(int(text), MOST_AT_ONCE)
