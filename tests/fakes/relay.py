"""What an edge box tells, made up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.vitals import Signal
from sereno.ports import Outgoing
from tests.fakes.clock import NOON

MONITOR = "mllp:2575/MON-7"


def patient(identifier: str = "4711", **more: Any) -> Patient:
    known: dict[str, Any] = {"authority": "HOSP", "name": "Ana Prueba", "bed": "7"}
    return Patient(id=f"id-{identifier}", identifier=identifier, **known | more)


def value(second: float = 0, told: float = 80, **more: Any) -> Observation:
    source = more.pop("source", MONITOR)
    signal = more.pop("signal", Signal.HEART_RATE)
    return Observation(signal, NOON + timedelta(seconds=second), told, source, **more)


def wave(second: float = 0, samples: Sequence[float] = (0.1, 0.2), **more: Any) -> WaveformChunk:
    start = NOON + timedelta(seconds=second)
    known: dict[str, Any] = {"rate": 500.0, "source": MONITOR, "channel": "II"}
    told = known | more
    return WaveformChunk(
        told.pop("signal", Signal.ECG), start, told["rate"], samples, told["source"],
        told["channel"],
    )  # fmt: skip


def outgoing(number: int = 1, **more: Any) -> Outgoing:
    known: dict[str, Any] = {
        "key": f"key-{number}", "time": NOON + timedelta(seconds=number), "patient": patient(),
    }  # fmt: skip
    if not more.keys() & {"observations", "waveforms", "stay"}:
        more["observations"] = (value(number, 60 + number % 40),)
    return Outgoing(number=number, **known | more)
