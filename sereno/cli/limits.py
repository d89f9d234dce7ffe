"""`sereno alarms limits` and `sereno alarms limit`: when a patient's alarms are raised."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from sereno.cli.options import (
    DataDir,
    Json,
    answer,
    clock_time,
    me,
    plain,
    settings_for,
    table_of,
    unit_text,
)
from sereno.cli.patients import Reference, value_text
from sereno.domain.patients import Patient
from sereno.domain.surveillance import Direction, Limit, Priority
from sereno.domain.vitals import VITALS, Kind, Signal

if TYPE_CHECKING:
    from sereno.services.limits import LimitInForce


class Urgency(StrEnum):
    """The priorities by name."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def limits(reference: Reference, as_json: Json = False, data_dir: DataDir = None) -> None:
    """List the limits in force for a patient, and who set the patient's own."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference)
        given.read_audit.note(me().name, "limits_shown", patient.id)
        found = given.views.limits(patient.id)
    answer([told(each) for each in found], as_json=as_json, table=table(patient, found))


def limit(  # noqa: PLR0913, PLR0917 - each is an argument or option of the command
    reference: Reference,
    signal: Annotated[str, typer.Argument(metavar="SIGNAL", help="Such as spo2 or heart_rate.")],
    direction: Annotated[Direction, typer.Argument(metavar="low|high", help="The abnormal side.")],
    value: Annotated[
        float, typer.Argument(metavar="VALUE", help="Beyond it is abnormal; in the signal's unit.")
    ],
    priority: Annotated[Urgency, typer.Option(help="Of the alarm that it raises.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the patient.")],
    delay: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Abnormal so long before it alarms.", show_default="as before"
        ),
    ] = None,
    hysteresis: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Back inside by so much before it ends.", show_default="as before"
        ),
    ] = None,
    latching: Annotated[
        bool | None,
        typer.Option(
            "--latching/--no-latching",
            help="Stay until acknowledged; high priority always does.",
            show_default="as before",
        ),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Set a patient's own limit in the place of that signal, side and priority's."""
    from sereno.bootstrap import services
    from sereno.services.limits import Asked, filled_in

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference)
        known = [each.limit for each in given.views.limits(patient.id)]
        asked = filled_in(
            Asked(
                signal=_signal(signal), direction=direction, value=value,
                priority=Priority[priority.name], hysteresis=hysteresis, delay=_seconds(delay),
                latching=latching,
            ),
            known,
        )  # fmt: skip
        given.surveillance.set_limit(patient.id, asked, reason, me())
        found = given.views.limits(patient.id)
    answer([told(each) for each in found], as_json=as_json, table=table(patient, found))


def told(each: "LimitInForce") -> dict[str, Any]:
    """A limit as JSON; who set it is null where it is the default or not known."""
    own = each.own
    by, at, reason = (own.by, own.at, own.reason) if own else (None, None, None)
    unit = VITALS[each.limit.signal].unit
    return {
        **plain(each.limit), "unit": unit, "own": own is not None,
        "set_by": by, "set_at": plain(at), "reason": reason,
    }  # fmt: skip


def table(patient: Patient, found: "tuple[LimitInForce, ...]") -> Table:
    """Limits for people."""
    columns = ("signal", "beyond", "priority", "delay", "hysteresis", "latches", "set by")
    shown = table_of(f"{patient.label}: limits in force", *columns, "when", "why")
    for each in found:
        one, own = each.limit, each.own
        who = (own.by or "not known", clock_time(own.at), own.reason or "") if own else ("", "", "")
        shown.add_row(
            one.signal.value, _beyond(one), one.priority.name.lower(),
            f"{one.delay.total_seconds():g} s", f"{one.hysteresis:g}",
            "yes" if one.latching else "", *map(Text, who),
        )  # fmt: skip
    return shown


def _beyond(one: Limit) -> str:
    side = "<" if one.direction is Direction.LOW else ">"
    number = value_text(one.signal, one.value)
    return f"{side} {number} {unit_text(VITALS[one.signal].unit)}".rstrip()


def _signal(name: str) -> Signal:
    known = [signal.value for signal in Signal if VITALS[signal].kind is not Kind.WAVEFORM]
    if name not in known:
        raise typer.BadParameter(
            f"no limit can be set for {name!r}; name one of {', '.join(known)}"
        )
    return Signal(name)


def _seconds(delay: float | None) -> timedelta | None:
    try:
        return None if delay is None else timedelta(seconds=delay)
    except (OverflowError, ValueError):
        raise typer.BadParameter("a delay is a number of seconds, such as 10") from None
