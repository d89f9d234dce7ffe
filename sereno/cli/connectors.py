"""`sereno connectors`: what can be read, who can be told, how they fare, and how well made."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Group
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from sereno.cli.failures import UNWELL
from sereno.cli.options import DataDir, Json, answer, err, out, settings_for, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from sereno.bootstrap import Finding, Trial
    from sereno.services.destinations import DestinationView
    from sereno.services.sources import SourceView

_STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {"ok": "green", "warn": "yellow", "fail": "red", "skip": "dim"}
)
_SAID: Final[Mapping[str, str]] = MappingProxyType(
    {"ok": "kept", "warn": "kept with a remark", "fail": "broken", "skip": "not tried"}
)
_UNWELL: Final = ("fail", "skip")

app = typer.Typer(
    help="List, try and watch sources and destinations; begin and check connectors.",
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
def check(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SCHEME|SOURCE",
            help="A scheme with a device to be tried with (fhir, mllp, mqtt, a plug-in's), or a "
            "recording, such as csv:PATH.",
        ),
    ],
    patient: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose a recording is that names nobody.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="NAME", help="Try this rule alone; may be given again."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold a connector to the rules of all connectors, and say what mends it.

    A device is made to speak, to be cut, to send twice, late and rubbish; Sereno reads it into a
    store that is thrown away, and is killed meanwhile. It takes minutes. The exit code is 10 where
    a rule is broken, or none could be tried.
    """
    from sereno.bootstrap import trials

    logging.getLogger().addHandler(logging.NullHandler())  # what the readers say is not asked for
    found = _tried(_chosen(trials(what, patient), only or []), quiet=as_json)
    verdict = _worst(found)
    told = {"connector": what.partition(":")[0], "verdict": verdict, "rules": found}
    answer(told, as_json=as_json, table=_report(found))
    if verdict in _UNWELL:
        raise typer.Exit(UNWELL)


@app.command()
def new(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Where the project is written; made if need be."),
    ],
    scheme: Annotated[
        str, typer.Option(metavar="NAME", help="What its sources begin with, such as pump.")
    ],
) -> None:
    """Write a small project for a connector of your own: it installs, and its tests pass."""
    from sereno.bootstrap import new_connector

    written = new_connector(folder, scheme)
    for path in written:
        out.print(Text(str(path)))
    out.print(Text(f"next: pip install -e '{folder}[dev]' && sereno connectors check {scheme}"))


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


def _chosen(tried: "list[Trial]", only: list[str]) -> "list[Trial]":
    names = [each.rule for each in tried]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise typer.BadParameter(f"no rule is called {unknown[0]!r}; they are: {', '.join(names)}")
    return [each for each in tried if not only or each.rule in only]


def _tried(tried: "list[Trial]", *, quiet: bool) -> "list[Finding]":
    """What comes of each, one after the other, telling a person how far it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    found = []
    with Progress(
        *columns, console=err, transient=True, disable=quiet or not err.is_terminal
    ) as progress:
        task = progress.add_task("")
        for number, each in enumerate(tried, 1):
            progress.update(task, description=f"{number} of {len(tried)}: {each.promise}")
            found.append(each.run())
    return found


def _worst(found: "list[Finding]") -> str:
    verdicts = {each.verdict.value for each in found}
    tried = verdicts - {"skip"}
    return next((each for each in ("fail", "warn", "ok") if each in tried), "skip")


def _report(found: "list[Finding]") -> Group:
    table = table_of("How it keeps the rules of a connector", "", "", "")
    table.show_header = False
    for each in found:
        verdict = each.verdict.value
        table.add_row(Text(verdict, _STYLES[verdict]), Text(each.rule), Text(each.promise))
        for line in (each.found, f"mend it: {each.remedy}" if each.remedy else ""):
            if line:
                table.add_row("", "", Text(f"  {line}", _STYLES[verdict]))
    counts = Counter(each.verdict.value for each in found)
    total = ", ".join(f"{counts[verdict]} {said}" for verdict, said in _SAID.items())
    return Group(table, Text(f"\n{total}"))


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
