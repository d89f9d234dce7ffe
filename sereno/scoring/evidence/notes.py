"""Notes charted by hand as facts: what a text may quote of them, word for word.

What a note means is not read here, nor anywhere: its words are data, whatever they ask for.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sereno.domain.evidence import Fact, FactKind, Severity, Window
from sereno.domain.patients import Note

LONGEST_QUOTE: Final = 300  # characters: two or three sentences
MOST_QUOTES: Final = 2  # of one note
MOST_NOTES: Final = 3  # the newest of the window

# Where a sentence ends, if it does: see `_bounds`.
_STOP: Final = re.compile(r"[.!?…]\s+")
_ABBREVIATED: Final = re.compile(r"\b([^\W\d_]{1,3})\.\s+\Z")
# No text shows these: controls, what turns the direction of writing, what has no meaning (Unicode's
# general categories).
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# A quotation stands between marks that do not occur in it, nor what looks like them.
_MARKS: Final = (frozenset('"“”„‟″‶〝〞＂'), frozenset("«»《》"))


def note_facts(window: Window, notes: Sequence[Note]) -> list[Fact]:
    """The newest notes of the window, the last one first, each in the spans that may be quoted.

    A note of which none may be has one fact that says so: nobody is to think that there was none.
    """
    inside = [note for note in notes if window.start <= note.time <= window.end]
    newest = sorted(inside, key=lambda note: note.time)[::-1][:MOST_NOTES]
    told: dict[tuple[object, ...], Fact] = {}
    for fact in (fact for note in newest for fact in _facts(note)):
        told.setdefault(_as_told(fact), fact)  # no two sentences of a text are the same
    return list(told.values())


def _as_told(fact: Fact) -> tuple[object, ...]:
    minute = fact.times["at"].replace(second=0, microsecond=0)
    return minute, fact.labels["extent"], fact.labels["text"]


def _facts(note: Note) -> Iterator[Fact]:
    text = tidy(note.text)
    quotes = quotable(text)
    extent = "whole" if quotes == (text,) else "part"
    for quote in quotes:
        yield _fact(note, quote, extent)
    if not quotes:
        yield _fact(note, "", "none")


def _fact(note: Note, text: str, extent: str) -> Fact:
    return Fact(
        id="",
        kind=FactKind.NOTE,
        severity=Severity.NORMAL,  # nobody has judged what it says
        times={"at": note.time},
        labels={"author": note.author, "extent": extent, "text": text},
    )


def tidy(text: str) -> str:
    """A note without the space around its lines, and without empty lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def quotable(text: str) -> tuple[str, ...]:
    """The spans of a tidy note that may be quoted: all of it, else runs of whole sentences."""
    if _fits(text):
        return (text,)
    runs: list[tuple[int, int]] = []
    open_ended = False
    for start, end in _sentences(text):
        if open_ended and _fits(text[runs[-1][0] : end]):
            runs[-1] = (runs[-1][0], end)
        elif _fits(text[start:end]):
            runs.append((start, end))
            open_ended = True
        else:
            open_ended = False
    return tuple(text[start:end] for start, end in runs[:MOST_QUOTES])


def _fits(span: str) -> bool:
    lines = span.split("\n")
    seen = all(unicodedata.category(sign) not in _UNSEEN for line in lines for sign in line)
    marked = all(any(sign in marks for sign in span) for marks in _MARKS)
    return 0 < len(span) <= LONGEST_QUOTE and seen and not marked


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a tidy note begins and ends; each ends with its line at the latest."""
    start = 0
    for line in text.split("\n"):
        for first, last in pairwise([0, *_bounds(line), len(line)]):
            yield start + first, start + first + len(line[first:last].rstrip())
        start += len(line) + 1


def _bounds(line: str) -> Iterator[int]:
    """Where the next sentence of a line begins.

    None does with a small letter, nor behind a word of three letters or fewer that is not all in
    capitals (Dr., Sra., mg., but not TAC.): two sentences taken for one are quoted together, one
    taken for two might be torn apart.
    """
    for stop in _STOP.finditer(line):
        short = _ABBREVIATED.search(line[: stop.end()])
        small = line[stop.end() : stop.end() + 1].islower()
        if not small and (short is None or (len(short[1]) > 1 and short[1].isupper())):
            yield stop.end()
