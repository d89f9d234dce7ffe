"""What a rule is, and what is found when a connector is held to it."""

import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Generic, TypeVar

import anyio

T = TypeVar("T")
LONGEST_S: Final = 240.0  # that one rule may take


class Verdict(StrEnum):
    """How a connector keeps a rule."""

    KEPT = "ok"
    REMARK = "warn"  # it is kept as far as the device lets it
    BROKEN = "fail"
    NOT_TRIED = "skip"


class Broken(AssertionError):
    """A rule is not kept; says what was seen instead."""


class Remark(Exception):
    """A rule is kept, and whoever uses the connector should still know something."""


class NotTried(Exception):
    """A rule can not be tried here; says why."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One promise of every connector, and how it is tried on a `T`.

    `hold` raises Broken, Remark or NotTried. `remedy` says what mends a connector that breaks it.
    """

    name: str
    promise: str
    remedy: str
    hold: Callable[[T], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one rule. `found` is empty where it is simply kept."""

    rule: str
    promise: str
    verdict: Verdict
    found: str = ""
    remedy: str = ""
    seconds: float = 0.0


class Rules(list[Rule[T]]):
    """The rules for one kind of thing, in the order in which they are tried."""

    def add(
        self, promise: str, remedy: str
    ) -> Callable[[Callable[[T], Awaitable[None]]], Callable[[T], Awaitable[None]]]:
        """Take the function that follows in as a rule; its name is the rule's."""

        def taken(hold: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
            name = getattr(hold, "__name__", "rule").strip("_").replace("_", "-")
            self.append(Rule(name, promise, remedy, hold))
            return hold

        return taken


def expect(kept: object, otherwise: str) -> None:
    """Raise Broken with `otherwise` unless `kept`."""
    if not kept:
        raise Broken(otherwise)


async def judge(rule: Rule[T], what: T) -> Finding:
    """Hold `what` to `rule`. Whatever goes wrong on the way is its finding."""
    started = time.monotonic()
    verdict, found = Verdict.KEPT, ""
    try:
        with anyio.fail_after(LONGEST_S):
            await rule.hold(what)
    except Exception as error:  # noqa: BLE001 - a connector that breaks is what is looked for
        verdict, found = _told(error)
    remedy = rule.remedy if verdict is Verdict.BROKEN else ""
    took = round(time.monotonic() - started, 3)
    return Finding(rule.name, rule.promise, verdict, found, remedy, took)


def _told(error: BaseException) -> tuple[Verdict, str]:
    while isinstance(error, BaseExceptionGroup):
        error = _worst(error)
    match error:
        case Broken():
            return Verdict.BROKEN, str(error)
        case Remark():
            return Verdict.REMARK, str(error)
        case NotTried():
            return Verdict.NOT_TRIED, str(error)
    # Its words may quote what was read; its kind and its place do not.
    return Verdict.BROKEN, f"it broke with {type(error).__name__}{_place(error)}"


def _worst(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """A rule that is broken says more than what broke because of it."""
    found = next((each for each in group.exceptions if isinstance(each, Broken)), None)
    return found or group.exceptions[0]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    here = Path(__file__).parent
    theirs = [frame for frame in frames if here not in Path(frame.filename).parents]
    return f" at {theirs[-1].filename}:{theirs[-1].lineno}" if theirs else ""
