"""What the model states and invents of real windows, governed and left to itself.

The same windows of recordings, the same weights, both languages; judged against facts that the
independent reference computes from the recordings (docs/how-to/judge-the-summaries.md).

    .venv/bin/python benchmarks/evaluation.py --data ../shared/data [--windows 300] [--free 40]
"""

import argparse
import json
import os
import platform
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from sereno.bootstrap import UNGOVERNED, evaluation, recorded
from sereno.domain.vitals import Language
from sereno.services.evaluation import cut, read
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


def main() -> None:
    """Judge, print the table and write the JSON."""
    options = _options()
    sources = [each.format(options.data) for each in SOURCES]
    recordings = anyio.run(read, [recorded(each) for each in sources])
    runs = []
    for name, generator, count in (
        ("governed", None, options.windows), ("left to itself", UNGOVERNED, options.free),
    ):  # fmt: skip
        chosen = cut(recordings, HOURS, count)
        judging = evaluation(Settings(), generator)
        for language in Language:
            with Progress(console=Console(stderr=True)) as progress:
                task = progress.add_task(f"{name}, {language.value}", total=count)
                report = judging.summaries(
                    chosen, language, "UTC", lambda done, t=task: progress.update(t, completed=done)
                )
            told = {each: getattr(report, each) for each in TOLD}
            runs.append({"generator": name, "language": language.value, **told})
    RESULT.write_text(json.dumps({"machine": _machine(), "runs": runs}, indent=2) + "\n")
    Console().print(_table(runs))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data", help="the folder of the recordings")
    parser.add_argument("--windows", type=int, default=300, help="for the governed model")
    parser.add_argument("--free", type=int, default=40, help="for the model left to itself")
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
