"""`sereno dead-letters`: what arrived and could not be read, and mending it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from sereno.cli.options import DataDir, Json, answer, clock_time, me, settings_for, table_of

if TYPE_CHECKING:
    from sereno.services.letters import LetterLine

MOST: Final = 1000
Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="As the list has it.")]

app = typer.Typer(
    help="List what arrived and could not be read: when, from where, and why; replay or settle it."
)


@app.callback(invoke_without_command=True)
def dead_letters(
    context: typer.Context,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST, help="So many of the newest.")
    ] = 100,
    show: Annotated[
        bool, typer.Option("--show", help="With their content, which may name patients; audited.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """List what arrived and could not be read: when, from where, and why; replay or settle it.

    What was replayed or settled is listed no more.
    """
    if context.invoked_subcommand is not None:
        return
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        if show:
            told = [
                _told(one.line) | {"content": one.text} for one in given.letters.shown(limit, me())
            ]
        else:
            told = [_told(one) for one in given.letters.newest(limit)]
    columns = ("id", "when", "source", "reason", *(("content",) if show else ()))
    table = table_of("Dead letters", *columns)
    for each in told:
        # Nothing of it is markup, nor may it move the terminal's cursor.
        row = (each["source"], each["reason"], *((each["content"],) if show else ()))
        cells = (Text(_printable(cell)) for cell in row)
        table.add_row(str(each["id"]), clock_time(each["time"]), *cells)
    answer(told, as_json=as_json, table=table if told else "none: all that arrived could be read")


@app.command()
def replay(
    number: Number,
    patient: Annotated[
        str | None,
        typer.Option(metavar="PATIENT", help="Whose values they are: an id, bed or name."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Read a message again as this source does; as the list has it."
        ),
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Read this in the message's place."
        ),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Take into the record what lay among the dead letters, once.

    Values of nobody are kept as those of PATIENT, with their own times and source. A message is
    read again by the source NAME. The letter is then settled.
    """
    from sereno.bootstrap import services

    if source is None and patient is None:
        raise typer.BadParameter("name whose values they are, with --patient")
    with services(settings_for(data_dir, existing=True)) as given:
        whose = None if patient is None else given.views.find(patient).id
        if source is None:
            asked = [given.letters.replay(number, whose or "", me())]
        else:
            message = given.letters.open(number, me()).text if text is None else text.read_text()
            asked = list(given.letters.reread(number, message, source, me(), whose))
        for each in asked:
            given.surveillance.settle(each.patient, each.command)
        labels = [given.views.find(each.patient).label for each in asked]
    done = f"dead letter {number} is in the record of {', '.join(dict.fromkeys(labels))}"
    told = {"id": number, "patients": [each.patient for each in asked]}
    answer(told, as_json=as_json, table=done)


@app.command()
def settle(
    number: Number,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, without names: it stays in the audit log.")
    ],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Put a dead letter aside: it is listed no more."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        given.letters.settle(number, reason, me())
    answer({"id": number}, as_json=as_json, table=f"dead letter {number} is put aside")


def _told(letter: "LetterLine") -> dict[str, Any]:
    return {
        "id": letter.number,
        "time": letter.time,
        "source": letter.source,
        "reason": letter.reason,
    }


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)
