"""`sereno model list`, `use`, `tune` and `import`, as far as they come without a factory."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sereno.cli import main
from tests.unit.inference.runtime.test_models import INFO, made, reader

Outcome = tuple[int, str, str]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("default", "night"):
        (tmp_path / "models" / name).mkdir(parents=True)
        made(tmp_path / "models" / name)
    return tmp_path / "models"


@pytest.fixture
def sereno(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Run a command: its exit code, what it answered, what it complained about."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))  # whose own models are not looked at
    monkeypatch.setenv("SERENO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SERENO_MODEL_DIR", raising=False)
    monkeypatch.setenv("SERENO_FACTORY_DIR", str(tmp_path / "no-factory"))

    def run(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as ended:
            main(["model", *arguments])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


@pytest.mark.usefixtures("models")
def test_the_list_says_which_model_is_in_use(sereno: Callable[..., Outcome]) -> None:
    sereno("use", "night")
    _, out, _ = sereno("list", "--json")
    told = {each["name"]: each["in_use"] for each in json.loads(out)}
    assert told == {"default": False, "night": True}


def test_a_damaged_model_is_listed_with_its_problem(
    models: Path, sereno: Callable[..., Outcome]
) -> None:
    (models / "night" / "manifest.json").write_text("torn")
    code, out, _ = sereno("list")
    assert code == 0
    assert "damaged" in out
    assert "default" in out


def test_one_that_reads_is_listed_as_what_it_is_verified_and_not_used(
    models: Path, sereno: Callable[..., Outcome]
) -> None:
    (models / "ner").mkdir()
    reader(models / "ner")
    _, out, _ = sereno("list")
    assert "labels words" in out
    told = {each["name"]: each for each in json.loads(sereno("list", "--json")[1])}
    assert told["ner"]["kind"] == "token-classification"
    assert told["ner"]["largest_difference"] == 2e-6
    assert told["night"]["kind"] == "text-generation"
    assert sereno("verify", "ner")[0] == 0
    for wrong in (("use", "ner"), ("compare", "night", "ner")):
        code, _, err = sereno(*wrong)
        assert code != 0
        assert "writes no text" in " ".join(err.split())
    (models / "ner" / "model.onnx").write_bytes(b"other")
    assert "not the file that was built" in " ".join(sereno("verify", "ner")[2].split())


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    "command", [("use", "day"), ("verify", "day"), ("compare", "day", "night")]
)
def test_a_mistyped_name_is_told_with_those_that_there_are(
    sereno: Callable[..., Outcome], command: tuple[str, ...]
) -> None:
    code, _, err = sereno(*command)
    assert code != 0
    assert "there are: default, night" in " ".join(err.split())


def test_a_list_of_nothing_says_what_to_do(sereno: Callable[..., Outcome]) -> None:
    code, out, _ = sereno("list")
    assert (code, "sereno model build" in out) == (0, True)


@pytest.mark.usefixtures("models")
def test_a_setting_that_decides_is_not_overruled_in_silence(
    sereno: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SERENO_MODEL_DIR", str(tmp_path / "models" / "default"))
    code, _, err = sereno("use", "night")
    assert code != 0
    assert "SERENO_MODEL_DIR" in err


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    "command",
    [
        ("import", "owner/model", "--name", "theirs"),
        ("tune", "ward", "--source", "sim:ward?beds=1", "--work", "{}"),
    ],
    ids=["import", "tune"],
)
def test_without_the_factory_the_remedy_is_told_and_nothing_is_made(
    sereno: Callable[..., Outcome], tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, _, err = sereno(*(each.format(tmp_path / "work") for each in command))
    assert code != 0
    assert "make factory" in " ".join(err.split())
    assert {each.name for each in (tmp_path / "models").glob("[!.]*")} == {"default", "night"}


@pytest.mark.usefixtures("models")
def test_texts_that_hold_what_recordings_hold_stay_out_of_repositories(
    sereno: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    work = tmp_path / "project" / "work"
    code, _, err = sereno("tune", "ward", "--source", "sim:ward?beds=1", "--work", str(work))
    assert code != 0
    assert "repository" in err
    assert not work.exists()


@pytest.mark.usefixtures("models")
def test_a_name_that_is_taken_is_refused_before_anything_is_read(
    sereno: Callable[..., Outcome], tmp_path: Path
) -> None:
    code, _, err = sereno(
        "tune", "night", "--source", "csv:none.csv", "--work", str(tmp_path / "w")
    )
    assert code != 0
    assert "choose another name" in " ".join(err.split())


TRAINER = """#!/bin/sh
for each in "$@"; do case "$each" in --notes=*) cat "${each#--notes=}" > "$0.notes"; esac; done
echo "the trainer heard: $*" >&2
exit 1
"""


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("given", [True, False], ids=["given", "lying there"])
def test_notes_are_rehearsed_where_they_are_given_and_kept_with_the_texts(
    sereno: Callable[..., Outcome], tmp_path: Path, *, given: bool
) -> None:
    python = tmp_path / "no-factory" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(TRAINER)
    python.chmod(0o755)
    work, notes = tmp_path / "work", tmp_path / "notes.txt"
    work.mkdir()
    (work / "weights.gguf").write_bytes(b"")  # unpacked already
    (work / "notes.txt").write_text("an old one")
    notes.write_text("Slept well.\n---\nAte half.\n")
    more = ("--notes", str(notes)) if given else ()
    source = "sim:ward?beds=1&duration=20m&waveforms=0"
    code, _, err = sereno("tune", "ward", "--source", source, "--work", str(work), *more)
    assert code != 0
    assert ("--notes=" in err) is given
    if given:
        assert python.with_name("python.notes").read_text() == notes.read_text()
        assert (work / "notes.txt").read_text() == notes.read_text()


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "does not exist", id="mistyped"),
        pytest.param(b"\n---\n", "holds no text", id="empty"),
        pytest.param(b"\xff\xfe", "save it as UTF-8", id="no text"),
    ],
)
def test_notes_that_can_not_be_read_are_refused_before_the_recordings_are_read(
    sereno: Callable[..., Outcome], tmp_path: Path, content: bytes | None, said: str
) -> None:
    (tmp_path / "no-factory" / "bin").mkdir(parents=True)
    (tmp_path / "no-factory" / "bin" / "python").touch()
    notes = tmp_path / "notes.txt"
    if content is not None:
        notes.write_bytes(content)
    code, _, err = sereno(
        "tune", "ward", "--source", "csv:none.csv", "--work", str(tmp_path / "w"),
        "--notes", str(notes),
    )  # fmt: skip
    assert code != 0
    assert said in " ".join(err.replace("│", " ").split())


def test_the_doctor_says_which_adapter_is_merged(
    models: Path, tmp_path: Path, sereno: Callable[..., Outcome]
) -> None:
    from inference.runtime.manifest import sha256_of, write_manifest
    from sereno.cli.doctor import _model
    from sereno.settings import Settings

    folder = models / "night"
    (folder / "adapter.safetensors").write_bytes(b"matrices")
    digest = sha256_of(folder / "adapter.safetensors")
    write_manifest(folder, replace(INFO, name="night", hashes={"adapter.safetensors": digest}))
    sereno("use", "night")
    assert digest[:16] in _model(Settings(data_dir=tmp_path)).found


def test_an_adapter_that_is_torn_is_refused_without_asking_for_a_factory(
    tmp_path: Path, sereno: Callable[..., Outcome]
) -> None:
    (tmp_path / "ward.safetensors").write_bytes(b"torn")
    code, _, told = sereno("import", str(tmp_path / "ward.safetensors"), "--name", "ward")
    assert code == 8
    assert "make it anew" in told
    assert not (tmp_path / "models" / "ward").exists()
