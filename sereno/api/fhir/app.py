"""The ASGI app for all of `/fhir`: read-only, with a key for everything but its own description."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Final, TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from sereno.api.fhir import bulk
from sereno.api.fhir.bundles import LASTN, searchset
from sereno.api.fhir.capability import statement
from sereno.api.fhir.outcomes import NotServed, fhir_response, refusal, unexpected
from sereno.api.fhir.requests import Asked, asked, check_accepted
from sereno.domain.clock import Clock
from sereno.domain.errors import SerenoError
from sereno.domain.roles import Scope as KeyScope
from sereno.services.fhir.exports import Exports
from sereno.services.fhir.parameters import TYPES
from sereno.services.fhir.reading import FhirReading
from sereno.services.serving.allowance import Allowance, Exhausted
from sereno.services.serving.keys import Keys

BASE: Final = "/fhir"
EXPORT: Final = "$export"
SEARCH: Final = "_search"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fhir:
    """An ASGI app. A date without a zone is of `zone`."""

    keys: Keys
    reading: FhirReading
    exports: Exports
    allowance: Allowance
    clock: Clock
    zone: tzinfo

    def routes(self) -> list[Mount]:
        """The route, for the app to serve beside others."""
        return [Mount(BASE, app=self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        A file that goes wrong while it is sent is left without its end: the server then breaks the
        connection off, and who reads it sees that it is not whole.
        """
        request, begun = Request(scope, receive), False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._answer(request, sending)
        except ClientDisconnect:
            return
        except (SerenoError, Exhausted, NotServed) as error:
            told = refusal(error)
        except Exception as error:  # noqa: BLE001 - a server's log would tell all of it
            told = unexpected(error)
        else:
            return
        if not begun:
            await told(scope, receive, send)

    async def _answer(self, request: Request, send: Send) -> None:
        parts = _parts(request)
        if parts == ("metadata",) and request.method == "GET":
            check_accepted(request)
            await fhir_response(statement(_base(request)))(request.scope, request.receive, send)
            return
        exporting = EXPORT in parts or parts[:1] == (bulk.STATUS,)
        wanted = KeyScope.FHIR_EXPORT if exporting else KeyScope.FHIR
        who = await _threaded(self.keys.who, _bearer(request), wanted)
        # What is sent as it is read counts as running until all is sent.
        with self.allowance.used(who, 0):
            response = await self._handler(parts)(request, parts, who)
            await response(request.scope, request.receive, send)

    def _handler(
        self, parts: tuple[str, ...]
    ) -> Callable[[Request, tuple[str, ...], str], Awaitable[Response]]:
        """What answers at a path. Raises NotServed."""
        match parts:
            case ("$export",) | ("Patient", "$export") | ("Patient", _, "$export"):
                return self._start
            case (bulk.STATUS, _) | (bulk.STATUS, _, _):
                return self._exported
            case (kind,) | (kind, "_search") if kind in TYPES:
                return self._search
            case ("Observation", "$lastn"):
                return self._last
            case (kind, _) if kind in TYPES:
                return self._read
        raise NotServed(404, "not-found", f"nothing is there; GET {BASE}/metadata says what is")

    async def _read(self, request: Request, parts: tuple[str, ...], who: str) -> Response:
        _allow(request, "GET")
        check_accepted(request)
        await asked(request)  # for its format
        found = await _threaded(self.reading.read, who, *parts)
        tag = f'W/"{found["meta"]["versionId"]}"'
        known = request.headers.get("if-none-match", "")
        if tag in [each.strip() for each in known.split(",")]:
            return Response(status_code=304, headers={"ETag": tag})
        return fhir_response(found, headers={"ETag": tag})

    async def _search(self, request: Request, parts: tuple[str, ...], who: str) -> Response:
        _allow(request, "POST" if SEARCH in parts else "GET")
        return await self._found(request, partial(self.reading.search, who, parts[0]))

    async def _last(self, request: Request, parts: tuple[str, ...], who: str) -> Response:
        _allow(request, "GET", "POST")
        return await self._found(request, partial(self.reading.last, who), LASTN)

    async def _found(
        self, request: Request, search: Callable[..., Any], operation: str | None = None
    ) -> Response:
        check_accepted(request)
        wanted: Asked = await asked(request)
        page = await _threaded(partial(search, wanted.given, strict=wanted.strict))
        return fhir_response(searchset(page, _base(request), self._now(), operation))

    async def _start(self, request: Request, parts: tuple[str, ...], who: str) -> Response:
        _allow(request, "GET")
        check_accepted(request, bulk.NDJSON)
        given = (await asked(request)).given
        start = partial(bulk.start, zone=self.zone, level=parts[:-1])
        where = await _threaded(start, self.exports, who, request, given)
        return Response(status_code=202, headers={"Content-Location": f"{_base(request)}/{where}"})

    async def _exported(self, request: Request, parts: tuple[str, ...], who: str) -> Response:
        _, export_id, *names = parts
        if names:
            _allow(request, "GET")
            return bulk.file(self.exports, self.exports.find(who, export_id), names[0])
        _allow(request, "GET", "DELETE")
        if request.method == "DELETE":
            self.exports.end(who, export_id)
            return bulk.ended()
        return bulk.manifest(self.exports.find(who, export_id), _base(request))

    def _now(self) -> str:
        return self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parts(request: Request) -> tuple[str, ...]:
    path = request.url.path.removeprefix(BASE).strip("/")
    return tuple(path.split("/"))


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{BASE}"


def _bearer(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise NotServed(405, "not-supported", f"this is asked for by {allowed}", Allow=allowed)


async def _threaded(work: Callable[..., Answer], *given: Any) -> Answer:
    return await anyio.to_thread.run_sync(partial(work, *given))
