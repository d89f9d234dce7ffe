import json
from pathlib import Path

import pytest

from inference.runtime.manifest import (
    NAME,
    EncoderInfo,
    ModelInfo,
    any_info,
    model_info,
    sha256_of,
    verify,
    verify_any,
    write_manifest,
)
from sereno.domain.errors import ModelError, ModelMissing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder of two small files, with its manifest."""
    for name, content in (("model.onnx", b"graph"), ("model.onnx.data", b"weights")):
        (tmp_path / name).write_bytes(content)
    hashes = {path.name: sha256_of(path) for path in tmp_path.iterdir()}
    info = ModelInfo(
        name="tiny",
        bytes=12,
        perplexity=20.2,
        perplexity_original=20.0,
        next_token_agreement=0.95,
        evaluated_tokens=100,
        source="a wheel",
        source_sha256="00",
        hashes=hashes,
    )
    write_manifest(tmp_path, info)
    return tmp_path


def test_a_whole_folder_is_verified_and_tells_of_itself(folder: Path) -> None:
    info = verify(folder)
    assert info == model_info(folder)
    assert info.as_json()["perplexity_ratio"] == pytest.approx(1.01)
    assert json.loads(json.dumps(info.as_json()))["hashes"] == dict(info.hashes)


def test_no_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="sereno model build"):
        verify(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "model.onnx.data"])
def test_one_changed_bit_is_found_and_named(folder: Path, name: str) -> None:
    raw = bytearray((folder / name).read_bytes())
    raw[0] ^= 1
    (folder / name).write_bytes(raw)
    with pytest.raises(ModelError, match=f"{name} is not the file that was built"):
        verify(folder)


def test_a_missing_file_is_found_and_named(folder: Path) -> None:
    (folder / "model.onnx.data").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx\.data can not be read"):
        verify(folder)


def without(key: str, raw: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in raw.items() if name != key}


SPOILT = {
    "cut off": lambda raw: json.dumps(raw)[:40],
    "of a later version": lambda raw: json.dumps({**raw, "version": 99}),
    "without hashes": lambda raw: json.dumps(without("hashes", raw)),
    "without a version": lambda raw: json.dumps(without("version", raw)),
    "more than we know": lambda raw: json.dumps({**raw, "more": 1}),
    "a list": lambda raw: json.dumps([raw]),
    "a path out of the folder": lambda raw: json.dumps({**raw, "hashes": {"../key": "00"}}),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_manifest_that_is_not_ours_is_refused(folder: Path, how: str) -> None:
    raw = json.loads((folder / NAME).read_text())
    (folder / NAME).write_text(SPOILT[how](raw))
    with pytest.raises(ModelError, match="sereno model build"):
        verify(folder)


@pytest.fixture
def encoder(folder: Path) -> EncoderInfo:
    """The same folder, of a model that labels words."""
    info = EncoderInfo(
        name="ner", bytes=12, kind="token-classification", largest_difference=2e-6,
        allowed_difference=1e-3, evaluated_texts=10, source="a folder", source_sha256="00",
        hashes=model_info(folder).hashes,
    )  # fmt: skip
    write_manifest(folder, info)
    return info


def test_an_encoder_is_verified_as_what_it_is(folder: Path, encoder: EncoderInfo) -> None:
    assert verify_any(folder) == any_info(folder) == encoder
    assert encoder.as_json()["does"] == "labels words"
    (folder / "model.onnx").write_bytes(b"another")
    with pytest.raises(ModelError, match="not the file that was built"):
        verify_any(folder)


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("read", [verify, model_info])
def test_an_encoder_is_never_taken_for_one_that_writes(folder: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(ModelError, match="labels words and writes no text"):
        read(folder)


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"kind": "depth-estimation"}, id="a kind that we do not know"),
        pytest.param({"kind": ["a"]}, id="no kind"),
        pytest.param({"more": 1}, id="more than we know"),
    ],
)
def test_an_encoders_manifest_that_is_not_ours_is_refused(
    folder: Path, changed: dict[str, object]
) -> None:
    raw = json.loads((folder / NAME).read_text())
    (folder / NAME).write_text(json.dumps(raw | changed))
    with pytest.raises(ModelError, match="damaged"):
        verify_any(folder)
