"""Samples of waveforms in messages: arrays of numbers, or numbers in base64."""

import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from connectors.mqtt.template import LEAST_RATE, MOST_RATE
from sereno.domain.errors import MalformedInput
from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal

MOST_SECONDS: Final = 60  # of one waveform in a message
Array = npt.NDArray[np.float64]

_TYPES: Mapping[str, str] = {
    "int8": "i1", "int16le": "<i2", "int16be": ">i2", "uint16le": "<u2", "uint16be": ">u2",
    "int32le": "<i4", "int32be": ">i4", "float32le": "<f4", "float32be": ">f4",
    "float64le": "<f8", "float64be": ">f8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Samples:
    """How the samples of one waveform are written: each number times `scale` plus `offset`."""

    encoding: str = "numbers"
    scale: float = 1.0
    offset: float = 0.0

    def read(
        self, told: Any, convert: Callable[[float], float] | None, signal: Signal
    ) -> list[float]:
        """The samples in the vocabulary's unit; NaN where none was taken. Raises MalformedInput."""
        kind = _TYPES.get(self.encoding)
        try:
            raw = _numbers(told) if kind is None else _binary(told, kind)
        except (ValueError, TypeError, OverflowError) as exc:
            raise MalformedInput(f"the samples of its {signal.value} can not be read") from exc
        with np.errstate(all="ignore"):
            raw = raw * self.scale + self.offset
            converted: Any = convert(raw) if convert else raw  # type: ignore[arg-type]
        samples: list[float] = np.where(np.isfinite(converted), converted, np.nan).tolist()
        return samples


def chunks(
    signal: Signal, start: datetime, rate: Any, values: list[float], source: str, channel: str
) -> list[WaveformChunk]:
    """`values` from `start` on, in stretches of a second; those without a sample are left out.

    Raises MalformedInput where `rate`, in Hz, is none.
    """
    if type(rate) not in {int, float} or not LEAST_RATE <= rate <= MOST_RATE:
        raise MalformedInput(f"the rate of its {signal.value} is none")
    if len(values) > MOST_SECONDS * rate:
        raise MalformedInput(f"its {signal.value} is longer than {MOST_SECONDS} seconds")
    size = int(rate)
    found = []
    for first in range(0, len(values), size):
        part = values[first : first + size]
        if any(each == each for each in part):  # noqa: PLR0124 - not all are NaN
            begin = start + timedelta(seconds=first / rate)
            found.append(WaveformChunk(signal, begin, float(rate), part, source, channel))
    return found


def _numbers(told: Any) -> Array:
    if type(told) is not list:
        raise TypeError
    if not {type(each) for each in told} <= {int, float, type(None)}:
        raise TypeError
    return np.array(told, dtype=np.float64)  # null becomes NaN


def _binary(told: Any, kind: str) -> Array:
    if type(told) is not str:
        raise TypeError
    content = binascii.a2b_base64(told.encode("ascii"), strict_mode=True)
    return np.frombuffer(content, dtype=kind).astype(np.float64)
