"""What the screens show follows from the store: order, ages, windows, and who is down."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sereno.domain.errors import NotFound, Unreadable
from sereno.domain.patients import Discharge
from sereno.domain.stream import Observation
from sereno.domain.surveillance import Condition, OperatorState, Priority, Score
from sereno.domain.vitals import Signal
from sereno.ports import Beat, Bin
from sereno.services import views as module
from sereno.services.ingestion.health import SourceHealth, SourceState
from sereno.services.views import Views, unseen, window_end
from tests.fakes.clock import HOUR, MINUTE, SECOND, START, Hands
from tests.fakes.paper import Bed, PaperStore
from tests.fakes.ward import news2, ward

UNANSWERED = {"operator": OperatorState.NONE, "acknowledged_by": None, "acknowledged_at": None}


@pytest.fixture
def store() -> PaperStore:
    return ward()


@pytest.fixture
def views(store: PaperStore) -> Views:
    return Views(store, store, store.clock)  # type: ignore[arg-type]


def order(views: Views) -> list[str]:
    return [bed.patient.id for bed in views.ward().beds]


def set_score(store: PaperStore, patient: str, score: Score | None) -> None:
    store.beds[patient] = replace(store.beds[patient], score=score)


def test_the_sickest_bed_comes_first(views: Views) -> None:
    assert order(views) == ["p2", "p3", "p4", "p1"]


def test_a_high_alarm_about_the_patient_leads_whatever_the_score(
    store: PaperStore, views: Views
) -> None:
    set_score(store, "p2", news2(0, START))
    set_score(store, "p1", news2(8, START))
    assert order(views)[0] == "p2"


def test_a_high_alarm_that_waits_for_an_answer_leads_after_its_condition_has_gone(
    store: PaperStore, views: Views
) -> None:
    set_score(store, "p2", news2(0, START))
    set_score(store, "p1", news2(8, START))
    waits = replace(store.kept_alarms["a-spo2"], present=False, latched=True)
    store.kept_alarms = {"a-spo2": waits}
    assert order(views)[0] == "p2"
    store.kept_alarms["a-spo2"] = replace(waits, operator=OperatorState.ACKNOWLEDGED)
    assert order(views)[0] == "p1"


def test_equally_sick_beds_stand_as_people_count() -> None:
    store = ward(beds=12)
    store.kept_alarms = {}
    for patient in store.beds:
        set_score(store, patient, news2(0, START))
    views = Views(store, store, store.clock)  # type: ignore[arg-type]
    counted = [f"Bed {n}" for n in range(1, 13)]
    assert [bed.patient.label for bed in views.ward().beds] == counted
    assert [patient.label for patient in views.patients()] == counted


@pytest.mark.parametrize(
    ("first", "then"),
    [("Bed 2", "Bed 10"), ("A2", "B1"), ("Bed 9-2", "Bed 9-10"), ("bed 1", "Bed 2")],
)
def test_labels_sort_as_people_count(first: str, then: str) -> None:
    assert module.natural(first) < module.natural(then)


def test_a_fault_of_the_equipment_does_not_make_a_patient_sick(
    store: PaperStore, views: Views
) -> None:
    off = replace(store.kept_alarms["a-off"], priority=Priority.HIGH)
    store.kept_alarms["a-off"] = off
    assert order(views).index("p4") > order(views).index("p3")


def test_of_two_equal_scores_the_one_that_could_be_worse_leads(
    store: PaperStore, views: Views
) -> None:
    set_score(store, "p1", news2(1, START))
    assert order(views).index("p4") < order(views).index("p1")


def test_a_bed_without_any_score_is_shown_last(store: PaperStore, views: Views) -> None:
    set_score(store, "p1", None)
    assert order(views)[-1] == "p1"
    assert views.ward().beds[-1].score is None


def test_a_reading_carries_the_worst_alarm_about_it(store: PaperStore, views: Views) -> None:
    worse = replace(store.kept_alarms["a-rate"], id="a-more", priority=Priority.HIGH)
    store.kept_alarms["a-more"] = worse
    readings = views.patient("p2").readings
    assert readings[Signal.HEART_RATE].alarm is Priority.HIGH
    assert readings[Signal.TEMPERATURE].alarm is None


@pytest.mark.parametrize(
    ("now", "shown", "why"),
    [
        (29.0, 29.0, "the same points: the newest value, as the monitor shows"),
        (14.0, 27.0, "other points than those in force: what they were given for"),
    ],
)
def test_a_part_of_the_score_shows_the_newest_value_that_gives_its_points(
    store: PaperStore, views: Views, now: float, shown: float, why: str
) -> None:
    bed, rate = store.beds["p2"], Signal.RESPIRATORY_RATE
    store.beds["p2"] = replace(bed, values={**bed.values, rate: now})
    view = views.patient("p2")
    assert view.score
    part = next(part for part in view.score.parts if part.signal is rate)
    newest = view.readings[rate].observation
    assert part.points == 3
    assert round(part.value) == round(newest.value if shown == now else shown), why
    assert (part.observed == newest.time) is (shown == now), why


def test_a_part_whose_sensor_is_off_keeps_the_value_that_was_scored(
    store: PaperStore, views: Views
) -> None:
    bed = store.beds["p2"]
    store.beds["p2"] = replace(bed, missing=frozenset({Signal.RESPIRATORY_RATE}))
    view = views.patient("p2")
    assert view.score
    assert bed.score
    assert view.score.parts[0] == bed.score.parts[0]


def test_an_alarm_whose_condition_has_gone_colours_no_reading(
    store: PaperStore, views: Views
) -> None:
    gone = replace(store.kept_alarms["a-spo2"], present=False, latched=True)
    store.kept_alarms["a-spo2"] = gone
    view = views.patient("p2")
    assert view.readings[Signal.SPO2].alarm is None
    assert gone in view.alarms


@pytest.mark.parametrize(
    ("signal", "length"),
    [
        (Signal.HEART_RATE, module.CONTINUOUS_STALE),
        (Signal.SPO2, module.CONTINUOUS_STALE),
        (Signal.TEMPERATURE, module.BY_HAND_STALE),
        (Signal.CONSCIOUSNESS, module.BY_HAND_STALE),
    ],
)
def test_what_a_monitor_sends_grows_old_sooner_than_what_is_charted(
    views: Views, signal: Signal, length: timedelta
) -> None:
    assert views.patient("p1").readings[signal].stale_after == length


@pytest.mark.parametrize(
    ("newest", "end", "why"),
    [
        (None, START, "nothing was ever sent"),
        (START, START, "live"),
        (START - 20 * HOUR, START, "silent since yesterday: the gap must show"),
        (START + MINUTE, START, "a device's clock is a little ahead"),
        (START - 30 * 24 * HOUR, START - 30 * 24 * HOUR, "a recording of last month"),
        (START + 24 * HOUR * 365, START + 24 * HOUR * 365, "a recording with shifted dates"),
    ],
)
def test_windows_end_now_or_with_the_recording(
    newest: datetime | None, end: datetime, why: str
) -> None:
    assert window_end(newest, START) == end, why


@pytest.mark.parametrize("hours", sorted(module.TREND_STEPS))
def test_a_trend_covers_its_hours_in_few_enough_steps(views: Views, hours: int) -> None:
    trend = views.trend("p2", hours)
    assert trend.end - trend.start == timedelta(hours=hours)
    assert all(len(series.bins) <= 450 for series in trend.series)
    assert Signal.CONSCIOUSNESS not in {series.signal for series in trend.series}


class ChartedStore(PaperStore):
    """A ward whose oxygen is set by hand at given moments."""

    entries: tuple[tuple[timedelta, float], ...] = ()

    def bins(
        self, patient: str, signal: Signal, start: datetime, end: datetime, step: timedelta
    ) -> list[Bin]:
        if signal is not Signal.OXYGEN_FLOW:
            return super().bins(patient, signal, start, end, step)
        assert (START - start) % step == timedelta(0), "steps stay where they are"
        entries = [(START - age, value) for age, value in self.entries]
        return [Bin(at, value, value, value, 1) for at, value in entries if start <= at < end]


@pytest.mark.parametrize(
    ("hours", "values", "why"),
    [
        (1, [4.0], "set before the window, and still in force when it begins"),
        (4, [2.0, 4.0], "of those before it only the last"),
        (8, [6.0, 2.0, 4.0], "what is older than it counts is told by no score either"),
    ],
)
def test_what_is_held_is_told_from_the_start_of_a_trend(
    hours: int, values: list[float], why: str
) -> None:
    store = ChartedStore(beds=ward().beds)
    store.entries = ((15 * HOUR, 9.0), (7 * HOUR, 6.0), (5 * HOUR, 2.0), (2 * HOUR, 4.0))
    trend = Views(store, store, store.clock).trend("p2", hours)  # type: ignore[arg-type]
    (flow,) = [series for series in trend.series if series.signal is Signal.OXYGEN_FLOW]
    assert [each.median for each in flow.bins] == values, why
    assert flow.until == START


def test_what_is_held_ends_with_the_stay(store: PaperStore, views: Views) -> None:
    bed, end = store.beds["p2"], Discharge(at=START - HOUR, by="nora", reason="gone home")
    store.beds["p2"] = replace(bed, patient=replace(bed.patient, discharged=end))
    assert {series.until for series in views.trend("p2", 4).series} == {START - HOUR}


def test_tiny_trends_are_computed_once_for_all_viewers(store: PaperStore, views: Views) -> None:
    before = views.ward().beds[0].sparks
    bed = store.beds["p2"]
    store.beds["p2"] = Bed(bed.patient, {s: v * 1.5 for s, v in bed.values.items()}, bed.score)
    assert views.ward().beds[0].sparks is before
    store.clock.time += module.SPARK_KEPT
    assert views.ward().beds[0].sparks != before


def test_nothing_is_kept_of_a_patient_who_was_forgotten(store: PaperStore, views: Views) -> None:
    views.ward()
    del store.beds["p2"]
    views.ward()
    assert "p2" not in views._sparks


def test_a_process_counts_as_down_when_it_has_been_silent(store: PaperStore, views: Views) -> None:
    store.alive = {"ingest"}
    system = views.system()
    assert system.up("ingest")
    assert not system.up("model")
    assert system.ages["model"] is None


@pytest.mark.parametrize(
    ("beats", "up", "why"),
    [
        ({"ingest": (-2, {})}, True, "it gives signs of life, and nobody supervises"),
        ({"ingest": (-11, {})}, False, "silent for as long as makes the alarm"),
        ({"ingest": (-1, {"stopped": True})}, False, "it said that it ends"),
        ({"ingest": (-1, {}), "supervisor": (0, {"ingest": -60})}, True, "its supervisor sees it"),
        ({"ingest": (-1, {}), "supervisor": (0, {})}, False, "it died within the second"),
        ({"ingest": (-3, {}), "supervisor": (0, {"ingest": -1})}, False, "it is only starting"),
        ({"supervisor": (0, {"ingest": -1})}, False, "it is starting for the first time"),
        ({"ingest": (-1, {}), "supervisor": (-6, {})}, True, "a killed supervisor sees nobody"),
    ],
)
def test_a_process_that_died_is_down_at_once_and_up_again_only_by_its_own_word(
    beats: dict[str, tuple[int, dict[str, Any]]], up: bool, why: str
) -> None:
    """The supervisor's word holds the seconds since when each of its processes runs."""
    clock = Hands()

    def facts(name: str, told: dict[str, Any]) -> dict[str, Any]:
        if name != "supervisor":
            return told
        since = {one: (clock.time + at * SECOND).isoformat() for one, at in told.items()}
        return {"processes": {}, "since": since}

    class Beats:
        def beats(self) -> dict[str, Beat]:
            return {
                name: Beat(clock.time + at * SECOND, facts(name, told))
                for name, (at, told) in beats.items()
            }

    views = Views(PaperStore(clock), Beats(), clock)  # type: ignore[arg-type]
    assert views.system().up("ingest") is up, why


