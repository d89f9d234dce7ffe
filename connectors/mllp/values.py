"""The values of OBX-5, in the types that real senders put them in: NM, SN, ST, CWE and others."""

import math
from typing import Final

from connectors.mllp.parsing import Delimiters
from sereno.domain.errors import MalformedInput

_BLANK: Final = frozenset(
    {"", '""', "na", "nan", "n/a", "null", "none", "nil", "-", "--", "---", "----", "?", "***"}
)
_CODED: Final = frozenset({"CWE", "CE", "CNE", "CF", "IS"})
_PLAIN: Final = 32  # digits of a number that is taken at once
_THOUSANDS: Final = 3  # digits behind a comma that may part thousands

BOUND: Final = "a bound (< or >) is no value"
SEVERAL: Final = "a ratio, a range or several numbers are no single value"
NO_NUMBER: Final = "the value is no number"


def number(text: str) -> float | None:
    """The number in `text`, with a point or a comma; None where it is blank.

    Raises MalformedInput where it is none, or may be one of two.
    """
    try:
        value = float(text)
    except ValueError:
        return _unusual(text.strip())
    if "_" in text or math.isinf(value):
        raise MalformedInput(NO_NUMBER)
    return None if math.isnan(value) else value


def numeric(kind: str, field: str, delimiters: Delimiters) -> float | None:
    """The number in an OBX-5 of type `kind` (OBX-2); None where it is blank.

    Raises MalformedInput where it holds no number, or more than one.
    """
    if len(field) <= _PLAIN and field.isascii() and field.replace(".", "", 1).isdigit():
        return float(field)
    if delimiters.repetition in field:
        raise MalformedInput(SEVERAL)
    if delimiters.component not in field:
        return number(delimiters.plain(field))
    parts = [part.strip() for part in delimiters.parts(field)]
    if kind == "SN":
        return _structured(parts)
    if kind in _CODED:
        return _first_number(parts)
    if any(parts[1:]):
        raise MalformedInput(SEVERAL)
    return number(parts[0])


def words(field: str, delimiters: Delimiters) -> list[str]:
    """The words that an OBX-5 holds, the likeliest first: a code's text, then the code."""
    parts = [part.strip() for part in delimiters.parts(field.partition(delimiters.repetition)[0])]
    order = (1, 0, 4, 3)
    return [parts[each] for each in order if each < len(parts) and parts[each]]


def pair(field: str, delimiters: Delimiters) -> list[float | None]:
    """The numbers of `120/80` or `120/80 (93)`, in their order. Raises MalformedInput."""
    text = delimiters.plain(field).replace(delimiters.component, "").strip()
    head, bracket, mean = text.partition("(")
    numbers = [number(part) for part in head.split("/")]
    if bracket:
        numbers.append(number(mean.strip().removesuffix(")")))
    return numbers


def _structured(parts: list[str]) -> float | None:
    comparator, first, sign, second = (*parts, "", "", "", "")[:4]
    if comparator not in {"", "="}:
        raise MalformedInput(BOUND)
    if sign or second:
        raise MalformedInput(SEVERAL)
    return number(first)


def _first_number(parts: list[str]) -> float | None:
    try:
        return number(parts[0])
    except MalformedInput:
        return number(parts[1])


def _unusual(text: str) -> float | None:
    if text.casefold() in _BLANK:
        return None
    if text[0] in "<>≤≥":
        raise MalformedInput(BOUND)
    whole, comma, decimals = text.partition(",")
    digits = whole.removeprefix("-").removeprefix("+")
    if comma and _digits(digits or "0") and _digits(decimals):
        if len(decimals) == _THOUSANDS and digits.strip("0") and len(digits) <= _THOUSANDS:
            raise MalformedInput("a comma may part decimals or thousands here; send a point")
        return float(f"{whole}.{decimals}")
    parted = any(sign in text[1:] for sign in ":/-")
    raise MalformedInput(SEVERAL if parted and text[0].isdigit() else NO_NUMBER)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
