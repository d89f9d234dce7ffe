"""Checks what a sentence says of a change, an extreme, an episode or a group of them."""

from collections.abc import Sequence

from inference.language.verification.claims import (
    Claims,
    Roles,
    about,
    check_altered,
    clocks,
    counted,
    lengths,
    need,
    numbers,
    only,
    sort,
    toward,
    without_of,
)
from inference.language.verification.lexicon import Concept, Idea
from inference.language.verification.reading import Clock, Item, Length, Quantity
from inference.language.verification.times import Times, is_momentary, same_length
from sereno.domain.evidence import Fact
from sereno.domain.vitals import Language, Signal

_CHANGE = Roles(
    {Idea.FROM: "from", Idea.SINCE: "from", Idea.TO: "to", None: "to"},
    {"from": "start", "to": "end"},
)


def check_change(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    """From what and when, to what and when, and which way; beside an alarm, within how long."""
    items = _without_within(items, fact)
    if fact.signal is Signal.CONSCIOUSNESS:
        _check_mind(items, fact, times)
        return
    claims = sort(items, _CHANGE)
    only(claims, Idea.TREND, Idea.LATEST)
    about(claims, fact.signal)
    need(claims.has(Idea.TREND), "no word says which way it went")
    need(not claims.has(Idea.BEYOND) and not claims.has(Idea.EXTREME), "not told as a change")
    toward(claims, fact.direction, Idea.TREND)
    numbers(claims, fact, ("from", "to"), language)
    clocks(claims, fact, ("start", "end"), times)
    need(not claims.lengths and not claims.count, "a duration or a count in a change")


def _without_within(items: Sequence[Item], fact: Fact) -> list[Item]:
    """The rest of a sentence that says within how long a change came, once and rightly."""
    rest, same = list(items), Concept(Idea.SAME)
    within = fact.durations.get("within")
    need(rest.count(same) == (within is not None), "not within which time, or more than that")
    if within is not None:
        at = rest.index(same)
        said = rest[at + 1] if at + 1 < len(rest) else None
        fits = isinstance(said, Length) and same_length(said, within)
        need(fits, "not the time within which it changed")
        del rest[at : at + 2]
    return rest


def _check_mind(items: Sequence[Item], fact: Fact, times: Times) -> None:
    """Two states of mind, each followed by its time, the earlier first."""
    told = [item for item in items if isinstance(item, Clock)]
    minds = [item for item in items if isinstance(item, Concept) and item.idea is Idea.MIND]
    order = [
        isinstance(item, Clock)
        for item in items
        if isinstance(item, Clock) or (isinstance(item, Concept) and item.idea is Idea.MIND)
    ]
    need(order == [False, True, False, True], "not two states with their times")
    need(
        [mind.about for mind in minds] == [int(fact.values["from"]), int(fact.values["to"])],
        "another state of mind",
    )
    fits = times.same(told[0], fact.times["start"]) and times.same(told[1], fact.times["end"])
    need(fits, "a time is not the fact's")
    rest = Claims(ideas=[item for item in items if isinstance(item, Concept)])
    only(rest, Idea.MIND, Idea.CHANGED)
    about(rest, Signal.CONSCIOUSNESS)
    numeric = any(isinstance(item, Quantity | Length) for item in items)
    need(not numeric, "a number where none belongs")
    need(
        not any(rest.has(idea) for idea in (Idea.BEYOND, Idea.EXTREME, Idea.SINCE, Idea.BEFORE)),
        "not how a state of mind is told",
    )


_EXTREME = Roles({Idea.EXTREME: "value", None: "value", Idea.FROM: "value"}, {"value": "at"})


_GIVEN = Roles({}, {None: "at"})


def check_extreme(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    """The lowest or highest value and when; of oxygen without an amount that it was given."""
    given = fact.signal is Signal.OXYGEN_GIVEN
    claims = sort(items, _GIVEN if given else _EXTREME)
    only(claims)
    about(claims, fact.signal)
    need(not claims.has(Idea.BEYOND), "no limit belongs to it")
    if given:
        need(not claims.has(Idea.EXTREME), "what has no amount has no highest")
    else:
        need(claims.has(Idea.EXTREME), "no word says that it is the lowest or highest")
        toward(claims, fact.direction, Idea.EXTREME)
        numbers(claims, fact, ("value",), language)
    clocks(claims, fact, ("at",), times)
    need(not claims.lengths and not claims.count, "a duration or a count in an extreme")


_EPISODE = Roles(
    {Idea.BEYOND: "threshold", Idea.EXTREME: "value", Idea.FROM: "value", None: "value"},
    {"threshold": "start", "value": "at"},
)


def check_episode(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    """Beyond which limit, since when, for how long, how far, and whether it goes on."""
    claims = sort(without_of(items), _EPISODE)
    momentary = is_momentary(fact.durations["length"])
    _check_abnormal(claims, fact, language, momentary=momentary)
    need(claims.has(Idea.STILL) is fact.ongoing, "whether it goes on is told wrongly")
    need(not claims.count, "a count in a single episode")
    need(not claims.has(Idea.SINGLES), "a count in a single episode")
    clocks(claims, fact, ("at",) if momentary else ("start",), times)
    lengths(claims, "length", fact.durations["length"], wanted=not momentary)


def _check_abnormal(claims: Claims, fact: Fact, language: Language, *, momentary: bool) -> None:
    """What an episode and a group share: signal, limit, worst value, their direction."""
    common = (Idea.STILL, Idea.SINGLE, Idea.SINGLES, Idea.TIMES, Idea.EPISODES)
    single = claims.has(Idea.SINGLE) or claims.has(Idea.SINGLES)
    need(single is momentary, "single readings and lasting ones are mixed up")
    about(claims, fact.signal)
    if fact.signal is Signal.CONSCIOUSNESS:
        only(claims, *common, Idea.ALTERED, Idea.WORST, Idea.MIND)
        check_altered(claims, fact)
        return
    only(claims, *common, Idea.TREND)
    need(claims.has(Idea.BEYOND), "no word says on which side of the limit")
    need(claims.has(Idea.EXTREME) or momentary, "no word says that a value is the worst")
    toward(claims, fact.direction, Idea.BEYOND, Idea.EXTREME, Idea.TREND)
    numbers(claims, fact, ("threshold", "value"), language)


# A group happens at no one time.
_GROUP = Roles(_EPISODE.numbers, {"value": "at"})


def check_group(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    """How often beyond which limit, since when, the longest and the worst of them."""
    claims = sort(without_of(items), _GROUP)
    longest = fact.durations["longest"]
    momentary = is_momentary(longest)
    _check_abnormal(claims, fact, language, momentary=momentary)
    need(claims.has(Idea.STILL) is fact.ongoing, "whether it goes on is told wrongly")
    counted(claims, fact.values.get("count"))
    clocks(claims, fact, ("start",), times)
    lengths(claims, "longest", longest, wanted=not momentary)
