"""The page about the listener says what the code does, and its example works."""

import re
import tomllib
from pathlib import Path

import pytest

from connectors.codes import CodeMap
from connectors.mllp.listener import OPTIONS
from connectors.mllp.movements import KINDS
from connectors.mllp.rows import FLAGS
from tests.fakes.hl7 import read, reader

PAGE = (Path(__file__).parents[4] / "docs" / "connectors" / "mllp.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_every_option_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(OPTIONS)


@pytest.mark.parametrize("word", [*KINDS, *(flag for flag in FLAGS if flag != "CALIB")])
def test_every_event_and_flag_is_explained(word: str) -> None:
    assert re.search(rf"\b{word}\b", PAGE)


def test_the_example_is_read_by_its_map() -> None:
    codes = CodeMap.model_validate(tomllib.loads(block("toml"))).codes
    by = reader(dict(codes))
    (batch,) = read(block("hl7").encode(), by).batches
    assert [(o.signal.value, o.value, o.source) for o in batch.observations] == [
        ("heart_rate", 104, "mllp:2575/CSGW"),
        ("cuff_systolic", 142, "mllp:2575/CSGW"),
        ("cuff_diastolic", 88, "mllp:2575/CSGW"),
        ("temperature", 37.4, "mllp:2575/CSGW"),
    ]
    assert by._codes.ignored == ("718-7^Hemoglobin^LN",)


def test_what_is_printed_to_try_it_is_a_message() -> None:
    found = re.search(r"printf '(.*?)'", PAGE)
    assert found
    text = found[1].replace(r"\013", "").replace(r"\034", "").replace(r"\r", "\r")
    (batch,) = read(text.replace("\\\\", "\\").encode()).batches
    assert [o.value for o in batch.observations] == [82]
