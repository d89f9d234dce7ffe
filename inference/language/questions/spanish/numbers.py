"""Numbers and clock times as they are spoken in Spanish, told in digits of a 24-hour clock."""

import re
from collections.abc import Callable

_UNITS = {
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
}  # fmt: skip
_TEENS = {
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
    "veintiuno": 21, "veintiuna": 21, "veintiun": 21, "veintidos": 22, "veintitres": 23,
    "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_TENS = {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
_HUNDREDS = {"cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300}
_ONE = {"uno": 1, "una": 1, "un": 1}
_SPOKEN = {**_HUNDREDS, **_TENS, **_TEENS, **_UNITS, **_ONE, "cero": 0, "medio": 0.5}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BELOW_100 = (
    rf"(?:(?:{_any(_TENS)}) y (?:{_any({**_UNITS, **_ONE})})|{_any(_TENS)}|{_any(_TEENS)}"
    rf"|{_any(_UNITS)})"
)
_WHOLE = re.compile(
    rf"\b(?<!por )(?:(?:{_any(_HUNDREDS)}) {_BELOW_100}|{_any(_HUNDREDS)}|{_BELOW_100})\b"
)
# "38 con 5", "38 coma 5", "38 y medio".
_TENTHS = re.compile(r"\b(\d{2}) (?:con|coma|punto) (\d)\b(?! (?:l|litros?|puntos?)\b)")
_AND_A_HALF = re.compile(r"\b([34]\d) y medio\b")
_PAIR = re.compile(r"\b(news|spo|fio|co|fi o|sp o) (?:de )?2\b")

_PART = (
    r"(?P<part>de la (?:manana|tarde|noche|madrugada)|del mediodia|del dia|de la manana"
    r"|de anoche|a\. ?m\.?|p\. ?m\.?|am|pm)(?!\w)"
)
_HOURS = r"(?: ?(?:horas|hrs?|hs|h)\b)?"
_ONE_CLOCK = re.compile(rf"\b(?P<h>\d{{1,2}})(?:[:.h](?P<m>\d\d))?{_HOURS} ?{_PART}")
_TWO_CLOCKS = re.compile(
    rf"\b(?P<h1>\d{{1,2}})(?:[:.h](?P<m1>\d\d))?{_HOURS} (?P<join>y|a|hasta|-) (?P<las>las? )?"
    rf"(?P<h2>\d{{1,2}})(?:[:.h](?P<m2>\d\d))?{_HOURS} ?{_PART}"
)
_AT = r"\b(?P<las>las|la) (?P<h>\d{1,2})"
_PAST_HOUR = re.compile(rf"{_AT} y (?P<m>media|cuarto|pico|5|10|20|25)\b(?! ?(?:las|hasta))")
_TO_HOUR = re.compile(rf"{_AT} menos (?P<m>cuarto|5|10|20|25)\b")
_MINUTES = {"media": 30, "cuarto": 15, "pico": 0}
_DASH = re.compile(
    r"\b(?:de |entre |entre las )?(?P<a>\d{1,2})(?:[:.](?P<am>\d\d))? ?(?:-|–|a) ?(?:las )?"
    r"(?P<b>\d{1,2})(?:[:.](?P<bm>\d\d))? ?(?:h|hs|hrs|horas)\b"
)
_FROM_TO = re.compile(r"(?<!\w)(?:de |entre )?(\d{1,2}:\d\d) ?(?:-|–|a) ?(?:las )?(\d{1,2}:\d\d)\b")
_FOUR_DIGITS = re.compile(
    r"\b(?P<before>las |a |desde |hasta |sobre )?(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)"
    r"(?P<unit> ?(?:h|hs|hrs|horas))?\b"
)
_VAGUELY = re.compile(r"\b(?:a eso de|tipo|como a|a cosa de|alrededor de|cerca de) (las? )?(?=\d)")
_BARE_AT = re.compile(r"\b(?P<las>las) (?P<h>\d{1,2})(?P<m>:\d\d)?\b(?! ?(?:horas|h|ultim|prev|%))")
_EVENING = re.compile(r"\banoche\b|\besta noche\b|\bayer (?:por|en|a) la noche\b|\bde la noche\b")
_AFTERNOON = re.compile(r"\besta tarde\b|\b(?:por|en|a) la tarde\b|\btarde de ayer\b")


def in_digits(text: str) -> str:
    """`text`, without accents, with its numbers and clock times told in digits."""
    said = re.sub(r"\b(a|de|desde|hasta|y|sobre|hacia|entre|tipo) la una\b", r"\1 las 1", text)
    said = _WHOLE.sub(lambda found: str(_value(found[0])), said)
    said = _TENTHS.sub(r"\1.\2", _AND_A_HALF.sub(r"\1.5", said))
    said = _PAIR.sub(lambda found: found[1].replace(" ", "") + "2", said)
    return _clocks(said)


def _value(words: str) -> int:
    return int(sum(_SPOKEN[word] for word in words.split() if word != "y"))


def _clocks(text: str) -> str:
    said = re.sub(r"\bla (?=1(?: de la|:\d\d| y|$| am| pm| a las))", "las ", text)
    said = _PAST_HOUR.sub(_past, said)
    said = _TO_HOUR.sub(_before, said)
    said = _TWO_CLOCKS.sub(_both, said)
    said = _ONE_CLOCK.sub(_one, said)
    said = _FOUR_DIGITS.sub(_military, said)
    said = _DASH.sub(_between, said)
    said = _FROM_TO.sub(r"entre las \1 y las \2", said)
    said = _VAGUELY.sub("a las ", said)
    return _of_the_part(said)


def _past(found: re.Match[str]) -> str:
    minutes = _MINUTES.get(found["m"])
    return f"las {found['h']}:{int(found['m']) if minutes is None else minutes:02d}"


def _before(found: re.Match[str]) -> str:
    minutes = 15 if found["m"] == "cuarto" else int(found["m"])
    return f"las {(int(found['h']) - 1) % 24}:{60 - minutes:02d}"


def _one(found: re.Match[str]) -> str:
    hour = int(found["h"])
    if hour > 24:
        return found[0]
    day = " anoche" if found["part"] == "de anoche" else ""
    return f"{_of_day(hour, found['part']):02d}:{found['m'] or '00'}{day}"


def _both(found: re.Match[str]) -> str:
    """Both clock times of "entre las 10 y las 11 de la noche" are of that part of the day."""
    first, second = int(found["h1"]), int(found["h2"])
    if first > 24 or second > 24:
        return found[0]
    end = _of_day(second, found["part"])
    begin = _of_day(first, found["part"]) if first <= second else first
    join = found["join"] if found["join"] != "-" else "a"
    begun = f"{begin:02d}:{found['m1'] or '00'}"
    return f"{begun} {join} las {end:02d}:{found['m2'] or '00'}"


def _of_day(hour: int, part: str) -> int:
    """The hour of a 24-hour clock, which is told in two figures: "3 de la tarde" is 15."""
    late = part.startswith(("p", "de la tarde", "de la noche", "de anoche"))
    if part == "del mediodia":
        late = hour < 6  # one to five after noon
    if hour == 12:  # midnight by night and in the morning
        return 12 if part.startswith(("p", "de la tarde", "del")) else 0
    small = part in ("de la noche", "de anoche") and hour < 6  # "las 2 de la noche"
    return hour + 12 if late and hour < 12 and not small else hour


def _military(found: re.Match[str]) -> str:
    if not (found["before"] or found["unit"]):
        return found[0]
    before = found["before"] or "a "
    las = "" if before == "las " else "las "
    return f"{before}{las}{found['h']}:{found['m']}"


def _between(found: re.Match[str]) -> str:
    if int(found["a"]) > 24 or int(found["b"]) > 24:  # hours of a day
        return found[0]
    return f"entre las {found['a']}:{found['am'] or '00'} y las {found['b']}:{found['bm'] or '00'}"


def _of_the_part(text: str) -> str:
    """Clock times of a question that names its evening or afternoon are of that."""
    late: Callable[[int], bool] | None = None
    if _EVENING.search(text):
        late = lambda hour: 8 <= hour < 12  # noqa: E731 - 8 to 11 in the evening
    elif _AFTERNOON.search(text):
        late = lambda hour: 1 <= hour <= 8  # noqa: E731 - 1 to 8 in the afternoon
    if late is None:
        return text

    def moved(found: re.Match[str]) -> str:
        hour = int(found["h"])
        return f"las {hour + 12 if late(hour) else hour}{found['m'] or ''}"

    return _BARE_AT.sub(moved, text)
