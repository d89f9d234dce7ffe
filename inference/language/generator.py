"""The governed generator: the model chooses and phrases, the grammar lets it say nothing else."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from inference.language.grammar import lark, parse
from inference.language.phrases import Block, compose
from inference.language.prompt import chat
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Draft, Evidence, Form, ModelIdentity, Run, Timings
from sereno.domain.vitals import Language


class Completed(Protocol):
    """What a model made of a prompt (see inference.runtime.Completion)."""

    @property
    def text(self) -> str: ...  # noqa: D102 - named as there
    @property
    def finished(self) -> bool: ...  # noqa: D102
    @property
    def tokens(self) -> int: ...  # noqa: D102
    @property
    def steps(self) -> int: ...  # noqa: D102
    @property
    def prefill_ms(self) -> float: ...  # noqa: D102
    @property
    def decode_ms(self) -> float: ...  # noqa: D102


class Completer(Protocol):
    """A model that completes a prompt within a grammar (see inference.runtime.OnnxModel)."""

    @property
    def provider(self) -> str:
        """Where it runs."""
        ...

    def complete(
        self,
        prompt: str,
        grammar: str | None = None,
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        seed: int = 0,
        stop: Callable[[], bool] = ...,
    ) -> Completed:
        """Write on from `prompt` within the Lark `grammar`; `stop` ends it early."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class GovernedGenerator:
    """Implements TextGenerator with a model held by the grammar of the evidence."""

    name = "model"

    def __init__(
        self,
        model: Completer,
        identity: ModelIdentity,
        *,
        temperature: float = 0.0,
        seed: int = 0,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._model = model
        self._identity = identity
        self._temperature = temperature
        self._seed = seed
        self._now = now

    def write(
        self,
        evidence: Evidence,
        language: Language,
        form: Form = Form.HANDOVER,
        *,
        deadline: datetime | None = None,
    ) -> Draft:
        """State all required facts of `evidence`, and of the others those that the model picks.

        Raises ModelError where the model fails, or has not come to the end by `deadline`.
        """
        started = time.perf_counter()
        blocks = compose(evidence, language, form)
        prompt, grammar = chat(evidence, language, form), lark(blocks)
        composed_ms = (time.perf_counter() - started) * 1e3
        done = self._model.complete(
            prompt,
            grammar,
            max_tokens=most_tokens(blocks),
            temperature=self._temperature,
            seed=self._seed,
            stop=lambda: deadline is not None and self._now() >= deadline,
        )
        if not done.finished:
            raise ModelError("the model did not finish in time: allow a later deadline")
        return Draft(
            sentences=parse(done.text, blocks),
            source=self.name,
            model=self._identity,
            timings=Timings(
                prefill_ms=done.prefill_ms + composed_ms,
                decode_ms=done.decode_ms,
                tokens=done.tokens,
                steps=done.steps,
            ),
            prompt_hash=hashlib.sha256(f"{prompt}\0{grammar}".encode()).hexdigest(),
            run=Run(provider=self._model.provider, temperature=self._temperature, seed=self._seed),
        )


def most_tokens(blocks: tuple[Block, ...]) -> int:
    """A byte-level token holds at least one byte: no text of the grammar needs more than this."""
    return 1 + sum(
        max(len(f" {said.text}".encode()) for said in block.phrasings) for block in blocks
    )
