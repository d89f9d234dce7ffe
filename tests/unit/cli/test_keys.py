"""`sereno keys`: a key is shown once, and revoked by its name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sereno.cli import main

Sereno = Callable[..., tuple[int, str]]


@pytest.fixture
def sereno(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sereno:
    """Run a command; its exit code, and what it printed."""
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    return run


def test_a_key_is_made_listed_and_revoked(sereno: Sereno, tmp_path: Path) -> None:
    assert "sereno keys add NAME" in sereno("keys", "list")[1]
    _, told = sereno("keys", "add", "dictation [bold]", "--json")
    secret = json.loads(told)["key"]
    assert secret.startswith("sereno-")

    _, listed = sereno("keys", "list")
    assert "dictation [bold]" in listed, "no markup is read in a name"
    (key,) = json.loads(sereno("keys", "list", "--json")[1])
    assert set(key) == {"name", "created", "created_by", "scopes", "revoked"}
    assert key["revoked"] is None

    assert sereno("keys", "revoke", "dictation [bold]")[0] == 0
    (key,) = json.loads(sereno("keys", "list", "--json")[1])
    assert key["revoked"] is not None

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret.encode() not in kept
    actions = [each["action"] for each in json.loads(sereno("audit", "--json")[1])["lines"]]
    assert actions == ["api_key_revoked", "api_key_created"]


def test_for_people_the_key_stands_alone_so_that_it_can_be_piped(sereno: Sereno) -> None:
    code, told = sereno("keys", "add", "dictation")
    assert (code, len(told.split())) == (0, 1)


@pytest.mark.parametrize(
    ("command", "code"), [(("add", ""), 2), (("add", "taken"), 7), (("revoke", "nobody"), 3)]
)
def test_what_can_not_be_done_has_its_code(
    sereno: Sereno, command: tuple[str, str], code: int
) -> None:
    sereno("keys", "add", "taken")
    assert sereno("keys", *command)[0] == code


def test_a_key_is_made_for_what_is_said(sereno: Sereno) -> None:
    sereno("keys", "add", "ehr", "--scope", "fhir", "--scope", "fhir-export")
    sereno("model", "keys", "add", "dictation")
    scopes = {
        each["name"]: each["scopes"] for each in json.loads(sereno("keys", "list", "--json")[1])
    }
    assert scopes == {"ehr": ["fhir", "fhir-export"], "dictation": ["model"]}
    assert "fhir, fhir-export" in sereno("keys", "list")[1]
    assert sereno("keys", "add", "other", "--scope", "everything")[0] == 2
