"""What writes texts, and what judges them."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Protocol

from sereno.domain.completion import Asked, Step
from sereno.domain.evidence import Draft, Evidence, Form, Sentence, Verdict
from sereno.domain.review import Checked
from sereno.domain.vitals import Language


class TextGenerator(Protocol):
    """Writes a text that states facts of the evidence, all required ones among them."""

    name: str

    def write(
        self, evidence: Evidence, language: Language, form: Form, *, deadline: datetime | None
    ) -> Draft:
        """Write. Raises ModelError where it can not, or not by the deadline."""
        ...


class TextModel(Protocol):
    """Writes free text for a client. One text may pause while another is written."""

    name: str

    def write(self, asked: Asked) -> Generator[Step, None, None]:
        """Yield often, so that other work can be done in between; closing it ends it.

        Raises InvalidEntry for what can not be written at all: too long, or a guide that is none;
        ModelError where the model fails. Neither quotes what was asked.
        """
        ...


class Verifier(Protocol):
    """Judges a text against the evidence; shares no code with any generator."""

    def verify(
        self, sentences: Sequence[Sentence], evidence: Evidence, language: Language
    ) -> Verdict:
        """Every claim borne out by the facts its sentence cites, every required fact stated."""
        ...


class Checker(Protocol):
    """Holds a text that people have typed, which cites nothing, against the evidence."""

    def check(self, text: str, evidence: Evidence, language: Language) -> Checked:
        """Every sentence of any text with how it stands, and the required facts left unstated.

        Fails closed: what is not borne out is unverified, unless it says nothing checkable.
        """
        ...
