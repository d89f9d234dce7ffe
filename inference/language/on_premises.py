"""A generator that asks an OpenAI-compatible server of the clinic, held by the same grammar.

The server may be any (vLLM, llama-server, TGI, Ray Serve, another Sereno): it is told the grammar
of the evidence in the notation that it reads, and its text is verified like our own.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from inference.language.dialects import Dialect, fields, read
from inference.language.generator import most_tokens
from inference.language.phrases import Block, compose
from inference.remote import Server
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Draft, Evidence, Form, ModelIdentity, Timings
from sereno.domain.vitals import Language

PATIENCE_S: Final = 60.0  # where nobody says until when
LISTING_S: Final = 5.0
LONGEST: Final = 1536  # tokens of a text, about 700 words
_LONGEST_HERE: Final = 1024  # what another Sereno takes
_ROOM: Final = 64
_FRAME: Final = 16  # tokens around a sentence

# Who a server says owns its models, and what it then reads. Others read OpenAI's own, if any.
_OWNERS: Final = {
    "sereno": Dialect.LARK,
    "llamacpp": Dialect.GBNF,  # llama-server
    "me": Dialect.GBNF,  # llama-cpp-python
    "vllm": Dialect.VLLM,
}
_TASK: Final = {
    Language.ENGLISH: (
        "Write a nursing handover in English. State each of these facts, in this order, in the "
        "words given or others as plain; change no number, unit, time or name. What is marked * "
        "may be left out."
    ),
    Language.SPANISH: (
        "Escribe un relevo de enfermería en español. Di cada uno de estos datos, en este orden, "
        "con estas palabras u otras igual de claras; no cambies ningún número, unidad, hora ni "
        "nombre. Lo marcado con * puede omitirse."
    ),
}
_MARKS: Final = {
    Language.ENGLISH: "End each sentence with its mark in brackets, as here.",
    Language.SPANISH: "Termina cada frase con su marca entre corchetes, como aquí.",
}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of a server's models writes, and how it is told what it may write."""

    model: str
    dialect: Dialect


class OnPremises:
    """Implements TextGenerator with a server. `model` and `dialect` None: as it tells of itself."""

    name = "model"

    def __init__(
        self,
        server: Server,
        *,
        model: str | None = None,
        dialect: Dialect | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._server = server
        self._model = model
        self._dialect = dialect
        self._now = now
        self._chosen: Choice | None = None

    def choice(self) -> Choice:
        """What it will be asked with; the server is asked once. Raises ModelError."""
        if self._chosen is None:
            if self._model and self._dialect:
                self._chosen = Choice(self._model, self._dialect)
            else:
                listed = self._server.get("/models", LISTING_S)
                self._chosen = _choice(listed, self._model, self._dialect, self._server.host)
        return self._chosen

    def write(
        self,
        evidence: Evidence,
        language: Language,
        form: Form = Form.HANDOVER,
        *,
        deadline: datetime | None = None,
    ) -> Draft:
        """State all required facts of `evidence`, and of the others those that the model picks.

        Raises ModelError where the server does not answer by `deadline`, or not as it was told.
        """
        started = time.perf_counter()
        patience = PATIENCE_S if deadline is None else (deadline - self._now()).total_seconds()
        blocks, choice = compose(evidence, language, form), self.choice()
        body = {
            "model": choice.model,
            "messages": [{"role": "user", "content": _prompt(blocks, language, choice.dialect)}],
            "max_tokens": _most_tokens(blocks, choice.dialect),
            "temperature": 0,
            "seed": 0,
            **fields(choice.dialect, blocks),
        }
        text, tokens = _answered(self._server.post("/chat/completions", body, patience))
        return Draft(
            sentences=read(choice.dialect, text, blocks),
            source=self.name,
            model=ModelIdentity(f"{choice.model} ({self._server.host})"),
            timings=Timings(decode_ms=(time.perf_counter() - started) * 1e3, tokens=tokens),
            prompt_hash=hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(),
        )


def _choice(listed: Any, model: str | None, dialect: Dialect | None, host: str) -> Choice:
    """From a list of models in OpenAI's form. Raises ModelError where there is none to take."""
    try:
        models = {str(each["id"]): str(each.get("owned_by")) for each in listed["data"]}
    except (AttributeError, KeyError, TypeError) as exc:
        raise ModelError(f"{host} lists no models; look at SERENO_GENERATOR_URL") from exc
    wanted = model or next(iter(models), None)
    if wanted not in models:
        raise ModelError(f"{host} serves another model; set SERENO_GENERATOR_MODEL to one it lists")
    return Choice(wanted, dialect or _OWNERS.get(models[wanted], Dialect.JSON_SCHEMA))


def _prompt(blocks: Sequence[Block], language: Language, dialect: Dialect) -> str:
    marks = dialect is Dialect.NONE
    lines = [_line(block, marks=marks) for block in blocks]
    task = f"{_TASK[language]} {_MARKS[language]}" if marks else _TASK[language]
    return "\n".join([task, "", *lines])


def _line(block: Block, *, marks: bool) -> str:
    """The plainest phrasing of a block, with what it cites where the answer must say that."""
    said = block.phrasings[0]
    cited = f" [{', '.join(said.citations)}]" if marks else ""
    return f"{'* ' if block.optional else ''}{said.text}{cited}"


def _most_tokens(blocks: tuple[Block, ...], dialect: Dialect) -> int:
    """What a text may take at most.

    llama.cpp spells words in pieces under a grammar, down to a byte a token; ours never goes below
    two, and its context is small. Names, quotes or marks stand around the sentences of the others.
    """
    if dialect is Dialect.LARK:
        return min(_LONGEST_HERE, _ROOM + most_tokens(blocks) // 2)
    framed = dialect in {Dialect.JSON_SCHEMA, Dialect.NONE}
    return min(LONGEST, most_tokens(blocks) + (_FRAME * len(blocks) if framed else 0))


def _answered(answer: Any) -> tuple[str, int]:
    """The text, and how many tokens it took. Raises ModelError."""
    try:
        (choice,) = answer["choices"]
        text, finish = choice["message"]["content"], choice["finish_reason"]
        tokens = int((answer.get("usage") or {}).get("completion_tokens") or 0)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise ModelError("the server does not answer as OpenAI's clients expect") from exc
    if finish != "stop" or not isinstance(text, str):
        raise ModelError("the server did not come to the end of the text: allow it more context")
    return text, tokens
