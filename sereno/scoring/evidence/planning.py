"""Which facts a text holds, in which order, and which of them it must state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from sereno.domain.evidence import SECTIONS, Fact, FactKind, Form, Section, Severity
from sereno.domain.surveillance import Condition, Direction
from sereno.domain.vitals import Signal
from sereno.scoring.evidence.case import CORE_SIGNALS
from sereno.scoring.evidence.usual import NO_ADULT_RANGES

_HAPPENED = frozenset({FactKind.CHANGE, FactKind.EXTREME, FactKind.EPISODE, FactKind.GROUP})
_TELLING = _HAPPENED | {FactKind.MEASURE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlan:
    """The facts of one form: their kinds, in order, and how many are told at most.

    Kinds that stand together keep the order in which the facts were gathered. More than `most`
    are told where they are required; what the protocol asks for does not count.
    """

    order: Sequence[frozenset[FactKind]]
    most: int

    def place(self, fact: Fact) -> int | None:
        """Where the fact's kind stands; None where the form has no place for it."""
        return next((n for n, kinds in enumerate(self.order) if fact.kind in kinds), None)


def _of(*kinds: FactKind) -> frozenset[FactKind]:
    return frozenset(kinds)


def _sbar(*left_out: FactKind) -> tuple[frozenset[FactKind], ...]:
    kinds = {each: {k for k, section in SECTIONS.items() if section is each} for each in Section}
    return tuple(frozenset(kinds[each] - set(left_out)) for each in Section)


# As many facts as a reader takes in: some more of a whole shift, and few on a card.
PLANS: Mapping[Form, FormPlan] = MappingProxyType(
    {
        Form.LINE: FormPlan(
            order=(frozenset(set(FactKind) - {FactKind.RANGE, FactKind.NOTE}),), most=0
        ),
        Form.HANDOVER: FormPlan(order=_sbar(FactKind.RANGE), most=14),
        Form.SHIFT: FormPlan(order=_sbar(), most=22),
        Form.TREND: FormPlan(
            order=(_of(FactKind.RANGE), _HAPPENED | {FactKind.GAP}, _of(FactKind.MEASURE),
                   _of(FactKind.SCORE)),
            most=22,
        ),
        Form.PATIENT: FormPlan(
            order=(_of(FactKind.MEASURE), _of(FactKind.SCORE), _of(FactKind.ALARM), _HAPPENED,
                   _of(FactKind.GAP)),
            most=0,
        ),
    }
)  # fmt: skip
# A shorter silence between two values does not matter to the patient.
LEAST_TOLD_GAP = timedelta(hours=1)


def holds(form: Form, kind: FactKind) -> bool:
    """Whether a text of `form` may tell facts of that kind."""
    return any(kind in kinds for kinds in PLANS[form].order)


