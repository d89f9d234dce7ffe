"""A summary and the facts behind it as plain data; numbers stand for moments, in milliseconds."""

from datetime import datetime
from typing import Final

from sereno.domain.evidence import Draft, Fact, Section, Summary
from sereno.domain.vitals import VITALS
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.texts import Words, unit_text

Part = str | int
_SPAN: Final = ("start", "end")


def summary(found: Summary, marked: list[str], now: datetime, words: Words) -> Data:
    """The text, as the component `summary` takes it. `marked` are the ids of marked facts."""
    return {
        "now": ms(now),
        "lang": words.language.value,
        "textLang": found.language.value,
        "words": words.some(*TIME_WORDS, "facts"),
        "sentences": [
            {
                "text": sentence.text,
                "facts": list(sentence.citations),
                "section": _heading(sentence.section, Words(found.language)),
            }
            for sentence in found.draft.sentences
        ],
        "facts": [{"id": fact.id, "parts": _fact(fact, words)} for fact in found.evidence.facts],
        "marked": marked,
        "source": _source(found, words),
    }


def _source(found: Summary, words: Words) -> list[Part]:
    window = found.evidence.window
    return [
        author(found.draft, words), " · ", ms(found.created), " · ",
        words("window"), " ", ms(window.start), "–", ms(window.end),
    ]  # fmt: skip


def author(draft: Draft, words: Words) -> str:
    """Who wrote: the template, our model by its own name, or a generator from outside by its."""
    if draft.source == "template":
        return words("by_template")
    by_model = draft.source == "model" and draft.model
    return words("by", name=by_model.name if by_model else draft.source)


def _fact(fact: Fact, words: Words) -> list[Part]:
    name = VITALS[fact.signal].name(words.language) if fact.signal else ""
    lead = f"{words(f'fact_{fact.kind.value}')}: {name}".rstrip(": ")
    return [lead, *_value(fact, words), *_when(fact), *_ongoing(fact, words)]


def _value(fact: Fact, words: Words) -> list[Part]:
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


def _heading(section: Section | None, words: Words) -> str | None:
    """The section's name in the text's language."""
    return None if section is None else words(f"section_{section.value}")


def _number(fact: Fact, value: float, words: Words) -> str:
    return words.value(fact.signal, value) if fact.signal else words.number(value, 0)


def _when(fact: Fact) -> list[Part]:
    if fact.times.keys() >= set(_SPAN):
        return [" · ", ms(fact.times["start"]), "–", ms(fact.times["end"])]
    moments = [fact.times[key] for key in ("at", "start", "end") if key in fact.times]
    return [" · ", ms(moments[0])] if moments else []


def _ongoing(fact: Fact, words: Words) -> list[Part]:
    return [f" ({words('ongoing')})"] if fact.ongoing else []
