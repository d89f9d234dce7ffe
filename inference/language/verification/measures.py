"""Checks what a sentence says of present and latest values."""

from collections.abc import Sequence

from inference.language.verification.claims import (
    Claims,
    Mismatch,
    Roles,
    about,
    need,
    numbers,
    only,
    sort,
    split,
    without_of,
)
from inference.language.verification.lexicon import ARTERIAL_PRESSURE, PRESSURE, Concept, Idea
from inference.language.verification.reading import Clock, Item, Mark
from inference.language.verification.times import Times, same_number
from sereno.domain.evidence import Fact
from sereno.domain.vitals import Language, Signal

_MEASURE = Roles({None: "value"}, {})


def check_measures(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> None:
    """Values between commas, one for each fact, in any order."""
    told = measures_told(items, facts, times, language)
    need(len(told) == len(facts), "it holds fewer values than it cites facts")


def measures_told(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> list[Fact]:
    """Which of `facts` a list of values states. Raises Mismatch where it states more than those.

    Clauses between semicolons each begin with their moment; one that does not is of the present.
    """
    need(items and items[-1] == Mark("."), "no full stop ends it")
    left = list(facts)
    for clause in split(items[:-1], ";"):
        clock, values = _lead(clause)
        for value in split(values, ","):
            # No flow and no oxygen given are both "room air": that of the moment is meant.
            meant = [each for each in left if _of_moment(each, clock, times)]
            others = [each for each in left if each not in meant]
            fact = _borne_out(value, [*meant, *others], language)
            need(_of_moment(fact, clock, times), "it is not a value of that moment")
            left.remove(fact)
    return _without(facts, left)


def _of_moment(fact: Fact, clock: Clock | None, times: Times) -> bool:
    """Whether the fact is of the moment that the clock tells, None for the present."""
    at = fact.times.get("at")
    return fact.ongoing if clock is None else at is not None and times.same(clock, at)


def _without(facts: Sequence[Fact], left: Sequence[Fact]) -> list[Fact]:
    names = {fact.id for fact in left}
    return [fact for fact in facts if fact.id not in names]


# The lowest stands without a cue before it, behind a Spanish "de" that says nothing.
_RANGE = Roles({None: "lowest", Idea.TO: "highest", Idea.MEDIAN: "value"}, {})


def check_ranges(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> None:
    """Lowest, highest and median of each, between semicolons behind a heading, in any order.

    Of a signal that had one value throughout it is told once.
    """
    told = ranges_told(items, facts, times, language)
    need(len(told) == len(facts), "it holds fewer ranges than it cites facts")


def ranges_told(
    items: Sequence[Item], facts: Sequence[Fact], _: Times, language: Language
) -> list[Fact]:
    """Which of `facts` a list of ranges states. Raises Mismatch where it states more than those."""
    colon = list(items).index(Mark(":")) if Mark(":") in items else 0
    heads = ([Concept(Idea.WINDOW)], [Concept(Idea.RANGE), Concept(Idea.WINDOW)])
    need(list(items[:colon]) in heads, "not the heading of a range")
    need(items[-1] == Mark("."), "no full stop ends it")
    left = list(facts)
    for part in split(items[colon + 1 : -1], ";"):
        left.remove(_ranged(part, left, language))
    return _without(facts, left)


def _ranged(part: Sequence[Item], facts: Sequence[Fact], language: Language) -> Fact:
    """The fact whose range `part` states. Raises Mismatch where none does."""
    constant = bool(part) and part[-1] == Concept(Idea.THROUGHOUT)
    claims = sort(without_of(part[:-1] if constant else part), _RANGE)
    only(claims)
    need(not (claims.clocks or claims.lengths or claims.count), "more than a range")
    commas = sum(item == Mark(",") for item in part)
    need(commas == (0 if constant else 1), "not how a range is told")
    fact = next((each for each in facts if claims.about(Idea.SIGNAL) == [each.signal]), None)
    if fact is None:
        raise Mismatch("it names another signal than the facts")
    order = [role for role, _ in claims.numbers]
    if constant:
        need(order == ["lowest"], "more than one value throughout")
        need(fact.values["lowest"] == fact.values["highest"], "its values differ")
    else:
        need(order == ["lowest", "highest", "value"], "not lowest, highest and median")
    numbers(claims, fact, order, language)
    return fact


def _lead(clause: Sequence[Item]) -> tuple[Clock | None, Sequence[Item]]:
    """The moment that a clause begins with, None for the present, and what follows it."""
    rest = list(clause)
    if rest and rest[0] == Concept(Idea.NOW):
        return None, rest[1:]
    if rest and rest[0] == Concept(Idea.LATEST):
        del rest[0]
    elif not rest or rest[0] != Concept(Idea.AT):
        return None, rest
    clock = rest[1] if len(rest) > 2 and rest[0] == Concept(Idea.AT) else None
    need(isinstance(clock, Clock) and rest[2] == Mark(":"), "a heading that is no moment")
    return (clock if isinstance(clock, Clock) else None), rest[3:]


def _borne_out(part: Sequence[Item], facts: Sequence[Fact], language: Language) -> Fact:
    """The fact that `part` states. Raises the Mismatch of the last tried where none does."""
    finding = Mismatch("it holds more values than it cites facts")
    for fact in facts:
        try:
            _check_measure(part, fact, language)
        except Mismatch as mismatch:
            finding = mismatch
        else:
            return fact
    raise finding


def _check_measure(part: Sequence[Item], fact: Fact, language: Language) -> None:
    need(not any(isinstance(item, Mark) for item in part), "a mark that does not belong in a list")
    claims = sort(part, _MEASURE)
    need(not claims.clocks, "a time in the midst of a list")
    need(not claims.lengths and not claims.count, "a duration or a count in a present value")
    if fact.signal is Signal.CONSCIOUSNESS:
        need(part == [Concept(Idea.MIND, int(fact.value or 0))], "another state of mind")
    elif fact.signal is Signal.OXYGEN_FLOW and not fact.value:
        need(part == [Concept(Idea.ROOM_AIR)], "oxygen told wrongly")
    elif fact.signal is Signal.OXYGEN_GIVEN:
        given = Concept(Idea.SIGNAL, Signal.OXYGEN_GIVEN)
        need(part == [given if fact.value else Concept(Idea.ROOM_AIR)], "oxygen told wrongly")
    elif "diastolic" in fact.values:
        _check_pair(claims, fact)
    else:
        only(claims)
        about(claims, fact.signal)
        numbers(claims, fact, ("value",), language)


def _check_pair(claims: Claims, fact: Fact) -> None:
    invasive = fact.signal is Signal.INVASIVE_SYSTOLIC
    only(claims)
    about(claims, ARTERIAL_PRESSURE if invasive else PRESSURE)
    need(len(claims.numbers) == 1, "not one pair of pressures")
    quantity = claims.numbers[0][1]
    need(quantity.lower is not None, "a single number where a pair belongs")
    upper_fits = same_number(quantity.value, fact.value)
    lower = quantity.lower
    lower_fits = lower is not None and same_number(lower, fact.values["diastolic"])
    need(upper_fits and lower_fits, "a pressure is not the fact's")
