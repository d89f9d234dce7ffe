"""The limits in force for a patient, read from what the watch wrote down at its last commit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sereno.domain.patients import Patient
from sereno.domain.surveillance import Direction, Limit, OwnLimit, Priority
from sereno.domain.vitals import Signal
from sereno.ports import Store
from sereno.scoring.limits import default_limits, key_of
from sereno.scoring.watch_state import Memory
from sereno.services.live import unframed

USUAL_DELAY: Final = timedelta(seconds=10)  # where the signal has no limit to go by


@dataclass(frozen=True, slots=True)
class LimitInForce:
    """A limit, and where it is the patient's own, who set it."""

    limit: Limit
    own: OwnLimit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A limit as somebody asks for it; None for what is to stay as it is."""

    signal: Signal
    direction: Direction
    value: float
    priority: Priority
    hysteresis: float | None = None
    delay: timedelta | None = None
    latching: bool | None = None


def limits_of(store: Store, patient: Patient) -> tuple[LimitInForce, ...]:
    """The limits in force, by signal, the lower side first, the more urgent first.

    Raises Conflict where what the watch wrote down can not be read.
    """
    state = store.state(patient.id)
    own = Memory.read(unframed(state)).limits if state else []
    known = {key_of(each): LimitInForce(each, None) for each in default_limits(patient.spo2_scale)}
    known |= {key_of(each.limit): LimitInForce(each.limit, each) for each in own}
    return tuple(sorted(known.values(), key=_order))


def filled_in(asked: Asked, known: Iterable[Limit]) -> Limit:
    """The limit that was asked for; what was not said is that of the one whose place it takes.

    Where it takes none's, the signal's least urgent limit lends its delay and hysteresis. One of
    high priority latches, always; another only where it was said, or where its predecessor did.
    """
    limit = Limit(
        signal=asked.signal,
        direction=asked.direction,
        value=asked.value,
        priority=asked.priority,
        delay=USUAL_DELAY,
    )
    model = _model(limit, known)
    before = model.latching and key_of(model) == key_of(limit)
    latching = before if asked.latching is None else asked.latching
    return replace(
        limit,
        hysteresis=model.hysteresis if asked.hysteresis is None else asked.hysteresis,
        delay=model.delay if asked.delay is None else asked.delay,
        latching=latching or asked.priority is Priority.HIGH,
    )


def _model(limit: Limit, known: Iterable[Limit]) -> Limit:
    alike = [each for each in known if each.signal is limit.signal]
    alike.sort(key=lambda each: (key_of(each) != key_of(limit), each.priority))
    return next(iter(alike), limit)


def _order(each: LimitInForce) -> tuple[str, bool, int]:
    limit = each.limit
    return (limit.signal.value, limit.direction is Direction.HIGH, -limit.priority)
