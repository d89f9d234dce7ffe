"""`sereno dead-letters`: what arrived and could not be read."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from sereno.cli.options import DataDir, Json, answer, clock_time, me, settings_for, table_of

if TYPE_CHECKING:
    from sereno.services.views import DeadLetter

MOST: Final = 1000


def dead_letters(
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST, help="So many of the newest.")
    ] = 100,
    show: Annotated[
        bool, typer.Option("--show", help="With their content, which may name patients; audited.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """List what arrived and could not be read: when, from where, and why."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        if show:
            given.read_audit.insist(me().name, "dead_letters_shown")
        letters = given.views.dead_letters(limit)
    told = [_told(letter, show=show) for letter in letters]
    columns = ("when", "source", "reason", *(("content",) if show else ()))
    table = table_of("Dead letters", *columns)
    for each in told:
        # Nothing of it is markup, nor may it move the terminal's cursor.
        row = (each["source"], each["reason"], *((each["content"],) if show else ()))
        table.add_row(clock_time(each["time"]), *(Text(_printable(cell)) for cell in row))
    answer(told, as_json=as_json, table=table if told else "none: all that arrived could be read")


def _told(letter: "DeadLetter", *, show: bool) -> dict[str, Any]:
    what = letter.what
    told: dict[str, Any] = {"time": letter.time, "source": letter.source, "reason": what.reason}
    return {**told, "content": what.content.decode("utf-8", "backslashreplace")} if show else told


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)
