"""What every `Reachable` keeps: it says what is there, or how to mend that it is not.

Add a `Place` here for each connector to something that can be asked.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connectors.kit import PLACE_RULES, Place, Rule
from tests.fakes.bluetooth import Air, Peripheral, installed
from tests.fakes.broker import running_broker
from tests.fakes.fhir_server import LittleServer, serving

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def _free_port() -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    yield f"mllp://127.0.0.1:{port}"


async def _no_address_of_ours() -> str:
    return "mllp://203.0.113.1:2575"  # RFC 5737: for documentation, nobody's


@asynccontextmanager
async def _broker() -> AsyncIterator[str]:
    with TemporaryDirectory() as folder, running_broker(Path(folder)) as broker:
        yield broker.source("ward/#")


async def _no_broker() -> str:
    return "mqtt://127.0.0.1:1/ward/#"


@asynccontextmanager
async def _folder() -> AsyncIterator[str]:
    with TemporaryDirectory() as folder:
        yield f"folder:{folder}"


async def _no_folder() -> str:
    return "folder:/no/such/folder"


@asynccontextmanager
async def _strap() -> AsyncIterator[str]:
    strap = Peripheral({0x180D: {0x2A37: None}}, address="C0:FF:EE:00:00:01")
    with installed(Air(strap)):
        yield "ble:C0:FF:EE:00:00:01?bed=7"


async def _no_strap() -> str:
    return "ble:C0:FF:EE:00:00:02?bed=7&wait=1"


@asynccontextmanager
async def _fhir_port() -> AsyncIterator[str]:
    async with _free_port() as source:
        with TemporaryDirectory() as folder:
            token = Path(folder) / "token"
            token.write_text("a token of nobody's")
            yield f"{source.replace('mllp', 'fhir')}/?token=file:{token}"


async def _no_fhir_port() -> str:
    return "fhir://203.0.113.1:8480/?token=file:/no/such/token"


@asynccontextmanager
async def _fhir_server() -> AsyncIterator[str]:
    async with serving(LittleServer()) as little:
        little.tokens = {""}
        yield f"fhir+{little.base}"


async def _no_fhir_server() -> str:
    return "fhir+http://127.0.0.1:1/fhir"


@asynccontextmanager
async def _relay_port() -> AsyncIterator[str]:
    async with _free_port() as source:
        with TemporaryDirectory() as folder:
            secret = Path(folder) / "secret"
            secret.write_text("a secret of nobody's")
            yield f"{source.replace('mllp', 'relay')}?secret=file:{secret}"


async def _no_relay_port() -> str:
    return "relay://203.0.113.1:8444?secret=file:/no/such/secret"


PLACES = {
    "mllp": Place(_free_port, _no_address_of_ours),
    "mqtt": Place(_broker, _no_broker),
    "folder": Place(_folder, _no_folder),
    "fhir": Place(_fhir_port, _no_fhir_port),
    "fhir+http": Place(_fhir_server, _no_fhir_server),
    "relay": Place(_relay_port, _no_relay_port),
    "ble": Place(_strap, _no_strap),
}


@pytest.mark.parametrize("rule", PLACE_RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
async def test_it_keeps(rule: Rule[Place], place: Place) -> None:
    await rule.hold(place)
