"""What clinicians made of summaries, told on the command line for tuning."""

import json
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.cli import main
from sereno.domain.roles import Actor
from sereno.domain.stream import Subject
from sereno.settings import Settings
from tests.unit.services.test_feedback import EDIT, written


def test_decisions_are_told_line_by_line_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))
    with services(Settings(data_dir=tmp_path)) as given:
        store = given._foundation.store
        patient = store.admit(Subject(identifier="MRN-1", name="Ana Zubizarreta"))
        store.keep_summary(written(patient))
        edit = given.feedback.edit("s1", EDIT, "seen", Actor("nora"))
        given.feedback.accept("s1", Actor("nora"), of=edit.id)
    with pytest.raises(SystemExit) as ended:
        main(("feedback",))
    assert not ended.value.code
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["verdict"], first["edit"], first["reason"]) == ("edited", EDIT, "seen")
    standings = [each["standing"] for each in first["checked"]["findings"]]
    assert standings == ["verified", "unchecked", "unverified"]
    assert (second["verdict"], second["original"], second["edit"]) == ("accepted", EDIT, None)
    assert len(first["evidence_hash"]) == 64
    assert first["evidence"]["facts"][1]["labels"]["text"] == "wants to be called"
    assert not {"nora", "ines", patient.id, "MRN-1"} & set(json.dumps([first, second]).split('"'))
    with services(Settings(data_dir=tmp_path)) as given:
        assert given.read_audit.lines(patient.id, 1)[0].action == "feedback_exported"
