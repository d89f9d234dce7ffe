"""A little FHIR server: searches by `_lastUpdated` in pages of two, and what else it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.serving import PartServer
from tests.fakes.fhir import observation, patient

TOKEN = "a token of nobody's"


class LittleServer:
    """Observations by `_lastUpdated`, two a page; `answers` are given first, in their order."""

    def __init__(self) -> None:
        self.resources: list[dict[str, Any]] = []
        self.patients = {"p1": patient()}
        self.answers: list[Response] = []
        self.asked: list[tuple[str, str]] = []
        self.searches: list[dict[str, str]] = []
        self.posts = True
        self.includes = True
        self.refusal: int | None = None  # the status that whoever asks for a Patient gets
        self.next: str | None = None
        self.tokens = {TOKEN}
        self.port = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def put(self, its_id: str, second: int, **more: Any) -> None:
        """Keep a version of a resource, updated so many seconds after eight."""
        meta = {"versionId": str(second), "lastUpdated": f"2026-03-14T11:30:{second:02}Z"}
        self.resources = [each for each in self.resources if each["id"] != its_id]
        at = f"2026-03-14T11:{int(its_id):02}:00Z"
        told = {"id": its_id, "meta": meta, "effectiveDateTime": at, **more}
        self.resources.append(observation(**told))
        self.resources.sort(key=lambda each: each["meta"]["lastUpdated"])

    async def answer(self, request: Request) -> Response:
        self.asked.append((request.method, request.url.path))
        if self.answers:
            return self.answers.pop(0)
        if request.headers.get("authorization", "")[7:] not in self.tokens:
            return JSONResponse({"resourceType": "OperationOutcome"}, 401)
        path = request.url.path.removeprefix("/fhir/")
        if path == "metadata":
            told = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
            return JSONResponse(told)
        if path.startswith("Patient/"):
            found = None if self.refusal else self.patients.get(path.removeprefix("Patient/"))
            return JSONResponse(found or {}, 200 if found else self.refusal or 404)
        if request.method == "POST":
            if not self.posts:
                return Response(status_code=405)
            body = parse_qs((await request.body()).decode())
            query = {name: values[0] for name, values in body.items()}
        else:
            query = dict(request.query_params)
        self.searches.append(query)
        return JSONResponse(self._page(query))

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        since = query["_lastUpdated"].removeprefix("ge").replace(".000+00:00", "Z")
        found = [each for each in self.resources if each["meta"]["lastUpdated"] >= since]
        first = int(query.get("from", "0"))
        some = found[first : first + 2]
        page: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": []}
        page["entry"] = [
            {"fullUrl": f"{self.base}/Observation/{each['id']}", "resource": each} for each in some
        ]
        if self.includes:
            url = f"{self.base}/Patient/p1"
            page["entry"].append({"fullUrl": url, "resource": self.patients["p1"]})
        if first + 2 < len(found):
            rest = f"{self.base}/Observation?_lastUpdated=ge{since}&from={first + 2}"
            page["link"].append({"relation": "next", "url": self.next or rest})
        return page


@asynccontextmanager
async def serving(little: LittleServer) -> AsyncIterator[LittleServer]:
    methods = ["GET", "POST"]
    app = Starlette(routes=[Route("/{rest:path}", little.answer, methods=methods)])
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off")
    server = PartServer(config)
    port = config.bind_socket()
    little.port = port.getsockname()[1]
    port.listen()
    running = asyncio.create_task(server.serve([port]))
    try:
        yield little
    finally:
        await server.stop(running)
        port.close()
