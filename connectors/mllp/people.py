"""Whom a message is about: PID, PV1 and MRG."""

from collections.abc import Sequence
from typing import Final

from connectors.mllp.parsing import Delimiters, Segment, at
from connectors.mllp.times import day
from sereno.domain.stream import Subject

# Which of several identifiers finds a patient again (HL7 table 0203), the best first. A visit's
# or an account's number is of no use: the next stay has another.
_KINDS: Final = ("MR", "PI", "PN", "PT", "", "U", "NI", "NNESP", "JHN", "SS", "HC", "PPN", "DL")
_NOT_A_PATIENTS: Final = frozenset({"AN", "VN", "ANON", "ANC", "ANT", "BC"})
_NULL: Final = '""'
_LONGEST: Final = 200  # characters of an identifier or a name
_LEGAL: Final = frozenset({"L", "D"})  # legal name, display name (table 0200)
_PREGNANT: Final = "B6"  # table 0009, ambulatory status
_UNKNOWN_SEX: Final = frozenset({"", "U", "N", _NULL})
_NAME_TYPE: Final = 6  # components before XPN.7
_PID_READ: Final = (2, 3, 4, 5, 7, 8)  # identifiers, name, birth date, sex
_PV1_READ: Final = (3, 15)  # the bed, and whether she is pregnant
MOST_SUBJECTS: Final = 1024  # that are remembered

Told = tuple[tuple[str, ...] | None, tuple[str, ...] | None, Delimiters]


def told(pid: Segment | None, pv1: Segment | None, delimiters: Delimiters) -> Told:
    """What a patient's segments say of who is meant, and nothing else."""
    return (
        tuple([at(pid, field) for field in _PID_READ]) if pid else None,
        tuple([at(pv1, field) for field in _PV1_READ]) if pv1 else None,
        delimiters,
    )


def subject(key: Told) -> Subject | None:
    """Who is meant: a patient by identifier, else whoever lies in the bed, else nobody."""
    pid, stay, delimiters = key
    bed = bed_label(stay[0], delimiters) if stay else None
    found = _identifier(pid[:3], delimiters) if pid else None
    if pid is None or found is None:
        return Subject.in_bed(bed) if bed else None
    return Subject(
        identifier=found[0],
        authority=found[1],
        name=_name(pid[3], delimiters),
        birth_date=day(delimiters.first(pid[4])),
        sex=_sex(delimiters.first(pid[5])),
        bed=bed,
        pregnant=True if stay and _pregnant(stay[1], delimiters) else None,
    )


def former(mrg: Segment, delimiters: Delimiters) -> Subject | None:
    """Who the patient was before a merge (MRG-1)."""
    found = _best(at(mrg, 1), delimiters)
    return Subject(identifier=found[0], authority=found[1]) if found else None


def identifier(pid: Segment, delimiters: Delimiters) -> tuple[str, str] | None:
    """The patient's identifier and its assigning authority; older senders use PID-2 and PID-4."""
    return _identifier([at(pid, field) for field in _PID_READ[:3]], delimiters)


def _identifier(fields: Sequence[str], delimiters: Delimiters) -> tuple[str, str] | None:
    """Of PID-2, PID-3 and PID-4."""
    external, internal, alternate = fields
    for field in (internal, external, alternate):
        if found := _best(field, delimiters):
            return found
    return None


def bed_label(field: str, delimiters: Delimiters) -> str | None:
    """A location (PL: point of care, room, bed) as a ward would say it; None where it is empty.

    What a part repeats of the parts before it is said once: `ICU^ICU-4^ICU-4-B` is ICU-4-B.
    """
    first = field.partition(delimiters.repetition)[0]
    parts = [
        delimiters.plain(part.partition(delimiters.sub)[0]).strip()
        for part in first.split(delimiters.component)[:3]
    ]
    said: list[str] = []
    for part in parts:
        if part and part != _NULL:
            said = [each for each in said if not part.startswith(each)]
            said.append(part)
    return " ".join(said)[:_LONGEST] or None


def _best(field: str, delimiters: Delimiters) -> tuple[str, str] | None:
    found: list[tuple[int, int, str, str]] = []
    if not field:
        return None
    for place, repetition in enumerate(field.split(delimiters.repetition)):
        parts = repetition.split(delimiters.component)
        number = delimiters.plain(parts[0].partition(delimiters.sub)[0]).strip()[:_LONGEST]
        kind = delimiters.plain(parts[4]).strip().upper() if len(parts) > 4 else ""
        if not number or number == _NULL or kind in _NOT_A_PATIENTS:
            continue
        rank = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
        found.append((rank, place, number, _authority(parts, delimiters)))
    if not found:
        return None
    _, _, number, authority = min(found)
    return number, authority


def _authority(parts: list[str], delimiters: Delimiters) -> str:
    """CX-4: its namespace, or where it has none its universal identifier."""
    if len(parts) < 4:
        return ""
    names = [delimiters.plain(part).strip() for part in parts[3].split(delimiters.sub)[:2]]
    return next((name for name in names if name and name != _NULL), "")[:_LONGEST]


def _name(field: str, delimiters: Delimiters) -> str | None:
    """Given name, second name and family name; the legal one of several."""
    names = [each.split(delimiters.component) for each in field.split(delimiters.repetition)]
    legal = [name for name in names if name[_NAME_TYPE : _NAME_TYPE + 1] in [[k] for k in _LEGAL]]
    family, given, second = (*(legal or names)[0], "", "", "")[:3]
    parts = [given, second, family.partition(delimiters.sub)[0]]
    said = [delimiters.plain(part).strip() for part in parts]
    return " ".join(part for part in said if part and part != _NULL)[:_LONGEST] or None


def _sex(text: str) -> str | None:
    text = text.strip().upper()
    return None if text in _UNKNOWN_SEX else text[:1]


def _pregnant(field: str, delimiters: Delimiters) -> bool:
    return any(
        delimiters.first(each) == _PREGNANT for each in field.split(delimiters.repetition) if each
    )
