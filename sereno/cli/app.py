"""The commands and their groups, put together."""

import typer

from sereno.cli import (
    accounts,
    alarms,
    ask,
    audit,
    connectors,
    demo,
    doctor,
    evaluate,
    feedback,
    forgetting,
    ingest,
    keys,
    letters,
    limits,
    model,
    patients,
    processes,
    replay,
    run,
    stay,
    summarize,
)

app = typer.Typer(
    name="sereno",
    help="Watches patients' vital signs inside the clinic, alarms, and writes verified summaries. "
    "Decision support, not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("ingest")(ingest.ingest)
app.add_typer(connectors.app, name="connectors")
patients.app.command("discharge")(stay.discharge)
patients.app.command("readmit")(stay.readmit)
patients.app.command("forget")(forgetting.forget)
app.add_typer(patients.app, name="patients")
app.command("vitals")(patients.vitals)
alarms.app.command("limits")(limits.limits)
alarms.app.command("limit")(limits.limit)
app.add_typer(alarms.app, name="alarms")
app.command("summarize")(summarize.summarize)
app.command("replay-output")(replay.replay_output)
app.command("feedback")(feedback.feedback)
app.command("ask")(ask.ask)
app.add_typer(keys.app, name="keys")
model.app.add_typer(keys.app, name="keys", hidden=True)  # where keys began
app.add_typer(model.app, name="model")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(accounts.app, name="accounts")
app.command("audit")(audit.audit)
app.add_typer(letters.app, name="dead-letters")
app.command("doctor")(doctor.doctor)
app.add_typer(processes.app, name="process", hidden=True)
