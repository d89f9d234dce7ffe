"""`sereno ingest`: read sources into the store, scoring and alarming on the way."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from sereno.cli.failures import INTERRUPTED
from sereno.cli.options import DataDir, Json, answer, err, settings_for, table_of
from sereno.cli.turns import take_short_turns
from sereno.domain.errors import SourceError

if TYPE_CHECKING:
    from rich.table import Table

    from sereno.bootstrap import Services
    from sereno.services.ingestion import Ingestion, Tally


# How long a full disk is waited for, before the command gives up.
ROOM_WITHIN: Final = timedelta(seconds=10)
_NAMED: Final = 12  # of the columns that a source holds and nothing reads


def _speed(text: str) -> float | None:
    """`max` or a multiple of real time."""
    if text == "max":
        return None
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter("a speed is a number, 1 being real time, or max") from None


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Recordings: wfdb:PATH, csv:PATH[?map=FILE], parquet:PATH, edf:PATH, fit:PATH, "
            "health:PATH, vital:PATH. Until interrupted: folder:PATH, "
            "sim:ward?beds=12&scenario=sepsis, mllp://0.0.0.0:2575, mqtt://HOST/TOPIC, "
            "fhir+https://HOST/fhir, ble:ADDRESS. `sereno connectors list` has them all.",
        ),
    ],
    patient: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Whose it is, where the source names nobody: somebody on record, or new.",
        ),
    ] = None,
    speed: Annotated[
        str, typer.Option(metavar="X|max", help="Times real time, or as fast as possible.")
    ] = "1",
    shift: Annotated[
        bool, typer.Option("--shift", help="Move a recording's times to the present.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Read sources: seal, keep, score and alarm."""
    from sereno.bootstrap import services

    pace = _speed(speed)
    take_short_turns()
    try:
        with services(settings_for(data_dir)) as given:
            tally = ingest_all(
                given, sources, patient=patient, speed=pace, shift=shift, quiet=as_json
            )
    except KeyboardInterrupt:
        err.print("interrupted: what was acknowledged is kept")
        raise typer.Exit(INTERRUPTED) from None
    answer(tally.told(), as_json=as_json, table=_table(tally))
    if tally.failed:
        raise SourceError("; ".join(tally.failed))


def ingest_all(
    given: "Services",
    sources: Sequence[str],
    *,
    speed: float | None,
    patient: str | None = None,
    shift: bool = False,
    quiet: bool = False,
) -> "Tally":
    """Read `sources` to their end, telling a person how far it is.

    Raises KeyboardInterrupt where SIGINT or SIGTERM came first, once what was read is kept.
    """
    import anyio

    from sereno.bootstrap import new_holder
    from sereno.services.backoff import Backoff
    from sereno.services.ingestion import IngestBounds

    # Whoever typed the command sees what is wrong and can try again; nothing is tried for them.
    bounds = IngestBounds(source=Backoff(attempts=1), room=ROOM_WITHIN)
    opened = [given.source(each, patient=patient, speed=speed, shift=shift) for each in sources]
    with _watching(quiet=quiet) as show:
        holder = new_holder("cli")
        ingestion = given.ingestion(holder, opened, progress=show, bounds=bounds)
        stopped = anyio.run(_until_done, ingestion)
    if stopped:
        raise KeyboardInterrupt
    return ingestion.tally


async def _until_done(ingestion: "Ingestion") -> bool:
    """Ingest; Ctrl-C or SIGTERM stops reading, and what was read is kept. Whether one came."""
    import anyio

    stopped = False

    async def stop_on_signal() -> None:
        nonlocal stopped
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for _ in signals:
                stopped = True
                ingestion.stop()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stop_on_signal)
        await ingestion.run()
        tasks.cancel_scope.cancel()
    return stopped


@contextmanager
def _watching(*, quiet: bool) -> "Iterator[Callable[[Tally], None]]":
    """A line that counts, where a person watches."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=err, transient=True, disable=quiet or not err.is_terminal
    ) as progress:
        task = progress.add_task("reading")

        def show(tally: "Tally") -> None:
            kept = f"{tally.new:,} observations, {tally.waveforms_new:,} waveform chunks"
            progress.update(task, description=f"{kept}, {tally.alarms} alarms")

        yield show


def _table(tally: "Tally") -> "Table":
    table = table_of("Ingested", "", "")
    table.columns[1].justify = "right"
    told = tally.told()
    rows = {
        "patients": len(tally.patients),
        "observations received": tally.received,
        "  new": tally.new,
        "  corrections": tally.corrections,
        "  duplicates": tally.duplicates,
        "waveform chunks": tally.waveforms_new,
        "rejected": tally.rejected,
        "scores": tally.scores,
        "episodes": tally.episodes,
        "alarms raised": tally.alarms,
    }
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
        if name == "rejected":
            for reason, times in told["reasons"].items():
                table.add_row(Text(f"  {reason}"), f"{times:,}")
    for names in tally.unread.values():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        table.add_row(Text(f"not read: {', '.join(names[:_NAMED])}{more}"), f"{len(names):,}")
    for signal_name, qualities in told["signals"].items():
        counts = ", ".join(f"{count:,} {quality}" for quality, count in qualities.items())
        table.add_row(f"  {signal_name}", counts)
    return table
