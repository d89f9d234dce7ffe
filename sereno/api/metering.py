"""How the model serves programs, for Prometheus: no key's name, nothing of what is asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from prometheus_client import Counter, Histogram
from prometheus_client.registry import CollectorRegistry

from sereno.domain.completion import Step

_SECONDS: Final = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_RATES: Final = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300)


class Outcome(StrEnum):
    """What became of a request."""

    DONE = "done"
    CANCELLED = "cancelled"
    INVALID = "invalid"
    UNAUTHORISED = "unauthorised"
    LIMITED = "limited"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


class Meters:
    """The metrics of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "sereno_api_requests", "Requests of programs", ["outcome"], registry=self.registry
        )
        self._first = Histogram(
            "sereno_api_first_token_seconds",
            "From a request to the first token of its text",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._rate = Histogram(
            "sereno_api_tokens_per_second",
            "Tokens a second, from the first to the last",
            buckets=_RATES,
            registry=self.registry,
        )
        self._waited = Histogram(
            "sereno_api_queue_seconds",
            "From the model process' door to a text's turn",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._tokens = Counter(
            "sereno_api_tokens", "Tokens read and written", ["kind"], registry=self.registry
        )
        for outcome in Outcome:
            self._requests.labels(outcome.value)

    def count(self, outcome: Outcome) -> None:
        """One request more."""
        self._requests.labels(outcome.value).inc()

    def measure(self, watch: "Watch", waited_s: float) -> None:
        """What a text took, as far as it came."""
        self._waited.observe(waited_s)
        if watch.first is not None:
            self._first.observe(watch.first - watch.started)
        if (rate := watch.rate()) is not None:
            self._rate.observe(rate)
        self._tokens.labels("prompt").inc(watch.step.prompt_tokens)
        self._tokens.labels("text").inc(watch.step.tokens)


@dataclass(slots=True)
class Watch:
    """When the steps of one text came."""

    seconds: Callable[[], float] = time.perf_counter
    started: float = field(init=False)
    first: float | None = None
    first_tokens: int = 0
    latest: float = 0.0
    step: Step = field(default_factory=Step)

    def __post_init__(self) -> None:
        self.started = self.seconds()

    def note(self, step: Step) -> None:
        """A step has come."""
        self.latest, self.step = self.seconds(), step
        if self.first is None:
            self.first, self.first_tokens = self.latest, step.tokens

    def rate(self) -> float | None:
        """Tokens a second after the first; None for too few."""
        tokens = self.step.tokens - self.first_tokens
        if self.first is None or tokens < 1 or self.latest <= self.first:
            return None
        return tokens / (self.latest - self.first)
