"""How texts read: how varied their words are, whether they repeat themselves, how long they are."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from sereno.domain.evaluation import Wording

_WORD = re.compile(r"[^\W_]+(?:[.,:/'-][^\W_]+)*|[%°]")  # 38.2 and 104/62 are one word each
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def wording(texts: Sequence[str]) -> Wording:
    """The measures of `texts`; all zero where there are none."""
    words = [_WORD.findall(text.lower()) for text in texts]
    told = [_sentences(text) for text in texts]
    repeated = sum(len(each) - len(set(each)) for each in told)
    return Wording(
        distinct_1=_distinct(words, 1),
        distinct_2=_distinct(words, 2),
        distinct_3=_distinct(words, 3),
        repeated_sentences=_share(repeated, sum(map(len, told))),
        words=_share(sum(map(len, words)), len(texts)),
    )


def _sentences(text: str) -> list[str]:
    return [each.strip().lower() for each in _SENTENCE_END.split(text) if each.strip()]


def _distinct(texts: Sequence[Sequence[str]], size: int) -> float:
    """Different runs of `size` words among all of them; no run goes from one text to the next."""
    runs = list(chain.from_iterable(_runs(words, size) for words in texts))
    return _share(len(set(runs)), len(runs))


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
