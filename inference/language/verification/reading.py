"""Reads a sentence into concepts, quantities, clock times and durations, and refuses the rest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from inference.language.verification.lexicon import FILLERS, LEXICON, MONTHS, UNITS, Concept
from sereno.domain.vitals import Language, Signal


class NotUnderstood(Exception):
    """A piece of text that means nothing to the verifier."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """What may be said in a language: phrases with what they mean, the longest first, and so on.

    `on` stands before a day, `point` before the decimals of a number.
    """

    phrases: Mapping[str, Concept]
    fillers: frozenset[str]
    units: Mapping[str, frozenset[Signal]]
    months: tuple[str, ...]
    on: str
    point: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the unit that follows it, if any; `lower` is the second one of 120/70."""

    value: Decimal
    unit: str | None = None
    lower: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, with its day and month and its minutes east of UTC where they are said."""

    hour: int
    minute: int
    day: tuple[int, int] | None = None
    east: int | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A duration as it is written: seconds alone, or hours and minutes."""

    seconds: int
    in_seconds: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A punctuation mark."""

    sign: str


Item = Concept | Quantity | Clock | Length | Mark

_DIGIT = "[0-9]"  # \\d would take the digits of every script
_MARKS = ",;:().«»"
_TWICE = re.compile(r"\b([^\W\d]+) \1\b", re.IGNORECASE)
_ON = {Language.ENGLISH: "on", Language.SPANISH: "del"}
_POINT = {Language.ENGLISH: ".", Language.SPANISH: ","}
_CLINICAL: Mapping[Language, Vocabulary] = {
    language: Vocabulary(
        phrases=LEXICON[language],
        fillers=FILLERS[language],
        units=UNITS[language],
        months=MONTHS[language],
        on=_ON[language],
        point=_POINT[language],
    )
    for language in Language
}


@cache
def _patterns(words: Vocabulary) -> list[tuple[str, re.Pattern[str]]]:
    number = rf"[0-9]+(?:{re.escape(words.point)}[0-9]+)?"
    units = "|".join(re.escape(unit) for unit in sorted(words.units, key=len, reverse=True))
    months = "|".join(words.months)
    phrases = "|".join(re.escape(phrase) for phrase in words.phrases)
    fillers = "|".join(sorted(words.fillers, key=len, reverse=True))
    unit = rf"(?:\ ?(?P<unit>{units})(?!\w))?"
    texts = {
        "clock": rf"(?P<hour>{_DIGIT}{{2}}):(?P<minute>{_DIGIT}{{2}})"
        rf"(?:\ UTC(?P<east>[+-]{_DIGIT}{{1,2}})(?::(?P<past>{_DIGIT}{{2}}))?)?"
        rf"(?:\ {words.on}\ (?P<day>{_DIGIT}{{1,2}})"
        rf"\ (?P<month>{months}))?(?!\w)",
        "length": r"(?:(?P<h>[0-9]+)\ h(?:\ (?P<m>[1-5]?[0-9])\ min)?"
        r"|(?P<min>[0-9]+)\ min|(?P<s>[0-9]+)\ s)"
        r"(?!\w)",
        "pair": r"(?P<upper>[0-9]+)/(?P<lower>[0-9]+)\ (?P<unit>mmHg)(?!\w)",
        "phrase": rf"(?P<phrase>{phrases})(?!\w)(?!-)",
        "number": rf"(?P<number>{number}){unit}(?![\w/%°]|[.,:][0-9])",
        "filler": rf"(?P<filler>{fillers})(?!\w)(?!-)",
        "mark": rf"(?P<mark>[{re.escape(_MARKS)}])",
        "space": r"\ ",
    }
    # Units are case-sensitive, words are not: a sentence begins with a capital.
    wordy = {"phrase", "filler", "clock"}
    return [
        (name, re.compile(text, re.IGNORECASE if name in wordy else 0))
        for name, text in texts.items()
    ]


def read(text: str, language: Language) -> list[Item]:
    """The items of a clinical `text` in order, fillers left out. Raises NotUnderstood."""
    return read_with(text, _CLINICAL[language])


def read_with(text: str, words: Vocabulary) -> list[Item]:
    """The items of `text` in order, by that vocabulary, fillers left out.

    Raises NotUnderstood at the first piece that is neither a known phrase nor a well-formed
    number, time or duration, and at a word said twice on end.
    """
    if twice := _TWICE.search(text):
        raise NotUnderstood(twice[0])
    return list(_items(text, words))


def _items(text: str, words: Vocabulary) -> Iterator[Item]:
    position = 0
    while position < len(text):
        name, match = _next(text, position, words)
        item = _item(name, match, words)
        if item is not None:
            yield item
        position = match.end()


def _next(text: str, position: int, words: Vocabulary) -> tuple[str, re.Match[str]]:
    glued = position > 0 and (text[position - 1].isalnum() and text[position].isalnum())
    for name, pattern in _patterns(words):
        match = pattern.match(text, position)
        if match and not glued:
            return name, match
    raise NotUnderstood(text[position:].split(" ", 1)[0] or text[position])


def _item(name: str, match: re.Match[str], words: Vocabulary) -> Item | None:
    if name == "phrase":
        return words.phrases[match["phrase"].lower()]
    if name == "number":
        return Quantity(_decimal(match["number"]), match["unit"])
    if name == "pair":
        return Quantity(Decimal(match["upper"]), match["unit"], Decimal(match["lower"]))
    if name == "clock":
        return _clock(match, words)
    if name == "length":
        return _length(match)
    return Mark(match["mark"]) if name == "mark" else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _clock(match: re.Match[str], words: Vocabulary) -> Clock:
    day = None
    if match["day"]:
        day = int(match["day"]), words.months.index(match["month"].lower()) + 1
    return Clock(int(match["hour"]), int(match["minute"]), day, _east(match))


def _east(match: re.Match[str]) -> int | None:
    if not match["east"]:
        return None
    minutes = 60 * int(match["east"][1:]) + int(match["past"] or 0)
    return -minutes if match["east"][0] == "-" else minutes


def _length(match: re.Match[str]) -> Length:
    if match["s"]:
        return Length(int(match["s"]), in_seconds=True)
    minutes = int(match["min"] or 0) + int(match["m"] or 0) + 60 * int(match["h"] or 0)
    return Length(60 * minutes, in_seconds=False)
