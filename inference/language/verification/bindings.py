"""What a sentence about each kind of fact must say, and what the parts of it are bound to.

Each check raises Mismatch with one line that says what is not borne out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from inference.language.verification.lexicon import (
    ARTERIAL_PRESSURE,
    DATA,
    PRESSURE,
    UNITLESS,
    UNITS,
    Concept,
    Idea,
)
from inference.language.verification.reading import Clock, Item, Length, Mark, Quantity
from inference.language.verification.times import (
    Times,
    is_momentary,
    same_length,
    same_number,
)
from sereno.domain.evidence import Fact, FactKind
from sereno.domain.surveillance import Condition, Direction, Response
from sereno.domain.vitals import Language, Signal


class Mismatch(Exception):
    """A claim that the cited fact does not bear out."""


def need(condition: object, reason: str) -> None:
    """Raise Mismatch with `reason` unless `condition` holds."""
    if not condition:
        raise Mismatch(reason)


# --- roles: which part of a fact a number or time is about --------------------------------------

# A cue stands before the number or the time that it gives a role.
_CUES = frozenset(
    {
        Idea.BEYOND, Idea.EXTREME, Idea.FROM, Idea.TO, Idea.AT, Idea.SINCE, Idea.BETWEEN, Idea.AND,
        Idea.BEFORE, Idea.BEGIN, Idea.LASTING, Idea.LONGEST, Idea.UP_TO,
    }
)  # fmt: skip
# Concepts whose time may follow, as that of a number does.
_LAST = {Idea.ANSWERED: "answered", Idea.MIND: "value"}
_STARTS = frozenset({Idea.SINCE, Idea.FROM, Idea.BETWEEN})
_ENDS = frozenset({Idea.TO, Idea.AND, Idea.BEFORE, Idea.BEGIN})


@dataclass(slots=True)
class Claims:
    """What a sentence says, sorted by role; a role said twice must be the same both times."""

    ideas: list[Concept] = field(default_factory=list)
    numbers: list[tuple[str, Quantity]] = field(default_factory=list)
    clocks: list[tuple[str, Clock]] = field(default_factory=list)
    lengths: list[tuple[str, Length]] = field(default_factory=list)
    count: list[int] = field(default_factory=list)

    def has(self, idea: Idea) -> bool:
        """Whether the sentence holds `idea`."""
        return any(concept.idea is idea for concept in self.ideas)

    def about(self, idea: Idea) -> list[object]:
        """The arguments of every `idea` in it."""
        return [concept.about for concept in self.ideas if concept.idea is idea]


@dataclass(frozen=True, slots=True)
class Roles:
    """How cues are to be read in a sentence about one kind of fact.

    `numbers` gives the role of a number after a cue (None: without one); `after` the role of a
    time told "at" the number of a role, None standing for one told before any number.
    """

    numbers: Mapping[Idea | None, str]
    after: Mapping[str | None, str]


def sort(items: Sequence[Item], roles: Roles) -> Claims:
    """Give each number, time and duration of `items` its role. Raises Mismatch without one."""
    claims = Claims()
    cue: Idea | None = None
    last: str | None = None
    for item, following in pairwise([*items, Mark(".")]):
        if isinstance(item, Concept):
            claims.ideas.append(item)
            cue = item.idea if item.idea in _CUES else cue
            last = _LAST.get(item.idea, last)
            if item.idea is Idea.TIMES and isinstance(item.about, int):
                claims.count.append(item.about)
        elif isinstance(item, Quantity):
            if _counts(item, following):
                claims.count.append(int(item.value))
                continue
            need(cue in roles.numbers, f"nothing says what {item.value} is")
            last = roles.numbers[cue]
            claims.numbers.append((last, item))
            cue = None
        elif isinstance(item, Clock):
            claims.clocks.append((_clock_role(cue, last, roles), item))
            cue = None
        elif isinstance(item, Length):
            claims.lengths.append(("longest" if claims.has(Idea.LONGEST) else "length", item))
            cue = None
    return claims


def _counts(item: Quantity, following: Item) -> bool:
    """Whether the number says how often: 7 times, 7 episodes, 7 gaps, 7 single readings."""
    counted = [Concept(i) for i in (Idea.TIMES, Idea.EPISODES, Idea.GAPS, Idea.SINGLES)]
    whole = item.unit is None and item.lower is None and item.value == int(item.value)
    return whole and following in counted


def _clock_role(cue: Idea | None, last: str | None, roles: Roles) -> str:
    if cue in _STARTS:
        return "start"
    if cue in _ENDS:
        return "end"
    role = roles.after.get(last)
    if cue is not Idea.AT or role is None:
        raise Mismatch("nothing says what a time in it is the time of")
    return role


# --- parts that several kinds have in common ----------------------------------------------------


def _only(claims: Claims, *allowed: Idea) -> None:
    """Nothing is said that a fact of this kind can not bear out."""
    always = _CUES | {Idea.SIGNAL}
    for concept in claims.ideas:
        need(
            concept.idea in always or concept.idea in allowed,
            f"{concept.idea.name.lower()} is not something that this fact says",
        )


def _about(claims: Claims, *signals: object) -> None:
    """The signals named are these and no other, one of them at least."""
    named = claims.about(Idea.SIGNAL)
    need(named, "no signal is named")
    need(all(name in signals for name in named), "it names another signal than the fact")


def _toward(claims: Claims, direction: Direction | None, *ideas: Idea) -> None:
    """Whatever points up or down points the fact's way."""
    for idea in ideas:
        need(all(way is direction for way in claims.about(idea)), "it points the wrong way")


