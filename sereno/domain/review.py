"""What a clinician makes of a summary, and what a text that people have typed is worth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How a sentence stands to the facts of its window."""

    VERIFIED = "verified"  # borne out by the facts that it cites
    UNCHECKED = "unchecked"  # it says nothing that the record could bear out
    UNVERIFIED = "unverified"  # it says what no fact bears out


class Doubt(StrEnum):
    """Why a sentence is not verified."""

    NUMBER = "number"  # a number that no fact holds
    TIME = "time"  # a time that no fact holds
    LENGTH = "length"  # a duration that no fact holds
    TOGETHER = "together"  # each is in some fact, but no fact says so
    DENIAL = "denial"  # it denies something
    CLAIM = "claim"  # it says how the patient is, and no fact says so
    UNREADABLE = "unreadable"  # signs that are not seen, or of another alphabet
    TOO_MUCH = "too_much"  # more sentences than are looked at


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence of a text and how it stands; `what` is the piece of it that `doubt` is about."""

    text: str
    standing: Standing
    citations: tuple[str, ...] = ()
    doubt: Doubt | None = None
    what: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """A text held against the facts: its sentences, and the required facts that none states."""

    findings: tuple[Finding, ...]
    missing: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """Whether something in it is not borne out."""
        return any(each.standing is Standing.UNVERIFIED for each in self.findings)


class Opinion(StrEnum):
    """What a clinician decided."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A clinician's decision about a summary of a patient; all ids but the account's are random.

    `of` is the id of the edit that it is about; None stands for the text as it was written. An
    edit has its `text` and what was found in it.
    """

    id: str
    summary: str
    patient: str
    written: datetime  # when the summary was
    at: datetime
    by: str
    opinion: Opinion
    of: str | None = None
    reason: str = ""
    text: str | None = None
    checked: Checked | None = None
