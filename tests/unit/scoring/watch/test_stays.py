"""With the end of a stay all that was open ends, and the next one begins afresh."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.stream import Observation
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, at, stream
from tests.unit.scoring.watch.histories import histories
from tests.unit.scoring.watch.rounds import HR, all_of


@settings(max_examples=100)
@given(history=histories(versions=(1, 2)), cut=st.integers(0, 50))
def test_after_the_end_of_a_stay_nothing_is_open_and_what_comes_is_judged_as_of_somebody_new(
    history: list[Observation], cut: int
) -> None:
    watch, newcomer = Watch(PATIENT), Watch(PATIENT)
    watch.observe(history[:cut])
    open_before = watch.latest
    end = max(each.time for each in history) + timedelta(seconds=1)
    found = watch.discharge("nurse", "gone home", end)

    assert (watch.latest.alarms, watch.latest.episodes) == ((), ())
    assert {each.id for each in open_before.alarms} == {
        each.alarm for each in found.events if each.what == "discharged"
    }
    assert not any(each.active for each in found.alarms)
    assert all(each.end == each.last for each in found.episodes)
    assert all(each.total is None for each in watch.latest.scores)

    later = timedelta(days=30)
    watch.readmit(end + later, awaited=False)
    newcomer.advance(end + later)
    back = [replace(each, time=each.time + 2 * later) for each in history]
    seen_again, seen_first = all_of([watch.observe(back)]), all_of([newcomer.observe(back)])
    assert seen_again[0][-1:] == seen_first[0][-1:]
    assert sorted((a.raised, a.condition, a.priority) for a in seen_again[2].values()) == sorted(
        (a.raised, a.condition, a.priority) for a in seen_first[2].values()
    )
    restored = Watch.restore(PATIENT, watch.snapshot())
    assert restored.latest == watch.latest


def test_alarms_and_episodes_of_a_later_stay_are_not_called_like_those_of_an_earlier() -> None:
    watch = Watch(PATIENT)
    first = watch.observe(stream(HR, [160] * 20))
    watch.discharge("nurse", "gone home", at(30))
    watch.readmit(at(3600), awaited=False)
    second = watch.observe(stream(HR, [160] * 20, start=7200))

    assert first.alarms
    assert second.alarms
    assert {a.id for a in first.alarms}.isdisjoint(a.id for a in second.alarms)
    assert {e.id for e in first.episodes}.isdisjoint(e.id for e in second.episodes)


def test_limits_that_were_set_for_a_stay_end_with_it() -> None:
    watch = Watch(PATIENT)
    default = watch.limits
    wide = replace(next(each for each in default if each.signal is HR), value=200.0)
    watch.set_limit(wide, "doctor", at())
    watch.discharge("nurse", "gone home", at(30))

    assert watch.limits == default
