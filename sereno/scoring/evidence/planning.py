"""Which facts a text of each form holds, and which of them it must state."""

from collections.abc import Sequence
from dataclasses import replace

from sereno.domain.evidence import Fact, FactKind, Form, Severity
from sereno.domain.surveillance import Condition
from sereno.scoring.evidence.case import CORE_SIGNALS

# How many facts a handover holds before optional ones are left out: what a reader takes in.
MAX_FACTS = 14
# The worst of each that the ward card's one line holds.
MAX_LINE_FACTS = 2


def plan(facts: Sequence[Fact], form: Form) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Which facts stay, numbered in order, and the ids of those that a text must state."""
    order = range(len(facts))
    must = [n for n in order if _required(facts[n])]
    if form is Form.LINE:
        telling = [n for n in must if _weight(facts[n]) > 0] or must
        worst = sorted(telling, key=lambda n: (-_weight(facts[n]), n))
        keep = must = sorted(worst[:MAX_LINE_FACTS])
    else:
        optional = sorted(set(order) - set(must), key=lambda n: (-facts[n].severity, n))
        keep = sorted({*must, *optional[: max(0, MAX_FACTS - len(must))]})
    names = {n: f"F{i}" for i, n in enumerate(keep, start=1)}
    chosen = tuple(replace(facts[n], id=name) for n, name in names.items())
    return chosen, tuple(name for n, name in names.items() if n in must)


def _required(fact: Fact) -> bool:
    """Open alarms, the score, gaps and the core vital signs always; the rest from SERIOUS on."""
    always = fact.kind in (FactKind.ALARM, FactKind.SCORE, FactKind.GAP)
    present = fact.kind in (FactKind.MEASURE, FactKind.CHANGE) and fact.signal in CORE_SIGNALS
    return always or present or fact.severity >= Severity.SERIOUS


def _weight(fact: Fact) -> float:
    """What leads in one line: the score first, then by severity; its own alarm adds nothing."""
    if fact.kind is FactKind.SCORE:
        return 10.0
    return 0.5 if fact.labels.get("condition") == Condition.SCORE else float(fact.severity)
