"""Bulk Data: how an export is asked for, told and sent (hl7.org/fhir/uv/bulkdata)."""

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sereno.api.fhir.outcomes import NotServed, fhir_response, outcome
from sereno.api.fhir.requests import BULK, Given, preferences
from sereno.domain.errors import InvalidEntry, NotFound
from sereno.services.fhir.exports import Export, Exports
from sereno.services.fhir.parameters import TYPES
from sereno.services.fhir.terms import date_range

NDJSON: Final = "application/fhir+ndjson"
SENT_AT_ONCE: Final = 64 * 1024
STATUS: Final = "export"  # the path of exports, below the base
ERRORS: Final = "OperationOutcome"
_KNOWN: Final = frozenset({"_outputFormat", "_type", "_since"})


def start(
    exports: Exports,
    who: str,
    request: Request,
    given: Given,
    *,
    zone: tzinfo,
    level: tuple[str, ...],
) -> str:
    """Open an export, and where its status is, below the base. Raises NotServed or SerenoError.

    `level` is the path before the operation: nothing, the type Patient, or one patient.
    """
    if "respond-async" not in preferences(request):
        raise NotServed(400, "required", "an export is asked for with Prefer: respond-async")
    if {name for name, _ in given} - _KNOWN:
        raise InvalidEntry(f"an export knows {', '.join(sorted(_KNOWN))}, and no more")
    wanted = dict(given)
    if wanted.get("_outputFormat", NDJSON).replace(" ", "+") not in BULK:
        raise NotServed(400, "not-supported", f"an export is {NDJSON} alone")
    export = exports.start(
        who,
        _types(given, every=not level),
        str(request.url.replace(query="")),
        since=_since(wanted.get("_since"), zone),
        patient=level[1] if len(level) > 1 else None,
    )
    return f"{STATUS}/{export.id}"


def manifest(export: Export, base: str) -> Response:
    """Where the files of an export are."""
    where = f"{base}/{STATUS}/{export.id}"
    errors = [{"type": ERRORS, "url": f"{where}/{ERRORS}.ndjson"}] if export.unreadable else []
    body = {
        "transactionTime": export.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "request": export.request,
        "requiresAccessToken": True,
        "output": [{"type": kind, "url": f"{where}/{kind}.ndjson"} for kind in export.types],
        "error": errors,
    }
    return Response(json.dumps(body), media_type="application/json")


def file(exports: Exports, export: Export, name: str) -> Response:
    """A file of an export, sent as it is read. Raises NotFound."""
    kind, _, ending = name.partition(".")
    if ending != "ndjson" or kind not in (*export.types, ERRORS):
        raise NotFound("the export has no such file")
    lines = _lost(export) if kind == ERRORS else exports.resources(export, kind)
    return StreamingResponse(_written(lines), media_type=NDJSON)


def ended() -> Response:
    """That an export was closed."""
    return fhir_response(outcome("information", "informational", "the export is closed"), 202)


def _written(resources: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Lines, some together: each piece is sent from the event loop and made in a thread."""
    piece = bytearray()
    for each in resources:
        piece += json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if len(piece) >= SENT_AT_ONCE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _lost(export: Export) -> Iterator[dict[str, Any]]:
    for patient in export.unreadable:
        message = f"the record of Patient/{patient} can not be read; run `sereno doctor`"
        yield outcome("error", "exception", message)


def _types(given: Given, *, every: bool) -> tuple[str, ...]:
    there = tuple(kind for kind in TYPES if every or kind != "Device")
    wanted = [part for name, value in given if name == "_type" for part in value.split(",")]
    if not wanted:
        return there
    if not set(wanted) <= set(there):
        raise InvalidEntry(f"an export holds {', '.join(there)}, and no other _type")
    return tuple(dict.fromkeys(wanted))


def _since(text: str | None, zone: tzinfo) -> datetime | None:
    return None if text is None else date_range(text, zone, "_since")[0]
