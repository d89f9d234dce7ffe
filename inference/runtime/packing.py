"""Lays the weights out for ONNX Runtime's 8-bit kernels: what lies where in model.onnx.data.

The graph is fixed; the factory wrote these very offsets into it. `layout` is what both go by.

A Q4_1 block is `scale * q + minimum` with q from 0 to 15. The kernels want `step * (code - zero)`
with a whole number for zero. Codes of 8 bits leave room to choose: with step = scale / c, for any c
from 1 to 17, the codes c * q hold all 16 levels exactly, and only the zero, -minimum * c / scale,
has to be rounded. The best c of the 17 leaves the block shifted by a four-hundredth of its scale on
average and a thirty-third at most, where 4 bits (c = 1) leave up to a half: see
docs/decisions/0009-eight-bit-weights.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from inference.runtime.adapter import Adapter
from inference.runtime.weights import (
    BLOCK,
    CONTEXT,
    FEED_FORWARD,
    HEAD_SIZE,
    HIDDEN,
    LAYERS,
    Q4,
    ROPE_BASE,
    VOCABULARY,
    Codes,
    Floats,
    Weights,
)
from sereno.domain.errors import ModelError

Array = npt.NDArray[np.generic]

_QKV_ROWS = 960  # (9 + 2 * 3) heads of 64
_LARGEST_FACTOR = 255 // 15  # 15, the highest code of 4 bits, must stay within a byte
_LARGEST_SHIFT = 1 / 32  # of a block's scale
_ALIGNMENT = 64  # bytes: a cache line


@dataclass(frozen=True, slots=True)
class Part:
    """One run of bytes in the data file.

    `name` is the initialiser's in the graph, `shape` and `dtype` its own; `group` names the parts
    that are made together.
    """

    name: str
    group: str
    shape: tuple[int, ...]
    dtype: str
    offset: int = 0

    @property
    def length(self) -> int:
        """How many bytes it takes."""
        return int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize


def projections() -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """Every quantised projection: name in the graph, GGUF tensors, rows, columns."""
    for layer in range(LAYERS):
        block, graph = f"blk.{layer}", f"layers.{layer}"
        qkv = tuple(f"{block}.attn_{part}.weight" for part in "qkv")
        yield f"{graph}.qkv_proj", qkv, _QKV_ROWS, HIDDEN
        yield f"{graph}.o_proj", (f"{block}.attn_output.weight",), HIDDEN, HIDDEN
        yield f"{graph}.gate_proj", (f"{block}.ffn_gate.weight",), FEED_FORWARD, HIDDEN
        yield f"{graph}.up_proj", (f"{block}.ffn_up.weight",), FEED_FORWARD, HIDDEN
        yield f"{graph}.down_proj", (f"{block}.ffn_down.weight",), HIDDEN, FEED_FORWARD


def norms() -> Iterator[tuple[str, str]]:
    """Every norm: name in the graph, GGUF tensor."""
    for layer in range(LAYERS):
        yield f"layers.{layer}.input_norm", f"blk.{layer}.attn_norm.weight"
        yield f"layers.{layer}.post_norm", f"blk.{layer}.ffn_norm.weight"
    yield "final_norm", "output_norm.weight"


def layout() -> list[Part]:
    """All parts with their offsets, in the order of the file.

    The embedding and the output projection are one matrix, stored once.
    """
    blocks = HIDDEN // BLOCK
    parts = [
        Part("embedding.codes", "embedding", (VOCABULARY, blocks, BLOCK), "uint8"),
        Part("embedding.scales", "embedding", (VOCABULARY, blocks), "float32"),
        Part("cos_cache", "rope", (CONTEXT, HEAD_SIZE // 2), "float32"),
        Part("sin_cache", "rope", (CONTEXT, HEAD_SIZE // 2), "float32"),
    ]
    parts += [Part(name, name, (HIDDEN,), "float32") for name, _ in norms()]
    for name, _, rows, columns in projections():
        blocks = columns // BLOCK
        parts += [
            Part(f"{name}.codes", name, (rows, blocks, BLOCK), "uint8"),
            Part(f"{name}.scales", name, (rows * blocks,), "float32"),
            Part(f"{name}.zeros", name, (rows * blocks,), "uint8"),
        ]
    return list(_placed(parts))


def packed(weights: Weights, adapter: Adapter | None = None) -> Iterator[bytes]:
    """The data file in pieces, one for each part and the gap before it.

    With an `adapter`, its matrices are added to the projections before these are quantised.
    """
    end = 0
    makers = _makers(weights, adapter)
    for group, parts in groupby(layout(), key=attrgetter("group")):
        for part, array in zip(parts, makers[group](), strict=True):
            if array.shape != part.shape or array.dtype != part.dtype:
                raise ModelError(f"the weights do not fit {part.name}: they are of another model")
            yield bytes(part.offset - end) + array.tobytes()
            end = part.offset + part.length


def eight_bits(q4: Q4) -> tuple[Codes, Floats, Codes]:
    """Codes, steps and zeros of `step * (code - zero)`, equal to `q4` but for a slight shift.

    Shapes as in Q4. Raises ModelError where a block would be shifted by more than 1/32 of its
    scale, as one of equal signs far from zero would.
    """
    best = np.full(q4.scale.shape, np.inf, np.float32)
    factor = np.ones_like(best)
    zero = np.zeros_like(best)
    ratio = -q4.minimum / np.where(q4.scale == 0, 1, q4.scale)
    for candidate in range(1, _LARGEST_FACTOR + 1):
        rounded = np.clip(np.rint(ratio * candidate), 0, 255)
        shift = np.abs(ratio - rounded / candidate)
        better = shift < best
        best = np.where(better, shift, best)
        factor = np.where(better, np.float32(candidate), factor)
        zero = np.where(better, rounded, zero)
    if best.max() > _LARGEST_SHIFT:
        raise ModelError("the weights do not fit 8 bits: they are of another model")
    codes = (q4.codes * factor[..., None]).astype(np.uint8)
    return codes, q4.scale / factor, zero.astype(np.uint8)


def rounded(weights: Floats) -> tuple[Codes, Floats, Codes]:
    """Codes, steps and zeros of any weights, (rows, columns): a block's range in 255 steps.

    Shapes as in Q4. Off by half a step at most; the zero is rounded too.
    """
    blocks = weights.reshape(len(weights), -1, BLOCK)
    low, high = np.minimum(blocks.min(-1), 0), np.maximum(blocks.max(-1), 0)
    steps = np.maximum((high - low) / np.float32(255), np.float32(1e-12))
    zeros = np.rint(-low / steps)
    codes = np.clip(np.rint(blocks / steps[..., None]) + zeros[..., None], 0, 255)
    return codes.astype(np.uint8), steps, zeros.astype(np.uint8)


def rotary_caches() -> tuple[Floats, Floats]:
    """Cosine and sine of the rotary embedding's angles, (context, half a head) each."""
    exponents = np.arange(0, HEAD_SIZE, 2, dtype=np.float32) / HEAD_SIZE
    angles = np.outer(np.arange(CONTEXT, dtype=np.float32), 1 / np.float32(ROPE_BASE) ** exponents)
    return np.cos(angles), np.sin(angles)


