"""Evidence laid out as blocks: one sentence each, in every phrasing that it may take.

Measures of one section of ABCDE that follow each other share a block; every other fact has its
own. The order is the evidence's.
"""

from dataclasses import dataclass
from itertools import combinations, groupby
from types import ModuleType

from inference.language import english, spanish
from inference.language.style import Style, of_evidence
from sereno.domain.evidence import Evidence, Fact, FactKind, Sentence
from sereno.domain.vitals import Language
from sereno.scoring.evidence import SECTION

# So that one list never has more phrasings than its subsets times its leads.
_LONGEST_LIST = 4


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


def compose(evidence: Evidence, language: Language) -> tuple[Block, ...]:
    """The blocks of a text about `evidence` in `language`, in order."""
    words = spanish if language is Language.SPANISH else english
    style = of_evidence(evidence, language)
    blocks: list[Block] = []
    for listed, facts in groupby(evidence.facts, key=_list_key):
        run = list(facts)
        if listed is None:
            blocks += [_sentence_block(fact, evidence, style, words) for fact in run]
            continue
        for i in range(0, len(run), _LONGEST_LIST):
            blocks.append(_list_block(run[i : i + _LONGEST_LIST], evidence, style, words))
    return tuple(blocks)


def _list_key(fact: Fact) -> int | None:
    """What measures that share a list have in common; None for a fact with its own sentence."""
    if fact.kind is not FactKind.MEASURE or fact.signal is None:
        return None
    return int(SECTION.get(fact.signal, 0))


def _sentence_block(fact: Fact, evidence: Evidence, style: Style, words: ModuleType) -> Block:
    texts = dict.fromkeys(words.sentences(fact, style))
    said = tuple(Sentence(text, (fact.id,)) for text in texts)
    return Block(said, fact.id not in evidence.required)


def _list_block(facts: list[Fact], evidence: Evidence, style: Style, words: ModuleType) -> Block:
    must = {fact.id for fact in facts if fact.id in evidence.required}
    sizes = range(len(facts), 0, -1)
    subsets = [
        chosen
        for size in sizes
        for chosen in combinations(facts, size)
        if must <= {fact.id for fact in chosen}
    ]
    said = tuple(
        Sentence(text, tuple(fact.id for fact in chosen))
        for chosen in subsets
        for text in _lists(list(chosen), style, words)
    )
    return Block(said, not must)


def _lists(facts: list[Fact], style: Style, words: ModuleType) -> list[str]:
    listed = ", ".join(words.item(fact, style) for fact in facts)
    texts = [f"{words.capital(listed)}."]
    lead = words.LEADS.get(SECTION[facts[0].signal]) if facts[0].signal else None
    if lead:
        texts.append(f"{lead}: {listed}.")
    if all(fact.ongoing for fact in facts):
        texts.append(f"{words.NOW} {listed}.")
    return texts
