"""What the model states and invents of real windows, governed and left to itself.

The same windows of recordings, the same weights, both languages; judged against facts that the
independent reference computes from the recordings (docs/how-to/judge-the-summaries.md). Left to
itself, the model runs here and in llama.cpp (as Q4_0), with the same prompts.

    .venv/bin/python benchmarks/evaluation.py --data ../shared/data [--windows 300] [--free 40]
"""

import argparse
import json
import os
import platform
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
from peers.beside import PYTHON, Ask, llama_cpp
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from inference.evaluation.ungoverned import UngovernedGenerator
from sereno.bootstrap import UNGOVERNED, evaluation, recorded
from sereno.domain.evidence import ModelIdentity, Window
from sereno.domain.vitals import Language
from sereno.services.evaluation import Evaluation, Recording, cut, read
from sereno.settings import Settings

HERE = Path(__file__).parent
RESULT = HERE / "results" / "evaluation.json"
HOURS = timedelta(hours=4)
SOURCES = (
    "parquet:{}/mimic3-demo/vital_chartevents.parquet",
    "parquet:{}/yaib-eicu_demo/sepsis/dyn.parquet",
    "parquet:{}/cinc2019/training_setB.parquet",
)
TOLD = (
    "windows", "patients", "required_facts", "required_fact_recall", "durations",
    "duration_recall", "invented_facts", "fallback_rate", "seconds_per_summary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A text of llama.cpp's, which tells no times of its parts."""

    text: str
    tokens: int
    finished: bool = True
    steps: int = 0
    prefill_ms: float = 0.0
    decode_ms: float = 0.0


class LlamaCpp:
    """llama.cpp as a model that completes a prompt, greedily and without a grammar."""

    provider = "llama.cpp"

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def complete(
        self, prompt: str, grammar: str | None = None, *, max_tokens: int = 512, **_: Any
    ) -> Written:
        """Write on from `prompt`."""
        made = self._ask({"prompt": prompt, "grammar": grammar, "max_tokens": max_tokens})
        return Written(made["text"], made["tokens"])


def main() -> None:
    """Judge, print the table and write the JSON."""
    options = _options()
    sources = [each.format(options.data) for each in SOURCES]
    recordings = anyio.run(read, [recorded(each) for each in sources])
    governed = cut(recordings, HOURS, options.windows)
    free = cut(recordings, HOURS, options.free)
    runs = _runs("governed", evaluation(Settings()), governed)
    runs += _runs("left to itself", evaluation(Settings(), UNGOVERNED), free)
    with llama_cpp(options.peer, Settings().model) as ask:
        if ask is not None:
            judging = evaluation(Settings(), UNGOVERNED)
            judging._generator = UngovernedGenerator(LlamaCpp(ask), ModelIdentity("llama.cpp"))
            runs += _runs("left to itself in llama.cpp", judging, free)
    RESULT.write_text(json.dumps({"machine": _machine(), "runs": runs}, indent=2) + "\n")
    Console().print(_table(runs))


def _runs(
    name: str, judging: Evaluation, chosen: list[tuple[Recording, list[Window]]]
) -> list[dict[str, Any]]:
    runs = []
    for language in Language:
        with Progress(console=Console(stderr=True)) as progress:
            total = sum(len(windows) for _, windows in chosen)
            task = progress.add_task(f"{name}, {language.value}", total=total)
            report = judging.summaries(
                chosen, language, "UTC", lambda done, t=task: progress.update(t, completed=done)
            )
        told = {each: getattr(report, each) for each in TOLD}
        runs.append({"generator": name, "language": language.value, **told})
    return runs


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data", help="the folder of the recordings")
    parser.add_argument("--windows", type=int, default=300, help="for the governed model")
    parser.add_argument("--free", type=int, default=40, help="for the model left to itself")
    parser.add_argument("--peer", type=Path, default=PYTHON)
    return parser.parse_args()


def _machine() -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0))
    return {"cores": cores, "machine": platform.machine(), "python": platform.python_version()}


def _table(runs: list[dict[str, Any]]) -> Table:
    table = Table(title="Required facts stated and facts invented")
    for column in ("model", "language", "windows", "stated", "durations", "invented a text", "s"):
        table.add_column(column)
    for run in runs:
        table.add_row(
            run["generator"], run["language"], str(run["windows"]),
            f"{run['required_fact_recall']:.1%}", f"{run['duration_recall']:.1%}",
            f"{run['invented_facts'] / run['windows']:.2f}", f"{run['seconds_per_summary']:.2f}",
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
