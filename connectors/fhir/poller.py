"""A FHIR server that is asked again and again, as a Connector."""

import json
import re
import ssl
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from anyio.lowlevel import checkpoint

from connectors.codes import CodeMap
from connectors.fhir import times
from connectors.fhir.codes import Codes
from connectors.fhir.reading import Reader, Work
from connectors.fhir.server import TOO_LARGE, Access, FhirServer, quiet
from connectors.maps import read_map
from connectors.opening import Opening, is_loopback, path_of
from sereno.domain.errors import MalformedInput, SourceError
from sereno.domain.stream import Batch
from sereno.ports import Clock

OPTIONS: Final = (
    "resources", "every", "since", "overlap", "count", "category", "token", "client_id",
    "client_secret", "token_url", "tls_ca", "authority", "state", "map",
)  # fmt: skip
RESOURCES: Final = ("Observation", "Encounter")
_INCLUDES: Final = {"Observation": "Observation:subject", "Encounter": "Encounter:subject"}
_PORTS: Final = {"fhir+http": 80, "fhir+https": 443}
_MOST_SEEN: Final = 100_000  # versions of resources that are known to have been read
_MOST_PATIENTS: Final = 4096  # that are remembered
_LARGEST_STATE: Final = 64 << 10  # bytes
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")  # hl7.org/fhir/R4/datatypes.html#id


def open_poller(opening: Opening) -> "Poller":
    """`fhir+https://server/fhir?resources=Observation&every=30s&token=file:/PATH`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(_PORTS[opening.scheme])
    plain = opening.scheme == "fhir+http"
    if address.user:
        raise SourceError("an address holds no user; write client_id= and client_secret=file:/PATH")
    if plain and not is_loopback(address.host):
        raise SourceError("what is fetched must be encrypted; write fhir+https://")
    resources = tuple((opening.options.get("resources") or "Observation").split(","))
    if not set(resources) <= set(RESOURCES):
        raise SourceError(f"resources are: {', '.join(RESOURCES)}")
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = "" if address.port == _PORTS[opening.scheme] else f":{address.port}"
    base = f"{'http' if plain else 'https'}://{host}{port}/{address.rest.strip('/')}"
    asking = Asking(
        base=base,
        access=_access(opening),
        resources=resources,
        every=opening.duration("every", 30, low=1, high=86400),
        since=opening.duration("since", 3600, low=0, high=365 * 86400),
        overlap=opening.duration("overlap", 60, low=0, high=86400),
        count=int(opening.number("count", 200, low=1, high=5000)),
        category=opening.options.get("category"),
        tls_ca=opening.existing("tls_ca"),
        authority=opening.options.get("authority") or base,
        state=path_of(state) if (state := opening.options.get("state")) else None,
    )
    name = f"{opening.scheme}:{address.host}"
    codes = Codes(read_map(opening.options.get("map"), CodeMap))
    reader = Reader(name, codes, zone=opening.zone, clock=opening.clock)
    return Poller(name, asking, reader, opening.clock, opening.sleep)


_Key = tuple[str, str, str]  # a resource's type, id and version


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked of which server. Times are in seconds."""

    base: str
    access: Access
    resources: tuple[str, ...]
    every: float
    since: float
    overlap: float
    count: int
    category: str | None
    tls_ca: Path | None
    authority: str
    state: Path | None


@dataclass(slots=True)
class _Round:
    """One search: what it has given that is not on disk yet, and how far it came."""

    kind: str
    newest: datetime | None = None
    open: int = 0
    whole: bool = False
    settle: Callable[["_Round"], None] = field(default=lambda _: None)

    async def acknowledge(self, _: str | None) -> None:
        """A batch is on disk; among the dead letters it is too."""
        self.open -= 1
        self.check()

    def check(self) -> None:
        """Settle it once all was given and all is kept."""
        if self.whole and self.open <= 0:
            self.settle(self)


