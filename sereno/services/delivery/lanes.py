"""In which order a destination is told what waits for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of the outbox from number `first` on, and before number `before` where that is set."""

    first: int = 0
    before: int | None = None


class Lanes:
    """All in order; or, for who wants what is new first, after an outage in two lanes.

    Then what comes from now on is told before what has waited, a page of each in turn, so that a
    long wait does not hold up what is new. Each lane goes in order.
    """

    def __init__(self, *, live_first: bool) -> None:
        self._live_first = live_first
        self._border: int | None = None  # what is new begins here

    def interrupted(self, newest: int) -> None:
        """It could not be told; the last row that waits now is `newest`."""
        if self._live_first:
            self._border = newest + 1

    def caught_up(self) -> None:
        """Nothing is left of what has waited."""
        self._border = None

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """What is told next, a page of each in this order; of two, the second is what waited."""
        if self._border is None:
            return (Stretch(),)
        return Stretch(first=self._border), Stretch(before=self._border)
