"""`sereno patients forget`: what was kept of somebody becomes unreadable, for good."""

from typing import Annotated, Final

import typer

from sereno.cli.options import DataDir, Json, answer, me, settings_for
from sereno.cli.patients import Reference

BEYOND: Final = (
    "Not reached: what was exported or copied before it was sealed (recordings, files, prints), "
    "and old copies of the key folder: replace or delete those"
)


def forget(
    reference: Reference,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, for the audit log; name nobody in it.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Forget a patient for good, in every backup of the data too.

    The patient's keys are destroyed, and what they sealed is deleted. It is not done while another
    process watches the patient. What was exported, and old copies of the key folder, are not
    reached.
    """
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        patient, known = given.forgetting.who(reference)
        if not yes:
            named = f"{known.label} ({patient})" if known else patient
            typer.confirm(f"Forget {named} for good?", abort=True, err=True)
        given.forgetting.forget(patient, reason, me().name)
    told = {"forgotten": patient, "not_reached": BEYOND}
    answer(told, as_json=as_json, table=f"{patient} is forgotten. {BEYOND}.")
