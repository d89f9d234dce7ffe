"""The commands on a real recording: their answers for programs and for people."""

import io
import json
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from sereno.bootstrap import services
from sereno.bootstrap.processes import command_line, new_holder, surroundings
from sereno.cli import main
from sereno.cli.options import me
from sereno.domain.stream import Subject
from sereno.domain.surveillance import OperatorState
from sereno.ports import Commit
from sereno.services.summarisation import MODEL_LEASE
from sereno.settings import Settings
from tests.contract.store.records import alarm
from tests.fakes.clock import MINUTE
from tests.fakes.streams import NOON
from tests.support import require

Sereno = Callable[..., str]
NAME = "Ana Zubizarreta"
LOW = 73  # a saturation that no other number in a log would be


def running(capsys: pytest.CaptureFixture[str]) -> Sereno:
    """Run a command that ends well; what it printed."""

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        assert ended.value.code in (0, None), told.err
        return told.out

    return run


@pytest.fixture
def sereno(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sereno:
    """Over a folder that is this test's own, which holds nothing yet."""
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SERENO_MODEL_DIR", str(tmp_path / "no-model"))
    return running(capsys)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour at a value a second; the last ten minutes of low saturation."""
    path, chance = tmp_path_factory.mktemp("recording") / "bed.csv", random.Random(3)
    with path.open("w") as file:
        file.write("Time [s], HR, RESP, SpO2\n")
        for second in range(3600):
            spo2 = LOW if second > 3000 else 97
            file.write(f"{second}, {80 + chance.randint(-2, 2)}, 16, {spo2}\n")
    return path


@pytest.fixture(scope="module")
def kept(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A data folder with the recording in it, to be copied; and what its ingestion told."""
    folder, told = tmp_path_factory.mktemp("kept") / "data", io.StringIO()
    source = f"csv:{recording}"
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told):
        patch.setenv("SERENO_DATA_DIR", str(folder))
        with pytest.raises(SystemExit) as ended:
            main(("ingest", source, "--speed", "max", "--patient", NAME, "--json"))
    assert ended.value.code in (0, None)
    return folder, dict(json.loads(told.getvalue()))


@pytest.fixture
def ingested(
    sereno: Sereno,  # noqa: ARG001 - names the folder
    kept: tuple[Path, dict[str, Any]],
    tmp_path: Path,
) -> dict[str, Any]:
    """What the ingestion of the recording told, which is in the test's own folder."""
    folder, told = kept
    shutil.copytree(folder, tmp_path / "data")
    return told


