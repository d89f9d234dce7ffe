"""Turns GenAI's float export of the default architecture into the graph that a clinic's box runs.

The projections become 8-bit MatMulNBits, the embedding a GatherBlockQuantized over the very bytes
of the output projection, and only the last position's logits are computed, since decoding needs no
others. The weights are references into model.onnx.data, at the offsets of
inference.runtime.packing.layout.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from inference.runtime.packing import Part, layout, projections
from inference.runtime.weights import BLOCK, HIDDEN, VOCABULARY

DATA_NAME = "model.onnx.data"
# Overridable, so that an evaluation may ask for every position: 0 is the first, -1 the last.
LOGITS_FROM = "logits_from"
_CONTRIB = "com.microsoft"
_INT8_ACTIVATIONS = 4  # MatMulNBits' accuracy level that multiplies in 8-bit integers


def export(checkpoint: Path, folder: Path) -> onnx.ModelProto:
    """GenAI's own export of a Hugging Face checkpoint in float32, without its weights."""
    builder = [sys.executable, "-m", "onnxruntime_genai.models.builder"]
    paths = ["-m", str(checkpoint), "-o", str(folder), "-c", str(folder / "cache")]
    subprocess.run([*builder, *paths, "-p", "fp32", "-e", "cpu"], check=True, capture_output=True)
    return onnx.load(folder / "model.onnx", load_external_data=False)


def template(exported: onnx.ModelProto) -> onnx.ModelProto:
    """The quantised graph, its weights left to the data file.

    Raises ValueError where the export is not of the architecture that `layout` describes.
    """
    graph = exported.graph
    nodes = [node for old in graph.node for node in _replaced(old)]
    inputs = [*graph.input, helper.make_tensor_value_info(LOGITS_FROM, TensorProto.INT64, [1])]
    graph.output[0].type.tensor_type.shape.dim[1].Clear()
    graph.output[0].type.tensor_type.shape.dim[1].dim_value = 1
    made = helper.make_graph(nodes, "smollm2", inputs, graph.output, list(_initialisers()))
    _check(made)
    return helper.make_model(
        made, opset_imports=exported.opset_import, ir_version=exported.ir_version
    )


def _replaced(node: NodeProto) -> Iterator[NodeProto]:
    if node.op_type == "Transpose":  # of the output projection, to serve as the embedding
        return
    if node.name == "/model/embed_tokens/Gather":
        yield _embedding(node)
    elif node.name == "/lm_head/MatMul":
        yield from _head(node)
    elif node.op_type == "MatMul":
        yield _projection(node)
    else:
        _rename_norms(node)
        yield node


def _embedding(node: NodeProto) -> NodeProto:
    return helper.make_node(
        "GatherBlockQuantized",
        ["embedding.table", node.input[1], "embedding.table_scales"],
        node.output,
        name=node.name,
        domain=_CONTRIB,
        bits=8,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )


def _head(node: NodeProto) -> Iterator[NodeProto]:
    wanted = "/lm_head/Slice/output_0"
    ends = [node.input[0], LOGITS_FROM, "logits_to", "logits_axis"]
    yield helper.make_node("Slice", ends, [wanted], name="/lm_head/Slice")
    weights = ["embedding.codes", "embedding.scales"]
    yield _matmul([wanted, *weights], node, VOCABULARY, HIDDEN)


def _projection(node: NodeProto) -> NodeProto:
    # "/model/layers.7/mlp/up_proj/MatMul" is our "layers.7.up_proj".
    _, _, layer, _, kind, _ = node.name.split("/")
    name = f"{layer}.{kind}"
    rows, columns = {known: (rows, columns) for known, _, rows, columns in projections()}[name]
    weights = [f"{name}.codes", f"{name}.scales", f"{name}.zeros"]
    return _matmul([node.input[0], *weights], node, rows, columns)


def _matmul(inputs: list[str], node: NodeProto, rows: int, columns: int) -> NodeProto:
    return helper.make_node(
        "MatMulNBits",
        inputs,
        node.output,
        name=node.name,
        domain=_CONTRIB,
        N=rows,
        K=columns,
        bits=8,
        block_size=BLOCK,
        accuracy_level=_INT8_ACTIVATIONS,
    )


def _rename_norms(node: NodeProto) -> None:
    names = {
        "input_layernorm.weight": "input_norm",
        "post_attention_layernorm.weight": "post_norm",
    }
    for i, name in enumerate(node.input):
        if name.endswith("final_norm_layernorm.weight"):
            node.input[i] = "final_norm"
        for old, new in names.items():
            if name.endswith(old):
                node.input[i] = name.removeprefix("model.").replace(old, new)


def _initialisers() -> Iterator[TensorProto]:
    for part in layout():
        yield _external(part, part.name, _shape(part))
    codes, scales = layout()[:2]
    yield _external(codes, "embedding.table", (VOCABULARY, HIDDEN))
    yield _external(scales, "embedding.table_scales", scales.shape)
    for name, value in (
        (LOGITS_FROM, -1),
        ("logits_to", np.iinfo(np.int64).max),
        ("logits_axis", 1),
    ):
        yield numpy_helper.from_array(np.array([value], np.int64), name)


def _shape(part: Part) -> tuple[int, ...]:
    """MatMulNBits wants its scales flat."""
    return (int(np.prod(part.shape)),) if part.name == "embedding.scales" else part.shape


def _external(part: Part, name: str, shape: tuple[int, ...]) -> TensorProto:
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(part.dtype))
    tensor = TensorProto(name=name, dims=shape, data_type=kind)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", DATA_NAME), ("offset", part.offset), ("length", part.length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _check(graph: Any) -> None:
    """Every weight that the layout holds is used, and every one that is used is there."""
    used = {name for node in graph.node for name in node.input}
    made = {name for node in graph.node for name in node.output}
    known = {tensor.name for tensor in graph.initializer}
    given = {value.name for value in graph.input}
    if known - used or used - made - known - given - {""}:
        raise ValueError("the export is not of the architecture that the layout describes")
