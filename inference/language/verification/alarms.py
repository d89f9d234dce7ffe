"""Checks what a sentence says of an open alarm."""

from collections.abc import Mapping, Sequence

from inference.language.verification.claims import (
    Claims,
    Mismatch,
    Roles,
    check_altered,
    clocks,
    need,
    numbers,
    only,
    sort,
    split,
    toward,
    without_of,
)
from inference.language.verification.lexicon import ARTERIAL_PRESSURE, PRESSURE, Idea
from inference.language.verification.reading import Item, Mark
from inference.language.verification.times import Times, same_number
from sereno.domain.evidence import Fact
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Language, Signal


def check_alarms(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> None:
    """One alarm alone, or several between semicolons after what they have in common."""
    if len(facts) == 1:
        check_alarm(items, facts[0], times, language)
        return
    told = alarms_told(items, facts, times, language)
    need(len(told) == len(facts), "it holds more or fewer alarms than it cites")


def alarms_told(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> list[Fact]:
    """Which of `facts` a list of alarms states, in its order; raises Mismatch for any other."""
    need(Mark(":") in items and items[-1] == Mark("."), "several alarms without a heading")
    colon = list(items).index(Mark(":"))
    heading, told = items[: colon + 1], split(items[colon + 1 : -1], ";")
    left, found = list(facts), []
    for each in told:
        found.append(_borne_out([*heading, *each], left, times, language))
        left.remove(found[-1])
    return found


def _borne_out(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> Fact:
    """Which of `facts` the items state. Raises the Mismatch of the last tried where none."""
    finding = Mismatch("it states an alarm twice")
    for fact in facts:
        try:
            check_alarm(items, fact, times, language)
        except Mismatch as mismatch:
            finding = mismatch
        else:
            return fact
    raise finding


# A pressure transducer is named as a whole.
_CHANNEL: Mapping[Signal, object] = {
    Signal.CUFF_SYSTOLIC: PRESSURE,
    Signal.INVASIVE_SYSTOLIC: ARTERIAL_PRESSURE,
}
_ALARM = Roles(
    {Idea.BEYOND: "threshold", Idea.EXTREME: "value", Idea.UP_TO: "value"},
    {"answered": "acknowledged", "back": "returned", "gone": "ended"},
)


def check_alarm(items: Sequence[Item], fact: Fact, times: Times, language: Language) -> None:
    """Priority, kind, what it is about, since when, and what was done about it."""
    condition = Condition(fact.labels["condition"])
    claims = sort(without_of(items), _ALARM)
    only(
        claims, Idea.ALARM, Idea.PRIORITY, Idea.CONDITION, Idea.ANSWERED, Idea.UNANSWERED,
        Idea.GONE, Idea.BACK, Idea.UNMEASURED, Idea.SCORE, Idea.ALTERED, Idea.WORST, Idea.MIND,
        Idea.OPEN,
    )  # fmt: skip
    need(claims.about(Idea.ALARM) == [condition.technical], "not the kind of alarm it is")
    brief = "brief" in fact.labels  # on a card, which shows its priority and answer
    priority = [] if brief else [fact.labels["priority"]]
    need(claims.about(Idea.PRIORITY) == priority, "not the alarm's priority")
    unseen = not fact.ongoing and fact.labels.get("gone") == "unmeasured"
    gone = not fact.ongoing and not unseen
    need(claims.has(Idea.GONE) is gone, "whether it is present is told wrongly")
    need(claims.has(Idea.UNMEASURED) is unseen, "whether it is measured is told wrongly")
    closed = fact.labels.get("state") == "closed"
    need(not (closed and claims.has(Idea.OPEN)), "open, though it is closed")
    back = fact.labels.get("gone") == "returned"
    need(claims.has(Idea.BACK) is back, "whether it had gone is told wrongly")
    need(not claims.lengths and not claims.count, "a duration or a count in an alarm")
    if brief:
        need(not (claims.has(Idea.ANSWERED) or claims.has(Idea.UNANSWERED)), "an answer on a card")
        clocks(claims, fact, ("start",), times)
    else:
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
    wanted = ["start", *(("acknowledged",) if answered else ())]
    wanted += ["returned"] if fact.labels.get("gone") == "returned" else []
    wanted += ["ended"] if "ended" in fact.times else []
    clocks(claims, fact, wanted, times)


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
    signals = [fact.signal] if limit else [_CHANNEL.get(each, each) for each in fact.signals]
    need(sorted(map(str, named)) == sorted(map(str, signals)), "not the alarm's signals")
    if limit and fact.signal is Signal.CONSCIOUSNESS:
        check_altered(claims, fact)
        return
    need(not claims.has(Idea.ALTERED) and not claims.has(Idea.MIND), "no state of mind")
    need(claims.has(Idea.BEYOND) is limit, "a limit where none belongs, or none where one does")
    if limit:
        toward(claims, fact.direction, Idea.BEYOND, Idea.EXTREME)
        worst = () if fact.value is None else ("value",)
        numbers(claims, fact, ("threshold", *worst), language)
    else:
        need(not claims.numbers and not claims.has(Idea.EXTREME), "a number without a limit")
