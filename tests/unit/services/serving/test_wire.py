"""What is said between the two processes arrives as it was said."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.completion import Asked, Finish, Guide, Message, Step
from sereno.domain.errors import Conflict, InvalidEntry, ModelError, ModelMissing, SerenoError
from sereno.services.serving import wire

MESSAGES = st.lists(st.builds(Message), max_size=3).map(tuple)
ASKED = st.builds(
    Asked,
    prompt=st.text() | MESSAGES,
    max_tokens=st.integers(1, 2000),
    temperature=st.floats(0, 2),
    top_p=st.floats(0, 1, exclude_min=True),
    seed=st.integers(0, 2**31),
    stop=st.lists(st.text(min_size=1), max_size=4).map(tuple),
    guide=st.none() | st.builds(Guide),
)
STEPS = st.builds(Step, finish=st.none() | st.sampled_from(Finish))


@given(asked=ASKED, seconds=st.integers(0, 3600))
def test_a_request_is_one_line_and_read_as_it_was_written(asked: Asked, seconds: int) -> None:
    line = wire.request(asked, timedelta(seconds=seconds))
    assert line.index(b"\n") == len(line) - 1
    assert wire.read_request(line) == (asked, timedelta(seconds=seconds))


@given(told=STEPS | st.builds(wire.Waited, seconds=st.floats(0, 60)))
def test_an_answer_is_read_as_it_was_written(told: wire.Told) -> None:
    assert wire.read_answer(wire.answer(told)) == told


@pytest.mark.parametrize("kind", [InvalidEntry, Conflict, ModelMissing, ModelError])
def test_a_failure_arrives_as_its_kind_with_its_words(kind: type[SerenoError]) -> None:
    told = wire.read_answer(wire.answer(wire.Failed(kind("mend it"))))
    assert isinstance(told, wire.Failed)
    assert (type(told.error), str(told.error)) == (kind, "mend it")
