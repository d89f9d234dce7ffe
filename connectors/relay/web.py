"""What stands at the hospital's port: who may tell, and the answer once all of it is kept."""

import json
import logging
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from weakref import WeakSet

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectSendStream
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.relay import wire
from connectors.relay.meaning import batch_of
from connectors.serving import Clients
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import Batch
from sereno.ports import Clock, Outgoing

_log = logging.getLogger(__name__)

PATH: Final = "relay"
MOST_REQUESTS: Final = 32  # at once
MOST_HELD: Final = 128 << 20  # bytes of messages, of all requests together
APART: Final = 8  # times as large as a message is what it was taken apart into, about
MOST_APART: Final = MOST_HELD // 3  # that one message may be said to take, so that any is taken
LARGEST: Final = 16 << 20  # bytes of one as it travels
MOST_READ: Final = 2  # messages that are taken apart at once
BODY_WAIT: Final = 60.0  # s until a message is there
KEPT_WAIT: Final = 40.0  # s until what was told is on disk
MOST_LATE: Final = 128  # told late that are handed on and not worked in
LATE_AFTER: Final = timedelta(seconds=30)
_LATE_WAIT: Final = 0.02  # s
AGAIN: Final = "2"  # s, as Retry-After

NO_SECRET: Final = "send Authorization: Bearer with a secret that is known here"  # noqa: S105
NOT_OURS: Final = f"send a message of Sereno as {wire.MEDIA}"
TOO_SLOW: Final = "the message did not come in time; send it again"
BUSY: Final = "too much is under way at once; send it again"
NOT_KEPT: Final = "it is not kept yet; send it again"
FAULT: Final = "Sereno failed at it, which is a fault; see its log, and report it"


class Failed(Exception):
    """A request that is answered with `status` and `reason`; `key` is of what is refused."""

    def __init__(self, status: int, reason: str, key: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.key = key


class Parcel:
    """What one message holds, until each part of it is on disk."""

    def __init__(self, parts: int) -> None:
        self._open = parts
        self._done = anyio.Event()
        self.refused: tuple[str, str] | None = None  # a key and the reason

    def part(self, key: str) -> "Part":
        """The acknowledgement of one part."""
        return Part(self, key)

    def kept(self, key: str, refused: str | None) -> None:
        """One part is on disk, in the record or among the dead letters."""
        self._open -= 1
        if refused is not None and self.refused is None:
            self.refused = key, refused
        if self._open <= 0:
            self._done.set()

    async def wait(self) -> None:
        """Until all are."""
        if self._open > 0:
            await self._done.wait()


class Part:
    """An Acknowledge. It lives for as long as anybody holds its batch, to work it in."""

    __slots__ = ("__weakref__", "_key", "_parcel")

    def __init__(self, parcel: Parcel, key: str) -> None:
        self._parcel: Parcel | None = parcel
        self._key = key

    async def __call__(self, refused: str | None) -> None:
        """It is on disk; it counts once."""
        parcel, self._parcel = self._parcel, None
        if parcel is not None:
            parcel.kept(self._key, refused)


@dataclass(slots=True)
class Desk:
    """What all requests share. `shared` is as in `meaning.subject_of`."""

    source: str
    clients: Clients
    shared: bool
    send: MemoryObjectSendStream[Batch]
    clock: Clock
    body_wait: float = BODY_WAIT
    kept_wait: float = KEPT_WAIT
    scopes: set[anyio.CancelScope] = field(default_factory=set)
    held: int = 0  # bytes
    late: "WeakSet[Part]" = field(default_factory=WeakSet)  # handed on and not worked in yet
    reading: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(MOST_READ))

    def close(self) -> None:
        """Answer every request at once that it is to be sent again."""
        for scope in tuple(self.scopes):
            scope.cancel()

    @contextmanager
    def holding(self, size: int) -> Any:
        """Hold so many bytes meanwhile. Raises Failed where that is too much."""
        if self.held + size > MOST_HELD:
            raise Failed(503, BUSY)
        self.held += size
        try:
            yield
        finally:
            self.held -= size


def application(desk: Desk) -> Starlette:
    """The ASGI application."""

    async def answer(request: Request) -> Response:
        return await _answered(desk, request)

    return Starlette(routes=[Route(f"/{PATH}", answer, methods=["GET", "POST"])])


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
    told = {"error": failed.reason, "key": failed.key}
    response = _response(failed.status, {name: each for name, each in told.items() if each})
    if failed.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif failed.status == 503:
        response.headers["Retry-After"] = AGAIN
    if failed.status in {401, 408, 413, 415, 503}:
        response.headers["Connection"] = "close"  # the rest of the body is not waited for
    return response


