"""`sereno connectors`: what can be read, whether it is there, and how it fares."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from sereno.cli.options import DataDir, Json, answer, settings_for, table_of

if TYPE_CHECKING:
    from sereno.services.sources import SourceView

app = typer.Typer(
    help="List what can be read, try a source, and see how those of a running ward fare.",
    no_args_is_help=True,
)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the schemes of sources, those of installed plug-ins too."""
    from sereno.bootstrap import known_schemes

    schemes = known_schemes()
    answer(schemes, as_json=as_json, table="\n".join(schemes))


@app.command("test")
def try_(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="As SERENO_SOURCES has it.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Try whether a source can be read now. Nothing is taken in."""
    import anyio

    from sereno.bootstrap import services, try_source

    with services(settings_for(data_dir)) as given:
        found = anyio.run(try_source, given, source)
    answer({"source": source.partition(":")[0], "found": found}, as_json=as_json, table=found)


@app.command()
def status(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Show how the sources of a running `sereno run` fare."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        sources = given.sources.all()
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
    nothing = "none: `sereno run` reads what SERENO_SOURCES names"
    answer([_told(each) for each in sources], as_json=as_json, table=table if sources else nothing)


def _told(source: "SourceView") -> dict[str, Any]:
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


def _clock(source: "SourceView") -> str:
    if source.skew is None:
        return "–"
    seconds = source.skew.total_seconds()
    way = "behind" if seconds > 0 else "ahead"
    return f"{abs(seconds):.1f} s {way}" if source.skewed else "right"
