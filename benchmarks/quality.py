"""How well waveforms are judged, and rates derived of them, on recordings of real patients.

Four tables. *Artefacts*: of stretches of ten seconds of ECG and pleth as they were recorded and
with a fault put in by a seed, how many are not taken for good, and how many would mark the number
beside them. *Rates*: those of good stretches beside the monitor's numbers (BIDMC), the beats and
breaths marked by people (MIT-BIH 100, BIDMC) and the oximeter's own pulse, and its own word on
artefact. *Two leads*: a recording without labels, whose leads are held to each other. *Cost*: the
CPU of listening to a bed's three waveforms.

    .venv/bin/python benchmarks/quality.py --data ../shared/data [--peer .venv-peers/bin/python]

With --peer the same stretches go to neurokit2 in the same run, which takes a while: see --most.
"""

import argparse
import gzip
import json
import math
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import wfdb
from rich.console import Console
from rich.table import Table
from wfdb.io.convert.edf import read_edf

from sereno.domain.stream import WaveformChunk
from sereno.domain.vitals import Signal
from sereno.scoring.waveforms.breaths import of_respiration
from sereno.scoring.waveforms.listener import BREATHS_OVER, Listener
from sereno.scoring.waveforms.quality import Assessment, Verdict, assess
from sereno.scoring.waveforms.strip import Samples

SEED: Final = 26
SECONDS: Final = 10
STEP: Final = 3  # s between stretches
BEATS: Final = frozenset("NLRBAaJSVrFejnE/fQ?")  # WFDB's annotations of beats
ARTEFACT: Final = 16  # of the oximeter's status
PEER_GOOD: Final = 0.5  # of neurokit2's quality: it names no bound


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of one waveform, and the rate that each should give (NaN where unknown)."""

    name: str
    signal: Signal
    rate: float
    samples: list[Samples]
    truth: list[float]


Fault = Callable[[Samples, float, np.random.Generator], Samples]


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--most", type=int, help="stretches of each recording, evenly chosen")
    options = parser.parse_args()
    console = Console(width=118)
    recorded = [*bidmc(options.data), *mit(options.data), *oximeter(options.data)]
    recorded = [few(each, options.most) for each in recorded]
    planted = [each for one in recorded[:-1] for each in with_faults(one)]
    told = [(each, judged(each)) for each in (*recorded, *planted)]
    peer = beside(options.peer, [each for each, _ in told]) if options.peer else {}
    console.print(artefacts(told, peer))
    console.print(rates(told[: len(recorded)], peer))
    console.print(breathing(options.data))
    console.print(two_leads(options.data))
    console.print(cost(options.data))


def few(stretches: Stretches, most: int | None) -> Stretches:
    """No more than so many of the stretches."""
    every = math.ceil(len(stretches.samples) / most) if most else 1
    samples, truth = stretches.samples[::every], stretches.truth[::every]
    return replace(stretches, samples=samples, truth=truth)


# What was recorded.


def bidmc(data: Path) -> Iterator[Stretches]:
    """ECG and pleth of the records whose signals are there, with the monitor's numbers."""
    for path in sorted((data / "bidmc").glob("*_Signals.csv.gz")):
        signals, numbers = columns(path), columns(Path(str(path)[:-15] + "_Numerics.csv"))
        name = path.name[6:8]
        for lead, signal, truth in (
            ("II", Signal.ECG, "HR"), ("V", Signal.ECG, "HR"), ("PLETH", Signal.PLETH, "PULSE"),
        ):  # fmt: skip
            stretches = cut(signals[lead], 125)
            ends = [SECONDS + STEP * place for place in range(len(stretches))]
            known = [float(numbers[truth][end]) for end in ends]
            yield Stretches(f"BIDMC {name} {lead}", signal, 125, stretches, known)


