"""Judges an answer against what is expected of it; shares no code with what writes answers.

It reads the answer as a person would: whether it begins with a yes or a no, and which numbers,
clock times, lengths of time and names stand in it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sereno.domain.evaluation import Expected

_CLOCK: Final = re.compile(
    r"\b(\d{1,2}:\d{2})\b(?: on \d{1,2} [A-Z][a-z]{2}| del \d{1,2} \w{3,4})?"
)
_LENGTH: Final = re.compile(r"\b(?:(\d+) h(?: (\d+) min)?|(\d+) min|(\d+) s)\b")
_NUMBER: Final = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)?(?![\w:]|[.,]\d)")
_YES: Final = re.compile(r"(yes|sí)\b", re.IGNORECASE)
_NO: Final = re.compile(r"(no|none)\b", re.IGNORECASE)


def judge_answer(
    text: str, outcome: str, tools: Sequence[str], expected: Expected, names: Sequence[str] = ()
) -> list[str]:
    """What is wrong with an answer, in words; nothing where all that is expected is in it.

    `tools` are those that were used, `names` the identifiers of the patients asked about.
    """
    faults = []
    if outcome != expected.outcome:
        return [f"{outcome} where {expected.outcome} is expected"]
    if expected.outcome != "answered":
        return []
    if expected.tools and not set(tools) & set(expected.tools):
        faults.append(f"{'/'.join(tools)} where {'/'.join(expected.tools)} is expected")
    faults += _polarity(text, expected.yes)
    faults += [f"no {each:g}" for each in expected.numbers if each not in _numbers(text, names)]
    faults += [f"no {each}" for each in expected.times if each not in _CLOCK.findall(text)]
    faults += [f"no {each} min" for each in expected.minutes if each not in list(_minutes(text))]
    faults += _first(text, expected.first, names)
    return faults


def _polarity(text: str, yes: bool | None) -> list[str]:  # noqa: FBT001 - what is expected
    if yes is None:
        return []
    said = True if _YES.match(text) else False if _NO.match(text) else None
    wanted = "yes" if yes else "no"
    return [] if said is yes else [f"no {wanted!r} at its beginning"]


def _numbers(text: str, names: Sequence[str]) -> set[float]:
    """The numbers of a text that are no clock times, days or names."""
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    bare = _CLOCK.sub(" ", text)
    pairs = re.sub(r"(\d+)/(\d+)", r"\1 / \2", bare)
    spaced = re.sub(r"(\d)([%°/])", r"\1 \2", pairs)
    return {float(found.replace(",", ".")) for found in _NUMBER.findall(spaced)}


def _minutes(text: str) -> Iterator[int]:
    """The lengths of time in a text, in whole minutes."""
    for hours, more, minutes, seconds in _LENGTH.findall(text):
        if seconds:
            yield int(int(seconds) / 60 + 0.5)
        else:
            yield 60 * int(hours or 0) + int(more or 0) + int(minutes or 0)


def _first(text: str, first: str | None, names: Sequence[str]) -> list[str]:
    if first is None:
        return []
    places = {name: text.find(name) for name in names if name in text}
    named = min(places, key=lambda name: places[name], default=None)
    return [] if named == first else [f"{named} first where {first} is expected"]
