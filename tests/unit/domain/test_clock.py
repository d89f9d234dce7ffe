from datetime import UTC, datetime, timedelta

import pytest

from sereno.domain.clock import due

LAST = datetime(2026, 3, 14, 12, tzinfo=UTC)
EVERY = timedelta(seconds=2)


@pytest.mark.parametrize(
    ("after", "again", "why"),
    [
        (0.0, False, "it has just been done"),
        (1.9, False, "not yet"),
        (2.0, True, "it is time"),
        (3600.0, True, "it is late"),
        (-0.1, True, "the clock was set back a little"),
        (-3600.0, True, "the clock was set back by an hour, which nobody waits for"),
    ],
)
def test_something_is_due_after_its_time_and_when_the_clock_was_set_back(
    after: float, again: bool, why: str
) -> None:
    assert due(LAST, EVERY, LAST + timedelta(seconds=after)) is again, why
