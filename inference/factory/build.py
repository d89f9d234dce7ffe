"""The default model made with torch: the other road to what inference.runtime.build makes.

transformers reads the weights, GenAI's model builder exports the graph, torch quantises from
floats. It knows nothing of how the weights were quantised before, and so also takes weights of the
same architecture that were tuned. Where it differs from the box's build is stated and tested in
tests/factory.

    python -m inference.factory.build graph WEIGHTS.gguf     rewrite the repository's graph
    python -m inference.factory.build model WEIGHTS.gguf FOLDER
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import torch

from inference.factory import graph
from inference.factory.checkpoint import load
from inference.runtime.files import write_atomically
from inference.runtime.packing import layout
from inference.runtime.tokenizer import companion_files
from inference.runtime.weights import BLOCK, HEAD_SIZE, HIDDEN, ROPE_BASE, VOCABULARY, Weights

GRAPH = Path(__file__).parents[1] / "runtime" / "smollm2" / "graph.onnx"

State = Mapping[str, torch.Tensor]


def graph_bytes(gguf: Path, model: Any) -> bytes:
    """The graph of `model`, which was loaded from `gguf`: quantised, its weights left out."""
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Path(scratch) / "checkpoint"
        model.save_pretrained(checkpoint)
        _write_companions(gguf, checkpoint)
        exported = graph.export(checkpoint, Path(scratch) / "exported")
    return bytes(graph.template(exported).SerializeToString(deterministic=True))


def build(gguf: Path, folder: Path, model: Any) -> None:
    """Write the whole folder of `model`, which was loaded from `gguf`, but for the manifest."""
    write_atomically(folder / "model.onnx", [graph_bytes(gguf, model)])
    write_atomically(folder / graph.DATA_NAME, data(model.state_dict()))
    _write_companions(gguf, folder)


def data(state: State) -> Iterator[bytes]:
    """The data file in pieces, from float weights under transformers' names."""
    end = 0
    for group, parts in groupby(layout(), key=attrgetter("group")):
        for part, tensor in zip(parts, _tensors(group, state), strict=True):
            yield bytes(part.offset - end) + tensor.reshape(part.shape).numpy().tobytes()
            end = part.offset + part.length


def eight_bits(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Codes, steps and zeros of each block of 32, from its least weight to its greatest."""
    blocks = weights.reshape(len(weights), -1, BLOCK)
    low = blocks.amin(-1).clamp(max=0)
    high = blocks.amax(-1).clamp(min=0)
    steps = ((high - low) / 255).clamp(min=1e-12)
    zeros = (-low / steps).round()
    codes = ((blocks / steps[..., None]).round() + zeros[..., None]).clamp(0, 255)
    return codes.to(torch.uint8), steps, zeros.to(torch.uint8)


def _tensors(group: str, state: State) -> tuple[torch.Tensor, ...]:
    if group == "embedding":
        return _embedding(state["model.embed_tokens.weight"])
    if group == "rope":
        return _rope()
    if group.endswith("norm"):
        return (state[_norm_name(group)],)
    return eight_bits(torch.cat([state[name] for name in _projection_names(group)]))


def _embedding(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Symmetric about 128, which is what the kernels take for zero."""
    blocks = weights.reshape(VOCABULARY, HIDDEN // BLOCK, BLOCK)
    scales = (blocks.abs().amax(-1) / 127).clamp(min=1e-12)
    return ((blocks / scales[..., None]).round() + 128).to(torch.uint8), scales


def _rope() -> tuple[torch.Tensor, torch.Tensor]:
    cache = layout()[2]
    frequencies = 1 / ROPE_BASE ** (torch.arange(0, HEAD_SIZE, 2).float() / HEAD_SIZE)
    angles = torch.outer(torch.arange(cache.shape[0]).float(), frequencies)
    return angles.cos(), angles.sin()


def _norm_name(group: str) -> str:
    names = {"input_norm": "input_layernorm", "post_norm": "post_attention_layernorm"}
    if group == "final_norm":
        return "model.norm.weight"
    layer, _, kind = group.rpartition(".")
    return f"model.{layer}.{names[kind]}.weight"


def _projection_names(group: str) -> list[str]:
    layer, _, kind = group.rpartition(".")
    if kind == "qkv_proj":
        return [f"model.{layer}.self_attn.{part}_proj.weight" for part in "qkv"]
    place = "self_attn" if kind == "o_proj" else "mlp"
    return [f"model.{layer}.{place}.{kind}.weight"]


def _write_companions(gguf: Path, folder: Path) -> None:
    for name, content in companion_files(Weights(gguf)).items():
        write_atomically(folder / name, [content])


def main(arguments: list[str] | None = None) -> None:
    """Run from a shell: see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m inference.factory.build")
    parser.add_argument("what", choices=("graph", "model"))
    parser.add_argument("weights", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    chosen: Any = parser.parse_args(arguments)
    if chosen.what == "graph":
        write_atomically(GRAPH, [graph_bytes(chosen.weights, load(chosen.weights))])
    elif chosen.folder is None:
        parser.error("say into which FOLDER the model goes")
    else:
        build(chosen.weights, chosen.folder, load(chosen.weights))


if __name__ == "__main__":
    main()
