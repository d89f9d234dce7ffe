"""Judges a text: each claim is bound to the fact that its sentence cites, or refused.

A sentence is read into concepts, quantities, times and durations; anything that is none of them
is refused. The kind of the cited fact then says what each of them must be: a number after "below"
the threshold, one after "lowest" the worst value, a time after "since" the start. All that is said
must equal the fact, and what makes up the fact must be said.
"""

from collections.abc import Callable, Mapping, Sequence

from inference.language.verification.alarms import check_alarms
from inference.language.verification.answers import ANSWER_KINDS, check_answer
from inference.language.verification.claims import Mismatch
from inference.language.verification.events import (
    check_change,
    check_episode,
    check_extreme,
    check_group,
)
from inference.language.verification.gaps import check_gap
from inference.language.verification.measures import check_measures, check_ranges
from inference.language.verification.notes import check_note
from inference.language.verification.plain import check_plain
from inference.language.verification.reading import Item, NotUnderstood, read
from inference.language.verification.scores import check_response, check_score
from inference.language.verification.times import Times
from inference.language.verification.usual import for_adults
from sereno.domain.evidence import Evidence, Fact, FactKind, Form, Refusal, Sentence, Verdict
from sereno.domain.vitals import Language

_CHECKS: Mapping[FactKind, Callable[[Sequence[Item], Fact, Times, Language], None]] = {
    FactKind.CHANGE: check_change,
    FactKind.EXTREME: check_extreme,
    FactKind.EPISODE: check_episode,
    FactKind.GROUP: check_group,
    FactKind.SCORE: check_score,
    FactKind.RESPONSE: check_response,
    FactKind.GAP: check_gap,
}

# Facts of these kinds may share a sentence.
_TOGETHER: Mapping[FactKind, Callable[[Sequence[Item], Sequence[Fact], Times, Language], None]] = {
    FactKind.MEASURE: check_measures,
    FactKind.RANGE: check_ranges,
    FactKind.ALARM: check_alarms,
}


class ClaimVerifier:
    """Implements Verifier. Fails closed: what it does not understand, it refuses."""

    def verify(
        self, sentences: Sequence[Sentence], evidence: Evidence, language: Language
    ) -> Verdict:
        """Every claim borne out by the facts its sentence cites, every required fact stated."""
        facts = {fact.id: fact for fact in evidence.facts}
        check = _checker(evidence, language)
        stated: set[str] = set()
        refusals: list[Refusal] = []
        for sentence in sentences:
            reason = _reason(sentence, facts, check)
            if reason is None:
                stated.update(sentence.citations)
            else:
                refusals.append(Refusal(sentence.text, reason))
        missing = [fact_id for fact_id in evidence.required if fact_id not in stated]
        refusals += [Refusal(fact_id, "this required fact is not stated") for fact_id in missing]
        return Verdict(tuple(refusals))


_Check = Callable[[str, Sequence[Fact]], None]


def _checker(evidence: Evidence, language: Language) -> _Check:
    """What raises Mismatch or NotUnderstood unless facts bear a sentence out, by the form."""
    times = Times.of(evidence)
    if evidence.form is not Form.PATIENT:
        return lambda text, cited: check(text, cited, times, language)
    adults = for_adults(evidence.facts)
    return lambda text, cited: check_plain(text, cited, times, language, adults=adults)


def _reason(sentence: Sentence, facts: Mapping[str, Fact], check: _Check) -> str | None:
    """Why the sentence is refused; None where it is borne out."""
    unknown = [cited for cited in sentence.citations if cited not in facts]
    if unknown:
        return f"it cites {unknown[0]}, which the evidence does not hold"
    cited = [facts[fact_id] for fact_id in sentence.citations]
    if not cited or len(set(sentence.citations)) < len(cited):
        return "it cites nothing, or something twice"
    try:
        check(sentence.text, cited)
    except NotUnderstood as finding:
        return f"not understood: {finding}"
    except Mismatch as finding:
        return str(finding)
    return None


def check(text: str, cited: Sequence[Fact], times: Times, language: Language) -> None:
    """Raise Mismatch or NotUnderstood unless the cited facts bear the text out."""
    kinds = {fact.kind for fact in cited}
    if kinds == {FactKind.NOTE} and len(cited) == 1:
        check_note(text, cited[0], times, language)
        return
    if len(cited) == 1 and cited[0].kind in ANSWER_KINDS:
        check_answer(text, cited[0], times, language)
        return
    check_items(read(text, language), cited, times, language)


def check_items(
    items: Sequence[Item], cited: Sequence[Fact], times: Times, language: Language
) -> None:
    """Raise Mismatch unless the cited facts, none of them of a note, bear the items out."""
    kinds = {fact.kind for fact in cited}
    if len(kinds) == 1 and (together := _TOGETHER.get(cited[0].kind)):
        together(items, cited, times, language)
    elif len(cited) == 1 and cited[0].kind in _CHECKS:
        _CHECKS[cited[0].kind](items, cited[0], times, language)
    else:
        raise Mismatch("it mixes several facts, or states one of a kind that no sentence may state")