def mit(data: Path) -> Iterator[Stretches]:
    """MIT-BIH 100, with the rate of the beats that cardiologists marked."""
    record, marks = (read(str(data / "wfdb/100"), *more) for read, more in
                     ((wfdb.rdrecord, ()), (wfdb.rdann, ("atr",))))  # fmt: skip
    symbols = zip(marks.sample, marks.symbol, strict=True)
    beats = np.array([place for place, symbol in symbols if symbol in BEATS]) / record.fs
    samples = thin(record.p_signal[:, 0], 3)
    stretches = cut(samples, 120)
    known = [mean_rate(beats, STEP * place, SECONDS) for place in range(len(stretches))]
    yield Stretches("MIT-BIH 100", Signal.ECG, 120, stretches, known)


def oximeter(data: Path) -> Iterator[Stretches]:
    """The oximeter's pleth where it calls nothing artefact, and where it does."""
    rows = np.genfromtxt(data / "vital-sqi/ppg_smartcare.csv", delimiter=",", skip_header=1)
    wrong = cut((rows[:, 5].astype(int) & ARTEFACT) > 0, 100)
    pulse = [each[-1] for each in cut(rows[:, 3], 100)]
    pleth = cut(rows[:, 6], 100)
    for name, is_in in (
        ("oximeter, no artefact", lambda share: share == 0),
        ("oximeter, artefact by its own word", lambda share: share >= 0.2),
    ):
        places = [place for place, each in enumerate(wrong) if is_in(each.mean())]
        yield Stretches(name, Signal.PLETH, 100, [pleth[place] for place in places],
                        [pulse[place] for place in places])  # fmt: skip