@pytest.mark.parametrize(
    ("change", "asks", "why"),
    [
        ({}, True, "present and new"),
        ({"operator": OperatorState.ACKNOWLEDGED}, False, "somebody took note"),
        ({"present": False}, False, "gone by itself, not latched"),
        ({"present": False, "latched": True}, True, "gone, but latched"),
    ],
)
def test_an_alarm_asks_until_somebody_takes_note(
    store: PaperStore, change: dict[str, object], asks: bool, why: str
) -> None:
    alarm = replace(store.kept_alarms["a-spo2"], **change)  # type: ignore[arg-type]
    assert unseen(alarm) is asks, why


def test_alarms_of_who_is_no_more_are_not_listed(store: PaperStore, views: Views) -> None:
    del store.beds["p2"]
    assert {row.patient.id for row in views.alarms()} == {"p3", "p4"}


def test_alarms_are_counted_and_their_history_told(views: Views) -> None:
    assert views.unseen_alarms() == 3
    assert [event.what for event in views.alarm_history("a-spo2")] == ["raised"]
    assert all(row.alarm.condition is not Condition.SCORE for row in views.alarms(active=True))


@pytest.mark.parametrize(
    ("pulse", "told", "why"),
    [
        ({}, ["a-spo2", "a-rate"], "one heart, told once"),
        (UNANSWERED, ["a-spo2", "a-pulse", "a-rate"], "the pulse's waits for an answer"),
        ({"priority": Priority.HIGH}, ["a-spo2", "a-pulse", "a-rate"], "it is the more urgent"),
    ],
)
def test_a_heart_rate_and_a_pulse_rate_alarm_are_told_as_one_and_listed_as_two(
    store: PaperStore, views: Views, pulse: dict[str, object], told: list[str], why: str
) -> None:
    rate = store.kept_alarms["a-rate"]
    same = replace(rate, id="a-pulse", signal=Signal.PULSE_RATE, raised=rate.raised - MINUTE)
    store.kept_alarms["a-pulse"] = replace(same, **pulse)  # type: ignore[arg-type]
    (bed, *_), view = views.ward().beds, views.patient("p2")
    assert [alarm.id for alarm in bed.told] == [alarm.id for alarm in view.told] == told, why
    listed = {row.alarm.id for row in views.alarms(patient_id="p2", active=True)}
    assert listed == {alarm.id for alarm in bed.alarms} == {"a-spo2", "a-rate", "a-pulse"}


