from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from gguf import GGUFWriter, dequantize, quantize

from inference.runtime.weights import Weights
from sereno.domain.errors import ModelError

RNG = np.random.default_rng(7)
GATE = RNG.normal(0, 0.1, (48, 64)).astype(np.float32)
KEYS = RNG.normal(0, 0.1, (192, 32)).astype(np.float32)
TABLE = RNG.normal(0, 0.1, (40, 64)).astype(np.float32)
NORM = RNG.normal(1, 0.1, 64).astype(np.float32)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small GGUF file with each kind of tensor that the model has."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_string("general.name", "tiny")
    for name, values, kind in (
        ("blk.0.ffn_gate.weight", GATE, Kind.Q4_1),
        ("blk.0.attn_k.weight", KEYS, Kind.Q4_1),
        ("token_embd.weight", TABLE, Kind.Q8_0),
    ):
        writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)
    writer.add_tensor("output_norm.weight", NORM)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def by_gguf(values: np.ndarray, kind: Kind) -> np.ndarray:
    return dequantize(quantize(values, kind), kind)


def test_q4_is_what_ggufs_own_dequantiser_gives(path: Path) -> None:
    ours = Weights(path).q4("blk.0.ffn_gate.weight").dequantised()
    assert np.array_equal(ours, by_gguf(GATE, Kind.Q4_1))


def test_keys_are_put_back_into_halves(path: Path) -> None:
    """llama.cpp keeps dimension i and i + 32 of a head of 64 side by side."""
    ours = Weights(path).q4("blk.0.attn_k.weight").dequantised()
    stored = by_gguf(KEYS, Kind.Q4_1)
    for head in range(3):
        for i in range(32):
            assert np.array_equal(ours[64 * head + i], stored[64 * head + 2 * i])
            assert np.array_equal(ours[64 * head + 32 + i], stored[64 * head + 2 * i + 1])


def test_matrices_are_stacked(path: Path) -> None:
    both = Weights(path).q4("blk.0.ffn_gate.weight", "blk.0.ffn_gate.weight")
    assert both.codes.shape == (96, 2, 32)


def test_q8_is_what_ggufs_own_dequantiser_gives(path: Path) -> None:
    scales, codes = Weights(path).q8("token_embd.weight")
    ours = codes.reshape(40, 2, 32) * scales[..., None]
    assert np.array_equal(ours.reshape(TABLE.shape), by_gguf(TABLE, Kind.Q8_0))


def test_floats_and_metadata_come_as_they_are(path: Path) -> None:
    weights = Weights(path)
    assert np.array_equal(weights.floats("output_norm.weight"), NORM)
    assert weights.field("general.name") == "tiny"


@pytest.mark.parametrize("name", ["blk.0.ffn_up.weight", "token_embd.weight"])
def test_a_tensor_missing_or_of_another_kind_is_another_model(path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="another model"):
        Weights(path).q4(name)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(100)], ids=["empty", "a zip"])
def test_what_is_no_gguf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ModelError, match="no GGUF file"):
        Weights(tmp_path / "x.gguf")
