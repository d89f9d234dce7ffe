"""What the web and the model process say to each other: a JSON object a line.

One request a connection: what is asked and how many seconds its client waits. Answered by lines,
each with one of: `waited` (its turn has come, after so many seconds), `step`, `failed`. Closing the
connection cancels.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sereno.domain.completion import Asked, Finish, Guide, GuideKind, Message, Speaker, Step
from sereno.domain.errors import Conflict, InvalidEntry, ModelError, ModelMissing, SerenoError

SOCKET: Final = "model.sock"
LONGEST_LINE: Final = 512 * 1024
# What reading raises where the other end is another release.
MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError)

# What may go wrong, by the name under which it travels; the first that fits.
_FAILURES: Final[dict[str, type[SerenoError]]] = {
    "invalid": InvalidEntry,
    "busy": Conflict,
    "missing": ModelMissing,
    "model": ModelError,
}


@dataclass(frozen=True, slots=True)
class Waited:
    """Its turn has come, after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """It can not be written; the error says why and what to do."""

    error: SerenoError


Told = Waited | Step | Failed


def place(folder: int) -> str:
    """The socket's path by the open `folder`'s number: 107 bytes hold it, however deep it lies."""
    return str(Path(f"/proc/self/fd/{folder}") / SOCKET)


def request(asked: Asked, patience: timedelta) -> bytes:
    """The line that asks."""
    return _line({"asked": asdict(asked), "patience": patience.total_seconds()})


def read_request(line: bytes) -> tuple[Asked, timedelta]:
    """What a line asks, and how long its client waits. Raises one of MALFORMED."""
    read = json.loads(line)
    raw = read["asked"]
    prompt, guide = raw.pop("prompt"), raw.pop("guide")
    if not isinstance(prompt, str):
        prompt = tuple(Message(Speaker(each["speaker"]), each["text"]) for each in prompt)
    asked = Asked(
        prompt=prompt,
        guide=Guide(GuideKind(guide["kind"]), guide["text"]) if guide else None,
        **raw | {"stop": tuple(raw["stop"])},
    )
    return asked, timedelta(seconds=read["patience"])


def answer(told: Told) -> bytes:
    """A line that answers."""
    if isinstance(told, Waited):
        return _line({"waited": told.seconds})
    if isinstance(told, Step):
        return _line({"step": asdict(told)})
    fits = (name for name, kind in _FAILURES.items() if isinstance(told.error, kind))
    return _line({"failed": {"kind": next(fits, "model"), "message": str(told.error)}})


def read_answer(line: bytes) -> Told:
    """What a line tells. Raises one of MALFORMED."""
    read = json.loads(line)
    if "waited" in read:
        return Waited(read["waited"])
    if "failed" in read:
        return Failed(_FAILURES[read["failed"]["kind"]](read["failed"]["message"]))
    step = read["step"]
    return Step(**step | {"finish": Finish(step["finish"]) if step["finish"] else None})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"
