"""Real processes, killed at any moment: nothing acknowledged is lost, nothing is doubled."""

import inspect
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sereno.bootstrap import Services, services
from sereno.domain.surveillance import Alarm, Condition
from sereno.services.foundation import lease_of
from sereno.settings import Settings

ROWS = 12_000
KILLS = 4
WAIT_S = 90.0
PAUSE_S = 0.05
A_MOMENT_S = 0.004  # shorter than a commit takes


def sereno(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "sereno.cli", *arguments, "--data-dir", str(folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment(), **pipes)  # type: ignore[call-overload,no-any-return]


def environment() -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sources = json.dumps(["sim:ward?beds=2&waveforms=0", "csv:/nonexistent.csv"])
    return os.environ | {
        "SERENO_PORT": str(port),
        "SERENO_SOURCES": sources,
        "SERENO_MODEL_DIR": "/nonexistent",
    }


def answered(process: "subprocess.Popen[str]") -> Any:
    out, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, err
    return json.loads(out)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three hours and more at a value a second, with stretches of low saturation."""
    path = tmp_path / "bed.csv"
    chance = random.Random(11)
    with path.open("w") as file:
        file.write("Time [s], HR, RESP, SpO2\n")
        for second in range(ROWS):
            low = second // 1500 % 3 == 2
            spo2 = (86 if low else 97) + chance.randint(-1, 1)
            heart, breaths = 80 + chance.randint(-3, 3), 16 + chance.randint(-1, 1)
            file.write(f"{second}, {heart}, {breaths}, {spo2}\n")
    return path


def kept(folder: Path) -> dict[str, Any]:
    """All that a data directory holds about its one patient, ids aside."""
    with services(Settings(data_dir=folder)) as given:
        store = given._foundation.store
        (patient,) = store.patients()
        latest = max(each.time for each in store.latest(patient.id).values())
        start = latest - timedelta(hours=72)
        observations = store.observations(patient.id, start, latest)
        return {
            "observations": observations,
            "scores": store.scores(patient.id, start, latest),
            "episodes": [replace(e, id="") for e in store.episodes(patient.id, start, latest)],
            "alarms": [
                (a.condition, a.signal, a.priority, a.onset, a.raised, a.ended, a.extreme)
                for a in store.alarms(patient.id)
            ],
            "events": sorted(
                (event.time, event.what)
                for alarm in store.alarms(patient.id)
                for event in store.alarm_events(alarm.id)
            ),
        }


def kill_at_work(given: Services, process: "subprocess.Popen[str]", after_s: float) -> None:
    """Kill an ingestion once it has kept more than those before it; its leases have run out."""
    store, leases = given._foundation.store, given.leases

    def reached() -> list[datetime]:
        latest = [store.latest(patient.id).values() for patient in store.patients()]
        return [max(each.time for each in values) for values in latest if values]

    before = reached()
    eventually(lambda: reached() > before or process.poll() is not None)
    time.sleep(after_s)
    process.kill()
    process.communicate()
    for patient in store.patients():
        if holder := leases.holder(lease_of(patient.id)):
            leases.release(lease_of(patient.id), holder)


def test_an_ingestion_killed_again_and_again_keeps_what_an_undisturbed_one_keeps(
    tmp_path: Path, recording: Path
) -> None:
    calm, disturbed = tmp_path / "calm", tmp_path / "disturbed"
    source = f"csv:{recording}"
    command = ("ingest", source, "--speed", "max", "--patient", "Ana", "--json")
    answered(sereno(calm, *command))

    chance = random.Random(5)
    with services(Settings(data_dir=disturbed)) as given:
        for _ in range(KILLS):
            kill_at_work(given, sereno(disturbed, *command), after_s=chance.uniform(0.0, 0.4))
    answered(sereno(disturbed, *command))

    expected, found = kept(calm), kept(disturbed)
    assert len(found["observations"]) == ROWS * 3
    assert expected["alarms"]
    assert found == expected


@contextmanager
def running(folder: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`sereno run`; no pipes, which what outlives it would hold open."""
    command = [sys.executable, "-m", "sereno.cli", "run", "--data-dir", str(folder)]
    quiet = subprocess.DEVNULL
    surroundings = environment() | more
    process = subprocess.Popen(command, env=surroundings, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pids(given: Services) -> dict[str, int]:
    beat = given.leases.beats().get("supervisor")
    return dict(beat[1]["processes"]) if beat else {}


def newest(given: Services) -> datetime:
    """The oldest of the patients' newest samples: later only if all are watched."""
    store = given._foundation.store
    return min(
        max(each.time for each in store.latest(patient.id).values()) for patient in store.patients()
    )


def watched(given: Services) -> bool:
    """Whether all three processes run and something is kept of both patients."""
    store = given._foundation.store
    kept = [patient for patient in store.patients() if store.latest(patient.id)]
    return len(kept) == 2 and len(pids(given)) == 3


def eventually(what: Callable[[], Any], within_s: float = WAIT_S) -> Any:
    """The first true answer."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(PAUSE_S)
    pytest.fail(f"not within {within_s} s: {inspect.getsource(what)}")


def kill_and_look(given: Services, name: str) -> None:
    """Kill a process; the patients are watched on, and it alone is started again."""
    before, seen = pids(given), newest(given)
    os.kill(before[name], signal.SIGKILL)
    eventually(lambda: not given.views.system().up(name))
    eventually(lambda: newest(given) > seen)
    eventually(lambda: pids(given).get(name, before[name]) != before[name])
    after = pids(given)
    assert {**after, name: 0} == {**before, name: 0}


def test_whichever_process_is_killed_the_rest_goes_on_and_it_comes_back(tmp_path: Path) -> None:
    with running(tmp_path) as process, services(Settings(data_dir=tmp_path)) as given:
        store = given._foundation.store
        eventually(lambda: watched(given))
        for name in ("ingest", "model", "web", "ingest"):
            kill_and_look(given, name)
        assert process.poll() is None
        end = newest(given)
        for patient in store.patients():
            kept_once = store.observations(patient.id, end - timedelta(hours=1), end)
            keys = [(each.signal, each.time, each.source) for each in kept_once]
            assert len(keys) == len(set(keys))


@pytest.mark.parametrize("within", [False, True], ids=["anywhere", "within a transaction"])
def test_monitoring_that_stopped_is_told_and_the_alarm_ends_when_it_goes_on(
    tmp_path: Path, within: bool
) -> None:
    """Stopped within a transaction, it keeps everybody from writing until it is ended."""

    def told() -> list[Alarm]:
        alarms = given._foundation.store.alarms(active=True)
        return [each for each in alarms if each.condition is Condition.MONITORING_STOPPED]

    with running(tmp_path), services(Settings(data_dir=tmp_path)) as given:
        eventually(lambda: watched(given))
        hung = pids(given)["ingest"]
        stop(hung, tmp_path, within=within)
        eventually(lambda: not given.views.system().up("ingest"))
        everyone = {each.id for each in given._foundation.store.patients()}
        eventually(lambda: {each.patient for each in told()} == everyone)
        eventually(lambda: pids(given).get("ingest") not in (None, hung))
        eventually(lambda: told() and not any(each.present for each in told()))


def stop(pid: int, folder: Path, *, within: bool) -> None:
    """Stop a process, neither dead nor alive; where asked, so that nobody can write then."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        os.kill(pid, signal.SIGSTOP)
        # Twice, since another process may be writing at that very moment.
        if not within or (held_up(folder) and held_up(folder, patience_s=1.0)):
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(A_MOMENT_S)
    pytest.fail("it was never stopped within a transaction")


def held_up(folder: Path, patience_s: float = 0.0) -> bool:
    """Whether another process holds the database, after a little patience."""
    with closing(sqlite3.connect(folder / "sereno.db", timeout=patience_s)) as connection:
        connection.isolation_level = None
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def test_a_killed_supervisor_leaves_the_watch_standing_until_another_takes_over(
    tmp_path: Path,
) -> None:
    with services(Settings(data_dir=tmp_path)) as given:
        with running(tmp_path) as first:
            eventually(lambda: watched(given))
            orphans = pids(given)
            first.kill()
        seen = newest(given)
        eventually(lambda: newest(given) > seen)  # nobody supervises, and the watch goes on
        with running(tmp_path):
            eventually(lambda: len(pids(given).items() - orphans.items()) == 3)
            eventually(lambda: not any(alive(pid) for pid in orphans.values()))
            seen = newest(given)
            eventually(lambda: newest(given) > seen)


def test_a_killed_supervisor_is_followed_by_one_on_the_same_port_whatever_it_left(
    tmp_path: Path,
) -> None:
    def web() -> tuple[str | None, str | None]:
        _, facts = given.leases.beats().get("web", (None, {}))
        return facts.get("holder"), facts.get("address")

    port = environment()["SERENO_PORT"]
    with services(Settings(data_dir=tmp_path)) as given:
        with running(tmp_path, SERENO_PORT=port) as first:
            eventually(lambda: web()[1] and len(pids(given)) == 3)
            orphans, before = pids(given), web()
            first.kill()
        os.kill(orphans["ingest"], signal.SIGSTOP)  # it hears no request to stop
        with running(tmp_path, SERENO_PORT=port) as second:
            took_over = lambda: web()[0] != before[0] and web()[1] == before[1]  # noqa: E731
            eventually(took_over, 2 * WAIT_S)  # the stopped one may hold the database for a while
            assert not any(alive(pid) for pid in orphans.values())
            assert second.poll() is None


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and that nobody has waited for does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        command = [sys.executable, "-m", "sereno.cli", "run", "--data-dir", str(tmp_path)]
        ended = subprocess.run(
            command,
            env=environment() | {"SERENO_PORT": port},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )

    assert ended.returncode == 4
    assert "set SERENO_PORT to another" in ended.stderr


def test_a_second_server_over_the_same_data_is_refused(tmp_path: Path) -> None:
    with running(tmp_path), services(Settings(data_dir=tmp_path)) as given:
        eventually(lambda: pids(given))
        second = sereno(tmp_path, "run")
        _, err = second.communicate(timeout=WAIT_S)
    assert second.returncode == 7
    assert "another `sereno run`" in err
