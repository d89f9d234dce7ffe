"""A bed: a patient, what is attached to them, and what their monitor and chart tell."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from connectors.simulator.physiology import Physiology, Signs, course, hour_of_day
from connectors.simulator.scenarios import SCENARIOS
from sereno.domain.stream import Observation, Quality, Subject
from sereno.domain.vitals import Consciousness, Signal

_TEMPERATURE_EVERY = 300  # s
_CHART_EVERY = 1800  # s: consciousness and oxygen, when nothing changes
_CUFF_ALARMED_EVERY = 300  # s: monitors repeat sooner after a low pressure
_LOW_SYSTOLIC = 100.0  # mmHg: the NEWS2 chart's 2 points (Royal College of Physicians, 2017)
_OFF_EVERY, _OFF_FOR = 420.0, 75.0  # s: the probe falls off, and is put back
_MOTION_EVERY, _MOTION_FOR = 150.0, 35.0  # s
# Silent time: what is longer ago has left no trace, for the slowest wander lasts half an hour.
_REMEMBERED, _SILENT_STEP = 6 * 3600, 60  # s
# Invented, and marked as such wherever they show.
_GIVEN = ("Alba", "Bruno", "Clara", "Diego", "Elena", "Fabio", "Gala", "Hugo", "Irene", "Jaime",
          "Karla", "Leo", "Mara", "Nuria", "Oscar", "Petra")  # fmt: skip
_FAMILY = ("Arroyo", "Bosque", "Campo", "Duna", "Estrella", "Fuente", "Glaciar", "Huerta", "Isla",
           "Jardin", "Lago", "Monte")  # fmt: skip


class Bed:
    """Bed `number` of the ward, from 1. Everything about it follows from `seed` and its number."""

    def __init__(
        self, number: int, scenario: str, *, seed: str, source: str, onset: float, history: float,
        cuff_every: float,
    ) -> None:  # fmt: skip
        random = Random(f"{seed}/{number}")
        self.scenario = SCENARIOS[scenario]
        self.subject = _subject(number, seed, random)
        self.probe_off = False
        self.moving = False
        self._source = source
        self._random = random
        self._course = course(self.scenario, onset, history, random)
        self._physiology = Physiology(self.scenario, self._course, random)
        self._cuff_every = cuff_every
        self._plan(-history)

    def pass_over(self, until: int, live: datetime) -> None:
        """Come to `until` (seconds after going live, which was at `live`) without telling anything.

        Whatever is taken now and then is taken anew after that: it may have changed meanwhile.
        """
        for time in range(max(0, until - _REMEMBERED), until, _SILENT_STEP):
            self.step(time, _SILENT_STEP, live + timedelta(seconds=time))
        if until > 0:
            self._plan(until)

    def _plan(self, time: float) -> None:
        """When what is not measured all the time is taken next."""
        self._next_cuff = time + self._random.uniform(5, 60)
        self._next_temperature = time + self._random.uniform(2, 30)
        self._next_chart = time + self._random.uniform(2, 30)
        self._charted: tuple[Consciousness, float] | None = None

    def step(
        self, time: float, elapsed: float, moment: datetime
    ) -> tuple[Signs, list[Observation]]:
        """Move on to `time` (seconds after going live), which is `moment`; what is told then."""
        hour = hour_of_day(moment.hour * 3600 + moment.minute * 60 + moment.second)
        signs = self._physiology.step(time, elapsed, hour)
        since = time - self._course.onset
        self.probe_off = self.scenario.falls_off and since > 0 and since % _OFF_EVERY < _OFF_FOR
        self.moving = self.scenario.moves and since > 0 and since % _MOTION_EVERY < _MOTION_FOR
        told = [*self._monitor(signs, moment), *self._intermittent(signs, time, moment)]
        return signs, told

    def _monitor(self, signs: Signs, moment: datetime) -> Iterator[Observation]:
        random = self._random
        heart = signs.heart * (random.uniform(0.88, 1.12) if signs.irregular else 1)
        # Weak early beats of an irregular heart do not reach the finger.
        pulse = heart * (0.93 if signs.irregular else 1) + random.gauss(0, 0.5)
        breathing = signs.breathing + random.gauss(0, 0.4)
        yield self._tell(Signal.HEART_RATE, moment, round(heart + random.gauss(0, 0.4)))
        yield self._tell(Signal.RESPIRATORY_RATE, moment, max(0, round(breathing)))
        yield from self._oximeter(signs, pulse, moment)
        if self.scenario.arterial_line:
            yield self._tell(Signal.INVASIVE_SYSTOLIC, moment, round(signs.systolic))
            yield self._tell(Signal.INVASIVE_DIASTOLIC, moment, round(signs.diastolic))
            yield self._tell(Signal.INVASIVE_MEAN, moment, round(signs.mean))
        if self.scenario.capnograph:
            yield self._tell(Signal.END_TIDAL_CO2, moment, round(signs.carbon))

    def _oximeter(self, signs: Signs, pulse: float, moment: datetime) -> Iterator[Observation]:
        saturation = signs.saturation + self._random.gauss(0, 0.2)
        quality = Quality.GOOD
        if self.probe_off:
            saturation = pulse = 0
            quality = Quality.SENSOR_OFF
        elif self.moving:
            saturation -= abs(self._random.gauss(0, 9))
            pulse *= self._random.uniform(0.8, 1.6)
            quality = Quality.ARTEFACT
        value = min(100, max(0, round(saturation)))
        yield self._tell(Signal.SPO2, moment, value, quality)
        yield self._tell(Signal.PULSE_RATE, moment, max(0, round(pulse)), quality)

    def _intermittent(self, signs: Signs, time: float, moment: datetime) -> Iterator[Observation]:
        if time >= self._next_temperature:
            self._next_temperature = time + _TEMPERATURE_EVERY
            yield self._tell(Signal.TEMPERATURE, moment, round(signs.temperature, 1))
        if time >= self._next_cuff and not self.scenario.arterial_line:
            low = signs.systolic <= _LOW_SYSTOLIC
            self._next_cuff = time + (
                min(self._cuff_every, _CUFF_ALARMED_EVERY) if low else self._cuff_every
            )
            yield from self._cuff(signs, moment)
        yield from self._chart(signs, time, moment)

    def _cuff(self, signs: Signs, moment: datetime) -> Iterator[Observation]:
        error = self._random.gauss(0, 2.5)
        yield self._tell(Signal.CUFF_SYSTOLIC, moment, round(signs.systolic + error))
        yield self._tell(Signal.CUFF_DIASTOLIC, moment, round(signs.diastolic + error))
        yield self._tell(Signal.CUFF_MEAN, moment, round(signs.mean + error))

    def _chart(self, signs: Signs, time: float, moment: datetime) -> Iterator[Observation]:
        scenario = self.scenario
        mind = scenario.mind if signs.severity > 0.6 else Consciousness.ALERT
        flow = scenario.rescue if signs.severity > 0.5 else scenario.oxygen
        if time < self._next_chart and self._charted in {None, (mind, flow)}:
            return
        self._charted = (mind, flow)
        self._next_chart = time + _CHART_EVERY
        yield self._tell(Signal.CONSCIOUSNESS, moment, mind)
        yield self._tell(Signal.OXYGEN_GIVEN, moment, flow > 0)
        yield self._tell(Signal.OXYGEN_FLOW, moment, flow)

    def _tell(
        self, signal: Signal, moment: datetime, value: float, quality: Quality = Quality.GOOD
    ) -> Observation:
        if quality is Quality.GOOD:
            return Observation.judged(signal, moment, float(value), self._source)
        return Observation(signal, moment, float(value), self._source, quality)


def _subject(number: int, seed: str, random: Random) -> Subject:
    born = date(1934, 1, 1) + timedelta(days=random.randrange(365 * 55))
    given, family = random.choice(_GIVEN), random.choice(_FAMILY)
    return Subject(
        identifier=f"sim-{seed}-{number}",
        authority="simulator",
        name=f"{given} {family} (synthetic)",
        birth_date=born,
        sex="female" if given.endswith("a") or given == "Irene" else "male",
        bed=f"Bed {number}",
    )
