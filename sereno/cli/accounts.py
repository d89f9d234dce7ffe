"""`sereno accounts`: who may sign in to the dashboard."""

import sys
from typing import Annotated, Final

import typer

from sereno.cli.options import DataDir, Json, answer, me, settings_for, table_of
from sereno.domain.roles import Role

app = typer.Typer(help="List who may sign in, add and disable accounts.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What they sign in as.")]
WHAT_EACH_MAY: Final = (
    "A clinician acknowledges, charts and orders; a viewer, such as a screen on the wall, reads "
    "only."
)


@app.command("list")
def list_(as_json: Json = False, data_dir: DataDir = None) -> None:
    """List the accounts."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir)) as given:
        accounts = given.access.accounts()
    table = table_of("Accounts", "name", "role", "")
    for each in accounts:
        table.add_row(each.name, each.role, "disabled" if each.disabled else "")
    nobody = "none yet: `sereno accounts add NAME`"
    answer(accounts, as_json=as_json, table=table if accounts else nobody)


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help=WHAT_EACH_MAY)] = Role.CLINICIAN,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Add an account; its password is asked for."""
    from sereno.bootstrap import services

    settings, password = settings_for(data_dir), _password()
    with services(settings) as given:
        given.access.create_account(name, password, me(), role=role)
    answer({"account": name}, as_json=as_json, table=f"{name} may sign in")


@app.command("password")
def password_(
    name: Name,
    role: Annotated[
        Role | None,
        typer.Option(help=WHAT_EACH_MAY, show_default="what the account is already"),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Give an account a new password, which is asked for; whoever is signed in is signed out.

    One that was disabled may sign in again.
    """
    from sereno.bootstrap import services

    settings, password = settings_for(data_dir), _password()
    with services(settings) as given:
        given.access.set_password(name, password, me(), role=role)
    answer({"account": name}, as_json=as_json, table=f"{name} may sign in with it")


@app.command()
def disable(name: Name, as_json: Json = False, data_dir: DataDir = None) -> None:
    """Let an account in no more, and end its sessions."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir)) as given:
        given.access.disable_account(name, me())
    answer({"account": name}, as_json=as_json, table=f"{name} may sign in no more")


def _password() -> str:
    """Typed twice, unseen; or the first line of what is piped in.

    Never an argument, which other users of the machine could see.
    """
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
