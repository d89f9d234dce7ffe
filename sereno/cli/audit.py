"""`sereno audit`: who did what to whom, and whether the log is whole."""

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

from sereno.cli.failures import UNWELL
from sereno.cli.options import DataDir, Json, answer, clock_time, err, me, settings_for, table_of
from sereno.domain.errors import Forgotten, NotFound

if TYPE_CHECKING:
    from sereno.bootstrap import Services

MOST: Final = 100_000
BROKEN: Final = (
    "the audit log is not whole: lines were removed, altered or put back; "
    "compare it with a backup (docs/how-to/back-up.md)"
)


def audit(
    patient: Annotated[
        str | None, typer.Option(metavar="PATIENT", help="About this patient alone.")
    ] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST, help="So many of the newest.")
    ] = 100,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """List who did what, the newest first, and verify that no line is missing.

    Ends with 10 where the log is not whole. That it was read becomes a line too.
    """
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        about = _id(given, patient) if patient else None
        whole, lines = given.read_audit.whole(), given.read_audit.lines(about, limit)
        given.read_audit.note(me().name, "audit_shown", about)
    table = table_of("Audit log", "line", "when", "who", "what", "patient", "detail")
    for each in lines:
        # Nothing that somebody typed is markup.
        told = (each.actor, each.action, each.patient or "", each.detail)
        table.add_row(str(each.number), clock_time(each.time), *map(Text, told))
    answer({"whole": whole, "lines": lines}, as_json=as_json, table=table)
    if not whole:
        err.print(BROKEN, style="red", markup=False)
        raise typer.Exit(UNWELL)


def _id(given: "Services", reference: str) -> str:
    """The opaque id. Raises NotFound for what is none and names nobody.

    That somebody asked is noted without what they typed: it may be a name, and the log is for good.
    """
    try:
        return given.views.find(reference).id
    except Forgotten:  # raised for the opaque id alone: nothing else of them is left to go by
        return reference
    except NotFound:
        given.read_audit.note(me().name, "audit_shown")
        raise
