"""FHIR resources of nobody, a reader of them, and a sender over a real connection."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio

from connectors.codes import CodeMap
from connectors.fhir.codes import Codes
from connectors.fhir.reading import Reader, Reading, parse
from sereno.domain.stream import Batch
from sereno.ports import Connector
from tests.fakes.clock import FakeClock

LOINC = "http://loinc.org"
MDC = "urn:iso:std:iso:11073:10101"
UCUM = "http://unitsofmeasure.org"


def concept(code: str, system: str = LOINC) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def quantity(value: float, unit: str = "/min") -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(
    code: Any = "8867-4", value: float = 80, unit: str = "/min", **more: Any
) -> dict[str, Any]:
    """A final Observation; None for an element leaves it out."""
    told = {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            concept("vital-signs", "http://terminology.hl7.org/CodeSystem/observation-category")
        ],
        "code": concept(code) if isinstance(code, str) else code,
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-01T08:00:00Z",
        "valueQuantity": quantity(value, unit),
        **more,
    }
    return {name: element for name, element in told.items() if element is not None}


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [
            {
                "type": concept("MR", "http://terminology.hl7.org/CodeSystem/v2-0203"),
                "system": "urn:oid:1.2.3",
                "value": "4711",
            }
        ],
        "name": [{"family": "Vidal", "given": ["Berta"]}],
        "gender": "female",
        "birthDate": "1950-02-03",
        **more,
    }


def bundle(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    entries: list[dict[str, Any]] = []
    for resource in resources:
        entry: dict[str, Any] = {"resource": resource}
        if kind in {"transaction", "batch"}:
            entry["request"] = {"method": "POST", "url": resource["resourceType"]}
        entries.append(entry)
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def reader(codes: dict[str, Any] | None = None, zone: str = "UTC") -> Reader:
    table = Codes(CodeMap.model_validate({"codes": codes or {}}))
    return Reader("fhir:8480", table, zone=zone, clock=FakeClock())


def read(resource: Any, by: Reader | None = None) -> Reading:
    """As the listener would read these bytes."""
    return (by or reader()).read(parse(json.dumps(resource).encode()), authority="fhir")


async def begun() -> None:
    """Until a listener that was just begun listens; its server's own clock ticks for ever."""
    await anyio.sleep(0.05)


@asynccontextmanager
async def kept(
    connector: Connector, keep: Callable[[Batch], str | None] = lambda _: None
) -> AsyncIterator[list[Batch]]:
    """Read `connector` and acknowledge at once, with what `keep` says; the batches so far."""
    found: list[Batch] = []

    async def take() -> None:
        stream: Any = connector.batches()
        try:
            async for batch in stream:
                found.append(batch)
                if batch.acknowledge is not None:
                    await batch.acknowledge(keep(batch))
        finally:
            with anyio.CancelScope(shield=True):
                await stream.aclose()

    async with anyio.create_task_group() as group:
        group.start_soon(take)
        await begun()
        yield found
        group.cancel_scope.cancel()
