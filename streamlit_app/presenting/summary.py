"""A summary and what was decided about it, as plain data; moments are numbers, in milliseconds."""

from collections.abc import Iterable
from datetime import datetime

from sereno.domain.evidence import FactKind, Summary
from sereno.domain.patients import Note
from sereno.domain.review import Checked, Finding, Opinion, Review, Standing
from sereno.services.feedback import LONGEST_EDIT, LONGEST_REASON, Reviewed
from sereno.services.since import Since
from streamlit_app.presenting.cited import Part, cited_text, fact_text, of_summary, quoted
from streamlit_app.presenting.common import Data, ms
from streamlit_app.texts import Words


def summary(
    reviewed: Reviewed,
    marked: list[str],
    now: datetime,
    words: Words,
    since: Since,
) -> Data:
    """The text that stands with what was decided about it, as the component `summary` takes it.

    `marked` are the ids of marked facts, `since` is what has happened since its window. Of an edit
    each sentence tells how it stands.
    """
    found, edit = reviewed.summary, reviewed.edit
    decision = reviewed.decision
    data = cited_text(of_summary(found), marked, now, words, since) | {
        "decisions": [_decision(one, words) for one in reviewed.reviews if one in (edit, decision)],
        "rejected": decision is not None and decision.opinion is Opinion.REJECTED,
    }
    if edit is None:
        return data
    return data | {
        "sentences": _edited(edit, found, words),
        "missing": missing(edit.checked, found, words) if edit.checked else [],
        "original": found.draft.text,
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
    return [f"{fact.id} {fact_text(fact, words)}" for fact in left_out]


def _edited(edit: Review, found: Summary, words: Words) -> list[Data]:
    findings = edit.checked.findings if edit.checked else ()
    return [
        {
            "parts": quoted(each.text, each.citations, found.evidence),
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


def cited_notes(found: Summary, marked: list[str], notes: Iterable[Note]) -> list[Note]:
    """Of the notes charted for its patient those whose words the marked facts of a summary hold."""
    facts = [fact for fact in found.evidence.facts if fact.id in marked]
    wanted = {
        (fact.times["at"], fact.labels["author"]) for fact in facts if fact.kind is FactKind.NOTE
    }
    return [note for note in notes if (note.time, note.author) in wanted]