def _with_unit(quantity: Quantity, signal: Signal, language: Language) -> None:
    need(quantity.lower is None, "a pair of numbers where one belongs")
    if signal in UNITLESS:
        need(quantity.unit is None, "a unit on a number that has none")
        return
    fitting = UNITS[language].get(quantity.unit or "", frozenset())
    need(signal in fitting, f"{quantity.unit or 'no unit'} is not a unit of this signal")


def _numbers(claims: Claims, fact: Fact, wanted: Collection[str], language: Language) -> None:
    """Every number equals the fact's in its role, in its unit, and all `wanted` are said."""
    signal = fact.signal
    need(signal is not None, "the fact has no signal to bind a number to")
    for role, quantity in claims.numbers:
        known = fact.value if role == "value" else fact.values.get(role)
        need(same_number(quantity.value, known), f"{quantity.value} is not the fact's {role}")
        if signal is not None:
            _with_unit(quantity, signal, language)
    said = [role for role, _ in claims.numbers]
    need(all(role in said for role in wanted), f"it leaves out one of {', '.join(wanted)}")
    need(len(said) == len(set(said)), "it says a number twice")


def _clocks(claims: Claims, fact: Fact, wanted: Collection[str], times: Times) -> None:
    for role, clock in claims.clocks:
        known = fact.times.get(role)
        need(known is not None and times.same(clock, known), f"a time is not the fact's {role}")
    said = [role for role, _ in claims.clocks]
    need(all(role in said for role in wanted), f"it leaves out the time of {', '.join(wanted)}")
    need(len(said) == len(set(said)), "it says a time twice")


def _lengths(claims: Claims, role: str, length: timedelta, *, wanted: bool) -> None:
    for said, item in claims.lengths:
        need(said == role and same_length(item, length), "a duration is not the fact's")
    need(claims.lengths or not wanted, "it leaves out the duration")


def _counted(claims: Claims, count: float | None) -> None:
    """The count is said, once, and right; or there is none to say."""
    wanted = [] if count is None else [int(count)]
    need(claims.count == wanted, "it does not say how many, or not rightly")


# --- measures -----------------------------------------------------------------------------------

_MEASURE = Roles({None: "value"}, {})


