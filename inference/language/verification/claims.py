"""The parts of a sentence by role, and the checks that several kinds of fact share.

Each check raises Mismatch with one line that says what is not borne out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from inference.language.verification.lexicon import UNITLESS, UNITS, Concept, Idea
from inference.language.verification.reading import Clock, Item, Length, Mark, Quantity
from inference.language.verification.times import Times, same_length, same_number
from sereno.domain.evidence import Fact
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language, Signal


class Mismatch(Exception):
    """A claim that the cited fact does not bear out."""


def need(condition: object, reason: str) -> None:
    """Raise Mismatch with `reason` unless `condition` holds."""
    if not condition:
        raise Mismatch(reason)


# A cue stands before the number or the time that it gives a role.
_CUES = frozenset(
    {
        Idea.BEYOND, Idea.EXTREME, Idea.FROM, Idea.TO, Idea.AT, Idea.SINCE, Idea.BETWEEN, Idea.AND,
        Idea.BEFORE, Idea.BEGIN, Idea.LASTING, Idea.LONGEST, Idea.UP_TO, Idea.MEDIAN,
    }
)  # fmt: skip
# Concepts whose time may follow, as that of a number does.
_LAST: Mapping[object, str] = {
    Idea.ANSWERED: "answered",
    Idea.BACK: "back",
    Idea.GONE: "gone",
    Idea.MIND: "value",
}
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


def split(items: Sequence[Item], sign: str) -> list[list[Item]]:
    """The items between marks of that sign."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item == Mark(sign):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def only(claims: Claims, *allowed: Idea) -> None:
    """Nothing is said that a fact of this kind can not bear out."""
    always = _CUES | {Idea.SIGNAL}
    for concept in claims.ideas:
        need(
            concept.idea in always or concept.idea in allowed,
            f"{concept.idea.name.lower()} is not something that this fact says",
        )


def about(claims: Claims, *signals: object) -> None:
    """The signals named are these and no other, one of them at least."""
    named = claims.about(Idea.SIGNAL)
    need(named, "no signal is named")
    need(all(name in signals for name in named), "it names another signal than the fact")


def toward(claims: Claims, direction: Direction | None, *ideas: Idea) -> None:
    """Whatever points up or down points the fact's way."""
    for idea in ideas:
        need(all(way is direction for way in claims.about(idea)), "it points the wrong way")


def with_unit(quantity: Quantity, signal: Signal, language: Language) -> None:
    """The number stands alone and has a unit that its signal takes."""
    need(quantity.lower is None, "a pair of numbers where one belongs")
    if signal in UNITLESS:
        need(quantity.unit is None, "a unit on a number that has none")
        return
    fitting = UNITS[language].get(quantity.unit or "", frozenset())
    need(signal in fitting, f"{quantity.unit or 'no unit'} is not a unit of this signal")


def numbers(claims: Claims, fact: Fact, wanted: Collection[str], language: Language) -> None:
    """Every number equals the fact's in its role, in its unit, and all `wanted` are said."""
    signal = fact.signal
    need(signal is not None, "the fact has no signal to bind a number to")
    for role, quantity in claims.numbers:
        known = fact.value if role == "value" else fact.values.get(role)
        need(same_number(quantity.value, known), f"{quantity.value} is not the fact's {role}")
        if signal is not None:
            with_unit(quantity, signal, language)
    said = [role for role, _ in claims.numbers]
    need(all(role in said for role in wanted), f"it leaves out one of {', '.join(wanted)}")
    need(len(said) == len(set(said)), "it says a number twice")


def clocks(claims: Claims, fact: Fact, wanted: Collection[str], times: Times) -> None:
    """Every time is the fact's in its role, and all `wanted` are said."""
    for role, clock in claims.clocks:
        known = fact.times.get(role)
        need(known is not None and times.same(clock, known), f"a time is not the fact's {role}")
    said = [role for role, _ in claims.clocks]
    need(all(role in said for role in wanted), f"it leaves out the time of {', '.join(wanted)}")
    need(len(said) == len(set(said)), "it says a time twice")


def lengths(claims: Claims, role: str, length: timedelta, *, wanted: bool) -> None:
    """Every duration is the fact's; one is said where it is `wanted`."""
    for said, item in claims.lengths:
        need(said == role and same_length(item, length), "a duration is not the fact's")
    need(claims.lengths or not wanted, "it leaves out the duration")


def counted(claims: Claims, count: float | None) -> None:
    """The count is said, once, and right; or there is none to say."""
    wanted = [] if count is None else [int(count)]
    need(claims.count == wanted, "it does not say how many, or not rightly")


def without_of(items: Sequence[Item]) -> list[Item]:
    """Without the Spanish "de" before a number, which says nothing of its role there."""
    kept = []
    for item, following in pairwise([*items, Mark(".")]):
        of = isinstance(item, Concept) and item.idea is Idea.FROM
        if not (of and not isinstance(following, Clock)):
            kept.append(item)
    return kept


def check_altered(claims: Claims, fact: Fact) -> None:
    """Consciousness has no numbers: it is altered, and there is a worst state."""
    need(claims.has(Idea.ALTERED), "it does not say that consciousness is altered")
    need(claims.about(Idea.MIND) == [int(fact.value or 0)], "another state of mind")
    need(not claims.numbers, "a number where none belongs")
    need(not any(claims.has(idea) for idea in (Idea.BEYOND, Idea.EXTREME)), "not how it is told")
