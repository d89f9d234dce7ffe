"""`sereno doctor`: what is installed, what works, what does not and how to mend it."""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from typing import Final

import typer
from rich.table import Table

from sereno import __version__
from sereno.cli.failures import UNWELL, one_line
from sereno.cli.options import DataDir, Json, answer, settings_for, table_of
from sereno.domain.errors import ModelError, ModelMissing
from sereno.settings import Settings

LEAST_FREE_BYTES: Final = 2_000_000_000  # two days of twelve beds with waveforms
FEW_FREE_BYTES: Final = 200_000_000
# Nothing was written before Sereno was: a clock that says so is wrong.
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it is and, where it is not well, how to mend it."""

    name: str
    state: State
    found: str
    remedy: str = ""


def doctor(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Check what works, and say how to mend it."""
    settings = settings_for(data_dir)
    checks = [_checked(name, check, settings) for name, check in _CHECKS.items()]
    answer(checks, as_json=as_json, table=_table(checks))
    if any(check.state is State.FAIL for check in checks):
        raise typer.Exit(UNWELL)


def _checked(name: str, check: "Callable[[Settings], Check]", settings: Settings) -> Check:
    """Run one; whatever goes wrong in it is its finding."""
    try:
        return check(settings)
    except ModelMissing as missing:
        remedy = "run `sereno model build`; until then the template writes"
        return Check(name, State.WARN, str(missing).partition(":")[0], remedy)
    except Exception as error:  # noqa: BLE001 - a check that breaks is a finding like any other
        found, _, remedy = one_line(error).partition("; ")
        return Check(name, State.FAIL, found, remedy)


def _python(_: Settings) -> Check:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return Check("python", State.OK, f"{found}, Sereno {__version__}")


def _packages(_: Settings) -> Check:
    missing = list(_missing())
    if missing:
        remedy = f"run pip install {' '.join(missing)}, or `make setup` again"
        return Check("packages", State.FAIL, f"missing: {', '.join(missing)}", remedy)
    return Check("packages", State.OK, "all that Sereno needs")


def _missing() -> Iterator[str]:
    """What Sereno's own metadata asks for and is not installed; extras aside."""
    for wanted in metadata.requires("sereno") or []:
        name = wanted.partition(";")[0]
        for mark in "<>=!~[ (":
            name = name.partition(mark)[0]
        if "extra" in wanted:
            continue
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.data_dir).free
    found = f"{free / 1e9:.1f} GB free at {settings.data_dir}"
    remedy = "free some space, or shorten SERENO_WAVEFORM_RETENTION"
    if free < FEW_FREE_BYTES:
        return Check("disk", State.FAIL, found, remedy)
    if free < LEAST_FREE_BYTES:
        return Check("disk", State.WARN, found, remedy)
    return Check("disk", State.OK, found)


