"""The simulated ward as a connector: past hours first, where asked for, then second by second."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from connectors.opening import Opening
from connectors.simulator.bed import Bed
from connectors.simulator.scenarios import MIXED, SCENARIOS
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch, Observation, WaveformChunk
from sereno.ports import Clock

_MOST_BEDS = 500
_RATES = (125, 250)  # Hz
_HISTORY_STEP = 60  # s: as a monitor's trend memory keeps it
_HISTORY_BATCH = 3600  # s of history in a batch
_FAST_BATCH = 60  # s in a batch when played as fast as possible
_NAP = timedelta(seconds=1)  # the longest sleep, so that a stepped clock is noticed
_LONGEST = 30 * 86400.0  # s
OPTIONS = (
    "beds", "scenario", "seed", "waveforms", "rate", "minutes_to_onset", "history", "duration",
    "cuff_minutes", "since",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WardOptions:
    """How the ward is made up. Times are in seconds; no `duration` goes on for ever.

    A ward that has existed `since` a moment goes on from where it would be by now.
    """

    beds: int = 12
    scenario: str = "mixed"
    seed: str = "7"
    waveforms: bool = True
    rate: int = 125
    onset: float = 120.0
    history: float = 0.0
    duration: float | None = None
    cuff_every: float = 900.0
    since: datetime | None = None


def open_ward(opening: Opening) -> "Ward":
    """`sim:ward?beds=12&scenario=mixed&seed=7&waveforms=1&history=4h`."""
    opening.allow_options(*OPTIONS)
    if opening.path != "ward":
        raise SourceError("the simulator has one place, the ward; write sim:ward?beds=12")
    options = _options(opening)
    if opening.speed != 1.0 and options.duration is None:
        raise SourceError(
            "a ward without an end keeps real time; add the option duration=30m to go faster"
        )
    return Ward(options, clock=opening.clock, speed=opening.speed, sleep=opening.sleep)


class Ward:
    """A Connector over simulated beds; the same seed, options and start give the same ward.

    With `since`, whoever reads it again, days later, finds the same patients on in their course.

    `scale_2_orders` holds the identifiers (`Subject.identifier`) of patients for whom a clinician
    would have ordered SpO2 scale 2: the order itself is for the caller to record. Batches are
    live in real time; history, and a ward played faster, tell past times and are not.
    """

    def __init__(
        self,
        options: WardOptions,
        *,
        clock: Clock,
        speed: float | None = 1.0,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.name = "sim:ward"
        self._options = options
        self._clock = clock
        self._speed = speed
        self._sleep = sleep

    @property
    def scale_2_orders(self) -> tuple[str, ...]:
        """Who needs SpO2 scale 2."""
        return tuple(bed.subject.identifier for bed in self._beds() if bed.scenario.scale_2)

    def batches(self) -> AsyncIterator[Batch]:
        """Yield one batch a bed and second, history first; see `sereno.ports.Connector`."""
        return self._batches()

    async def _batches(self) -> AsyncGenerator[Batch]:
        begin = self._clock.now().replace(microsecond=0)
        beginning = self._begin_live(begin)
        live = min(self._options.since or beginning, beginning)
        beds = self._beds()
        for batch_start in range(-int(self._options.history), 0, _HISTORY_BATCH):
            for bed in beds:
                yield self._past(bed, batch_start, live)
                await anyio.lowlevel.checkpoint()
        drawings = self._drawings(beds)
        over = int((beginning - live).total_seconds())
        for bed in beds:
            bed.pass_over(over, live)
            await anyio.lowlevel.checkpoint()
        end = self._options.duration
        step = 1 if self._speed == 1.0 else max(1, round(self._speed or _FAST_BATCH))
        second = 0
        while end is None or second < end:
            seconds = range(second, min(second + step, int(end)) if end else second + step)
            second = seconds.stop
            if self._speed is not None:
                await self._wait_until(begin + timedelta(seconds=second / self._speed))
            for bed, drawing in zip(beds, drawings, strict=True):
                yield self._present(bed, drawing, seconds, live, over)
                await anyio.lowlevel.checkpoint()

    def _begin_live(self, begin: datetime) -> datetime:
        """Faster than real time, the ward ends now: it tells nothing from the future."""
        if self._speed == 1.0 or self._options.duration is None:
            return begin
        return begin - timedelta(seconds=self._options.duration)

    async def _wait_until(self, moment: datetime) -> None:
        while (left := moment - self._clock.now()) > timedelta(0):
            await self._sleep(min(left, _NAP).total_seconds())

    def _past(self, bed: Bed, start: int, live: datetime) -> Batch:
        told: list[Observation] = []
        for time in range(start, min(0, start + _HISTORY_BATCH), _HISTORY_STEP):
            told += bed.step(time, _HISTORY_STEP, live + timedelta(seconds=time))[1]
        return Batch(source=self.name, subject=bed.subject, observations=tuple(told), live=False)

    def _present(self, bed: Bed, drawing: Any, seconds: range, live: datetime, over: int) -> Batch:
        """Some `seconds` of this telling, which began `over` seconds after the ward went live."""
        told: list[Observation] = []
        waves: list[WaveformChunk] = []
        for second in seconds:
            start = live + timedelta(seconds=over + second)
            signs, observations = bed.step(over + second, 1, start)
            told += observations
            if drawing is not None:
                waves += drawing.second(
                    second, start, signs, probe_off=bed.probe_off, moving=bed.moving
                )
        return Batch(
            source=self.name,
            subject=bed.subject,
            observations=tuple(told),
            waveforms=tuple(waves),
            live=self._speed == 1.0,
        )

    def _beds(self) -> list[Bed]:
        options = self._options
        mixed = options.scenario == "mixed"
        return [
            Bed(
                number,
                MIXED[(number - 1) % len(MIXED)] if mixed else options.scenario,
                seed=options.seed,
                source=self.name,
                onset=options.onset,
                history=options.history,
                cuff_every=options.cuff_every,
            )
            for number in range(1, options.beds + 1)
        ]

    def _drawings(self, beds: list[Bed]) -> list[Any]:
        if not self._options.waveforms:
            return [None] * len(beds)
        from random import Random

        from connectors.simulator.waveforms import Waveforms  # numpy, only where it is needed

        random = Random(f"{self._options.seed}/waveforms")
        return [
            Waveforms(
                random.getrandbits(64),
                self._options.rate,
                self.name,
                arterial_line=bed.scenario.arterial_line,
            )
            for bed in beds
        ]


def _options(opening: Opening) -> WardOptions:
    told = opening.options
    scenario = told.get("scenario", "mixed")
    if scenario not in {*SCENARIOS, "mixed"}:
        raise SourceError(f"no such scenario; known are: {', '.join(['mixed', *SCENARIOS])}")
    rate = int(opening.number("rate", 125, low=1, high=1000))
    if rate not in _RATES:
        raise SourceError("waveforms have a rate of 125 or 250 Hz")
    duration = opening.duration("duration", 0, low=0, high=_LONGEST)
    return WardOptions(
        beds=int(opening.number("beds", 12, low=1, high=_MOST_BEDS)),
        scenario=scenario,
        seed=told.get("seed", "7"),
        waveforms=told.get("waveforms", "1") not in {"0", "no", "false"},
        rate=rate,
        onset=60 * opening.number("minutes_to_onset", 2, low=0, high=10_000),
        history=opening.duration("history", 0, low=0, high=_LONGEST),
        duration=duration if "duration" in told else None,
        cuff_every=60 * opening.number("cuff_minutes", 15, low=1, high=1440),
        since=_moment(told, "since"),
    )


def _moment(told: Any, name: str) -> datetime | None:
    text = told.get(name)
    if text is None:
        return None
    message = f"{name} is a moment with its zone, such as 2026-11-24T08:00:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SourceError(message) from error
    if moment.tzinfo is None:
        raise SourceError(message)
    return moment.astimezone(UTC).replace(microsecond=0)
