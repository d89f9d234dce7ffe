"""The default model left to run freely, beside llama.cpp; and its process in little memory.

Speed: reading a prompt of clinical text, and writing on greedily without a grammar, one token a
step. llama.cpp gets the same token ids and threads, with the same weights as Q8_0 and as Q4_0. How
well each predicts is measured over the same notes (inference/runtime/smollm2/evaluation.txt), each
from its own beginning, so that all see the same context.

The process: how long it takes until it has its model, its peak of resident memory, and whether it
writes a summary by the model inside a gigabyte: of a cgroup's memory where one can be made, else of
addresses (prlimit).

    .venv/bin/python benchmarks/model.py [--rounds 5]
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peers.beside import PEERS, keep, options, spread, threads, weights
from rich.console import Console
from rich.table import Table

from inference.runtime import OnnxModel
from inference.runtime.quality import evaluation_texts, logits_of, predictions, tokenised
from sereno.bootstrap import Services, services
from sereno.settings import Settings

PROMPT, DECODE = 256, 128  # tokens
SOURCE = "sim:ward?beds=1&scenario=sepsis&seed=7&history=4h&duration=1s&waveforms=0"
LIMIT = 1024**3  # bytes
CGROUPS = (  # of version 2 and of version 1: the folder, and what sets the limit
    (Path("/sys/fs/cgroup"), "memory.max"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
)
PATIENCE_S = 120.0


def ours(folder: Path, threads: int, rounds: int) -> dict[str, Any]:
    """Tokens a second of our model, and its perplexity."""
    model = OnnxModel.load(folder, provider="cpu", threads=threads)
    texts = tokenised(folder, evaluation_texts())
    prompt = [int(one) for text in texts for one in text][:PROMPT]
    _speeds(model, prompt, 8)
    found = [_speeds(model, prompt, DECODE) for _ in range(rounds)]
    told = predictions(logits_of(folder, texts, lambda *_: None), texts)
    prefill, decode = map(list, zip(*found, strict=True))
    return {
        "prefill": spread(prefill), "decode": spread(decode), "perplexity": told.perplexity,
    }  # fmt: skip


def _speeds(model: OnnxModel, prompt: list[int], decode: int) -> tuple[float, float]:
    length = len(prompt) + decode
    options = {"max_length": length, "min_length": length}  # no early end
    generator = model.generator(options, "", None, forced=False)
    started = time.perf_counter()
    generator.append_tokens(prompt)
    read = time.perf_counter()
    for _ in range(decode):
        generator.generate_next_token()
    written = time.perf_counter()
    return len(prompt) / (read - started), decode / (written - read)


def theirs(python: Path, made: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """The same of llama.cpp with the weights `made`."""
    texts = [[int(one) for one in text] for text in tokenised(folder, evaluation_texts())]
    prompt = [one for text in texts for one in text][:PROMPT]
    task = {"texts": texts, "prompt": prompt, "decode": DECODE, "rounds": rounds}
    command = [str(python), str(PEERS / "speed.py"), str(made), str(threads())]
    done = subprocess.run(
        command, input=json.dumps(task), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    return {**told, "prefill": spread(told["prefill"]), "decode": spread(told["decode"])}


@contextmanager
def limited() -> Iterator[tuple[str, list[str]]]:
    """What holds a process to LIMIT: its name, and the words before a command."""
    for root, limit in CGROUPS:
        group = root / f"sereno-benchmark-{os.getpid()}"
        if not (root / "cgroup.procs").exists():  # no such cgroups here
            continue
        try:
            group.mkdir()
            (group / limit).write_text(str(LIMIT))
        except OSError:
            if group.exists():
                group.rmdir()
            continue
        enter = f'echo $$ > {group}/cgroup.procs && exec "$@"'
        try:
            yield f"cgroup ({limit})", ["sh", "-c", enter, "sh"]
        finally:
            group.rmdir()
        return
    yield "address space (prlimit --as)", ["prlimit", f"--as={LIMIT}"]


def process(before: list[str]) -> dict[str, Any]:
    """Seconds until the process has its model, its peak in MB, and who wrote a summary."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name))
        environment = os.environ | {"SERENO_DATA_DIR": name}
        sereno = [sys.executable, "-m", "sereno.cli"]
        ingest = [*sereno, "ingest", SOURCE, "--speed", "max", "--json"]
        subprocess.run(ingest, env=environment, check=True, stdout=subprocess.DEVNULL)
        with services(settings) as given:
            started = time.perf_counter()
            model = [*sereno, "process", "model", "--holder", "benchmark"]
            run = subprocess.Popen([*before, *model], env=environment)
            try:
                _wait(given, run)
                ready = time.perf_counter() - started
                source = _write(given)
                peak = _peak_mb(run.pid)
            finally:
                run.send_signal(signal.SIGTERM)
                run.wait()
    return {"ready_s": ready, "peak_mb": peak, "written_by": source}


def _wait(given: Services, run: "subprocess.Popen[bytes]") -> None:
    """Until the model is loaded. Raises SystemExit where the process ends or takes too long."""
    began = time.perf_counter()
    while not given.leases.beats().get("helper", (None, {}))[1].get("model"):
        if run.poll() is not None or time.perf_counter() - began > PATIENCE_S:
            raise SystemExit("the model process did not come up")
        time.sleep(0.02)


def _write(given: Services) -> str:
    """Who wrote a handover: "model", or why the template did."""
    (patient,) = given.views.patients()
    requests = given.handover.requests([patient], given.settings.language)
    (summary,) = given.summarisation.summarise(*requests)
    return summary.fallback_reason or summary.draft.source


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def show(result: dict[str, Any]) -> None:
    """The tables."""
    table = Table(title="Left to run freely, tokens a second (median)")
    for heading in ("", "reading", "writing", "perplexity"):
        table.add_column(heading)
    for name, row in result["free"].items():
        speeds = (f"{row[each]['median']:.0f}" for each in ("prefill", "decode"))
        table.add_row(name, *speeds, f"{row['perplexity']:.2f}")
    Console().print(table)
    for name, row in result["process"].items():
        Console().print(f"{name}: {row}")


def main() -> None:
    """Measure, print the tables, write the JSON."""
    args = options("Time the model beside llama.cpp.", rounds=5).parse_args()
    free = {"Sereno": ours(args.model, threads(), args.rounds)}
    with weights(args.peer, args.model, args.wheel) as quantised:
        for kind in ("q8_0", "q4_0") if quantised else ():
            told = theirs(args.peer, quantised(kind), args.model, args.rounds)
            free[f"llama.cpp {kind.upper()}"] = told
    runs = [process([]) for _ in range(args.rounds)]
    processes = {"unlimited": _middle(runs)}
    with limited() as (how, before):
        processes[f"1 GB of {how}"] = process(before)
    result = {"prompt": PROMPT, "decode": DECODE, "free": free, "process": processes}
    show(result)
    keep("model", {"load": os.getloadavg()[0], **result})


def _middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = {key: statistics.median(run[key] for run in runs) for key in ("ready_s", "peak_mb")}
    return {**numbers, "written_by": sorted({run["written_by"] for run in runs})}


if __name__ == "__main__":
    main()
