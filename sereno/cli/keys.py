"""`sereno keys`: which programs may ask the model, or read patients."""

from typing import Annotated

import typer
from rich.text import Text

from sereno.cli.options import DataDir, Json, answer, clock_time, me, settings_for, table_of
from sereno.domain.roles import Scope

app = typer.Typer(help="Make, list and revoke the keys of programs.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The program that has it.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            help="What it opens, and nothing else: the model's text (unless you say so), patients "
            "read by FHIR, or all of them exported at once. May be given several times."
        ),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir)) as given:
        secret = given.keys.add(name, me(), scope or [Scope.MODEL])
    answer({"name": name.strip(), "key": secret}, as_json=as_json, table=secret)


@app.command("list")
def list_(as_json: Json = False, data_dir: DataDir = None) -> None:
    """List the keys, those that were revoked too."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir)) as given:
        keys = given.keys.every()
    told = [
        {
            "name": each.name,
            "created": each.created,
            "created_by": each.created_by,
            "scopes": list(each.scopes),
            "revoked": each.revoked,
        }
        for each in keys
    ]
    table = table_of("API keys", "name", "opens", "made", "by", "revoked")
    for each in keys:
        table.add_row(
            Text(each.name),
            ", ".join(each.scopes),
            clock_time(each.created),
            each.created_by,
            clock_time(each.revoked),
        )
    nobody = "none yet: `sereno keys add NAME`"
    answer(told, as_json=as_json, table=table if keys else nobody)


@app.command()
def revoke(name: Name, as_json: Json = False, data_dir: DataDir = None) -> None:
    """Let a key in no more."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir)) as given:
        given.keys.revoke(name, me())
    answer({"name": name.strip(), "revoked": True}, as_json=as_json, table="revoked")
