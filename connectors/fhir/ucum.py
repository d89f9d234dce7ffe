"""Units of measure by the grammar of UCUM (ucum.org, version 2.1), as far as vital signs need it.

A unit is a factor to the base units and a vector of dimensions; two are commensurable when their
vectors are equal. The mole is a dimension of its own here, since only a substance's molar mass
leads from it to grams. Annotations in braces say nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from sereno.domain.errors import MalformedInput
from sereno.domain.vitals import VITALS, Kind, Signal

_LONGEST: Final = 64  # characters
_DEEPEST: Final = 8  # brackets within brackets
_MOST_KEPT: Final = 1024
_LARGEST_EXPONENT: Final = 30
_DIGITS: Final = 12  # significant, of a converted value; beyond is noise of floating point

Dimensions = tuple[int, int, int, int, int, int]  # metre, gram, second, kelvin, ampere, mole
Convert = Callable[[float], float] | None


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the base units of `dimensions`; `zero` is a temperature's own zero in K."""

    factor: Fraction
    dimensions: Dimensions = (0, 0, 0, 0, 0, 0)
    zero: Fraction | None = None

    def times(self, other: "Unit", sign: int) -> "Unit":
        """The product with `other`, or where `sign` is -1 the quotient."""
        if self.zero is not None or other.zero is not None:
            raise MalformedInput(_UNKNOWN)  # what has a zero of its own stands alone
        factor = self.factor * other.factor if sign > 0 else self.factor / other.factor
        pairs = zip(self.dimensions, other.dimensions, strict=True)
        return Unit(factor, _vector([a + sign * b for a, b in pairs]))

    def power(self, exponent: int) -> "Unit":
        """Raised to a whole power."""
        if self.zero is not None or abs(exponent) > _LARGEST_EXPONENT:
            raise MalformedInput(_UNKNOWN)
        return Unit(self.factor**exponent, _vector([d * exponent for d in self.dimensions]))


_UNKNOWN: Final = "a unit that is not known"


def _vector(values: list[int]) -> Dimensions:
    metre, gram, second, kelvin, ampere, mole = values
    return metre, gram, second, kelvin, ampere, mole


ONE: Final = Unit(Fraction(1))
_F: Final = Fraction
_PRESSURE: Final = (-1, 1, -2, 0, 0, 0)
_VOLUME: Final = (3, 0, 0, 0, 0, 0)

_PREFIXES: Final[Mapping[str, Fraction]] = {
    prefix: _F(10) ** exponent
    for prefix, exponent in {
        "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
        "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21,
        "y": -24,
    }.items()
}  # fmt: skip
# In base units; the pascal is 1000 g/(m.s2). Factors of UCUM's own table.
_METRIC: Final[Mapping[str, Unit]] = {
    "m": Unit(_F(1), (1, 0, 0, 0, 0, 0)),
    "g": Unit(_F(1), (0, 1, 0, 0, 0, 0)),
    "s": Unit(_F(1), (0, 0, 1, 0, 0, 0)),
    "K": Unit(_F(1), (0, 0, 0, 1, 0, 0), _F(0)),
    "A": Unit(_F(1), (0, 0, 0, 0, 1, 0)),
    "mol": Unit(_F(1), (0, 0, 0, 0, 0, 1)),
    "Cel": Unit(_F(1), (0, 0, 0, 1, 0, 0), _F("273.15")),
    "L": Unit(_F(1, 1000), _VOLUME),
    "l": Unit(_F(1, 1000), _VOLUME),
    "Hz": Unit(_F(1), (0, 0, -1, 0, 0, 0)),
    "N": Unit(_F(1000), (1, 1, -2, 0, 0, 0)),
    "Pa": Unit(_F(1000), _PRESSURE),
    "bar": Unit(_F(10) ** 8, _PRESSURE),
    "V": Unit(_F(1000), (2, 1, -3, 0, -1, 0)),
    "m[Hg]": Unit(_F("133322000"), _PRESSURE),  # 133.3220 kPa
    "m[H2O]": Unit(_F("9806650"), _PRESSURE),
}
_OTHERS: Final[Mapping[str, Unit]] = {
    "min": Unit(_F(60), (0, 0, 1, 0, 0, 0)),
    "h": Unit(_F(3600), (0, 0, 1, 0, 0, 0)),
    "d": Unit(_F(86400), (0, 0, 1, 0, 0, 0)),
    "wk": Unit(_F(604800), (0, 0, 1, 0, 0, 0)),
    "%": Unit(_F(1, 100)),
    "[ppth]": Unit(_F(1, 1000)),
    "[ppm]": Unit(_F(1, 10**6)),
    "10*": Unit(_F(10)),
    "10^": Unit(_F(10)),
    "[degF]": Unit(_F(5, 9), (0, 0, 0, 1, 0, 0), _F("459.67") * 5 / 9),
    "[degR]": Unit(_F(5, 9), (0, 0, 0, 1, 0, 0), _F(0)),
    "atm": Unit(_F("101325000"), _PRESSURE),
    "att": Unit(_F("98066500"), _PRESSURE),
    "[in_i'Hg]": Unit(_F("133322000") * _F("0.0254"), _PRESSURE),
    "[in_i'H2O]": Unit(_F("9806650") * _F("0.0254"), _PRESSURE),
    "[psi]": Unit(_F("453.59237") * _F("9.80665") / _F("0.0254") ** 2, _PRESSURE),
    "[in_i]": Unit(_F("0.0254"), (1, 0, 0, 0, 0, 0)),
    "[ft_i]": Unit(_F("0.3048"), (1, 0, 0, 0, 0, 0)),
    "[lb_av]": Unit(_F("453.59237"), (0, 1, 0, 0, 0, 0)),
    "[oz_av]": Unit(_F("453.59237") / 16, (0, 1, 0, 0, 0, 0)),
    "[cft_i]": Unit(_F("0.3048") ** 3, _VOLUME),
    "[gal_us]": Unit(231 * _F("0.0254") ** 3, _VOLUME),
}


