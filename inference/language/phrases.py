"""Evidence laid out as blocks: one sentence each, in every phrasing that it may take.

Measures that follow each other share a block, as do open alarms of one priority and state; every
other fact has its own. The order is the
evidence's. Facts of one kind share its phrasings out among them, so that a text does not repeat
itself.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations, groupby
from types import ModuleType

from inference.language import english, english_answers, spanish, spanish_answers
from inference.language.blocks import Block, finished, recency, share, shares_of
from inference.language.plain import compose_plain
from inference.language.style import Style, Told, of_evidence
from sereno.domain.evidence import SECTIONS, Evidence, Fact, FactKind, Form, Section, Sentence
from sereno.domain.questions import Lead
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Language

__all__ = ["Block", "compose"]

# With more optional values than this in a list, they are told all or none: subsets double.
_FREE_CHOICES = 4


def compose(
    evidence: Evidence, language: Language, form: Form = Form.HANDOVER
) -> tuple[Block, ...]:
    """The blocks of a text about `evidence` in `language`, in order, in the sections of `form`."""
    if form is Form.PATIENT:
        return compose_plain(evidence, language)
    words = spanish if language is Language.SPANISH else english
    style = of_evidence(evidence, language)
    shares = shares_of(evidence.facts)
    blocks: list[Block] = []
    for _, group in groupby(evidence.facts, key=lambda fact: _together(fact, evidence)):
        run = list(group)
        if run[0].kind is FactKind.MEASURE:
            block = _list_block(run, evidence, style, words)
        elif run[0].kind is FactKind.RANGE:
            block = _range_block(run, evidence, style, words)
        elif len(run) > 1:
            cited = tuple(fact.id for fact in run)
            said = tuple(Sentence(text, cited) for text in finished(words.alarms(run, style)))
            block = Block(said, optional=False)
        else:
            block = _sentence_block(run[0], evidence, style, words, shares[run[0].id])
        blocks.append(_placed(block, SECTIONS[run[0].kind]) if form.sectioned else block)
    return tuple(blocks)


def _placed(block: Block, section: Section) -> Block:
    return replace(block, phrasings=tuple(replace(s, section=section) for s in block.phrasings))


def _together(fact: Fact, evidence: Evidence) -> tuple[object, ...]:
    """What facts that share a sentence have in common: measures, and open alarms of one state."""
    if fact.kind in (FactKind.MEASURE, FactKind.RANGE):
        return (fact.kind,)
    gone = fact.labels.get("gone")
    alone = "brief" in fact.labels or "ended" in fact.times or "state" in fact.labels
    unanswered = fact.kind is FactKind.ALARM and not alone and fact.labels.get("operator") == "none"
    if unanswered and gone != "returned" and fact.id in evidence.required:
        technical = Condition(fact.labels["condition"]).technical
        return (
            fact.kind,
            fact.labels["priority"],
            technical,
            fact.ongoing,
            gone,
        )
    return (fact.kind, fact.id)


def _sentence_block(
    fact: Fact, evidence: Evidence, style: Style, words: ModuleType, its_share: tuple[int, int]
) -> Block:
    known = words.PHRASINGS.get(fact.kind) or _answers(style.language).PHRASINGS[fact.kind]
    texts = share(finished(known(Told(fact, style))), *its_share)
    said = tuple(Sentence(text, (fact.id,)) for text in texts)
    return Block(said, fact.id not in evidence.required)


def _answers(language: Language) -> ModuleType:
    return spanish_answers if language is Language.SPANISH else english_answers


def lead_text(lead: Lead, language: Language) -> str:
    """The first words of an answer in `language`; nothing where the facts speak for themselves."""
    text: str = _answers(language).lead(lead)
    return text


def _list_block(facts: list[Fact], evidence: Evidence, style: Style, words: ModuleType) -> Block:
    must = [fact.id for fact in facts if fact.id in evidence.required]
    said = tuple(
        Sentence(text, tuple(fact.id for fact in chosen))
        for chosen in _subsets(facts, must)
        for text in _lists(chosen, style, words)
    )
    return Block(said, not must)


def _range_block(facts: list[Fact], evidence: Evidence, style: Style, words: ModuleType) -> Block:
    must = [fact.id for fact in facts if fact.id in evidence.required]
    said = tuple(
        Sentence(text, tuple(fact.id for fact in chosen))
        for chosen in _subsets(facts, must)
        for text in finished(words.ranges([Told(fact, style) for fact in chosen]))
    )
    return Block(said, not must)


def _subsets(facts: list[Fact], must: list[str]) -> list[list[Fact]]:
    """The selections that hold all that must be told, the fullest first, none of them empty."""
    free = [fact for fact in facts if fact.id not in must]
    sizes = range(len(free), -1, -1) if len(free) <= _FREE_CHOICES else (len(free), 0)
    chosen = [
        [fact for fact in facts if fact.id in must or fact in picked]
        for size in sizes
        for picked in combinations(free, size)
    ]
    return [subset for subset in chosen if subset]


def _lists(facts: list[Fact], style: Style, words: ModuleType) -> list[str]:
    """Values of one moment share its time: "now ..., ...; at 08:00: ..., ..."."""
    moments: dict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(facts, key=recency):
        moments["" if fact.ongoing else style.clock(fact.times["at"])].append(fact)
    clauses = [
        [f"{lead.format(clock)}{_listed(told, style, words)}" for lead in _leads(clock, words)]
        for clock, told in moments.items()
    ]
    plain = [clause[0] for clause in clauses[1:]]
    return finished("; ".join([first, *plain]) for first in clauses[0])


def _leads(clock: str, words: ModuleType) -> tuple[str, ...]:
    leads: tuple[str, ...] = words.PAST_LEADS if clock else words.FRESH_LEADS
    return leads


def _listed(facts: list[Fact], style: Style, words: ModuleType) -> str:
    return ", ".join(words.WORDS.reading(Told(fact, style)) for fact in facts)
