"""Checks the first words of an answer: a yes, a no or a number, against the facts behind it.

It works out for itself what the facts bear out, given what was asked: it takes nobody's word for
whether something was beyond a limit, has risen or was measured.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from inference.language.verification.claims import Mismatch, need
from inference.language.verification.verifier import ClaimVerifier
from sereno.domain.evidence import Evidence, Fact, FactKind, Refusal, Sentence, Verdict
from sereno.domain.questions import Aspect, Call, Tool, Topic
from sereno.domain.surveillance import Direction, Response
from sereno.domain.vitals import Language, Signal

_YES, _NO, _NONE, _SILENT, _UNSURE, _UNREAD = "yes", "no", "none", "silent", "unsure", "unread"
_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: {
        "Yes.": _YES,
        "No.": _NO,
        "None recorded.": _NONE,
        "The record does not say.": _SILENT,
        "Not all of that was understood: please put it in other words.": _UNREAD,
        "That can not be told for certain.": _UNSURE,
    },
    Language.SPANISH: {
        "Sí.": _YES,
        "No.": _NO,
        "No consta.": _NONE,
        "El registro no lo dice.": _SILENT,
        "No se ha entendido todo: pregúntelo con otras palabras.": _UNREAD,
        "No se puede saber con certeza.": _UNSURE,
    },
}
_HAPPENED = frozenset({FactKind.EPISODE, FactKind.GROUP})
_FALLS = frozenset(
    {Topic.SATURATION, Topic.PRESSURE, Topic.DIASTOLIC, Topic.MEAN_PRESSURE, Topic.COMA_SCALE}
)
_BY_HAND = timedelta(hours=6)  # docs/reference/scoring.md: what a value may be at most
_MEASURED = timedelta(minutes=75)
_SLOW = frozenset(
    {
        Signal.TEMPERATURE, Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE, Signal.OXYGEN_GIVEN,
        Signal.FIO2, Signal.OXYGEN_FLOW, Signal.GLUCOSE,
    }
)  # fmt: skip


class AnswerClaimVerifier:
    """Implements AnswerVerifier: the claims as of any text, and the lead beside them."""

    def __init__(self) -> None:
        self._claims = ClaimVerifier()

    def verify(
        self,
        lead: str,
        sentences: Sequence[Sentence],
        call: Call,
        evidence: Evidence,
        language: Language,
    ) -> Verdict:
        """As a Verifier; and the lead's yes, no or number is what the facts bear out."""
        verdict = self._claims.verify(sentences, evidence, language)
        try:
            check_lead(lead, call, evidence, language)
        except Mismatch as finding:
            return Verdict((*verdict.refusals, Refusal(lead, str(finding))))
        return verdict


def check_lead(text: str, call: Call, evidence: Evidence, language: Language) -> None:
    """`text` is the lead that the facts bear out for what `call` asks. Raises Mismatch."""
    facts = evidence.facts
    if not text:
        return
    if text.removesuffix(".").isdecimal():
        _check_count(int(text[:-1]), call, facts)
        return
    said = _WORDS[language].get(text)
    if said is None:
        raise Mismatch("not a lead")
    if said == _UNREAD:
        return  # it claims nothing
    if said in (_SILENT, _UNSURE):
        _check_silent(said, evidence)
        return
    need(said != _NONE or not _happened(facts), "it says that there was none where there was")
    holds = _holds(call, evidence)
    need(holds is not None, "the facts bear out neither yes nor no")
    need((said == _YES) is (holds is not call.fine), "the facts say the opposite")
    need(said != _NO or not _lacking(call, facts), "a plain no where nobody measured")


def _check_count(number: int, call: Call, facts: Sequence[Fact]) -> None:
    if call.tool is Tool.NOTES:
        return  # notes are quoted beside, and counted by who reads them
    if call.tool is Tool.ALARMS:
        (tally,) = [fact for fact in facts if fact.kind is FactKind.TALLY]
        need(tally.value == number, "another number of alarms")
        return
    need(call.tool is Tool.EPISODES and facts, "a number where none is asked for")
    if number == 0:
        need(not _happened(facts) and not _lacking(call, facts), "none, where nobody knows")
        return
    first = facts[0]
    need(first.kind in _HAPPENED, "a number of what did not happen")
    need(first.values.get("count", 1.0) == number, "another number of episodes")


def _check_silent(said: str, evidence: Evidence) -> None:
    """Nothing is kept back: no episode stands behind a lead that says that nothing is known."""
    need(not _happened(evidence.facts), "it keeps back what the facts say")
    if said == _UNSURE:
        partial = any(
            fact.signals or "before_highest" in fact.values or "highest" in fact.values
            for fact in evidence.facts
        )
        need(partial, "certain, and told as if it were not")


def _happened(facts: Sequence[Fact]) -> bool:
    return any(fact.kind in _HAPPENED for fact in facts)


def _lacking(call: Call, facts: Sequence[Fact]) -> bool:
    return call.tool is Tool.EPISODES and any(fact.kind is FactKind.GAP for fact in facts)