def check_measures(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> None:
    """Values between commas, one for each fact, in any order.

    Clauses between semicolons each begin with their moment; one that does not is of the present.
    """
    need(items and items[-1] == Mark("."), "no full stop ends it")
    left = list(facts)
    for clause in _split(items[:-1], ";"):
        clock, values = _lead(clause)
        for value in _split(values, ","):
            fact = _borne_out(value, left, language)
            fresh = clock is None and fact.ongoing
            told = clock is not None and times.same(clock, fact.times["at"])
            need(fresh or told, "it is not a value of that moment")
            left.remove(fact)
    need(not left, "it holds fewer values than it cites facts")


def _split(items: Sequence[Item], sign: str) -> list[list[Item]]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if item == Mark(sign):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


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
    elif fact.signal is Signal.OXYGEN_GIVEN:
        given = Concept(Idea.SIGNAL, Signal.OXYGEN_GIVEN)
        need(part == [given if fact.value else Concept(Idea.ROOM_AIR)], "oxygen told wrongly")
    elif "diastolic" in fact.values:
        _check_pair(claims, fact)
    else:
        _only(claims)
        _about(claims, fact.signal)
        _numbers(claims, fact, ("value",), language)


def _check_pair(claims: Claims, fact: Fact) -> None:
    invasive = fact.signal is Signal.INVASIVE_SYSTOLIC
    _only(claims)
    _about(claims, ARTERIAL_PRESSURE if invasive else PRESSURE)
    need(len(claims.numbers) == 1, "not one pair of pressures")
    quantity = claims.numbers[0][1]
    need(quantity.lower is not None, "a single number where a pair belongs")
    upper_fits = same_number(quantity.value, fact.value)
    lower = quantity.lower
    lower_fits = lower is not None and same_number(lower, fact.values["diastolic"])
    need(upper_fits and lower_fits, "a pressure is not the fact's")


# --- what happened ------------------------------------------------------------------------------

_CHANGE = Roles(
    {Idea.FROM: "from", Idea.SINCE: "from", Idea.TO: "to", None: "to"},
    {"from": "start", "to": "end"},
)


def _check_change(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    if fact.signal is Signal.CONSCIOUSNESS:
        _check_mind(items, fact, times)
        return
    claims = sort(items, _CHANGE)
    _only(claims, Idea.TREND, Idea.LATEST)
    _about(claims, fact.signal)
    need(claims.has(Idea.TREND), "no word says which way it went")
    need(not claims.has(Idea.BEYOND) and not claims.has(Idea.EXTREME), "not told as a change")
    _toward(claims, fact.direction, Idea.TREND)
    _numbers(claims, fact, ("from", "to"), language)
    _clocks(claims, fact, ("start", "end"), times)
    need(not claims.lengths and not claims.count, "a duration or a count in a change")


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
    _only(rest, Idea.MIND, Idea.CHANGED)
    _about(rest, Signal.CONSCIOUSNESS)
    numeric = any(isinstance(item, Quantity | Length) for item in items)
    need(not numeric, "a number where none belongs")
    need(
        not any(rest.has(idea) for idea in (Idea.BEYOND, Idea.EXTREME, Idea.SINCE, Idea.BEFORE)),
        "not how a state of mind is told",
    )


_EXTREME = Roles({Idea.EXTREME: "value", None: "value", Idea.FROM: "value"}, {"value": "at"})


def _check_extreme(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    claims = sort(items, _EXTREME)
    _only(claims)
    _about(claims, fact.signal)
    need(claims.has(Idea.EXTREME), "no word says that it is the lowest or highest")
    need(not claims.has(Idea.BEYOND), "no limit belongs to it")
    _toward(claims, fact.direction, Idea.EXTREME)
    _numbers(claims, fact, ("value",), language)
    _clocks(claims, fact, ("at",), times)
    need(not claims.lengths and not claims.count, "a duration or a count in an extreme")


_EPISODE = Roles(
    {Idea.BEYOND: "threshold", Idea.EXTREME: "value", Idea.FROM: "value", None: "value"},
    {"threshold": "start", "value": "at"},
)


def _check_episode(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    claims = sort(_without_of(items), _EPISODE)
    momentary = is_momentary(fact.durations["length"])
    _check_abnormal(claims, fact, language, momentary=momentary)
    need(claims.has(Idea.STILL) is fact.ongoing, "whether it goes on is told wrongly")
    need(not claims.count, "a count in a single episode")
    need(not claims.has(Idea.SINGLES), "a count in a single episode")
    _clocks(claims, fact, ("at",) if momentary else ("start",), times)
    _lengths(claims, "length", fact.durations["length"], wanted=not momentary)


def _check_abnormal(claims: Claims, fact: Fact, language: Language, *, momentary: bool) -> None:
    """What an episode and a group share: signal, limit, worst value, their direction."""
    common = (Idea.STILL, Idea.SINGLE, Idea.SINGLES, Idea.TIMES, Idea.EPISODES)
    single = claims.has(Idea.SINGLE) or claims.has(Idea.SINGLES)
    need(single is momentary, "single readings and lasting ones are mixed up")
    _about(claims, fact.signal)
    if fact.signal is Signal.CONSCIOUSNESS:
        _only(claims, *common, Idea.ALTERED, Idea.WORST, Idea.MIND)
        _check_altered(claims, fact)
        return
    _only(claims, *common, Idea.TREND)
    need(claims.has(Idea.BEYOND), "no word says on which side of the limit")
    need(claims.has(Idea.EXTREME) or momentary, "no word says that a value is the worst")
    _toward(claims, fact.direction, Idea.BEYOND, Idea.EXTREME, Idea.TREND)
    _numbers(claims, fact, ("threshold", "value"), language)


def _check_altered(claims: Claims, fact: Fact) -> None:
    """Consciousness has no numbers: it is altered, and there is a worst state."""
    need(claims.has(Idea.ALTERED), "it does not say that consciousness is altered")
    need(claims.about(Idea.MIND) == [int(fact.value or 0)], "another state of mind")
    need(not claims.numbers, "a number where none belongs")
    need(not any(claims.has(idea) for idea in (Idea.BEYOND, Idea.EXTREME)), "not how it is told")


def _check_group(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    claims = sort(_without_of(items), _EPISODE)
    longest = fact.durations["longest"]
    momentary = is_momentary(longest)
    _check_abnormal(claims, fact, language, momentary=momentary)
    need(claims.has(Idea.STILL) is fact.ongoing, "whether it goes on is told wrongly")
    _counted(claims, fact.values.get("count"))
    _clocks(claims, fact, ("start",), times)
    _lengths(claims, "longest", longest, wanted=not momentary)


def _without_of(items: Sequence[Item]) -> list[Item]:
    """Without the Spanish "de" before a number, which says nothing of its role there."""
    kept = []
    for item, following in pairwise([*items, Mark(".")]):
        of = isinstance(item, Concept) and item.idea is Idea.FROM
        if not (of and not isinstance(following, Clock)):
            kept.append(item)
    return kept


# --- scores, alarms, gaps -----------------------------------------------------------------------


def _check_score(items: Sequence[Item], fact: Fact, times: Times, _: Language) -> None:
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


def _check_not_scored(items: Sequence[Item], fact: Fact) -> None:
    told = {item.idea: item.about for item in items if isinstance(item, Concept)}
    need(set(told) == {Idea.SCORE, Idea.NOT_SCORED, Idea.WHY_NOT}, "not told as not scored")
    need(told[Idea.WHY_NOT] == fact.labels.get("not_scored"), "another reason for no score")
    need(all(isinstance(item, Concept | Mark) for item in items), "a number without a score")


def _score_parts(items: Sequence[Item]) -> tuple[list[Item], list[Item], list[Item]]:
    """The total with its response, the parts behind the colon, and what is missing."""
    rest = list(items)
    cut = next((i for i, item in enumerate(rest) if Concept(Idea.MISSING) == item), len(rest))
    told, missing = rest[:cut], rest[cut + 1 :]
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
    _only(claims, Idea.SCORE, Idea.TREND, Idea.RESPONSE, Idea.PARTIAL, Idea.RANGE)
    need(not claims.has(Idea.SIGNAL), "a signal where the total belongs")
    need(
        claims.about(Idea.RESPONSE) == [Response(fact.labels["response"])],
        "the response is not the score's",
    )
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


_ALARM = Roles(
    {Idea.BEYOND: "threshold", Idea.EXTREME: "value", Idea.UP_TO: "value"},
    {"answered": "acknowledged"},
)


def _check_alarm(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    condition = Condition(fact.labels["condition"])
    claims = sort(_without_of(items), _ALARM)
    _only(
        claims, Idea.ALARM, Idea.PRIORITY, Idea.CONDITION, Idea.ANSWERED, Idea.UNANSWERED,
        Idea.GONE, Idea.SCORE, Idea.ALTERED, Idea.WORST, Idea.MIND,
    )  # fmt: skip
    need(claims.about(Idea.ALARM) == [condition.technical], "not the kind of alarm it is")
    need(claims.about(Idea.PRIORITY) == [fact.labels["priority"]], "not the alarm's priority")
    need(claims.has(Idea.GONE) is not fact.ongoing, "whether it is present is told wrongly")
    need(not claims.lengths and not claims.count, "a duration or a count in an alarm")
    _check_answer(claims, fact, times)
    if condition is Condition.SCORE:
        _check_score_alarm(claims, fact)
    else:
        need(not claims.has(Idea.SCORE) and not claims.has(Idea.UP_TO), "not a score's alarm")
        _check_condition(claims, fact, condition, language)


def _check_answer(claims: Claims, fact: Fact, times: Times) -> None:
    answered = fact.labels.get("operator") == "acknowledged"
    need(claims.has(Idea.ANSWERED) is answered, "whether it is acknowledged is told wrongly")
    need(claims.has(Idea.UNANSWERED) is not answered, "whether it is acknowledged is told wrongly")
    _clocks(claims, fact, ("start", "acknowledged") if answered else ("start",), times)


def _check_score_alarm(claims: Claims, fact: Fact) -> None:
    need(claims.has(Idea.SCORE) and not claims.has(Idea.SIGNAL), "not an alarm of the score")
    foreign = (Idea.CONDITION, Idea.BEYOND, Idea.EXTREME, Idea.ALTERED, Idea.MIND)
    need(not any(claims.has(idea) for idea in foreign), "not how a score's alarm is told")
    known = fact.value is not None
    need(claims.has(Idea.UP_TO) is known and len(claims.numbers) == known, "not the worst score")
    for _, number in claims.numbers:
        plain = number.unit is None and number.lower is None
        need(plain and same_number(number.value, fact.value), "a number is not the worst score")


def _check_condition(claims: Claims, fact: Fact, condition: Condition, language: Language) -> None:
    limit = condition is Condition.LIMIT
    need(claims.about(Idea.CONDITION) == ([] if limit else [condition]), "not its condition")
    named = claims.about(Idea.SIGNAL)
    signals = [fact.signal] if limit else fact.signals
    need(sorted(map(str, named)) == sorted(map(str, signals)), "not the alarm's signals")
    if limit and fact.signal is Signal.CONSCIOUSNESS:
        _check_altered(claims, fact)
        return
    need(not claims.has(Idea.ALTERED) and not claims.has(Idea.MIND), "no state of mind")
    need(claims.has(Idea.BEYOND) is limit, "a limit where none belongs, or none where one does")
    if limit:
        _toward(claims, fact.direction, Idea.BEYOND, Idea.EXTREME)
        worst = () if fact.value is None else ("value",)
        _numbers(claims, fact, ("threshold", *worst), language)
    else:
        need(not claims.numbers and not claims.has(Idea.EXTREME), "a number without a limit")


_GAP = Roles({}, {})


def _check_gap(items: Sequence[Item], fact: Fact, times: Times, _: Language) -> None:
    claims = sort(_without_of(items), _GAP)
    extent = fact.labels["extent"]
    allowed = {
        "nothing": (Idea.NOTHING, Idea.WINDOW),
        "never": (Idea.ABSENT, Idea.WINDOW),
        "before": (Idea.ABSENT,),
    }.get(extent, (Idea.ABSENT, Idea.GAPS, Idea.TIMES))
    _only(claims, *allowed)
    misplaced = (Idea.BEYOND, Idea.EXTREME, Idea.TREND)
    need(not any(claims.has(idea) for idea in misplaced), "not how a gap is told")
    _check_absence(claims, fact, extent)
    wanted = {"since": ("start",), "between": ("start", "end"), "before": ("end",)}
    _clocks(claims, fact, wanted.get(extent, ()), times)
    need(claims.clocks == [] or extent in wanted, "a time in what was never measured")
    _gap_cues(claims, extent)
    role = "longest" if claims.has(Idea.LONGEST) else "length"
    need(extent in ("since", "between") or not claims.lengths, "a duration without its gap")
    _lengths(claims, role, fact.durations["length"], wanted=False)
    count = fact.values.get("count", 1.0)
    need(claims.has(Idea.LONGEST) is (count > 1), "one gap and several are mixed up")
    _counted(claims, count if count > 1 else None)


def _check_absence(claims: Claims, fact: Fact, extent: str) -> None:
    """Something says that there is nothing, and names what."""
    if extent == "nothing":
        need(claims.has(Idea.NOTHING) and not claims.has(Idea.SIGNAL), "not told as nothing")
        return
    starts = extent == "before" and claims.has(Idea.BEGIN)
    several = claims.has(Idea.GAPS)
    absent = len(claims.about(Idea.ABSENT))
    need(absent == (0 if several or starts else 1), "no word, or two, say that it is missing")
    named = claims.about(Idea.SIGNAL)
    if extent == "never":
        wanted = [_lacking(signal) for signal in fact.signals]
        need(sorted(map(str, named)) == sorted(map(str, wanted)), "not what was never measured")
        need(claims.has(Idea.WINDOW), "it does not say where nothing was measured")
    elif fact.signal is None:
        need(named in ([], [DATA]), "it names a signal where all are missing")
    else:
        need(named == [_lacking(fact.signal)], "it names another signal than the fact")


def _lacking(signal: Signal) -> object:
    """What is named when it is missing: both pressures, not the systolic alone."""
    return PRESSURE if signal is Signal.CUFF_SYSTOLIC else signal


def _gap_cues(claims: Claims, extent: str) -> None:
    """Since is for a gap that goes on, before for one at the start."""
    since = claims.has(Idea.SINCE)
    need(since is (extent == "since"), "whether the gap goes on is told wrongly")
    before = claims.has(Idea.BEFORE) or claims.has(Idea.BEGIN)
    need(before is (extent == "before"), "where the gap lies is told wrongly")


_CHECKS: Mapping[FactKind, Callable[[Sequence[Item], Fact, Times, Language], None]] = {
    FactKind.CHANGE: _check_change,
    FactKind.EXTREME: _check_extreme,
    FactKind.EPISODE: _check_episode,
    FactKind.GROUP: _check_group,
    FactKind.SCORE: _check_score,
    FactKind.ALARM: _check_alarm,
    FactKind.GAP: _check_gap,
}


def checker(kind: FactKind) -> Callable[[Sequence[Item], Fact, Times, Language], None]:
    """The check for a fact of `kind`. Raises Mismatch for one that no sentence may state yet."""
    check = _CHECKS.get(kind)
    if check is None:
        raise Mismatch(f"no sentence may state a {kind.value} yet")
    return check
