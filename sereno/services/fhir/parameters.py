"""By what each type of resource may be searched, and how found ones may be sorted."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

from sereno.ports import Resource
from sereno.services.fhir.terms import Kind, Parameter


def moment(text: str) -> datetime:
    """An instant as our encoders write it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _id(resource: Resource) -> Iterable[Any]:
    yield None, resource["id"]


def _updated(resource: Resource) -> Iterable[Any]:
    if found := resource["meta"].get("lastUpdated"):
        yield moment(found)


def _codings(name: str) -> Any:
    """The codings of the concept, or of each of the concepts, called `name`."""

    def values(resource: Resource) -> Iterable[Any]:
        found = resource.get(name, [])
        for concept in found if isinstance(found, list) else [found]:
            for coding in concept.get("coding", ()):
                yield coding.get("system"), coding["code"]

    return values


def _code(name: str) -> Any:
    def values(resource: Resource) -> Iterable[Any]:
        if name in resource:
            yield None, resource[name]

    return values


def _identifiers(resource: Resource) -> Iterable[Any]:
    return ((each.get("system"), each["value"]) for each in resource.get("identifier", ()))


def _names(resource: Resource) -> Iterable[Any]:
    return (each["text"] for each in resource.get("name", ()))


def _birth(resource: Resource) -> Iterable[Any]:
    if found := resource.get("birthDate"):
        day = date.fromisoformat(found)
        yield datetime(day.year, day.month, day.day, tzinfo=UTC)


def _at(name: str) -> Any:
    def values(resource: Resource) -> Iterable[Any]:
        if name in resource:
            yield moment(resource[name])

    return values


def _effective(resource: Resource) -> Iterable[Any]:
    period = resource.get("effectivePeriod")
    yield (
        (moment(period["start"]), moment(period["end"]))
        if period
        else moment(resource["effectiveDateTime"])
    )


def _period(resource: Resource) -> Iterable[Any]:
    period = resource.get("period", {})
    yield tuple(moment(period[end]) if end in period else None for end in ("start", "end"))


def _subject(resource: Resource) -> Iterable[Any]:
    yield resource["subject"]["reference"]


ID: Final = Parameter("_id", Kind.TOKEN, _id, "the resource's id")
PATIENT: Final = Parameter("patient", Kind.REFERENCE, _subject, "whom it is about")
SUBJECT: Final = Parameter("subject", Kind.REFERENCE, _subject, "the same")
UPDATED: Final = Parameter("_lastUpdated", Kind.DATE, _updated, "when it last changed")
_ABOUT: Final = (ID, PATIENT, SUBJECT)

SEARCHED: Final[Mapping[str, tuple[Parameter, ...]]] = MappingProxyType(
    {
        "Patient": (
            ID,
            Parameter("identifier", Kind.TOKEN, _identifiers, "of the clinic or of ours"),
            Parameter("name", Kind.STRING, _names, "the beginning of any word of it"),
            Parameter("birthdate", Kind.DATE, _birth),
            Parameter("gender", Kind.TOKEN, _code("gender")),
        ),
        "Observation": (
            *_ABOUT,
            Parameter("code", Kind.TOKEN, _codings("code"), "LOINC, MDC, SNOMED CT or ours"),
            Parameter("category", Kind.TOKEN, _codings("category")),
            Parameter("date", Kind.DATE, _effective, "when it was measured"),
            Parameter("status", Kind.TOKEN, _code("status")),
            Parameter("_lastUpdated", Kind.DATE, _updated, "when it was measured"),
        ),
        "Device": (ID, Parameter("identifier", Kind.TOKEN, _identifiers, "the source's name")),
        "Encounter": (
            *_ABOUT,
            Parameter("status", Kind.TOKEN, _code("status")),
            Parameter("date", Kind.DATE, _period, "the stay; when it began is not known"),
        ),
        "Flag": (
            *_ABOUT,
            Parameter("status", Kind.TOKEN, _code("status")),  # as R5 has it
            Parameter("date", Kind.DATE, _period, "from when to when the alarm stood"),
            UPDATED,
        ),
        "Communication": (
            *_ABOUT,
            Parameter("sent", Kind.DATE, _at("sent"), "when the alarm was acknowledged"),
            UPDATED,
        ),
        "DocumentReference": (
            *_ABOUT,
            Parameter("status", Kind.TOKEN, _code("status")),
            Parameter("type", Kind.TOKEN, _codings("type")),
            Parameter("date", Kind.DATE, _at("date"), "when it was written"),
            UPDATED,
        ),
    }
)
TYPES: Final = tuple(SEARCHED)
# By what found ones may be sorted, the newest first unless it is said otherwise; all else by id.
SORTED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {"Observation": "date", "Flag": "date", "Communication": "sent", "DocumentReference": "date"}
)
# Values that say who somebody is: they never stand in an address that we write.
IDENTIFYING: Final = frozenset({"identifier", "name", "birthdate", "gender"})


def place(kind: str, resource: Resource) -> datetime | None:
    """The moment by which a resource is sorted; None where only its id sorts it."""
    name = SORTED_BY.get(kind)
    if name is None:
        return None
    (parameter,) = (each for each in SEARCHED[kind] if each.name == name)
    found = next(iter(parameter.values(resource)))
    return found if isinstance(found, datetime) else found[0]
