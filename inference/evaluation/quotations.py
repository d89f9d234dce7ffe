"""What a text quotes of notes, taken out of it before the rest is judged.

A quotation is whatever stands between the marks behind "the note of 03:10 says:"; what it says is
a claim of whoever wrote the note.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_DOUBLE: Final = r'"[^"\n]*"(?: / "[^"\n]*")*'
_ANGLED: Final = r"«[^«»\n]*»(?: / «[^«»\n]*»)*"
_QUOTING: Final = re.compile(
    r"(?:the note of|la nota de las?) (?P<clock>\d\d:\d\d)(?P<day> [^:\n]{0,24}?)? (?:says|dice)"
    rf"(?P<part> in part| en parte)?: (?P<words>{_DOUBLE}|{_ANGLED})\.(?=\s|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words, line by line; the time of the note as hh:mm; whether they are all of it."""

    clock: str
    extent: str
    words: tuple[str, ...]


def parted(text: str) -> tuple[str, tuple[Quotation, ...]]:
    """A text without its quotations, and those."""
    found = tuple(_quotation(match) for match in _QUOTING.finditer(text))
    return _QUOTING.sub("", text), found


def unfounded(quotations: Iterable[Quotation], notes: frozenset[Quotation]) -> Iterator[str]:
    """Each quotation that none of the notes bears out."""
    for each in quotations:
        if each not in notes:
            yield f"note of {each.clock}: {' / '.join(each.words)}"


def _quotation(match: re.Match[str]) -> Quotation:
    words, opening = match["words"], match["words"][0]
    border = '" / "' if opening == '"' else "» / «"
    extent = "part" if match["part"] else "whole"
    return Quotation(match["clock"], extent, tuple(words[1:-1].split(border)))
