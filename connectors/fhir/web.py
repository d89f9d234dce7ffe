"""What stands at the port: who may send, what a request may be, and its answer once all is kept."""

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import anyio
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectSendStream
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.fhir import answers
from connectors.fhir.reading import Reader, Work, parse
from connectors.serving import Clients
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch

_log = logging.getLogger(__name__)

MOST_REQUESTS: Final = 256  # at once
MOST_HELD: Final = 128 << 20  # bytes of bodies, of all requests together
LARGEST: Final = 16 << 20  # bytes of one body
_LONGEST_LENGTH: Final = 15  # digits of a Content-Length; what has more is too large anyhow
_DRAINED: Final = 1 << 20  # bytes beyond what is taken that are read and thrown away
BODY_WAIT: Final = 30.0  # s until a body is there
_KEPT_WAIT: Final = 120.0  # s until what was sent is on disk
_AGAIN: Final = "2"  # s, as Retry-After
TYPES: Final = ("Bundle", "Observation", "Patient", "Encounter", "Device", "Location")
_CONTENT: Final = frozenset({"application/fhir+json", "application/json", "text/json"})
_MEDIA: Final = "application/fhir+json"

NO_TOKEN: Final = "send Authorization: Bearer with a token that is known here"  # noqa: S105
NOT_JSON: Final = "send FHIR R4 as application/fhir+json, without Content-Encoding"
TOO_LARGE: Final = "the body is larger than is taken at once; send it in parts"
TOO_SLOW: Final = "the body did not come in time; send it again"
BUSY: Final = "too much is under way at once; send it again"
NOT_KEPT: Final = "it is not kept yet; send it again"
OTHER_TYPE: Final = "the body is of another type than the address"
NO_ADDRESS: Final = "nothing is taken at this address; POST a Bundle to the base, or a resource"
FAULT: Final = "Sereno failed at it, which is a fault; see its log, and report it"


