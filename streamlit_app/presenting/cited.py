"""A text whose sentences cite facts, as plain data; moments are numbers, in milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sereno.domain.evidence import (
    Evidence,
    Fact,
    FactKind,
    ModelIdentity,
    Section,
    Sentence,
    Summary,
)
from sereno.domain.questions import Answer
from sereno.domain.vitals import VITALS, Language
from sereno.services.facts import about
from sereno.services.since import Since, told
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.texts import Words, unit_text

Part = str | int
_SPAN: Final = ("start", "end")
# What goes on, and may be over.
_LASTING: Final = frozenset(
    {FactKind.ALARM, FactKind.RAISED, FactKind.EPISODE, FactKind.GROUP, FactKind.GAP}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedText:
    """What a page draws of a text about a patient, and marks the samples of."""

    id: str
    patient: str
    created: datetime
    language: Language
    evidence: Evidence
    sentences: tuple[Sentence, ...]
    source: str
    model: ModelIdentity | None


def of_summary(found: Summary) -> CitedText:
    """A summary, or what explains an alarm, as it was written."""
    return CitedText(
        id=found.id, patient=found.patient, created=found.created, language=found.language,
        evidence=found.evidence, sentences=found.draft.sentences, source=found.draft.source,
        model=found.draft.model,
    )  # fmt: skip


def of_answer(found: Answer) -> CitedText | None:
    """An answer about one patient; None where it rests on no facts."""
    if not found.parts:
        return None
    part = found.parts[0]
    return CitedText(
        id=found.id, patient=part.patient, created=found.at, language=found.language,
        evidence=part.evidence, sentences=_led(found.lead, part.sentences), source=found.source,
        model=found.model,
    )  # fmt: skip


def _led(lead: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The lead goes before the first sentence, and rests on what that rests on."""
    if not sentences:
        return (Sentence(lead, ()),)
    first, *rest = sentences
    return (replace(first, text=f"{lead} {first.text}".strip()), *rest)


def cited_text(
    text: CitedText, marked: list[str], now: datetime, words: Words, since: Since
) -> Data:
    """A text that nobody has decided about, as the component `summary` takes it.

    `marked` are the ids of marked facts, `since` is what has happened since its window.
    """
    return {
        "now": ms(now),
        "lang": words.language.value,
        "textLang": text.language.value,
        "words": words.some(*TIME_WORDS, "facts", "original", "missing"),
        "sentences": _written(text),
        "facts": [{"id": fact.id, "parts": _fact(fact, words)} for fact in text.evidence.facts],
        "marked": marked,
        "source": _source(text, words),
        "decisions": [],
        "rejected": False,
        "missing": [],
        "original": "",
        "since": told(since, words.language),
    }


def fact_text(fact: Fact, words: Words) -> str:
    """A fact in words, but for its times."""
    return "".join([*_lead(fact, words), *_ongoing(fact, words)])


def author(text: CitedText, words: Words) -> str:
    """Who wrote: the template, our model by its own name, or a generator from outside by its."""
    if text.source == "template":
        return words("by_template")
    by_model = text.source == "model" and text.model
    return words("by", name=by_model.name if by_model else text.source)


def quoted(said: str, citations: Sequence[str], evidence: Evidence) -> list[Data]:
    """The sentence in pieces, each with whether it is quoted: the words of a note, line by line."""
    cited = [fact for fact in evidence.facts if fact.id in citations]
    held = [fact.labels.get("text", "") for fact in cited]
    rest, parts = said, []
    for line in (line for text in held for line in text.split("\n") if line):
        for quotation in (f'"{line}"', f"«{line}»"):
            before, found, behind = rest.partition(quotation)
            if found:
                parts += [{"text": before, "quoted": False}, {"text": found, "quoted": True}]
                rest = behind
                break
    return [*parts, {"text": rest, "quoted": False}]


def _written(text: CitedText) -> list[Data]:
    return [
        {
            "parts": quoted(said.text, said.citations, text.evidence),
            "facts": list(said.citations),
            "section": _heading(said.section, Words(text.language)),
            "line": 0,
        }
        for said in text.sentences
    ]


def _heading(section: Section | None, words: Words) -> str | None:
    """The section's name in the text's language."""
    return None if section is None else words(f"section_{section.value}")


def _source(text: CitedText, words: Words) -> list[Part]:
    window = text.evidence.window
    return [
        author(text, words), " · ", ms(text.created), " · ",
        words("window"), " ", ms(window.start), "–", ms(window.end),
    ]  # fmt: skip


def _fact(fact: Fact, words: Words) -> list[Part]:
    return [*_lead(fact, words), *_when(fact), *_ongoing(fact, words)]


def _lead(fact: Fact, words: Words) -> list[str]:
    """What a fact is about, and how much it is."""
    lead = f"{words(f'fact_{fact.kind.value}')}: {_about(fact, words)}".rstrip(": ")
    return [lead, *_value(fact, words)]


def _about(fact: Fact, words: Words) -> str:
    """What it is about; the name of a response tells its score."""
    if fact.kind is FactKind.RESPONSE:
        return ""
    return about(
        fact,
        lambda signal: VITALS[signal].name(words.language),
        lambda condition: words(f"alarm_{condition.value}"),
    )


def _value(fact: Fact, words: Words) -> list[str]:
    if {"from", "to"} <= fact.values.keys():
        number = f"{_number(fact, fact.values['from'], words)} → "
        return [f" {number}{_number(fact, fact.values['to'], words)} {unit_text(fact.unit)}"]
    if fact.value is None:
        return []
    if {"lowest", "highest"} <= fact.values.keys():  # of a partial score the total is not known
        ends = [_number(fact, fact.values[name], words) for name in ("lowest", "highest")]
        unit = unit_text(fact.unit) if fact.signal else ""
        return [f" {'–'.join(ends)} {unit}".rstrip()]
    return [f" {_number(fact, fact.value, words)} {unit_text(fact.unit)}".rstrip()]


def _number(fact: Fact, value: float, words: Words) -> str:
    return words.value(fact.signal, value) if fact.signal else words.number(value, 0)


def _when(fact: Fact) -> list[Part]:
    if fact.times.keys() >= set(_SPAN):
        return [" · ", ms(fact.times["start"]), "–", ms(fact.times["end"])]
    moments = [fact.times[key] for key in ("at", "start", "end") if key in fact.times]
    return [" · ", ms(moments[0])] if moments else []


def _ongoing(fact: Fact, words: Words) -> list[str]:
    """That it still holds; of a value or a change the time says when it did."""
    return [f" ({words('ongoing')})"] if fact.ongoing and fact.kind in _LASTING else []
