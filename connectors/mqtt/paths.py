"""Where a value stands in a message: a small part of JSONPath, compiled once.

    path = root { step }
    root = "$" the message | "@" the row | "^" what holds the row | topic | topic[N]
         | property['NAME'] (a user property of MQTT 5)
    step = .NAME | ['NAME'] | [N] (from the end where below 0) | [*] (each; in `rows` alone)
    NAME behind a dot is a letter or "_", then letters, digits, "_" and "-"

A path that leads nowhere, and a null, are both None.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

LONGEST: Final = 256  # characters of a path

_ROOT = re.compile(r"\A(?:[$@^]|topic(?:\[(-?\d{1,3})\])?|property\['([^']{1,100})'\])")
_STEP = re.compile(r"\.([^\W\d][\w-]*)|\['([^']{1,100})'\]|\[(-?\d{1,6})\]|\[(\*)\]")
_EACH = object()  # the step [*]
_ROOTS = "$@^"


class Message(Protocol):
    """What paths lead into, besides the row."""

    @property
    def root(self) -> Any:
        """The payload, parsed."""
        ...

    @property
    def levels(self) -> Sequence[str]:
        """The parts of the topic."""
        ...

    @property
    def user_properties(self) -> dict[str, str]:
        """The sender's own properties."""
        ...


# From the row, what holds it, and the message, to what stands there.
Read = Callable[[Any, Any, Message], Any]
Rows = Callable[[Any], Sequence[tuple[Any, Any]]]


def compiled(path: str) -> Read:
    """How to read what `path` leads to. Raises ValueError for what is no path."""
    root, steps = _taken_apart(path)
    if _EACH in steps:
        raise ValueError("[*] stands in rows alone")
    start = _start(root, path)
    if not steps:
        return start
    if len(steps) == 1:
        return _one_step(root, start, steps[0])
    return lambda row, up, message: _walk(start(row, up, message), steps)


def first(paths: Sequence[str]) -> Read:
    """How to read the first of `paths` that leads somewhere."""
    reads = [compiled(path) for path in paths]
    if len(reads) == 1:
        return reads[0]

    def read(row: Any, up: Any, message: Message) -> Any:
        for each in reads:
            found = each(row, up, message)
            if found is not None:
                return found
        return None

    return read


def first_of(paths: Sequence[str]) -> Read | None:
    """As `first`; None where there are no paths."""
    return first(paths) if paths else None


def key_of_row(some: Sequence[str]) -> str | None:
    """The name in `@.NAME`, where that is the only path; None for any other."""
    if len(some) != 1:
        return None
    root, steps = _taken_apart(some[0])
    name = steps[0] if root == "@" and len(steps) == 1 else None
    return name if isinstance(name, str) else None


def rows(path: str) -> Rows:
    """How to find the rows of a parsed payload, each with what holds it. Raises ValueError.

    [*] takes the items of a list; what holds a row is that in which the last [*] was looked for.
    """
    root, steps = _taken_apart(path)
    if root != "$":
        raise ValueError("rows begin at $")
    if not steps:
        return lambda value: ((value, None),)
    if steps == [_EACH]:
        return lambda value: [(each, value) for each in value] if type(value) is list else ()
    parts: list[list[object]] = [[]]
    for step in steps:
        if step is _EACH:
            parts.append([])
        else:
            parts[-1].append(step)
    return lambda value: _spread(value, None, parts)


def _spread(value: Any, up: Any, parts: Sequence[Sequence[object]]) -> list[tuple[Any, Any]]:
    """The rows below `value`, where a [*] stands between each two of `parts`."""
    found = _walk(value, parts[0])
    if len(parts) == 1:
        return [] if found is None else [(found, up)]
    items = found if type(found) is list else ()
    return [row for item in items for row in _spread(item, value, parts[1:])]


def _taken_apart(path: str) -> tuple[str, list[object]]:
    match = _ROOT.match(path) if len(path) <= LONGEST else None
    if match is None:
        raise ValueError("a path begins with $, @, ^, topic or property['NAME']")
    steps: list[object] = []
    at = match.end()
    if at < len(path) and match[0] not in _ROOTS:
        raise ValueError("nothing follows a part of the topic or a property")
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"no step of a path at character {at + 1}")
        name = step[1] or step[2]
        steps.append(_EACH if step[4] else name or int(step[3]))
        at = step.end()
    return match[0], steps


def _start(root: str, path: str) -> Read:
    match = _ROOT.match(path)
    if root == "$":
        return lambda _row, _up, message: message.root
    if root == "@":
        return lambda row, _up, _message: row
    if root == "^":
        return lambda _row, up, _message: up
    if match is not None and match[2] is not None:
        name = match[2]
        return lambda _row, _up, message: message.user_properties.get(name)
    if match is not None and match[1] is not None:
        level = int(match[1])
        return lambda _row, _up, message: _level(message.levels, level)
    return lambda _row, _up, message: "/".join(message.levels)


def _level(levels: Sequence[str], index: int) -> str | None:
    return (levels[index] or None) if -len(levels) <= index < len(levels) else None


def _one_step(root: str, start: Read, step: object) -> Read:
    """The commonest path, `@.name`, without a loop."""
    if isinstance(step, int) or root != "@":
        return lambda row, up, message: _walk(start(row, up, message), (step,))

    def read(row: Any, _up: Any, _message: Message) -> Any:
        return row.get(step) if type(row) is dict else None

    return read


def _walk(value: Any, steps: Sequence[object]) -> Any:
    for step in steps:
        if type(value) is dict:
            value = value.get(step)  # a number is no key of JSON
        elif type(value) is list and isinstance(step, int):
            if not -len(value) <= step < len(value):
                return None
            value = value[step]
        else:
            return None
    return value
