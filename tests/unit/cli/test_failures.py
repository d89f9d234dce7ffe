"""What goes wrong is one line and a code; the log says where it came from and quotes nothing."""

import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from sereno.cli import logs, main
from sereno.cli.failures import exit_code, one_line
from sereno.domain import errors
from tests.support import require

CODES = [
    (errors.NotFound("no such patient"), 3),
    (errors.ConfigurationError("set it"), 4),
    (errors.InvalidEntry("enter it again"), 2),
    (errors.MalformedInput("torn"), 5),
    (errors.StorageFull("free some space"), 6),
    (errors.KeyUnavailable("put it back"), 6),
    (errors.Conflict("stop the other"), 7),
    (errors.ModelMissing("build one"), 8),
    (errors.TooManyAttempts("wait"), 9),
    (ValueError("Ana Pérez"), 1),
    (ExceptionGroup("", [ExceptionGroup("", [ValueError(), errors.SourceError("plug in")])]), 5),
    (ExceptionGroup("", [ValueError()]), 1),
]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_an_error_has_a_code_and_one_line(error: Exception, code: int) -> None:
    assert exit_code(error) == code
    assert "\n" not in one_line(error)


def test_an_unexpected_error_quotes_nothing_and_leaves_its_places_in_the_log(
    tmp_path: Path,
) -> None:
    logs.set_up(tmp_path, "test")
    try:
        float("Ana Pérez, 42 years")
    except ValueError as error:
        told = one_line(error)
    logging.getLogger("sqlalchemy.engine").error("INSERT %s", "Ana Pérez")
    logging.shutdown()

    log = (tmp_path / "logs" / "test.log").read_text()
    assert "Ana" not in told + log
    first, second = (json.loads(line) for line in log.splitlines())
    assert first["error"]["kind"] == "ValueError"
    assert "test_failures.py" in first["error"]["places"][0]
    assert second["message"] == "INSERT %s"


def test_a_log_on_a_full_disk_says_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require(Path("/dev/full").exists(), "no /dev/full: a system without one")
    monkeypatch.setattr(logging, "raiseExceptions", True)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "test.log").symlink_to("/dev/full")

    logs.set_up(tmp_path, "test")
    logging.getLogger("sereno").error("%s", "the disk is full")
    (handler,) = (each for each in logging.root.handlers if isinstance(each, logging.FileHandler))
    logging.root.removeHandler(handler)
    with contextlib.suppress(OSError):
        handler.close()

    assert capsys.readouterr().err == ""


WRONG = [
    (["nonsense"], 2),
    (["ingest"], 2),
    (["ingest", "csv:/nonexistent.csv"], 5),
    (["ingest", "nonsense:x"], 5),
    (["ingest", "csv:x", "--speed", "quick"], 2),
    (["vitals", "nobody"], 3),
    (["summarize", "nobody"], 3),
    (["alarms", "ack", "none", "--reason", "seen"], 3),
    (["model", "info"], 8),
    (["model", "verify"], 8),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG, ids=[" ".join(each[0]) for each in WRONG])
def test_a_command_that_fails_says_so_in_a_line_without_a_traceback(
    arguments: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SERENO_MODEL_DIR", str(tmp_path / "model"))
    with pytest.raises(SystemExit):
        main(["accounts", "list"])  # makes the store
    capsys.readouterr()

    with pytest.raises(SystemExit) as ended:
        main(arguments)

    told = capsys.readouterr()
    assert ended.value.code == code
    assert "Traceback" not in told.err
    assert told.out == ""
    if code != 2:
        assert told.err.startswith("sereno: ")
        assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize(("name", "value"), [("SERENO_PORT", "99999"), ("SERENO_ZONE", "Madrid")])
def test_a_wrong_setting_is_named(
    name: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as ended:
        main(["patients"])

    assert ended.value.code == 4
    assert name in capsys.readouterr().err


BROKEN_PAGE = """
import sys
from pathlib import Path
from sereno.cli import logs
logs.set_up(Path(sys.argv[1]), "web")
from sereno import asgi
from sereno.settings import Settings
asgi._configure(Settings())
logs.adopt("streamlit", "uvicorn")
from streamlit.error_util import handle_uncaught_app_exception
try:
    raise ValueError("Ana Zubizarreta is 42")
except ValueError as broken:
    handle_uncaught_app_exception(broken)
"""


def test_a_page_that_breaks_leaves_its_places_in_the_log_and_its_words_nowhere(
    tmp_path: Path,
) -> None:
    """Streamlit prints an uncaught error with its words, where it is left to itself."""
    command = [sys.executable, "-c", BROKEN_PAGE, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    kept = (tmp_path / "logs" / "web.log").read_text()
    assert "Zubizarreta" not in told.stdout + told.stderr + kept
    (line,) = [json.loads(each) for each in kept.splitlines() if "error" in json.loads(each)]
    assert line["error"]["kind"] == "ValueError"
