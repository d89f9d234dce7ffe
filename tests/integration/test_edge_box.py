"""The page about connecting an edge box, done as it says on one machine."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "connect-an-edge-box.md"
WITHIN_S = 240.0


def commands() -> list[str]:
    """The shell blocks of steps 1 and 2, and of trying it on one machine."""
    blocks = re.findall(r"^( *)```sh\n(.*?)^ *```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 4
    return [re.sub(f"^{indent}", "", text, flags=re.MULTILINE) for indent, text in blocks]


def own_ports(text: str) -> str:
    """Ports that nobody else on this machine is likely to have."""
    for usual, own in (("8444", "18444"), ("8601", "18601"), ("8602", "18602")):
        text = text.replace(usual, own)
    return text


@pytest.mark.timeout(500)
def test_the_first_patients_are_on_the_hospitals_ward(tmp_path: Path) -> None:
    certificates, secret, asking, trying = map(own_ports, commands())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    surroundings = os.environ | {"PATH": path}

    def run(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", text],
            cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False,
        )  # fmt: skip

    for text in (certificates, secret):
        done = run(text)
        assert done.returncode == 0, done.stderr
    begin, _, look = trying.partition("sleep 60\n")
    group = subprocess.Popen(
        ["bash", "-c", f"{begin}wait"],
        cwd=tmp_path, env=surroundings, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + WITHIN_S
        listed = ""
        while "Bed" not in listed and time.monotonic() < until:
            time.sleep(5)
            listed = run(look).stdout
        assert "Bed 1" in listed or "Bed 01" in listed, listed
        here = asking.replace("hospital.example", "localhost").replace("/etc/sereno", str(tmp_path))
        said = run(here).stdout
        assert "the hospital answers and calls this box north; the clocks are 0." in said
        wrong = here.replace("north.secret", "hospital.key")
        assert "does not know this secret" in run(wrong).stderr
    finally:
        os.killpg(group.pid, signal.SIGTERM)
        group.wait()
