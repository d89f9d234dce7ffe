"""Which alarms are told where room is scarce: nothing that matters is left out."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sereno.domain.surveillance import Alarm, Condition, Direction, OperatorState, Priority
from sereno.domain.vitals import Signal
from sereno.scoring.pairs import leading
from tests.unit.scoring.streams import at

NOW = at(hours=1)
HR, PR = Signal.HEART_RATE, Signal.PULSE_RATE


@st.composite
def alarms(draw: st.DrawFn) -> list[Alarm]:
    """Open alarms of one patient, each with a life of its own."""
    count = draw(st.integers(0, 6))
    return [_alarm(draw, str(n)) for n in range(count)]


def _alarm(draw: st.DrawFn, name: str) -> Alarm:
    onset = at(minutes=draw(st.integers(0, 50)))
    present, answered = draw(st.booleans()), draw(st.booleans())
    return Alarm(
        id=name,
        patient="p1",
        condition=draw(st.sampled_from([Condition.LIMIT, Condition.SENSOR_OFF])),
        priority=draw(st.sampled_from(Priority)),
        onset=onset,
        raised=onset,
        present=present,
        ended=None if present else onset + timedelta(minutes=5),
        latched=True,
        signal=draw(st.sampled_from([HR, PR, Signal.SPO2])),
        direction=draw(st.sampled_from(Direction)),
        operator=OperatorState.ACKNOWLEDGED if present and answered else OperatorState.NONE,
        acknowledged_at=onset if present and answered else None,
    )


@given(alarms())
def test_an_alarm_is_left_out_only_for_one_that_asks_for_as_much(found: list[Alarm]) -> None:
    told = leading(found, NOW)
    assert [alarm for alarm in found if alarm in told] == list(told)
    for alarm in set(found) - set(told):
        assert alarm.signal is PR
        assert any(
            other.signal is HR
            and other.direction is alarm.direction
            and other.priority >= alarm.priority
            and other.present >= alarm.present
            and (other.operator is OperatorState.NONE or other.operator is alarm.operator)
            for other in told
        )


def test_a_heart_rate_that_worsened_still_tells_the_pulse_of_its_beginning() -> None:
    heart = Alarm(
        id="h", patient="p1", condition=Condition.LIMIT, priority=Priority.HIGH, onset=at(),
        raised=at(), passed=at(minutes=45), present=True, signal=HR, direction=Direction.HIGH,
    )  # fmt: skip
    pulse = replace(heart, id="p", signal=PR, passed=None, present=False, latched=True,
                    ended=at(minutes=20))  # fmt: skip
    assert leading([heart, pulse], NOW) == (heart,)
