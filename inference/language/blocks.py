"""A block: one sentence of a text in every phrasing that it may take."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from inference.language.style import capital
from sereno.domain.evidence import Fact, Sentence


@dataclass(frozen=True, slots=True)
class Block:
    """The sentences, of which a text takes one, or none where the block is optional.

    The fullest come first, the plainest phrasing of them before the others.
    """

    phrasings: tuple[Sentence, ...]
    optional: bool

    @property
    def full(self) -> tuple[Sentence, ...]:
        """The phrasings that tell all of its facts."""
        most = len(self.phrasings[0].citations)
        return tuple(said for said in self.phrasings if len(said.citations) == most)


def finished(texts: Iterable[str]) -> list[str]:
    """As sentences: with a capital and a full stop."""
    return [capital(text) + "." for text in texts]


def shares_of(facts: Iterable[Fact]) -> dict[str, tuple[int, int]]:
    """Which of how many shares of its kind's phrasings each fact may use."""
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for fact in facts:
        alike[fact.kind, fact.direction, fact.labels.get("extent")].append(fact.id)
    return {ids[i]: (i, len(ids)) for ids in alike.values() for i in range(len(ids))}


def share(texts: Iterable[str], which: int, of: int) -> list[str]:
    """One share of them, never empty."""
    different = list(dict.fromkeys(texts))
    shares = min(of, len(different))
    return different[which % shares :: shares]


def recency(fact: Fact) -> float:
    """Present values first, then the latest minute; a stable sort keeps the order of the rest."""
    return float("-inf") if fact.ongoing else -(fact.times["at"].timestamp() // 60)