@lru_cache(maxsize=_MOST_KEPT)
def parse(text: str) -> Unit:
    """The unit that `text` writes. Raises MalformedInput where it is none, or not known."""
    if not text or len(text) > _LONGEST or not text.isascii():
        raise MalformedInput(_UNKNOWN)
    parser = _Parser(text)
    unit = parser.term(0)
    if parser.at != len(text):
        raise MalformedInput(_UNKNOWN)
    return unit


class _Parser:
    """A recursive descent; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def term(self, depth: int) -> Unit:
        """Components joined by "." and "/", from left to right; a "/" may come first."""
        if depth > _DEEPEST:
            raise MalformedInput(_UNKNOWN)
        inverse = self._next("/")
        unit = self._component(depth)
        unit = ONE.times(unit, -1) if inverse else unit
        while True:
            if self._next("."):
                unit = unit.times(self._component(depth), 1)
            elif self._next("/"):
                unit = unit.times(self._component(depth), -1)
            else:
                return unit

    def _next(self, sign: str) -> bool:
        found = self._text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def _component(self, depth: int) -> Unit:
        if self._next("("):
            unit = self.term(depth + 1)
            if not self._next(")"):
                raise MalformedInput(_UNKNOWN)
            return unit
        if self._annotation():
            return ONE
        unit = self._annotatable()
        self._annotation()
        return unit

    def _annotation(self) -> bool:
        if not self._next("{"):
            return False
        end = self._text.find("}", self.at)
        if end < 0 or "{" in self._text[self.at : end]:
            raise MalformedInput(_UNKNOWN)
        self.at = end + 1
        return True

    def _annotatable(self) -> Unit:
        text, start = self._text, self.at
        power_of_ten = text.startswith(("10*", "10^"), start)
        if not power_of_ten and (digits := self._digits()):
            if not int(digits):
                raise MalformedInput(_UNKNOWN)
            return Unit(_F(int(digits)))
        symbol = text[start : start + 3] if power_of_ten else self._symbol()
        self.at = start + len(symbol)
        exponent = self._exponent()
        unit = _atom(symbol)
        return unit if exponent is None else unit.power(exponent)

    def _symbol(self) -> str:
        """Up to a digit, a sign or an annotation; what stands in square brackets is one piece."""
        end, bracketed = self.at, False
        for sign in self._text[self.at :]:
            if not bracketed and sign in "0123456789+-./(){}":
                break
            bracketed = sign == "[" or (bracketed and sign != "]")
            end += 1
        return self._text[self.at : end]

    def _exponent(self) -> int | None:
        sign = -1 if self._next("-") else 1
        signed = sign < 0 or self._next("+")
        digits = self._digits()
        if signed and not digits:
            raise MalformedInput(_UNKNOWN)
        return sign * int(digits) if digits else None

    def _digits(self) -> str:
        start = self.at
        while self.at < len(self._text) and self._text[self.at] in "0123456789":
            self.at += 1
        return self._text[start : self.at]


def _atom(symbol: str) -> Unit:
    found = _METRIC.get(symbol) or _OTHERS.get(symbol)
    if found is not None:
        return found
    for length in (1, 2):
        prefix, unit = _PREFIXES.get(symbol[:length]), _METRIC.get(symbol[length:])
        if prefix is not None and unit is not None:
            return Unit(unit.factor * prefix, unit.dimensions, unit.zero)
    raise MalformedInput(_UNKNOWN)


_MASS: Final = (-3, 1, 0, 0, 0, 0)
_AMOUNT: Final = (-3, 0, 0, 0, 0, 1)
_GLUCOSE: Final = Fraction("180.156")  # g/mol


@lru_cache(maxsize=_MOST_KEPT)
def converter(signal: Signal, text: str) -> Convert:
    """How values in the unit `text` become the vocabulary's; None where they are in it.

    Raises MalformedInput where no conversion is known.
    """
    vital = VITALS[signal]
    if text == vital.unit or (vital.kind is Kind.WAVEFORM and vital.unit == "1"):
        return None
    try:
        return _between(signal, parse(text), parse(vital.unit))
    except (MalformedInput, OverflowError) as exc:
        raise MalformedInput(
            f"{signal.value} came in a unit that can not be converted; send it in {vital.unit}"
        ) from exc


def _between(signal: Signal, given: Unit, wanted: Unit) -> Convert:
    factor = given.factor / wanted.factor
    if given.dimensions != wanted.dimensions:
        if signal is not Signal.GLUCOSE or given.dimensions != _AMOUNT:
            raise MalformedInput(_UNKNOWN)
        factor *= _GLUCOSE
    if given.zero is not None and wanted.zero is not None:
        return _linear(factor, (given.zero - wanted.zero) / wanted.factor)
    if (given.zero is None) != (wanted.zero is None):
        raise MalformedInput(_UNKNOWN)
    return None if factor == 1 else _linear(factor, Fraction(0))


def _linear(factor: Fraction, offset: Fraction) -> Convert:
    if factor == 1 and not offset:
        return None
    slope, constant = float(factor), float(offset)

    def convert(value: float) -> float:
        return float(f"{value * slope + constant:.{_DIGITS}g}")

    return convert