@pytest.fixture(scope="module")
def written_for(
    kept: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A folder with the recording in it, and a process without a model that writes for it."""
    home = tmp_path_factory.mktemp("written")
    shutil.copytree(kept[0], home / "data")
    settings = Settings(data_dir=home / "data", model_dir=home / "no-model")
    line = command_line("model", "--holder", new_holder("tests"))
    with services(settings) as given, subprocess.Popen(line, env=surroundings(settings)) as process:
        try:
            while given.leases.holder(MODEL_LEASE) is None:
                assert process.poll() is None
                time.sleep(0.05)
            yield settings
        finally:
            process.terminate()


@pytest.fixture
def writing(
    written_for: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Sereno:
    """Over a folder with the recording in it, where a process already writes."""
    monkeypatch.setenv("SERENO_DATA_DIR", str(written_for.data_dir))
    monkeypatch.setenv("SERENO_MODEL_DIR", str(written_for.model))
    return running(capsys)


def test_counts_match_the_file(ingested: dict[str, Any]) -> None:
    assert ingested["observations"] == {
        "received": 10800, "new": 10800, "corrections": 0, "duplicates": 0,
    }  # fmt: skip
    assert {signal: sum(counts.values()) for signal, counts in ingested["signals"].items()} == {
        "heart_rate": 3600, "respiratory_rate": 3600, "spo2": 3600,
    }  # fmt: skip
    assert ingested["failed"] == []


def test_what_names_nobody_goes_to_whom_the_record_knows(
    sereno: Sereno, tmp_path: Path, recording: Path
) -> None:
    """By the identifier that a hospital's system gave, the bed, or the opaque id."""
    with services(Settings(data_dir=tmp_path / "data")) as given:
        known = Subject(identifier="MRN-7", authority="HOSP", name=NAME, bed="ICU 3")
        whose = given._foundation.store.admit(known).id
    for typed in ("MRN-7", "ICU 3", whose):
        sereno("ingest", f"csv:{recording}", "--speed", "max", "--patient", typed)
    (patient,) = json.loads(sereno("patients", "--json"))
    assert (patient["id"], patient["bed"]) == (whose, "ICU 3")


@pytest.mark.usefixtures("ingested")
def test_who_is_discharged_is_listed_only_when_asked_for_and_comes_back_when_readmitted(
    sereno: Sereno,
) -> None:
    assert json.loads(sereno("alarms", "list", "--json"))
    told = json.loads(sereno("patients", "discharge", NAME, "--reason", "gone home", "--json"))
    assert told["discharged"]["reason"] == "gone home"

    assert json.loads(sereno("patients", "--json")) == []
    assert json.loads(sereno("alarms", "list", "--json")) == []
    (listed,) = json.loads(sereno("patients", "--all", "--json"))
    assert listed["discharged"] == told["discharged"]
    assert f"by {told['discharged']['by']}" in sereno("patients", "--all")
    assert "discharged" in sereno("vitals", NAME)
    kept = json.loads(sereno("alarms", "list", NAME, "--json"))
    assert kept
    assert not any(each["active"] for each in kept)

    assert json.loads(sereno("patients", "readmit", NAME, "--json"))["discharged"] is None
    assert len(json.loads(sereno("patients", "--json"))) == 1


def test_patients_and_vitals(sereno: Sereno, ingested: dict[str, Any]) -> None:
    (patient,) = json.loads(sereno("patients", "--json"))
    assert [patient["id"]] == ingested["patients"]
    assert patient["identifier"] == NAME

    vitals = json.loads(sereno("vitals", NAME, "--json"))
    told = {each["signal"]: (each["value"], each["unit"]) for each in vitals["signals"]}
    assert told["spo2"] == (LOW, "%")
    assert vitals["news2"]["partial"] is True
    assert (vitals["news2"]["response"], vitals["news2"]["worst_response"]) == (
        "urgent_ward", "emergency",
    )  # fmt: skip
    assert (vitals["qsofa"]["kind"], vitals["qsofa"]["partial"]) == ("qsofa", True)
    assert NAME in sereno("patients")
    assert str(LOW) in sereno("vitals", patient["id"])


def test_what_was_rejected_is_told_with_reasons_that_quote_nothing(
    sereno: Sereno, tmp_path: Path
) -> None:
    bed = tmp_path / "bed.csv"
    bed.write_text(
        "Time [s], HR, SpO2\n0, 80, 97\n1, secret, 97\n2, hidden, 97\n3, 80\n4, 81, 97\n"
    )
    command = ("ingest", f"csv:{bed}", "--speed", "max", "--patient", NAME)

    told = json.loads(sereno(*command, "--json"))
    assert told["rejected"] == sum(told["reasons"].values()) > 0
    shown = sereno(*command)
    assert all(reason in shown for reason in told["reasons"])
    assert not [word for word in ("secret", "hidden") if word in shown + str(told)]


def test_columns_that_nothing_reads_are_named(sereno: Sereno, tmp_path: Path) -> None:
    (tmp_path / "bed.csv").write_text("time,HR,Sat,Blood pressure\n0,80,97,120/80\n")
    ingest = ("ingest", f"csv:{tmp_path / 'bed.csv'}", "--speed", "max")
    assert "not read: Sat, Blood pressure" in sereno(*ingest)
    (names,) = json.loads(sereno(*ingest, "--json"))["unread"].values()
    assert names == ["Sat", "Blood pressure"]


def test_sources_that_are_no_list_are_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERENO_SOURCES", "csv:/data/ana.csv")
    with pytest.raises(SystemExit) as ended:
        main(["patients"])
    told = capsys.readouterr().err
    assert (ended.value.code, told.count("\n")) == (4, 1)
    assert "SERENO_SOURCES can not be read" in told
    assert "ana" not in told


def test_people_read_units_as_they_write_them_and_nothing_of_a_sensor_that_is_off(
    sereno: Sereno, tmp_path: Path
) -> None:
    bed = tmp_path / "bed.csv"
    rows = ("0, 80, 97, 36.6, 120, 3", "1, 0, 97, 40.6, 120, 3")
    bed.write_text("\n".join(("Time [s], HR, SpO2, TEMP, NBPSYS, ACVPU", *rows, "")))
    sereno("ingest", f"csv:{bed}", "--speed", "max", "--patient", NAME)

    vitals = [" ".join(line.split()) for line in sereno("vitals", NAME).splitlines()]
    for row in ("heart rate -- /min", "temperature 40.6 °C", "systolic pressure 120 mmHg"):
        assert any(line.startswith(row) for line in vitals), vitals
    assert any(line.startswith("consciousness P 2000") for line in vitals), vitals
    assert "temperature 40.6 °C, above 39" in sereno("alarms", "list")
    summary = sereno("summarize", NAME)
    assert "mmHg" in summary
    assert not [word for word in ("{score}", "Cel", "mm[Hg]", "P 1") if word in summary]
    told = json.loads(sereno("vitals", NAME, "--json"))["signals"]
    units = {each["signal"]: each["unit"] for each in told}
    assert (units["temperature"], units["cuff_systolic"]) == ("Cel", "mm[Hg]")


def test_an_empty_store_says_so(sereno: Sereno) -> None:
    sereno("accounts", "list")  # makes it
    assert sereno("patients") == "no patients yet\n"
    assert json.loads(sereno("patients", "--json")) == []


@pytest.mark.parametrize("command", ["patients", "vitals x", "alarms list", "summarize x", "audit"])
def test_a_mistyped_folder_is_told_and_not_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".local/share/sereno-demo").mkdir(parents=True)
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--data-dir", str(tmp_path / "mistyped")])
    told = capsys.readouterr().err
    assert (ended.value.code, told.count("\n")) == (4, 1)
    assert "name its folder with --data-dir" in told
    assert "sereno-demo" in told
    assert not (tmp_path / "mistyped").exists()


