"""Each key has its minute; one that asks too much is told when to come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.services.serving.allowance import AT_ONCE, WINDOW_S, Allowance, Exhausted


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def spend(allowance: Allowance, key: str, tokens: int = 1) -> None:
    with allowance.used(key, tokens):
        pass


def test_so_many_requests_a_minute_and_no_more() -> None:
    seconds = Seconds()
    allowance = Allowance(requests=3, tokens=1000, seconds=seconds)
    for _ in range(3):
        spend(allowance, "one")
        seconds.now += 10
    with pytest.raises(Exhausted, match="3 times a minute") as caught:
        spend(allowance, "one")
    assert caught.value.retry_s == 30
    spend(allowance, "another")
    seconds.now += caught.value.retry_s
    spend(allowance, "one")


def test_tokens_count_as_they_may_be_until_it_is_known_how_many_they_were() -> None:
    seconds = Seconds()
    allowance = Allowance(requests=100, tokens=1000, seconds=seconds)
    with allowance.used("one", 900) as use:
        with pytest.raises(Exhausted, match="1000 tokens a minute"):
            spend(allowance, "one", 200)
        use.tokens = 100
    spend(allowance, "one", 900)
    with pytest.raises(Exhausted) as caught:
        spend(allowance, "one", 100)
    assert caught.value.retry_s == WINDOW_S


def test_a_key_leaves_room_in_the_queue_for_others() -> None:
    allowance = Allowance(requests=100, tokens=1000, seconds=Seconds())
    running = [allowance.used("one", 1) for _ in range(AT_ONCE)]
    for each in running:
        each.__enter__()
    with pytest.raises(Exhausted, match="at once"):
        spend(allowance, "one")
    spend(allowance, "another")
    running[0].__exit__(None, None, None)
    spend(allowance, "one")


@given(st.lists(st.tuples(st.floats(0, 90), st.integers(1, 60)), max_size=40))
def test_in_no_minute_is_more_used_than_allowed_and_waiting_as_told_helps(
    asks: list[tuple[float, int]],
) -> None:
    seconds, allowed = Seconds(), [(0.0, 0)]
    allowance = Allowance(requests=5, tokens=100, seconds=seconds)
    for pause, tokens in asks:
        seconds.now += pause
        for _ in range(10):
            try:
                spend(allowance, "one", tokens)
            except Exhausted as exhausted:
                seconds.now += exhausted.retry_s
            else:
                break
        else:
            pytest.fail("waiting as told did not help")
        allowed.append((seconds.now, tokens))
        recent = [used for at, used in allowed if at > seconds.now - WINDOW_S]
        assert sum(recent) <= 100
        assert len(recent) <= 5
