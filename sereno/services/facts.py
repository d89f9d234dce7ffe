"""What a fact is about, by one rule for whoever shows facts in a line."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sereno.domain.evidence import Fact
from sereno.domain.surveillance import Condition, ScoreKind
from sereno.domain.vitals import Signal

_SCORES: Final[Mapping[ScoreKind, str]] = MappingProxyType(
    {ScoreKind.NEWS2: "NEWS2", ScoreKind.QSOFA: "qSOFA"}
)


def about(fact: Fact, name: Callable[[Signal], str], wrong: Callable[[Condition], str]) -> str:
    """The signals, the score, what is wrong with the equipment, or who wrote a note.

    `name` says a signal, `wrong` a technical condition.
    """
    condition = Condition(fact.labels["condition"]) if "condition" in fact.labels else None
    if score := fact.labels.get("score"):
        return _SCORES[ScoreKind(score)]
    if condition is Condition.SCORE:  # its signals are what a score misses
        return _SCORES[ScoreKind.NEWS2]
    told = [name(each) for each in ((fact.signal,) if fact.signal else fact.signals)]
    if condition is not None and condition.technical:
        told.append(wrong(condition))
    return ", ".join(told) or fact.labels.get("author", "")
