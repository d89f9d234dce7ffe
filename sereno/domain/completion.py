"""Free text from the model, as a client of the clinic asks for it: what is asked, what comes."""

from dataclasses import dataclass
from enum import StrEnum


class Speaker(StrEnum):
    """Whose words a message of a chat holds."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    speaker: Speaker
    text: str


class GuideKind(StrEnum):
    """The languages in which a client may say what the text must look like."""

    JSON_SCHEMA = "json_schema"
    LARK = "lark"


@dataclass(frozen=True, slots=True)
class Guide:
    """What holds the decoder: a JSON schema or a Lark grammar, as text."""

    kind: GuideKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text that is asked for: the messages of a chat to answer, or a prompt to go on from.

    `temperature` 0 is greedy; `top_p` is the share of likelihood that sampling chooses from. The
    text ends before the first of `stop`. Prompts may hold patients' data: never log one.
    """

    prompt: str | tuple[Message, ...]
    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    guide: Guide | None = None


class Finish(StrEnum):
    """Why a text ended: by itself or before a stop sequence, or cut at its bounds."""

    STOP = "stop"
    LENGTH = "length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step added: `text` may be empty. The last one tells why it is the last.

    `prompt_tokens` and `tokens` count up to here.
    """

    text: str = ""
    prompt_tokens: int = 0
    tokens: int = 0
    finish: Finish | None = None
