"""Number words and spoken clock times of English, put into figures."""

import re

_UP_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_FROM_TWENTY = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: number for number, word in enumerate(_UP_TO_NINETEEN)}
_TENS = {word: 10 * number for number, word in enumerate(_FROM_TWENTY, start=2)}
_VALUES = _SMALL | _TENS
_WORD = rf"(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})"
_SAID = re.compile(
    rf"\b(?:(?:(?:a|{_WORD}) )?hundred(?: and)?|{_WORD})(?:[ -]{_WORD}\b)*"
    rf"(?: point (?:{_WORD}|\d))?\b"
)
# "One" and "two" are numbers only beside these: "which one", "between the two".
_BEFORE_NUMBER = re.compile(
    r"\b(?:above|over|below|under|than|at|exceed\w*|beneath|since|from|past|bed|last|room|reach\w*"
    r"|hit|between|until|till|by|before|after|around|about|to|and|is|of) $"
)
_BEHIND_NUMBER = re.compile(
    r" ?(?:am\b|pm\b|o'?clock|%|degrees|(?:news2? |qsofa )?points?\b|and a half"
    r"|or (?:more|above|over|less|below|higher)|hours?\b|hrs?\b|minutes?\b|mins?\b|days?\b"
    r"|in the (?:morning|afternoon)|at night)"
)
_CLOCKED_ONE = re.compile(r" ?(?:am\b|pm\b|o'?clock|in the (?:morning|afternoon)|at night)")
_LIMIT = re.compile(r"\b(?:above|over|below|under|than|exceed\w*|beneath|hit|reach\w*) $")
_HOUR = r"(?P<h>1[0-2]|[1-9])"
_TO = re.compile(
    rf"\b(?:a )?(?P<m>quarter|5|10|20|25) (?:minutes )?(?:to|of|till) {_HOUR}(?![\d:.])"
    rf"(?! ?(?:%|h\b|hours?|hrs?|points))"
)
_PAST = re.compile(rf"\b(?:a )?(?P<m>half|quarter|5|10|20|25) (?:minutes )?past {_HOUR}(?![\d:.])")
_MINUTES = {"half": 30, "quarter": 15}
_OF_SEVERAL = (
    r"\b(top|highest|lowest|worst|bottom|sickest) \d{1,2} (?=[a-z]{4})"
    r"(?!(?:hour|hr|min|minute|day|week|shift|night)s?\b)"
    r"|\b(first|last|latest) \d{1,2} (?=(?:values?|readings?|measurements?|results?|obs\b"
    r"|observations?|scores?|alarms?|beds?|patients?|temps?\b|temperatures?|sats\b|pressures?"
    r"|bps?\b|glucoses?|notes?)\b)"
)
_LENGTHS = (
    (r"\b(?:an hour|1 hour|one hour) and a half\b", "1.5 hours"),
    (r"\b(?:1|one) and a half hours?\b", "1.5 hours"),
    (r"\b(\d+) and a half hours?\b", r"\1.5 hours"),
    (r"\b(?:three|3)[ -]quarters of an hour\b", "45 minutes"),
    (r"\b(?:a )?quarter of an hour\b", "15 minutes"),
    (r"\bhalf[ -](?:an[ -])?hour\b", "30 minutes"),
    (r"\b(?:oh |o )?(\d) hundred(?: hours| hrs)?\b", r"0\1:00"),
    (r"\b(\d\d) hundred(?: hours| hrs)?\b", r"\1:00"),
    (
        _OF_SEVERAL,
        r"\1\2 ",
    ),
    (
        r"\b(at|since|from|until|between|by|and|to|before|after) half (\d{1,2})\b(?! ?%)",
        r"\1 \2:30",
    ),
    (r"\bwould you (?:happen to|by any chance) \w+\b", "is there"),
    (r"\bgiving (?:him|her|them) (?=(?:the |his |her |their |those )?points)", "giving "),
    (r"\bcoldest\b(?! temp)", "lowest temperature"),
    (r"\b(?:warmest|hottest)\b(?! temp)", "highest temperature"),
    (r"\bthe hour (?=before|prior|preceding)", "the 1 hour "),
    (r"\bthe (?:previous|preceding|prior) hour\b", "the previous 1 hour"),
    (r"\b(\d{1,2}) oh ([1-9])\b", r"\1:0\2"),
)
_DAY = (
    r"(?P<day>(?:yesterday|this|last) (?:morning|afternoon|evening|night)|yesterday|tonight|today)"
)
_CLOCK = (
    r"(?P<clock>noon|midday|midnight|\d{1,2}[:.]\d{2}(?: ?(?:am|pm|hours|hrs|h))?"
    r"|\d{1,2} ?(?:am|pm|o'?clock)|(?:[01]\d|2[0-3])[0-5]\d(?: ?(?:h|hrs|hours))?|\d{1,2})"
)
_DAY_FIRST = re.compile(
    rf"(?P<lead>\b(?:since|from|until|till|after|before|between|and|to|by|at) )?\b{_DAY},?"
    rf" (?P<at>at |around |about |@ ?)?{_CLOCK}(?![\w:])"
    rf"(?! ?(?:%|mm|hours|hrs|min|points|degrees|or (?:more|less|above)))"
)


