"""Which facts a text of each form must state, and which it may (evidence.md, "Order and plan")."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from inference.evaluation.reference.facts import Expected
from sereno.domain.evidence import FactKind, Form
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Signal

_MOST: Final[Mapping[Form, int]] = MappingProxyType(
    {Form.HANDOVER: 14, Form.SHIFT: 22, Form.TREND: 22, Form.LINE: 0, Form.PATIENT: 0}
)
_LEFT_OUT: Final[Mapping[Form, frozenset[FactKind]]] = MappingProxyType(
    {
        Form.LINE: frozenset({FactKind.RANGE, FactKind.NOTE}),
        Form.HANDOVER: frozenset({FactKind.RANGE}),
        Form.SHIFT: frozenset(),
        Form.TREND: frozenset({FactKind.ALARM, FactKind.RESPONSE, FactKind.NOTE}),
        Form.PATIENT: frozenset({FactKind.RANGE, FactKind.RESPONSE, FactKind.NOTE}),
    }
)
_TELLING: Final = frozenset(
    {FactKind.MEASURE, FactKind.CHANGE, FactKind.EXTREME, FactKind.EPISODE, FactKind.GROUP}
)
_SERIOUS: Final = 2
_HOUR: Final = timedelta(hours=1)


def planned(facts: Sequence[Expected], form: Form) -> tuple[Expected, ...]:
    """All that a text must state, and of the others the most severe up to the form's bound."""
    marked = [
        replace(fact, required=fact.required or fact.severity >= _SERIOUS or _fever(fact))
        for fact in facts
        if fact.kind not in _LEFT_OUT[form]
    ]
    if form is Form.LINE:
        return tuple(replace(fact, required=True) for fact in _leading(marked))
    if form is Form.PATIENT:
        return tuple(_for_the_patient([fact for fact in marked if fact.required]))
    return tuple(_bounded(marked, _MOST[form]))


def _fever(fact: Expected) -> bool:
    happened = fact.kind in (FactKind.EXTREME, FactKind.EPISODE, FactKind.GROUP)
    return happened and fact.signal is Signal.TEMPERATURE and fact.direction is Direction.HIGH


def _bounded(facts: Sequence[Expected], most: int) -> list[Expected]:
    counted = sum(fact.required and fact.kind is not FactKind.RESPONSE for fact in facts)
    others = [fact for fact in facts if not fact.required]
    others.sort(key=lambda fact: -fact.severity)
    kept = {id(fact) for fact in others[: max(0, most - counted)]}
    return [fact for fact in facts if fact.required or id(fact) in kept]


def _leading(facts: Sequence[Expected]) -> list[Expected]:
    """The score, and the first that there is of what a line tells."""
    ranked = sorted(facts, key=lambda fact: -fact.severity)
    choices: tuple[Callable[[Expected], bool], ...] = (
        lambda fact: _limit(fact) and fact.ongoing,
        lambda fact: fact.kind in _TELLING and fact.severity >= _SERIOUS,
        _limit,
        lambda fact: fact.kind is FactKind.ALARM and fact.ongoing,
        lambda fact: fact.kind is FactKind.GAP,
    )
    first = (next(filter(choice, ranked), None) for choice in choices)
    lead = next((fact for fact in first if fact is not None), None)
    return [fact for fact in facts if fact is lead or fact.kind is FactKind.SCORE]


def _limit(fact: Expected) -> bool:
    return fact.labels.get("condition") == "limit"


def _for_the_patient(facts: Sequence[Expected]) -> list[Expected]:
    """Nothing of the equipment, one alarm a side of a signal, and each thing once."""
    alarms: dict[tuple[object, ...], Expected] = {}
    for fact in _alarms(facts):
        key = (fact.labels["condition"], fact.signal, fact.direction)
        alarms[key] = min(alarms.get(key, fact), fact, key=_precedence)
    told = {id(alarm) for alarm in alarms.values()}
    going = {
        (fact.signal, fact.direction) for fact in alarms.values() if fact.ongoing and _limit(fact)
    }
    left = [
        fact
        for fact in facts
        if (id(fact) in told if fact.kind is FactKind.ALARM else _is_the_patients(fact))
        and not (
            fact.kind is FactKind.EPISODE
            and fact.ongoing
            and (fact.signal, fact.direction) in going
        )
    ]
    return [
        fact
        for n, fact in enumerate(left)
        if not any(_hides(other, fact, earlier=m < n) for m, other in enumerate(left) if m != n)
    ]


def _hides(one: Expected, other: Expected, *, earlier: bool) -> bool:
    """Whether an episode or group is told instead of another on its side, that overlaps it."""
    beyond = (FactKind.EPISODE, FactKind.GROUP)
    if one.kind not in beyond or other.kind not in beyond:
        return False
    if (one.signal, one.direction) != (other.signal, other.direction):
        return False
    apart = (not one.ongoing and one.times["end"] < other.times["start"]) or (
        not other.ongoing and other.times["end"] < one.times["start"]
    )
    if apart:
        return False
    return _length(one) > _length(other) or (earlier and _length(one) == _length(other))


def _length(episode: Expected) -> timedelta:
    return episode.durations.get("total", episode.durations.get("length", timedelta(0)))


def _alarms(facts: Iterable[Expected]) -> list[Expected]:
    theirs = ("limit", "score")
    return [f for f in facts if f.kind is FactKind.ALARM and f.labels["condition"] in theirs]


def _precedence(alarm: Expected) -> tuple[object, ...]:
    answered = alarm.labels.get("operator") == "acknowledged"
    return (not alarm.ongoing, answered, alarm.times["start"])


def _is_the_patients(fact: Expected) -> bool:
    if fact.kind is FactKind.SCORE:
        return fact.labels.get("not_scored") in ("under_16", "pregnant")
    between = fact.labels.get("extent") == "between"
    return not between or fact.durations["length"] >= _HOUR
