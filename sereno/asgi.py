"""The one web app: the dashboard with its guard, sign-in, health, metrics and APIs around it."""

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import streamlit as st
import uvicorn
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit import config
from streamlit.logger import set_log_level

import streamlit_app
from sereno.api.completions import Completions
from sereno.api.cookies import Cookies
from sereno.api.fhir.app import Fhir
from sereno.api.guard import Guard, LiveSockets
from sereno.api.headers import dashboard_policy, script_hashes
from sereno.api.health import Health
from sereno.api.sign_in import SignIn
from sereno.domain.clock import Clock
from sereno.domain.errors import ConfigurationError
from sereno.services.access import Access
from sereno.services.charting import Charting
from sereno.services.explaining import Explaining
from sereno.services.feedback import Feedback
from sereno.services.fhir.exports import Exports
from sereno.services.fhir.reading import FhirReading
from sereno.services.handover import Handover
from sereno.services.letters import Letters
from sereno.services.lines import Lines
from sereno.services.questions import Questions
from sereno.services.read_audit import ReadAudit
from sereno.services.serving.allowance import Allowance
from sereno.services.serving.asking import Asking
from sereno.services.serving.keys import Keys
from sereno.services.sources import Sources
from sereno.services.summarisation import Summarisation
from sereno.services.views import Views
from sereno.settings import LOOPBACK_NAMES, Settings
from streamlit_app import context, theme

# What one viewer may send: widgets' states and clicks, never files.
LARGEST_UPLOAD_MB: Final = 1
LARGEST_FRAME: Final = 2 * 1024 * 1024
# A viewer whose connection broke finds the page as it was, for this long.
KEPT_AFTER_DISCONNECT_S: Final = 30
PING_EVERY_S: Final = 20.0
STOP_WITHIN_S: Final = 5

_OPTIONS: Final[Mapping[str, object]] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "global.developmentMode": False,
    "logger.enableRich": False,  # it prints an error with its words, which may be a patient's
    "logger.level": "error",
    "server.disconnectedSessionTTL": KEPT_AFTER_DISCONNECT_S,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": LARGEST_UPLOAD_MB,
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
}


class WebServices(Protocol):
    """What the web app needs of the composition root."""

    @property
    def access(self) -> Access:
        """Accounts and sessions."""
        ...

    @property
    def views(self) -> Views:
        """The read models."""
        ...

    @property
    def read_audit(self) -> ReadAudit:
        """Who read about whom."""
        ...

    @property
    def explaining(self) -> Explaining:
        """What explains an alarm."""
        ...

    @property
    def letters(self) -> Letters:
        """What arrived and could not be read."""
        ...

    @property
    def sources(self) -> Sources:
        """How what is read fares."""
        ...

    @property
    def lines(self) -> Lines:
        """What matters most of each bed."""
        ...

    @property
    def charting(self) -> Charting:
        """What is entered by hand."""
        ...

    @property
    def feedback(self) -> Feedback:
        """What is decided about summaries."""
        ...

    @property
    def summarisation(self) -> Summarisation:
        """Summaries."""
        ...

    @property
    def handover(self) -> Handover:
        """Handovers of the whole ward."""
        ...

    @property
    def questions(self) -> Questions:
        """Questions in words."""
        ...

    @property
    def keys(self) -> Keys:
        """Keys of programs."""
        ...

    @property
    def fhir(self) -> FhirReading:
        """What other systems of the clinic read of patients."""
        ...

    @property
    def exports(self) -> Exports:
        """All of it at once."""
        ...

    @property
    def asking(self) -> Asking:
        """The way to the model process."""
        ...

    def served_model(self) -> tuple[str, datetime]:
        """The model's name, and since when it is there."""
        ...

    @property
    def clock(self) -> Clock:
        """The wall clock."""
        ...


