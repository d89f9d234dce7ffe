"""Conditions and flags of a template, compiled once."""

from collections.abc import Callable, Sequence
from typing import Any

from connectors.mqtt import paths
from connectors.mqtt.message import Incoming
from connectors.mqtt.template import Flag, Only
from sereno.domain.stream import Quality

Holds = Callable[[Any, Any, Incoming], bool]
Flagged = Callable[[Any, Any, Incoming], Quality | None]


def _key(value: object) -> tuple[bool, object]:
    """1 and true are not the same in JSON."""
    return isinstance(value, bool), value


def all_of(conditions: Sequence[Only]) -> Holds | None:
    """Whether all conditions hold for a row; None where there are none."""
    if not conditions:
        return None
    tests = [(paths.first(each.path), frozenset(map(_key, each.equals))) for each in conditions]

    def holds(row: Any, up: Any, message: Incoming) -> bool:
        for read, wanted in tests:
            found = read(row, up, message)
            if found is None or (wanted and not _is_one(found, wanted)):
                return False
        return True

    return holds


def _is_one(found: object, wanted: frozenset[tuple[bool, object]]) -> bool:
    return isinstance(found, str | int | float) and _key(found) in wanted


def flagged_by(flags: Sequence[Flag]) -> Flagged | None:
    """What the flags say of a row: None where it is a measurement; None where there are none."""
    if not flags:
        return None
    tests = [(paths.first(each.path), _meanings(each)) for each in flags]

    def flagged(row: Any, up: Any, message: Incoming) -> Quality | None:
        for read, meanings in tests:
            found = read(row, up, message)
            if isinstance(found, str | int | float):
                quality = meanings.get(_key(found))
                if quality is not None:
                    return quality
        return None

    return flagged


def _meanings(flag: Flag) -> dict[tuple[bool, object], Quality]:
    return {
        _key(value): quality
        for quality, values in (
            (Quality.DEMO, flag.demo),
            (Quality.SENSOR_OFF, flag.sensor_off),
            (Quality.ARTEFACT, flag.artefact),
        )
        for value in values
    }