def test_alarms_are_listed_and_acknowledged(sereno: Sereno, ingested: dict[str, Any]) -> None:
    alarms = json.loads(sereno("alarms", "list", NAME, "--active", "--json"))
    (spo2,) = [each for each in alarms if each["signal"] == "spo2"]
    assert (spo2["priority"], spo2["limit"], spo2["extreme"]) == ("high", 85, LOW)
    assert len(alarms) <= ingested["alarms"]

    told = json.loads(sereno("alarms", "explain", spo2["id"], "--language", "es", "--json"))
    assert (told["form"], told["language"], told["verified"]) == ("alarm", "es", True)
    assert told["alarm"]["id"] == spo2["id"]
    shown = sereno("alarms", "explain", spo2["id"])
    assert "SpO2" in shown
    assert "just now, by the template" in shown

    known = json.loads(sereno("alarms", "ack", spo2["id"], "--reason", "probe moved", "--json"))
    assert (known["operator"], known["reason"]) == ("acknowledged", "probe moved")
    assert "acknowledged" in sereno("alarms", "list")


def test_alarms_stand_in_the_order_of_the_screens(sereno: Sereno, tmp_path: Path) -> None:
    """Of two as urgent, what nobody has seen to goes before what came later."""
    with services(Settings(data_dir=tmp_path / "data")) as given:
        patient = given.charting.admit(Subject(identifier="MRN-1"))
        seen_to = alarm(patient, "a1", raised=NOON + MINUTE, operator=OperatorState.ACKNOWLEDGED)
        unseen = alarm(patient, "a2", raised=NOON)
        commit = Commit(patient=patient.id, alarms=(seen_to, unseen))
        given._foundation.store.commit([commit])
    listed = json.loads(sereno("alarms", "list", "--json"))
    assert [each["id"] for each in listed] == ["a2", "a1"]


