"""`/v1`: the model for programs of the clinic, in the form that OpenAI's clients speak.

Each request carries a key. What is asked and answered is kept nowhere: not in a log, an error, a
metric or the audit log, which says only which key asked.
"""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from sereno.api import replies
from sereno.api.metering import Meters, Outcome, Watch
from sereno.api.requests import LARGEST_BODY, Call, Refused, read_chat, read_text
from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    InvalidEntry,
    ModelError,
    ModelMissing,
    SerenoError,
    WrongScope,
)
from sereno.services.serving.allowance import Allowance, Exhausted
from sereno.services.serving.asking import Asking, Conversation
from sereno.services.serving.keys import Keys

BASE: Final = "/v1"
BUSY_RETRY_S: Final = 2.0
ABSENT_RETRY_S: Final = 5.0  # by then a model process that broke is there again
_EVENTS: Final = [(b"content-type", b"text/event-stream; charset=utf-8")]
_log = logging.getLogger(__name__)

Reader = Callable[[bytes], Call]


class TooLarge(Refused):
    """The body is larger than any request needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions:
    """An ASGI app for all of `/v1`. `served` tells the model's name and since when it is there."""

    keys: Keys
    asking: Asking
    allowance: Allowance
    served: Callable[[], tuple[str, datetime]]
    deadline: timedelta
    meters: Meters = field(default_factory=Meters)

    def routes(self) -> list[Mount]:
        """The route, for the app to serve beside others."""
        return [Mount(BASE, app=self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. When its client hangs up, whatever is done for it ends."""
        request = Request(scope, receive)
        reply = _Reply(send)
        try:
            await self._answer(request, receive, reply)
        except ClientDisconnect:
            self.meters.count(Outcome.CANCELLED)
        except (SerenoError, Exhausted) as refused:
            outcome, response = _refusal(refused)
            self.meters.count(outcome)
            await reply.refuse(response, scope, receive)
        except Exception as error:  # noqa: BLE001 - a server's log would tell all of it
            # Its kind alone: its words may hold the prompt.
            _log.error("a program could not be answered: %s", type(error).__name__)
            self.meters.count(Outcome.BROKEN)
            response = replies.error(500, "unexpected; please report it", kind="server_error")
            await reply.refuse(response, scope, receive)

    async def _answer(self, request: Request, receive: Receive, reply: "_Reply") -> None:
        who = await anyio.to_thread.run_sync(self.keys.who, _bearer(request))
        path, method = request.url.path.removeprefix(BASE), request.method
        readers: dict[str, Reader] = {"/chat/completions": read_chat, "/completions": read_text}
        if path in readers and method == "POST":
            await self._complete(request, receive, reply, who, readers[path])
        elif method == "GET" and (path == "/models" or path.startswith("/models/")):
            response = await self._models(path.removeprefix("/models").removeprefix("/"))
            await response(request.scope, receive, reply.send)
        else:
            raise _NoSuchPath(f"{BASE} has no such path or method; see docs/reference/api.md")

    async def _models(self, wanted: str) -> Response:
        name, since = await anyio.to_thread.run_sync(self.served)
        told = replies.model(name, int(since.timestamp()))
        if not wanted:
            return JSONResponse({"object": "list", "data": [told]})
        _check_model(wanted, name)
        return JSONResponse(told)

    async def _complete(
        self, request: Request, receive: Receive, reply: "_Reply", who: str, read: Reader
    ) -> None:
        watch = Watch()
        call = read(await _body(request))
        name, _ = await anyio.to_thread.run_sync(self.served)
        _check_model(call.model, name)
        chat = read is read_chat
        with self.allowance.used(who, call.tokens) as use:
            what = "chat_completed" if chat else "text_completed"
            await anyio.to_thread.run_sync(self.keys.note_use, who, what)
            writer = replies.Writer(
                id=f"{'chatcmpl' if chat else 'cmpl'}-{secrets.token_hex(12)}",
                created=int(time.time()),
                model=name,
                chat=chat,
                include_usage=call.include_usage,
            )
            try:
                async with _while_connected(receive):
                    await self._converse(call, writer, reply, watch)
            finally:
                if watch.step.prompt_tokens:
                    use.tokens = watch.step.prompt_tokens + watch.step.tokens
        self.meters.count(Outcome.DONE if watch.step.finish else Outcome.CANCELLED)

    async def _converse(
        self, call: Call, writer: replies.Writer, reply: "_Reply", watch: Watch
    ) -> None:
        async with self.asking.ask(call.asked, self.deadline) as conversation:
            try:
                if call.stream:
                    await _stream(conversation, writer, reply, watch)
                else:
                    await _whole(conversation, writer, reply, watch)
            finally:
                self.meters.measure(watch, conversation.waited_s)


async def _whole(
    conversation: Conversation, writer: replies.Writer, reply: "_Reply", watch: Watch
) -> None:
    text: list[str] = []
    async for step in conversation.steps():
        watch.note(step)
        text.append(step.text)
    await reply.json(writer.whole("".join(text), watch.step))


async def _stream(
    conversation: Conversation, writer: replies.Writer, reply: "_Reply", watch: Watch
) -> None:
    """Its status waits for the first step: until then an error can still be told as one."""
    async for step in conversation.steps():
        if watch.first is None:
            await reply.begin(_EVENTS)
            await reply.more(b"".join(writer.opening()))
        watch.note(step)
        await reply.more(b"".join(writer.piece(step)))
    await reply.end()


class _Reply:
    """What is sent to the client, and how far that has come."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self._begun = False

    async def begin(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._begun = True
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})

    async def more(self, body: bytes) -> None:
        if body:
            await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(self) -> None:
        await self.send({"type": "http.response.body", "body": b""})

    async def json(self, body: dict[str, object]) -> None:
        response = JSONResponse(body)
        await self.begin(response.raw_headers)
        await self.send({"type": "http.response.body", "body": bytes(response.body)})

    async def refuse(self, response: Response, scope: Scope, receive: Receive) -> None:
        """As a response of its own, or in a stream that has begun as its last event."""
        if not self._begun:
            await response(scope, receive, self.send)
            return
        await self.more(b"data: " + bytes(response.body) + b"\n\n")
        await self.end()


class _NoSuchPath(InvalidEntry):
    """Nothing is served there."""


class _NoSuchModel(InvalidEntry):
    """Another model is served."""


@asynccontextmanager
async def _while_connected(receive: Receive) -> AsyncIterator[None]:
    """Cancel the block when the client hangs up."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        tasks.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            yield
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        # One task of ours and one that only waits: what went wrong is one thing.
        raise group.exceptions[0] from None


async def _body(request: Request) -> bytes:
    """Raises Refused where it is too large, or no JSON by its own word.

    A page of another site can send no such content type without being asked first.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused("send the request with content-type application/json")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"the body is larger than {LARGEST_BODY // 1024} KiB: shorten it")
    return body