class Poller:
    """A Connector to a FHIR server. It ends only when its reader does.

    How far it has read is remembered by the server's own clock (`meta.lastUpdated`), and only once
    what was read is on disk; each search overlaps the one before.
    """

    def __init__(
        self,
        name: str,
        asking: Asking,
        reader: Reader,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        quiet()
        self.name = name
        self._asking = asking
        self._reader = reader
        self._clock = clock
        self._sleep = sleep
        self._marks = _kept(asking.state)
        self._begin = clock.now() - timedelta(seconds=asking.since)
        self._seen: OrderedDict[_Key, None] = OrderedDict()
        self._patients: OrderedDict[str, dict[str, Any]] = OrderedDict()

    @property
    def ignored(self) -> tuple[str, ...]:
        """Codes that came and are not taken, the first two hundred."""
        return self._reader.codes.ignored

    def batches(self) -> AsyncIterator[Batch]:
        """Ask, and yield what is new; see `sereno.ports.Connector`."""
        return self._batches()

    def reread(self, content: bytes) -> list[Batch]:
        """What one resource holds by itself; see `sereno.ports.Rereadable`."""
        return self._reader.reread(content)

    async def check(self) -> str:
        """What the server says it is. Raises SourceError."""
        async with self._client() as client:
            version = await self._server(client).version()
        return f"a FHIR server answers, version {version[:20]}"

    def _client(self) -> Any:
        import httpx2

        verify: Any = True
        if self._asking.tls_ca is not None:
            try:
                verify = ssl.create_default_context(cafile=self._asking.tls_ca)
            except (OSError, ValueError) as exc:
                raise SourceError(
                    "tls_ca holds no certificate of an authority; check tls_ca="
                ) from exc
        return httpx2.AsyncClient(verify=verify, follow_redirects=False, trust_env=False)

    def _server(self, client: Any) -> FhirServer:
        asking = self._asking
        return FhirServer(asking.base, asking.access, client, self._clock, self._sleep)

    async def _batches(self) -> AsyncGenerator[Batch]:
        async with self._client() as client:
            server = self._server(client)
            while True:
                for kind in self._asking.resources:
                    async for batch in self._search(server, kind):
                        yield batch
                await self._sleep(self._asking.every)

    async def _search(self, server: FhirServer, kind: str) -> AsyncGenerator[Batch]:
        going = _Round(kind, settle=self._settle)
        async for page in server.search(kind, self._query(kind)):
            fresh = self._fresh(page, going)
            work = await self._read(server, page, list(fresh.values()), going)
            going.open += len(work.reading.batches)
            for batch in work.reading.batches:
                yield batch
            self._remember(fresh)
        going.whole = True
        going.check()

    def _query(self, kind: str) -> dict[str, str]:
        asking = self._asking
        mark = self._marks.get(kind)
        since = self._begin if mark is None else mark - timedelta(seconds=asking.overlap)
        query = {
            "_lastUpdated": f"ge{since.isoformat(timespec='milliseconds')}",
            "_sort": "_lastUpdated",
            "_count": str(asking.count),
            "_include": _INCLUDES[kind],
        }
        if asking.category and kind == "Observation":
            query["category"] = asking.category
        return query

    def _fresh(self, page: dict[str, Any], going: _Round) -> dict[_Key, dict[str, Any]]:
        """The resources of a page that were asked for, in versions not read before."""
        fresh: dict[_Key, dict[str, Any]] = {}
        for place, resource in enumerate(_resources(page)):
            if resource.get("resourceType") != going.kind:
                continue
            meta = resource.get("meta")
            told = meta if isinstance(meta, dict) else {}
            updated = told.get("lastUpdated")
            with suppress(MalformedInput):
                at = times.moment(updated, UTC)
                going.newest = at if going.newest is None else max(going.newest, at)
            known = isinstance(updated, str) and isinstance(resource.get("id"), str)
            version = f"{told.get('versionId')} {updated}"
            key = going.kind, resource["id"] if known else "", version if known else str(place)
            if not known or key not in self._seen:
                fresh[key] = resource
        return fresh

    def _remember(self, fresh: Iterable[_Key]) -> None:
        """That these were handed on."""
        for key in fresh:
            if key[1]:
                self._seen[key] = None
        while len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)

    async def _read(
        self,
        server: FhirServer,
        page: dict[str, Any],
        fresh: list[dict[str, Any]],
        going: _Round,
    ) -> Work:
        """What `fresh` holds, with all of the page to look others up in."""
        work = Work(self._reader, self._asking.authority, "", going.acknowledge)
        for entry in _entries(page):
            if isinstance(resource := entry.get("resource"), dict):
                work.directory.add(entry.get("fullUrl"), resource)
        for reference in sorted({each for each in map(_patient, fresh) if each}):
            if work.directory.find(reference, {}) is None:
                found = await self._fetched(server, reference)
                if found is not None:
                    work.directory.add(None, found)
        bundle = {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [{"resource": each} for each in fresh],
        }
        try:
            for _ in work.run(bundle):
                await checkpoint()
        except MalformedInput as exc:
            raise SourceError(TOO_LARGE) from exc
        return work

    async def _fetched(self, server: FhirServer, reference: str) -> dict[str, Any] | None:
        """A Patient whom the page did not bring along; one who is not given is asked for again."""
        known = self._patients.get(reference)
        if known is not None:
            return known
        found = await server.read(reference)
        if found is not None:
            self._patients[reference] = found
            if len(self._patients) > _MOST_PATIENTS:
                self._patients.popitem(last=False)
        return found

    def _settle(self, going: _Round) -> None:
        """All of a search is on disk: the next one begins where it ended."""
        known = self._marks.get(going.kind)
        if going.newest is None or (known is not None and known >= going.newest):
            return
        self._marks[going.kind] = going.newest
        if self._asking.state is not None:
            _keep(self._asking.state, self._marks)