def test_an_answer_given_to_a_recording_counts(store: PaperStore, views: Views) -> None:
    """Its windows end with its last sample, long before the answer."""
    rate = store.kept_alarms["a-rate"]
    asked = replace(rate, id="a-pulse", signal=Signal.PULSE_RATE, **UNANSWERED)  # type: ignore[arg-type]
    store.kept_alarms["a-pulse"] = asked
    store.beds["p2"] = replace(store.beds["p2"], silent=30 * 24 * HOUR)
    assert asked in views.patient("p2").told


def test_an_unknown_patient_is_said(views: Views) -> None:
    with pytest.raises(NotFound):
        views.patient("nobody")


def test_within_a_priority_what_asks_and_is_present_comes_first(
    store: PaperStore, views: Views
) -> None:
    kept = store.kept_alarms["a-spo2"]
    store.kept_alarms = {
        name: replace(kept, id=name, raised=START - age * MINUTE, **change)  # type: ignore[arg-type]
        for name, age, change in (
            ("acknowledged", 0, {"operator": OperatorState.ACKNOWLEDGED}),
            ("latched", 1, {"present": False, "latched": True}),
            ("present", 3, {}),
            ("newer", 2, {}),
            ("medium", 0, {"priority": Priority.MEDIUM}),
        )
    }
    listed = [row.alarm.id for row in views.alarms(active=True)]
    assert listed == ["newer", "present", "latched", "acknowledged", "medium"]
    assert [alarm.id for alarm in views.patient("p2").alarms] == listed