def test_reading_about_a_patient_is_audited_under_the_systems_user(
    sereno: Sereno, ingested: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    for command in (("vitals", NAME), ("alarms", "list", NAME), ("summarize", NAME)):
        sereno(*command)
    (alarm, *_) = json.loads(sereno("alarms", "list", "--json"))
    sereno("alarms", "explain", alarm["id"])
    sereno("alarms", "list")
    told = json.loads(sereno("audit", "--patient", NAME, "--json"))

    (patient,) = ingested["patients"]
    assert told["whole"]
    assert [each["action"] for each in told["lines"]] == [
        "alarms_shown", "summary_shown", "alarms_shown", "vitals_shown",
    ]  # fmt: skip
    assert {each["patient"] for each in told["lines"]} == {patient}
    assert {each["detail"] for each in told["lines"]} == {""}
    assert "somebody-else" not in str(told), "what the environment says is no name"
    assert "audit_shown" in sereno("audit", "--limit", "2")


@pytest.mark.usefixtures("ingested")
def test_a_patients_own_limit_is_set_listed_and_audited(sereno: Sereno) -> None:
    command = ("alarms", "limit", NAME, "spo2", "low", "88", "--priority", "medium")
    sereno(*command, "--reason", "known COPD")
    told = json.loads(sereno("alarms", "limits", NAME, "--json"))
    (own,) = [each for each in told if each["own"]]
    assert {name: own[name] for name in ("signal", "direction", "value", "unit", "priority")} == {
        "signal": "spo2", "direction": "low", "value": 88, "unit": "%", "priority": "medium",
    }  # fmt: skip
    assert (own["delay"], own["hysteresis"], own["reason"]) == (15, 1, "known COPD")
    assert own["set_by"]
    shown = [" ".join(line.split()) for line in sereno("alarms", "limits", NAME).splitlines()]
    assert any(line.startswith("spo2 < 88 % medium 15 s 1") for line in shown), shown
    for option, latches in (("--latching", True), (None, True), ("--no-latching", False)):
        sereno(*command, "--reason", "known COPD", *filter(None, [option]))
        told = json.loads(sereno("alarms", "limits", NAME, "--json"))
        assert [each["latching"] for each in told if each["own"]] == [latches], option
    audited = sereno("audit", "--patient", NAME)
    assert "spo2 low 88 %, medium" in audited
    assert "COPD" not in audited, "the log outlives the patient, and is no place for a diagnosis"


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        (("spo2", "low", "20"), "enter 30 to 100 %"),
        (("saturation", "low", "88"), "name one of"),
        (("ecg", "low", "1"), "name one of"),
        (("heart_rate", "low", "131"), "below it"),
        (("spo2", "low", "88", "--delay", "nan"), "such as 10"),
    ],
)
def test_a_limit_that_makes_no_sense_is_a_wrong_command_line(
    asked: tuple[str, ...], remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["alarms", "limit", NAME, *asked, "--priority", "medium", "--reason", "known COPD"])
    assert ended.value.code == 2
    assert remedy in " ".join(capsys.readouterr().err.split())


