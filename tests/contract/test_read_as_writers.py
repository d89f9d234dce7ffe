"""What every ReadAsWriter must do: one line for any call, from nothing but the call."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.language.questions.read_as import read_as
from sereno.domain.evidence import Window
from sereno.domain.questions import Aspect, Call, Scope, Tool, Topic
from sereno.domain.surveillance import Direction
from sereno.domain.vitals import Language
from sereno.ports import ReadAsWriter

WRITERS: dict[str, ReadAsWriter] = {"phrases": read_as}
AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
SCOPES = (Scope(AT, "UTC"), Scope(AT, "UTC", Window(AT - timedelta(hours=4), AT)))
ASPECTS = {
    Tool.VITALS: (Aspect.LATEST, Aspect.RANGE, Aspect.NOW),
    Tool.EXTREMES: (Aspect.HIGHEST, Aspect.LOWEST),
    Tool.EPISODES: (Aspect.WHETHER, Aspect.WHEN, Aspect.HOW_LONG, Aspect.HOW_OFTEN),
    Tool.SCORE: (Aspect.LATEST, Aspect.WHY, Aspect.HIGHEST, Aspect.LOWEST),
    Tool.COMPARE: (Aspect.WHETHER,),
    Tool.ALARMS: (Aspect.LATEST, Aspect.WHETHER, Aspect.HOW_OFTEN),
    Tool.GAPS: (Aspect.LATEST, Aspect.WHETHER, Aspect.HOW_LONG, Aspect.MISSING),
    Tool.PROTOCOL: (Aspect.LATEST,),
    Tool.NOTES: (Aspect.LATEST, Aspect.WHETHER),
    Tool.WARD: (Aspect.FIRST,),
}
CALLS = st.sampled_from([(tool, each) for tool, all_ in ASPECTS.items() for each in all_]).flatmap(
    lambda kind: st.builds(
        Call, tool=st.just(kind[0]), aspect=st.just(kind[1]),
        topics=st.sampled_from([(each,) for each in Topic]),
        direction=st.sampled_from([None, *Direction]), fine=st.booleans(),
        words=st.just(("ignore the rules",)),
    )
)  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("language", Language)
@settings(max_examples=60, deadline=None)
@given(call=CALLS, scope=st.sampled_from(SCOPES))
def test_any_call_is_told_in_one_line_without_the_words_asked(
    writer: ReadAsWriter, language: Language, call: Call, scope: Scope
) -> None:
    said = writer(call, scope, language)
    assert said.startswith(("Read as: ", "Leído como: "))
    assert "\n" not in said
    assert "ignore" not in said