def test_who_can_not_be_read_is_named_and_hides_nobody(store: PaperStore, views: Views) -> None:
    hidden = views.ward().beds[0].patient
    store.damaged = {hidden.id, "deadbeef"}
    ward = views.ward()

    assert ward.unreadable == tuple(sorted([hidden.label, "deadbeef"]))
    assert hidden.id not in {bed.patient.id for bed in ward.beds}
    assert len(ward.beds) == len(store.beds) - 1


def test_damage_found_while_a_card_is_made_is_told_too(store: PaperStore, views: Views) -> None:
    class Torn(PaperStore):
        def latest(self, patient: str) -> dict[Signal, Observation]:
            if patient == hidden.id:
                raise Unreadable("rows are missing")
            return super().latest(patient)

    hidden = views.ward().beds[0].patient
    torn = Torn(store.clock, store.beds, store.kept_alarms)
    ward = Views(torn, torn, torn.clock).ward()  # type: ignore[arg-type]

    assert ward.unreadable == (hidden.label,)
    assert len(ward.beds) == len(store.beds) - 1


def test_who_can_not_be_written_is_named_and_keeps_the_card(
    store: PaperStore, views: Views
) -> None:
    (lost, *_) = views.ward().beds
    store.facts = {"out_of_reach": [lost.patient.id]}
    ward = views.ward()

    assert ward.unreadable == (lost.patient.label,)
    assert len(ward.beds) == len(store.beds)


@pytest.mark.parametrize(
    ("state", "more", "told"),
    [
        (SourceState.WAITING, {}, True),
        (SourceState.GAVE_UP, {}, True),
        (SourceState.READING, {}, False),
        (SourceState.ENDED, {}, False),
        (SourceState.WAITING, {"stopped": True}, False),
    ],
)
def test_a_source_that_can_not_be_read_is_told_on_the_ward(
    store: PaperStore, views: Views, state: SourceState, more: dict[str, bool], told: bool
) -> None:
    health = SourceHealth("csv (source 1)", state, "there is no such file; check the path")
    store.facts = {"sources": [health.told(START), SourceHealth("sim").told(START)], **more}
    line = ("csv (source 1): there is no such file; check the path",) if told else ()
    assert views.ward().failing == line
    assert views.system().failing == line
