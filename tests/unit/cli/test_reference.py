"""docs/reference/cli.md says what `--help` says.

Written anew by: python tests/unit/cli/test_reference.py
"""

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

import pytest

from sereno.cli import main
from sereno.ports import CommandKind

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
COMMANDS = (
    "",
    "demo",
    "run",
    "ingest",
    "connectors list",
    "connectors test",
    "connectors check",
    "connectors new",
    "connectors status",
    "patients",
    "patients discharge",
    "patients readmit",
    "patients forget",
    "vitals",
    "alarms list",
    "alarms explain",
    "alarms ack",
    "alarms limits",
    "alarms limit",
    "summarize",
    "replay-output",
    "feedback",
    "ask",
    "evaluate summaries",
    "evaluate mutations",
    "evaluate questions",
    "model build",
    "model info",
    "model verify",
    "model list",
    "model use",
    "model compare",
    "model tune",
    "model import",
    "model serve",
    "keys add",
    "keys list",
    "keys revoke",
    "accounts list",
    "accounts add",
    "accounts password",
    "accounts disable",
    "audit",
    "dead-letters",
    "dead-letters replay",
    "dead-letters settle",
    "doctor",
)
AUDIT = PAGE.with_name("audit.md")
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


@pytest.mark.parametrize("kind", CommandKind)
def test_whatever_can_be_asked_for_is_explained_as_a_line_of_the_audit_log(
    kind: CommandKind,
) -> None:
    assert f"`{kind.value}`" in AUDIT.read_text(encoding="utf-8")


if __name__ == "__main__":
    kept = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(kept + commands(), encoding="utf-8")
