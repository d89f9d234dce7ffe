"""Numbers, clock times and lengths of time as they are said in questions."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from types import MappingProxyType

from inference.language.questions.notions import Notion, Sense
from sereno.domain.questions import Period, Stretch
from sereno.domain.vitals import Language

_Maker = Callable[[re.Match[str]], Notion | None]

_EN_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty four": 24,
    "twenty-four": 24, "forty eight": 48, "forty-eight": 48, "fifteen": 15, "twenty": 20,
    "thirty": 30, "half an": 0.5, "half a": 0.5, "half": 0.5, "couple of": 2, "a couple of": 2,
    "couple": 2, "few": 6, "a few": 6, "several": 6, "forty": 40, "ninety": 90, "sixty": 60,
    "eighteen": 18, "sixteen": 16, "thirty six": 36, "thirty-six": 36, "seventy two": 72,
}  # fmt: skip
_ES_WORDS = {
    "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "veinticuatro": 24,
    "cuarenta y ocho": 48, "media": 0.5, "quince": 15, "veinte": 20, "treinta": 30, "par de": 2,
    "un par de": 2, "unas": 6, "pocas": 6, "varias": 6, "cuarenta": 40, "noventa": 90,
    "dieciocho": 18, "dieciseis": 16, "treinta y seis": 36, "setenta y dos": 72,
}  # fmt: skip
_UNIT_HOURS = {"h": 1.0, "m": 1 / 60, "d": 24.0, "s": 12.0, "w": 168.0}


def _choices(words: Mapping[str, float]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_EN_N = rf"(?P<n>\d+(?:[.,]\d+)?|{_choices(_EN_WORDS)})"
_ES_N = rf"(?P<n>\d+(?:[.,]\d+)?|{_choices(_ES_WORDS)})"
_EN_U = r"(?P<u>hours?|hrs?|h|minutes?|mins?|m|days?|d|shifts?|weeks?)"
_ES_U = r"(?P<u>horas?|hs?|minutos?|mins?|m|dias?|d|turnos?|semanas?)"
_EN_CLOCK = (
    r"(?P<{0}>noon|midday|midnight|\d{{1,2}}(?:[:.h]\d{{2}})?(?: ?(?:am|pm|a\.m\.|p\.m\.))"
    r"|\d{{1,2}}[:.h]\d{{2}}(?: ?(?:h|hrs|hours))?|0\d{{3}}(?: ?(?:h|hrs|hours))?"
    r"|[12]\d{{3}} ?(?:h|hrs|hours)|\d{{1,2}} o'?clock(?: in the (?:morning|afternoon|evening))?"
    r"|\d{{1,2}}(?: in the (?:morning|afternoon|evening)| at night)|{1})"
)
_ES_CLOCK = (
    r"(?:las? )?(?P<{0}>medianoche|mediodia|el mediodia|\d{{1,2}}(?:[:.h]\d{{2}})?"
    r"(?: ?(?:am|pm|a\.m\.|p\.m\.|hs?|horas|de la (?:manana|tarde|noche|madrugada)|y media"
    r"(?: de la (?:manana|tarde|noche|madrugada))?))"
    r"|\d{{1,2}}[:.h]\d{{2}}(?: ?h)?|{1})"
)
# A number and no clock time: "at 7 or more", "a 7 o mas".
_LIMITED = (
    r"(?! ?(?:or|o|u) (?:more|higher|above|over|greater|less|lower|below|under|fewer|mas|menos"
    r"|superior|inferior|mayor|menor))(?! ?(?:\+|points?|puntos?|on (?:the )?news|en (?:el )?news))"
)
_BARE = (
    _LIMITED
    + r"\d{1,2}(?!\d)"
    + _LIMITED
    + r"(?![.,:]\d)(?! ?(?:%|°|h\w*|hours?|mins?|minut\w*|dias?|days?|mmhg|lpm|rpm"
    r"|bpm|veces|times|mg|litr))"
)
_FOUR_FIGURES = r"(?:[01]\d|2[0-3])[0-5]\d(?!\d)"
_END = r"(?![\w])"


def _hours(match: re.Match[str], words: Mapping[str, float]) -> float:
    said = match["n"].replace(",", ".")
    number = words[match["n"]] if match["n"] in words else float(said)
    unit = match["u"]
    first = {"t": "s", "s": "s"}.get(unit[0], unit[0])
    if unit.startswith(("semana", "week")):
        first = "w"
    return number * _UNIT_HOURS[first]


# "Three", "3:15", "las dos y media": of either half of the day; "03:00" and "10:30" are of one.
_HALVED = re.compile(r"(?:las? )?(?:[1-9](?:[:.][0-5]\d)?|1[0-2])(?: y media)?(?: o'?clock)?")
_HALF = re.compile(r"morning|afternoon|evening|night|manana|tarde|noche|madrugada")
_LATE = re.compile(r"last night|tonight|evening|afternoon|at night")
_SET = re.compile(r"\d ?[ap]\.?m|\b0\d|\b1[3-9]|\b2[0-3]")
_EVENING = 6  # o'clock: earlier hours of "last night" are those after midnight


def clock(text: str) -> time | None:
    """A clock time as it is said; None where there is no such time."""
    if text in ("midnight", "medianoche"):
        return time(0)
    if text in ("noon", "midday", "mediodia", "el mediodia"):
        return time(12)
    digits = re.findall(r"\d+", text)
    if not digits:
        return None
    if len(digits[0]) == 4:
        hour, minute = int(digits[0][:2]), int(digits[0][2:])
    else:
        hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    if "y media" in text:
        minute = 30
    late = re.search(r"p\.?m|afternoon|evening|at night|de la tarde|de la noche", text)
    early = re.search(r"a\.?m\b|a\.m|morning|madrugada|manana", text)
    if late and hour < 12:
        hour = 0 if hour == 12 else hour + 12
    if early and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else (time(0) if hour == 24 else None)


def _of_part(moment: time | None, said: str) -> time | None:
    """Eight last night is 20:00, and three this afternoon 15:00; a time with am or pm stands."""
    late = _LATE.search(said)
    if moment is None or late is None or _SET.search(said):
        return moment
    earliest = _EVENING if late[0].startswith(("last", "tonight", "at")) else 1
    return moment.replace(hour=moment.hour + 12) if earliest <= moment.hour < 12 else moment


def _last(words: Mapping[str, float]) -> _Maker:
    return lambda m: _period(Period(stretch=Stretch.LAST, hours=_hours(m, words)), m)


def _before(words: Mapping[str, float]) -> _Maker:
    """So many hours before another period; hours where no unit is said."""

    def made(match: re.Match[str]) -> Notion:
        number = match["n"].replace(",", ".")
        unsaid = words[number] if number in words else float(number)
        hours = _hours(match, words) if match["u"] else unsaid
        return _period(Period(stretch=Stretch.BEFORE, hours=hours), match)

    return made


def _ago(words: Mapping[str, float]) -> _Maker:
    return lambda m: _period(Period(stretch=Stretch.AGO, hours=_hours(m, words)), m)


def _period(period: Period, match: re.Match[str]) -> Notion:
    return Notion(Sense.PERIOD, period, match[0])


def _clocked(stretch: Stretch) -> _Maker:
    def made(match: re.Match[str]) -> Notion | None:
        groups = match.groupdict()
        start, end = (clock(groups[name]) if groups.get(name) else None for name in ("a", "b"))
        start, end = (_of_part(each, match[0]) for each in (start, end))
        if stretch is Stretch.BETWEEN and (start is None or end is None):
            return None
        if stretch is Stretch.UNTIL:
            start, end = None, start
        if start is None and end is None:
            return None
        back = 1 if re.search(r"yesterday|last evening|ayer|anoche|last night", match[0]) else 0
        if back and re.search(r"anoche|last night", match[0]):
            back = 0
        said = [groups[name] for name in ("a", "b") if groups.get(name)]
        halves = not _HALF.search(match[0]) and all(map(_HALVED.fullmatch, said))
        period = Period(stretch=stretch, start=start, end=end, days=back, halves=halves)
        return _period(period, match)

    return made


def _number(match: re.Match[str]) -> Notion:
    return Notion(Sense.NUMBER, float(match["n"].replace(",", ".")), match[0])


def _moment_en(name: str, *, bare: bool) -> str:
    return _EN_CLOCK.format(name, rf"{_FOUR_FIGURES}|{_BARE}" if bare else r"(?!)")


def _moment_es(name: str, *, bare: bool) -> str:
    return _ES_CLOCK.format(name, _BARE if bare else r"(?!)")


_EN_DAY = (
    r"(?:,? (?:on )?(?:(?:yesterday|this|last) (?:morning|afternoon|evening|night)|yesterday"
    r"|today|tonight|(?:in|during) the (?:early )?(?:morning|afternoon|evening|night)|at night))?"
)
_ES_DAY = r"(?: (?:de )?(?:ayer|anoche|hoy|esta manana|esta noche|esta tarde))?"
_IN = r"(?:in |over |during |within |for |of )?"
_USUAL_HOURS = r"(?P<n>1|2|3|4|6|8|12|24|36|48|72) ?(?P<u>h|hs|hrs?|hours?|horas?)"
_EN = (
    (
        (
            rf"{_IN}(?:(?:the |these |those ){_EN_N}(?: ?{_EN_U})?"
            rf" (?:just |right |immediately )?(?:before|prior|preceding|previous)(?: to)?"
            rf"(?: that| those| them| it| these)?){_END}(?! (?:yesterday|last|midnight|noon|\d))"
        ),
        _before(_EN_WORDS),
    ),
    (
        (
            rf"{_IN}the (?:previous|preceding|prior|earlier) {_EN_N}"
            rf"(?: ?{_EN_U})?{_END}"
        ),
        _before(_EN_WORDS),
    ),
    (
        (
            rf"(?:in |over |during |within |for )?(?:the |these |this )?(?:last|"
            rf"past|previous|preceding|latest) {_EN_N} ?{_EN_U}{_END}"
        ),
        _last(_EN_WORDS),
    ),
    (
        (
            rf"(?:from |since |as of )?(?:about |around |roughly )?{_EN_N} ?{_EN_U}"
            rf" (?:ago|earlier|before|back|prior){_END}"
        ),
        _ago(_EN_WORDS),
    ),
    (
        (
            rf"(?:between|from) {_moment_en('a', bare=True)}{_EN_DAY} (?:and|to|"
            rf"until|till|through|-) {_moment_en('b', bare=True)}{_EN_DAY}{_END}"
        ),
        _clocked(Stretch.BETWEEN),
    ),
    (
        (
            rf"{_moment_en('a', bare=False)}{_EN_DAY} ?(?:to|until|till|through|-|–) ?"
            rf"{_moment_en('b', bare=True)}{_EN_DAY}{_END}"
        ),
        _clocked(Stretch.BETWEEN),
    ),
    (
        rf"(?P<a>{_FOUR_FIGURES}) ?(?:to|until|till|-|–) ?(?P<b>{_FOUR_FIGURES}){_END}",
        _clocked(Stretch.BETWEEN),
    ),
    (
        (
            rf"(?:since|after|from|starting at|from about|since about|from around|since around) "
            rf"{_moment_en('a', bare=True)}"
            rf"{_EN_DAY}{_END}"
        ),
        _clocked(Stretch.SINCE),
    ),
    (
        (
            rf"(?:until|till|before|up to|by) {_moment_en('a', bare=True)}{_EN_DAY}"
            rf"{_END}"
        ),
        _clocked(Stretch.UNTIL),
    ),
    (
        (
            rf"(?:at|around|about|near|circa|as of|@) ?(?:about |around |exactly )?"
            rf"{_moment_en('a', bare=True)}"
            rf"{_EN_DAY}{_END}"
        ),
        _clocked(Stretch.AT),
    ),
    (rf"{_USUAL_HOURS}{_END}", _last(_EN_WORDS)),
    (rf"{_moment_en('a', bare=False)}{_EN_DAY}{_END}", _clocked(Stretch.AT)),
)
_ES = (
    (
        (rf"(?:en |durante |de |a )?(?:las |los |esas |esos |otras |otros ){_ES_N}(?: ?{_ES_U})? "
        rf"(?:inmediatamente )?(?:previas|previos|anteriores|precedentes|de antes|antes"
        rf"(?: de (?:eso|esas|esos))?){_END}"),
        _before(_ES_WORDS),
    ),
    (
        (rf"(?:en |durante |de )?(?:las |los )(?:previas|previos|anteriores) {_ES_N}"
        rf"(?: ?{_ES_U})?{_END}"),
        _before(_ES_WORDS),
    ),
    (
        (rf"(?:en |durante |de )?(?:las |los |estas |estos )?{_ES_N} ultim[oa]s {_ES_U}{_END}"),
        _last(_ES_WORDS),
    ),
    (
        (rf"(?:en |durante |de )?(?:las |los )?{_ES_N} ?{_ES_U} "
        rf"(?:pasadas|pasados|ultimas|ultimos){_END}"),
        _last(_ES_WORDS),
    ),
    (
        (rf"(?:en |durante |de |desde hace )?(?:las |los |la |el |estas |estos "
        rf")?(?:ultim[oa]s?|pasad[oa]s?|previas?) {_ES_N} ?{_ES_U}{_END}"),
        _last(_ES_WORDS),
    ),
    (
        (rf"(?:en|durante) (?:las |los )?{_ES_N} ?{_ES_U} (?:previas|anteriores|"
        rf"ultimas|pasadas){_END}"),
        _last(_ES_WORDS),
    ),
    (rf"desde hace (?:unas |como )?{_ES_N} ?{_ES_U}{_END}", _last(_ES_WORDS)),
    (rf"(?:de |a )?hace (?:unas |unos |como |cosa de )?{_ES_N} ?{_ES_U}{_END}", _ago(_ES_WORDS)),
    (rf"{_ES_N} ?{_ES_U} (?:atras|antes){_END}", _ago(_ES_WORDS)),
    (
        (rf"(?:entre|de|desde) {_moment_es('a', bare=True)}{_ES_DAY} (?:y|a|"
        rf"hasta|-) {_moment_es('b', bare=True)}{_ES_DAY}{_END}"),
        _clocked(Stretch.BETWEEN),
    ),
    (
        (rf"(?:desde|despues de|a partir de|pasadas) {_moment_es('a', bare=True)}"
        rf"{_ES_DAY}{_END}"),
        _clocked(Stretch.SINCE),
    ),
    (rf"(?:hasta|antes de) {_moment_es('a', bare=True)}{_ES_DAY}{_END}", _clocked(Stretch.UNTIL)),
    (
        (rf"(?:a|sobre|hacia|alrededor de|cerca de) las? (?P<a>\d{{1,2}}(?:[:.h]\d{{2}})?"
        rf"(?: y media)?(?: ?(?:h|horas|am|pm|de la (?:manana|tarde|noche|"
        rf"madrugada)))?){_ES_DAY}{_END}"),
        _clocked(Stretch.AT),
    ),
    (rf"(?:a |sobre |hacia )?(?P<a>medianoche|el mediodia|mediodia){_END}", _clocked(Stretch.AT)),
    (rf"{_USUAL_HOURS}{_END}", _last(_ES_WORDS)),
    (rf"{_moment_es('a', bare=False)}{_ES_DAY}{_END}", _clocked(Stretch.AT)),
)  # fmt: skip
_UNITS = (
    r"(?: ?(?:%|°[cf]?|[cf]\b|(?:degrees )?fahrenheit|degrees(?: (?:celsius|centigrade|c|f)\b)?"
    r"|mmol(?:s|/l| per lit(?:re|er))?|kpa|grados|mm ?(?:de )?hg|bpm|lpm|rpm|/min|per minute"
    r"|por minuto|por ciento|percent|mg ?(?:/|per|por) ?dl|points|puntos|l/min|litros?|liters?"
    r"|litres?))?"
)
_NUMBER = (re.compile(rf"(?P<n>\d+(?:[.,]\d+)?){_UNITS}(?![\w])"), _number)


_THAN = (
    re.compile(
        r"(?:que|de|de lo que estaba|(?:que|de lo que) (?:(?:el|la|lo|los|las) )?"
        r"(?:del?|que (?:tenia|tuvo|estaba|marcaba|habia|llevaba|traia|presentaba|hubo))"
        r"|que (?:el|la|los|las))(?= (?:ayer|anoche|anteayer|antes|hoy"
        r"|esta (?:manana|tarde|noche|madrugada)|hace|al (?:inicio|empezar|ingreso|principio)"
        r"|a las?|en (?:las?|el|los)|la noche|el dia|por la|cuando|durante|al? mediodia"
        r"|a medianoche|las? \d|los? \d"
        r"|(?:la|el|las|los) (?:turno|ultim|anterior|previ|noche|manana|tarde|madrugada)"
        r"|(?:turno|guardia) (?:anterior|pasad)|anterior|previ|su ingreso))"
    ),
    lambda found: Notion(Sense.THAN, None, found[0]) if found[0] != "de" else None,
)


def _compiled(rows: tuple[tuple[str, _Maker], ...]) -> tuple[tuple[re.Pattern[str], _Maker], ...]:
    return (*((re.compile(text), made) for text, made in rows), _NUMBER)


TIME_WORDS = frozenset(re.findall(r"[a-z]{5,}", " ".join(text for text, _ in (*_EN, *_ES))))
TIMES: Mapping[Language, tuple[tuple[re.Pattern[str], _Maker], ...]] = MappingProxyType(
    {Language.ENGLISH: _compiled(_EN), Language.SPANISH: (*_compiled(_ES), _THAN)}
)
