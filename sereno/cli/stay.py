"""`sereno patients discharge` and `readmit`: the end of a patient's stay, and taking it back."""

from typing import Annotated

import typer

from sereno.cli.options import DataDir, Json, answer, me, plain, settings_for
from sereno.cli.patients import Reference, discharge_text


def discharge(
    reference: Reference,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, such as: gone home.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """End a patient's stay: alarms close, and they are no longer watched.

    What was measured stays. A good value that a monitor takes more than ten minutes later brings
    the patient back.
    """
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference)
        given.surveillance.discharge(patient.id, reason, me())
        patient = given.views.find(patient.id)
    done = f"{patient.label} is discharged: {discharge_text(patient)}"
    answer(plain(patient), as_json=as_json, table=done)


def readmit(reference: Reference, as_json: Json = False, data_dir: DataDir = None) -> None:
    """Take a discharge back: the patient is on the ward and watched again."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient = given.views.find(reference)
        given.surveillance.readmit(patient.id, me())
        patient = given.views.find(patient.id)
    answer(plain(patient), as_json=as_json, table=f"{patient.label} is on the ward again")
