"""`sereno patients` and `sereno vitals`: who is here, and how they are."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sereno.cli.options import (
    DataDir,
    Json,
    answer,
    clock_time,
    err,
    me,
    plain,
    settings_for,
    table_of,
    unit_text,
)
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality, derived_from
from sereno.domain.surveillance import Score
from sereno.domain.vitals import VITALS, Consciousness, Language, Signal

if TYPE_CHECKING:
    from rich.table import Table

    from sereno.services.views import BedView, PatientView

Reference = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The opaque id, or the name or bed they go by.")
]


app = typer.Typer(help="List the patients, discharge one, or forget one.")


@app.callback(invoke_without_command=True)
def patients(
    context: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help="Those discharged too.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """List the patients, the sickest first."""
    if context.invoked_subcommand is not None:
        refuse_options_before(context)
        return
    from sereno.bootstrap import services

    settings = settings_for(data_dir, existing=True)
    with services(settings) as given:
        ward = given.views.ward(discharged=everyone)
    table = _beds(ward.beds, everyone=everyone) if ward.beds else "no patients yet"
    answer([_bed(bed) for bed in ward.beds], as_json=as_json, table=table)
    for each in ward.unreadable:
        told = f"{each} can not be read and may not be watched: see docs/how-to/back-up.md"
        err.print(told, style="red", markup=False)


def refuse_options_before(context: typer.Context) -> None:
    """A command below has its own options: those before its name would go unheard."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"write the options behind `{context.invoked_subcommand}`")


def vitals(reference: Reference, as_json: Json = False, data_dir: DataDir = None) -> None:
    """Show a patient's vital signs and alarms."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference)
        given.read_audit.note(me().name, "vitals_shown", patient.id)
        view = given.views.patient(patient.id)
    answer(_vitals(view), as_json=as_json, table=_current(view))


def _bed(bed: "BedView") -> dict[str, Any]:
    return {
        **plain(bed.patient),
        "spo2_scale": int(bed.patient.spo2_scale),
        "newest": plain(bed.newest),
        "news2": score_told(bed.score),
        "active_alarms": len(bed.alarms),
    }


def _beds(beds: "tuple[BedView, ...]", *, everyone: bool) -> "Table":
    more = ("discharged",) if everyone else ()
    table = table_of("Patients", "id", "patient", "bed", "NEWS2", "alarms", "last sample", *more)
    for bed in beds:
        who = bed.patient.name or bed.patient.identifier
        alarms = str(len(bed.alarms)) if bed.alarms else ""
        row = (bed.patient.id, who, bed.patient.bed or "", score_text(bed.score), alarms)
        end = (discharge_text(bed.patient),) if everyone else ()
        table.add_row(*row, clock_time(bed.newest), *end)
    return table


def discharge_text(patient: Patient) -> str:
    """When somebody was discharged and by whom; empty for who is here."""
    end = patient.discharged
    return f"{clock_time(end.at)} by {end.by}" if end else ""


def _vitals(view: "PatientView") -> dict[str, Any]:
    return {
        "patient": view.patient.id,
        "discharged": plain(view.patient.discharged),
        "now": plain(view.now),
        "signals": [
            {
                "signal": signal.value,
                "value": reading.observation.value,
                "unit": VITALS[signal].unit,
                "time": plain(reading.observation.time),
                "quality": reading.observation.quality.value,
                "source": reading.observation.source,
                "derived": derived_from(reading.observation.source),
                "stale": _stale(view.now, reading.observation.time, reading.stale_after),
            }
            for signal, reading in sorted(view.readings.items())
        ],
        "news2": score_told(view.score),
        "qsofa": score_told(view.qsofa),
        "alarms": [plain(alarm) for alarm in view.alarms],
    }


def _current(view: "PatientView") -> "Table":
    scores = f"NEWS2 {score_text(view.score)}, qSOFA {score_text(view.qsofa)}"
    title = f"{view.patient.label}: {scores}, {len(view.alarms)} alarms"
    if view.patient.discharged:
        title = f"{view.patient.label}: discharged {discharge_text(view.patient)}"
    table = table_of(title, "sign", "value", "unit", "taken", "")
    for signal, reading in sorted(view.readings.items()):
        taken = reading.observation.time
        mark = "" if reading.usable else reading.observation.quality.value.replace("_", " ")
        if not mark and _stale(view.now, taken, reading.stale_after):
            mark = "old"
        if waveform := derived_from(reading.observation.source):
            mark = f"from {waveform} {mark}".strip()
        value = _reading_text(signal, reading.observation)
        name = VITALS[signal].name(Language.ENGLISH)
        unit = unit_text(VITALS[signal].unit)
        table.add_row(name, value, unit, clock_time(taken), mark)
    return table


def _stale(now: datetime, taken: datetime, after: timedelta) -> bool:
    return now - taken > after


def _reading_text(signal: Signal, observation: Observation) -> str:
    """Its value; what stands for one while a sensor is off is none."""
    if observation.quality is Quality.SENSOR_OFF:
        return "--"
    return value_text(signal, observation.value)


def value_text(signal: Signal, value: float) -> str:
    """A value as a person reads it: ordinals by their letter or word, the rest to its decimals."""
    if signal is Signal.OXYGEN_GIVEN:
        return "yes" if value else "no"
    if signal is Signal.CONSCIOUSNESS and value in {each.value for each in Consciousness}:
        return Consciousness(int(value)).letter
    vital = VITALS[signal]
    return f"{vital.rounded(value):.{vital.decimals}f}"


def score_text(score: Score | None) -> str:
    """A score in a word: its total, or the range that a partial one may take."""
    if score is None or score.total is None:
        return "-"
    if not score.partial:
        return str(score.total)
    return f"{score.lowest} to {score.highest} (partial)"


def score_told(score: Score | None) -> dict[str, Any] | None:
    """A score as JSON; of a partial one `response` is the least that it asks for."""
    if score is None:
        return None
    worst = plain(score.worst_response)
    return {**plain(score), "partial": score.partial, "worst_response": worst}