def _bearer(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _check_model(wanted: str, served: str) -> None:
    if wanted != served:
        raise _NoSuchModel(f"no such model; this one is served: {served}")


_Refusal = tuple[Outcome, Response]


def _refusal(refused: Exception) -> _Refusal:
    """What a client is told, and how it is counted; the first kind that fits."""
    message = " ".join(str(refused).split())
    for kind, turn in _REFUSALS:
        if isinstance(refused, kind):
            return turn(refused, message)
    # The database: its words are for the clinic's IT, and so is the log.
    _log.error("a program could not be answered: %s", type(refused).__name__)
    sorry = "the database does not answer; run `sereno doctor`"
    return Outcome.UNAVAILABLE, _unavailable(sorry, "database_unavailable", ABSENT_RETRY_S)


def _unavailable(message: str, code: str, retry_s: float) -> Response:
    return replies.error(503, message, kind="server_error", code=code, retry_s=retry_s)


def _exhausted(refused: Exception, message: str) -> _Refusal:
    retry_s = refused.retry_s if isinstance(refused, Exhausted) else BUSY_RETRY_S
    code = "rate_limit_exceeded"
    return Outcome.LIMITED, replies.error(429, message, kind=code, code=code, retry_s=retry_s)


def _invalid(status: int, code: str | None = None) -> Callable[[Exception, str], _Refusal]:
    def turn(refused: Exception, message: str) -> _Refusal:
        field = refused.field if isinstance(refused, Refused) else None
        return Outcome.INVALID, replies.error(status, message, code=code, field=field)

    return turn


_REFUSALS: Final[tuple[tuple[type[Exception], Callable[[Exception, str], _Refusal]], ...]] = (
    (Exhausted, _exhausted),
    (TooLarge, _invalid(413, "request_too_large")),
    (_NoSuchPath, _invalid(404, "unknown_url")),
    (_NoSuchModel, _invalid(404, "model_not_found")),
    (InvalidEntry, _invalid(400)),
    (
        WrongScope,
        lambda _, message: (
            Outcome.UNAUTHORISED,
            replies.error(403, message, code="insufficient_scope"),
        ),
    ),
    (
        AccessDenied,
        lambda _, message: (
            Outcome.UNAUTHORISED,
            replies.error(401, message, code="invalid_api_key"),
        ),
    ),
    (
        Conflict,
        lambda _, message: (Outcome.BUSY, _unavailable(message, "model_busy", BUSY_RETRY_S)),
    ),
    (
        ModelMissing,
        lambda _, message: (
            Outcome.UNAVAILABLE,
            _unavailable(message, "model_missing", ABSENT_RETRY_S),
        ),
    ),
    (
        ModelError,
        lambda _, message: (
            Outcome.UNAVAILABLE,
            _unavailable(message, "model_unavailable", ABSENT_RETRY_S),
        ),
    ),
)
