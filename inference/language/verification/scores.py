"""Checks what a sentence says of a score."""

from collections.abc import Sequence

from inference.language.verification.claims import Claims, need, only
from inference.language.verification.lexicon import Concept, Idea
from inference.language.verification.reading import Clock, Item, Length, Mark, Quantity
from inference.language.verification.times import Times, same_number
from sereno.domain.evidence import Fact
from sereno.domain.surveillance import Direction, Response
from sereno.domain.vitals import Language, Signal


def check_score(items: Sequence[Item], fact: Fact, times: Times, _: Language) -> None:
    """The total, its parts, its range and what is missing, and the response it asks for."""
    ideas = [item for item in items if isinstance(item, Concept)]
    need(sum(idea.idea is Idea.SCORE for idea in ideas) == 1, "the score is not named")
    if fact.value is None:
        _check_not_scored(items, fact)
        return
    head, parts, missing = _score_parts(items)
    _check_head(head, fact, times)
    known = {
        key: points
        for key, points in fact.values.items()
        if key not in ("from", "lowest", "highest")
    }
    need(_points(parts) == known, "the parts of the score are told wrongly")
    named = [item.about for item in missing if isinstance(item, Concept)]
    need(sorted(map(str, named)) == sorted(map(str, fact.signals)), "what is missing is wrong")
    clean = all(
        item in (Mark(","), Mark("."), Mark(":"))
        or (isinstance(item, Concept) and item.idea is Idea.SIGNAL)
        for item in missing
    )
    need(clean, "more is said of what is missing than that it is")


def check_response(items: Sequence[Item], fact: Fact, _: Times, __: Language) -> None:
    """What the protocol asks for, as certain as the score is; what is still to be measured."""
    least, most = Response(fact.labels["response"]), Response(fact.labels["worst_response"])
    told, missing = _split_at(items, Concept(Idea.TO_MEASURE))
    marks = (Mark(","), Mark(":"), Mark(";"), Mark("."))
    said = [item for item in told if item not in marks]
    if least is not most and least is Response.ROUTINE:
        wanted = [Concept(Idea.NOT_YET)]
    else:
        bound = [] if least is most else [Concept(Idea.AT_LEAST)]
        wanted = [Concept(Idea.PROTOCOL), *bound, Concept(Idea.ASKED, least)]
    need(said == wanted, "not what the protocol asks for")
    named = [item for item in missing if item not in marks]
    need(all(isinstance(i, Concept) and i.idea is Idea.SIGNAL for i in named), "not a list")
    signals = [item.about for item in named if isinstance(item, Concept)]
    need(sorted(map(str, signals)) == sorted(map(str, fact.signals)), "what is missing is wrong")


def _split_at(items: Sequence[Item], mark: Concept) -> tuple[list[Item], list[Item]]:
    """What comes before and behind the concept; all of it before where it is not there."""
    rest = list(items)
    cut = rest.index(mark) if mark in rest else len(rest)
    return rest[:cut], rest[cut + 1 :]


def _check_not_scored(items: Sequence[Item], fact: Fact) -> None:
    told = {item.idea: item.about for item in items if isinstance(item, Concept)}
    need(set(told) == {Idea.SCORE, Idea.NOT_SCORED, Idea.WHY_NOT}, "not told as not scored")
    need(told[Idea.WHY_NOT] == fact.labels.get("not_scored"), "another reason for no score")
    need(all(isinstance(item, Concept | Mark) for item in items), "a number without a score")


def _score_parts(items: Sequence[Item]) -> tuple[list[Item], list[Item], list[Item]]:
    """The total with its response, the parts behind the colon, and what is missing."""
    told, missing = _split_at(items, Concept(Idea.MISSING))
    colon = next((i for i, item in enumerate(told) if item == Mark(":")), len(told))
    return told[:colon], told[colon + 1 :], missing


