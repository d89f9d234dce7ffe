"""A LoRA adapter, merged into the default model's weights with numpy: W + scale * B A.

The file is safetensors, in peft's names and half precision, as inference.factory.adapter writes it.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

import inference
from inference.runtime.weights import Floats
from sereno.domain.errors import ModelError

SHIPPED: Final = "handover"  # the one that Sereno brings: docs/reference/model-card.md
_SUFFIX: Final = ".safetensors"
_LARGEST: Final = 64_000_000  # bytes; whole weights are larger, and are not read in to be refused
_OF_ANOTHER: Final = "the adapter is of another model: make it anew with `sereno model tune`"
_LENGTH_BYTES: Final = 8  # of the header, a little-endian number at the file's beginning
_LARGEST_HEADER: Final = 1 << 20  # a hundredth of that is needed
_MODULES: Final = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


class Adapter:
    """The matrices of one file, and the bytes that it was read from.

    Raises ModelError where the file is no adapter or can not be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.content = _content(path)
            header, self._data = _parted(self.content)
            self._scale = float(header.pop("__metadata__")["scale"])
            self._places = {name: _placed(told) for name, told in header.items()}
        except OSError as exc:
            raise ModelError(f"can not read the adapter {path}: check the path") from exc
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ModelError(
                f"{path} is no adapter as `sereno model tune` makes it: make it anew; of whole "
                "weights, give the folder that their config.json is in"
            ) from exc

    def delta(self, tensor: str, shape: tuple[int, int]) -> Floats:
        """What the GGUF tensor of that name and (rows, columns) gains. Raises ModelError."""
        _, layer, kind, _ = tensor.split(".")
        module = f"base_model.model.model.layers.{layer}.{_MODULES[kind]}"
        down, up = self._matrix(f"{module}.lora_A.weight"), self._matrix(f"{module}.lora_B.weight")
        if (len(up), down.shape[1]) != shape or up.shape[1] != len(down):
            raise ModelError(
                "the adapter is of another model: make it anew with `sereno model tune`"
            )
        return np.float32(self._scale) * (up @ down)

    def _matrix(self, name: str) -> Floats:
        if name not in self._places:
            raise ModelError(
                "the adapter is of another model: make it anew with `sereno model tune`"
            )
        shape, start, end = self._places[name]
        try:
            values = np.frombuffer(self._data[start:end], "<f2").reshape(shape)
        except ValueError as exc:
            raise ModelError("the adapter is cut off: bring it anew") from exc
        return values.astype(np.float32)


def named(source: str) -> Adapter | None:
    """The adapter that `source` names, by its file or as SHIPPED; None where it names none.

    Raises ModelError where it can not be read.
    """
    if source == SHIPPED and not Path(source).exists():
        return Adapter(Path(str(files(inference).joinpath(f"runtime/smollm2/{SHIPPED}{_SUFFIX}"))))
    path = Path(source).expanduser()
    return Adapter(path) if path.suffix == _SUFFIX and not path.is_dir() else None


def _content(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise ValueError("too large")
    return path.read_bytes()


def _parted(content: bytes) -> tuple[dict[str, Any], bytes]:
    size = int.from_bytes(content[:_LENGTH_BYTES], "little")
    if not 0 < size <= _LARGEST_HEADER:
        raise ValueError("no header")
    begins = _LENGTH_BYTES + size
    return json.loads(content[_LENGTH_BYTES:begins]), content[begins:]


def _placed(told: dict[str, Any]) -> tuple[tuple[int, int], int, int]:
    rows, columns = told["shape"]
    start, end = told["data_offsets"]
    if told["dtype"] != "F16":
        raise ValueError("not in half precision")
    return (int(rows), int(columns)), int(start), int(end)
