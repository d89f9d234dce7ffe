"""The processes that `sereno run` keeps alive. Not for people: `sereno process NAME` is hidden."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from sereno.cli import logs
from sereno.cli.options import DataDir, settings_for
from sereno.cli.turns import take_short_turns
from sereno.domain.errors import SerenoError

if TYPE_CHECKING:
    from sereno.bootstrap import Services

BEAT: Final = timedelta(seconds=2)
# A summary may take a moment longer where a sample wants the processor: alarms do not wait.
GIVE_WAY: Final = 10

Holder = Annotated[str, typer.Option(help="Its name in the leases.")]
SupervisedBy = Annotated[str | None, typer.Option("--supervisor", help="Whose process it is.")]

app = typer.Typer(help="What `sereno run` is made of.")
_log = logging.getLogger(__name__)


@app.command()
def ingest(holder: Holder, supervisor: SupervisedBy = None, data_dir: DataDir = None) -> None:
    """Take in every source of the settings, and carry out commands."""
    import anyio

    from sereno.bootstrap import configured_destinations, configured_sources

    take_short_turns()
    with _process("ingest", supervisor, data_dir) as given:
        ingestion = given.ingestion(
            holder,
            configured_sources(given),
            beat_as="ingest",
            destinations=configured_destinations(given),
        )

        async def until_told() -> None:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_on_signal, ingestion.stop)
                await ingestion.run(forever=True, adopt=True)
                tasks.cancel_scope.cancel()

        anyio.run(until_told)


@app.command()
def model(
    holder: Holder,
    supervisor: SupervisedBy = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End without work.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Hold the model and write what the queue asks for."""
    os.nice(GIVE_WAY)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _process("model", supervisor, data_dir) as given:
        beat_as = "model" if supervisor else "helper"
        work = given.worker(holder, beat_as, stopping, serving=not until_idle)
        work.run(until_idle=until_idle)


@app.command()
def web(
    holder: Holder,
    supervisor: SupervisedBy = None,
    api_only: Annotated[bool, typer.Option("--api-only", help="Without the dashboard.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Serve the dashboard, and the model to programs."""
    from sereno import asgi

    facts: dict[str, Any] = {"holder": holder, "address": None}

    def ready(address: str) -> None:
        facts.update(address=address)
        logs.adopt("streamlit", "uvicorn")  # configured by now, which gave them handlers of theirs

    with _process("web", supervisor, data_dir, facts) as given:
        asgi.serve(given, given.settings, ready, dashboard=not api_only)


@contextmanager
def _process(
    name: str,
    supervisor: str | None,
    data_dir: Any,
    beat: Mapping[str, Any] | None = None,
) -> "Iterator[Services]":
    """Open the services, and keep an eye on the supervisor; `beat` gives signs of life with it."""
    from sereno.bootstrap import services

    over = threading.Event()
    with services(settings_for(data_dir, name)) as given:
        _log.info("%s begins", name)
        watching = threading.Thread(
            target=_watch, args=(given, name, supervisor, beat, over), daemon=True
        )
        watching.start()
        try:
            yield given
        finally:
            over.set()
            watching.join()
            _log.info("%s ends", name)


def _watch(
    given: "Services",
    name: str,
    supervisor: str | None,
    beat: Mapping[str, Any] | None,
    over: threading.Event,
) -> None:
    """Make way for a new supervisor's process: ours was killed, and we are its orphans."""
    from sereno.services.supervision import replaced

    leases = given.leases
    while not over.wait(BEAT.total_seconds()):
        try:
            if beat is not None:
                leases.beat(name, beat)
            if supervisor and replaced(leases, supervisor):
                _log.warning("another supervisor is at work; making way")
                os.kill(os.getpid(), signal.SIGTERM)
        except SerenoError as refused:
            _log.warning("the database refuses: %s", refused)


async def _on_signal(stop: Callable[[], None]) -> None:
    import anyio

    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            stop()
