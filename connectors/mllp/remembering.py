"""What is the same in every message of a sender, looked up once."""

from collections.abc import Callable
from typing import Final, TypeVar

_LONGEST: Final = 512  # characters of a key that is remembered

Key = TypeVar("Key", bound=tuple[object, ...])
Found = TypeVar("Found")


class Remembered(dict[Key, Found]):
    """What `look` makes of a key, looked up once.

    With `most` of them all are forgotten, and keys of more than 512 characters never remembered:
    whatever a sender says, this is bounded.
    """

    def __init__(self, look: Callable[[Key], Found], most: int) -> None:
        super().__init__()
        self._look = look
        self._most = most

    def __missing__(self, key: Key) -> Found:
        found = self._look(key)
        if _length(key) <= _LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[key] = found
        return found


def _length(key: object) -> int:
    """The characters of all texts in `key`."""
    if isinstance(key, str):
        return len(key)
    return sum(map(_length, key)) if isinstance(key, tuple) else 0
