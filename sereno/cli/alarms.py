"""`sereno alarms`: what asks for attention, and taking note of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from sereno.cli import summarize
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
from sereno.cli.patients import value_text
from sereno.domain.surveillance import Alarm, Condition, Direction
from sereno.domain.vitals import VITALS, Language, Signal
from sereno.services.since import Since

if TYPE_CHECKING:
    from sereno.services.explaining import Explained
    from sereno.services.views import AlarmRow

app = typer.Typer(help="List alarms, take note of them, and set limits.", no_args_is_help=True)


@app.command("list")
def list_alarms(
    reference: Annotated[
        str | None, typer.Argument(metavar="[PATIENT]", help="Of this patient alone.")
    ] = None,
    active: Annotated[
        bool, typer.Option("--active", help="Only those that still ask for attention.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """List alarms, the most urgent first, and of those what nobody has seen to.

    Those of who was discharged are listed with PATIENT alone.
    """
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference).id if reference else None
        rows = given.views.alarms(patient_id=patient, active=True if active else None)
        if patient:
            given.read_audit.note(me().name, "alarms_shown", patient)
    answer([told(row.alarm) for row in rows], as_json=as_json, table=table(rows))


@app.command("ack")
def acknowledge(
    alarm_id: Annotated[str, typer.Argument(metavar="ID", help="The alarm's id.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What you found or did.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Acknowledge an alarm."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        alarm = given.surveillance.acknowledge(alarm_id, reason, me())
    answer(told(alarm), as_json=as_json, table=f"{alarm.id} acknowledged: {text(alarm)}")


@app.command()
def explain(
    alarm_id: Annotated[str, typer.Argument(metavar="ID", help="The alarm's id.")],
    language: Annotated[
        Language | None, typer.Option(help="Of the text; the default is the setting's.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Tell what an alarm is about: since when, how far, and what else changed then."""
    from sereno.bootstrap import services

    settings = settings_for(data_dir, existing=True)
    with services(settings) as given:
        found = given.explaining.explain(alarm_id, language or settings.language)
        given.read_audit.note(me().name, "alarms_shown", found.alarm.patient)
    summary = {"alarm": told(found.alarm), "age_s": round(found.age.total_seconds())}
    whole = {**summarize.told(found.text), **summary, "gone_on": found.gone_on}
    said = summarize.text(found.text, Since())  # renewed instead
    answer(whole, as_json=as_json, table=f"{said}\n\n{_written(found)}")


def _written(found: "Explained") -> str:
    """When the text was written and by whom, and whether it is the newest word."""
    source, age = found.text.draft.source, round(found.age.total_seconds() / 60)
    ago = f"{age} min ago" if age else "just now"
    since = "; the alarm has gone on since" if found.gone_on else ""
    return f"Written {clock_time(found.text.created)}, {ago}, by the {source}{since}."


def told(alarm: Alarm) -> dict[str, Any]:
    """An alarm as JSON."""
    return {**plain(alarm), "active": alarm.active, "technical": alarm.condition.technical}


def table(rows: Sequence["AlarmRow"]) -> Table:
    """Alarms for people."""
    shown = table_of("Alarms", "id", "patient", "priority", "what", "raised", "ended", "operator")
    for row in rows:
        alarm = row.alarm
        shown.add_row(
            alarm.id,
            row.patient.label,
            alarm.priority.name.lower(),
            text(alarm) + _since(alarm),
            clock_time(alarm.raised),
            "present" if alarm.present else clock_time(alarm.ended),
            "" if alarm.operator.value == "none" else alarm.operator.value.replace("_", " "),
        )
    return shown


def _since(alarm: Alarm) -> str:
    """Since when its limit is passed, where that is not since it was raised."""
    if alarm.late:
        return f" from {clock_time(alarm.onset)}, received late"
    return f" since {clock_time(alarm.passed)}" if alarm.passed else ""


def text(alarm: Alarm) -> str:
    """What an alarm is about, in a few words."""
    if alarm.signal is None or alarm.direction is None:
        about = alarm.condition.value.replace("_", " ")
        name = VITALS[alarm.signal].name(Language.ENGLISH) if alarm.signal else alarm.source
        return f"{about}: {name}" if name else _score(alarm, about)
    vital = VITALS[alarm.signal]
    if alarm.signal is Signal.CONSCIOUSNESS:
        return f"{vital.name(Language.ENGLISH)} {value_text(alarm.signal, alarm.extreme or 0)}"
    side = "below" if alarm.direction is Direction.LOW else "above"
    worst = alarm.value if alarm.extreme is None else alarm.extreme
    number = () if worst is None else (value_text(alarm.signal, worst), unit_text(vital.unit))
    about = " ".join(part for part in (vital.name(Language.ENGLISH), *number) if part)
    return f"{about}, {side} {alarm.limit:g}"


def _score(alarm: Alarm, about: str) -> str:
    worst = alarm.value if alarm.extreme is None else alarm.extreme
    if alarm.condition is not Condition.SCORE or worst is None:
        return about
    return f"NEWS2 {worst:g}" + ("" if alarm.limit is None else f", {alarm.limit:g} or more")
