"""Waveforms that agree with the numbers beside them: ECG, pleth, respiration, arterial pressure.

Beats are laid out one after another from the heart rate; each wave is drawn around them. The ECG
is a sum of Gaussian waves P, Q, R, S and T, as in McSharry et al., IEEE Trans Biomed Eng 2003;50,
289-294, with the times of P and T following the square root of the beat's length (Bazett).
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from connectors.simulator.physiology import Signs
from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal

_Array = NDArray[np.float64]

# Time after R in seconds at 60 beats a minute, width in seconds, height in mV. Lead II.
_P = (-0.17, 0.024, 0.13)
_QRS = ((-0.032, 0.010, -0.10), (0.0, 0.011, 1.05), (0.034, 0.011, -0.22))
_T = (0.29, 0.050, 0.28)
_FLUTTER_HZ, _FLUTTER_MV = 6.3, 0.045  # the f waves of atrial fibrillation
_TO_FINGER, _TO_WRIST = 0.22, 0.16  # s from R to the pulse's foot
_RESPIRATION_PART = 5  # respiration is slow: a fifth of the ECG's rate does
_AHEAD = 3.0  # s: beats are known so far beyond the drawn second


def _pulse_shape(notch: float) -> _Array:
    """A pulse from foot to foot, 0 to 1, with a second, smaller wave of height `notch`."""
    phase = np.linspace(0, 1, 257)
    shape = np.exp(-(((phase - 0.2) / 0.1) ** 2)) + notch * np.exp(-(((phase - 0.46) / 0.12) ** 2))
    shape += 0.25 * np.exp(-phase * 3) * phase * 4
    shape -= np.linspace(shape[0], shape[-1], 257)
    return np.asarray(shape / shape.max())


_PHASES = np.linspace(0, 1, 257)
_PLETH_SHAPE = _pulse_shape(0.32)
_PRESSURE_SHAPE = _pulse_shape(0.5)


class Waveforms:
    """Draws one bed's waveforms, second by second. `rate` is in Hz."""

    def __init__(self, seed: int, rate: int, source: str, *, arterial_line: bool) -> None:
        self._random = np.random.default_rng(seed)
        self._rate = rate
        self._source = source
        self._arterial_line = arterial_line
        self._beats = [-2.0, -1.2, -0.4]  # R waves, in seconds of this drawing
        self._atrial = [True, True, True]  # whether a P wave goes before
        self._breath = 0.0  # in turns
        self._grid = np.arange(rate) / rate

    def second(
        self, number: int, start: datetime, signs: Signs, *, probe_off: bool, moving: bool
    ) -> Iterator[WaveformChunk]:
        """The stretches of second `number`, which begins at `start`."""
        self._lay_beats(number + 1 + _AHEAD, signs)
        beats = np.array(self._beats)
        grid = number + self._grid
        breath = self._breath + self._grid * signs.breathing / 60
        self._breath += signs.breathing / 60
        wave = np.sin(2 * np.pi * breath)
        yield self._chunk(Signal.ECG, start, self._ecg(grid, beats, wave, signs), "II", 3)
        slow = wave[::_RESPIRATION_PART]
        yield self._chunk(
            Signal.RESPIRATION, start, slow, "RESP", 3, self._rate / _RESPIRATION_PART
        )
        if not probe_off:
            yield self._chunk(
                Signal.PLETH, start, self._pleth(grid, beats, wave, moving=moving), "PLETH", 3
            )
        if self._arterial_line:
            pressure = self._pressure(grid, beats, wave, signs)
            yield self._chunk(Signal.PRESSURE, start, pressure, "ABP", 1)
        self._forget_beats(number)

    def _lay_beats(self, until: float, signs: Signs) -> None:
        mean = 60 / signs.heart
        while self._beats[-1] < until:
            if signs.irregular:
                length = mean * self._random.uniform(0.6, 1.4)
            else:
                turns = self._beats[-1] * signs.breathing / 60
                length = mean * (1 + 0.03 * np.sin(2 * np.pi * turns))
                length += mean * 0.008 * self._random.standard_normal()
            self._beats.append(self._beats[-1] + float(length))
            self._atrial.append(not signs.irregular)

    def _forget_beats(self, number: int) -> None:
        while self._beats[2] < number - 1:
            del self._beats[0], self._atrial[0]

    def _ecg(self, grid: _Array, beats: _Array, wave: _Array, signs: Signs) -> _Array:
        lengths = np.diff(beats, append=2 * beats[-1] - beats[-2])
        near = (beats > grid[0] - 1.0) & (beats < grid[-1] + 1.0)
        after = grid[:, None] - beats[near]
        scale = np.sqrt(np.clip(lengths[near], 0.3, 1.5))
        atrial = np.array(self._atrial)[near]
        ecg = (_P[2] * atrial * np.exp(-(((after - _P[0] * scale) / _P[1]) ** 2) / 2)).sum(axis=1)
        for middle, width, height in _QRS:
            ecg += (height * np.exp(-(((after - middle) / width) ** 2) / 2)).sum(axis=1)
        ecg += (_T[2] * np.exp(-(((after - _T[0] * scale) / _T[1]) ** 2) / 2)).sum(axis=1)
        if signs.irregular:
            ecg += _FLUTTER_MV * np.sin(2 * np.pi * _FLUTTER_HZ * grid + 0.7 * np.sin(grid))
        noise = 0.008 * self._random.standard_normal(len(grid))
        return np.asarray(ecg * (1 + 0.04 * wave) + 0.03 * wave + noise)

    def _pleth(self, grid: _Array, beats: _Array, wave: _Array, *, moving: bool) -> _Array:
        pulse = np.interp(_phase(grid, beats + _TO_FINGER), _PHASES, _PLETH_SHAPE)
        pleth = pulse * (1 + 0.06 * wave) + 0.04 * wave
        if moving:
            pleth += np.cumsum(self._random.standard_normal(len(grid))) * 0.12
        return np.asarray(pleth + 0.004 * self._random.standard_normal(len(grid)))

    def _pressure(self, grid: _Array, beats: _Array, wave: _Array, signs: Signs) -> _Array:
        pulse = np.interp(_phase(grid, beats + _TO_WRIST), _PHASES, _PRESSURE_SHAPE)
        return np.asarray(signs.diastolic + (signs.systolic - signs.diastolic) * pulse + 1.5 * wave)

    def _chunk(
        self,
        signal: Signal,
        start: datetime,
        samples: _Array,
        channel: str,
        decimals: int,
        rate: float | None = None,
    ) -> WaveformChunk:
        values = tuple(samples.round(decimals).tolist())
        return WaveformChunk(
            signal, start, float(rate or self._rate), values, self._source, channel
        )


def _phase(grid: _Array, feet: _Array) -> _Array:
    """How far each moment is from the pulse's foot before it to the next: 0 to 1."""
    index = np.clip(np.searchsorted(feet, grid, side="right") - 1, 0, len(feet) - 2)
    return np.asarray((grid - feet[index]) / (feet[index + 1] - feet[index]))