def _holds(call: Call, evidence: Evidence) -> bool | None:
    """Whether what is asked about holds; None where the facts bear out neither."""
    facts = evidence.facts
    if call.aspect is Aspect.NOW:
        return _beyond_now(call, evidence)
    if call.tool is Tool.GAPS:
        return _gaps(call, evidence)
    ways = {
        Tool.EPISODES: _beyond, Tool.PROTOCOL: _asked_for, Tool.COMPARE: _compared,
        Tool.SCORE: _scored, Tool.ALARMS: _alarmed, Tool.NOTES: _noted,
    }  # fmt: skip
    way = ways.get(call.tool)
    return None if way is None else way(call, facts)


def _noted(_: Call, __: Sequence[Fact]) -> bool | None:
    """Notes are quoted beside the lead: who reads them sees that there are some."""
    return True


def _alarmed(_: Call, facts: Sequence[Fact]) -> bool | None:
    return any(fact.kind is FactKind.TALLY and (fact.value or 0) > 0 for fact in facts)


def _beyond(_: Call, facts: Sequence[Fact]) -> bool | None:
    if _happened(facts):
        return True
    return False if any(fact.kind is FactKind.WITHIN for fact in facts) else None


def _beyond_now(call: Call, evidence: Evidence) -> bool | None:
    """The present values against the limit; of a usual limit, by the value's own severity."""
    found = [_value_beyond(call, fact) for fact in evidence.facts if _current(fact, evidence)]
    return any(found) if found else None


def _current(fact: Fact, evidence: Evidence) -> bool:
    oldest = _BY_HAND if fact.signal in _SLOW else _MEASURED
    measured = fact.kind is FactKind.MEASURE and "at" in fact.times
    return measured and evidence.window.end - fact.times["at"] <= oldest


# docs/reference/scoring.md and alarms.md: below and above what is beyond the usual limit.
_USUAL: Mapping[Signal, tuple[float, float]] = {
    Signal.TEMPERATURE: (35.1, 38.0),
    Signal.SPO2: (92, 1000),
    Signal.HEART_RATE: (41, 130),
    Signal.PULSE_RATE: (41, 130),
    Signal.RESPIRATORY_RATE: (9, 24),
    Signal.CUFF_SYSTOLIC: (91, 219),
    Signal.INVASIVE_SYSTOLIC: (91, 219),
    Signal.CUFF_MEAN: (65, 110),
    Signal.INVASIVE_MEAN: (65, 110),
    Signal.END_TIDAL_CO2: (35, 45),
    Signal.CONSCIOUSNESS: (-1, 0),
    Signal.GLASGOW_COMA_SCALE: (15, 1000),
    Signal.GLUCOSE: (70, 180),
    Signal.OXYGEN_FLOW: (-1, 0),
    Signal.OXYGEN_GIVEN: (-1, 0),
    Signal.FIO2: (-1, 21),
}


def _value_beyond(call: Call, fact: Fact) -> bool:
    value, signal = fact.value, fact.signal
    if value is None or signal is None:
        return False
    low, high = _USUAL.get(signal, (-1.0, 1e9))
    if call.limit is not None:
        low = high = call.limit
    mind = signal in (Signal.CONSCIOUSNESS, Signal.GLASGOW_COMA_SCALE) and call.limit is None
    below = value < low and (mind or call.direction in (None, Direction.LOW))
    above = value > high and (mind or call.direction in (None, Direction.HIGH))
    return below or above


def _compared(call: Call, facts: Sequence[Fact]) -> bool | None:
    found = [fact for fact in facts if fact.kind is FactKind.COMPARISON]
    if not found or (call.direction is None and call.worse is None):
        return None
    value, before = found[0].value or 0.0, found[0].values["before"]
    topic = call.topics[0] if call.topics else None
    if found[0].signal is Signal.GLASGOW_COMA_SCALE:
        topic = Topic.COMA_SCALE  # consciousness told by that scale: a lower one is worse
    rises = call.direction is Direction.HIGH
    if call.direction is None:
        rises = (topic in _FALLS) is not call.worse
    return value > before if rises else value < before


def _scored(call: Call, facts: Sequence[Fact]) -> bool | None:
    found = [fact for fact in facts if fact.kind in (FactKind.SCORE, FactKind.TOTAL)]
    if not found or call.limit is None or found[0].value is None:
        return None
    bounds = [found[0].values.get(name, found[0].value) for name in ("lowest", "highest")]
    low = call.direction is Direction.LOW
    beyond = {each < call.limit if low else each > call.limit for each in bounds}
    return beyond.pop() if len(beyond) == 1 else None


def _asked_for(call: Call, facts: Sequence[Fact]) -> bool | None:
    """Whether the response is as much as that asked about, at its least and at its most."""
    found = [fact for fact in facts if fact.kind is FactKind.RESPONSE]
    if not found or call.response is None:
        return None
    ranks = list(Response)
    asked = ranks.index(call.response)
    bounds = {
        ranks.index(Response(found[0].labels[name])) >= asked
        for name in ("response", "worst_response")
    }
    return bounds.pop() if len(bounds) == 1 else None


def _gaps(call: Call, evidence: Evidence) -> bool | None:
    facts = evidence.facts
    if not call.topics:
        return any(fact.kind is FactKind.GAP for fact in facts)
    measured = [fact for fact in facts if fact.kind is FactKind.MEASURE]
    return any(fact.times["at"] >= evidence.window.start for fact in measured) if measured else None
