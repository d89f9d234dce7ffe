"""The models side by side: which there are, which is used, and how another one joins them."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest

from inference.runtime.manifest import EncoderInfo, ModelInfo, sha256_of, write_manifest
from inference.runtime.models import add, known, new_name, use
from sereno.domain.errors import Conflict, InvalidEntry, ModelError, ModelMissing
from sereno.settings import Settings

INFO = ModelInfo(
    name="tiny", bytes=3, perplexity=2.0, perplexity_original=2.0, next_token_agreement=1.0,
    evaluated_tokens=10, source="a test", source_sha256="00", hashes={},
)  # fmt: skip


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Two whole models, one without a manifest and one that was being built."""
    for name in ("default", "night", "empty", "night.building"):
        (tmp_path / "models" / name).mkdir(parents=True)
        if name != "empty":
            made(tmp_path / "models" / name)
    return tmp_path / "models"


def made(folder: Path) -> ModelInfo:
    (folder / "model.onnx").write_bytes(b"abc")
    hashes = {"model.onnx": sha256_of(folder / "model.onnx")}
    info = replace(INFO, name=folder.name, hashes=hashes)
    write_manifest(folder, info)
    return info


def reader(folder: Path) -> EncoderInfo:
    """A whole model that labels words."""
    (folder / "model.onnx").write_bytes(b"abc")
    info = EncoderInfo(
        name=folder.name, bytes=3, kind="token-classification", largest_difference=2e-6,
        allowed_difference=1e-3, evaluated_texts=10, source="a test", source_sha256="00",
        hashes={"model.onnx": sha256_of(folder / "model.onnx")},
    )  # fmt: skip
    write_manifest(folder, info)
    return info


def settings(models: Path) -> Settings:
    return Settings(data_dir=models.parent)


def test_models_are_those_with_a_manifest_that_are_finished(models: Path) -> None:
    assert [name for name, _ in known(models)] == ["default", "night"]


def test_a_damaged_manifest_is_told_and_hides_no_other(models: Path) -> None:
    (models / "night" / "manifest.json").write_text("torn")
    (_, whole), (_, torn) = known(models)
    assert isinstance(whole, ModelInfo)
    assert isinstance(torn, ModelError)


def test_the_default_is_used_until_another_is_chosen(models: Path) -> None:
    assert settings(models).model == models / "default"
    use(models, "night")
    assert settings(models).model == models / "night"
    assert settings(models).default_model == models / "default"  # which is still where it is built
    use(models, "default")
    assert settings(models).model == models / "default"


def test_a_model_that_is_not_there_is_told_with_those_that_are(models: Path) -> None:
    with pytest.raises(ModelMissing, match="default, night"):
        use(models, "day")


def test_a_model_with_a_file_that_differs_is_not_used(models: Path) -> None:
    (models / "night" / "model.onnx").write_bytes(b"abd")
    with pytest.raises(ModelError, match="not the file that was built"):
        use(models, "night")
    assert settings(models).model == models / "default"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("default", Conflict, id="the built one's"),
        pytest.param("night", Conflict, id="taken"),
        pytest.param("../night", InvalidEntry, id="leads out of the folder"),
        pytest.param("", InvalidEntry, id="none"),
        pytest.param("Night", InvalidEntry, id="one folder with another on some disks"),
        pytest.param(".hidden", InvalidEntry, id="not seen by ls"),
        pytest.param("day.building", InvalidEntry, id="looks unfinished"),
        pytest.param("x" * 64, InvalidEntry, id="too long"),
    ],
)
def test_a_name_that_may_not_be_given(models: Path, name: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        new_name(models, name)


def test_what_could_not_be_made_leaves_no_model(models: Path) -> None:
    def fail(site: Path) -> ModelInfo:
        (site / "model.onnx").write_bytes(b"half")
        raise ModelError("the builder broke")

    with pytest.raises(ModelError, match="broke"):
        add(models, "day", fail)
    assert not (models / "day").exists()


def test_one_that_does_not_write_is_kept_beside_the_others_and_not_used(models: Path) -> None:
    info = add(models, "ner", reader)
    assert dict(known(models))["ner"] == info
    with pytest.raises(ModelError, match="labels words and writes no text"):
        use(models, "ner")
    assert settings(models).model == models / "default"


def test_where_there_is_no_model_the_first_is_to_be_built(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="sereno model build"):
        use(tmp_path, "day")


def test_what_the_run_time_does_not_load_gets_no_name(models: Path) -> None:
    with pytest.raises(ModelError):
        add(models, "day", made)
    assert not list(models.glob("day*"))


def test_a_model_is_made_by_one_process_at_a_time(models: Path) -> None:
    with (models / ".day.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="wait"):
            add(models, "day", made)
