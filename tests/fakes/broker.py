"""A real mosquitto, on a port and in a folder of its own, and a client that publishes."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.support import require

_START_SECONDS = 20
_SUBSCRIBED = re.compile(r"^\d+: \S+ [012] \S+$", re.MULTILINE)
_USER, _PASSWORD = "monitor", "correct horse"


def find_mosquitto() -> str | None:
    """Debian's place, or the PATH."""
    return shutil.which("mosquitto", path=f"/usr/sbin:{os.environ.get('PATH', '')}")


@dataclass
class Broker:
    """mosquitto that keeps its sessions on disk; `kill` and `start` it as often as it takes."""

    folder: Path
    lines: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None  # by which `publish` trusts it
    scheme: str = "mqtt"
    port: int = 0
    user: str | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def source(self, rest: str) -> str:
        """The source that reads from here."""
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}localhost:{self.port}/{rest}"

    def start(self) -> None:
        program = find_mosquitto()
        require(program, "no mosquitto: apt-get install mosquitto")
        self.port = self.port or _free_port()
        config = self.folder / "mosquitto.conf"
        lines = [
            f"listener {self.port} 127.0.0.1", "user root", "persistence true",
            f"persistence_location {self.folder}/", "autosave_on_changes true",
            "autosave_interval 1", "max_queued_messages 0", "max_inflight_messages 0",
            "set_tcp_nodelay true", "log_dest stderr", "log_type error", "log_type subscribe",
            *(self.lines or ("allow_anonymous true",)),
        ]  # fmt: skip
        config.write_text("\n".join(lines) + "\n")
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program), "-c", str(config)], stdout=log, stderr=log
            )
        self._await()

    def _await(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError((self.folder / "mosquitto.log").read_text())

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it at once; it has no time to save anything."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def subscriptions(self) -> int:
        """How often it has been subscribed to so far."""
        log = (self.folder / "mosquitto.log").read_text()
        return len(_SUBSCRIBED.findall(log))

    def settle(self) -> None:
        """Wait until what it was sent is on its disk."""
        assert self._process is not None
        saved = self.folder / "mosquitto.db"
        before = saved.stat().st_mtime_ns if saved.exists() else 0
        self._process.send_signal(signal.SIGUSR1)
        until = time.monotonic() + _START_SECONDS
        while not saved.exists() or saved.stat().st_mtime_ns == before:
            assert time.monotonic() < until
            time.sleep(0.01)

    def publish(
        self,
        messages: Iterable[tuple[str, bytes]],
        *,
        qos: int = 1,
        retain: bool = False,
        properties: dict[str, str] | None = None,
    ) -> None:
        """Send them, and return when the broker has acknowledged all."""
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.max_inflight_messages_set(500)
        if self.tls:
            client.tls_set_context(self.tls)
        if self.user:
            client.username_pw_set(self.user, _PASSWORD)
        client.connect("localhost", self.port)
        client.loop_start()
        told: Any = None
        if properties:
            told = Properties(PacketTypes.PUBLISH)
            told.UserProperty = list(properties.items())
        sent = [client.publish(t, p, qos, retain=retain, properties=told) for t, p in messages]
        for each in sent:
            each.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def running_broker(folder: Path, **given: Any) -> Iterator[Broker]:
    """A broker that anybody may use, until the block ends."""
    broker = Broker(folder, **given)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


def locked(folder: Path) -> dict[str, Any]:
    """What makes a broker ask for user, password and a client's certificate, over TLS."""
    from tests.fakes.certificates import write_certificates

    write_certificates(folder)
    (folder / "password").write_text(_PASSWORD)
    accounts = folder / "accounts"
    made = ["mosquitto_passwd", "-b", "-c", str(accounts), _USER, _PASSWORD]
    subprocess.run(made, check=True, capture_output=True)
    trusted = ssl.create_default_context(cafile=folder / "ca.pem")
    trusted.load_cert_chain(folder / "client.pem", folder / "client.key")
    lines = (
        "allow_anonymous false", f"password_file {accounts}", f"cafile {folder}/ca.pem",
        f"certfile {folder}/server.pem", f"keyfile {folder}/server.key",
        "require_certificate true",
    )  # fmt: skip
    return {"lines": lines, "tls": trusted, "scheme": "mqtts", "user": _USER}
