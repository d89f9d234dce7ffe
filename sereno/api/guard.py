"""The guard: an ASGI middleware that lets nothing through without a valid session.

Pages, Streamlit's own routes and its WebSocket are all behind it; only the sign-in form and
`/healthz` are open, `/metrics` to this machine, and `/v1` and `/fhir` to who has a key. A live
WebSocket is closed the moment its session is signed out, and within `RECHECK_S` of its end
otherwise.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from sereno.api.cookies import Cookies, own_origin
from sereno.api.headers import protect
from sereno.services.access import Access, Viewer
from sereno.settings import LOOPBACK_NAMES

SIGN_IN: Final = "/sign-in"
OPEN: Final = frozenset({"/healthz", SIGN_IN})
METRICS: Final = "/metrics"
# What a key opens, a session does not, and what answers so itself.
KEYED: Final = ("/v1/", "/fhir/")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
RECHECK_S: Final = 5.0
BUFFERED_FRAMES: Final = 16
SIGNED_OUT: Final = 4401  # our own close code, in the range that RFC 6455 leaves to applications

VIEWER: Final = "sereno.viewer"  # where the scope carries who is signed in


class LiveSockets:
    """The WebSockets of each session, so that signing out can close them."""

    def __init__(self) -> None:
        self._ends: dict[bytes, set[anyio.Event]] = defaultdict(set)

    @contextmanager
    def opened(self, session: bytes) -> Iterator[anyio.Event]:
        """Count a socket in while it lives; the event is set when it has to go."""
        end = anyio.Event()
        self._ends[session].add(end)
        try:
            yield end
        finally:
            self._ends[session].discard(end)
            if not self._ends[session]:
                del self._ends[session]

    def close(self, session: bytes) -> None:
        """Have every socket of `session` closed."""
        for end in self._ends.get(session, ()):
            end.set()


@dataclass(frozen=True, slots=True)
class Guard:
    """The middleware. `policy` is the dashboard's Content-Security-Policy.

    Bound to this machine alone (`loopback`), it answers to no other host name: a page elsewhere
    whose name was made to resolve to 127.0.0.1 gets nothing.
    """

    app: ASGIApp
    _: KW_ONLY
    access: Access
    cookies: Cookies
    policy: str
    loopback: bool
    recheck_s: float = RECHECK_S
    sockets: LiveSockets = field(default_factory=LiveSockets)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection, or refuse it."""
        if scope["type"] == "http":
            await self._http(scope, receive, self._protecting(scope, send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if not self._known_host(connection):
            await Response("unknown host", status_code=421)(scope, receive, send)
            return
        viewer = await self._viewer(connection)
        if viewer is None and not self._open(connection):
            await _refusal(connection)(scope, receive, send)
            return
        if viewer is not None:
            scope[VIEWER] = viewer
            if _navigates(connection):
                await anyio.to_thread.run_sync(self.access.touch, viewer)
        await self.app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        viewer = await self._viewer(connection)
        if viewer is None or not self._known_host(connection) or not own_origin(connection):
            await receive()
            await send({"type": "websocket.close", "code": SIGNED_OUT})
            return
        with self.sockets.opened(viewer.session) as end:
            await _Socket(self, connection, end, receive, send).run(scope)

    async def _viewer(self, connection: HTTPConnection) -> Viewer | None:
        token = connection.cookies.get(self.cookies.session)
        if not token:
            return None
        return await anyio.to_thread.run_sync(self.access.viewer, token)

    def _open(self, connection: HTTPConnection) -> bool:
        path = connection.url.path
        if path.startswith(KEYED):
            return True
        return path in OPEN or (path == METRICS and _from_this_machine(connection))

    def _known_host(self, connection: HTTPConnection) -> bool:
        return not self.loopback or _host_name(connection) in LOOPBACK_NAMES

    def _protecting(self, scope: Scope, send: Send) -> Send:
        static = scope["path"].startswith("/static/")

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                protect(headers, policy=self.policy, static=static, secure=self.cookies.secure)
            await send(message)

        return protected


class _Socket:
    """One live WebSocket: passes frames on, notes the user's input, and ends with the session."""

    def __init__(
        self,
        guard: Guard,
        connection: HTTPConnection,
        end: anyio.Event,
        receive: Receive,
        send: Send,
    ) -> None:
        self._guard = guard
        self._connection = connection
        self._end = end
        self._receive = receive
        self._send = send
        self._closed = False
        self._greeted = False

    async def run(self, scope: Scope) -> None:
        frames, incoming = anyio.create_memory_object_stream[Message](BUFFERED_FRAMES)
        with frames, incoming:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._pump, frames)
                tasks.start_soon(self._watch, frames)
                await self._guard.app(scope, incoming.receive, self._say)
                tasks.cancel_scope.cancel()

    async def _pump(self, frames: MemoryObjectSendStream[Message]) -> None:
        message: Message = {"type": ""}
        while message["type"] != "websocket.disconnect":
            message = await self._receive()
            if message["type"] == "websocket.receive":
                await self._note(message.get("bytes") or b"")
            await frames.send(message)

    async def _watch(self, frames: MemoryObjectSendStream[Message]) -> None:
        while not self._end.is_set() and await self._guard._viewer(self._connection):  # noqa: SLF001 - its other half
            with anyio.move_on_after(self._guard.recheck_s):
                await self._end.wait()
        await self._say({"type": "websocket.close", "code": SIGNED_OUT})
        self._closed = True
        await frames.send({"type": "websocket.disconnect", "code": SIGNED_OUT})

    async def _say(self, message: Message) -> None:
        if not self._closed:
            await self._send(message)

    async def _note(self, frame: bytes) -> None:
        """Put the idle time-out off where `frame` carries an input of the user.

        The first request of a connection is none: a page that reconnects by itself sends it too.
        """
        if not asks_for_rerun(frame):
            return
        if not self._greeted:
            self._greeted = True
            return
        viewer = await self._guard._viewer(self._connection)  # noqa: SLF001 - its other half
        if viewer is not None:
            await anyio.to_thread.run_sync(self._guard.access.touch, viewer)


def asks_for_rerun(frame: bytes) -> bool:
    """Whether a frame of Streamlit's protocol asks for a rerun, other than by a timer."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return False
    return message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun


def _refusal(connection: HTTPConnection) -> Response:
    """To the form for a page that is navigated to; a bare 401 for everything else."""
    if not _navigates(connection):
        return JSONResponse({"detail": "sign in first"}, status_code=401)
    path = connection.url.path
    wanted = f"{path}?{connection.url.query}" if connection.url.query else path
    there = SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='')}"
    return RedirectResponse(there, status_code=303)


def _navigates(connection: HTTPConnection) -> bool:
    if connection.scope["method"] != "GET":
        return False
    mode = connection.headers.get("sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    return "text/html" in connection.headers.get("accept", "")


def _from_this_machine(connection: HTTPConnection) -> bool:
    """Whether the caller is on this machine, and no proxy that speaks for others."""
    headers = connection.headers
    passed_on = "x-forwarded-for" in headers or "forwarded" in headers or "via" in headers
    client = connection.client
    return client is not None and client.host in LOOPBACK and not passed_on


def _host_name(connection: HTTPConnection) -> str | None:
    try:
        return urlsplit(f"//{connection.headers.get('host', '')}").hostname
    except ValueError:
        return None
