"""Free text for a client: step by step, so that a summary can go first at any moment.

What holds the decoder is the client's, so forced tokens are not appended in one go here: GenAI
does that without a look at the room left, and a schema may force a run of any length.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final

from inference.runtime.generator import OnnxModel
from sereno.domain.completion import Asked, Finish, Guide, GuideKind, Message, Speaker, Step
from sereno.domain.errors import InvalidEntry, ModelError

# Prompt and text together. The cache takes 45 KiB a token, and a summary that goes first has its
# own beside it: with more, the model process would need more than 500 MB.
LONGEST_TOTAL: Final = 1536
# The prompt is read in pieces, between which other work may go first: as fast as at once.
READ_AT_ONCE: Final = 64
# Below it GenAI divides by almost nothing; greedy is what is meant.
COLDEST: Final = 0.01
# What looks like a token of the chat's own format, so that a message can not end itself.
_MARKS: Final = re.compile(r"(?<=<)(?=\|?[a-z_]{2,}\|?>)")
_PLACE: Final = re.compile(r"at (\d+)\((\d+)\)")
_LANGUAGES: Final = {GuideKind.JSON_SCHEMA: "json_schema", GuideKind.LARK: "lark_grammar"}


class FreeText:
    """Implements TextModel over a loaded model, in the chat format of SmolLM2 (ChatML)."""

    def __init__(self, model: OnnxModel) -> None:
        self.name = model.info.name
        self._model = model
        self._tokenizer = model.tokenizer

    def write(self, asked: Asked) -> Generator[Step, None, None]:
        """Yield after each piece of the prompt that was read and each token that was written."""
        ids = self.ids(asked.prompt)
        if len(ids) + asked.max_tokens > LONGEST_TOTAL:
            raise InvalidEntry(
                f"the prompt has {len(ids)} tokens and {asked.max_tokens} more are asked for; "
                f"this model serves {LONGEST_TOTAL} in all: shorten one of them"
            )
        try:
            yield from self._steps(ids, asked, self._start(len(ids), asked))
        except RuntimeError as exc:  # its words may quote the prompt
            if asked.guide:
                message = "the grammar or schema is too large to be followed: simplify it"
                raise InvalidEntry(message) from exc
            raise ModelError("the model could not write: run `sereno model verify`") from exc

    def ids(self, prompt: str | tuple[Message, ...]) -> list[int]:
        """The tokens of a prompt as it stands, or of a chat up to where the answer begins."""
        if isinstance(prompt, str):
            # An empty one still needs a token to start from.
            return [*self._model.chat.opening, *self._frame(prompt or "<|im_start|>")]
        if self._model.chat.own:
            return self._model.chat.of_turns([(each.speaker.value, each.text) for each in prompt])
        parts = [(self._frame(f"<|im_start|>{each.speaker.value}\n"), each.text) for each in prompt]
        ids = [token for opening, text in parts for token in (*opening, *self._said(text))]
        answer = self._frame(f"<|im_start|>{Speaker.ASSISTANT.value}\n")
        return [*self._model.chat.opening, *ids, *answer]

    def _frame(self, text: str) -> list[int]:
        return [int(each) for each in self._tokenizer.encode(text)]

    def _said(self, text: str) -> list[int]:
        """A message and its end. What it says can not end it: a mark within is plain letters."""
        parts = [each for each in _MARKS.split(text) if each]
        inner = [int(token) for part in parts for token in self._tokenizer.encode(part)]
        return [*inner, *self._frame("<|im_end|>\n")]

    def _start(self, prompt_tokens: int, asked: Asked) -> Any:
        guide = asked.guide
        language = _LANGUAGES[guide.kind] if guide else ""
        text = _compact(guide) if guide else None
        options = _options(prompt_tokens, asked)
        if guide is None:
            return self._model.generator(options, language, text, forced=False)
        try:
            return self._model.generator(options, language, text, forced=False)
        except RuntimeError as exc:
            raise InvalidEntry(_no_guide(guide, str(exc))) from exc

    def _steps(self, ids: list[int], asked: Asked, generator: Any) -> Iterator[Step]:
        for start in range(0, len(ids), READ_AT_ONCE):
            piece = ids[start : start + READ_AT_ONCE]
            generator.append_tokens(piece)
            yield Step(prompt_tokens=start + len(piece))
        stream, ends = self._tokenizer.create_stream(), set(self._tokenizer.eos_token_ids)
        for made in range(1, asked.max_tokens + 1):
            generator.generate_next_token()
            token = int(generator.get_next_tokens()[0])
            if token in ends:
                yield Step(prompt_tokens=len(ids), tokens=made, finish=Finish.STOP)
                return
            text = str(stream.decode(token))
            yield Step(text=text, prompt_tokens=len(ids), tokens=made)
        yield Step(prompt_tokens=len(ids), tokens=asked.max_tokens, finish=Finish.LENGTH)


def _options(prompt_tokens: int, asked: Asked) -> Mapping[str, float]:
    # One more than is asked for, so that the end of a text that fits is still seen.
    options: dict[str, float] = {"max_length": prompt_tokens + asked.max_tokens + 1}
    if asked.temperature >= COLDEST:
        options |= {
            "do_sample": True,
            "temperature": asked.temperature,
            "top_p": asked.top_p,
            "random_seed": asked.seed,
        }
    return options


def _compact(guide: Guide) -> str:
    """A schema with the wish for no white space, in which a small model would lose itself."""
    if guide.kind is GuideKind.LARK:
        return guide.text
    schema = json.loads(guide.text)
    if isinstance(schema, dict):
        schema = {"x-guidance": {"whitespace_flexible": False}} | schema
    return json.dumps(schema)


def _no_guide(guide: Guide, words: str) -> str:
    """Where it is wrong, and nothing that it says."""
    if guide.kind is GuideKind.JSON_SCHEMA:
        return "the JSON schema is none, or asks for what is not supported: simplify it"
    place = _PLACE.search(words)
    where = f" (line {place[1]}, column {place[2]})" if place else ""
    return f"the grammar is not valid Lark as llguidance reads it{where}: mend it"
