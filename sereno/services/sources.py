"""What the ingest process last told of each source, and of each destination."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sereno.ports import Clock, Leases
from sereno.services.destinations import DestinationView, destination_view
from sereno.services.ingestion.health import SourceState

# Beyond this the sender's clock is not ours, however long the message was on its way.
SKEWED: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source as of `told`. See `SourceHealth`; it holds no patient data.

    `newest` is the time of its newest value, `lag` the age of that, and `quiet` for how long
    nothing came; None before anything did. `skew` is positive where the source's clock is behind
    ours.
    """

    name: str
    state: SourceState
    told: datetime
    error: str | None = None
    messages: int = 0
    per_minute: int = 0
    values: int = 0
    waveforms: int = 0
    patients: int = 0
    rejected: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    last: datetime | None = None
    newest: datetime | None = None
    lag: timedelta | None = None
    quiet: timedelta | None = None
    skew: timedelta | None = None

    @property
    def fails(self) -> bool:
        """Whether it can not be read now."""
        return self.state in {SourceState.WAITING, SourceState.GAVE_UP}

    @property
    def skewed(self) -> bool:
        """Whether its clock is wrong by more than a message's way."""
        return self.skew is not None and abs(self.skew) > SKEWED


class Sources:
    """Reads what ingest tells with its signs of life."""

    def __init__(self, leases: Leases, clock: Clock) -> None:
        self._leases = leases
        self._clock = clock

    def all(self) -> tuple[SourceView, ...]:
        """Each source of the ingest process that runs, or ran last; in the settings' order."""
        beat = self._leases.beats().get("ingest")
        if beat is None:
            return ()
        now = self._clock.now()
        return tuple(_view(each, beat.at, now) for each in beat.facts.get("sources", ()))

    def destinations(self) -> tuple[DestinationView, ...]:
        """Each destination of that process, in the settings' order."""
        beat = self._leases.beats().get("ingest")
        if beat is None:
            return ()
        now, told = self._clock.now(), beat.facts.get("destinations", ())
        return tuple(destination_view(each, beat.at, now) for each in told)


def _view(facts: dict[str, Any], told: datetime, now: datetime) -> SourceView:
    last, newest = _moment(facts.get("last")), _moment(facts.get("newest"))
    skew = facts.get("skew_s")
    return SourceView(
        name=facts["name"],
        state=SourceState(facts["state"]),
        told=told,
        error=facts.get("error"),
        messages=facts.get("batches", 0),
        per_minute=facts.get("per_minute", 0),
        values=facts.get("values", 0),
        waveforms=facts.get("waveforms", 0),
        patients=facts.get("patients", 0),
        rejected=facts.get("rejected", 0),
        refused=facts.get("refused", 0),
        reasons=facts.get("reasons", {}),
        last=last,
        newest=newest,
        lag=None if newest is None else now - newest,
        quiet=None if last is None else now - last,
        skew=None if skew is None else timedelta(seconds=skew),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