def _makers(
    weights: Weights, adapter: Adapter | None
) -> dict[str, Callable[[], tuple[Array, ...]]]:
    """How to make each group's arrays, in the order of the file."""
    makers: dict[str, Callable[[], tuple[Array, ...]]] = {
        "embedding": partial(_embedding, weights),
        "rope": rotary_caches,
    }
    makers |= {name: partial(_norm, weights, source) for name, source in norms()}
    for name, names, _, _ in projections():
        makers[name] = partial(_projection, weights, names, adapter)
    return makers


def _embedding(weights: Weights) -> tuple[Codes, Floats]:
    """Q8_0 is what the kernels want, but for the sign: they take 128 for zero."""
    scales, codes = weights.q8("token_embd.weight")
    unsigned = codes.view(np.uint8) ^ np.uint8(128)
    return unsigned.reshape(VOCABULARY, HIDDEN // BLOCK, BLOCK), scales


def _norm(weights: Weights, name: str) -> tuple[Floats]:
    return (weights.floats(name),)


def _projection(
    weights: Weights, names: tuple[str, ...], adapter: Adapter | None
) -> tuple[Codes, Floats, Codes]:
    if adapter is None:
        codes, steps, zeros = eight_bits(weights.q4(*names))
    else:
        merged = [_merged(weights, name, adapter) for name in names]
        codes, steps, zeros = rounded(np.concatenate(merged))
    return codes, steps.ravel(), zeros.ravel()


def _merged(weights: Weights, name: str, adapter: Adapter) -> Floats:
    before = weights.q4(name).dequantised()
    rows, columns = before.shape
    return before + adapter.delta(name, (rows, columns))


def _placed(parts: list[Part]) -> Iterator[Part]:
    ends = 0
    for part in parts:
        offset = -(-ends // _ALIGNMENT) * _ALIGNMENT
        yield Part(part.name, part.group, part.shape, part.dtype, offset)
        ends = offset + part.length
