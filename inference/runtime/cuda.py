"""What CUDA needs: its libraries in the process, and a graph with attention in half precision.

ONNX Runtime attends on CUDA in half precision alone. A graph in floats has its attention run on the
processor instead, in silence, and every step carries the whole cache there and back. So each
attention gets its inputs as halves, and gives floats back to the rest of the graph, which stays as
it was, as do the weights.

Only what is touched of ONNX's messages is described here; protobuf keeps whatever else there is.
The numbers are those of ONNX's own schema, onnx.proto.
"""

from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from sereno.domain.errors import ModelError

_FLOAT: Final = 1  # TensorProto.DataType
_HALF: Final = 10
_WHOLE: Final = 2  # AttributeProto.AttributeType.INT
_ATTENTION: Final = "GroupQueryAttention"
# Of that operator's inputs: query, key, value, cosines and sines of the positions, bias and sink.
# The past comes from outside, as halves.
_CAST_INPUTS: Final = (0, 1, 2, 7, 8, 10, 11)
_PAST: Final = (3, 4)
_PRESENT: Final = (1, 2)
_SUFFIX: Final = "/half"

_Field = tuple[str, int, str]
_SCHEMA: Final[dict[str, tuple[_Field, ...]]] = {
    "Model": (("graph", 7, "Graph"),),
    "Graph": (
        ("node", 1, "Node*"), ("input", 11, "Value*"), ("output", 12, "Value*"),
        ("value_info", 13, "Value*"),
    ),
    "Node": (
        ("input", 1, "string*"), ("output", 2, "string*"), ("name", 3, "string"),
        ("op_type", 4, "string"), ("attribute", 5, "Attribute*"),
    ),
    "Attribute": (("name", 1, "string"), ("i", 3, "int64"), ("type", 20, "int32")),
    "Value": (("name", 1, "string"), ("type", 2, "Type")),
    "Type": (("tensor_type", 1, "Tensor"),),
    "Tensor": (("elem_type", 1, "int32"),),
}  # fmt: skip


def load_cuda_libraries() -> None:
    """Load CUDA's libraries out of the packages that the gpu extra brings.

    ONNX Runtime looks for them where the system keeps its libraries, and nowhere else. What is not
    there is left to it to tell.
    """
    import onnxruntime

    with redirect_stdout(StringIO()):  # it prints what it does not find
        onnxruntime.preload_dlls()


def with_half_attention(graph: bytes) -> bytes:
    """The ONNX model `graph` with its attention in half precision, where that is in floats.

    Raises ModelError where it is no ONNX model.
    """
    model = _message("Model")
    try:
        model.ParseFromString(graph)
    except DecodeError as exc:
        raise ModelError("the model's graph can not be read: run `sereno doctor`") from exc
    cached = {name for node in model.graph.node if _attends(node) for name in _cache_of(node)}
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        if value.name in cached:
            if value.type.tensor_type.elem_type != _FLOAT:
                return graph
            value.type.tensor_type.elem_type = _HALF
    nodes = list(_halved(model.graph.node))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return bytes(model.SerializeToString())


def _attends(node: Any) -> bool:
    return bool(node.op_type == _ATTENTION)


def _cache_of(node: Any) -> Iterator[str]:
    yield from (node.input[i] for i in _PAST)
    yield from (node.output[i] for i in _PRESENT)


def _halved(nodes: Iterable[Any]) -> Iterator[Any]:
    """The nodes in their order, with what casts around each that attends."""
    cast: set[str] = set()
    for node in nodes:
        if not _attends(node):
            yield node
            continue
        given = [i for i in _CAST_INPUTS if i < len(node.input) and node.input[i]]
        for i in given:
            name = node.input[i]
            node.input[i] = f"{name}{_SUFFIX}"
            if name not in cast:
                cast.add(name)
                yield _cast(name, node.input[i], _HALF)
        told = node.output[0]
        node.output[0] = f"{told}{_SUFFIX}"
        yield node
        yield _cast(node.output[0], told, _FLOAT)


def _cast(source: str, target: str, kind: int) -> Any:
    to = _message("Attribute", name="to", i=kind, type=_WHOLE)
    return _message(
        "Node", input=[source], output=[target], name=f"{target}/Cast", op_type="Cast",
        attribute=[to],
    )  # fmt: skip


def _message(kind: str, **fields: Any) -> Any:
    return _classes()[kind](**fields)


@cache
def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="sereno/halves.proto", package="halves")
    for kind, fields in _SCHEMA.items():
        message = file.message_type.add(name=kind)
        for name, number, type_ in fields:
            _add(message, name, number, type_)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        kind: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"halves.{kind}"))
        for kind in _SCHEMA
    }


def _add(message: Any, name: str, number: int, kind: str) -> None:
    scalar = getattr(descriptor_pb2.FieldDescriptorProto, f"TYPE_{kind.rstrip('*').upper()}", None)
    repeated = kind.endswith("*")
    field = message.field.add(name=name, number=number, label=3 if repeated else 1)
    if scalar is None:
        field.type_name = f".halves.{kind.rstrip('*')}"
        field.type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
    else:
        field.type = scalar
