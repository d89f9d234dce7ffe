"""What can be said of the path to CUDA on a machine that has none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.runtime.build import graph_bytes
from inference.runtime.cuda import load_cuda_libraries, with_half_attention
from inference.runtime.quality import logits_of, tokenised
from sereno.domain.errors import ModelError
from sereno.settings import Settings
from tests.support import require

LAYERS = 30


@pytest.fixture(scope="session")
def folder() -> Path:
    model = Settings().model
    if not (model / "manifest.json").exists():
        require(None, "no model: run `sereno model build`")
    return model


def opened(graph: bytes, folder: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder)
    )
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def test_every_cache_is_in_halves_and_the_rest_in_floats(folder: Path) -> None:
    """As ONNX Runtime itself reads the graph, weights and all."""
    session = opened(with_half_attention(graph_bytes()), folder)
    ends = [*session.get_inputs(), *session.get_outputs()]
    halves = {end.name for end in ends if end.type == "tensor(float16)"}
    assert halves == {
        f"{when}.{layer}.{what}"
        for when in ("past_key_values", "present")
        for layer in range(LAYERS)
        for what in ("key", "value")
    }
    assert {end.type for end in ends if end.name == "logits"} == {"tensor(float)"}


def test_attention_in_halves_predicts_as_attention_in_floats_does(folder: Path) -> None:
    """The processor attends in halves too, so that its own arithmetic can be compared."""
    (text,) = tokenised(folder, ["Pulse 118, saturation fell from 96 to 84 within the hour."])
    (floats,) = logits_of(folder, [text], lambda *_: None)
    session = opened(with_half_attention(graph_bytes()), folder)
    empty = np.zeros((1, 3, 0, 64), np.float16)
    feeds = {end.name: empty for end in session.get_inputs() if end.name.startswith("past")}
    feeds |= {"input_ids": text[None], "attention_mask": np.ones_like(text)[None]}
    feeds |= {"logits_from": np.zeros(1, np.int64)}
    halves = session.run(["logits"], feeds)[0][0]
    assert float(np.corrcoef(floats.ravel(), halves.ravel())[0, 1]) > 0.999


def test_a_graph_whose_attention_is_in_halves_already_is_left_as_it_is() -> None:
    once = with_half_attention(graph_bytes())
    assert once != graph_bytes()
    assert with_half_attention(once) == once


def test_what_is_no_graph_is_an_error() -> None:
    with pytest.raises(ModelError, match="can not be read"):
        with_half_attention(b"\x07 no graph")


def test_looking_for_libraries_that_are_not_there_says_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The run time tells by itself what it lacks, as the reason why it does not load."""
    load_cuda_libraries()
    assert capfd.readouterr() == ("", "")
