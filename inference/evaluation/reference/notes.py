"""The facts of notes: evidence.md, "Notes"."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from inference.evaluation.reference.facts import Expected
from sereno.domain.evidence import FactKind, Window
from sereno.domain.patients import Note

_LONGEST: Final = 300
_SPANS: Final = 2
_NOTES: Final = 3
_DOUBLE: Final = '"“”„‟″‶〝〞＂'
_ANGLED: Final = "«»《》"


def notes_of(notes: Sequence[Note], window: Window) -> list[Expected]:
    """The newest three notes, the last first; the first span of the last one must be stated."""
    told: list[Expected] = []
    within = [each for each in notes if window.start <= each.time <= window.end]
    for note in sorted(within, key=lambda each: each.time)[::-1][:_NOTES]:
        for text, extent in _spans(note.text):
            labels = {"author": note.author, "extent": extent, "text": text}
            fact = Expected(
                kind=FactKind.NOTE, severity=0, times={"at": note.time}, labels=labels,
                required=not told,
            )  # fmt: skip
            if not any(_same_sentence(fact, other) for other in told):
                told.append(fact)
    return told


def _same_sentence(one: Expected, other: Expected) -> bool:
    minutes = {f"{each.times['at']:%Y-%m-%d %H:%M}" for each in (one, other)}
    words = {(each.labels["extent"], each.labels["text"]) for each in (one, other)}
    return len(minutes) == len(words) == 1


def _spans(text: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if _may_be_quoted("\n".join(lines)):
        return [("\n".join(lines), "whole")]
    spans: list[str] = []
    growing = False
    for gap, sentence in _sentences(lines):
        if growing and _may_be_quoted(spans[-1] + gap + sentence):
            spans[-1] += gap + sentence
        else:
            growing = _may_be_quoted(sentence)
            spans += [sentence] if growing else []
    return [(span, "part") for span in spans[:_SPANS]] or [("", "none")]


def _may_be_quoted(span: str) -> bool:
    if not span or len(span) > _LONGEST:
        return False
    for sign in span.replace("\n", ""):
        if unicodedata.category(sign) in ("Zl", "Zp") or unicodedata.category(sign)[0] == "C":
            return False
    return not (set(span) & set(_DOUBLE) and set(span) & set(_ANGLED))


def _sentences(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Each sentence, and the space between it and the one before."""
    found: list[tuple[str, str]] = []
    for line in lines:
        gap, start, place = "\n", 0, 0
        while place < len(line):
            place += 1
            rest = line[place:]
            behind = rest.lstrip()
            if line[place - 1] not in ".!?…" or behind == rest or behind[:1].islower():
                continue
            if line[place - 1] == "." and _short(line[: place - 1]):
                continue
            found.append((gap, line[start:place]))
            gap = rest[: len(rest) - len(behind)]
            start = place = place + len(gap)
        found.append((gap, line[start:]))
    return found


def _short(text: str) -> bool:
    """Whether it ends in a word of one to three letters, not two or three capitals."""
    word = ""
    for sign in reversed(text):
        if not (sign.isalnum() or sign == "_"):
            break
        word = sign + word
    few = 1 <= len(word) <= 3 and not any(each == "_" or each.isdecimal() for each in word)
    return few and not (len(word) > 1 and word.isupper())
