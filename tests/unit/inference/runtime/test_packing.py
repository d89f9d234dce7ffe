from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.runtime.packing import (
    eight_bits,
    layout,
    norms,
    projections,
    rotary_caches,
    rounded,
)
from inference.runtime.weights import Q4
from sereno.domain.errors import ModelError


def one_block(scale: float, minimum: float, codes: list[int]) -> Q4:
    return Q4(
        np.array([[scale]], np.float32),
        np.array([[minimum]], np.float32),
        np.array([[codes]], np.uint8),
    )


def unpacked(q4: Q4) -> np.ndarray:
    codes, steps, zeros = eight_bits(q4)
    return (codes.astype(np.float32) - zeros[..., None]) * steps[..., None]


# A block that spans zero: from all its weights below to all above, as fractions of its range.
spans = st.floats(0, 1)
scales = st.floats(1e-4, 1)
codes = st.lists(st.integers(0, 15), min_size=32, max_size=32)


@given(scale=scales, below=spans, codes=codes)
def test_a_block_keeps_its_sixteen_levels_and_shifts_by_a_32nd_of_a_level_at_most(
    scale: float, below: float, codes: list[int]
) -> None:
    q4 = one_block(scale, -15 * scale * below, codes)
    shifts = (unpacked(q4).ravel() - q4.dequantised().ravel()) / scale
    assert np.ptp(shifts) < 1e-4  # one shift for all: the levels themselves are exact
    assert np.abs(shifts).max() <= 1 / 32 + 1e-4


def test_a_block_of_zeros_stays_zero() -> None:
    assert not unpacked(one_block(0, 0, [0] * 32)).any()


@pytest.mark.parametrize("minimum", [0.5, -400.0], ids=["all above zero", "far below zero"])
def test_a_block_that_eight_bits_can_not_hold_is_refused(minimum: float) -> None:
    with pytest.raises(ModelError, match="do not fit"):
        eight_bits(one_block(0.1, minimum, list(range(16)) * 2))


def test_parts_lie_one_after_the_other_on_cache_lines() -> None:
    parts = layout()
    assert all(part.offset % 64 == 0 for part in parts)
    for before, after in pairwise(parts):
        assert 0 <= after.offset - (before.offset + before.length) < 64


def test_the_layout_holds_each_weight_once() -> None:
    names = [part.name for part in layout()]
    assert len(names) == len(set(names))
    assert len(names) == 4 + len(list(norms())) + 3 * len(list(projections()))


def test_the_whole_is_well_below_200_megabytes() -> None:
    last = layout()[-1]
    assert last.offset + last.length < 160_000_000


def test_rotary_caches_start_unturned_and_keep_to_the_unit_circle() -> None:
    cosines, sines = rotary_caches()
    assert cosines[0].tolist() == [1] * 32
    assert np.allclose(cosines**2 + sines**2, 1, atol=1e-5)
    assert cosines.dtype == sines.dtype == np.float32


@given(values=st.lists(st.floats(-4, 4, width=32), min_size=32, max_size=32))
def test_any_block_is_kept_to_a_step_of_255(values: list[float]) -> None:
    """Half a step for the code and half a step for the zero."""
    block = np.array([values], np.float32)
    codes, steps, zeros = rounded(block)
    back = (codes.astype(np.float32) - zeros[..., None]) * steps[..., None]
    assert np.abs(back.ravel() - block.ravel()).max() <= steps.max() * 1.01
