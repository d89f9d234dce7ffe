"""docs/reference/cli.md says what `--help` says.

Written anew by: python tests/unit/cli/test_reference.py
"""

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

from sereno.cli import main

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
COMMANDS = (
    "",
    "demo",
    "run",
    "ingest",
    "patients",
    "patients discharge",
    "patients readmit",
    "patients forget",
    "vitals",
    "alarms list",
    "alarms ack",
    "alarms limits",
    "alarms limit",
    "summarize",
    "model build",
    "model info",
    "model verify",
    "accounts list",
    "accounts add",
    "accounts disable",
    "audit",
    "dead-letters",
    "doctor",
)
BEGIN = "## The commands\n"


def helped(command: str) -> str:
    out = io.StringIO()
    narrow = mock.patch.dict(os.environ, {"COLUMNS": "80", "TERM": "dumb"})
    with narrow, contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main([*command.split(), "--help"])
    return out.getvalue()


def commands() -> str:
    blocks = (f"\n```text\n{helped(command).rstrip()}\n```\n" for command in COMMANDS)
    return BEGIN + "".join(blocks)


def test_the_page_and_the_help_are_equal() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text[text.index(BEGIN) :] == commands(), __doc__


if __name__ == "__main__":
    kept = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(kept + commands(), encoding="utf-8")
