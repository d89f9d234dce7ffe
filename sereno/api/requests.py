"""What an OpenAI client may ask, read into what the model is asked.

Field names are OpenAI's (API reference, chat completions and completions). What would change the
text and is not done here is refused, not overlooked. Messages about what is wrong name the field
and never quote what it held: prompts may hold patients' data.
"""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sereno.domain.completion import Asked, Guide, GuideKind, Message, Speaker
from sereno.domain.errors import InvalidEntry

LARGEST_BODY: Final = 256 * 1024
DEEPEST: Final = 64  # levels of a request's JSON; a schema is part of it
MOST_STOPS: Final = 4  # as OpenAI has it
LONGEST_STOP: Final = 256
MOST_MESSAGES: Final = 256
LONGEST_TEXT: Final = 1024  # tokens
CHAT_TOKENS: Final = 512  # where a client does not say how many
TEXT_TOKENS: Final = 16  # OpenAI's own default of `/v1/completions`
CHARACTERS_A_TOKEN: Final = 4  # about; what a prompt counts before the model has read it
# As JSON writes it, and as it is: JSON leaves none of the other control characters.
_UNREADABLE: Final = re.compile(r"\\u0000|[\ud800-\udfff]")
_NAME: Final = re.compile(r"[a-z_]{1,40}")


class Refused(InvalidEntry):
    """A request that is out of bounds; `field` is what is wrong with it, where that is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, read: for which model, and how its answer is to come."""

    model: str
    asked: Asked
    stream: bool
    include_usage: bool

    @property
    def tokens(self) -> int:
        """About how many tokens it may take, prompt and text."""
        prompt = self.asked.prompt
        texts = [prompt] if isinstance(prompt, str) else [each.text for each in prompt]
        return self.asked.max_tokens + sum(map(len, texts)) // CHARACTERS_A_TOKEN


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _TextPart(_Strict):
    type: Literal["text"]
    text: str


class _Message(_Strict):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_TextPart]
    name: str | None = None
    refusal: None = None


class _JsonSchema(_Strict):
    name: str
    schema_: dict[str, Any] = Field(alias="schema")
    description: str | None = None
    strict: bool | None = None


class _ResponseFormat(_Strict):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: _JsonSchema | None = None


class _StreamOptions(_Strict):
    include_usage: bool = False
    include_obfuscation: Literal[False] | None = None


def _number(value: Any) -> Any:
    """JSON has one kind of number: 1 is 1.0."""
    return float(value) if type(value) is int else value


_Real = Annotated[float, BeforeValidator(_number)]
_Zero = Annotated[Literal[0], BeforeValidator(lambda value: 0 if value == 0 else value)]


class _Common(_Strict):
    """What both kinds take; the last group only as far as it changes nothing."""

    model: str
    max_tokens: int | None = Field(default=None, ge=1, le=LONGEST_TEXT)
    temperature: _Real | None = Field(default=None, ge=0, le=2)
    top_p: _Real | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    response_format: _ResponseFormat | None = None
    grammar: str | None = None  # ours: Lark, as llguidance reads it

    n: Literal[1] | None = None
    frequency_penalty: _Zero | None = None
    presence_penalty: _Zero | None = None
    logit_bias: dict[str, float] | None = Field(default=None, max_length=0)
    user: str | None = None

    def tokens(self) -> int | None:
        return self.max_tokens


