"""A FHIR server that is asked: its tokens, its searches page by page, its patience."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from connectors.fhir.reading import parse
from sereno.domain.errors import MalformedInput, SourceError
from sereno.ports import Clock

if TYPE_CHECKING:
    import httpx2

LARGEST_PAGE: Final = 32 << 20  # bytes
MOST_PAGES: Final = 2000  # of one search
_TIMEOUT: Final = 30.0  # s for each step of a request
_MOST_WAIT: Final = 300.0  # s that a Retry-After may ask for
_USUAL_WAIT: Final = 5.0  # s where it can not be read
_MOST_TRIES: Final = 3  # of one request, where the server asks for patience
_EARLY: Final = 30.0  # s before its end in which a token is not used any more
_USUAL_LIFE: Final = 300.0  # s of a token that does not say
_PATIENCE: Final = frozenset({429, 503})
_NO_POST: Final = frozenset({400, 403, 404, 405, 415, 501})  # how servers refuse POST _search
_MEDIA: Final = "application/fhir+json"

AWAY: Final = "the server can not be reached; check its address, the network and ca="
ELSEWHERE: Final = "the server's next link leads to another host, which is not followed"
TOO_LARGE: Final = "the server's page is too large; ask for less with count="
NO_FHIR: Final = "the server's answer is no FHIR resource; check the address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How the server is told who asks: a token, or a client's id and secret (RFC 6749, 4.4)."""

    token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    token_url: str | None = None


class FhirServer:
    """The server at `base`, over `client`. `sleep` waits for seconds."""

    def __init__(
        self,
        base: str,
        access: Access,
        client: "httpx2.AsyncClient",
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._base = base.rstrip("/") + "/"
        self._access = access
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._granted: tuple[str, float] | None = None  # a token, and when it ends
        self._posts = True

    async def version(self) -> str:
        """The FHIR version that the server says it speaks. Raises SourceError."""
        told = await self._resource("GET", "metadata")
        version = told.get("fhirVersion")
        if not isinstance(version, str) or not version.startswith("4."):
            raise SourceError("the server does not speak FHIR R4; check the address")
        return version

    async def read(self, reference: str) -> dict[str, Any] | None:
        """The resource of a relative reference; None where it can not be had.

        Raises SourceError where the server can not be reached.
        """
        status, body = await self._fetch("GET", self._url(reference))
        if status in {401, 403, 404, 410}:
            return None
        return _parsed(status, body)

    async def search(self, kind: str, query: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Every page of a search, as Bundles. Raises SourceError."""
        page: dict[str, Any] | None = await self._first(kind, query)
        for _ in range(MOST_PAGES):
            if page is None:
                return
            yield page
            following = _next(page)
            page = None
            if following is not None:
                page = await self._resource("GET", self._url(following))
        raise SourceError("the server's pages do not end; ask for less with since=")

    async def _first(self, kind: str, query: Mapping[str, str]) -> dict[str, Any]:
        """By POST, so that nothing stands in a log of addresses, where the server takes that."""
        if self._posts:
            url = self._url(f"{kind}/_search")
            status, body = await self._fetch("POST", url, form=dict(query))
            if status not in _NO_POST:
                return _parsed(status, body)
            self._posts = False
        return await self._resource("GET", kind, query)

    async def _resource(
        self, method: str, path: str, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return _parsed(*await self._fetch(method, self._url(path), query=query))

    def _url(self, path: str) -> str:
        """An address of this server, and of no other. Raises SourceError."""
        url = urljoin(self._base, path)
        if _origin(url) != _origin(self._base):
            raise SourceError(ELSEWHERE)
        return url

    async def _fetch(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """The status and body; as patiently as the server asks for. Raises SourceError."""
        for _ in range(_MOST_TRIES):
            headers = {"Accept": _MEDIA, **await self._authorization()}
            status, body, wait = await self._once(method, url, headers, query, form)
            if status == 401:
                self._granted = None
            if status not in _PATIENCE or wait is None:
                return status, body
            await self._sleep(wait)
        raise SourceError(f"the server asks for patience again and again ({status})")

    async def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
        form: dict[str, str] | None,
    ) -> tuple[int, bytes, float | None]:
        """One request: status, body, and the seconds that the server asks to be given."""
        import httpx2

        try:
            async with self._client.stream(
                method, url, headers=dict(headers), params=query, data=form, timeout=_TIMEOUT
            ) as response:
                wait = self._wait(response.headers.get("retry-after"))
                return response.status_code, await _body(response), wait
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as exc:
            raise SourceError(AWAY) from exc

    def _wait(self, told: str | None) -> float | None:
        """The seconds of a Retry-After, which is a number or a date."""
        if told is None:
            return None
        if told.isascii() and told.isdigit() and len(told) < 10:
            return min(float(told), _MOST_WAIT)
        try:
            until = parsedate_to_datetime(told)
            seconds = (until - self._clock.now()).total_seconds()
        except (ValueError, TypeError):
            return _USUAL_WAIT
        return min(max(seconds, 0.0), _MOST_WAIT)

    async def _authorization(self) -> dict[str, str]:
        access = self._access
        if access.token:
            return {"Authorization": f"Bearer {access.token}"}
        if access.token_url is None:
            return {}
        now = self._clock.now().timestamp()
        if self._granted is None or self._granted[1] <= now:
            self._granted = await self._grant(access.token_url, now)
        return {"Authorization": f"Bearer {self._granted[0]}"}

    async def _grant(self, url: str, now: float) -> tuple[str, float]:
        access = self._access
        form = {
            "grant_type": "client_credentials",
            "client_id": access.client_id or "",
            "client_secret": access.client_secret or "",
        }
        status, body, _ = await self._once("POST", url, {"Accept": "application/json"}, None, form)
        told = _json(body) if status == 200 else {}
        token, life = told.get("access_token"), told.get("expires_in", _USUAL_LIFE)
        if not isinstance(token, str) or not token.isascii() or not isinstance(life, int | float):
            raise SourceError("no token was granted; check client_id=, client_secret=, token_url=")
        return token, now + max(life - _EARLY, 1.0)


async def _body(response: "httpx2.Response") -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > LARGEST_PAGE:
            raise SourceError(TOO_LARGE)
        pieces.append(piece)
    return b"".join(pieces)


def _parsed(status: int, body: bytes) -> dict[str, Any]:
    if status in {401, 403}:
        raise SourceError(f"the server does not let us read ({status}); check token= or client_id=")
    if status != 200:
        raise SourceError(f"the server answered {status}; see its log")
    try:
        return parse(body)
    except MalformedInput as exc:
        raise SourceError(NO_FHIR) from exc


def _json(body: bytes) -> dict[str, Any]:
    import json

    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _next(bundle: dict[str, Any]) -> str | None:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            return url if isinstance(url, str) and url else None
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def quiet() -> None:
    """Keep the client's own log from naming addresses: a next link may hold anything."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
