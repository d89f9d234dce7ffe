"""A text without a model: every fact, each block in its plainest phrasing. Deterministic."""

from datetime import datetime

from inference.language.phrases import compose
from sereno.domain.evidence import Draft, Evidence, Form
from sereno.domain.vitals import Language


class TemplateGenerator:
    """Implements TextGenerator; never fails, needs nothing, and takes next to no time."""

    name = "template"

    def write(
        self,
        evidence: Evidence,
        language: Language,
        form: Form = Form.HANDOVER,
        *,
        deadline: datetime | None = None,
    ) -> Draft:
        """State every fact of `evidence`, required or not."""
        blocks = compose(evidence, language, form)
        return Draft(sentences=tuple(block.phrasings[0] for block in blocks), source=self.name)
