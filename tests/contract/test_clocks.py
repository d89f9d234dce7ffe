"""What every `Clock` must do."""

from datetime import timedelta

import pytest

from sereno.bootstrap import SystemClock
from sereno.ports import Clock
from tests.fakes.clock import FakeClock, Hands

CLOCKS: list[Clock] = [SystemClock(), FakeClock(), Hands()]


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda each: type(each).__name__)
def test_its_time_is_in_utc_and_does_not_run_backwards(clock: Clock) -> None:
    first, then = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= then
