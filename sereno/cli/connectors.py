"""`sereno connectors`: what can be read, who can be told, and how they fare."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from sereno.cli.options import DataDir, Json, answer, settings_for, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sereno.services.destinations import DestinationView
    from sereno.services.sources import SourceView

app = typer.Typer(
    help="List what can be read and who can be told, try one, and see how those of a ward fare.",
    no_args_is_help=True,
)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the schemes of sources and of destinations, those of installed plug-ins too."""
    from sereno.bootstrap import known_destination_schemes, known_schemes

    told = {"sources": known_schemes(), "destinations": known_destination_schemes()}
    lines = [f"{kind}:\n  " + "\n  ".join(schemes) for kind, schemes in told.items()]
    answer(told, as_json=as_json, table="\n".join(lines))


@app.command("test")
def try_(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="As SERENO_SOURCES or SERENO_DESTINATIONS has it."),
    ],
    out: Annotated[
        bool, typer.Option("--destination", help="It is to be told, where it could be read too.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Try whether a source can be read, or a destination reached. Nothing is taken in or told."""
    import anyio

    from sereno.bootstrap import is_destination, services, try_destination, try_source

    with services(settings_for(data_dir)) as given:
        told = out or is_destination(given, source)
        found = anyio.run(try_destination if told else try_source, given, source)
    kind = "destination" if told else "source"
    answer({kind: source.partition(":")[0], "found": found}, as_json=as_json, table=found)


@app.command()
def status(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Show how the sources and the destinations of a running `sereno run` fare."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        sources, destinations = given.sources.all(), given.sources.destinations()
    told = {
        "sources": [_told(each) for each in sources],
        "destinations": [_told(each) for each in destinations],
    }
    nothing = "none: `sereno run` reads what SERENO_SOURCES names"
    answer(told, as_json=as_json, table=_sources(sources) if sources else nothing)
    if destinations and not as_json:
        answer(None, as_json=False, table=_destinations(destinations))


def _sources(sources: "Sequence[SourceView]") -> "Table":
    table = table_of(
        "Sources", "source", "state", "a minute", "values", "patients", "newest", "clock", "unread"
    )
    for each in sources:
        table.add_row(
            *(Text(cell) for cell in (
                each.name, each.state.value, f"{each.per_minute:,}", f"{each.values:,}",
                f"{each.patients:,}", _age(each.lag), _clock(each), f"{each.rejected:,}",
            ))
        )  # fmt: skip
        for line in _remarks(each):
            table.add_row(Text(line))
    return table


def _destinations(destinations: "Sequence[DestinationView]") -> "Table":
    table = table_of(
        "Destinations", "destination", "state", "told", "waiting", "for", "refused", "given up"
    )
    for each in destinations:
        table.add_row(
            *(Text(cell) for cell in (
                each.name, each.state.value, f"{each.told:,}", f"{each.waiting:,}",
                _length(each.behind), f"{each.refused:,}", f"{each.given_up:,}",
            ))
        )  # fmt: skip
        if each.fails and each.error:
            table.add_row(Text(f"  {each.error}"))
    return table


def _told(source: "SourceView | DestinationView") -> dict[str, Any]:
    return {
        name: round(value.total_seconds(), 3) if isinstance(value, timedelta) else value
        for name, value in asdict(source).items()
    }


def _remarks(source: "SourceView") -> list[str]:
    """What is wrong, and what could not be read."""
    wrong = [f"  {source.error}"] if source.fails and source.error else []
    return wrong + [f"  {times:,} x {reason}" for reason, times in source.reasons.items()]


def _age(age: timedelta | None) -> str:
    if age is None:
        return "–"
    seconds = age.total_seconds()
    return f"{seconds:.0f} s ago" if seconds >= 0 else f"{-seconds:.0f} s ahead"


def _length(length: timedelta | None) -> str:
    """A length of time, in the largest unit of which there are two."""
    if length is None:
        return "–"
    seconds = max(length.total_seconds(), 0.0)
    for unit, of in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * of:
            return f"{seconds / of:.0f} {unit}"
    return f"{seconds:.0f} s"


def _clock(source: "SourceView") -> str:
    if source.skew is None:
        return "–"
    seconds = source.skew.total_seconds()
    way = "behind" if seconds > 0 else "ahead"
    return f"{abs(seconds):.1f} s {way}" if source.skewed else "right"
