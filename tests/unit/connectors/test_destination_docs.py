"""The pages about destinations say what the code does, and what stands on them works."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from connectors import known_destinations, open_destination
from connectors.fhir.pusher import OPTIONS as PUSHER
from connectors.mllp.sender import OPTIONS as SENDER
from connectors.parquet.folder import OPTIONS as FOLDER
from connectors.webhook.sender import OPTIONS as WEBHOOK
from sereno.ports import Topic
from tests.fakes.clock import FakeClock
from tests.fakes.outgoing import measured

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {
    "fhir-push": PUSHER,
    "mllp-out": SENDER,
    "parquet-out": FOLDER,
    "webhook": WEBHOOK,
}


def read(page: str) -> str:
    return (DOCS / f"{page}.md").read_text()


def test_every_scheme_is_explained() -> None:
    page = read("reference/destinations")
    assert [name for name in known_destinations() if f"| `{name}:" not in page] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_option_is_explained(page: str) -> None:
    text = read(f"connectors/{page}")
    rows = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    assert [name for name in PAGES[page] if f"`{name}`" not in rows] == []


def test_every_topic_is_named() -> None:
    assert [topic for topic in Topic if f"`{topic}`" not in read("connectors/webhook")] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_destinations_of_a_page_can_be_opened(page: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret")
    found = re.findall(r"SERENO_DESTINATIONS='(\[.*?\])'", read(f"connectors/{page}"))
    assert found
    for written in (one for text in found for one in json.loads(text)):
        here = re.sub(r"=file:[^&]+", f"=file:{tmp_path / 'secret'}", written)
        here = re.sub(r"authority=[^&]+", "authority=system", here)
        assert open_destination(here, clock=FakeClock()).topics


@pytest.mark.anyio
async def test_the_example_reads_what_is_written(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", read("connectors/parquet-out"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    peer = open_destination(f"parquet:{tmp_path}", clock=FakeClock())
    await peer.deliver([measured(1, 80.0, 81.0)])
    assert list(names["heart_rates"](tmp_path).value) == [80.0, 81.0]
