"""Evidence laid out as blocks for the patient: what is as usual in one sentence, the rest apart."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import ModuleType

from inference.language import plain_english, plain_spanish
from inference.language.blocks import Block, finished, recency, share, shares_of
from inference.language.plain_style import PlainStyle, PlainTold
from inference.language.style import of_evidence
from sereno.domain.evidence import Evidence, FactKind, Sentence
from sereno.domain.vitals import Language
from sereno.scoring.evidence.usual import Standing, ranges_hold


def compose_plain(evidence: Evidence, language: Language) -> tuple[Block, ...]:
    """The blocks of a text for the patient: the values first, and every fact told."""
    words = plain_spanish if language is Language.SPANISH else plain_english
    style = of_evidence(evidence, language, PlainStyle)
    adult = ranges_hold(evidence.facts)
    told = [PlainTold(fact, style, adult) for fact in evidence.facts]
    usual = [each for each in told if _is_usual(each)]
    others = [each for each in told if not _is_usual(each)]
    shares = shares_of(each.fact for each in others)
    return (
        *_usual(usual, words),
        *(_block(finished(_phrasings(each, words)), [each], *shares[each.fact.id])
          for each in others),
    )  # fmt: skip


def _is_usual(told: PlainTold) -> bool:
    return told.fact.kind is FactKind.MEASURE and told.standing is Standing.USUAL


def _usual(told: Iterable[PlainTold], words: ModuleType) -> Iterator[Block]:
    """What is as usual, in a sentence for each moment, the present one first."""
    moments: dict[str, list[PlainTold]] = defaultdict(list)
    for each in sorted(told, key=lambda each: recency(each.fact)):
        moments["" if each.fact.ongoing else each.time("at")].append(each)
    for number, (clock, group) in enumerate(moments.items()):
        texts = finished(words.usual([each.signal for each in group], clock))
        yield _block(texts, group, number, len(moments))


def _phrasings(told: PlainTold, words: ModuleType) -> Iterable[str]:
    texts: Iterable[str] = words.PHRASINGS[told.fact.kind](told)
    return texts


def _block(texts: Iterable[str], told: Iterable[PlainTold], which: int, of: int) -> Block:
    cited = tuple(each.fact.id for each in told)
    return Block(tuple(Sentence(text, cited) for text in share(texts, which, of)), optional=False)
