"""Whom a resource is about, and what took it: references, Patients, Locations and Devices."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.fhir import times
from connectors.fhir.mapping import BED_SYSTEM, SOURCE
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Subject

Resource = dict[str, Any]

NOBODY: Final = "it names no subject"
NO_PATIENT: Final = "its subject is no patient"
UNKNOWN: Final = "its subject is in the Bundle no Patient with an identifier or an id"
MODIFIED: Final = "a modifierExtension or implicitRules may change what it means"

# Which of several identifiers finds a patient again (HL7 v2-0203), the best first. A visit's or
# an account's number is of no use: the next stay has another.
_KINDS: Final = ("MR", "PI", "PN", "PT", "", "U", "NI", "NNESP", "JHN", "SS", "HC", "PPN", "DL")
_RANKS: Final[Mapping[str, int]] = {kind: place for place, kind in enumerate(_KINDS)}
_NOT_A_PATIENTS: Final = frozenset({"AN", "VN", "ANON", "ANC", "ANT", "BC"})
_USES: Final[Mapping[str, int]] = {"official": 0, "usual": 0, "": 0, "secondary": 1, "temp": 2}
_SEXES: Final[Mapping[str, str]] = {"male": "M", "female": "F", "other": "O"}
_LONGEST: Final = 200  # characters of an identifier or a name
_LONGEST_SOURCE: Final = 40  # characters of what a sender calls a device
_MOST_PLACES: Final = 100  # of one Encounter, the last of which are looked at
_NOT_BEDS: Final = frozenset({"completed", "planned", "reserved"})  # of Encounter.location.status


class Directory:
    """The resources that others of the same Bundle refer to, and who is meant by the rest.

    `authority` stands for the server whose ids are told without it.
    """

    def __init__(self, authority: str) -> None:
        self.authority = authority
        self._by_url: dict[str, Resource] = {}

    def add(self, full_url: object, resource: Resource) -> None:
        """Know `resource` by its fullUrl, and by its type and id."""
        kind, its_id = resource.get("resourceType"), resource.get("id")
        if isinstance(full_url, str):
            self._by_url.setdefault(full_url, resource)
        if isinstance(its_id, str):
            self._by_url.setdefault(f"{kind}/{its_id}", resource)

    def find(self, reference: str, holder: Resource) -> Resource | None:
        """What `reference` in `holder` leads to; None where that is elsewhere."""
        if reference.startswith("#"):
            return _contained(reference[1:], holder)
        found = self._by_url.get(reference)
        return found if found is not None else self._by_url.get(reference.partition("/_history")[0])

    def subject(self, holder: Resource, name: str = "subject") -> Subject:
        """Whom `holder` is about. Raises MalformedInput where that is nobody."""
        told = holder.get(name)
        if not isinstance(told, dict):
            raise MalformedInput(NOBODY)
        reference = told.get("reference")
        if isinstance(reference, str) and reference:
            found = self.find(reference, holder)
            if found is not None:
                return self._resolved(found, reference)
        identifier = _pair(told.get("identifier"))
        if identifier is not None:
            if told.get("type", "Patient") != "Patient" and identifier[1] != BED_SYSTEM:
                raise MalformedInput(NO_PATIENT)
            return _named(*identifier)
        if not isinstance(reference, str) or not reference:
            raise MalformedInput(NOBODY)
        return self._elsewhere(reference)

    def patient(self, resource: Resource) -> Subject:
        """Who a Patient is."""
        return self._resolved(resource, "")

    def _resolved(self, resource: Resource, reference: str) -> Subject:
        kind = resource.get("resourceType")
        if kind == "Location" and (bed := label(resource)):
            return Subject.in_bed(bed)
        if kind != "Patient":
            raise MalformedInput(NO_PATIENT)
        if "modifierExtension" in resource or "implicitRules" in resource:
            raise MalformedInput(MODIFIED)
        found = best_identifier(resource.get("identifier"))
        if found is None:
            its_id = resource.get("id")
            if not isinstance(its_id, str) or not its_id or reference.startswith("#"):
                raise MalformedInput(UNKNOWN)
            found = its_id[:_LONGEST], self._base(reference)
        return Subject(
            identifier=found[0],
            authority=found[1],
            name=name(resource.get("name")),
            birth_date=times.day(resource.get("birthDate")),
            sex=_SEXES.get(gender) if isinstance(gender := resource.get("gender"), str) else None,
        )

    def _elsewhere(self, reference: str) -> Subject:
        """Who is meant by a reference that leads out of the Bundle."""
        path, question, query = reference.partition("?")
        kind, _, its_id = _tail(path)
        if question and path.rpartition("/")[2] == "Patient":
            return _searched(query)
        if kind != "Patient" or not its_id:
            local = reference.startswith(("#", "urn:"))
            raise MalformedInput(UNKNOWN if local else NO_PATIENT)
        return Subject(identifier=its_id[:_LONGEST], authority=self._base(path))

    def _base(self, reference: str) -> str:
        """The server whose id it is: the URL before the type, or who sends."""
        if reference.startswith(("http://", "https://")):
            return _tail(reference)[1][:_LONGEST]
        return self.authority


def _tail(path: str) -> tuple[str, str, str]:
    """The type, the base and the id of `https://server/fhir/Patient/12/_history/3`."""
    base, _, its_id = path.partition("/_history")[0].rpartition("/")
    base, _, kind = base.rpartition("/")
    return kind, base, its_id


def _path(reference: str) -> str:
    """Where on its server a reference leads."""
    try:
        return urlsplit(reference).path
    except ValueError:  # brackets where no address of IPv6 is
        return reference


def _searched(query: str) -> Subject:
    """`identifier=system|value` of a conditional reference."""
    try:
        (value,) = parse_qs(query, max_num_fields=4)["identifier"]
    except (KeyError, ValueError) as exc:
        raise MalformedInput(NOBODY) from exc
    system, bar, number = value.rpartition("|")
    if not number:
        raise MalformedInput(NOBODY)
    return _named(number[:_LONGEST], system[:_LONGEST] if bar else "")


def _named(number: str, system: str) -> Subject:
    if system == BED_SYSTEM:
        return Subject.in_bed(number)
    return Subject(identifier=number, authority=system)


def _contained(its_id: str, holder: Resource) -> Resource | None:
    contained = holder.get("contained")
    if not isinstance(contained, list):
        return None
    return next(
        (each for each in contained if isinstance(each, dict) and each.get("id") == its_id), None
    )


def _pair(identifier: object) -> tuple[str, str] | None:
    if not isinstance(identifier, dict):
        return None
    value, system = identifier.get("value"), identifier.get("system")
    if not isinstance(value, str) or not value.strip():
        return None
    return value.strip()[:_LONGEST], system[:_LONGEST] if isinstance(system, str) else ""


def best_identifier(identifiers: object) -> tuple[str, str] | None:
    """The value and system that find a patient again; None where there are none."""
    found: list[tuple[int, int, int, tuple[str, str]]] = []
    for place, each in enumerate(identifiers if isinstance(identifiers, list) else []):
        pair = _pair(each)
        kind, use = _kind(each), text(each.get("use")) if isinstance(each, dict) else ""
        if pair is not None and kind not in _NOT_A_PATIENTS and use in _USES:
            found.append((_RANKS.get(kind, len(_KINDS)), _USES[use], place, pair))
    return min(found)[3] if found else None


def _kind(identifier: object) -> str:
    kind = identifier.get("type") if isinstance(identifier, dict) else None
    codes = [code for _, code in codings(kind)]
    return min(codes, key=lambda code: _RANKS.get(code, len(_KINDS)), default="")


def name(names: object) -> str | None:
    """Given names and family name; the official or usual one of several."""
    found = [each for each in names if isinstance(each, dict)] if isinstance(names, list) else []
    order = ("official", "usual", None)
    found = [each for each in found if each.get("use") != "old"]
    found.sort(
        key=lambda each: order.index(use) if (use := each.get("use")) in order else len(order)
    )
    for each in found:
        given = each.get("given")
        parts = [*(given if isinstance(given, list) else []), each.get("family")]
        said = " ".join(part for part in parts if isinstance(part, str) and part)
        whole = said or text(each.get("text"))
        if whole:
            return whole[:_LONGEST]
    return None


def label(location: Resource) -> str | None:
    """What a ward calls a Location."""
    identifiers = location.get("identifier")
    for each in identifiers if isinstance(identifiers, list) else []:
        pair = _pair(each)
        if pair is not None and pair[1] == BED_SYSTEM:
            return pair[0]
    said = location.get("name") or location.get("description")
    return said[:_LONGEST] if isinstance(said, str) and said else None


def bed(encounter: Resource, directory: Directory) -> str | None:
    """Where an Encounter says that its patient is now; the last of several."""
    places = encounter.get("location")
    for place in reversed(places[-_MOST_PLACES:] if isinstance(places, list) else []):
        told = place.get("location") if isinstance(place, dict) else None
        if not isinstance(told, dict) or text(place.get("status")) in _NOT_BEDS or _ended(place):
            continue
        reference = told.get("reference")
        found = directory.find(reference, encounter) if isinstance(reference, str) else None
        said = (label(found) if found else None) or told.get("display")
        pair = _pair(told.get("identifier"))
        if isinstance(said, str) and said:
            return said[:_LONGEST]
        if pair is not None:
            return pair[0]
        if isinstance(reference, str) and "/" in reference:
            return unquote(reference.rpartition("/")[2])[:_LONGEST] or None
    return None


def _ended(place: Mapping[str, Any]) -> bool:
    period = place.get("period")
    return isinstance(period, dict) and "end" in period


def device(holder: Resource, directory: Directory) -> str:
    """What a sender calls the device of `holder`, as it may stand in a source's name."""
    told = holder.get("device")
    if not isinstance(told, dict):
        return ""
    pair = _pair(told.get("identifier"))
    if pair is not None:
        return pair[0][:_LONGEST] if pair[1] == SOURCE else named(pair[0])
    reference = told.get("reference")
    if isinstance(reference, str) and reference:
        if not reference.startswith(("#", "urn:")):
            return named(_tail(_path(reference))[2] or reference)
        found = directory.find(reference, holder)
        if found is not None:
            return named(_device_name(found))
    display = told.get("display")
    return named(display) if isinstance(display, str) else ""


def _device_name(resource: Resource) -> str:
    identifier = best_identifier(resource.get("identifier"))
    if identifier is not None:
        return identifier[0]
    told = (resource.get(key) for key in ("serialNumber", "id", "modelNumber", "manufacturer"))
    return next((each for each in told if isinstance(each, str) and each), "")


def named(text: str) -> str:
    """A sender's own name for a device or a code, as it may stand in a source's name."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._:-") else "_" for c in text.strip())
    return kept[:_LONGEST_SOURCE]


def text(value: object) -> str:
    """`value` where it is a string; "" for anything else."""
    return value if isinstance(value, str) else ""


def codings(concept: object) -> list[tuple[str, str]]:
    """The systems and codes of a CodeableConcept; what is none has none."""
    told = concept.get("coding") if isinstance(concept, dict) else None
    found = []
    for each in told if isinstance(told, list) else []:
        if isinstance(each, dict):
            system, code = each.get("system", ""), each.get("code")
            if isinstance(code, str) and isinstance(system, str):
                found.append((system, code))
    return found