def in_figures(text: str) -> str:
    """`text` with its numbers and clock times in figures, and a day behind its clock time."""
    text = _SAID.sub(_figures, text)
    for pattern, instead in _LENGTHS:
        text = re.sub(pattern, instead, text)
    text = _PAST.sub(lambda found: _clock(int(found["h"]), _minutes(found["m"])), text)
    text = _TO.sub(lambda found: _clock(int(found["h"]) - 1 or 12, 60 - _minutes(found["m"])), text)
    return _DAY_FIRST.sub(_day_behind, text)


def _figures(found: re.Match[str]) -> str:
    """The number that words say; words that may be no number stay."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    whole, _, part = found[0].partition(" point ")
    if whole == "one" and not part and not _CLOCKED_ONE.match(after):
        return found[0]
    beside = _BEFORE_NUMBER.search(before) or _BEHIND_NUMBER.match(after)
    if whole == "two" and not part and not beside:
        return found[0]
    figures = _valued(re.split(r"[ -]", whole), limit=bool(_LIMIT.search(before)))
    if figures is None:
        return found[0]
    return f"{figures}.{_VALUES.get(part, part)}" if part else figures


def _valued(words: list[str], *, limit: bool) -> str | None:
    """Figures: "ninety two" is 92, "one sixty" 160 as a limit, "two thirty" else 2:30."""
    words = [word for word in words if word not in ("and", "a")]
    if "hundred" in words:
        at = words.index("hundred")
        hundreds = sum(_VALUES[word] for word in words[:at]) or 1
        rest = sum(_VALUES[word] for word in words[at + 1 :])
        by_the_clock = hundreds > len(("100", "200")) and not rest
        return f"{hundreds} hundred" if by_the_clock else str(100 * hundreds + rest)
    match _groups(words):
        case [number]:
            return str(number)
        case [first, second] if limit and first in (1, 2) and second >= min(_TENS.values()):
            return str(100 * first + second)
        case [hour, minute] if 0 < hour < 24 and 10 <= minute < 60:
            return f"{hour}:{minute:02d}"
    return None


def _groups(words: list[str]) -> list[int]:
    """Numbers one after another: "twenty four ten" is 24 and 10."""
    groups: list[int] = []
    open_tens = False
    for word in words:
        if open_tens and 0 < _VALUES[word] < min(_TENS.values()) // 2:
            groups[-1] += _VALUES[word]
        else:
            groups.append(_VALUES[word])
        open_tens = word in _TENS
    return groups


def _minutes(said: str) -> int:
    return _MINUTES.get(said) or int(said)


def _clock(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02d}"


def _day_behind(found: re.Match[str]) -> str:
    """The day goes behind: "since yesterday noon"; a bare number needs a word for it."""
    bare = found["clock"].isdecimal() and len(found["clock"]) < len("0300")
    if bare and not (found["at"] or found["lead"]):
        return found[0]
    return f"{found['lead'] or 'at '}{found['clock']} {found['day']}"
