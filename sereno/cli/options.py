"""What every command takes, and how it answers: a table for people, JSON for programs."""

import json
import os
import pwd
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console, RenderableType
from rich.table import Table

from sereno.cli import logs
from sereno.domain.errors import ConfigurationError
from sereno.domain.evidence import SUMMARIES, Form, Severity
from sereno.domain.roles import Actor
from sereno.domain.surveillance import Priority
from sereno.settings import Settings

FORMS: Final = f"<{'|'.join(SUMMARIES)}>"
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar="SERENO_DATA_DIR",
        show_envvar=True,
        help="Where Sereno keeps its data.",
        show_default="~/.local/share/sereno",
    ),
]

DEMO_DIR: Final = Path("~/.local/share/sereno-demo")  # of `sereno demo`, where none is given
# UCUM as people write it; scores and ordinals have none. JSON keeps UCUM.
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"Cel": "°C", "mm[Hg]": "mmHg", "1": "", "{score}": ""}
)
UNWRAPPED: Final = 200  # columns, where no terminal decides
out = Console(highlight=False, width=None if sys.stdout.isatty() else UNWRAPPED)
err = Console(stderr=True, highlight=False)


def of_a_window(form: Form) -> Form:
    """A form that covers a window of one's own choosing."""
    if form not in SUMMARIES:
        raise typer.BadParameter("an alarm is explained by `sereno alarms explain ID`")
    return form


def settings_for(
    data_dir: Path | None, process: str = "cli", *, existing: bool = False
) -> Settings:
    """The settings in force, and the log opened where they say.

    `existing` asks for a data directory that holds a store: a mistyped one is told and not made.
    Raises ConfigurationError that names what is wrong.
    """
    chosen: dict[str, Any] = {}
    if data_dir:
        chosen["data_dir"] = data_dir.expanduser().absolute()
    try:
        settings = Settings(**chosen)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise ConfigurationError(
            f"setting {name}: {first['msg']}; mend SERENO_{name.upper()} or sereno.toml"
        ) from None
    except SettingsError as invalid:
        raise ConfigurationError(_unreadable(invalid)) from None
    if existing:
        _see_that_it_exists(settings)
    try:
        logs.set_up(settings.data_dir, process)
    except OSError as refused:
        raise ConfigurationError(
            f"{settings.data_dir} can not be written ({refused.strerror}); give --data-dir"
        ) from refused
    return settings


def _see_that_it_exists(settings: Settings) -> None:
    from sereno.bootstrap import holds_store

    if holds_store(settings):
        return
    demo = DEMO_DIR.expanduser()
    look = f"; that of the demonstration is in {demo}" if demo.exists() else ""
    raise ConfigurationError(
        f"{settings.data_dir} holds no data of Sereno's; name its folder with --data-dir, "
        f"or read something in with `sereno ingest`{look}"
    )


def _unreadable(invalid: SettingsError) -> str:
    """A setting that is no JSON where it must be; the error's words name it, and quote nothing."""
    named = re.search(r'field "(\w+)"', str(invalid))
    name = f"SERENO_{named[1].upper()}" if named else "a setting"
    example = '["csv:/data/vitals.csv", "sim:ward?beds=2"]'
    return f"{name} can not be read; a list is written as JSON, such as {example}"


def me() -> Actor:
    """Who types: whom the operating system has signed in, not what the environment says.

    They hold the keys of the data directory, and need no account to act.
    """
    try:
        return Actor(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a container may run under a number that nobody named
        return Actor(f"uid {os.getuid()}")


def answer(data: Any, *, as_json: bool, table: RenderableType) -> None:
    """Print `data` as JSON, or `table` for people."""
    if as_json:
        sys.stdout.write(json.dumps(plain(data), ensure_ascii=False, indent=2) + "\n")
    else:
        out.print(table)


def plain(value: Any) -> Any:
    """`value` as what JSON can say: times in ISO 8601 UTC, durations in seconds."""
    for kind, turn in _PLAIN:
        if isinstance(value, kind):
            return turn(value)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value


_PLAIN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((Priority, Severity), lambda value: value.name.lower()),
    (Enum, lambda value: value.value),
    (str, lambda value: value),
    (datetime, lambda value: value.isoformat().replace("+00:00", "Z")),
    (date, lambda value: value.isoformat()),
    (timedelta, lambda value: value.total_seconds()),
    (Path, str),
    (Mapping, lambda value: {str(plain(key)): plain(each) for key, each in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [plain(each) for each in value]),
)


def table_of(title: str, *columns: str) -> Table:
    """An empty table in the house's look."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column == "id")
    return table


def unit_text(ucum: str | None) -> str:
    """A unit for people."""
    return _UNITS.get(ucum, ucum) if ucum else ""


def clock_time(moment: datetime | None) -> str:
    """A moment for people: UTC to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else ""
