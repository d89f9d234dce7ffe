"""Which facts a text holds, and which of them it must state."""

from collections.abc import Sequence
from dataclasses import replace

from sereno.domain.evidence import Fact, FactKind, Severity
from sereno.scoring.evidence.case import CORE_SIGNALS

# How many facts a text holds before optional ones are left out: what a reader takes in.
MAX_FACTS = 14


def plan(facts: Sequence[Fact]) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Which facts stay, numbered in order, and the ids of those that a text must state."""
    order = range(len(facts))
    must = [n for n in order if _required(facts[n])]
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