def _clock(_: Settings) -> Check:
    now = datetime.now(UTC)
    if now < EARLIEST:
        return Check("clock", State.FAIL, f"{now:%Y-%m-%d %H:%M} UTC", "set the machine's clock")
    return Check("clock", State.OK, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _storage(settings: Settings) -> Check:
    from sereno.bootstrap import services

    started = time.perf_counter()
    with services(settings) as given:
        beds = len(given.views.patients(discharged=True))
        damaged = given.views.unreadable()
        given.leases.beat("doctor", {})  # a durable write
        whole = given.read_audit.whole()
    took = (time.perf_counter() - started) * 1000
    kind = "PostgreSQL" if settings.database_url else "SQLite"
    found = f"{kind} opens, writes and is unsealed in {took:.0f} ms; {beds} patients"
    if not whole:
        remedy = "so it is after a backup was restored; else find out who altered it"
        return Check("database", State.FAIL, "the audit log is not whole", remedy)
    if damaged:
        found = f"the records of {len(damaged)} patients are damaged: {', '.join(damaged)}"
        remedy = "look after them by other means, and see docs/how-to/back-up.md"
        return Check("database", State.FAIL, found, remedy)
    return Check("database", State.OK, found)


def _keys(settings: Settings) -> Check:
    if settings.keys.is_relative_to(settings.data_dir):
        remedy = "set SERENO_KEY_DIR to a folder that backups of the data leave out"
        return Check("keys", State.WARN, f"in {settings.keys}, beside the data", remedy)
    return Check("keys", State.OK, f"in {settings.keys}, apart from the data")


def _generator(settings: Settings) -> Check:
    from sereno.bootstrap import generator_server, known_generators

    wanted, known = settings.generator, known_generators()
    if wanted == "openai":
        try:
            return Check("generator", State.OK, generator_server(settings))
        except ModelError as refused:
            found, _, remedy = one_line(refused).partition("; ")
            return Check(
                "generator", State.WARN, found, f"{remedy}; until then the template writes"
            )
    if wanted in known:
        return Check("generator", State.OK, f"{wanted} writes the summaries")
    remedy = f"set SERENO_GENERATOR to one of: {', '.join(known)}; until then the template writes"
    return Check("generator", State.WARN, f"no generator is called {wanted!r}", remedy)


def _model(settings: Settings) -> Check:
    from sereno.bootstrap import verify_model

    info = verify_model(settings)
    tuned = f", tuned with the adapter {info.adapter[:16]}" if info.adapter else ""
    found = f"{info.name}, {info.bytes / 1e6:.0f} MB{tuned}, as it was built"
    return Check("model", State.OK, found)


def _runtime(settings: Settings) -> Check:
    from sereno.bootstrap import execution_providers

    providers = execution_providers()
    if not providers:
        remedy = "run pip install 'sereno[cpu]', or sereno[gpu] on a machine with an NVIDIA GPU"
        return Check("model runtime", State.WARN, "ONNX Runtime GenAI is not installed", remedy)
    wanted = settings.execution_provider
    if wanted not in ("auto", *providers):
        remedy = "set SERENO_EXECUTION_PROVIDER=auto"
        return Check("model runtime", State.FAIL, f"there is no {wanted} here", remedy)
    return Check("model runtime", State.OK, f"runs on {', '.join(providers)}; set to {wanted}")


def _processes(settings: Settings) -> Check:
    from sereno.bootstrap import services

    with services(settings) as given:
        system = given.views.system()
    alive = [name for name in system.ages if system.up(name)]
    if not alive:
        return Check("processes", State.OK, "`sereno run` is not running")
    if len(alive) < len(system.ages):
        remedy = f"look into {settings.data_dir / 'logs'}"
        return Check("processes", State.WARN, f"only {', '.join(alive)} give signs of life", remedy)
    return Check("processes", State.OK, f"{' and '.join(alive)} give signs of life")


def _sources(settings: Settings) -> Check:
    from sereno.bootstrap import services

    with services(settings) as given:
        system = given.views.system()
    if system.up("ingest") and system.failing:
        remedy = "mend SERENO_SOURCES or what it names; each is tried again until it can be read"
        return Check("sources", State.FAIL, "; ".join(system.failing), remedy)
    found = f"{len(settings.sources)} set; none of them fails"
    return Check("sources", State.OK, found if settings.sources else "none is set")


def _port(settings: Settings) -> Check:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    where = f"port {settings.port} on {settings.host}"
    if taken:
        remedy = "that is well if it is Sereno's; else set SERENO_PORT to another"
        return Check("port", State.WARN, f"{where} answers already", remedy)
    return Check("port", State.OK, f"{where} is free")


_CHECKS: "dict[str, Callable[[Settings], Check]]" = {
    "python": _python,
    "packages": _packages,
    "disk": _disk,
    "clock": _clock,
    "keys": _keys,
    "database": _storage,
    "generator": _generator,
    "model": _model,
    "model runtime": _runtime,
    "processes": _processes,
    "sources": _sources,
    "port": _port,
}
_STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


def _table(checks: list[Check]) -> Table:
    table = table_of("Sereno's health", "", "", "", "")
    table.show_header = False
    for check in checks:
        mark = f"[{_STYLES[check.state]}]{check.state.value}[/]"
        table.add_row(mark, check.name, check.found, check.remedy)
    return table
