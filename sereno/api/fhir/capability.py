"""What there is at `/fhir`, as a CapabilityStatement. It tells nothing of the ward."""

from typing import Any, Final

from sereno.services.fhir.parameters import SEARCHED, SORTED_BY

FHIR_VERSION: Final = "4.0.1"
# When what is said here last changed.
DATED: Final = "2026-11-27"
_CORE: Final = "http://hl7.org/fhir/OperationDefinition"
_BULK: Final = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
_OURS: Final = "urn:x-sereno:fhir:operation"
SECURITY: Final = (
    "Each request but this one carries `Authorization: Bearer KEY`, a key that was made with "
    "`sereno keys add NAME --scope fhir`; exports one with `--scope fhir-export`."
)
SEARCHING: Final = (
    "Parameters that are not known are left out and told in an OperationOutcome of the Bundle; "
    "with `Prefer: handling=strict` they are refused. Observations are searched of one patient at "
    "a time. Every type is searched by POST to _search too, so that nothing stands in an address."
)


def statement(base: str) -> dict[str, Any]:
    """The CapabilityStatement of the server at `base`."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATED,
        "kind": "instance",
        "software": {"name": "Sereno"},
        "implementation": {"description": "Vital signs of the ward, read-only", "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": ["json", "application/fhir+json"],
        "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
        "rest": [
            {
                "mode": "server",
                "documentation": SEARCHING,
                "security": {"description": SECURITY},
                "resource": [_resource(kind) for kind in SEARCHED],
                "operation": [{"name": "export", "definition": f"{_BULK}/export"}],
            }
        ],
    }


def _resource(kind: str) -> dict[str, Any]:
    sorts = SORTED_BY.get(kind, "_id")
    told: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "versioned" if kind == "Observation" else "no-version",
        "readHistory": False,
        "searchParam": [
            {
                "name": each.name,
                "type": each.kind.value,
                **({"documentation": each.about} if each.about else {}),
            }
            for each in SEARCHED[kind]
        ],
        "documentation": f"_count, and _sort by {sorts} or -{sorts}",
    }
    if operations := _OPERATIONS.get(kind):
        told["operation"] = [
            {"name": name, "definition": definition} for name, definition in operations
        ]
    return told


_OPERATIONS: Final = {
    "Patient": [
        ("export", f"{_BULK}/patient-export"),
        ("export", f"{_OURS}:one-patient-export"),
    ],
    "Observation": [("lastn", f"{_CORE}/Observation-lastn")],
}
