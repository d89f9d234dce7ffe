"""Whether a call is the one thing that a question can have asked.

Where it is not, its facts are told without a yes, a no or a number: a wrong one is far worse than
none.
"""

from collections.abc import Sequence
from itertools import pairwise

from inference.language.questions.lexing import Read
from inference.language.questions.notions import Event, Sense
from inference.language.questions.said import joined_with, merged
from inference.language.questions.units import doubtful
from sereno.domain.questions import Aspect, Call, Period, Stretch, Tool, Topic
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import VITALS

_PARTS = (Stretch.MORNING, Stretch.AFTERNOON, Stretch.NIGHT, Stretch.SMALL_HOURS)
_WIDE = (Stretch.ALL, Stretch.NOW, Stretch.TODAY, *_PARTS)
# Of what these words deny, yes and no may mean the same.
_DENIED = (Tool.EPISODES, Tool.VITALS, Tool.SCORE, Tool.COMPARE, Tool.PROTOCOL)
# Of which "more" says something that is read in no comparison.
_VALUED = (Tool.EPISODES, Tool.VITALS)
_EXCEPT = frozenset(
    [
        "excepto",
        "salvo",
        "quitando",
        "aparte de",
        "exceptuando",
        "descontando",
        "fuera de",
        "a excepcion de",
        "sin contar",
        "menos cuando",
    ]
)
_AGAINST = frozenset(
    ["versus", "vs", "against", "relative to", "frente a", "contra", "en comparacion"]
)


def sure(read: Read, call: Call) -> bool:
    """Whether every word was understood, and no second reading competes."""
    asked = call.of or call
    if asked.tool is Tool.NOTES:
        return True  # what is not understood is looked for
    rivals = (
        bool(read.unknown),
        compares(read) and (asked.tool is not Tool.COMPARE or asked.against is None),
        asked.tool is not Tool.COMPARE and _several_periods(read),
        asked.limit is not None and len(read.about(Sense.NUMBER)) > 1,
        asked.limit is not None and read.has(Sense.ABOVE) and read.has(Sense.BELOW),
        asked.tool in _DENIED and read.has(Sense.NOT),
        _several_events(read),
        len(read.about(Sense.WELL)) > 1,
        _strange(asked),
        read.has(Sense.RESPONSE) and asked.tool not in (Tool.PROTOCOL, Tool.SCORE),
        any(n.sense is Sense.NOT and n.words in _EXCEPT for n in read.notions),
        _count_or_value(read),
        asked.tool in _VALUED and read.has(Sense.MORE, Sense.LESS),
        asked.tool in _DENIED and _gone(read),
        asked.tool is Tool.ALARMS and read.has(Sense.FIRST),  # those of one priority
        asked.limit is not None and asked.topics == (Topic.OXYGEN,) and _of_a_fraction(read),
        read.has(Sense.ASIDE) and not read.has(Sense.PERIOD),
        asked.tool is not Tool.COMPARE and _asks_how(read),
        _of_the_first(read, asked),
        _either_half(read) or _beside_no_half(read),
        asked.limit is not None and _in_doubtful_units(read, asked.topics),
        asked.limit is not None and len(_named(read)) > 1,
        asked.tool in _VALUED and _against_its_event(read),
        asked.tool in _VALUED and _event_beside_another(read),
        asked.tool in _VALUED and _much_oxygen(read, asked),
        asked.tool is Tool.EXTREMES and _worst_of_several(read),
        Topic.CONSCIOUSNESS in asked.topics and _of_the_mind(read, asked),
    )
    return not any(rivals)


def _of_the_first(read: Read, call: Call) -> bool:
    """Whether the first of something is meant, and what is read is all or the last of it."""
    first = [i for i, n in enumerate(read.notions) if n.words.startswith(("first", "primer"))]
    whole = call.aspect in (Aspect.WHETHER, Aspect.NOW, Aspect.HOW_OFTEN)
    behind = (read.notions[i + 1].sense for i in first if i + 1 < len(read.notions))
    return (bool(first) and whole) or Sense.PERIOD in behind


def _gone(read: Read) -> bool:
    """Whether something is said to have gone: "is the fever gone", unlike "gone above"."""
    told = [n for n in read.notions if n.sense is not Sense.PATIENT]
    ends = (Sense.PERIOD, Sense.NOW, Sense.STILL)
    return any(
        n.words == "gone" and (index + 1 == len(told) or told[index + 1].sense in ends)
        for index, n in enumerate(told)
    )


def _asks_how(read: Read) -> bool:
    return any(n.sense is Sense.QUERY and n.words == "how" for n in read.notions)


def _of_a_fraction(read: Read) -> bool:
    """Whether a limit of oxygen is one of FiO2: limits are those of the flow."""
    return any("%" in n.words or n.words.startswith("fi") for n in read.notions)


