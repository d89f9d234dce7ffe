"""Encoders are brought in as graphs that give what the original gives, and write nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from inference.runtime import verify
from inference.runtime.manifest import EncoderInfo, verify_any
from inference.runtime.quality import evaluation_texts
from sereno.domain.errors import ModelError
from tests.factory import tiny

pytestmark = [pytest.mark.factory, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def encoders() -> Any:
    return pytest.importorskip("inference.factory.encoders")


@pytest.fixture(scope="session")
def importing() -> Any:
    return pytest.importorskip("inference.factory.importing")


@pytest.mark.parametrize(
    ("family", "head", "kind"),
    [
        ("Bert", "ForTokenClassification", "token-classification"),
        ("Bert", "ForSequenceClassification", "text-classification"),
        ("Bert", "Model", "feature-extraction"),
        pytest.param("DistilBert", "Model", "feature-extraction", id="without token types"),
    ],
)
def test_the_graph_gives_what_the_original_gives(
    importing: Any, tmp_path: Path, family: str, head: str, kind: str
) -> None:
    given = tiny.write_encoder(_folder(tmp_path, "given"), family, head)
    folder = _folder(tmp_path, "brought")
    importing.bring(str(given), folder, "reader")
    info = verify_any(folder)
    assert isinstance(info, EncoderInfo)
    assert (info.name, info.kind, info.source) == ("reader", kind, "given")
    assert set(info.hashes) == {each.name for each in folder.iterdir()} - {"manifest.json"}
    assert info.largest_difference <= info.allowed_difference == 1e-3
    assert info.evaluated_texts == len(evaluation_texts())
    _gives_the_same(folder, given, family, head)
    with pytest.raises(ModelError, match="writes no text"):
        verify(folder)


def _folder(above: Path, name: str) -> Path:
    (above / name).mkdir()
    return above / name


def _gives_the_same(folder: Path, given: Path, family: str, head: str) -> None:
    """Without optimum: the run time's own session beside torch."""
    import numpy as np
    import onnxruntime
    import torch
    import transformers

    asked = transformers.AutoTokenizer.from_pretrained(folder)("SpO2 93 %, calm.")
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    known = {each.name for each in session.get_inputs()}
    ids = {name: np.array([each]) for name, each in asked.items() if name in known}
    original = getattr(transformers, family + head).from_pretrained(given).eval()
    with torch.no_grad():
        theirs = original(**{name: torch.from_numpy(each) for name, each in ids.items()})[0]
    assert np.allclose(session.run(None, ids)[0], theirs.numpy(), atol=1e-4)


@pytest.mark.parametrize("spoilt", [0.1, float("nan")], ids=["other weights", "no number"])
def test_a_graph_that_differs_from_the_original_is_refused(
    encoders: Any, tmp_path: Path, spoilt: float
) -> None:
    given = tiny.write_encoder(_folder(tmp_path, "given"), "Bert", "ForTokenClassification")
    task = encoders.task_of(given)
    encoders.export(given, tmp_path / "out", task)
    model, tokenizer = encoders.opened(given, task)
    assert encoders.difference(tmp_path / "out", (model, tokenizer), task, ["Calm."]) < 1e-4
    model.classifier.bias.data += spoilt
    with pytest.raises(ModelError, match="differs from the original"):
        encoders.difference(tmp_path / "out", (model, tokenizer), task, ["Calm."])


def test_a_head_that_is_not_among_the_weights_is_not_made_up(
    importing: Any, tmp_path: Path
) -> None:
    given = tiny.write_encoder(_folder(tmp_path, "given"), "Bert", "Model")
    config = json.loads((given / "config.json").read_text())
    config["architectures"] = ["BertForTokenClassification"]
    (given / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="lack classifier"):
        importing.bring(str(given), tmp_path / "out", "reader")


def test_a_folder_without_its_tokenizer_is_refused(importing: Any, tmp_path: Path) -> None:
    given = tiny.write_encoder(_folder(tmp_path, "given"), "Bert", "Model")
    for name in ("vocab.txt", "tokenizer.json", "tokenizer_config.json"):
        (given / name).unlink()
    with pytest.raises(ModelError, match="whole folder"):
        importing.bring(str(given), tmp_path / "out", "reader")


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"architectures": ["LlamaForCausalLM"], "model_type": "llama"}, id="writes"),
        pytest.param({"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}, id="ends alike"),
        pytest.param({"architectures": ["LlamaModel"], "model_type": "llama"}, id="a body of one"),
        pytest.param(
            {"architectures": ["BartModel"], "model_type": "bart", "is_encoder_decoder": True},
            id="reads and writes",
        ),
        pytest.param({"architectures": []}, id="says nothing"),
        pytest.param(["BertModel"], id="no configuration"),
    ],
)
def test_what_is_no_encoder_takes_the_other_path(
    encoders: Any, tmp_path: Path, config: object
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert encoders.task_of(tmp_path) is None
    assert encoders.task_of(tmp_path / "nowhere") is None
