"""Every `sereno ...` that a message or a page tells somebody to type can be typed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from sereno.cli.app import app

ROOT = Path(__file__).parents[3]
CODE = ("sereno", "inference", "connectors", "privacy", "streamlit_app")
FILES = [
    *(path for folder in CODE for path in (ROOT / folder).rglob("*.py")),
    *(ROOT / "docs").rglob("*.md"),
    ROOT / "README.md",
]
# In backticks, also over the two strings of a long message; or a line of a shell block.
SAID = re.compile(
    r"`(?:\.venv/bin/)?sereno ([^`\n]+)`|^(?:\.venv/bin/)?sereno ([^#\n]+)", re.MULTILINE
)
PLACEHOLDER = re.compile(r"[A-Z]+")


@cache
def commands() -> Any:
    """All of the command line, which takes a moment to put together."""
    return typer.main.get_command(app)


def quoted() -> list[tuple[str, str]]:
    found = [
        (str(path.relative_to(ROOT)), (match[1] or match[2]).strip())
        for path in FILES
        for match in SAID.finditer(path.read_text(encoding="utf-8"))
    ]
    return sorted({(said, where) for where, said in found})


def wrong_in(said: str) -> str | None:
    """The first word of `sereno SAID` that no command or option is called."""
    command = commands()
    words = said.split()
    while words and getattr(command, "commands", None):
        if words[0].startswith("-") or PLACEHOLDER.fullmatch(words[0]):
            break
        if words[0] not in command.commands:
            return words[0]
        command = command.commands[words.pop(0)]
    options = {"--help"}.union(*(each.opts for each in command.params))
    asked = [word.partition("=")[0] for word in words if word.startswith("-")]
    return next((option for option in asked if option not in options), None)


@pytest.mark.parametrize(("said", "where"), quoted(), ids=" in ".join)
def test_what_is_quoted_can_be_typed(said: str, where: str) -> None:
    assert wrong_in(said) is None, where


@pytest.mark.parametrize("said", ["model build --force", "models", "alarms acknowledge ID"])
def test_what_can_not_be_typed_is_found(said: str) -> None:
    assert wrong_in(said)


def test_messages_and_pages_are_both_looked_at() -> None:
    places = {Path(where).suffix for _, where in quoted()}
    assert places == {".py", ".md"}
