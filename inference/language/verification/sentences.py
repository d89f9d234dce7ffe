"""Parts a text that people have typed into its sentences."""

import re
from collections.abc import Iterator
from typing import Final

_QUOTED: Final = re.compile(r'"[^"\n]*"|«[^»\n]*»|“[^”\n]*”')
_STOP: Final = re.compile(r"[.!?…]+[\"»”)\]]*\s+")
_BULLET: Final = re.compile(r"[-*•–]\s+")
# A full stop behind these ends nothing. Clock times, decimals (38.2) and 03.12 hold no space.
_SHORT: Final = (
    "dr dra drs sr sra srta mr mrs ms prof st approx aprox vs e.g i.e eg ie p.ej ej ext tel fig núm"
    " cf resp temp máx mín max min"
)
_ABBREVIATIONS: Final = frozenset(_SHORT.split())


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with the number of its line. Every character but white space is in one.

    What stands between quotation marks is not parted. Of two ways to read a full stop the one that
    makes longer sentences is taken: what is not understood is never split off from what is.
    """
    for number, line in enumerate(text.splitlines()):
        start = 0
        for end in [*_ends(line), len(line)]:
            said = line[start:end].strip()
            if start == 0:
                said = _BULLET.sub("", said, count=1) if _BULLET.match(said) else said
            if said:
                yield number, said
            start = end


def _ends(line: str) -> Iterator[int]:
    quoted = [match.span() for match in _QUOTED.finditer(line)]
    for stop in _STOP.finditer(line):
        inside = any(first < stop.start() < last for first, last in quoted)
        small = line[stop.end() : stop.end() + 1].islower()
        if not inside and not small and not _abbreviated(line[: stop.start()]):
            yield stop.end()


def _abbreviated(before: str) -> bool:
    """Whether the last word is cut short: one of the list, or an initial."""
    word = before.rsplit(None, 1)[-1].casefold().lstrip('(«"') if before.split() else ""
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())
