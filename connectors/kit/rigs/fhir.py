"""A system that posts FHIR R4 Observations, and waits for the answer to each."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from connectors.kit.rig import Said, Sending
from connectors.kit.rigs.line import HERE, Line, free_port
from sereno.domain.vitals import VITALS

if TYPE_CHECKING:
    import httpx2

_TOKEN: Final = "the kit's own, of nobody"  # noqa: S105 - for a listener on this machine alone
_AGAIN: Final = 500  # and above: the server asks to be sent it again
_SYSTEM: Final = "urn:oid:2.999.1"


class FhirSender:
    """A `Rig` that connects to Sereno."""

    waits = True

    def __init__(self, folder: Path) -> None:
        token = folder / "token"
        token.write_text(_TOKEN)
        self._port = free_port()
        self.source = f"fhir://{HERE}:{self._port}/?token=file:{token}"
        self.nowhere = f"fhir://{HERE}:{self._port}/?token=file:{folder / 'none'}"
        self._line = Line(self._port)
        self._sending = Sending(self._deliver)
        self._stack = AsyncExitStack()
        self._client: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        import httpx2

        await self._stack.enter_async_context(self._line)
        headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/fhir+json"}
        self._client = await self._stack.enter_async_context(
            httpx2.AsyncClient(
                base_url=f"http://{HERE}:{self._line.port}", headers=headers, trust_env=False
            )
        )
        await self._stack.enter_async_context(self._sending)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def message(self, said: Said) -> bytes:
        """A Bundle of a Patient and one Observation."""
        unit = said.unit or VITALS[said.signal].unit
        if said.value is None:
            value: dict[str, Any] = {"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}
        else:
            quantity = {"value": said.value, "unit": unit, "code": unit}
            value = {"valueQuantity": quantity | {"system": "http://unitsofmeasure.org"}}
        at = said.at.isoformat()
        return _bundle(said.who, {"effectiveDateTime": at, **_code(said), **value})

    def damaged(self, secret: str) -> Sequence[bytes]:
        """An Observation whose time is a name, and one whose value is."""
        now = datetime.now(UTC)
        code = _code(Said(who=secret, at=now, value=None))
        quantity = {"value": secret, "unit": "/min"}
        return (
            _bundle(secret, {"effectiveDateTime": secret, "valueQuantity": {"value": 80}, **code}),
            _bundle(
                secret, {"effectiveDateTime": now.isoformat(), "valueQuantity": quantity, **code}
            ),
        )

    def send(self, message: bytes) -> None:
        """Put it behind those that wait."""
        self._sending.send(message)

    def unanswered(self) -> int:
        """How many wait for an answer."""
        return len(self._sending)

    async def cut(self) -> None:
        """Break the connection."""
        await self._line.cut()

    async def _deliver(self, message: bytes) -> None:
        import httpx2

        if self._client is None:
            raise OSError
        try:
            answer = await self._client.post("/fhir", content=message)
        except httpx2.TransportError as exc:
            raise ConnectionError from exc
        if answer.status_code >= _AGAIN:
            raise ConnectionError


def _code(said: Said) -> dict[str, Any]:
    coding = {"system": "http://loinc.org", "code": VITALS[said.signal].loinc}
    return {"code": {"coding": [coding]}}


def _bundle(who: str, observation: dict[str, Any]) -> bytes:
    url = "urn:uuid:8f3c2a10-0000-4000-8000-000000000001"
    patient = {"resourceType": "Patient", "identifier": [{"system": _SYSTEM, "value": who}]}
    told = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": url},
        **observation,
    }
    entries = [
        {"fullUrl": url, "resource": patient, "request": {"method": "POST", "url": "Patient"}},
        {"resource": told, "request": {"method": "POST", "url": "Observation"}},
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    return json.dumps(bundle).encode()
