"""A model left to itself, for comparison: the same weights, no grammar, no verifier."""

import time
from datetime import UTC, datetime

from inference.language.generator import Completer
from inference.language.template import TemplateGenerator
from sereno.domain.evidence import Draft, Evidence, Form, ModelIdentity, Sentence, Timings
from sereno.domain.vitals import Language

_LONGEST = 384  # tokens: as much as a governed summary takes
_TASK = {
    Language.ENGLISH: (
        "Write a nursing handover that states every one of these findings, with its numbers, "
        "times and durations, and nothing else:"
    ),
    Language.SPANISH: (
        "Escribe un relevo de enfermería que diga cada uno de estos hallazgos, con sus cifras, "
        "horas y duraciones, y nada más:"
    ),
}


def findings_prompt(evidence: Evidence, language: Language, form: Form) -> str:
    """The task and every finding as the template says it, in SmolLM2's chat format (ChatML)."""
    told = TemplateGenerator().write(evidence, language, form).sentences
    findings = "\n".join(f"- {said.text}" for said in told)
    return f"<|im_start|>user\n{_TASK[language]}\n{findings}<|im_end|>\n<|im_start|>assistant\n"


class UngovernedGenerator:
    """Asks the model for a handover in so many words, with the findings written out in the prompt.

    Its text cites nothing, so the verifier refuses it all: it is judged as it comes.
    """

    name = "ungoverned"

    def __init__(self, model: Completer, identity: ModelIdentity) -> None:
        self._model = model
        self._identity = identity

    def write(
        self,
        evidence: Evidence,
        language: Language,
        form: Form = Form.HANDOVER,
        *,
        deadline: datetime | None = None,
    ) -> Draft:
        """One text, greedily. Raises ModelError where the model can not write."""
        started = time.perf_counter()
        prompt = findings_prompt(evidence, language, form)
        composed_ms = (time.perf_counter() - started) * 1e3
        done = self._model.complete(
            prompt,
            max_tokens=_LONGEST,
            stop=lambda: deadline is not None and datetime.now(UTC) >= deadline,
        )
        return Draft(
            sentences=(Sentence(done.text.strip(), ()),),
            source=self.name,
            model=self._identity,
            timings=Timings(
                prefill_ms=done.prefill_ms + composed_ms, decode_ms=done.decode_ms,
                tokens=done.tokens, steps=done.steps,
            ),
        )  # fmt: skip
