"""Samples of a waveform as few bytes: as whole steps of a decimal fraction, else as floats."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from sereno.domain.errors import MalformedInput

Floats = npt.NDArray[np.float64]

SINGLE: Final = "f4"
DOUBLE: Final = "f8"
WHOLE: Final = tuple(f"d{decimals}" for decimals in range(7))
SIZES: Final = {SINGLE: 4, DOUBLE: 8, **dict.fromkeys(WHOLE, 4)}  # bytes of a sample
_NONE: Final = -(2**31)  # the step that stands for NaN
_MOST_STEPS: Final = 2.0**31 - 1


def packed(samples: Sequence[float]) -> tuple[str, bytes]:
    """The form that fits and the bytes. What is no number, or none that is finite, is NaN.

    Steps come back as they were, but for the sign of nought. Others are
    rounded to single precision, as the store does.
    """
    values = np.asarray(samples, np.float64)
    known = np.isfinite(values)
    for decimals, form in enumerate(WHOLE):
        scale = 10.0**decimals
        with np.errstate(over="ignore", invalid="ignore"):
            steps = np.rint(values * scale)
            fits = known & (np.abs(steps) <= _MOST_STEPS)
            whole = np.where(fits, steps, _NONE).astype(np.int32)
            same = whole / scale == values
        if bool(np.all(same | ~known)):
            return form, _planes(_zigzag(whole), 4)
    values = np.where(known, values, np.nan)
    with np.errstate(over="ignore"):
        narrow = values.astype("<f4")
    if bool(np.all(np.isfinite(narrow) == known)):
        return SINGLE, _planes(narrow, 4)
    return DOUBLE, _planes(values.astype("<f8"), 8)


def unpacked(form: str, content: bytes) -> tuple[float, ...]:
    """What `packed` took. Raises MalformedInput."""
    size = SIZES.get(form)
    if size is None or len(content) % size:
        raise MalformedInput("a waveform's samples have a form that is not known")
    planes = np.frombuffer(content, np.uint8).reshape(size, -1)
    raw = np.ascontiguousarray(planes.T)
    if form in WHOLE:
        steps = _unzigzag(raw.view("<u4").reshape(-1))
        values = np.where(steps == _NONE, np.nan, steps / 10.0 ** WHOLE.index(form))
    else:
        values = raw.view(f"<{form}").reshape(-1).astype(np.float64)
        values = np.where(np.isfinite(values), values, np.nan)
    return tuple(values.tolist())


def _planes(values: npt.NDArray[np.generic], size: int) -> bytes:
    """All first bytes, then all second ones...: what varies little lies together."""
    return values.view(np.uint8).reshape(-1, size).T.tobytes()


def _zigzag(steps: npt.NDArray[np.int32]) -> npt.NDArray[np.uint32]:
    """The differences from one to the next, small ones as small numbers. They wrap around."""
    apart = np.diff(steps.view(np.uint32), prepend=np.uint32(0)).view(np.int32)
    return ((apart << 1) ^ (apart >> 31)).astype("<i4").view("<u4")


def _unzigzag(coded: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    apart = (coded >> np.uint32(1)) ^ (np.uint32(0) - (coded & np.uint32(1)))
    return np.cumsum(apart, dtype=np.uint32).view(np.int32)
