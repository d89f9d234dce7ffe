"""The bytes of `sereno.storage.packing` for a handful of values, without arrays.

A ward's commits hold a dozen values of each patient: there, what an array costs to be made is more
than all that is done with it. What is written is the same to the last bit.
"""

import math
import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from sereno.storage import packing
from sereno.storage.packing import (
    DECIMALS,
    EXACT,
    FEW,
    MOST_EXCEPTIONS,
    ROUGH,
    WIDTHS,
    varint,
    zigzag,
)

MOST: Final = 64  # values; of more, arrays are quicker
_UNSIGNED: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}


def ints(values: Sequence[int]) -> bytes:
    """As `packing.ints`, of numbers below 2^60."""
    if not values:
        return b""
    first = values[0]
    if all(each == first for each in values):
        return bytes((0,)) + varint(zigzag(first))
    made = _coded(0, (first,), [each - first for each in values])
    if len(values) <= FEW:
        return made[-1]
    steps = [after - before for before, after in pairwise(values)]
    bends = [after - before for before, after in pairwise(steps)]
    return min(made, _coded(1, (first,), steps), _coded(2, (first, steps[0]), bends))[-1]


def floats(values: Sequence[float]) -> bytes:
    """As `packing.floats`."""
    for decimals in DECIMALS:
        scaled = _scaled(values, decimals)
        if scaled is not None:
            whole, places = scaled
            odd = [values[place] for place in places]
            return b"".join(
                (
                    bytes((decimals,)),
                    varint(len(places)),
                    ints(places),
                    struct.pack(f"<{len(odd)}d", *odd),
                    ints(whole),
                )
            )
    return packing.floats(np.array(values, np.float64))


def _coded(order: int, starts: tuple[int, ...], rest: list[int]) -> tuple[int, int, int, bytes]:
    """Differences of some order: what is the least of them is the best, and comes last in it."""
    coded = [zigzag(each) for each in rest]
    top = max(coded)
    width = next(width for width in WIDTHS if top < 1 << (8 * width))
    packed = bytes((order * 16 + width,)) + b"".join(varint(zigzag(each)) for each in starts)
    if width:
        plain = struct.pack(f"<{len(coded)}{_UNSIGNED[width]}", *coded)
        packed += b"".join(plain[byte::width] for byte in range(width))
    return width, sum(coded), order, packed


def _scaled(values: Sequence[float], decimals: int) -> tuple[list[int], list[int]] | None:
    """The values as whole steps, and the places where that is not exact; None where it seldom is.

    With few decimals a finite value that needs more is no exception: more are tried first.
    """
    step = 10.0**decimals
    whole, odd = [], []
    for place, value in enumerate(values):
        steps = value * step
        near = round(steps) if -EXACT < steps < EXACT else 0
        if near / step != value or (near == 0 and math.copysign(1, value) < 0):
            if decimals < ROUGH and math.isfinite(value):
                return None
            near = 0
            odd.append(place)
        whole.append(near)
    return None if len(odd) > MOST_EXCEPTIONS * len(values) else (whole, odd)
