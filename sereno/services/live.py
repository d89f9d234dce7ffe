"""Whether a patient is being watched now or was read from a recording, kept with the state.

One byte in front of the watch's own state says so: silence of the living raises an alarm, the end
of a recording does not.
"""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from sereno.domain.errors import Conflict
from sereno.domain.patients import Patient
from sereno.ports import Store
from sereno.scoring.watch import Watch
from sereno.scoring.watch_state import Memory

_LIVE: Final = b"L"
_RECORDED: Final = b"R"
_log = logging.getLogger(__name__)


def framed(state: bytes, *, live: bool) -> bytes:
    """`state` with the mark in front."""
    return (_LIVE if live else _RECORDED) + state


def unframed(state: bytes) -> bytes:
    """The watch's own state."""
    return state[1:]


def is_live(state: bytes | None) -> bool:
    """Whether the patient of that state is being watched now."""
    return state is not None and state[:1] == _LIVE


def as_of(store: Store, patient: str, now: datetime) -> datetime:
    """Now for who is being watched; else where the recording ends, in its own time.

    Raises NotFound, Forgotten or Unreadable.
    """
    if is_live(store.state(patient)):
        return now
    times = [observation.time for observation in store.latest(patient).values()]
    return max(times, default=now)


def resumed(patient: Patient, state: bytes, now: datetime) -> tuple[Watch, bool]:
    """The watch that goes on from `state`, and whether it could: if not, it begins anew."""
    try:
        return Watch.restore(patient, unframed(state)), True
    except Conflict as error:
        _log.error("patient %s is watched anew, with default limits: %s", patient.id, error)
    # Numbers that no alarm or episode of the lost watch had: less than one a second began.
    begun = int(now.timestamp())
    memory = replace(Memory.read(Watch(patient).snapshot()), alarms=begun, episodes=begun)
    return Watch.restore(patient, memory.write()), False
