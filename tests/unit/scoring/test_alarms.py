"""One alarm as a state machine: by cases, by exhaustive search and by random walks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sereno.domain.errors import Conflict
from sereno.domain.surveillance import (
    Condition,
    Direction,
    Limit,
    OperatorState,
    Priority,
)
from sereno.domain.vitals import Signal
from sereno.scoring.alarms import AlarmState, Hold, Machine, Outcome, Rung
from sereno.scoring.episodes import RETURN
from tests.unit.scoring.streams import at

MEDIUM = Rung(
    priority=Priority.MEDIUM, value=92, hysteresis=1, delay=timedelta(seconds=3), shown=92
)
HIGH = Rung(
    priority=Priority.HIGH, value=85, hysteresis=1, delay=timedelta(seconds=2), latching=True,
    shown=85,
)  # fmt: skip
SPO2 = Machine(
    patient="p1",
    condition=Condition.LIMIT,
    rungs=(MEDIUM, HIGH),
    signal=Signal.SPO2,
    direction=Direction.LOW,
)


class Driver:
    """Leads a machine through time, and numbers its alarms."""

    def __init__(self, machine: Machine = SPO2) -> None:
        self.machine = machine
        self.state = machine.start()
        self.log: list[tuple[float, str]] = []
        self.count = 0

    def new_id(self) -> str:
        self.count += 1
        return f"a{self.count}"

    def apply(self, outcome: Outcome) -> Outcome:
        self.state = outcome.state
        for event in outcome.events:
            self.log.append(((event.time - at()).total_seconds(), event.what))
        return outcome

    def sample(self, value: float, seconds: float) -> Outcome:
        self.wait(seconds, inclusive=False)
        when = at(seconds)
        return self.apply(
            self.machine.sample(self.state, value, value, at=when, now=when, new_id=self.new_id)
        )

    def wait(self, seconds: float, *, inclusive: bool = True) -> None:
        while (due := self.machine.due(self.state)) is not None and (
            due < at(seconds) or (inclusive and due == at(seconds))
        ):
            self.apply(self.machine.pass_time(self.state, due, self.new_id))

    def acknowledge(self, seconds: float) -> None:
        self.apply(self.machine.acknowledge(self.state, "nurse", "seen", at(seconds)))

    def lose(self, seconds: float) -> None:
        self.apply(self.machine.lose(self.state, at(seconds)))


def driven(*values: tuple[float, float], until: float = 0) -> Driver:
    """A machine after these samples (seconds, value), once time has come to `until`."""
    driver = Driver()
    for seconds, value in values:
        driver.sample(value, seconds)
    driver.wait(until)
    return driver


def each_second(*values: float) -> list[tuple[float, float]]:
    return [(float(n), value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "until", "log", "why"),
    [
        (each_second(97, 97, 97), 99, [], "inside"),
        (each_second(97, 90, 90, 97), 99, [], "inside before the delay ran out"),
        (
            [*each_second(90, 90, 97, 97), (40, 90), (42, 90)],
            42,
            [(41, "raised")],
            "a brief return halts the count and does not take it back",
        ),
        (
            [*each_second(90, 90, 97, 97), (63, 90)],
            65,
            [],
            "a return that would end an episode takes it back",
        ),
        (
            [*each_second(90, 97), (61, 97), (62, 90)],
            99,
            [(65, "raised")],
            "and it counts from nothing then",
        ),
        (
            [(n, value) for n in range(20) for value in [90 if n % 11 < 8 else 97]],
            20,
            [
                (3, "raised"),
                (8, "gone"),
                (8, "closed"),
                (14, "raised"),
                (19, "gone"),
                (19, "closed"),
            ],
            "fluctuating: most of the time beyond",
        ),
        (each_second(97, 90, 90, 90, 90), 4, [(4, "raised")], "beyond for the delay"),
        ([(0, 90)], 99, [(3, "raised")], "a lone value alarms a delay later"),
        (
            [(0, 90), (3600, 90)],
            3600,
            [(3, "raised")],
            "charted hourly: by the first value, not by an hour between two",
        ),
        (
            [(0, 90), (3600, 97), (7200, 90)],
            9999,
            [(3, "raised"), (3600, "gone"), (3600, "closed"), (7203, "raised")],
            "each charted value beyond alarms by itself",
        ),
        (
            each_second(90, 90, 90, 90, 92),
            99,
            [(3, "raised")],
            "back at the limit is not yet back by the hysteresis",
        ),
        (
            each_second(90, 90, 90, 90, 93),
            99,
            [(3, "raised"), (4, "gone"), (4, "closed")],
            "back by the hysteresis ends it",
        ),
        (each_second(80, 80, 80), 2, [(2, "raised")], "the more urgent rung has its own delay"),
        (
            each_second(90, 90, 90, 90, 80, 80, 80),
            6,
            [(3, "raised"), (6, "worsened")],
            "one alarm rises with its condition",
        ),
        (
            each_second(80, 80, 80, 97),
            99,
            [(2, "raised"), (3, "gone")],
            "a latching alarm stays until acknowledged",
        ),
        (
            each_second(80, 80, 80, 97, 80, 80, 80),
            99,
            [
                (2, "raised"),
                (3, "gone"),
                (4, "raised"),
                (6, "gone"),
                (6, "closed"),
                (6, "returned"),
            ],
            "when its own limit is reached again it returns; what the other brings is beside it",
        ),
    ],
)
def test_a_course(
    values: list[tuple[float, float]], until: float, log: list[tuple[float, str]], why: str
) -> None:
    assert driven(*values, until=until).log == log, why


def test_a_raised_alarm_tells_when_what_and_how_bad() -> None:
    alarm = driven(*each_second(97, 90, 89, 90, 90), until=5).state.alarm
    assert alarm is not None
    assert (alarm.id, alarm.patient, alarm.condition) == ("a1", "p1", Condition.LIMIT)
    assert (alarm.signal, alarm.direction, alarm.limit) == (Signal.SPO2, Direction.LOW, 92)
    assert (alarm.onset, alarm.raised, alarm.present) == (at(1), at(4), True)
    assert (alarm.priority, alarm.latched, alarm.operator) == (
        Priority.MEDIUM, False, OperatorState.NONE,
    )  # fmt: skip
    assert (alarm.value, alarm.extreme) == (90, 89)
    deeper = driven(*each_second(97, 90, 89, 90, 90, 86, 88), until=6).state.alarm
    assert deeper is not None
    assert (deeper.value, deeper.extreme) == (90, 86)


def test_worsening_voids_an_acknowledgement() -> None:
    driver = driven(*each_second(90, 90, 90, 90), until=4)
    driver.acknowledge(4)
    assert driver.state.alarm is not None
    assert driver.state.alarm.operator is OperatorState.ACKNOWLEDGED
    for seconds in (5, 6, 7):
        driver.sample(80, seconds)
    alarm = driver.state.alarm
    assert (alarm.priority, alarm.operator, alarm.active) == (
        Priority.HIGH, OperatorState.NONE, True,
    )  # fmt: skip
    assert (alarm.acknowledged_by, alarm.reason, alarm.latched) == (None, None, True)


def test_an_alarm_that_worsens_or_eases_tells_since_when_its_limit_is_passed() -> None:
    driver = driven(*each_second(90, 90, 88, 90, 90, 84, 84, 80), until=7)
    alarm = driver.state.alarm
    assert alarm is not None
    assert (alarm.limit, alarm.since, alarm.extreme) == (85, at(5), 80)
    assert (alarm.onset, alarm.raised) == (at(0), at(3)), "it is one alarm"
    driver.acknowledge(8)
    driver.sample(88, 9)
    alarm = driver.state.alarm
    assert (alarm.limit, alarm.since, alarm.extreme) == (92, at(0), 80)


def test_an_alarm_is_no_less_urgent_until_acknowledged_and_can_rise_again() -> None:
    driver = driven(*each_second(80, 80, 80, 80), until=4)
    assert driver.state.alarm is not None
    assert driver.state.alarm.priority is Priority.HIGH
    driver.acknowledge(4)
    driver.sample(88, 5)
    assert driver.state.alarm.priority is Priority.MEDIUM
    for seconds in (6, 7, 8):
        driver.sample(80, seconds)
    assert driver.state.alarm.priority is Priority.HIGH
    assert driver.state.alarm.operator is OperatorState.NONE
    assert [what for _, what in driver.log] == ["raised", "acknowledged", "eased", "worsened"]


def test_a_second_occurrence_is_told_as_one() -> None:
    driver = driven(*each_second(80, 80, 80, 97), (3600, 70), (3601, 70), (3602, 70), until=3602)
    (alarm,) = driver.state.open
    assert (alarm.id, alarm.present, alarm.ended) == ("a1", True, None)
    assert (alarm.onset, alarm.raised) == (at(3600), at(3602))
    assert (alarm.value, alarm.extreme, alarm.limit) == (70, 70, 85)
    assert driver.log == [(2, "raised"), (3, "gone"), (3602, "returned")]


def test_a_high_alarm_ends_with_its_own_limit_and_hides_nothing_of_the_lower() -> None:
    driver = driven(*each_second(80, 80, 80, 80, 88), until=9)
    high, medium = driver.state.open
    assert (high.priority, high.present, high.ended, high.active) == (
        Priority.HIGH, False, at(4), True,
    )  # fmt: skip
    assert (medium.id, medium.priority, medium.present, medium.limit) == (
        "a2", Priority.MEDIUM, True, 92,
    )  # fmt: skip
    assert (medium.onset, medium.value, medium.extreme) == (at(0), 88, 80)  # the worst since then
    driver.sample(97, 10)
    driver.sample(90, 3600)
    driver.wait(3604)
    assert driver.log[-1] == (3603, "raised")
    assert len(driver.state.open) == 2
    outcome = driver.machine.acknowledge(driver.state, "nurse", "seen", at(3605), "a1")
    assert [alarm.id for alarm in outcome.state.open] == ["a3"]


def test_acknowledging_a_latched_alarm_whose_condition_has_gone_closes_it() -> None:
    driver = driven(*each_second(80, 80, 80, 97), until=4)
    outcome = driver.machine.acknowledge(driver.state, "nurse", "seen", at(9))
    assert outcome.state.alarm is None
    assert outcome.alarm is not None
    assert not outcome.alarm.active
    assert [event.what for event in outcome.events] == ["acknowledged", "closed"]
    assert (outcome.events[0].by, outcome.events[0].reason) == ("nurse", "seen")


def test_an_acknowledged_alarm_closes_when_its_condition_goes() -> None:
    driver = driven(*each_second(80, 80, 80), until=3)
    driver.acknowledge(3)
    driver.sample(97, 4)
    assert driver.state.alarm is None
    assert [what for _, what in driver.log] == ["raised", "acknowledged", "gone", "closed"]


def test_acknowledging_twice_or_too_late_is_a_conflict() -> None:
    driver = driven(*each_second(90, 90, 90, 90), until=4)
    driver.acknowledge(4)
    with pytest.raises(Conflict, match="nurse has acknowledged"):
        driver.acknowledge(5)
    driver.sample(97, 6)
    with pytest.raises(Conflict, match="over"):
        driver.acknowledge(7)


def test_an_alarm_whose_signal_is_lost_stays_until_acknowledged() -> None:
    """Silence is no cure, latching or not."""
    driver = driven(*each_second(90, 90, 90, 90), until=4)
    driver.lose(300)
    alarm = driver.state.alarm
    assert alarm is not None
    assert (alarm.present, alarm.latched, alarm.active) == (False, True, True)
    driver.acknowledge(301)
    assert driver.state.alarm is None


def test_a_pending_delay_is_void_once_its_signal_is_lost() -> None:
    driver = driven((0, 90))
    driver.lose(2)
    driver.sample(90, 3600)
    assert driver.log == []
    driver.wait(3603)
    assert driver.log == [(3603, "raised")]


def test_new_rungs_keep_what_was_held_at_their_priority() -> None:
    driver = driven(*each_second(90, 90, 90, 90), until=4)
    lower = replace(SPO2, rungs=(replace(MEDIUM, value=88, shown=88), HIGH))
    state = lower.refit(driver.state, SPO2.rungs)
    outcome = lower.sample(state, 90, 90, at=at(5), now=at(5), new_id=driver.new_id)
    assert [event.what for event in outcome.events] == ["gone", "closed"]


def test_a_limit_becomes_a_rung() -> None:
    limit = Limit(
        signal=Signal.SPO2, direction=Direction.LOW, value=92, priority=Priority.MEDIUM,
        hysteresis=1, delay=timedelta(seconds=3),
    )  # fmt: skip
    assert Rung.of(limit) == MEDIUM


# Exhaustive: every state that values, time, loss and acknowledgement can lead to.

LEVELS = (97.0, 92.5, 90.0, 85.5, 80.0)  # inside, within hysteresis, medium, within high's, high


def successors(state: AlarmState, now: datetime) -> Iterator[tuple[str, datetime, Outcome]]:
    """What may happen next, when, and where it leads."""
    later, much_later = now + timedelta(seconds=1), now + RETURN + timedelta(seconds=1)
    for level in LEVELS:
        outcome = SPO2.sample(state, level, level, at=later, now=later, new_id=later.isoformat)
        yield f"{level}", later, outcome
    if SPO2.due(state) is None:
        for level in LEVELS:
            outcome = SPO2.sample(
                state, level, level, at=much_later, now=much_later, new_id=later.isoformat
            )
            yield f"{level} after long", much_later, outcome
    yield "wait", later, SPO2.pass_time(state, later, later.isoformat)
    yield "lose", later, SPO2.lose(state, later)
    if state.alarm is not None and state.alarm.operator is OperatorState.NONE:
        yield "acknowledge", later, SPO2.acknowledge(state, "nurse", "seen", later)


def counted(hold: Hold, now: datetime) -> object:
    """How long its value was beyond, and whether it is inside now: how long is for a step alone."""
    until = hold.inside or now
    return min((until - hold.since - hold.away).total_seconds(), 5), hold.inside is not None


def shape(state: AlarmState, now: datetime) -> object:
    """The state but for absolute times, values and names: what its future depends on."""
    holds = tuple(hold and (hold.reached or counted(hold, now)) for hold in state.holds)
    alarms = [(each.priority, each.present, each.latched, each.operator) for each in state.open]
    return holds, tuple(alarms), state.alarm is None


def check(before: AlarmState, what: str, outcome: Outcome) -> None:
    """What must be true of every single step."""
    old, new = before.alarm, outcome.state.alarm
    happened = [event.what for event in outcome.events]
    reached = [
        rung.priority
        for rung, hold in zip(SPO2.rungs, outcome.state.holds, strict=True)
        if hold is not None and hold.reached
    ]
    if reached:
        assert new is not None, "a reached condition has an alarm"
        assert new.present
        assert new.priority >= max(reached), "no less urgent than its condition"
        told = next(
            (
                hold.since
                for rung, hold in zip(SPO2.rungs, outcome.state.holds, strict=True)
                if hold is not None and rung.shown == new.limit
            ),
            None,
        )
        assert new.since == told, "since when the limit that it tells is passed"
    if new is not None:
        assert new.active, "what is kept open asks for attention or is present"
        assert new.present == bool(reached)
    unheeded = old is not None and old.operator is OperatorState.NONE and what != "acknowledge"
    if unheeded and old is not None and old.priority is Priority.HIGH:
        stays = {each.id for each in outcome.state.open if each.priority is Priority.HIGH}
        assert old.id in stays, "a high alarm that nobody acknowledged stays"
    if what != "acknowledge":
        assert {each.id for each in before.stood} <= {each.id for each in outcome.state.open}
    assert not any(each.present or not each.active for each in outcome.state.stood)
    if old is not None and new is not None and new.id != old.id:
        assert happened[-1] in ("raised", "returned")
        assert new.operator is OperatorState.NONE
        left = outcome.left or replace(old, present=False)
        assert (left.id, left.present) == (old.id, False)
    elif old is not None and new is not None and new.priority > old.priority:
        assert new.operator is OperatorState.NONE, "worsening asks anew"
        assert "worsened" in happened
    if old is None and new is not None:
        assert happened in (["raised"], ["returned"])
    if old is not None and new is None:
        assert happened[-1] == "closed"
    if outcome.alarm is not None and new is not None:
        assert outcome.alarm == new
    told = old is not None and new is not None and replace(old, extreme=new.extreme) != new
    assert bool(happened) == told or (old is None) != (new is None)


def test_no_reachable_state_loses_a_high_alarm() -> None:
    start = (SPO2.start(), at())
    seen = {shape(*start)}
    frontier = [start]
    steps = 0
    while frontier:
        state, now = frontier.pop()
        for what, then, outcome in successors(state, now):
            steps += 1
            check(state, what, outcome)
            following = (outcome.state, then)
            if shape(*following) not in seen:
                seen.add(shape(*following))
                frontier.append(following)
    assert len(seen) > 50, "the search did not get anywhere"
    assert steps > 500


# Random walks against a model that keeps no state but the history.


class AlarmWalk(RuleBasedStateMachine):
    """A machine beside the history of what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.seconds = 0.0
        self.values: list[tuple[float, float]] = []
        self.unheeded_high = False

    @rule(
        step=st.sampled_from([0.5, 1.0, 1.0, 1.0, 2.0, 3.0, 3600.0]), value=st.sampled_from(LEVELS)
    )
    def sample(self, step: float, value: float) -> None:
        self.seconds += step
        self.driver.sample(value, self.seconds)
        self.values.append((self.seconds, value))
        self.note()

    @rule(step=st.sampled_from([0.5, 1.0, 2.0, 3.0, 10.0]))
    def wait(self, step: float) -> None:
        self.seconds += step
        self.driver.wait(self.seconds)
        self.note()

    @rule()
    def lose(self) -> None:
        self.driver.lose(self.seconds)
        self.values.clear()

    @precondition(lambda self: self.driver.state.alarm is not None)
    @rule()
    def acknowledge(self) -> None:
        alarm = self.driver.state.alarm
        assert alarm is not None
        if alarm.operator is OperatorState.NONE:
            self.driver.acknowledge(self.seconds)
            unheeded = [each.priority for each in self.driver.state.stood]
            self.unheeded_high = Priority.HIGH in unheeded

    @invariant()
    def nobody_has_paused_anything(self) -> None:
        """The states for it are there, and no way into them yet (docs/reference/alarms.md)."""
        alarm = self.driver.state.alarm
        if alarm is not None:
            assert alarm.operator in (OperatorState.NONE, OperatorState.ACKNOWLEDGED)
            assert alarm.operator_until is None

    def note(self) -> None:
        alarm = self.driver.state.alarm
        if alarm and alarm.priority is Priority.HIGH and alarm.operator is OperatorState.NONE:
            self.unheeded_high = True

    def beyond_for(self, rung: Rung) -> float | None:
        """How long values have been beyond the rung, up to now, since it last ended.

        It ended with a return of some length, or once it had held, with any past the hysteresis.
        """
        delay, back = rung.delay.total_seconds(), rung.value + rung.hysteresis
        lasted, inside, beyond_since, held = 0.0, None, None, False
        for seconds, value in self.values:
            if beyond_since is not None:
                lasted, beyond_since = lasted + seconds - beyond_since, None
            # A return at the very end of the delay takes it back: the rung had not been reached.
            held = held or lasted > delay
            if value < rung.value:
                long = inside is not None and seconds - inside > RETURN.total_seconds()
                lasted, inside, beyond_since = 0.0 if long and not held else lasted, None, seconds
                held = held or lasted >= delay
                continue
            inside = seconds if inside is None else inside
            if held and value >= back:
                lasted, held = 0.0, False
        return None if beyond_since is None else lasted + self.seconds - beyond_since

    @invariant()
    def what_has_lasted_alarms(self) -> None:
        alarm = self.driver.state.alarm
        for rung in (MEDIUM, HIGH):
            lasted = self.beyond_for(rung)
            if lasted is not None and timedelta(seconds=lasted) > rung.delay:
                assert alarm is not None
                assert alarm.present
                assert alarm.priority >= rung.priority

    @invariant()
    def a_high_alarm_is_there_until_heeded(self) -> None:
        if self.unheeded_high:
            alarms = self.driver.state.open
            assert any(alarm.active and alarm.priority is Priority.HIGH for alarm in alarms)

    @invariant()
    def inside_there_is_no_present_alarm(self) -> None:
        alarm = self.driver.state.alarm
        if self.values and self.values[-1][1] == 97.0:
            assert alarm is None or not alarm.present


TestAlarmWalk = AlarmWalk.TestCase
