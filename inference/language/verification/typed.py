"""Checks a text that people have typed: finds for each sentence the facts that bear it out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, combinations
from typing import Final

from inference.language.verification.alarms import alarms_told
from inference.language.verification.checkable import (
    claim_in,
    denial_in,
    number_in,
    unreadable_in,
)
from inference.language.verification.claims import Mismatch
from inference.language.verification.lexicon import Concept, Idea
from inference.language.verification.measures import measures_told, ranges_told
from inference.language.verification.notes import check_note
from inference.language.verification.plain import check_plain
from inference.language.verification.reading import Clock, Item, Length, Mark, NotUnderstood, read
from inference.language.verification.sentences import sentences
from inference.language.verification.times import Times, same_length
from inference.language.verification.usual import for_adults
from inference.language.verification.verifier import check_items
from sereno.domain.evidence import Evidence, Fact, FactKind, Form
from sereno.domain.review import Checked, Doubt, Finding, Standing
from sereno.domain.vitals import Language

MOST_SENTENCES: Final = 80  # each is held against every fact
MOST_VALUES: Final = 8  # whose sets a sentence to a patient is held against
# Facts of which a sentence may state several at once.
_LISTS: Final[
    Mapping[FactKind, Callable[[Sequence[Item], Sequence[Fact], Times, Language], list[Fact]]]
] = {
    FactKind.MEASURE: measures_told,
    FactKind.RANGE: ranges_told,
    FactKind.ALARM: alarms_told,
}
_CLOCK: Final = re.compile(r"\b(\d{1,2}):(\d\d)\b")
_LENGTH: Final = re.compile(r"\b(?:(\d+) ?h(?: (\d+) ?min)?|(\d+) ?min|(\d+) ?s)\b")
_NUMBER: Final = re.compile(r"(?<![^\W\d_])\d+(?:[.,]\d+)?")  # not that of SpO2


class TypedTextChecker:
    """Implements Checker upon the verifier of texts that cite."""

    def check(self, text: str, evidence: Evidence, language: Language) -> Checked:
        """Every sentence with how it stands, and the required facts that none of them states."""
        times = Times.of(evidence)
        findings = tuple(
            _finding(said, evidence, times, language, line, looked_at=n < MOST_SENTENCES)
            for n, (line, said) in enumerate(sentences(text))
        )
        stated = {name for each in findings for name in each.citations}
        return Checked(findings, tuple(name for name in evidence.required if name not in stated))


def _finding(
    said: str, evidence: Evidence, times: Times, language: Language, line: int, *, looked_at: bool
) -> Finding:
    if not looked_at:
        return Finding(said, Standing.UNVERIFIED, doubt=Doubt.TOO_MUCH, line=line)
    for_patient = evidence.form is Form.PATIENT
    bearing = _bearing_plainly if for_patient else _bearing
    cited = bearing(said, evidence.facts, times, language)
    if cited:
        return Finding(said, Standing.VERIFIED, tuple(fact.id for fact in cited), line=line)
    doubted = _doubted(said, evidence.facts, times)
    if for_patient and doubted is None:  # whatever is told to a patient is a claim
        doubted = Doubt.CLAIM, said
    if doubted is None:
        return Finding(said, Standing.UNCHECKED, line=line)
    return Finding(said, Standing.UNVERIFIED, doubt=doubted[0], what=doubted[1], line=line)


def _bearing(said: str, facts: Sequence[Fact], times: Times, language: Language) -> Sequence[Fact]:
    """The facts that bear a sentence out: one, or all of a list. None of them where none do."""
    text = said if said.endswith(".") else f"{said}."
    for fact in facts:
        if fact.kind is FactKind.NOTE and _passes(check_note, text, fact, times, language):
            return [fact]
    try:
        items = read(text, language)
    except NotUnderstood:
        return []
    for fact in facts:
        if fact.kind is not FactKind.NOTE and _passes(check_items, items, [fact], times, language):
            return [fact]
    return next(filter(None, _listed(items, facts, times, language)), [])


def _bearing_plainly(
    said: str, facts: Sequence[Fact], times: Times, language: Language
) -> Sequence[Fact]:
    """The same in words for the patient: one fact, or values that are all as usual."""
    text, adults = said if said.endswith(".") else f"{said}.", for_adults(facts)
    values = [fact for fact in facts if fact.kind is FactKind.MEASURE][:MOST_VALUES]
    several = (sets for n in range(len(values), 1, -1) for sets in combinations(values, n))
    for cited in chain(((fact,) for fact in facts), several):
        if _passes(partial(check_plain, adults=adults), text, cited, times, language):
            return cited
    return ()


def _passes(check: Callable[..., None], *claim: object) -> bool:
    try:
        check(*claim)
    except (Mismatch, NotUnderstood):
        return False
    return True


def _listed(
    items: Sequence[Item], facts: Sequence[Fact], times: Times, language: Language
) -> Iterator[Sequence[Fact]]:
    """What the sentence states as a list of facts of one kind."""
    joined = [Mark(",") if item == Concept(Idea.AND) else item for item in items]
    for kind, told in _LISTS.items():
        mine = [fact for fact in facts if fact.kind is kind]
        words = joined if kind is FactKind.MEASURE else items  # "SpO2 93% and heart rate 88/min"
        try:
            yield told(words, mine, times, language)
        except Mismatch:
            continue


def _doubted(said: str, facts: Sequence[Fact], times: Times) -> tuple[Doubt, str] | None:
    """Why what no fact bears out can not be let pass; None where it says nothing checkable."""
    if unreadable_in(said):
        return Doubt.UNREADABLE, ""
    if number := number_in(said):
        return _unknown(said, facts, times) or (
            (Doubt.TOGETHER, "") if _NUMBER.search(number) else (Doubt.NUMBER, number)
        )
    if denial := denial_in(said):
        return Doubt.DENIAL, denial
    if claim := claim_in(said):
        return Doubt.CLAIM, claim
    return None


def _unknown(said: str, facts: Sequence[Fact], times: Times) -> tuple[Doubt, str] | None:
    """The first time, duration or number that no fact at all holds."""
    for match in _CLOCK.finditer(said):
        clock = Clock(int(match[1]), int(match[2]))
        moments = (moment for fact in facts for moment in fact.times.values())
        if not any(times.shown_alike(clock, moment) for moment in moments):
            return Doubt.TIME, match[0]
    rest = _CLOCK.sub(" ", said)
    for match in _LENGTH.finditer(rest):
        lengths = (length for fact in facts for length in fact.durations.values())
        if not any(same_length(_length(match), length) for length in lengths):
            return Doubt.LENGTH, match[0]
    known = set(_numbers(facts))
    for match in _NUMBER.finditer(_LENGTH.sub(" ", rest)):
        if Decimal(match[0].replace(",", ".")) not in known:
            return Doubt.NUMBER, match[0]
    return None


def _length(match: re.Match[str]) -> Length:
    hours, minutes, only, seconds = (int(part or 0) for part in match.groups())
    in_seconds = match[4] is not None
    return Length(seconds if in_seconds else 3600 * hours + 60 * (minutes + only), in_seconds)


def _numbers(facts: Iterable[Fact]) -> Iterator[Decimal]:
    for fact in facts:
        told = [*fact.values.values(), *([] if fact.value is None else [fact.value])]
        yield from (Decimal(str(value)) for value in told)
