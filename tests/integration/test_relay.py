"""Two Serenos and all that can go wrong between them: nothing missing, nothing doubled.

An edge box and a hospital, each a real ingest process, with a network between that is cut. What a
monitor was answered at the edge box must stand in the hospital's record in the end, once.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sereno.bootstrap import services
from sereno.domain.stream import Observation
from sereno.domain.vitals import Signal
from sereno.settings import Settings
from tests.fakes.certificates import write_certificates

pytestmark = pytest.mark.slow
PATIENTS = 3
EVERY = timedelta(milliseconds=100)  # a value of each
WITHIN_S = 120.0
ORU = (
    "MSH|^~\\&|MON|ICU|||{at}||ORU^R01|{number}|P|2.6\r"
    "PID|||{who}^^^HOSP^MR||Prueba^Ana{who}\rPV1||I|ICU^^{who}\rOBR|1|||VITALS|||{at}\r"
    "OBX|1|NM|8867-4^Heart rate^LN||{value}|/min|||||F|||{at}\r"
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Cable:
    """The network between: it passes, cuts after some bytes, or loses answers."""

    def __init__(self, to: int) -> None:
        self.mode = "pass"
        self._to = to
        self._chance = random.Random(5)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            with suppress(OSError):
                near, _ = self._listening.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with suppress(OSError), near:
            if self.mode == "down":
                return
            with socket.create_connection(("127.0.0.1", self._to), timeout=5) as far:
                far.settimeout(None)
                left = self._chance.randint(100, 6000)
                back = threading.Thread(target=self._back, args=(far, near), daemon=True)
                back.start()
                while data := near.recv(4096):
                    if self.mode == "cut":
                        far.sendall(data[:left])
                        left -= len(data)
                        if left <= 0:
                            break
                    else:
                        far.sendall(data)
                for each in (far, near):
                    each.shutdown(socket.SHUT_RDWR)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        handshake = 0
        with suppress(OSError):
            while data := far.recv(4096):
                handshake += len(data)
                if self.mode == "lose" and handshake > 2500:  # beyond TLS's greeting
                    break  # it has been kept by now, and nobody hears of it
                near.sendall(data)
            near.shutdown(socket.SHUT_RDWR)


@dataclass
class Box:
    """An ingest process over a folder of its own, which may be killed and begun again."""

    folder: Path
    port: int
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def begin(self) -> None:
        command = [sys.executable, "-m", "sereno.cli", "process", "ingest", "--holder", "box"]
        command += ["--data-dir", str(self.folder)]
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                command, env=os.environ | self.settings, stdout=log, stderr=log
            )

    def wait(self) -> None:
        """Until it listens."""
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise TimeoutError(self.folder.name)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@dataclass
class Monitor:
    """Sends numbered values of one patient, each until it is answered."""

    who: int
    port: int
    began: datetime
    stop: threading.Event
    every: timedelta = EVERY
    answered: int = 0

    def run(self) -> None:
        while not self.stop.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as wire:
                wire.settimeout(5)
                while not self.stop.is_set():
                    due = self.began + self.answered * self.every
                    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
                    self._send(wire, due)
                    self.answered += 1
            time.sleep(0.1)

    def _send(self, wire: socket.socket, at: datetime) -> None:
        number = self.answered
        text = ORU.format(
            at=f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000",
            number=number, who=self.who, value=60 + number % 40,
        )  # fmt: skip
        wire.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            if not (piece := wire.recv(4096)):
                raise ConnectionError
            answer += piece
        if b"|AA|" not in answer:
            raise ConnectionError


def kept(folder: Path, who: int, began: datetime) -> list[Observation]:
    with services(Settings(data_dir=folder)) as given:
        store = given._foundation.store
        patient = store.find(str(who)).id
        end = began + timedelta(days=1)
        return store.observations(patient, began - timedelta(days=1), end, [Signal.HEART_RATE])


@contextmanager
def boxes(folder: Path, *, begin: bool = True) -> Iterator[tuple[Box, Box, Cable, int]]:
    write_certificates(folder)
    secret = folder / "secret"
    secret.write_text("a secret of nobody's\n")
    port, feed = free_port(), free_port()
    cable = Cable(port)
    source = f"relay://127.0.0.1:{port}?secret=file:{secret}&name=north"
    source += f"&tls_certificate={folder / 'server.pem'}&tls_key={folder / 'server.key'}"
    tells = f"sereno+https://localhost:{cable.port}?secret=file:{secret}"
    tells += f"&tls_ca={folder / 'ca.pem'}"
    hospital = Box(folder / "hospital", port, {"SERENO_SOURCES": f'["{source}"]'})
    edge = Box(
        folder / "edge",
        feed,
        {
            "SERENO_SOURCES": f'["mllp://127.0.0.1:{feed}"]',
            "SERENO_DESTINATIONS": f'["{tells}"]',
        },
    )
    if begin:
        for box in (hospital, edge):
            box.begin()
    try:
        yield edge, hospital, cable, feed
    finally:
        for box in (hospital, edge):
            box.kill()


def waiting(folder: Path) -> int:
    """How many rows the edge box has yet to tell."""
    from sereno.storage.tables import untold

    with services(Settings(data_dir=folder)) as given:
        database = given._foundation.outbox._database
        with database.read() as connection:
            return len(connection.execute(untold.select()).all())


@pytest.mark.timeout(900)
def test_nothing_is_missing_and_nothing_doubled_whatever_breaks_in_between(tmp_path: Path) -> None:
    stop = threading.Event()
    with boxes(tmp_path) as (edge, hospital, cable, feed):
        edge.wait()
        hospital.wait()
        began = datetime.now(UTC).replace(microsecond=0)
        monitors = [Monitor(who, feed, began, stop) for who in range(1, PATIENTS + 1)]
        threads = [threading.Thread(target=each.run) for each in monitors]
        for thread in threads:
            thread.start()
        time.sleep(8)
        for mode, seconds in (("cut", 6), ("pass", 4), ("lose", 6), ("pass", 4), ("down", 6)):
            cable.mode = mode
            time.sleep(seconds)
        cable.mode = "pass"
        time.sleep(3)
        hospital.kill()
        time.sleep(8)
        edge.kill()
        time.sleep(2)
        edge.begin()
        edge.wait()
        time.sleep(8)
        hospital.begin()
        hospital.wait()
        time.sleep(2)
        edge.kill()  # in the midst of catching up, or soon after
        edge.begin()
        edge.wait()
        time.sleep(3)
        hospital.kill()
        hospital.begin()
        hospital.wait()
        time.sleep(5)
        stop.set()
        for thread in threads:
            thread.join()
        until = time.monotonic() + WITHIN_S
        while waiting(edge.folder) and time.monotonic() < until:
            time.sleep(1)
        assert waiting(edge.folder) == 0
        time.sleep(3)  # what is answered is worked in a moment later
        for monitor in monitors:
            found = kept(hospital.folder, monitor.who, began)
            numbers = [round((each.time - began) / EVERY) for each in found]
            missing = set(range(monitor.answered)) - set(numbers)
            assert not missing, (len(missing), monitor.answered, sorted(missing)[:5])
            assert len(numbers) == len(set(numbers))
            assert {each.version for each in found} == {1}
            assert {each.source for each in found} == {f"edge north/mllp:{feed}/MON"}
            assert [each.value for each in found] == [60 + number % 40 for number in numbers]