def columns(path: Path) -> dict[str, Samples]:
    """A BIDMC file by its columns' names."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        names = [name.strip() for name in file.readline().split(",")]
        rows = np.genfromtxt(file, delimiter=",")
    return dict(zip(names, rows.T, strict=True))


def cut(samples: Samples, rate: int) -> list[Samples]:
    """Stretches, `STEP` apart."""
    last = len(samples) // rate - SECONDS
    return [samples[s * rate : (s + SECONDS) * rate] for s in range(0, last, STEP)]


def thin(samples: Samples, every: int) -> Samples:
    """The means of each `every` samples."""
    return samples[: len(samples) // every * every].reshape(-1, every).mean(axis=1)


def mean_rate(moments: Samples, start: float, length: float) -> float:
    """Events a minute from `start` on; times in seconds."""
    inside = moments[(moments >= start) & (moments < start + length)]
    return float(60 * (len(inside) - 1) / np.ptp(inside)) if len(inside) > 2 else float("nan")


# What is put in.


def height(samples: Samples) -> float:
    """How high a stretch usually reaches."""
    low, high = np.quantile(samples, (0.01, 0.99))
    return float(high - low)


def flat(samples: Samples, rate: float, _random: np.random.Generator) -> Samples:
    """It stands still after two seconds."""
    place = int(2 * rate)
    return np.concatenate([samples[:place], np.full(len(samples) - place, samples[place])])


def noise(samples: Samples, _rate: float, random: np.random.Generator) -> Samples:
    """White noise of a third of its height."""
    return samples + random.normal(0, 0.33 * height(samples), len(samples))


def mains(samples: Samples, rate: float, _random: np.random.Generator) -> Samples:
    """The mains at half its height: 50 Hz, or what that looks like at a lower rate."""
    times = np.arange(len(samples)) / rate
    return samples + 0.5 * height(samples) * np.sin(2 * np.pi * min(50, 0.4 * rate) * times)


def clipping(samples: Samples, _rate: float, _random: np.random.Generator) -> Samples:
    """Cut off above its third quarter and below its fifth."""
    return np.clip(samples, *np.quantile(samples, (0.2, 0.75)))


def motion(samples: Samples, rate: float, random: np.random.Generator) -> Samples:
    """Eight swings of up to three times its height, each of a third of a second to a second."""
    moved, size = samples.copy(), height(samples)
    for _ in range(8):
        place, width = (
            random.integers(0, len(moved) - int(rate)),
            int(rate * random.uniform(0.3, 1)),
        )
        moved[place : place + width] += size * random.uniform(-3, 3) * np.hanning(width)
    return moved


def gap(samples: Samples, rate: float, _random: np.random.Generator) -> Samples:
    """Three seconds did not come."""
    left_out = samples.copy()
    left_out[int(3 * rate) : int(6 * rate)] = np.nan
    return left_out


FAULTS: Final[dict[str, Fault]] = {
    each.__name__: each for each in (flat, noise, mains, clipping, motion, gap)
}


def with_faults(stretches: Stretches) -> Iterator[Stretches]:
    """The good ones of the stretches, with each fault in turn."""
    good = [
        each for each in stretches.samples
        if assess(stretches.signal, each, stretches.rate).verdict is Verdict.GOOD
    ]  # fmt: skip
    for name, put in FAULTS.items():
        random = np.random.default_rng(SEED)
        spoilt = [put(each, stretches.rate, random) for each in good]
        unknown = [float("nan")] * len(spoilt)
        yield Stretches(name, stretches.signal, stretches.rate, spoilt, unknown)


# What is said of it.


@dataclass(frozen=True, slots=True)
class Judged:
    """Our judgements, and the CPU seconds that they took."""

    found: list[Assessment]
    seconds: float


def judged(stretches: Stretches) -> Judged:
    """Judge them all."""
    began = time.process_time()
    found = [assess(stretches.signal, each, stretches.rate) for each in stretches.samples]
    return Judged(found, time.process_time() - began)


def beside(python: Path, several: Sequence[Stretches]) -> dict[int, dict[str, list]]:
    """What neurokit2 says, by the stretches' place."""
    names = {f"{each.signal.value}_{each.rate:.0f}_{n}": n for n, each in enumerate(several)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stretches.npz"
        np.savez(path, **{name: np.array(several[n].samples) for name, n in names.items()})
        command = [str(python), str(Path(__file__).parent / "peers/neurokit.py"), str(path)]
        told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {n: told[name] for name, n in names.items()}


Told = Sequence[tuple[Stretches, Judged]]


def artefacts(told: Told, peer: dict[int, dict[str, list]]) -> Table:
    """Of what is as recorded and of what has a fault: taken for good, and marking its number."""
    table = Table("stretches", "waveform", "n", "good", "bad", "marks", "ms each",
                  *(["peer good", "peer ms"] if peer else []), title="Artefacts")  # fmt: skip
    groups: dict[tuple[str, Signal], list[int]] = {}
    for place, (each, _) in enumerate(told):
        name = each.name if each.name in FAULTS or "oximeter" in each.name else "as recorded"
        groups.setdefault((name, each.signal), []).append(place)
    for (name, signal), places in groups.items():
        found = [one for place in places for one in told[place][1].found]
        spent = sum(told[place][1].seconds for place in places)
        row = [name, signal.value, str(len(found)),
               share(one.verdict is Verdict.GOOD for one in found),
               share(one.verdict is Verdict.BAD for one in found),
               share(one.fault is not None and one.fault.spoils for one in found),
               f"{1000 * spent / len(found):.2f}"]  # fmt: skip
        if peer:
            theirs = [q for place in places for _, q in peer[place]["judged"]]
            spent = sum(peer[place]["seconds"] for place in places)
            row += [share(q >= PEER_GOOD for q in theirs), f"{1000 * spent / len(found):.2f}"]
        table.add_row(*row)
    return table


def rates(told: Told, peer: dict[int, dict[str, list]]) -> Table:
    """Rates of good stretches beside what is known."""
    table = Table("stretches", "n", "good", "mean error", "within 5/min",
                  *(["peer error", "peer within 5/min"] if peer else []),
                  title="Heart and pulse rate, /min")  # fmt: skip
    for place, (each, ours) in enumerate(told):
        known = list(zip(ours.found, each.truth, strict=True))
        errors = [abs(one.rate - truth) for one, truth in known
                  if one.verdict is Verdict.GOOD and not math.isnan(truth)]  # fmt: skip
        good = share(one.verdict is Verdict.GOOD for one in ours.found)
        row = [each.name, str(len(known)), good, *accuracy(errors, 5)]
        if peer:
            theirs = zip(peer[place]["judged"], each.truth, strict=True)
            row += accuracy([abs(r - t) for (r, _), t in theirs if not math.isnan(r + t)], 5)
        table.add_row(*row)
    return table


def breathing(data: Path) -> Table:
    """The rate of respiration beside the breaths that people marked, and the monitor's number."""
    table = Table("record", "n", "told", "error by breaths", "within 2/min",
                  "error by monitor", "within 2/min",
                  title="Respiratory rate, /min")  # fmt: skip
    length = int(BREATHS_OVER)
    for path in sorted((data / "bidmc").glob("*_Signals.csv.gz")):
        stem = str(path)[:-15]
        wave, numbers = columns(path)["RESP"], columns(Path(stem + "_Numerics.csv"))["RESP"]
        marks = np.genfromtxt(stem + "_Breaths.csv", delimiter=",", skip_header=1)[:, 0] / 125
        starts = range(0, 480 - length, STEP)
        by_breaths, by_monitor = [], []
        for start in starts:
            stretch = thin(wave[start * 125 : (start + length) * 125], 10)
            found = of_respiration(stretch, 12.5)
            if found is not None:
                by_breaths.append(abs(found.per_minute - mean_rate(marks, start, length)))
                by_monitor.append(abs(found.per_minute - numbers[start + length]))
        table.add_row(path.name[6:8], str(len(starts)),
                      f"{100 * len(by_breaths) / len(starts):.1f}",
                      *accuracy(by_breaths, 2), *accuracy(by_monitor, 2))  # fmt: skip
    return table


def two_leads(data: Path) -> Table:
    """Two leads of one recording (EDF), which has no labels: each rate is held to the other lead's.

    Of one heart both must tell the same, where both are good.
    """
    record = read_edf(str(data / "vital-sqi/example.edf"))
    rate = round(record.fs)
    leads = [cut(record.p_signal[:, place] / 1000, rate) for place in range(2)]
    found = [[assess(Signal.ECG, each, rate) for each in lead] for lead in leads]
    table = Table("lead", "n", "good", "bad", "both good", "rates differ by", "within 5/min",
                  title="Two leads of one heart, without labels")  # fmt: skip
    both = [
        pair for pair in zip(*found, strict=True) if all(e.verdict is Verdict.GOOD for e in pair)
    ]
    apart = accuracy([abs(one.rate - other.rate) for one, other in both], 5)
    for number, lead in enumerate(found, 1):
        table.add_row(str(number), str(len(lead)), share(e.verdict is Verdict.GOOD for e in lead),
                      share(e.verdict is Verdict.BAD for e in lead), str(len(both)),
                      *apart)  # fmt: skip
    return table


def cost(data: Path) -> Table:
    """CPU of listening to ECG, pleth and respiration of one bed, a second of each a chunk."""
    table = Table("Hz", "CPU ms a second of three waveforms", title="Cost")
    path = min((data / "bidmc").glob("*_Signals.csv.gz"))
    signals = columns(path)
    for times in (1, 4):
        rate, begin, listener = 125 * times, datetime(2026, 1, 1, tzinfo=UTC), Listener()
        chunks = [
            [
                WaveformChunk(signal, begin + timedelta(seconds=second), float(rate), tuple(
                    np.repeat(signals[name][second * 125 : (second + 1) * 125], times).tolist()
                ), "monitor", name)
                for signal, name in ((Signal.ECG, "II"), (Signal.PLETH, "PLETH"),
                                     (Signal.RESPIRATION, "RESP"))
            ]
            for second in range(480)
        ]  # fmt: skip
        began = time.process_time()
        for second in chunks:
            listener.hear(second, (), lambda _: (float("-inf"), float("inf")))
        table.add_row(str(rate), f"{1000 * (time.process_time() - began) / len(chunks):.2f}")
    return table


def accuracy(errors: Sequence[float], within: float) -> list[str]:
    """The mean error, and the share within so much."""
    if not errors:
        return ["", ""]
    known = [error for error in errors if not math.isnan(error)]
    return [f"{np.mean(known):.2f}", share(error <= within for error in known)]


def share(holds: Iterator[bool]) -> str:
    """In percent."""
    several = list(holds)
    return f"{100 * sum(several) / max(1, len(several)):.1f}"


if __name__ == "__main__":
    main()
