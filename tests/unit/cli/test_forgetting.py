"""Forgetting a patient, and what could not be read, from the command line."""

import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.cli import main
from sereno.domain.stream import Observation, Rejected, Subject
from sereno.domain.vitals import Signal
from sereno.services.letters import written
from sereno.settings import Settings

NAME = "Ana Zubizarreta"
RAW = b"PID|1||Zubizarreta\x1b[2J[red]\xff"
Sereno = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def sereno(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sereno:
    """Run a command: its exit code, and what it wrote on each stream."""
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


@pytest.fixture
def patient(settings: Settings) -> str:
    with services(settings) as given:
        given._foundation.store.commit([], [("hl7:1", Rejected(RAW, "not a header"))])
        return given._foundation.store.admit(Subject(identifier="MRN-1", name=NAME)).id


def test_a_patient_is_forgotten_and_no_longer_listed(sereno: Sereno, patient: str) -> None:
    asked = ("patients", "forget", NAME, "--reason", "asked in writing", "--yes", "--json")
    code, out, _ = sereno(*asked)

    told = json.loads(out)
    assert code == 0
    assert told["forgotten"] == patient
    assert "exported" in told["not_reached"]
    assert json.loads(sereno("patients", "--json")[1]) == []
    assert sereno(*asked)[0] == 3


def test_what_was_done_about_a_forgotten_patient_is_still_told_by_the_opaque_id(
    sereno: Sereno, patient: str
) -> None:
    sereno("patients", "forget", NAME, "--reason", "asked in writing", "--yes")
    told = json.loads(sereno("audit", "--patient", patient, "--json")[1])
    assert [each["action"] for each in told["lines"]] == ["forget"]
    newest = json.loads(sereno("audit", "--limit", "1", "--json")[1])["lines"]
    assert [(each["action"], each["patient"]) for each in newest] == [("audit_shown", patient)]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Maria Garcia Lopez", "the name of who is not here"),
        ("1234567890123456", "a number, which an opaque id may look like"),
        (NAME, "the name of who was forgotten"),
    ],
)
def test_what_is_typed_of_who_is_not_known_is_kept_nowhere(
    sereno: Sereno, settings: Settings, typed: str, why: str
) -> None:
    """The log outlives everybody: it names patients by the opaque ids that we gave them."""
    sereno("patients", "forget", NAME, "--reason", "asked in writing", "--yes")
    code, out, err = sereno("audit", "--patient", typed)
    assert (code, out) == (3, ""), "an empty list would look as if nobody had read about them"
    assert "sereno patients" in err
    with services(settings) as given:
        newest, *_ = lines = given._foundation.audit.read()
    assert (newest.action, newest.patient) == ("audit_shown", None)
    assert typed not in str(lines), why


def test_it_asks_before(sereno: Sereno, patient: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, out, err = sereno("patients", "forget", patient, "--reason", "asked in writing")

    assert code == 1
    assert out.strip() == ""
    assert NAME in err
    assert [each["id"] for each in json.loads(sereno("patients", "--json")[1])] == [patient]


def test_options_that_would_go_unheard_are_refused(sereno: Sereno, patient: str) -> None:
    code, _, err = sereno(
        "patients", "--data-dir", "elsewhere", "forget", patient, "--reason", "why", "--yes"
    )
    assert code == 2
    assert "behind" in err


@pytest.mark.usefixtures("patient")
def test_dead_letters_tell_no_content_unless_asked(sereno: Sereno) -> None:
    (letter,) = json.loads(sereno("dead-letters", "--json")[1])
    assert (letter["source"], letter["reason"]) == ("hl7:1", "not a header")
    assert "content" not in letter
    assert "Zubizarreta" not in sereno("dead-letters")[1]

    (letter,) = json.loads(sereno("dead-letters", "--show", "--json")[1])
    assert letter["content"] == "PID|1||Zubizarreta\x1b[2J[red]\\xff"
    shown = sereno("dead-letters", "--show")[1]
    assert "Zubizarreta" in shown
    assert "[red]" in shown
    assert "\x1b" not in shown


@pytest.mark.usefixtures("patient")
def test_a_dead_letter_is_put_aside_once(sereno: Sereno) -> None:
    (letter,) = json.loads(sereno("dead-letters", "--json")[1])
    asked = ("dead-letters", "settle", str(letter["id"]), "--reason", "a test", "--json")
    assert json.loads(sereno(*asked)[1]) == {"id": letter["id"]}
    assert json.loads(sereno("dead-letters", "--json")[1]) == []
    code, _, err = sereno(*asked)
    assert (code, "no dead letter" in err) == (3, True)


def test_values_of_nobody_are_replayed_as_a_patients(
    sereno: Sereno, settings: Settings, patient: str
) -> None:
    value = Observation(Signal.HEART_RATE, datetime.now(UTC), 84, "hl7:1/monitor")
    rows = json.dumps(written([value])).encode()
    with services(settings) as given:
        given._foundation.store.commit([], [("hl7:1", Rejected(rows, "it names no patient"))])
    newest, message = json.loads(sereno("dead-letters", "--json")[1])
    number = str(newest["id"])

    assert sereno("dead-letters", "replay", number)[0] == 2
    assert sereno("dead-letters", "replay", str(message["id"]), "--patient", NAME)[0] != 0
    code, out, _ = sereno("dead-letters", "replay", number, "--patient", NAME)

    assert (code, number in out) == (0, True)
    assert [each["id"] for each in json.loads(sereno("dead-letters", "--json")[1])] == [
        message["id"]
    ]
    with services(settings) as given:
        assert given._foundation.store.latest(patient)[Signal.HEART_RATE] == value
        lines = given.read_audit.lines(patient, 9)
    assert [(each.action, each.detail) for each in lines] == [("replay", f"dead letter {number}")]
    assert sereno("dead-letters", "replay", number, "--patient", NAME)[0] == 3


def test_no_source_that_reads_no_messages_reads_one_again(sereno: Sereno, patient: str) -> None:
    (letter,) = json.loads(sereno("dead-letters", "--json")[1])
    asked = ("replay", str(letter["id"]), "--patient", patient, "--source", "csv (source 1)")
    code, _, err = sereno("dead-letters", *asked)
    assert (code, "name one:" in err) == (3, True)


def test_no_dead_letters(sereno: Sereno) -> None:
    sereno("accounts", "list")  # makes the store
    assert "none" in sereno("dead-letters")[1]


def test_whose_record_can_not_be_read_is_said_and_can_be_forgotten(
    sereno: Sereno, settings: Settings, patient: str
) -> None:
    with closing(sqlite3.connect(settings.data_dir / "sereno.db")) as connection:
        connection.execute("DELETE FROM heads")
        connection.commit()

    code, out, err = sereno("patients", "--json")
    assert (code, json.loads(out)) == (0, [])
    assert f"{patient} can not be read" in err
    checks = {each["name"]: each for each in json.loads(sereno("doctor", "--json")[1])}
    assert checks["database"]["state"] == "fail"
    assert patient in checks["database"]["found"]
    assert sereno("vitals", patient)[0] == 6

    assert sereno("patients", "forget", patient, "--reason", "damaged", "--yes")[0] == 0
    assert sereno("patients", "--json")[2] == ""
