"""Which of two sources of one signal is shown and scored."""

from datetime import timedelta

import pytest

from sereno.domain.stream import CHARTED, Quality, derived_source, relayed_source
from sereno.domain.surveillance import Condition
from sereno.domain.vitals import Signal
from sereno.scoring.choosing import gives_way
from sereno.scoring.watch import Watch
from tests.unit.scoring.streams import PATIENT, at, seen

HR, RR = Signal.HEART_RATE, Signal.RESPIRATORY_RATE
MADE = derived_source(Signal.ECG, "monitor")


@pytest.mark.parametrize(
    ("holder", "good", "new", "quality", "seconds", "gives"),
    [
        ("a", True, "a", Quality.ARTEFACT, 1, True),  # its own next value, whatever it is
        ("", True, "a", Quality.GOOD, 1, True),  # nobody has it
        ("a", True, "b", Quality.GOOD, 1, False),  # two of a kind: who has it keeps it
        ("a", True, "b", Quality.GOOD, 60, True),  # until it is silent for a minute
        ("a", False, "b", Quality.GOOD, 1, True),  # or says itself that it is not good
        ("a", False, "b", Quality.SENSOR_OFF, 1, False),  # which the other one must be
        ("ble:x", True, "a", Quality.GOOD, 1, True),  # a monitor goes before what is worn
        ("a", True, "ble:x", Quality.GOOD, 59, False),
        (MADE, True, "a", Quality.GOOD, 1, True),  # and measured before derived
        (MADE, True, "ble:x", Quality.GOOD, 1, True),
        ("a", True, MADE, Quality.GOOD, 299, False),
        ("a", True, MADE, Quality.GOOD, 300, True),
        ("a", True, CHARTED, Quality.GOOD, 0, True),  # what is said on purpose is taken
        (CHARTED, True, "a", Quality.GOOD, 1, True),  # and is no stream: what comes next is too
        (CHARTED, True, MADE, Quality.GOOD, 899, False),  # but no derived rate, for a while
        (CHARTED, True, MADE, Quality.GOOD, 900, True),
        # What another Sereno relays is of the kind that it is there.
        ("edge n/ble:x", True, "a", Quality.GOOD, 1, True),
        ("a", True, "edge n/edge m/ble:x", Quality.GOOD, 59, False),
        ("a", True, f"edge n/{CHARTED}", Quality.GOOD, 0, True),
        (relayed_source("n", MADE), True, "edge n/a", Quality.GOOD, 1, True),
        ("edge n/a", True, "a", Quality.GOOD, 59, False),
    ],
)
def test_who_gives_way_to_whom(
    holder: str, good: bool, new: str, quality: Quality, seconds: float, gives: bool
) -> None:
    value = seen(HR, 80, at(seconds), quality, new)
    assert gives_way(holder, at(0), value, good=good) is gives


def test_of_two_monitors_that_do_not_agree_the_value_does_not_leap() -> None:
    watch = Watch(PATIENT)
    for second in range(30):
        watch.observe([seen(HR, 80, at(second), source="a")])
        watch.observe([seen(HR, 95, at(second + 0.5), source="b")])
    assert watch.holders == {HR: "a"}
    assert {part.value for s in watch.latest.scores for part in s.parts if part.signal is HR} == {
        80
    }


def test_a_value_beyond_a_limit_alarms_whoever_measures_it() -> None:
    watch = Watch(PATIENT)
    for second in range(30):
        watch.observe([seen(HR, 80, at(second), source="a")])
        watch.observe([seen(HR, 180, at(second + 0.5), source="b")])
    assert {(a.condition, a.signal) for a in watch.latest.alarms} == {(Condition.LIMIT, HR)}


def test_a_derived_value_beyond_a_limit_waits_while_the_signal_is_measured() -> None:
    watch = Watch(PATIENT)
    for second in range(30):
        watch.observe([seen(HR, 80, at(second)), seen(HR, 180, at(second + 0.5), source=MADE)])
    assert watch.latest.alarms == ()


def test_another_sources_sensor_that_is_off_is_no_alarm_of_a_signal_that_is_measured() -> None:
    watch = Watch(PATIENT)
    for second in range(30):
        off = seen(HR, 0, at(second + 0.5), Quality.SENSOR_OFF, "b")
        watch.observe([seen(HR, 80, at(second), source="a"), off])
    assert watch.latest.alarms == ()


def test_a_derived_rate_is_scored_and_says_so_and_a_measured_one_takes_its_place() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(5 * n), source=MADE) for n in range(6)])
    assert _derived(watch) == "ecg"
    watch.observe([seen(HR, 82, at(30), source="monitor")])
    assert _derived(watch) is None
    watch.advance(at(minutes=1))
    assert watch.latest.alarms == ()  # nobody misses what was derived


def test_a_derived_rate_that_stops_is_missed_like_any_source() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(5 * n), source=MADE) for n in range(10)])
    watch.advance(at(minutes=3))
    assert [a.condition for a in watch.latest.alarms] == [Condition.SOURCE_SILENT]


def test_who_has_a_signal_is_known_after_a_restart() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(0), source="a"), seen(RR, 16, at(0), source=MADE)])
    restored = Watch.restore(PATIENT, watch.snapshot())
    assert restored.holders == watch.holders
    restored.observe([seen(HR, 95, at(1), source="b")])
    assert restored.holders[HR] == "a"
    later = at(1) + timedelta(minutes=1)
    restored.observe([seen(HR, 95, later, source="b")])
    assert restored.holders[HR] == "b"


def _derived(watch: Watch) -> str | None:
    (part,) = [p for s in watch.latest.scores for p in s.parts if p.signal is HR]
    return part.derived


def test_what_comes_late_takes_a_signal_from_nobody() -> None:
    """An edge box made up for an outage, in which the patient had another monitor."""
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(0), source="edge n/a")])
    for second in range(600, 660):
        watch.observe([seen(HR, 95, at(second), source="edge n/b")])
        watch.observe([seen(HR, 81, at(second - 595), source="edge n/a")])  # what has waited
        watch.observe([seen(HR, 96, at(second - 300), source="edge n/b")])
        assert watch.holders == {HR: "edge n/b"}
        assert [each.value for each in watch._channels.values()] == [95]


def test_after_a_short_cut_it_goes_to_another_source_when_it_would_have_without() -> None:
    """What has waited is no older than a minute: who had the signal kept it meanwhile."""
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(0), source="edge n/a")])
    watch.observe([seen(HR, 95, at(30), source="edge n/b")])
    watch.observe([seen(HR, 81, at(20), source="edge n/a")])  # the last of that monitor, late
    for second in range(31, 80):
        watch.observe([seen(HR, 95, at(second), source="edge n/b")])
        assert watch.holders == {HR: "edge n/a"}
    watch.observe([seen(HR, 95, at(80), source="edge n/b")])
    assert watch.holders == {HR: "edge n/b"}


def test_what_was_entered_by_hand_at_an_edge_is_no_silent_source() -> None:
    watch = Watch(PATIENT)
    watch.observe([seen(HR, 80, at(second), source=f"edge n/{CHARTED}") for second in range(9)])
    watch.advance(at(7200))
    assert [each for each in watch.latest.alarms if each.condition is Condition.SOURCE_SILENT] == []
