"""How a model wants to be spoken to: SmolLM2's chat format, or the template in the model's folder.

Prompts are written in the default model's format (ChatML) wherever they are made. An imported model
that brings a template of its own is told the same messages in that.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sereno.domain.errors import ModelError

_TEMPLATE_FILE: Final = "chat_template.jinja"
_TURN: Final = re.compile(r"<\|im_start\|>(\w+)\n(.*?)<\|im_end\|>\n", re.DOTALL)
_ANSWER: Final = "<|im_start|>assistant\n"
_ANY: Final = "a"

Turn = tuple[str, str]  # who speaks (system, user or assistant), and what is said


class Chat:
    """Turns prompts into tokens with `tokenizer` (GenAI's) of the model in `folder`."""

    def __init__(self, folder: Path, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.opening = opening(tokenizer)
        self.own = has_template(folder)
        self._marks = _marks(folder) if self.own else ()

    def ids(self, prompt: str) -> list[int]:
        """The tokens of a prompt, in the model's own format if it is a chat."""
        turns = _TURN.findall(prompt) if prompt.endswith(_ANSWER) else []
        if self.own and turns:
            return self.of_turns(turns)
        # An empty one still needs a token to start from.
        return [*self.opening, *self._encoded(prompt or "<|im_start|>")]

    def of_turns(self, turns: Sequence[Turn]) -> list[int]:
        """The tokens of a chat by the model's own template, up to where the answer begins.

        What is said can not end a turn: a mark within is parted. Raises ModelError where the
        template does not take these turns.
        """
        said = [(speaker, self._harmless(text)) for speaker, text in turns]
        try:
            return self._opened(self._encoded(self._laid_out(said)))
        except RuntimeError as exc:  # its words may quote the prompt
            raise ModelError(
                "the model's chat template does not take this prompt: use another model"
            ) from exc

    def _laid_out(self, turns: Sequence[Turn]) -> str:
        try:
            return self._templated(turns)
        except RuntimeError:
            # Some templates know no system: its words then open the user's first turn.
            if turns[0][0] != "system" or len(turns) < 2:
                raise
            (_, first), (speaker, second), *rest = turns
            return self._templated([(speaker, f"{first}\n\n{second}"), *rest])

    def _templated(self, turns: Sequence[Turn]) -> str:
        messages = json.dumps([{"role": who, "content": text} for who, text in turns])
        return str(self._tokenizer.apply_chat_template(messages, add_generation_prompt=True))

    def _harmless(self, text: str) -> str:
        for mark in self._marks:
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text

    def _encoded(self, text: str) -> list[int]:
        return [int(each) for each in self._tokenizer.encode(text)]

    def _opened(self, ids: list[int]) -> list[int]:
        """A template may write what a text begins with, or leave it out; it stands there once."""
        begun = ids[: len(self.opening)] == self.opening
        return ids if begun else [*self.opening, *ids]


def opening(tokenizer: Any) -> list[int]:
    """The tokens that a text begins with, whatever it says: one or none, mostly.

    GenAI's tokenizer leaves them out unless it is told not to. What a text ends with is left out.
    """
    bare = [int(each) for each in tokenizer.encode(_ANY)]
    tokenizer.update_options(add_special_tokens="true")
    try:
        whole = [int(each) for each in tokenizer.encode(_ANY)]
    finally:
        tokenizer.update_options(add_special_tokens="false")
    begins = (n for n in range(len(whole)) if whole[n : n + len(bare)] == bare)
    return whole[: next(begins, 0)]


def has_template(folder: Path) -> bool:
    """Whether the folder of a model holds a chat template."""
    return (folder / _TEMPLATE_FILE).exists() or bool(
        _read(folder / "tokenizer_config.json").get("chat_template")
    )


def context_length(folder: Path) -> int:
    """How many tokens the model in `folder` attends to. Raises ModelError where it does not say."""
    try:
        return int(_read(folder / "genai_config.json")["model"]["context_length"])
    except (KeyError, TypeError, ValueError) as exc:
        raise ModelError(f"genai_config.json in {folder} tells no context: bring it anew") from exc


def _marks(folder: Path) -> tuple[str, ...]:
    """What the tokenizer takes for one of its own tokens, the longest first."""
    added = _read(folder / "tokenizer.json").get("added_tokens", [])
    marks = {each["content"] for each in added if len(each["content"].strip()) > 1}
    return tuple(sorted(marks, key=len, reverse=True))


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise ModelError(f"{path} can not be read: bring the model anew") from exc
    return dict(told)
