"""Where the program's facts and the reference's differ, field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeVar

from inference.evaluation.reference.facts import Expected
from sereno.domain.evidence import Evidence, Fact, FactKind

_Fact = TypeVar("_Fact", Expected, Fact)

_NOISE: Final = 1e-6
_EPISODES: Final = (FactKind.EPISODE, FactKind.GROUP)
# What a fact holds beyond what docs/reference/evidence.md defines.
_BEYOND_THE_DOCUMENT: Final = frozenset(
    {
        ("score", "times.at"),
        ("score", "labels.score"),
        ("response", "times.at"),
        ("response", "labels.score"),
        ("change", "durations.length"),
    }
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference: the kind of fact, which one, the field, and what either side says.

    `field` is "missing" where the program lacks the fact, "extra" where the reference does.
    `required` says whether a text must state the fact.
    """

    kind: str
    what: str
    field: str
    expected: object
    found: object
    required: bool


def disagreements(expected: Sequence[Expected], evidence: Evidence) -> list[Disagreement]:
    """Every difference between what the facts must say and what they say.

    The signals of an alarm of the equipment are compared by `signals`, its `signal` is not.
    """
    wanted, found = _by_name(expected), _by_name(evidence.facts)
    return [
        difference
        for name in sorted({*wanted, *found})
        for one, other in zip_longest(wanted.get(name, ()), found.get(name, ()))
        for difference in _compare(name, one, other, evidence.required)
    ]


def _by_name(facts: Iterable[_Fact]) -> dict[str, list[_Fact]]:
    named: dict[str, list[_Fact]] = {}
    for fact in facts:
        named.setdefault(_name(fact), []).append(fact)
    return named


def _name(fact: Expected | Fact) -> str:
    """What a fact is about; an episode and a group beyond one threshold are about the same."""
    beyond = f"episode {fact.values['threshold']:g}" if fact.kind in _EPISODES else ""
    kind = beyond or fact.kind.value
    words = [kind, *(fact.labels.get(label, "") for label in ("extent", "condition", "priority"))]
    if fact.labels.get("condition") in (None, "limit"):
        words += [fact.signal or "", fact.direction or ""]
    return " ".join(word for word in words if word)


def _compare(
    name: str, one: Expected | None, other: Fact | None, required: Sequence[str]
) -> list[Disagreement]:
    kind = name.partition(" ")[0]
    if one is None or other is None:
        must = one.required if one else bool(other and other.id in required)
        return [Disagreement(kind, name, "extra" if one is None else "missing", one, other, must)]
    left, right = _flat(one), _flat(other)
    left["required"], right["required"] = one.required, other.id in required
    return [
        Disagreement(kind, name, field, left.get(field), right.get(field), one.required)
        for field in sorted({*left, *right})
        if (kind, field) not in _BEYOND_THE_DOCUMENT
        and not _alike(left.get(field), right.get(field))
    ]


def _flat(fact: Expected | Fact) -> dict[str, object]:
    """All fields by name, those of the mappings one by one."""
    fields: dict[str, object] = {
        "kind": fact.kind,
        "severity": int(fact.severity),
        "value": fact.value,
        "signals": frozenset(fact.signals),
        "ongoing": fact.ongoing,
    }
    mappings: dict[str, Mapping[str, object]] = {
        "values": fact.values,
        "times": fact.times,
        "durations": fact.durations,
        "labels": fact.labels,
    }
    for name, mapping in mappings.items():
        fields |= {f"{name}.{key}": value for key, value in mapping.items()}
    return fields


def _alike(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < _NOISE
    return one == other
