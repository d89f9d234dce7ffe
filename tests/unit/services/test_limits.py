"""The limits in force are told with whose they are, and what is not said of a new one stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.domain.errors import AccessDenied, Conflict, InvalidEntry
from sereno.domain.patients import Patient
from sereno.domain.roles import Actor, Role
from sereno.domain.surveillance import Direction, Limit, OwnLimit, Priority
from sereno.domain.vitals import Signal
from sereno.ports import CommandKind, Commit
from sereno.scoring.limits import default_limits
from sereno.scoring.watch import Watch
from sereno.services.charting import Charting
from sereno.services.foundation import Foundation
from sereno.services.limits import Asked, filled_in
from sereno.services.live import framed
from sereno.services.surveillance import Surveillance
from sereno.services.views import Views
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.streams import ANA

DOCTOR = Actor("doctor")
SPO2 = Asked(
    signal=Signal.SPO2, direction=Direction.LOW, value=88, priority=Priority.MEDIUM,
)  # fmt: skip


@pytest.fixture
def ana(foundation: Foundation) -> Patient:
    return foundation.store.admit(ANA)


@pytest.fixture
def views(foundation: Foundation, clock: FakeClock) -> Views:
    return Views(foundation.store, foundation.leases, clock)


@pytest.fixture
def charting(foundation: Foundation) -> Charting:
    return Charting(foundation.store, foundation.commands, foundation.audit)


@pytest.fixture
def surveillance(foundation: Foundation, charting: Charting, clock: FakeClock) -> Surveillance:
    def sleep(seconds: float) -> None:
        clock.turn(timedelta(seconds=seconds))

    return Surveillance(foundation, charting, holder="cli", sleep=sleep)


def test_without_any_of_their_own_the_defaults_are_in_force(views: Views, ana: Patient) -> None:
    found = views.limits(ana.id)
    assert {each.limit for each in found} == set(default_limits())
    assert not [each for each in found if each.own]


def test_a_limit_is_set_alone_and_told_with_who_when_and_why(
    foundation: Foundation, views: Views, surveillance: Surveillance, ana: Patient
) -> None:
    limit = filled_in(SPO2, default_limits())
    surveillance.set_limit(ana.id, limit, " known COPD ", DOCTOR)

    (own,) = [each for each in views.limits(ana.id) if each.own]
    assert own.limit == limit
    assert own.own == OwnLimit(limit=limit, by="doctor", at=NOON, reason="known COPD")
    assert len(views.limits(ana.id)) == len(default_limits()), "it took another's place"
    (line,) = foundation.audit.read(ana.id)
    assert (line.actor, line.action) == ("doctor", "set_limit")
    assert line.detail == "spo2 low 88 %, medium, delay 15 s, hysteresis 1"


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("COPD, target 88 to 92%", "a diagnosis"),
        (f"as agreed with {ANA.identifier}", "it names the patient, and is forgotten with them"),
    ],
)
def test_why_a_limit_is_set_is_kept_with_the_patient_and_not_in_the_log_that_outlives_them(
    foundation: Foundation, views: Views, surveillance: Surveillance, ana: Patient,
    reason: str, why: str,
) -> None:  # fmt: skip
    surveillance.set_limit(ana.id, filled_in(SPO2, default_limits()), reason, DOCTOR)
    assert [each.own.reason for each in views.limits(ana.id) if each.own] == [reason]
    assert reason not in str(foundation.audit.read()), why


def test_beside_a_running_ingest_process_it_is_that_which_sets_it(
    foundation: Foundation, charting: Charting, ana: Patient
) -> None:
    charting.set_limit(ana.id, filled_in(SPO2, default_limits()), "known COPD", DOCTOR)
    (command,) = foundation.commands.pending({ana.id})
    assert command.kind is CommandKind.SET_LIMIT
    assert command.payload["reason"] == "known COPD"


def test_the_one_writer_refuses_what_no_longer_fits_when_its_turn_comes(
    charting: Charting, surveillance: Surveillance, ana: Patient
) -> None:
    """Two are entered at once: each fits what was in force, the second not the first."""
    rate = Asked(
        signal=Signal.HEART_RATE, direction=Direction.HIGH, value=60, priority=Priority.MEDIUM,
    )  # fmt: skip
    low = replace(rate, direction=Direction.LOW, value=70)
    charting.set_limit(ana.id, filled_in(rate, default_limits()), "athlete", DOCTOR)
    with pytest.raises(Conflict, match="no heart rate would be calm"):
        surveillance.set_limit(ana.id, filled_in(low, default_limits()), "athlete", DOCTOR)


def test_what_is_refused_at_once_is_neither_submitted_nor_audited(
    foundation: Foundation, charting: Charting, ana: Patient
) -> None:
    limit = filled_in(SPO2, default_limits())
    for wrong, reason in ((replace(limit, value=20), "x"), (limit, " ")):
        with pytest.raises(InvalidEntry):
            charting.set_limit(ana.id, wrong, reason, DOCTOR)
    assert foundation.commands.pending({ana.id}) == []
    assert foundation.audit.read(ana.id) == []


def test_who_may_only_look_sets_no_limit(charting: Charting, ana: Patient) -> None:
    limit = filled_in(SPO2, default_limits())
    with pytest.raises(AccessDenied):
        charting.set_limit(ana.id, limit, "known COPD", Actor("wall", Role.VIEWER))


@pytest.mark.parametrize(
    ("asked", "latching", "why"),
    [
        (None, True, "nothing was said of it"),
        (False, False, "it was said"),
    ],
)
def test_a_limit_that_latches_goes_on_to_unless_told_otherwise(
    asked: bool | None, latching: bool, why: str
) -> None:
    kept = replace(filled_in(SPO2, default_limits()), latching=True)
    found = filled_in(replace(SPO2, value=90, latching=asked), [kept])
    assert found.latching is latching, why


def test_latching_is_not_lent_by_a_limit_of_another_priority() -> None:
    """One of high priority latches because it is that; one of low priority need not."""
    urgent = [each for each in default_limits() if each.priority is Priority.HIGH]
    assert not filled_in(replace(SPO2, priority=Priority.LOW), urgent).latching


def test_high_priority_latches_even_where_it_was_said_not_to() -> None:
    asked = replace(SPO2, priority=Priority.HIGH, latching=False)
    assert filled_in(asked, default_limits()).latching


def test_a_limit_set_by_hand_is_told_beside_the_defaults_of_the_scale_in_force(
    foundation: Foundation, views: Views, ana: Patient
) -> None:
    watch = Watch(ana)
    watch.set_limit(filled_in(SPO2, default_limits()), "doctor", NOON)
    state = framed(watch.snapshot(), live=True)
    foundation.store.commit([Commit(patient=ana.id, state=state)])
    assert {each.limit for each in views.limits(ana.id)} == set(watch.limits)


@pytest.mark.parametrize(
    ("asked", "hysteresis", "delay", "latching", "why"),
    [
        (SPO2, 1, 15, False, "as the one whose place it takes"),
        (replace(SPO2, priority=Priority.HIGH), 1, 10, True, "high priority latches, always"),
        (replace(SPO2, priority=Priority.LOW), 1, 15, False, "as the signal's least urgent"),
        (replace(SPO2, hysteresis=2.0, latching=True), 2, 15, True, "as it was said"),
        (replace(SPO2, delay=timedelta(0)), 1, 0, False, "none is a delay too"),
        (replace(SPO2, signal=Signal.END_TIDAL_CO2), 0, 10, False, "nothing to go by"),
    ],
)
def test_what_is_not_said_of_a_limit_stays_as_it_was(
    asked: Asked, hysteresis: float, delay: float, latching: bool, why: str
) -> None:
    limit: Limit = filled_in(asked, default_limits())
    assert (limit.hysteresis, limit.delay.total_seconds(), limit.latching) == (
        hysteresis, delay, latching,
    ), why  # fmt: skip
