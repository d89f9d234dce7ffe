"""Whether a patient is being watched now or was read from a recording, kept with the state.

One byte in front of the watch's own state says so: silence of the living raises an alarm, the end
of a recording does not.
"""

from typing import Final

_LIVE: Final = b"L"
_RECORDED: Final = b"R"


def framed(state: bytes, *, live: bool) -> bytes:
    """`state` with the mark in front."""
    return (_LIVE if live else _RECORDED) + state


def unframed(state: bytes) -> bytes:
    """The watch's own state."""
    return state[1:]


def is_live(state: bytes | None) -> bool:
    """Whether the patient of that state is being watched now."""
    return state is not None and state[:1] == _LIVE
