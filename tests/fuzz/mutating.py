"""How inputs are changed: by their parts where they have any, beside byte by byte."""

import json
import random
import re
from collections.abc import Callable
from typing import Any, Final

_PARTS: Final = re.compile(rb"([|^~&\\\r\n,;=<>\"'/: ?.+#{}\[\]-])")
_ODD: Final = (
    b"", b"0", b"-1", b"1e999", b"1e308", b"-1e308", b"1e-320", b"nan", b"inf", b"1_0", b"9" * 30,
    b"9" * 5000, b"0001", b"9999", b"0001-01-01", b"9999-12-31", b"99991231235959", b"+1400",
    b"-1400",
    b"\x00", b"\xff", b"\xc3\xa9", b"\xef\xbc\x91", b"\xed\xa0\x80", b"~nobody/x", b"//[", b"%00",
    b"..",
    b"x" * 300, b"\x0b", b"\x1c", b"\xe2\x80\xa8", b"(", b"[" * 1100,
)  # fmt: skip
_DEEP: Final = "@deep@"
_NESTED: Final = b"[" * 1000 + b"]" * 1000
_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 1e308, -1e308, 1e-320, 2**63, 2**64, 10**30, "", " ", [], {}, [[]],
    [{}], {"a": []}, "x" * 300, "nan", "Infinity", "http://[", "//[x", "#", "#a", "?", "Patient/",
    "Patient?identifier=a|b", "0001-01-01", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-11-24T10:05:00Z", "9" * 5000, "1 2 3 E 1e308", "\x00", "\u2028", _DEEP,
)  # fmt: skip

Mutate = Callable[[bytes, int], bytes]


def mutated(data: bytes, most: int, seed: int, shape: str, plain: Mutate) -> bytes:
    """`data` changed at random, at most so long; `plain` is how bytes are changed."""
    dice = random.Random(seed)
    if shape == "bytes" or dice.random() < 0.3:
        return plain(data, most)
    if shape == "json":
        try:
            return _by_value(json.loads(data), dice)[:most]
        except (ValueError, RecursionError):
            return plain(data, most)
    return _by_part(data, dice)[:most]


def stretched(data: bytes, most: int, dice: random.Random) -> bytes:
    """A piece of `data` again and again, `most` bytes: shows what costs more than it is long."""
    if not data:
        return data
    first = dice.randrange(len(data))
    last = min(len(data), first + 1 + int(dice.expovariate(0.05)))
    piece = data[first:last]
    return data[:first] + piece * (most // len(piece)) + data[last:]


def _by_part(data: bytes, dice: random.Random) -> bytes:
    parts = _PARTS.split(data)
    for _ in range(dice.randrange(1, 5)):
        place = dice.randrange(len(parts))
        kind = dice.random()
        if kind < 0.4:
            parts[place] = dice.choice(_ODD)
        elif kind < 0.7:
            parts[place] = dice.choice(parts)
        elif kind < 0.85:
            last = min(len(parts), place + dice.randrange(1, 40))
            parts[place:place] = parts[place:last]
        else:
            del parts[place : place + dice.randrange(1, 20)]
            parts = parts or [b""]
    return b"".join(parts)


def _by_value(value: Any, dice: random.Random) -> bytes:
    for _ in range(dice.randrange(1, 4)):
        value = _changed(value, dice)
    return json.dumps(value).encode().replace(f'"{_DEEP}"'.encode(), _NESTED)


def _changed(value: Any, dice: random.Random) -> Any:
    """One place somewhere below `value` as another value."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(list(value))
        kind = dice.random()
        if kind < 0.08:
            return {name: each for name, each in value.items() if name != key}
        if kind < 0.16:
            return {**value, dice.choice(list(value)): value[key]}
        return {**value, key: _changed(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.9:
        place = dice.randrange(len(value))
        if dice.random() < 0.1:
            return [*value, *value]
        return [*value[:place], _changed(value[place], dice), *value[place + 1 :]]
    return dice.choice(_VALUES)
