"""One simulated patient's vital signs, moved on step by step by a small model of hidden causes.

Blood loss and open vessels lower the mean pressure; the baroreflex answers with sympathetic
tone, which raises the heart rate and narrows the vessels. Fever, pain, acid and lack of oxygen
raise heart rate and breathing. Ventilation sets carbon dioxide, and with the shunt the oxygen
saturation. Each sign follows its target with a lag of its own; slow wander, the time of day and
measurement noise come on top. Times are in seconds after going live (negative: history).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from connectors.simulator.scenarios import Causes, Scenario

_DAY = 86400.0
# A condition comes, is held, is treated and comes again: seconds held after its rise, at the
# least since the onset; of treatment; and of health until it comes again.
_HELD = 1500.0
_TREATED = 900.0
_WELL = 1200.0
_ETCO2_AT_REST = 38.0  # mmHg
# Seconds in which a sign goes 63% of the way to its target.
_LAGS = {
    "heart": 20.0, "breathing": 25.0, "saturation": 40.0, "pressure": 40.0, "carbon": 60.0,
    "temperature": 90.0,
}  # fmt: skip
# Slow wander: standard deviation and correlation time in seconds.
_WANDER = {
    "heart": (2.2, 70.0), "breathing": (0.8, 50.0), "saturation": (0.5, 90.0),
    "pressure": (2.5, 120.0), "carbon": (0.8, 60.0), "temperature": (0.06, 1800.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """True vital signs at one moment: rates a minute, %, mmHg, degrees C; `severity` 0 to 1."""

    heart: float
    breathing: float
    saturation: float
    systolic: float
    diastolic: float
    mean: float
    carbon: float
    temperature: float
    severity: float
    irregular: bool


@dataclass(frozen=True, slots=True)
class Course:
    """When the condition begins and how fast it develops, in seconds; and short earlier events.

    An event is (start, duration, shunt): a passing desaturation.
    """

    onset: float
    ramp: float
    events: tuple[tuple[float, float, float], ...] = ()

    def severity(self, time: float) -> float:
        """From 0 to 1: up after the onset, held, down under treatment, and up again later."""
        since = time - self.onset
        if since < 0:
            return 0.0
        held = max(_HELD, 1.5 * self.ramp)
        since %= held + _TREATED + _WELL
        return _smooth(since / self.ramp) - _smooth((since - held) / _TREATED)

    def shunt(self, time: float) -> float:
        """What the events add."""
        return sum(
            amount * math.sin(math.pi * (time - start) / length)
            for start, length, amount in self.events
            if 0 <= time - start < length
        )


class Physiology:
    """A patient's signs in time. The same `random` gives the same signs."""

    def __init__(self, scenario: Scenario, course: Course, random: Random) -> None:
        self._scenario = scenario
        self._course = course
        self._random = random
        self._heart_at_rest = scenario.pulse + random.gauss(0, 5)
        self._breathing_at_rest = scenario.breathing + random.gauss(0, 0.9)
        self._saturation_at_rest = min(99.0, scenario.saturation + random.gauss(0, 0.7))
        self._mean_at_rest = random.gauss(91, 5)
        self._temperature_at_rest = random.gauss(36.7, 0.15)
        self._wander = dict.fromkeys(_WANDER, 0.0)
        self._state: dict[str, float] = {}

    def step(self, time: float, elapsed: float, hour: float) -> Signs:
        """The signs at `time`, `elapsed` seconds after the last step, at `hour` of the day."""
        severity = self._course.severity(time)
        causes = _at(self._scenario.causes, severity)
        targets = self._targets(causes, severity, self._course.shunt(time), hour)
        for name, target in targets.items():
            before = self._state.get(name, target)
            self._state[name] = target + (before - target) * math.exp(-elapsed / _LAGS[name])
            size, span = _WANDER[name]
            keep = math.exp(-elapsed / span)
            push = size * math.sqrt(1 - keep * keep) * self._random.gauss(0, 1)
            self._wander[name] = self._wander[name] * keep + push
        return self._signs(severity)

    def _targets(
        self, causes: Causes, severity: float, event: float, hour: float
    ) -> dict[str, float]:
        day = math.cos((hour - 17) / 24 * 2 * math.pi)  # temperature peaks in the late afternoon
        scenario = self._scenario
        oxygen = scenario.oxygen + (scenario.rescue - scenario.oxygen) * severity
        fall = 1 - (1 - 1.15 * causes.loss) * (1 - 0.45 * causes.dilation)
        tone = min(1.0, 1.6 * fall + 0.3 * causes.pain + 0.25 * causes.acid)
        pressure = self._mean_at_rest * (1 - fall) * (1 + 0.16 * tone) + 1.5 * day
        before = self._state.get("saturation", self._saturation_at_rest)
        hypoxia = max(0.0, self._saturation_at_rest - 3 - before) / 10
        breathing = causes.drive * (
            self._breathing_at_rest + 1.6 * causes.fever + 11 * causes.acid + 4 * causes.pain
            + 5 * hypoxia
        )  # fmt: skip
        ventilation = breathing / self._breathing_at_rest
        shunt = max(0.0, causes.shunt + event - 0.006 * max(0.0, oxygen - scenario.oxygen))
        saturation = self._saturation_at_rest - 42 * shunt - 26 * max(0.0, 0.82 - ventilation)
        heart = (
            self._heart_at_rest + 48 * tone + 9 * max(0.0, causes.fever) + 10 * hypoxia + 2 * day
        )
        if scenario.irregular:
            heart += 55 * severity
        carbon = _ETCO2_AT_REST * min(2.0, (1 + 0.5 * causes.acid) / max(0.3, ventilation))
        return {
            "heart": min(heart, 190.0),
            "breathing": max(4.0, breathing),
            "saturation": min(99.6, max(60.0, saturation)),
            "pressure": max(38.0, pressure),
            "carbon": carbon,
            "temperature": self._temperature_at_rest + causes.fever + 0.25 * day,
        }

    def _signs(self, severity: float) -> Signs:
        now = {name: value + self._wander[name] for name, value in self._state.items()}
        mean = now["pressure"]
        # A narrow pulse in blood loss, a wide one when vessels are open.
        causes = _at(self._scenario.causes, severity)
        pulse = max(16.0, 0.5 * mean * (1 - 1.2 * causes.loss + 0.25 * causes.dilation))
        diastolic = mean - pulse / 3  # the usual estimate: mean = diastolic + a third of the pulse
        return Signs(
            heart=max(30.0, now["heart"]),
            breathing=max(3.0, now["breathing"]),
            saturation=min(100.0, max(50.0, now["saturation"])),
            systolic=diastolic + pulse,
            diastolic=diastolic,
            mean=mean,
            carbon=max(10.0, now["carbon"]),
            temperature=now["temperature"],
            severity=severity,
            irregular=self._scenario.irregular and severity > 0.05,
        )


