"""The pages about edge boxes say what the code does, and their examples work."""

import json
import re
import shlex
import struct
import tomllib
import zlib
from pathlib import Path

import pytest

from connectors import open_destination, open_source
from connectors.relay import listener, sending, wire
from connectors.relay.listener import Listener
from connectors.relay.sending import Sending
from connectors.relay.wire import decode
from connectors.serving import hashed
from sereno.domain.patients import Stay
from sereno.domain.stream import Batch
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import FakeClock

DOCS = Path(__file__).parents[4] / "docs"
PAGE = (DOCS / "connectors" / "relay.md").read_text()
HOW_TO = (DOCS / "how-to" / "connect-an-edge-box.md").read_text()


def options(scheme: str) -> set[str]:
    table = PAGE.partition(f"| option of `{scheme}:` |")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("scheme", "known"), [("relay", listener.OPTIONS), ("sereno+https", sending.OPTIONS)]
)
def test_every_option_is_explained(scheme: str, known: tuple[str, ...]) -> None:
    assert options(scheme) == set(known)


def test_the_form_is_as_the_page_tells_it() -> None:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    text = json.dumps(json.loads(found[1])).encode()
    samples = bytes.fromhex("02040608" + "00" * 12)  # one step up, two, three, four
    plain = struct.pack("<I", len(text)) + text + samples
    (told,) = decode(b"SRLY\x01" + struct.pack("<I", len(plain)) + zlib.compress(plain)).told
    assert [each.value for each in told.observations] == [82]
    assert told.waveforms[0].samples == (0.001, 0.003, 0.006, 0.01)
    assert told.waveforms[0].rate == 500
    assert told.stay == Stay()
    assert told.patient.bed == "ICU 7"


@pytest.mark.parametrize(
    ("bound", "said"),
    [(wire.MOST_VALUES, "5,000 values"), (wire.MOST_WAVES, "2,000 waves"),
     (wire.MOST_TOLD, "1,024 of them"), (wire.MOST_PLAIN, "at most 32 MB"),
     (wire.MOST_TEXT, "at most 8 MB")],
)  # fmt: skip
def test_every_bound_is_told(bound: int, said: str) -> None:
    (number,) = re.findall(r"[\d,]+", said)
    assert bound in {int(number.replace(",", "")), int(number.replace(",", "")) << 20}
    assert said in PAGE


def _written(page: str, folder: Path) -> list[str]:
    """The sources and destinations of a page, with their files in `folder`."""
    tables = [tomllib.loads(each) for each in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)]
    found = [each for table in tables for named in table.values() for each in named]
    commands = re.findall(r"^\s*(sereno (?:ingest|connectors test) .*)$", page, re.MULTILINE)
    found += [shlex.split(each)[-1] for each in commands]
    return [each.replace("/etc/sereno", str(folder)) for each in found if "mllp:" not in each]


@pytest.mark.parametrize("page", [PAGE, HOW_TO], ids=["the reference", "the how-to"])
def test_every_example_can_be_opened(page: str, tmp_path: Path) -> None:
    write_certificates(tmp_path)
    for name, made in (("hospital.crt", "server.pem"), ("hospital.key", "server.key"),
                       ("authority.crt", "ca.pem")):  # fmt: skip
        (tmp_path / name).write_bytes((tmp_path / made).read_bytes())
    for name in ("north", "hospital"):
        (tmp_path / f"{name}.secret").write_text("a secret of nobody's")
    (tmp_path / "edges").write_text(f"north {hashed('a secret of nobody’s')}\n")
    examples = _written(page, tmp_path)
    assert len(examples) >= 2
    for each in examples:
        if each.startswith("relay:"):
            assert isinstance(open_source(each, clock=FakeClock()), Listener)
        else:
            assert isinstance(open_destination(each, clock=FakeClock()), Sending)


def test_what_is_not_told_of_a_batch_is_none_of_its_fields() -> None:
    """A field that comes to be must be thought of here: nothing is left at home unawares."""
    assert set(Batch.__dataclass_fields__) == {
        "source", "subject", "observations", "waveforms", "rejected", "movement", "sent", "live",
        "acknowledge",
    }  # fmt: skip
