"""The page about MQTT says what the code does, and its examples work."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from connectors.mqtt.decoding import Decoder
from connectors.mqtt.packets import Publish
from connectors.mqtt.subscriber import OPTIONS
from connectors.mqtt.template import (
    Encoding,
    Flag,
    Named,
    Template,
    TimeKind,
    Value,
    Waveform,
    When,
    Whom,
    read_template,
    ready_templates,
)

PAGE = (Path(__file__).parents[3] / "docs" / "connectors" / "mqtt.md").read_text()
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(OPTIONS, id="options"),
        pytest.param(ready_templates(), id="ready templates"),
        pytest.param(get_args(TimeKind), id="kinds of time"),
        pytest.param(get_args(Encoding), id="encodings"),
        *(
            pytest.param(tuple(part.model_fields), id=part.__name__)
            for part in (Template, Whom, When, Value, Named, Waveform, Flag)
        ),
    ],
)
def test_every_word_that_can_be_written_is_explained(names: tuple[str, ...]) -> None:
    assert [name for name in names if name != "numbers" and f"`{name}`" not in PAGE] == []


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_message_on_the_page_is_read_whole() -> None:
    decoder = Decoder(read_template("sereno"), source="mqtt:x")
    decoded = decoder.decode(Publish("ward/4", _block("json").encode()), NOW)
    assert not decoded.reasons
    assert [len(part.observations) for part in decoded.told] == [5, 1, 0]
    assert [len(part.waveforms) for part in decoded.told] == [0, 0, 1]


def test_the_message_that_is_published_by_hand_is_read_whole() -> None:
    found = re.search(r"mosquitto_pub .* -m '(.*)'", PAGE)
    assert found
    decoded = Decoder(read_template("sereno"), source="mqtt:x").decode(
        Publish("ward/4", found[1].encode()), NOW
    )
    assert not decoded.reasons
    assert len(decoded.told[0].observations) == 2


def test_the_template_on_the_page_reads_such_a_message() -> None:
    decoder = Decoder(Template.model_validate(tomllib.loads(_block("toml"))), source="mqtt:x")
    row = {
        "measured": 1795514700000,
        "hr": 72,
        "temp": {"value": 100.4},
        "pleth": {"data": "AAABAAIA", "hz": 100},
    }
    message = {"gateway": {"serial": "g1"}, "readings": [row, {**row, "status": "motion"}]}
    decoded = decoder.decode(Publish("ward/4/vitals", json.dumps(message).encode()), NOW)
    assert [round(each.value) for each in decoded.told[0].observations] == [72, 38]
    assert list(decoded.told[0].waveforms[0].samples) == [0, 0.001, 0.002]
    assert list(decoded.reasons) == ["a waveform is flagged as no measurement"]
