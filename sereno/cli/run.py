"""`sereno run`: the ingest, model and web processes, kept alive until told to stop."""

import socket
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from sereno.cli.options import DataDir, Json, answer, err, settings_for
from sereno.domain.errors import ConfigurationError, Conflict

if TYPE_CHECKING:
    from sereno.settings import Settings


def run(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Ingest, summarise and serve, until stopped.

    The sources are the setting `sources`: SERENO_SOURCES='["csv:vitals.csv"]' in the environment,
    or sources = ["csv:vitals.csv"] in sereno.toml.
    """
    settings = settings_for(data_dir, "supervisor")
    if not settings.sources and not as_json:
        err.print("No source is set: SERENO_SOURCES or sereno.toml names them.", style="yellow")
    supervise(
        settings,
        lambda address: answer({"address": address}, as_json=as_json, table=f"Open {address}"),
    )


def supervise(settings: "Settings", ready: Callable[[str], None], *, watches: bool = True) -> None:
    """Keep the processes alive until SIGINT or SIGTERM; `ready` is told the address.

    What a supervisor that was killed left behind is stopped first: until then it watches. One that
    does not watch by itself (`watches`) leaves that alone. Raises ConfigurationError where the port
    is a stranger's, Conflict where another supervisor runs.
    """
    import anyio

    from sereno.bootstrap import MODEL_ALONE, WARD, new_holder, services
    from sereno.services import orphans

    settings.check_tls()
    with services(settings) as given:
        left = orphans.left_behind(given.leases, settings.data_dir)
        if not watches and any(each.name == "ingest" for each in left):
            raise Conflict(
                "patients of this data directory are being watched; start `sereno run`, "
                "which serves the model too, or give --data-dir"
            )
        if not orphans.serves(given.leases, left, settings.port):
            _check_port(settings)
        if left:
            orphans.Takeover(leases=given.leases, holder=new_holder("takeover")).stop(left)
            _check_port(settings)
        names = WARD if watches else MODEL_ALONE
        anyio.run(given.supervisor(ready, names).run)


def _check_port(settings: "Settings") -> None:
    """Say at once that the port is taken, not at every start of the web process."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            where = f"port {settings.port} on {settings.host}"
            raise ConfigurationError(
                f"{where} can not be had ({taken.strerror}); set SERENO_PORT to another"
            ) from taken