def test_an_audit_log_that_is_not_whole_is_told_and_still_shown(
    sereno: Sereno, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sereno("accounts", "list")
    for _ in range(2):
        sereno("audit")
    with closing(sqlite3.connect(tmp_path / "data" / "sereno.db")) as database:
        database.execute("DELETE FROM audit WHERE number = 1")
        database.commit()
    with pytest.raises(SystemExit) as ended:
        main(["audit"])

    told = capsys.readouterr()
    assert ended.value.code == 10
    assert "not whole" in told.err
    assert "audit_shown" in told.out


@pytest.mark.usefixtures("ingested")
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_summary_without_a_model_is_the_template_verified(sereno: Sereno, language: str) -> None:
    told = json.loads(sereno("summarize", NAME, "--language", language, "--json"))

    assert (told["source"], told["verified"], told["language"]) == ("template", True, language)
    assert "sereno model build" in told["fallback_reason"]
    cited = {name for sentence in told["sentences"] for name in sentence["citations"]}
    assert set(told["required_fact_ids"]) <= cited <= {fact["id"] for fact in told["facts"]}
    assert str(LOW) in told["text"]
    assert told["window"]["hours"] == 4
    assert set(told["timings"]) == {"evidence_ms", "prefill_ms", "decode_ms", "tokens", "steps"}


@pytest.mark.parametrize(
    ("form", "hours"), [("line", 4), ("shift", 12), ("trend", 72), ("patient", 12)]
)
def test_a_summary_has_a_form_with_a_window_of_its_own(
    writing: Sereno, form: str, hours: int
) -> None:
    told = json.loads(writing("summarize", NAME, "--form", form, "--json"))
    assert (told["form"], told["window"]["hours"], told["verified"]) == (form, hours, True)


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("en", "For the patient, in plain words. To be handed over by a clinician.",
         "If you have questions, ask your nurse or doctor."),
        ("es", "Para el paciente, en palabras sencillas. Lo entrega un profesional sanitario.",
         "Si tiene preguntas, consulte a su enfermera o a su médico."),
    ],
)  # fmt: skip
def test_a_text_for_the_patient_says_whom_it_is_for_and_whom_to_ask(
    writing: Sereno, language: str, first: str, last: str
) -> None:
    lines = writing("summarize", NAME, "--form", "patient", "--language", language).splitlines()
    assert lines[0] == first
    assert last in lines


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", ["Situation", "Background", "Assessment", "Recommendation"]),
        ("es", ["Situación", "Antecedentes", "Valoración", "Recomendación"]),
    ],
)
def test_a_handover_is_read_under_its_headings(
    writing: Sereno, language: str, headings: list[str]
) -> None:
    lines = writing("summarize", NAME, "--language", language).splitlines()
    assert [line for line in lines if line in headings] == headings
    told = json.loads(writing("summarize", NAME, "--json"))
    sections = [sentence["section"] for sentence in told["sentences"]]
    assert list(dict.fromkeys(sections)) == [
        "situation", "background", "assessment", "recommendation",
    ]  # fmt: skip


def test_what_a_partial_score_asks_for_is_told_from_its_least_to_its_most(writing: Sereno) -> None:
    told = json.loads(writing("summarize", NAME, "--json"))
    (score,) = (each for each in told["facts"] if each["kind"] == "score")
    text, _, notes = writing("summarize", NAME).partition("\n\n")

    assert (score["labels"]["response"], score["labels"]["worst_response"]) == (
        "urgent_ward", "emergency",
    )  # fmt: skip
    assert "at least urgent ward-based response, up to emergency response" in " ".join(text.split())
    assert "3 to 14 (partial)" in notes


def test_a_summary_of_another_time(writing: Sereno) -> None:
    told = json.loads(
        writing("summarize", NAME, "--at", "2000-01-01T00:40", "--hours", "0.5", "--json")
    )

    assert told["window"] == {
        "start": "2000-01-01T00:10:00Z", "end": "2000-01-01T00:40:00Z", "hours": 0.5,
    }  # fmt: skip
    assert str(LOW) not in told["text"]


@pytest.mark.parametrize(
    ("language", "lead"),
    [("en", "Changed since this text: "), ("es", "Ha cambiado desde este texto: ")],
)
def test_a_summary_of_another_time_says_that_things_have_changed_since(
    writing: Sereno, language: str, lead: str
) -> None:
    asked = ("summarize", NAME, "--hours", "0.5", "--language", language)
    before = ("--at", "2000-01-01T00:40")
    raised = {alarm["id"] for alarm in json.loads(writing("alarms", "list", NAME, "--json"))}

    since = json.loads(writing(*asked, *before, "--json"))["since"]

    assert since["text"].startswith(lead)
    assert since["alarms"]
    assert set(since["alarms"]) <= raised
    assert writing(*asked, *before).splitlines()[0] == since["text"]
    assert json.loads(writing(*asked, "--json"))["since"] == {
        "text": "", "alarms": [], "news2_risen_to": None, "news2_risen_from": None,
    }  # fmt: skip