def plan(
    facts: Sequence[Fact], form: Form = Form.HANDOVER
) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Which facts stay, numbered in order, and the ids of those that a text must state."""
    told = _SELECTED[form](facts) if form in _SELECTED else facts
    planned = PLANS[form]
    places = {n: place for n, fact in enumerate(told) if (place := planned.place(fact)) is not None}
    must = {n for n in places if form is Form.LINE or _required(told[n])}
    # The newest note is the first: what somebody thought worth writing down is not left out by
    # whoever did not read it, and of what no sensor measures it is all that the record holds.
    must |= set([n for n in places if told[n].kind is FactKind.NOTE][:1])
    optional = sorted(set(places) - must, key=lambda n: (-told[n].severity, n))
    counted = sum(told[n].kind is not FactKind.RESPONSE for n in must)
    keep = {*must, *optional[: max(0, planned.most - counted)]}
    names = {n: f"F{i}" for i, n in enumerate(sorted(keep, key=lambda n: (places[n], n)), start=1)}
    chosen = tuple(replace(told[n], id=name) for n, name in names.items())
    return chosen, tuple(name for n, name in names.items() if n in must)


def _required(fact: Fact) -> bool:
    """Open alarms, the score and what it asks for, gaps, the core signals, and what is serious."""
    always = fact.kind in (FactKind.ALARM, FactKind.SCORE, FactKind.RESPONSE, FactKind.GAP)
    core = fact.kind in (FactKind.MEASURE, FactKind.CHANGE, FactKind.RANGE)
    grave = fact.severity >= Severity.SERIOUS or _was_a_fever(fact)
    return always or (core and fact.signal in CORE_SIGNALS) or grave


def _was_a_fever(fact: Fact) -> bool:
    """Whether it tells of a temperature that gave points: everybody asks, though it be over."""
    beyond = fact.kind in _HAPPENED and fact.severity >= Severity.NOTABLE
    return beyond and fact.signal is Signal.TEMPERATURE and fact.direction is Direction.HIGH


def _leading(facts: Sequence[Fact]) -> list[Fact]:
    """The score, and the one thing that matters most: what alarms now, else what was serious."""
    choices: tuple[Callable[[Fact], bool], ...] = (
        lambda fact: _is_alarm(fact) and fact.ongoing,
        lambda fact: fact.kind in _TELLING and fact.severity >= Severity.SERIOUS,
        _is_alarm,
        lambda fact: fact.kind is FactKind.ALARM and fact.ongoing,
        lambda fact: fact.kind is FactKind.GAP,
    )
    ranked = sorted(facts, key=lambda fact: -fact.severity)
    lead = next((fact for fits in choices for fact in ranked if fits(fact)), None)
    return [fact for fact in facts if fact is lead or fact.kind is FactKind.SCORE]


def _for_the_patient(facts: Sequence[Fact]) -> list[Fact]:
    """What is the patient's to know: nothing of the equipment, and of a score only its absence.

    A score that is not made for them says that the usual ranges are not either. In words without
    limits two alarms about one side of a signal say the same: one of them is told. So do episodes
    beyond two limits at one time: the longer are.
    """
    theirs = [fact for fact in facts if not _is_the_staffs(fact)]
    alarms: dict[object, Fact] = {}
    for fact in sorted(filter(_is_an_alarm, theirs), key=_standing_for):
        alarms.setdefault(_about(fact), fact)
    told = [fact for fact in theirs if fact is alarms.get(_about(fact), fact)]
    left = [fact for fact in told if not _is_told(fact, alarms)]
    stretches = [fact for fact in left if fact.kind in (FactKind.EPISODE, FactKind.GROUP)]
    longest: list[Fact] = []
    for fact in sorted(stretches, key=_lasted, reverse=True):
        if not any(_say_the_same(fact, other) for other in longest):
            longest.append(fact)
    return [fact for fact in left if fact not in stretches or fact in longest]


def _say_the_same(one: Fact, other: Fact) -> bool:
    """Whether they lie on one side of a signal and overlap; what goes on has no end."""
    if (one.signal, one.direction) != (other.signal, other.direction):
        return False
    first, second = sorted((one, other), key=lambda fact: fact.times["start"])
    return first.ongoing or second.times["start"] <= first.times["end"]


def _lasted(fact: Fact) -> timedelta:
    return fact.durations["length" if fact.kind is FactKind.EPISODE else "total"]


def _is_an_alarm(fact: Fact) -> bool:
    return fact.kind is FactKind.ALARM


def _about(fact: Fact) -> tuple[object, ...]:
    """What makes two alarms one for the patient; of another fact itself."""
    if fact.kind is not FactKind.ALARM:
        return (id(fact),)
    return (fact.labels["condition"], fact.signal, fact.direction)


def _standing_for(fact: Fact) -> tuple[object, ...]:
    """Of several alarms the present one first, one that waits for somebody, and the earliest."""
    answered = fact.labels["operator"] == "acknowledged"
    return (not fact.ongoing, answered, fact.times["start"])


def _is_the_staffs(fact: Fact) -> bool:
    if fact.kind is FactKind.ALARM:
        return Condition(fact.labels["condition"]).technical
    if fact.kind is FactKind.SCORE:
        return fact.labels.get("not_scored") not in NO_ADULT_RANGES
    between = fact.labels.get("extent") == "between"
    return between and fact.durations["length"] < LEAST_TOLD_GAP


def _is_told(fact: Fact, alarms: Mapping[object, Fact]) -> bool:
    """Whether an open alarm says the same of an episode that goes on."""
    alarm = alarms.get((Condition.LIMIT, fact.signal, fact.direction))
    going_on = fact.kind is FactKind.EPISODE and fact.ongoing
    return going_on and alarm is not None and alarm.ongoing


def _is_alarm(fact: Fact) -> bool:
    """Whether it is an alarm about the patient's own signals: the score is told in any case."""
    return fact.kind is FactKind.ALARM and fact.labels["condition"] == Condition.LIMIT


_SELECTED: Mapping[Form, Callable[[Sequence[Fact]], list[Fact]]] = MappingProxyType(
    {Form.LINE: _leading, Form.PATIENT: _for_the_patient}
)
