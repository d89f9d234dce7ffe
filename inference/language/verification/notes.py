"""Checks what a sentence quotes of a note.

Nothing between the quotation marks is read as a claim: it must be the note's words, to the letter.
All else in the sentence says whose words they are, and nothing more.
"""

import unicodedata
from collections.abc import Sequence

from inference.language.verification.claims import need
from inference.language.verification.lexicon import Concept, Idea
from inference.language.verification.reading import Clock, Item, Mark, read
from inference.language.verification.times import Times
from sereno.domain.evidence import Fact
from sereno.domain.vitals import Language

# Opening and closing mark, and the signs that a reader could take for either.
_QUOTATION = (
    ('"', '"', frozenset("\u0022\u201c\u201d\u201e\u201f\u2033\u2036\u301d\u301e\uff02")),
    ("«", "»", frozenset("\u00ab\u00bb\u300a\u300b")),
)


def check_note(text: str, fact: Fact, times: Times, language: Language) -> None:
    """The note's time, whether it says all or a part, and its words; nothing else.

    Raises Mismatch, or NotUnderstood for other words outside the quotation.
    """
    extent = fact.labels["extent"]
    if extent == "none":
        items = _without_of(read(text, language))
        need(items[2:] == [Concept(Idea.UNQUOTED), Mark(".")], "no words of it are to be quoted")
    else:
        head = _before_quotation(text, fact.labels["text"])
        items = _without_of(read(head, language))
        need(items[2:] == [Concept(Idea.SAYS, extent), Mark(":")], "not how a note is quoted")
    need(items[:1] == [Concept(Idea.NOTE)], "it does not say that a note says it")
    clock = items[1]
    need(isinstance(clock, Clock), "it does not say of when the note is")
    if isinstance(clock, Clock):
        need(times.same(clock, fact.times["at"]), "the note is of another time")


def _before_quotation(text: str, words: str) -> str:
    """What stands before the quotation of `words`, with which the sentence ends."""
    lines = words.split("\n")
    plain = all(unicodedata.category(each)[0] != "C" for line in lines for each in line)
    need(plain and "\u2028" not in words and "\u2029" not in words, "it quotes what is not seen")
    for opening, closing, alike in _QUOTATION:
        told = " / ".join(f"{opening}{line}{closing}" for line in lines) + "."
        if text.endswith(told) and alike.isdisjoint(words):
            return text[: -len(told)]
    need(condition=False, reason="not the words of the note")
    return ""


def _without_of(items: Sequence[Item]) -> list[Item]:
    """Without the Spanish "de" before a time."""
    kept = [item for item in items if item != Concept(Idea.FROM)]
    need(len(kept) > 3 and len(items) - len(kept) < 2, "not how a note is told")
    return kept
