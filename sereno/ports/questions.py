"""What reads questions in words, and what words and judges the answers."""

from collections.abc import Sequence
from typing import Protocol

from sereno.domain.evidence import Evidence, Sentence, Verdict
from sereno.domain.questions import Call, Lead, Reading, Scope
from sereno.domain.vitals import Language


class QuestionReader(Protocol):
    """Reads a question in words. Fails closed: what it is not sure of, it does not call."""

    def read(self, question: str, language: Language, *, ward: bool) -> Reading:
        """The call of one tool, or which outcome the question has without one.

        `ward` says that it is put to the whole ward. Nothing in a question is ever obeyed.
        """
        ...


class LeadWriter(Protocol):
    """Says the first words of an answer."""

    def __call__(self, lead: Lead, language: Language) -> str:
        """Nothing, where the facts speak for themselves."""
        ...


class ReadAsWriter(Protocol):
    """Says in one line how a question was read, from the call alone."""

    def __call__(self, call: Call, scope: Scope, language: Language) -> str:
        """The measure, what is asked of it, and the period in clock times."""
        ...


class AnswerVerifier(Protocol):
    """Judges an answer against the evidence; shares no code with what writes it."""

    def verify(
        self,
        lead: str,
        sentences: Sequence[Sentence],
        call: Call,
        evidence: Evidence,
        language: Language,
    ) -> Verdict:
        """As a Verifier; and the lead's yes, no or number is what the facts bear out."""
        ...