@pytest.mark.usefixtures("ingested")
def test_a_summary_tells_clock_times_in_the_zone_that_is_set(
    sereno: Sereno, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERENO_ZONE", "Europe/Madrid")
    told = json.loads(sereno("summarize", NAME, "--json"))
    (low,) = (each for each in told["facts"] if each["kind"] == "episode")
    text, _, notes = sereno("summarize", NAME).partition("\n\n")

    assert told["zone"] == "Europe/Madrid"
    assert low["times"]["start"] == "2000-01-01T00:50:01Z"
    assert "01:50" in told["text"]
    assert "01:50" in text
    assert "start 01:50" in notes
    assert "00:50" not in told["text"] + text + notes


def test_the_whole_ward_is_summarised_bed_by_bed_but_for_who_went_home(
    sereno: Sereno, ingested: dict[str, Any], tmp_path: Path
) -> None:
    for name in ("Bed 10", "Bed 2", "Bed 3"):
        (tmp_path / "bed.csv").write_text("time,HR,SpO2\n0,80,97\n1,81,97\n")
        ingest = ("ingest", f"csv:{tmp_path / 'bed.csv'}", "--speed", "max")
        sereno(*ingest, "--patient", name)
    sereno("patients", "discharge", "Bed 3", "--reason", "gone home")

    told = json.loads(sereno("summarize", "--ward", "--form", "line", "--json"))
    shown = sereno("summarize", "--ward", "--form", "line")

    people = {each["id"]: each["identifier"] for each in json.loads(sereno("patients", "--json"))}
    assert [people[each["patient"]] for each in told] == [NAME, "Bed 2", "Bed 10"]
    assert all(each["verified"] for each in told)
    beds = [NAME, "Bed 2", "Bed 10"]
    assert [
        line.split("  ")[0] for line in shown.splitlines() if line.split("  ")[0] in beds
    ] == beds
    assert shown.count("Output ") == len(told)
    (patient,) = ingested["patients"]
    lines = json.loads(sereno("audit", "--patient", patient, "--json"))["lines"]
    assert [each["action"] for each in lines].count("summary_shown") == 2


@pytest.mark.parametrize("arguments", [["summarize"], ["summarize", "x", "--ward"]])
@pytest.mark.usefixtures("sereno")
def test_one_patient_is_named_or_the_ward_and_not_both(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "--ward" in capsys.readouterr().err


def test_an_output_is_replayed_under_its_id_and_that_is_audited(
    sereno: Sereno, ingested: dict[str, Any]
) -> None:
    told = json.loads(sereno("summarize", NAME, "--json"))
    assert told["record"]["evidence_sha256"]
    assert told["record"]["program"]
    assert "Output " in sereno("summarize", NAME)

    replay = json.loads(sereno("replay-output", told["id"], "--json"))

    assert (replay["tried"], replay["same"], replay["differences"]) == (True, True, [])
    assert replay["text"] == replay["text_now"] == told["text"]
    assert sereno("replay-output", told["id"]) == "The same text, byte for byte.\n"
    (patient,) = ingested["patients"]
    lines = json.loads(sereno("audit", "--patient", patient, "--json"))["lines"]
    assert [each["action"] for each in lines[:3]] == [
        "output_replayed", "output_replayed", "summary_shown",
    ]  # fmt: skip


@pytest.mark.usefixtures("sereno", "ingested")
def test_no_output_of_that_id(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay-output", "0123456789abcdef"])
    assert ended.value.code == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("ingested")
def test_the_logs_hold_no_name_and_no_value(sereno: Sereno, tmp_path: Path) -> None:
    sereno("summarize", NAME)
    sereno("vitals", NAME)

    log = "".join(path.read_text() for path in (tmp_path / "data" / "logs").iterdir())
    assert not [word for word in (*NAME.split(), f" {LOW}", f"{LOW}.0") if word in log]


def test_the_doctor_finds_a_fresh_installation_well(sereno: Sereno) -> None:
    checks = {each["name"]: each for each in json.loads(sereno("doctor", "--json"))}

    assert {name for name, check in checks.items() if check["state"] == "fail"} == set()
    assert checks["database"]["state"] == "ok"
    assert checks["model"]["state"] == "warn"
    assert "sereno model build" in checks["model"]["remedy"]
    assert all(check["remedy"] for check in checks.values() if check["state"] != "ok")


def test_the_doctor_names_the_generators_where_the_one_that_is_set_is_none(
    sereno: Sereno, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERENO_GENERATOR", "verbose")
    checks = {each["name"]: each for each in json.loads(sereno("doctor", "--json"))}
    assert checks["generator"]["state"] == "warn"
    assert "one of: governed" in checks["generator"]["remedy"]


def test_the_doctor_finds_a_key_that_is_gone(
    sereno: Sereno, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sereno("accounts", "list")
    (tmp_path / "data" / "keys" / "passphrase").unlink()

    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--json"])

    assert ended.value.code == 10
    broken = [each for each in json.loads(capsys.readouterr().out) if each["state"] == "fail"]
    assert [each["name"] for each in broken] == ["database", "processes", "sources"]
    assert "SERENO_KEY_PASSPHRASE" in broken[0]["remedy"]


def test_a_demonstration_at_once_prints_alarms_and_summaries(
    sereno: Sereno, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SERENO_MODEL_DIR")
    monkeypatch.setenv("SERENO_SUMMARY_DEADLINE", "PT4M")  # a busy machine writes as well
    require((Settings().model / "manifest.json").exists(), "no model: run `sereno model build`")

    told = json.loads(sereno("demo", "--once", "--beds", "1", "--seed", "3", "--json"))

    (summary,) = told["summaries"]
    assert (summary["source"], summary["verified"]) == ("model", True)
    assert told["observations"]["new"] > 1000
    assert told["patients"] == [summary["patient"]]


def test_accounts_are_added_listed_and_disabled(
    sereno: Sereno, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "accounts add" in sereno("accounts", "list")
    monkeypatch.setattr("sys.stdin", io.StringIO("blue lamps over the river\n"))
    assert json.loads(sereno("accounts", "add", "Nora", "--json")) == {"account": "Nora"}
    monkeypatch.setattr("sys.stdin", io.StringIO("blue lamps over the river\n"))
    sereno("accounts", "add", "wall", "--role", "viewer")
    listed = json.loads(sereno("accounts", "list", "--json"))
    assert [(each["name"], each["role"]) for each in listed] == [
        ("nora", "clinician"), ("wall", "viewer"),
    ]  # fmt: skip
    assert "no more" in sereno("accounts", "disable", "nora")
    assert "disabled" in sereno("accounts", "list")
    monkeypatch.setattr("sys.stdin", io.StringIO("green lamps over the river\n"))
    sereno("accounts", "password", "wall", "--role", "clinician")
    assert "viewer" not in sereno("accounts", "list")
    _, newest, *_ = json.loads(sereno("audit", "--json"))["lines"]
    assert (newest["action"], newest["detail"]) == ("account_disabled", "nora")
    assert newest["actor"] == me().name, "nora did not disable herself"


@pytest.mark.parametrize("language", ["en", "es"])
def test_summaries_are_judged_against_the_recording_and_nothing_of_it_is_kept(
    sereno: Sereno, recording: Path, tmp_path: Path, language: str
) -> None:
    told = json.loads(
        sereno(
            "evaluate", "summaries", "--source", f"csv:{recording}", "--windows", "3",
            "--hours", "0.5", "--generator", "template", "--language", language, "--json",
        )
    )  # fmt: skip
    assert (told["windows"], told["patients"]) == (2, 1)
    assert (told["required_fact_recall"], told["duration_recall"]) == (1, 1)
    assert (told["invented_facts"], told["fallback_rate"], told["worst"]) == (0, 0, [])
    assert told["required_facts"] > 5
    assert told["seconds_per_summary"] > 0
    kept = [path.name for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert "sereno.db" not in kept


def test_sentences_made_false_are_refused_and_true_ones_are_not(
    sereno: Sereno, recording: Path
) -> None:
    told = json.loads(
        sereno("evaluate", "mutations", "--source", f"csv:{recording}", "--count", "300", "--json")
    )
    assert (told["count"], told["accepted_mutations"], told["refused_originals"]) == (300, 0, 0)
    assert sum(told["by_kind"].values()) == 300
    shown = sereno("evaluate", "mutations", "--source", f"csv:{recording}", "--count", "30")
    assert "accepted" in shown


@pytest.mark.parametrize("hours", ["0", "73", "nan"])
def test_a_window_to_judge_has_a_length(
    recording: Path, hours: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = f"csv:{recording}"
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "summaries", "--source", source, "--hours", hours])
    assert ended.value.code == 2
    assert "at most 72 hours" in " ".join(capsys.readouterr().err.split())