def compares(read: Read) -> bool:
    """Whether something is said to be set against something else."""
    against = any(n.sense is Sense.DIFFER and n.words in _AGAINST for n in read.notions)
    return against or read.has(Sense.THAN)


def _several_periods(read: Read) -> bool:
    """Whether more than one is said; a part of the day, its day and its clock times are one."""
    said = [each for each in read.about(Sense.PERIOD) if isinstance(each, Period)]
    narrow = [each for each in said if each.stretch not in _WIDE]
    parts = {each.stretch for each in said if each.stretch in _PARTS}
    days = [each for each in said if each.stretch is Stretch.TODAY]
    joined = list(merged(read.notions))
    a_part = any(each.stretch in _PARTS for each in joined)
    apart = a_part and any(each.stretch not in _WIDE for each in joined)
    return apart or max(len(narrow), len(parts), len(days)) > 1


def _either_half(read: Read) -> bool:
    """Whether a clock time of a past day may be of either half: "at three yesterday"."""
    return any(each.halves and each.days for each in merged(read.notions))


def _beside_no_half(read: Read) -> bool:
    """Whether a clock time stands beside a part of the day that does not hold it, or holds two."""
    for one, other in pairwise(n.about for n in read.notions):
        if isinstance(one, Period) and isinstance(other, Period):
            clocked = {bool(each.start or each.end) for each in (one, other)}
            part = one.stretch in _PARTS or other.stretch in _PARTS
            if len(clocked) > 1 and part and joined_with(one, other) is None:
                return True
    return False


def _count_or_value(read: Read) -> bool:
    """Whether "more tachycardia than" may be more of it or more often."""
    more = read.has(Sense.MORE, Sense.LESS) and read.has(Sense.THAN)
    return more and read.has(Sense.EVENT) and read.has(Sense.HAPPENED)


def _strange(call: Call) -> bool:
    """Whether the limit is nothing that any of the signals can show: the number meant another."""
    limit, signals = call.limit, [signal for topic in call.topics for signal in topic.signals]
    if limit is None or not signals:
        return False
    return not any(VITALS[signal].plausible(limit) for signal in signals)


def _in_doubtful_units(read: Read, topics: Sequence[Topic]) -> bool:
    """Whether the number may be meant in another unit, or of another topic, than it is read."""
    return any(
        doubtful(n.about, n.words, topic)
        for topic in topics[:1]
        for n in read.notions
        if n.sense is Sense.NUMBER and isinstance(n.about, float)
    )


def _named(read: Read) -> set[Topic]:
    """What is spoken of; oxygen beside a saturation is what that was measured on."""
    senses = (Sense.TOPIC, Sense.WELL, Sense.EVENT)
    told = [n.about for n in read.notions if n.sense in senses]
    named = {each.topic if isinstance(each, Event) else each for each in told}
    topics = {each for each in named if isinstance(each, Topic)}
    return topics - {Topic.OXYGEN} if Topic.SATURATION in topics else topics


def _against_its_event(read: Read) -> bool:
    """Whether it goes the other way than the event: "the fever below 38", "the fever fell"."""
    ways = {each.direction for each in read.about(Sense.EVENT) if isinstance(each, Event)}
    low, high = Direction.LOW in ways, Direction.HIGH in ways
    down = read.has(Sense.BELOW, Sense.AT_MOST, Sense.DOWNWARD, Sense.FALLING)
    up = read.has(Sense.ABOVE, Sense.AT_LEAST, Sense.UPWARD, Sense.RISING)
    return (low and up) or (high and down)


def _event_beside_another(read: Read) -> bool:
    """Whether an event is told beside a signal that is not its own: which of them is asked for?"""
    return read.has(Sense.EVENT) and len(_named(read)) > 1


def _of_the_mind(read: Read, call: Call) -> bool:
    """Whether up or down may mean alert or not: the highest consciousness, confusion that rose."""
    moved = read.has(Sense.EVENT) and read.has(Sense.UPWARD, Sense.DOWNWARD)
    beside = call.tool is Tool.COMPARE and len(call.topics) > 1
    return call.tool is Tool.EXTREMES or beside or (call.tool in _VALUED and moved)


def _much_oxygen(read: Read, call: Call) -> bool:
    """Whether oxygen is called high or low: no limit says when it is, and any is not high."""
    beyond = read.has(Sense.UPWARD, Sense.DOWNWARD, Sense.NORMAL, Sense.MORE, Sense.LESS)
    return beyond and call.limit is None and call.topics == (Topic.OXYGEN,)


def _worst_of_several(read: Read) -> bool:
    """Whether one side is asked of several signals that may have other bad sides."""
    sides = {each.worse_when_low for each in _named(read)}
    extremes = read.has(Sense.HIGHEST, Sense.LOWEST)
    several = len(_named(read)) > 1
    return several and read.has(Sense.FIRST) and (extremes or len(sides) > 1)


def _several_events(read: Read) -> bool:
    return len([each for each in read.about(Sense.EVENT) if isinstance(each, Event)]) > 1