def _points(parts: Sequence[Item]) -> dict[str, float]:
    """Signal and points, alternating, between commas."""
    told = [item for item in parts if item not in (Mark(","), Mark(";"), Mark("."))]
    points: dict[str, float] = {}
    need(len(told) % 2 == 0, "a part of the score without its points")
    for name, number in zip(told[::2], told[1::2], strict=True):
        named = isinstance(name, Concept) and isinstance(name.about, Signal)
        need(named and isinstance(number, Quantity), "a part of the score is not understood")
        if isinstance(name, Concept) and isinstance(number, Quantity):
            need(number.unit is None and number.lower is None, "a unit on points")
            need(str(name.about) not in points, "a part of the score is told twice")
            points[str(name.about)] = float(number.value)
    return points


def _check_head(head: Sequence[Item], fact: Fact, times: Times) -> None:
    """The total, what it was before, its range, and the response that it asks for."""
    ideas = [item for item in head if isinstance(item, Concept)]
    claims = Claims(ideas=ideas)
    only(
        claims, Idea.SCORE, Idea.TREND, Idea.RESPONSE, Idea.PARTIAL, Idea.RANGE, Idea.AT_LEAST,
        Idea.UNKNOWN,
    )  # fmt: skip
    need(not claims.has(Idea.SIGNAL), "a signal where the total belongs")
    asked = [] if "brief" in fact.labels else _bounds(fact)  # a card shows it beside
    need(_responses(ideas) == asked, "the response is not the score's")
    numbers = [item for item in head if isinstance(item, Quantity)]
    need(all(n.unit is None and n.lower is None for n in numbers), "a unit on a score")
    partial, before = bool(fact.signals), fact.values.get("from")
    roles: list[float | None] = [fact.value]
    if partial:
        roles += [fact.values["lowest"], fact.values["highest"]]
    elif before is not None:
        roles.append(before)
    need(claims.has(Idea.PARTIAL) is partial, "whether it is partial is told wrongly")
    need(claims.has(Idea.RANGE) is partial, "whether it is partial is told wrongly")
    fits = len(numbers) == len(roles) and all(
        same_number(said.value, known) for said, known in zip(numbers, roles, strict=True)
    )
    need(fits, "a number is not the score's")
    _check_before(head, fact, times, claims, before=None if partial else before)


# What bounds a response: it is the least or the most, or nothing is known of the least.
_BOUNDS = frozenset({Idea.AT_LEAST, Idea.UP_TO, Idea.UNKNOWN})
_Bounds = list[tuple[Idea | None, object]]


def _responses(ideas: Sequence[Concept]) -> _Bounds:
    """The responses in order, each with the bound that stands before it, and bounds of none."""
    found: _Bounds = []
    bound: Idea | None = None
    for concept in [*ideas, Concept(Idea.SCORE)]:
        if concept.idea is Idea.RESPONSE:
            found.append((bound, concept.about))
        elif bound is not None:
            found.append((bound, None))
        bound = concept.idea if concept.idea in _BOUNDS else None
    return found


def _bounds(fact: Fact) -> _Bounds:
    """What a text must say of the response: for certain only where no missing value changes it."""
    least, most = fact.labels["response"], fact.labels.get("worst_response")
    if not fact.signals or least == most:
        return [(None, Response(least))]
    routine = least == Response.ROUTINE
    lower = (Idea.UNKNOWN, None) if routine else (Idea.AT_LEAST, Response(least))
    return [lower, (Idea.UP_TO, most and Response(most))]


def _check_before(
    head: Sequence[Item], fact: Fact, times: Times, claims: Claims, *, before: float | None
) -> None:
    clocks = [item for item in head if isinstance(item, Clock)]
    need(not any(isinstance(item, Length) for item in head), "a duration in a score")
    if before is None:
        need(not clocks and not claims.has(Idea.TREND), "a trend that the score does not hold")
        return
    way = Direction.HIGH if before < (fact.value or 0.0) else Direction.LOW
    need(claims.about(Idea.TREND) == [way], "the score went the other way")
    need(len(clocks) == 1 and times.same(clocks[0], fact.times["from"]), "not when it was so")
