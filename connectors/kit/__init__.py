"""What every connector is held to, as rules that can be tried on any: `sereno connectors check`.

`findings` is what a rule is; `recordings`, `asking`, `wire` and `record` are the rules; `rig` is
what stands for a device, `bench` where it is tried. tests/contract/connectors holds our own to all.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from connectors.kit.asking import (
    MESSAGE_RULES,
    PLACE_RULES,
    Message,
    Place,
    of_a_message,
    of_a_place,
)
from connectors.kit.bench import Bench, Kept, Ward
from connectors.kit.findings import (
    Broken,
    Finding,
    NotTried,
    Remark,
    Rule,
    Rules,
    Verdict,
    judge,
)
from connectors.kit.record import RULES as RECORD_RULES
from connectors.kit.recordings import RULES as RECORDING_RULES
from connectors.kit.recordings import Recording, secrets_of
from connectors.kit.rig import OpenRig, Rig, Said, Sending, Unsayable
from connectors.kit.stream import SECRET, KitClock
from connectors.kit.wire import RULES as WIRE_RULES

DEVICE_RULES: Final[tuple[Rule[Bench], ...]] = (
    *map(of_a_place, PLACE_RULES),
    *map(of_a_message, MESSAGE_RULES),
    *WIRE_RULES,
    *RECORD_RULES,
)


def _built_in(module: str, name: str) -> Callable[[], OpenRig]:
    def load() -> OpenRig:
        found: OpenRig = getattr(import_module(f"connectors.kit.rigs.{module}"), name)
        return found

    return load


BUILT_IN_RIGS: Final = {
    "fhir": _built_in("fhir", "FhirSender"),
    "mllp": _built_in("mllp", "Hl7Sender"),
    "mqtt": _built_in("mqtt", "MqttPublisher"),
}

__all__ = [
    "BUILT_IN_RIGS",
    "DEVICE_RULES",
    "MESSAGE_RULES",
    "PLACE_RULES",
    "RECORDING_RULES",
    "RECORD_RULES",
    "SECRET",
    "WIRE_RULES",
    "Bench",
    "Broken",
    "Finding",
    "Kept",
    "KitClock",
    "Message",
    "NotTried",
    "OpenRig",
    "Place",
    "Recording",
    "Remark",
    "Rig",
    "Rule",
    "Rules",
    "Said",
    "Sending",
    "Unsayable",
    "Verdict",
    "Ward",
    "judge",
    "secrets_of",
]
