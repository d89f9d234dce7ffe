"""How fast somebody breathes, from the waveform."""

import numpy as np
import pytest

from sereno.scoring.waveforms.breaths import of_respiration
from tests.unit.scoring.waveforms import drawn


@pytest.mark.parametrize("per_minute", [7, 10, 16, 24, 36, 50])
def test_even_breaths_are_counted(per_minute: float) -> None:
    found = of_respiration(drawn.breaths(32, per_minute), 25.0)
    assert found is not None
    assert found.per_minute == pytest.approx(per_minute, abs=1)


@pytest.mark.parametrize(
    "wave",
    [np.zeros(800), np.random.default_rng(0).standard_normal(800), np.zeros(3), np.zeros(0)],
    ids=["apnoea", "noise", "too short", "nothing"],
)
def test_nothing_is_told_where_no_breath_is_sure(wave: drawn.Samples) -> None:
    assert of_respiration(wave, 25.0) is None