class Failed(Exception):
    """A request that is answered with `status` and `reason`."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Answer:
    """What a request waits for: each of its batches on disk, or why it is in no record."""

    def __init__(self) -> None:
        self.open = 0
        self.reason: str | None = None
        self._done = anyio.Event()

    async def acknowledge(self, reason: str | None) -> None:
        """One batch is kept."""
        self.open -= 1
        self.reason = self.reason or reason
        if self.open <= 0:
            self._done.set()

    async def wait(self) -> None:
        """Until all are. Raises Failed where that takes too long."""
        with anyio.move_on_after(_KEPT_WAIT) as scope:
            if self.open > 0:
                await self._done.wait()
        if scope.cancelled_caught:
            raise Failed(503, NOT_KEPT)


@dataclass(slots=True)
class Desk:
    """What all requests share. `authority` is whose ids they are that one sole client sends."""

    reader: Reader
    clients: Clients
    send: MemoryObjectSendStream[Batch]
    scopes: set[anyio.CancelScope]
    authority: str
    largest: int = LARGEST
    body_wait: float = BODY_WAIT
    held: int = 0  # bytes of bodies

    def close(self) -> None:
        """Answer every request at once that it is to be sent again."""
        for scope in tuple(self.scopes):
            scope.cancel()


def application(desk: Desk, base: str) -> Starlette:
    """The ASGI application at `/base`."""

    async def take(request: Request) -> Response:
        return await _answered(desk, request)

    root = f"/{base}" if base else ""
    routes = [
        Route(f"{root}/", take, methods=["POST"]),
        *([Route(root, take, methods=["POST"])] if root else []),
        Route(f"{root}/$process-message", take, methods=["POST"]),
        Route(f"{root}/{{kind}}", take, methods=["POST"]),
        Route(f"{root}/{{kind}}/{{its_id}}", take, methods=["PUT"]),
    ]
    handlers: Any = {404: _nowhere, 405: _nowhere}
    return Starlette(routes=routes, exception_handlers=handlers)


async def _nowhere(_: Request, exc: Any) -> Response:
    return _response(exc.status_code, answers.failed(exc.status_code, NO_ADDRESS))


async def _answered(desk: Desk, request: Request) -> Response:
    """The answer to a request, whatever becomes of it."""
    if len(desk.scopes) >= MOST_REQUESTS:
        return _failed(Failed(503, BUSY))
    with anyio.CancelScope() as scope:
        desk.scopes.add(scope)
        try:
            return await _take(desk, request)
        except Failed as failed:
            return _failed(failed)
        except Exception as error:  # noqa: BLE001 - its words may quote what was sent
            _log.error("a request broke: %s", type(error).__name__)
            return _failed(Failed(500, FAULT))
        finally:
            desk.scopes.discard(scope)
    return _failed(Failed(503, NOT_KEPT))


def _failed(failed: Failed) -> Response:
    response = _response(failed.status, answers.failed(failed.status, failed.reason))
    if failed.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif failed.status == 503:
        response.headers["Retry-After"] = _AGAIN
    if failed.status in {401, 408, 413, 415, 503}:
        response.headers["Connection"] = "close"  # the rest of the body is not waited for
    return response


def _response(status: int, body: dict[str, Any]) -> Response:
    content = json.dumps(body, separators=(",", ":"))
    return Response(content, status, {"Cache-Control": "no-store"}, _MEDIA)


async def _take(desk: Desk, request: Request) -> Response:
    """Take a request in. Raises Failed."""
    client = desk.clients.name(request.headers.get("authorization", ""))
    if client is None:
        raise Failed(401, NO_TOKEN)
    kind = request.path_params.get("kind", "Bundle")
    if kind not in TYPES:
        raise Failed(404, NO_ADDRESS)
    _check_type(request)
    length = _length(request)
    if length is None:
        length = desk.largest
    elif length > desk.largest:
        await _body(desk, request, 0)
        raise Failed(413, TOO_LARGE)
    if desk.held + length > MOST_HELD:
        raise Failed(503, BUSY)
    desk.held += length
    try:
        return await _read(desk, await _body(desk, request, length), kind, client)
    finally:
        desk.held -= length


def _check_type(request: Request) -> None:
    told, _, parameters = request.headers.get("content-type", _MEDIA).partition(";")
    version = next(
        (
            value.strip().strip('"')
            for name, _, value in (each.partition("=") for each in parameters.split(";"))
            if name.strip().lower() == "fhirversion"
        ),
        "4.0",
    )
    encoded = request.headers.get("content-encoding", "identity").lower() != "identity"
    if told.strip().lower() not in _CONTENT or encoded or not version.startswith("4."):
        raise Failed(415, NOT_JSON)


def _length(request: Request) -> int | None:
    """The bytes that are announced; None where nothing is."""
    told = request.headers.get("content-length")
    return int(told[:_LONGEST_LENGTH]) if told and told.isascii() and told.isdigit() else None


async def _body(desk: Desk, request: Request, most: int) -> bytes:
    """The body. One that is too large is read a little further, so that the answer arrives."""
    pieces: list[bytes] = []
    size = 0
    with anyio.move_on_after(desk.body_wait) as scope:
        with suppress(ClientDisconnect):  # nobody is there to be answered
            async for piece in request.stream():
                size += len(piece)
                if size <= most:
                    pieces.append(piece)
                elif size > most + _DRAINED:
                    break
            if size > most:
                raise Failed(413, TOO_LARGE)
            return b"".join(pieces)
        raise Failed(408, TOO_SLOW)
    if scope.cancelled_caught:
        raise Failed(408, TOO_SLOW)
    raise Failed(503, NOT_KEPT)


async def _read(desk: Desk, body: bytes, kind: str, client: str) -> Response:
    """Read a body, have it kept, and answer."""
    try:
        resource = parse(body)
    except MalformedInput as exc:
        raise Failed(400, str(exc)) from exc
    if resource["resourceType"] != kind:
        raise Failed(400, OTHER_TYPE)
    answer = Answer()
    work = Work(desk.reader, client or desk.authority, client, answer.acknowledge)
    try:
        for _ in work.run(resource):
            await checkpoint()
    except MalformedInput as exc:
        raise Failed(422, str(exc)) from exc
    answer.open = len(work.reading.batches)
    try:
        for batch in work.reading.batches:
            await desk.send.send(batch)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError) as exc:
        raise Failed(503, NOT_KEPT) from exc
    await answer.wait()
    if answer.reason is not None and not work.reading.bundle:
        raise Failed(422, answer.reason)
    if work.reading.bundle:
        return _response(200, answers.several(work.reading))
    return _response(*answers.single(work.reading.outcomes[0]))
