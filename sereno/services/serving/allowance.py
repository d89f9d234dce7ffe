"""How much a key may ask for: requests and tokens a minute, and a few at once."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

WINDOW_S: Final = 60.0
# So that one program leaves room in the queue for the others.
AT_ONCE: Final = 4
SHORTEST_WAIT_S: Final = 1.0


class Exhausted(Exception):
    """The key has used up what it may ask for; `retry_s` seconds from now it may ask again."""

    def __init__(self, what: str, retry_s: float) -> None:
        super().__init__(what)
        self.retry_s = max(retry_s, SHORTEST_WAIT_S)


@dataclass(slots=True)
class Use:
    """One request: when, and how many tokens it took or, while it runs, may take."""

    at: float
    tokens: int


@dataclass(slots=True)
class _Spent:
    uses: deque[Use] = field(default_factory=deque)
    running: int = 0


class Allowance:
    """What each key has used within the last minute. `seconds` is a clock that never goes back.

    Kept in memory alone: a restart forgives. Safe in many threads.
    """

    def __init__(self, *, requests: int, tokens: int, seconds: Callable[[], float]) -> None:
        self._requests = requests
        self._tokens = tokens
        self._seconds = seconds
        self._spent: dict[str, _Spent] = {}
        self._lock = threading.Lock()

    @contextmanager
    def used(self, key: str, tokens: int) -> Iterator[Use]:
        """Count a request of `key` that may take so many `tokens`; set what it took in the end.

        Raises Exhausted where that is too much.
        """
        use, spent = self._admit(key, tokens)
        try:
            yield use
        finally:
            with self._lock:
                spent.running -= 1

    def _admit(self, key: str, tokens: int) -> tuple[Use, _Spent]:
        now = self._seconds()
        with self._lock:
            spent = self._spent.setdefault(key, _Spent())
            while spent.uses and spent.uses[0].at <= now - WINDOW_S:
                spent.uses.popleft()
            if spent.running >= AT_ONCE:
                what = f"this key may ask for {AT_ONCE} things at once; wait for one of them"
                raise Exhausted(what, SHORTEST_WAIT_S)
            if len(spent.uses) >= self._requests:
                what = f"this key may ask {self._requests} times a minute; wait a little"
                raise Exhausted(what, spent.uses[-self._requests].at + WINDOW_S - now)
            self._check_tokens(spent, tokens, now)
            use = Use(now, tokens)
            spent.uses.append(use)
            spent.running += 1
        return use, spent

    def _check_tokens(self, spent: _Spent, tokens: int, now: float) -> None:
        over = tokens + sum(each.tokens for each in spent.uses) - self._tokens
        if over <= 0:
            return
        wait = WINDOW_S
        for use in spent.uses:
            over -= use.tokens
            if over <= 0:
                wait = use.at + WINDOW_S - now
                break
        what = f"this key may ask for {self._tokens} tokens a minute; wait, or ask for fewer"
        raise Exhausted(what, wait)