class _Chat(_Common):
    messages: list[_Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=LONGEST_TEXT)

    logprobs: Literal[False] | None = None
    modalities: list[Literal["text"]] | None = None
    metadata: dict[str, str] | None = None
    store: Literal[False] | None = None
    tools: list[Any] | None = Field(default=None, max_length=0)
    tool_choice: Literal["none"] | None = None
    parallel_tool_calls: bool | None = None
    safety_identifier: str | None = None
    service_tier: Literal["auto", "default"] | None = None

    def tokens(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens


class _Text(_Common):
    prompt: str | Annotated[list[str], Field(min_length=1, max_length=1)]

    best_of: Literal[1] | None = None
    echo: Literal[False] | None = None
    logprobs: None = None
    suffix: None = None


Kind = TypeVar("Kind", bound=_Common)


def read_chat(body: bytes) -> Call:
    """The request of `/v1/chat/completions`. Raises Refused."""
    read = _read(_Chat, body)
    messages = tuple(Message(_speaker(each.role), _said(each.content)) for each in read.messages)
    return _call(read, messages, CHAT_TOKENS)


def read_text(body: bytes) -> Call:
    """The request of `/v1/completions`. Raises Refused."""
    read = _read(_Text, body)
    prompt = read.prompt if isinstance(read.prompt, str) else read.prompt[0]
    return _call(read, prompt, TEXT_TOKENS)


def _read(kind: type[Kind], body: bytes) -> Kind:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Refused("the body is no JSON: send a JSON object") from exc
    if not isinstance(raw, dict):
        raise Refused("the body is no JSON object: send one")
    if _depth(raw) > DEEPEST:
        raise Refused(f"the body is nested deeper than {DEEPEST} levels: simplify it")
    if _UNREADABLE.search(json.dumps(raw, ensure_ascii=False)):
        raise Refused("the body holds a character that no model reads (NUL, half a surrogate pair)")
    try:
        return kind.model_validate(raw)
    except ValidationError as exc:
        raise _refused(exc) from exc


def _call(read: _Common, prompt: str | tuple[Message, ...], tokens: int) -> Call:
    seed = secrets.randbits(31) if read.seed is None else read.seed % 2**31
    options = read.stream_options
    if options and not read.stream:
        raise Refused("stream_options goes with stream: true alone", "stream_options")
    asked = Asked(
        prompt=prompt,
        max_tokens=read.tokens() or tokens,
        temperature=read.temperature or 0.0,
        top_p=1.0 if read.top_p is None else read.top_p,
        seed=seed,
        stop=_stops(read.stop),
        guide=_guide(read),
    )
    return Call(
        model=read.model,
        asked=asked,
        stream=bool(read.stream),
        include_usage=bool(options and options.include_usage),
    )


def _speaker(role: str) -> Speaker:
    return Speaker.SYSTEM if role == "developer" else Speaker(role)


def _said(content: str | list[_TextPart]) -> str:
    return content if isinstance(content, str) else "".join(part.text for part in content)


def _stops(stop: str | list[str] | None) -> tuple[str, ...]:
    stops = [stop] if isinstance(stop, str) else stop or []
    if len(stops) > MOST_STOPS or any(not 0 < len(each) <= LONGEST_STOP for each in stops):
        raise Refused(
            f"stop takes up to {MOST_STOPS} sequences of 1 to {LONGEST_STOP} characters", "stop"
        )
    return tuple(stops)


def _guide(read: _Common) -> Guide | None:
    wanted = read.response_format
    asks = wanted is not None and wanted.type != "text"
    if read.grammar is not None and asks:
        raise Refused("grammar and response_format exclude each other: send one", "grammar")
    if read.grammar is not None:
        return Guide(GuideKind.LARK, read.grammar)
    if wanted is None or not asks:
        return None
    if wanted.type == "json_object":
        return Guide(GuideKind.JSON_SCHEMA, json.dumps({"type": "object"}))
    if wanted.json_schema is None:
        raise Refused("response_format of type json_schema needs json_schema", "response_format")
    return Guide(GuideKind.JSON_SCHEMA, json.dumps(wanted.json_schema.schema_))


def _depth(value: Any) -> int:
    """How deep JSON is nested; looked at level by level, so that no depth can break it."""
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def _refused(exc: ValidationError) -> Refused:
    """What is wrong first: the field's name and pydantic's words, which quote no input."""
    first = exc.errors(include_input=False, include_url=False, include_context=False)[0]
    field = str(first["loc"][0]) if first["loc"] else None
    named = field if field and _NAME.fullmatch(field) else None
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        return Refused(f"{named or 'an argument'} is not known here: leave it out", named)
    return Refused(f"{named or 'the request'}: {first['msg']}", named)
