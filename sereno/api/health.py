"""`/healthz` and `/metrics`: whether the processes live. Neither holds anything of a patient."""

from dataclasses import dataclass
from typing import Protocol

import anyio
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Gauge, generate_latest
from prometheus_client.registry import CollectorRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sereno.api.guard import METRICS
from sereno.domain.errors import SerenoError
from sereno.services.views import SystemView


class Signs(Protocol):
    """Tells whether each process lives, and how long ago it last gave a sign of life."""

    def system(self) -> SystemView:
        """As it stands. Raises SerenoError where the database does not answer."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """The two routes."""

    signs: Signs
    registries: tuple[CollectorRegistry, ...] = (REGISTRY,)
    watches: bool = True  # whether patients are watched here, by an ingest process

    def routes(self) -> list[Route]:
        """The routes, for the app to serve beside Streamlit's."""
        return [
            Route("/healthz", self.healthz, methods=["GET"]),
            Route(METRICS, self.metrics, methods=["GET"]),
        ]

    async def healthz(self, request: Request) -> Response:
        """200 while the database answers; another process that is down is no failure of ours."""
        try:
            system = await anyio.to_thread.run_sync(self.signs.system)
        except SerenoError:
            return JSONResponse({"status": "database does not answer"}, status_code=503)
        expected = [name for name in system.ages if self.watches or name != "ingest"]
        states = {name: "up" if system.up(name) else "down" for name in expected}
        well = all(state == "up" for state in states.values()) and not system.failing
        status = "ok" if well else "degraded"
        told = {"status": status, "processes": states, "failing_sources": len(system.failing)}
        return JSONResponse(told)

    async def metrics(self, request: Request) -> Response:
        """What Prometheus collects, with the age of each process's last sign of life."""
        system = await anyio.to_thread.run_sync(self._system)
        own = CollectorRegistry()
        gauge = Gauge(
            "sereno_last_sign_seconds", "Since a process last gave a sign of life", ["process"],
            registry=own,
        )  # fmt: skip
        for name, age in system.ages.items() if system else ():
            gauge.labels(process=name).set(age.total_seconds() if age is not None else float("inf"))
        texts = Gauge(
            "sereno_summaries", "Summaries since the model process started", ["outcome"],
            registry=own,
        )  # fmt: skip
        for outcome, number in system.written.items() if system else ():
            texts.labels(outcome=outcome).set(number)
        content = b"".join(generate_latest(each) for each in (*self.registries, own))
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    def _system(self) -> SystemView | None:
        try:
            return self.signs.system()
        except SerenoError:
            return None
