"""Which windows a model is tuned on, and whose are kept apart."""

from datetime import timedelta
from random import Random

from sereno.domain.evidence import SUMMARIES
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Language, Signal
from sereno.services.evaluation import Recording
from sereno.services.tuning import HELD_OUT_ONE_IN, held_out, told
from tests.fakes.clock import NOON

HOUR = timedelta(hours=1)


def subject(number: int) -> Subject:
    return Subject(authority="clinic", identifier=f"patient {number}")


def recording(number: int) -> Recording:
    """Six days of a heart rate an hour."""
    seen = [
        Observation(Signal.HEART_RATE, NOON + n * HOUR, 70.0 + n % 40, "fake") for n in range(144)
    ]
    return Recording(subject(number), seen)


WARD = [recording(number) for number in range(12)]


def test_about_one_patient_in_ten_is_held_out() -> None:
    kept = sum(held_out(subject(number)) for number in range(5000))
    assert 0.9 < kept * HELD_OUT_ONE_IN / 5000 < 1.1


def test_whether_a_patient_is_held_out_never_changes() -> None:
    """Trained on today and tried with tomorrow would be no trial."""
    assert [number for number in range(60) if held_out(subject(number))] == [
        number for number in range(60) if held_out(subject(number))
    ]
    assert held_out(subject(7)) is held_out(subject(7))


def test_windows_are_shared_out_among_forms_and_as_long_as_each_asks() -> None:
    found = list(told(WARD, 40, "UTC", Random(0)))
    assert len(found) == 40
    for form in SUMMARIES:
        windows = [each.evidence.window for each in found if each.form is form]
        assert len(windows) == 8
        assert max(window.hours for window in windows) <= form.hours
    assert {each.language for each in found} == set(Language)


def test_no_patient_is_on_both_sides() -> None:
    """Each recording's windows go where its patient's do."""
    for one in WARD:
        sides = {each.held_out for each in told([one], 40, "UTC", Random(0))}
        assert sides == {held_out(one.subject)}


def test_the_same_chance_draws_the_same() -> None:
    one, other = (list(told(WARD, 20, "UTC", Random(3))) for _ in range(2))
    assert one == other
