"""An adapter's file, as peft names what is in it, and what it adds to the weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.runtime.adapter import SHIPPED, Adapter, named
from inference.runtime.packing import LAYERS
from sereno.domain.errors import ModelError

BASE = "base_model.model.model.layers.3.self_attn.q_proj"
DOWN = np.arange(8, dtype=np.float16).reshape(2, 4)
UP = np.arange(6, dtype=np.float16).reshape(3, 2)


def packed(parts: dict[str, np.ndarray], *, scale: str = "2.0", dtype: str = "F16") -> bytes:
    """A safetensors file: the header's length, the header, the numbers."""
    header: dict[str, Any] = {"__metadata__": {"scale": scale}}
    data = b""
    for name, values in parts.items():
        end = len(data) + values.nbytes
        header[name] = {
            "dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), end]
        }  # fmt: skip
        data += values.tobytes()
    told = json.dumps(header).encode()
    return len(told).to_bytes(8, "little") + told + data


WHOLE = packed({f"{BASE}.lora_A.weight": DOWN, f"{BASE}.lora_B.weight": UP})


def adapter(folder: Path, content: bytes) -> Adapter:
    (folder / "adapter.safetensors").write_bytes(content)
    return Adapter(folder / "adapter.safetensors")


def test_a_matrix_gains_its_scaled_product(tmp_path: Path) -> None:
    gained = adapter(tmp_path, WHOLE).delta("blk.3.attn_q.weight", (3, 4))
    assert np.array_equal(gained, 2 * UP.astype(np.float32) @ DOWN.astype(np.float32))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04" * 40, id="another kind of file"),
        pytest.param((5).to_bytes(8, "little") + b"torn", id="cut off in the header"),
        pytest.param((2**62).to_bytes(8, "little") + b"{}", id="a header longer than any"),
        pytest.param(packed({}, scale="much"), id="no number for a scale"),
        pytest.param(packed({f"{BASE}.lora_A.weight": DOWN}, dtype="BF16"), id="another precision"),
    ],
)
def test_what_is_no_adapter_is_refused_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelError, match="anew"):
        adapter(tmp_path, content)


def test_an_adapter_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="check the path"):
        Adapter(tmp_path / "nowhere")


def test_one_cut_off_in_its_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cut off"):
        adapter(tmp_path, WHOLE[:-1]).delta("blk.3.attn_q.weight", (3, 4))


@pytest.mark.parametrize(
    ("tensor", "shape"),
    [
        pytest.param("blk.9.attn_q.weight", (3, 4), id="a layer that it does not have"),
        pytest.param("blk.3.ffn_up.weight", (3, 4), id="a matrix that it does not have"),
        pytest.param("blk.3.attn_q.weight", (4, 4), id="a matrix of another size"),
    ],
)
def test_one_of_another_model_is_refused(
    tmp_path: Path, tensor: str, shape: tuple[int, int]
) -> None:
    with pytest.raises(ModelError, match="of another model"):
        adapter(tmp_path, WHOLE).delta(tensor, shape)


def test_an_adapter_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "ward.safetensors").write_bytes(WHOLE)
    found = named(str(tmp_path / "ward.safetensors"))
    assert found is not None
    assert found.content == WHOLE


@pytest.mark.parametrize("source", ["", "owner/model", "model.gguf", "handover/"])
def test_what_is_something_else_is_not_taken_for_an_adapter(source: str) -> None:
    assert named(source) is None


def test_a_folder_of_that_name_is_a_model_and_no_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / SHIPPED).mkdir()
    assert named(SHIPPED) is None


def test_the_one_that_sereno_brings_fits_every_layer_and_is_small() -> None:
    found = named(SHIPPED)
    assert found is not None
    assert len(found.content) < 12e6
    for layer in range(LAYERS):
        for kind, shape in {
            "attn_q": (576, 576),
            "attn_k": (192, 576),
            "ffn_down": (576, 1536),
        }.items():
            gained = found.delta(f"blk.{layer}.{kind}.weight", shape)
            assert np.isfinite(gained).all()
            assert gained.any()


def test_whole_weights_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(10**12)  # a hole: whoever reads it in runs out of memory
    with pytest.raises(ModelError, match=r"folder that their config\.json is in"):
        named(str(tmp_path / "model.safetensors"))
