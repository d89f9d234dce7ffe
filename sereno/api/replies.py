"""Answers and errors in the form that OpenAI's clients read."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import JSONResponse

from sereno.domain.completion import Finish, Step

DONE: Final = b"data: [DONE]\n\n"


def error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    field: str | None = None,
    retry_s: float | None = None,
) -> JSONResponse:
    """An error as OpenAI's clients expect it; `retry_s` says when to ask again."""
    headers = {"Retry-After": str(math.ceil(retry_s))} if retry_s is not None else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = error_body(message, kind=kind, code=code, field=field)
    return JSONResponse(body, status_code=status, headers=headers)


def error_body(
    message: str, *, kind: str, code: str | None = None, field: str | None = None
) -> dict[str, Any]:
    """The object alone."""
    return {"error": {"message": message, "type": kind, "param": field, "code": code}}


def event(data: dict[str, Any]) -> bytes:
    """A server-sent event."""
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the answers of one request. `chat` is which of the two kinds it is."""

    id: str
    created: int
    model: str
    chat: bool
    include_usage: bool

    def whole(self, text: str, last: Step) -> dict[str, Any]:
        """The answer in one piece."""
        finish = _finish(last)
        if self.chat:
            message = {"role": "assistant", "content": text, "refusal": None}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        else:
            choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        kind = "chat.completion" if self.chat else "text_completion"
        return self._body(kind, [choice]) | {"usage": usage(last)}

    def opening(self) -> Iterator[bytes]:
        """What a stream begins with."""
        if self.chat:
            yield event(self._chunk({"role": "assistant", "content": ""}, None))

    def piece(self, step: Step) -> Iterator[bytes]:
        """What a step adds to a stream, and its end where it is the last."""
        if step.text:
            yield event(self._chunk({"content": step.text} if self.chat else step.text, None))
        if step.finish:
            yield event(self._chunk({} if self.chat else "", _finish(step)))
            if self.include_usage:
                yield event(self._body(self._kind, []) | {"usage": usage(step)})
            yield DONE

    @property
    def _kind(self) -> str:
        return "chat.completion.chunk" if self.chat else "text_completion"

    def _chunk(self, said: dict[str, str] | str, finish: str | None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "logprobs": None, "finish_reason": finish}
        choice["delta" if self.chat else "text"] = said
        extra = {"usage": None} if self.include_usage else {}
        return self._body(self._kind, [choice]) | extra

    def _body(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }


def usage(last: Step) -> dict[str, int]:
    """The tokens that it took."""
    return {
        "prompt_tokens": last.prompt_tokens,
        "completion_tokens": last.tokens,
        "total_tokens": last.prompt_tokens + last.tokens,
    }


def model(name: str, created: int) -> dict[str, Any]:
    """A model in the list of them."""
    return {"id": name, "object": "model", "created": created, "owned_by": "sereno"}


def _finish(step: Step) -> str:
    return (step.finish or Finish.STOP).value
