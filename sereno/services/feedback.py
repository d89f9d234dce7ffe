"""What clinicians make of a summary: they accept, edit or reject it, and all of it is kept.

An edit is checked against the evidence that the summary was written from. It may say what no fact
bears out, for a clinician knows what no monitor does; whoever reads it sees which sentences do.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from sereno.domain.errors import AccessDenied, Conflict, Forgotten, InvalidEntry, NotFound
from sereno.domain.evidence import Evidence, Form, ModelIdentity, Summary
from sereno.domain.review import Checked, Opinion, Review
from sereno.domain.roles import Actor
from sereno.domain.vitals import Language
from sereno.ports import AuditLog, Checker, Clock, Store

LONGEST_EDIT: Final = 4000  # characters
LONGEST_REASON: Final = 200
_EVIDENCE: Final = TypeAdapter(Evidence)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A summary and what was decided about it, oldest first."""

    summary: Summary
    reviews: tuple[Review, ...] = ()

    @property
    def edit(self) -> Review | None:
        """The newest edit, whose text stands; None where the summary stands as it was written."""
        edits = [each for each in self.reviews if each.opinion is Opinion.EDITED]
        return edits[-1] if edits else None

    @property
    def standing(self) -> str | None:
        """The id of the edit that stands, None for the text as it was written."""
        return self.edit.id if self.edit else None

    @property
    def decision(self) -> Review | None:
        """The newest decision about the text that stands."""
        return self.reviews[-1] if self.reviews else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A decision and what it was about. `original` is the text that was judged.

    `evidence` names nobody; `evidence_hash` is the SHA-256 of it as JSON, in hex.
    """

    at: datetime
    verdict: Opinion
    reason: str
    language: Language
    form: Form
    source: str
    model: ModelIdentity | None
    prompt_hash: str | None
    original: str
    edit: str | None
    checked: Checked | None
    evidence: Evidence
    evidence_hash: str


class Feedback:
    """Decisions about summaries. `of` is the id of the edit that whoever decides has read.

    Each raises AccessDenied for who may only look, NotFound for an unknown summary, and Conflict
    where somebody has edited it meanwhile: nobody answers for what they have not read.
    """

    def __init__(self, store: Store, checker: Checker, audit: AuditLog, clock: Clock) -> None:
        self._store = store
        self._checker = checker
        self._audit = audit
        self._clock = clock

    def about(self, summary: Summary) -> Reviewed:
        """A summary with what was decided about it."""
        return Reviewed(summary, tuple(self._store.reviews(summary)))

    def find(self, summary_id: str) -> Reviewed:
        """The summary of that id, with what was decided. Raises NotFound."""
        return self.about(self._store.summary(summary_id))

    def check(self, summary: Summary, text: str) -> Checked:
        """How a text stands to the evidence of a summary; nothing is kept."""
        return self._checker.check(text[:LONGEST_EDIT], summary.evidence, summary.language)

    def accept(self, summary_id: str, by: Actor, of: str | None = None) -> Review:
        """Answer for the text that stands."""
        return self._decide(summary_id, by, of, Opinion.ACCEPTED)

    def reject(self, summary_id: str, reason: str, by: Actor, of: str | None = None) -> Review:
        """Say that the text is not to be relied on, and why. Raises InvalidEntry without a why."""
        if not reason.strip():
            raise InvalidEntry("a rejection needs a reason; write why in a few words")
        return self._decide(summary_id, by, of, Opinion.REJECTED, reason)

    def edit(
        self, summary_id: str, text: str, reason: str, by: Actor, of: str | None = None
    ) -> Review:
        """Put another text in the place of the one that stands; the reason may be empty.

        Raises InvalidEntry for no text, or one that is too long.
        """
        tidy = "\n".join(line.strip() for line in text.strip().splitlines())
        if not 0 < len(tidy) <= LONGEST_EDIT:
            raise InvalidEntry(f"a summary has 1 to {LONGEST_EDIT} characters; change the text")
        return self._decide(summary_id, by, of, Opinion.EDITED, reason, tidy)

    def lessons(self, by: str) -> Iterator[Lesson]:
        """Every decision with what it was about, for tuning; a line of the audit log a patient.

        Nobody is named: neither who decided nor whom it is about, and a decision whose text or
        reason holds the patient's name or identifier is left out.
        """
        told: set[str] = set()
        for review in self._store.all_reviews():
            lesson = self._lesson(review)
            if lesson is None:
                continue
            if review.patient not in told:
                told.add(review.patient)
                self._audit.record(by, "feedback_exported", review.patient)
            yield lesson

    def _decide(
        self,
        summary_id: str,
        by: Actor,
        of: str | None,
        opinion: Opinion,
        reason: str = "",
        text: str | None = None,
    ) -> Review:
        known = self.find(summary_id)
        patient = known.summary.patient
        if not by.role.acts:
            self._audit.record(by.name, "refused", patient, f"summary_{opinion}")
            raise AccessDenied(
                f"a {by.role} looks and does not act; sign in with a clinician's account"
            )
        if known.standing != of:
            raise Conflict("somebody has edited this summary meanwhile; read it again")
        why = " ".join(reason.split())
        if len(why) > LONGEST_REASON:
            raise InvalidEntry(f"a reason has at most {LONGEST_REASON} characters; shorten it")
        checked = None if text is None else self.check(known.summary, text)
        review = Review(
            id=secrets.token_hex(8), summary=summary_id, patient=patient,
            written=known.summary.created, at=self._clock.now(), by=by.name, opinion=opinion,
            of=of, reason=why, text=text, checked=checked,
        )  # fmt: skip
        # First the line: what was decided must not lack one. See services.charting.
        self._audit.record(by.name, f"summary_{opinion}", patient, summary_id)
        self._store.keep_review(review)
        return review

    def _lesson(self, review: Review) -> "Lesson | None":
        """A decision as a program learns from it; None where it names the patient."""
        try:
            patient, known = self._store.find(review.patient), self.find(review.summary)
        except (Forgotten, NotFound):  # meanwhile
            return None
        edits = {each.id: each for each in known.reviews}
        before = edits[review.of].text if review.of in edits else None
        summary = known.summary
        original = summary.draft.text if before is None else before
        if patient.named_in("\n".join((original, review.text or "", review.reason))):
            return None
        evidence = _nameless(summary.evidence)
        return Lesson(
            at=review.at, verdict=review.opinion, reason=review.reason,
            language=summary.language, form=summary.form, source=summary.draft.source,
            model=summary.draft.model, prompt_hash=summary.draft.prompt_hash, original=original,
            edit=review.text, checked=review.checked, evidence=evidence,
            evidence_hash=hashlib.sha256(_EVIDENCE.dump_json(evidence)).hexdigest(),
        )  # fmt: skip


def _nameless(evidence: Evidence) -> Evidence:
    """Without whom it is about, and who wrote the notes."""
    facts = tuple(
        replace(fact, labels={**fact.labels, "author": ""}) if "author" in fact.labels else fact
        for fact in evidence.facts
    )
    return replace(evidence, patient="", facts=facts)