def _response(status: int, told: dict[str, Any]) -> Response:
    content = json.dumps(told, separators=(",", ":"))
    return Response(content, status, {"Cache-Control": "no-store"}, "application/json")


async def _take(desk: Desk, request: Request) -> Response:
    edge = desk.clients.name(request.headers.get("authorization", ""))
    if edge is None:
        raise Failed(401, NO_SECRET)
    now = desk.clock.now()
    if request.method != "POST":
        told = {"sereno": PATH, "version": wire.VERSION, "edge": edge, "time": now.isoformat()}
        return _response(200, told)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != wire.MEDIA:
        raise Failed(415, NOT_OURS)
    length = _length(request)
    if length > LARGEST:
        raise Failed(413, wire.TOO_LARGE)
    with desk.holding(length):
        body = await _body(desk, request, length)
        message = await _read(desk, body)
        apart = min(APART * wire.plain_length(body), MOST_APART)
        del body
        with desk.holding(apart):
            await _keep(desk, edge, message)
    return _response(200, {"taken": len(message.told), "time": desk.clock.now().isoformat()})


def _length(request: Request) -> int:
    """The bytes that are announced, or the most that is taken."""
    told = request.headers.get("content-length", "")
    return int(told[:15]) if told.isascii() and told.isdigit() else LARGEST


async def _body(desk: Desk, request: Request, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        with anyio.fail_after(desk.body_wait):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise Failed(413, wire.TOO_LARGE)
                pieces.append(piece)
    except TimeoutError as exc:
        raise Failed(408, TOO_SLOW) from exc
    except ClientDisconnect as exc:  # nobody is there to be answered
        raise Failed(408, TOO_SLOW) from exc
    return b"".join(pieces)


async def _read(desk: Desk, body: bytes) -> wire.Message:
    """What a body holds; it is taken apart beside the event loop."""
    try:
        with desk.holding(wire.plain_length(body)):
            return await anyio.to_thread.run_sync(wire.decode, body, limiter=desk.reading)
    except wire.OtherVersion as exc:
        raise Failed(415, str(exc)) from exc
    except wire.TooLarge as exc:
        raise Failed(413, str(exc)) from exc
    except wire.Unknown as exc:
        raise Failed(422, str(exc), exc.key) from exc
    except MalformedInput as exc:
        raise Failed(400, str(exc)) from exc


async def _keep(desk: Desk, edge: str, message: wire.Message) -> None:
    """Hand it on in its order, and wait until all of it is on disk."""
    sent, parcel = message.sent, Parcel(len(message.told))
    try:
        with anyio.fail_after(desk.kept_wait):
            for one in _by_patient(message.told):
                await _hand_on(desk, edge, one, sent, parcel.part(one.key))
            await parcel.wait()
    except (TimeoutError, anyio.BrokenResourceError, anyio.ClosedResourceError) as exc:
        raise Failed(503, NOT_KEPT) from exc
    if parcel.refused is not None:
        key, reason = parcel.refused
        raise Failed(422, reason, key)


async def _hand_on(desk: Desk, edge: str, one: Outgoing, sent: datetime, part: Part) -> None:
    """Hand one told to the reader; what is late only once most of what was late is worked in.

    What is on disk is answered long before it is worked in, and in its turn: a day of late data in
    that queue would hold up what is measured now.
    """
    if _is_late(one, sent):
        while len(desk.late) >= MOST_LATE:  # noqa: ASYNC110 - a weak reference tells nobody
            await anyio.sleep(_LATE_WAIT)
        desk.late.add(part)
    await desk.send.send(
        batch_of(
            one, edge=edge, source=desk.source, sent=sent, shared=desk.shared, acknowledge=part
        )
    )


def _by_patient(told: Sequence[Outgoing]) -> list[Outgoing]:
    """All of one patient, then all of the next, each in order.

    What is late is looked for in the patient's record once for all that comes together.
    """
    place: dict[str, int] = {}
    return sorted(told, key=lambda one: place.setdefault(one.patient.id, len(place)))


def _is_late(one: Outgoing, sent: datetime) -> bool:
    times = [each.time for each in one.observations] + [each.end for each in one.waveforms]
    return bool(times) and max(times) < sent - LATE_AFTER
