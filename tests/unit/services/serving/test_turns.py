"""One text at a time, bounded, in order; given up by whoever asked, or when its time is over."""

from datetime import timedelta

import pytest

from sereno.domain.completion import Asked, Finish, Step
from sereno.domain.errors import Conflict, InvalidEntry, ModelMissing, SerenoError
from sereno.ports import TextModel
from sereno.services.serving.turns import Turn, Turns
from sereno.services.serving.wire import Failed, Told
from tests.fakes.clock import FakeClock
from tests.fakes.speaker import Speaker

MINUTE = timedelta(minutes=1)
ASKED = Asked(prompt="How is the ward?", max_tokens=10)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def turns(speaker: Speaker, clock: FakeClock, longest: int = 3) -> Turns:
    return Turns(lambda: speaker, clock, longest=longest)


def nothing() -> None:
    pass


def told(turn: Turn) -> list[Told]:
    return [turn.told.get_nowait() for _ in range(turn.told.qsize())]


def text(turn: Turn) -> tuple[str, Finish | None]:
    steps = [each for each in told(turn) if isinstance(each, Step)]
    return "".join(step.text for step in steps), steps[-1].finish


def test_first_come_first_served(clock: FakeClock) -> None:
    speaker = Speaker()
    queue = turns(speaker, clock)
    assert not queue.serve_next(nothing)
    first, second = (queue.join(ASKED, MINUTE) for _ in range(2))
    clock.turn(timedelta(seconds=5))
    assert queue.serve_next(nothing)
    assert second.told.empty()
    assert text(first) == ("All is calm.", Finish.STOP)
    assert queue.serve_next(nothing)
    assert text(second) == ("All is calm.", Finish.STOP)


def test_too_many_are_turned_away_and_who_has_gone_makes_room(clock: FakeClock) -> None:
    queue = turns(Speaker(), clock)
    waiting = [queue.join(ASKED, MINUTE) for _ in range(3)]
    with pytest.raises(Conflict, match="try again"):
        queue.join(ASKED, MINUTE)
    waiting[1].cancelled.set()
    queue.join(ASKED, MINUTE)


def test_other_work_goes_first_after_every_step(clock: FakeClock) -> None:
    order: list[object] = []
    speaker = Speaker(during=order.append)
    queue = turns(speaker, clock)
    queue.join(ASKED, MINUTE)
    queue.serve_next(lambda: order.append("job"))
    assert order == ["job", 1, "job", 2, "job", 3, "job", 4, "job"]


def test_a_text_that_nobody_waits_for_ends_at_once(clock: FakeClock) -> None:
    speaker = Speaker(during=lambda made: turn.cancelled.set() if made == 2 else None)
    queue = turns(speaker, clock)
    turn = queue.join(ASKED, MINUTE)
    queue.serve_next(nothing)
    assert speaker.closed == 1
    assert [each.text for each in told(turn) if isinstance(each, Step)] == ["All", " is"]


def test_one_that_has_gone_before_its_turn_costs_nothing(clock: FakeClock) -> None:
    speaker = Speaker()
    queue = turns(speaker, clock)
    queue.join(ASKED, MINUTE).cancelled.set()
    assert queue.serve_next(nothing)
    assert speaker.heard == []


def test_past_its_deadline_a_text_is_cut_and_one_not_begun_is_refused(clock: FakeClock) -> None:
    speaker = Speaker(during=lambda _: clock.turn(timedelta(seconds=25)))
    queue = turns(speaker, clock)
    first, second = (queue.join(ASKED, MINUTE) for _ in range(2))
    queue.serve_next(nothing)
    queue.serve_next(nothing)
    assert text(first) == ("All is calm", Finish.LENGTH)
    (refused,) = told(second)
    assert isinstance(refused, Failed)
    assert isinstance(refused.error, Conflict)


def test_it_ends_before_a_stop_sequence(clock: FakeClock) -> None:
    queue = turns(Speaker(), clock)
    turn = queue.join(Asked(prompt="", max_tokens=10, stop=("s ca",)), MINUTE)
    queue.serve_next(nothing)
    assert text(turn) == ("All i", Finish.STOP)


@pytest.mark.parametrize("error", [ModelMissing("build it"), InvalidEntry("no grammar")])
def test_what_goes_wrong_is_told_and_the_next_text_is_written(
    clock: FakeClock, error: SerenoError
) -> None:
    speaker = Speaker(error=error)
    queue = turns(speaker, clock)
    first, second = (queue.join(ASKED, MINUTE) for _ in range(2))
    queue.serve_next(nothing)
    assert told(first)[-1] == Failed(error)
    speaker.error = None
    queue.serve_next(nothing)
    assert text(second) == ("All is calm.", Finish.STOP)


def test_an_error_nobody_expected_quotes_nothing(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> TextModel:
        raise RuntimeError("Ana Zubizarreta")

    queue = Turns(broken, clock)
    turn = queue.join(ASKED, MINUTE)
    queue.serve_next(nothing)
    assert "Ana" not in str(told(turn)) + caplog.text


def test_until_when_it_may_take_is_known_while_it_is_written(clock: FakeClock) -> None:
    seen: list[object] = []
    queue = turns(Speaker(during=lambda _: seen.append(queue.due)), clock)
    queue.join(ASKED, MINUTE)
    queue.serve_next(nothing)
    assert seen == [clock.now() + MINUTE] * 4
    assert queue.due is None
