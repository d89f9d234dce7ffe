"""`sereno run`: the ingest, model and web processes, kept alive until told to stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sereno.cli.options import DataDir, Json, answer, err, settings_for

if TYPE_CHECKING:
    from sereno.settings import Settings


def run(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Ingest, summarise and serve, until stopped."""
    settings = settings_for(data_dir, "supervisor")
    if not settings.sources and not as_json:
        err.print("No source is set: SERENO_SOURCES or sereno.toml names them.", style="yellow")
    supervise(
        settings,
        lambda address: answer({"address": address}, as_json=as_json, table=f"Open {address}"),
    )


def supervise(settings: "Settings", ready: Callable[[str], None]) -> None:
    """Keep the processes alive until SIGINT or SIGTERM; `ready` is told the address."""
    import anyio

    from sereno.bootstrap import services, supervisor

    with services(settings) as given:
        anyio.run(supervisor(given, ready).run)
