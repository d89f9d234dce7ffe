"""Reads SmolLM2's weights from GGUF: the quantised codes as they are, or as floats.

llama.cpp orders the rows of the query and key projections for its own rotary embedding, even and
odd dimensions in turn; they are put back into the order of the original model, halves apart.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sereno.domain.errors import ModelError

if TYPE_CHECKING:
    from gguf import ReaderTensor

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]

LAYERS = 30
HIDDEN = 576
FEED_FORWARD = 1536
HEADS = 9
KEY_HEADS = 3
HEAD_SIZE = 64
VOCABULARY = 49152
CONTEXT = 8192  # tokens
ROPE_BASE = 100_000.0
NORM_EPSILON = 1e-5

BLOCK = 32  # weights that share a scale, in Q4_1 and Q8_0 alike
_Q4_1_BYTES = 20  # half-precision scale and minimum, then 32 codes of 4 bits
_Q8_0_BYTES = 34  # half-precision scale, then 32 signed bytes


@dataclass(frozen=True, slots=True)
class Q4:
    """Q4_1 weights: `scale * codes + minimum`, by block.

    Shapes: scale and minimum (rows, blocks), codes (rows, blocks, 32) from 0 to 15.
    """

    scale: Floats
    minimum: Floats
    codes: Codes

    def dequantised(self) -> Floats:
        """The weights as floats, (rows, columns)."""
        values = self.scale[..., None] * self.codes + self.minimum[..., None]
        return values.reshape(len(self.codes), -1)


class Weights:
    """The tensors of one GGUF file, by their GGUF names. Raises ModelError if it is no GGUF."""

    def __init__(self, path: Path) -> None:
        from gguf import GGUFReader

        try:
            reader = GGUFReader(path)
        except (OSError, ValueError, IndexError) as exc:
            raise ModelError(f"{path} is no GGUF file: run `sereno model build` again") from exc
        self._fields = reader.fields
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}

    def field(self, name: str) -> Any:
        """A value of the file's metadata."""
        return self._fields[name].contents()

    def floats(self, name: str) -> Floats:
        """A tensor kept as float32, such as a norm's."""
        return np.asarray(self._tensor(name, "F32").data, np.float32)

    def q4(self, *names: str) -> Q4:
        """Q4_1 matrices stacked one below the other."""
        parts = [self._q4(name) for name in names]
        return Q4(
            np.concatenate([part.scale for part in parts]),
            np.concatenate([part.minimum for part in parts]),
            np.concatenate([part.codes for part in parts]),
        )

    def q8(self, name: str) -> tuple[Floats, npt.NDArray[np.int8]]:
        """A Q8_0 matrix: scales (rows, blocks) and signed codes (rows, columns)."""
        raw = self._blocks(name, "Q8_0", _Q8_0_BYTES)
        codes = np.ascontiguousarray(raw[..., 2:]).view(np.int8)
        return _halves(raw[..., :2]), codes.reshape(len(raw), -1)

    def _q4(self, name: str) -> Q4:
        raw = self._blocks(name, "Q4_1", _Q4_1_BYTES)[self._order(name)]
        pairs = raw[..., 4:]
        codes = np.concatenate([pairs & 15, pairs >> 4], axis=-1)
        return Q4(_halves(raw[..., :2]), _halves(raw[..., 2:4]), codes)

    def _order(self, name: str) -> Any:
        """The rows to take, in order, to have the original model's."""
        heads = {"attn_q": HEADS, "attn_k": KEY_HEADS}.get(name.split(".")[-2])
        if heads is None:
            return slice(None)
        rows = np.arange(heads * HEAD_SIZE)
        return rows.reshape(heads, HEAD_SIZE // 2, 2).swapaxes(1, 2).ravel()

    def _blocks(self, name: str, kind: str, size: int) -> Codes:
        tensor = self._tensor(name, kind)
        columns, rows = (int(length) for length in tensor.shape)
        return np.asarray(tensor.data, np.uint8).reshape(rows, columns // BLOCK, size)

    def _tensor(self, name: str, kind: str) -> "ReaderTensor":
        tensor = self._tensors.get(name)
        if tensor is None or tensor.tensor_type.name != kind:
            raise ModelError(f"the weights lack {name} as {kind}: they are of another model")
        return tensor


def _halves(raw: Codes) -> Floats:
    """The half-precision number in the last two bytes of each row, as float32."""
    return np.ascontiguousarray(raw).view(np.float16)[..., 0].astype(np.float32)
