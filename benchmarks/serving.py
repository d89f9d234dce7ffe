"""The model served to programs: first token, tokens a second, and what a summary waits beside it.

Starts `sereno model serve` over a folder of its own and asks it as a program would, over HTTP.

    .venv/bin/python benchmarks/serving.py [--rounds 20]
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sereno.bootstrap import Services, services
from sereno.domain.evidence import Window
from sereno.domain.roles import Actor
from sereno.domain.stream import Observation, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings

RESULT = Path(__file__).parent / "results" / "serving.json"
NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
SHORT = "Say in one sentence what sepsis is."
LONG = "The patient slept, ate and walked. " * 100
STORY = "Write a long story about a night watchman."
TOKENS = 128


class Server:
    """A running server."""

    def __init__(self, address: str, key: str, given: Services) -> None:
        self.address = address
        self.given = given
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.model = ""

    def open(self, path: str, body: Any = None) -> Any:
        """The open answer."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.address + path, data, self._headers)
        return urllib.request.urlopen(request, timeout=120)

    def stream(self, prompt: str, tokens: int) -> Iterator[tuple[float, str]]:
        """Each piece of a chat's answer, with the seconds since it was asked for."""
        messages = [{"role": "user", "content": prompt}]
        body = {"model": self.model, "messages": messages, "max_tokens": tokens, "stream": True}
        started = time.perf_counter()
        with self.open("/v1/chat/completions", body) as answer:
            for line in answer:
                if not line.startswith(b"data: {"):
                    continue
                (choice,) = json.loads(line[6:])["choices"]
                if text := choice["delta"].get("content"):
                    yield time.perf_counter() - started, text

    def peak_mb(self) -> float:
        """The most memory that the model process has held."""
        _, facts = self.given.leases.beats()["supervisor"]
        status = Path(f"/proc/{facts['processes']['model']}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A server without limits, ready to answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    model = Settings().model
    limits = {"SERENO_API_REQUESTS_PER_MINUTE": "100000", "SERENO_API_TOKENS_PER_MINUTE": "9999999"}
    more = {"SERENO_PORT": str(port), "SERENO_MODEL_DIR": str(model)}
    command = [sys.executable, "-m", "sereno.cli", "model", "serve", "--data-dir", str(folder)]
    with services(Settings(data_dir=folder, model_dir=model)) as given:
        key = given.keys.add("benchmark", Actor("benchmark"))
        process = subprocess.Popen(
            command, env=os.environ | limits | more, stdout=subprocess.DEVNULL
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", key, given)
            _wait(server)
            yield server
        finally:
            process.terminate()
            process.wait()


def _wait(server: Server) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with server.open("/v1/models") as answer:
                server.model = json.load(answer)["data"][0]["id"]
            list(server.stream("A", 1))
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server does not answer")


def first_token(server: Server, prompt: str, rounds: int) -> list[float]:
    """Seconds to the first token, in several rounds."""
    return [next(server.stream(prompt, 1))[0] for _ in range(rounds)]


def rate(server: Server, rounds: int) -> list[float]:
    """Tokens a second after the first."""
    rates = []
    for _ in range(rounds):
        times = [at for at, _ in server.stream(STORY, TOKENS)]
        rates.append((len(times) - 1) / (times[-1] - times[0]))
    return rates


def summaries(server: Server, patient: str, rounds: int) -> list[float]:
    """Seconds from asking for a summary to having it."""
    asking, window = server.given.summarisation, Window(NOW - timedelta(hours=4), NOW)
    waited = []
    for _ in range(rounds):
        started = time.perf_counter()
        job = asking.request(patient, window)
        while asking.progress(job).summary is None:
            time.sleep(0.005)
        waited.append(time.perf_counter() - started)
        time.sleep(0.05)
    return waited


@contextmanager
def chatting(server: Server, prompt: str) -> Iterator[None]:
    """Two programs that ask for one long text after the other."""
    over = threading.Event()

    def talk() -> None:
        while not over.is_set():
            for _ in server.stream(prompt, 700):
                if over.is_set():
                    break

    talking = [threading.Thread(target=talk) for _ in range(2)]
    for each in talking:
        each.start()
    time.sleep(2)
    try:
        yield
    finally:
        over.set()
        for each in talking:
            each.join()


def admitted(given: Services) -> str:
    """A patient of four hours, a value a minute."""
    patient = given._foundation.store.admit(Subject(identifier="benchmark"))
    values = ((Signal.HEART_RATE, 80), (Signal.SPO2, 96), (Signal.RESPIRATORY_RATE, 16))
    seen = tuple(
        Observation(signal, NOW - timedelta(minutes=n), float(value + n % 5), "benchmark")
        for n in range(240)
        for signal, value in values
    )
    given._foundation.store.commit([Commit(patient=patient.id, observations=seen)])
    return patient.id


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and largest."""
    ordered = sorted(values)
    return {
        "median": statistics.median(ordered),
        "p95": ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))],
        "largest": ordered[-1],
    }


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description="Time the model served to programs.")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        patient = admitted(server.given)
        summaries(server, patient, 2)
        result = {
            "first_token_s": spread(first_token(server, SHORT, rounds)),
            "first_token_of_a_long_prompt_s": spread(first_token(server, LONG, rounds // 4)),
            "tokens_per_s": spread(rate(server, rounds // 4)),
            "summary_alone_s": spread(summaries(server, patient, rounds)),
        }
        with chatting(server, STORY):
            result["summary_beside_texts_s"] = spread(summaries(server, patient, rounds))
        with chatting(server, LONG):
            result["summary_beside_long_prompts_s"] = spread(summaries(server, patient, rounds))
        peak = server.peak_mb()
    table = Table("", "median", "p95", "largest", title="The model served to programs")
    for name, told in result.items():
        table.add_row(name, *(f"{value:.3f}" for value in told.values()))
    table.add_row("peak memory of the model process, MB", f"{peak:.0f}")
    Console().print(table)
    machine = {"threads": len(os.sched_getaffinity(0)), "machine": platform.machine()}
    told = {**machine, "load": os.getloadavg()[0], **result, "peak_mb": peak}
    RESULT.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
