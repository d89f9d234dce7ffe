"""A summary and the facts behind it as plain data; numbers stand for moments, in milliseconds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sereno.domain.evidence import Draft, Evidence, Fact, FactKind, Section, Summary
from sereno.domain.patients import Note
from sereno.domain.review import Checked, Finding, Opinion, Review, Standing
from sereno.domain.vitals import VITALS
from sereno.services.feedback import LONGEST_EDIT, LONGEST_REASON, Reviewed
from streamlit_app.presenting.common import TIME_WORDS, Data, ms
from streamlit_app.texts import Words, unit_text

Part = str | int
_SPAN: Final = ("start", "end")


def summary(reviewed: Reviewed, marked: list[str], now: datetime, words: Words) -> Data:
    """The text that stands, as the component `summary` takes it.

    `marked` are the ids of marked facts. Of an edit each sentence tells how it stands.
    """
    found, edit = reviewed.summary, reviewed.edit
    decision = reviewed.decision
    return {
        "now": ms(now),
        "lang": words.language.value,
        "textLang": found.language.value,
        "words": words.some(*TIME_WORDS, "facts", "original", "missing"),
        "sentences": _edited(edit, found, words) if edit else _written(found),
        "facts": [{"id": fact.id, "parts": _fact(fact, words)} for fact in found.evidence.facts],
        "marked": marked,
        "source": _source(found, words),
        "decisions": [_decision(one, words) for one in reviewed.reviews if one in (edit, decision)],
        "rejected": decision is not None and decision.opinion is Opinion.REJECTED,
        "missing": missing(edit.checked, found, words) if edit and edit.checked else [],
        "original": found.draft.text if edit else "",
    }


def feedback(reviewed: Reviewed, checked: Checked | None, kept: str, words: Words) -> Data:
    """What can be decided, as the component `feedback` takes it; `checked` is of what is typed.

    `kept` is another one whenever a decision of this viewer was kept.
    """
    found, edit = reviewed.summary, reviewed.edit
    text = edit.text if edit and edit.text else found.draft.text
    return {
        "lang": words.language.value,
        "textLang": found.language.value,
        "words": words.some(
            "accept", "edit", "reject", "reject_now", "save", "cancel", "reason", "edit_reason",
            "edit_help", "missing",
        ),
        "of": reviewed.standing,
        "kept": kept,
        "text": text,
        "longest": LONGEST_EDIT,
        "longestReason": LONGEST_REASON,
        "findings": [
            {"text": each.text, "standing": each.standing.value, "label": _label(each, words)}
            for each in (checked.findings if checked else ())
        ],
        "missing": missing(checked, found, words) if checked else [],
        "open": checked is not None,
    }  # fmt: skip


def missing(checked: Checked, found: Summary, words: Words) -> list[str]:
    """The required facts that a text does not state, in words."""
    left_out = [fact for fact in found.evidence.facts if fact.id in checked.missing]
    return [
        f"{fact.id} {''.join(part for part in _fact(fact, words) if isinstance(part, str))}".rstrip(
            " ·–"
        )
        for fact in left_out
    ]


def _written(found: Summary) -> list[Data]:
    return [
        {
            "parts": _parts(said.text, said.citations, found.evidence),
            "facts": list(said.citations),
            "section": _heading(said.section, Words(found.language)),
            "line": 0,
        }
        for said in found.draft.sentences
    ]


def _edited(edit: Review, found: Summary, words: Words) -> list[Data]:
    findings = edit.checked.findings if edit.checked else ()
    return [
        {
            "parts": _parts(each.text, each.citations, found.evidence),
            "facts": list(each.citations),
            "section": None,
            "line": each.line,
            "standing": each.standing.value,
            "label": "" if each.standing is Standing.VERIFIED else _label(each, words),
        }
        for each in findings
    ]


def _label(finding: Finding, words: Words) -> str:
    """How a sentence stands, in words."""
    why = words(f"doubt_{finding.doubt}", what=finding.what) if finding.doubt else ""
    facts = ", ".join(finding.citations)
    return words(f"standing_{finding.standing}", why=why, facts=facts)


def _decision(review: Review, words: Words) -> list[Part]:
    reason = f": {review.reason}" if review.reason else ""
    return [words(f"{review.opinion}_by", by=review.by), " · ", ms(review.at), reason]


def _parts(said: str, citations: Sequence[str], evidence: Evidence) -> list[Data]:
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
    name = (
        VITALS[fact.signal].name(words.language) if fact.signal else fact.labels.get("author", "")
    )
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


def cited_notes(found: Summary, marked: list[str], notes: Iterable[Note]) -> list[Note]:
    """Of the notes charted for its patient those whose words the marked facts of a summary hold."""
    facts = [fact for fact in found.evidence.facts if fact.id in marked]
    wanted = {
        (fact.times["at"], fact.labels["author"]) for fact in facts if fact.kind is FactKind.NOTE
    }
    return [note for note in notes if (note.time, note.author) in wanted]


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
