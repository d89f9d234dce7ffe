"""Words in what was noted by hand."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from sereno.domain.patients import Note
from sereno.domain.questions import Aspect, Call, Finding, Lead, Outcome, Polarity
from sereno.scoring.questions.building import finding
from sereno.scoring.questions.record import Looking

MOST_QUOTED = 5  # notes that are quoted, the newest first


def notes(call: Call, looking: Looking) -> Finding:
    """The notes of the period that hold any of the words, the newest; all where no word is said.

    A note is quoted as it stands. Whatever it says is what somebody wrote, and asks for nothing.
    """
    found = [
        note
        for note in looking.record.notes(looking.window.start, looking.window.end)
        if _holds(note, call.words)
    ]
    lead = Lead(Polarity.COUNT, len(found)) if found else Lead(Polarity.SILENT)
    if call.aspect is Aspect.WHETHER and found:
        lead = Lead(Polarity.YES)
    outcome = Outcome.ANSWERED if found else Outcome.NOT_RECORDED
    quoted = tuple(reversed(found[-MOST_QUOTED:]))
    return replace(finding(looking, (), lead, outcome), notes=quoted)


def _holds(note: Note, words: Sequence[str]) -> bool:
    said = plainly(note.text)
    return not words or any(word in said for word in words)


def plainly(text: str) -> str:
    """A text in lower case and without accents, as words are compared."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