def create_app(
    services: WebServices, settings: Settings, *, dashboard: bool = True
) -> st.App | Starlette:
    """The ASGI app. One in a process: Streamlit and the pages' services are the process's own.

    Without `dashboard`: the API, health and metrics alone.
    """
    secure = settings.tls_certificate is not None
    cookies, sockets = Cookies(secure=secure), LiveSockets()
    guard = Middleware(
        Guard,
        access=services.access,
        cookies=cookies,
        sockets=sockets,
        policy=dashboard_policy(script_hashes(_streamlit_page())),
        loopback=settings.host in LOOPBACK_NAMES,
    )
    api = Completions(
        keys=services.keys,
        asking=services.asking,
        allowance=Allowance(
            requests=settings.api_requests_per_minute,
            tokens=settings.api_tokens_per_minute,
            seconds=time.monotonic,
        ),
        served=services.served_model,
        deadline=settings.api_deadline,
    )
    registries = (REGISTRY, api.meters.registry)
    health = Health(services.views, registries, watches=dashboard)
    routes = [*api.routes(), *health.routes()]
    if not dashboard:
        return Starlette(routes=routes, middleware=[guard])
    _configure(settings)
    context.use(
        context.Screens(
            access=services.access,
            views=services.views,
            read_audit=services.read_audit,
            charting=services.charting,
            feedback=services.feedback,
            summarisation=services.summarisation,
            handover=services.handover,
            explaining=services.explaining,
            lines=services.lines,
            letters=services.letters,
            sources=services.sources,
            questions=services.questions,
            clock=services.clock,
            cookie=cookies.session,
        )
    )
    fhir = Fhir(
        keys=services.keys,
        reading=services.fhir,
        exports=services.exports,
        allowance=Allowance(
            requests=settings.fhir_requests_per_minute, tokens=0, seconds=time.monotonic
        ),
        clock=services.clock,
        zone=ZoneInfo(settings.zone),
    )
    sign_in = SignIn(
        access=services.access,
        cookies=cookies,
        sockets=sockets,
        clock=services.clock,
        session_length=settings.session_length,
    )
    return st.App(
        Path(streamlit_app.__file__).with_name("app.py"),
        routes=[*sign_in.routes(), *fhir.routes(), *routes],
        middleware=[guard],
    )


def serve(
    services: WebServices,
    settings: Settings,
    ready: Callable[[str], None] | None = None,
    *,
    dashboard: bool = True,
) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is told the address once the port is ours.

    Raises ConfigurationError where the port is taken, the certificate can not be read, or there is
    none although other machines are to be served.
    """
    settings.check_tls()
    with closing(_listen(settings)) as listener:
        app = create_app(services, settings, dashboard=dashboard)
        server = uvicorn.Server(uvicorn_config(app, settings))
        if ready:
            ready(address(settings, listener.getsockname()[1]))
        server.run(sockets=[listener])


def uvicorn_config(app: st.App | Starlette, settings: Settings) -> uvicorn.Config:
    """How uvicorn runs the app."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_EVERY_S,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        proxy_headers=False,  # whoever is on this machine could otherwise claim any address
        server_header=False,
        access_log=False,  # addresses hold patients' ids
        log_config=None,
    )


def address(settings: Settings, port: int) -> str:
    """Where a browser finds the dashboard."""
    scheme = "https" if settings.tls_certificate else "http"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{scheme}://{host}:{port}"


def _configure(settings: Settings) -> None:
    tls = {"server.sslCertFile": str(settings.tls_certificate)} if settings.tls_certificate else {}
    for name, value in {**_OPTIONS, **theme.streamlit_options(), **tls}.items():
        config.set_option(name, value)
    set_log_level(str(_OPTIONS["logger.level"]))  # the option alone comes too late


def _streamlit_page() -> Path:
    return Path(st.__file__).with_name("static") / "index.html"


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything starts, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio asks this only of sockets that it made: what is written goes at once.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # else two that wait for each other's turn could both have the port
    except OSError as exc:
        listener.close()
        raise ConfigurationError(
            f"port {settings.port} on {settings.host} is taken; set SERENO_PORT to another"
        ) from exc
    return listener