def _entries(page: dict[str, Any]) -> list[dict[str, Any]]:
    entries = page.get("entry")
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def _resources(page: dict[str, Any]) -> list[dict[str, Any]]:
    told = (entry.get("resource") for entry in _entries(page))
    return [each for each in told if isinstance(each, dict)]


def _patient(resource: dict[str, Any]) -> str | None:
    """The relative reference of a subject that only the server can tell more of."""
    subject = resource.get("subject")
    if not isinstance(subject, dict) or isinstance(subject.get("identifier"), dict):
        return None
    reference = subject.get("reference")
    if not isinstance(reference, str):
        return None
    kind, _, its_id = reference.partition("/_history")[0].partition("/")
    known = its_id.replace("-", "").replace(".", "")
    return (
        f"Patient/{its_id}" if kind == "Patient" and known.isalnum() and known.isascii() else None
    )


def _kept(file: Path | None) -> dict[str, datetime]:
    """How far was read before, by kind. Raises SourceError."""
    if file is None or not file.exists():
        return {}
    try:
        with file.open("rb") as stream:
            told = json.loads(stream.read(_LARGEST_STATE))
        return {kind: datetime.fromisoformat(at).astimezone(UTC) for kind, at in told.items()}
    except (OSError, ValueError, TypeError, AttributeError) as exc:
        raise SourceError("the file of state can not be read; delete it, or check state=") from exc


def _keep(file: Path, marks: dict[str, datetime]) -> None:
    """Write it whole or not at all. Raises SourceError."""
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_text(json.dumps({kind: at.isoformat() for kind, at in marks.items()}))
        beside.replace(file)
    except OSError as exc:
        raise SourceError("the file of state can not be written; check state=") from exc


def _access(opening: Opening) -> Access:
    """How the server is told who asks. Raises SourceError."""
    token, secret = opening.secret("token"), opening.secret("client_secret")
    client, url = opening.options.get("client_id"), opening.options.get("token_url")
    together = (client is not None, secret is not None, url is not None)
    if any(together) and (not all(together) or token is not None):
        raise SourceError("write token=, or client_id=, client_secret= and token_url= together")
    if url is not None and not (url.startswith("https://") or opening.scheme == "fhir+http"):
        raise SourceError("a secret is sent encrypted alone; write token_url=https://...")
    return Access(token=token, client_id=client, client_secret=secret, token_url=url)