def course(scenario: Scenario, onset: float, history: float, random: Random) -> Course:
    """A course with its onset near `onset` seconds, and about one passing event in two hours."""
    begin = onset * random.uniform(0.7, 1.3)
    # Of their own, so that how long a history is told changes nothing else about a patient.
    events = Random(random.random())
    return Course(begin, max(1.0, 2 * onset), tuple(_events(scenario, history, events)))


def _events(
    scenario: Scenario, history: float, random: Random
) -> Iterator[tuple[float, float, float]]:
    time = -history + random.uniform(0, 7200)
    likely = 0.8 if scenario.oxygen or scenario.saturation < 95 else 0.3
    while time < -600:
        if random.random() < likely:
            yield time, random.uniform(240, 720), random.uniform(0.08, 0.2)
        time += random.uniform(3600, 10800)


def hour_of_day(seconds: float) -> float:
    """The hour, with its fraction, of a time in seconds since a midnight."""
    return (seconds % _DAY) / 3600


def _at(causes: Causes, severity: float) -> Causes:
    return Causes(
        loss=causes.loss * severity,
        dilation=causes.dilation * severity,
        fever=causes.fever * severity,
        shunt=causes.shunt * severity,
        drive=1 + (causes.drive - 1) * severity,
        acid=causes.acid * severity,
        pain=causes.pain * severity,
    )


def _smooth(part: float) -> float:
    clipped = min(1.0, max(0.0, part))
    return clipped * clipped * (3 - 2 * clipped)
