"""What a sender is answered: OperationOutcomes and responses of Bundles, without content."""

from collections.abc import Sequence
from typing import Any, Final

from connectors.fhir.reading import Outcome, Reading, State

_MOST_ISSUES: Final = 20
# hl7.org/fhir/R4/valueset-issue-type.html
_CODES: Final = {
    400: "structure", 401: "login", 404: "not-supported", 405: "not-supported", 408: "timeout",
    413: "too-long", 415: "not-supported", 422: "processing", 500: "exception", 503: "throttled",
}  # fmt: skip
_STATUSES: Final = {
    State.TAKEN: "201 Created",
    State.IGNORED: "200 OK",
    State.REFUSED: "422 Unprocessable Entity",
}


def failed(status: int, reason: str) -> dict[str, Any]:
    """Why nothing is taken."""
    return _outcome([("error", _CODES[status], reason)])


def single(outcome: Outcome) -> tuple[int, dict[str, Any]]:
    """The status and body for one resource."""
    issues = _issues(outcome)
    status = {State.TAKEN: 201, State.IGNORED: 200, State.REFUSED: 422}[outcome.state]
    return status, _outcome(issues or [("information", "informational", State.TAKEN.value)])


def several(reading: Reading) -> dict[str, Any]:
    """The Bundle that answers a Bundle, with an entry for each of its entries in their order."""
    kind = "transaction-response" if reading.bundle == "transaction" else "batch-response"
    entries = [{"response": _response(each)} for each in reading.outcomes]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    return {**bundle, "entry": entries} if entries else bundle


def _response(outcome: Outcome) -> dict[str, Any]:
    response: dict[str, Any] = {"status": _STATUSES[outcome.state]}
    if issues := _issues(outcome):
        response["outcome"] = _outcome(issues)
    return response


def _issues(outcome: Outcome) -> list[tuple[str, str, str]]:
    if outcome.state is State.IGNORED:
        return [("information", "not-supported", f"not taken: {each}") for each in outcome.reasons]
    severity = "warning" if outcome.state is State.TAKEN else "error"
    return [(severity, "processing", f"refused: {each}") for each in outcome.reasons]


def _outcome(issues: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    told = [
        {"severity": severity, "code": code, "diagnostics": text}
        for severity, code, text in issues[:_MOST_ISSUES]
    ]
    return {"resourceType": "OperationOutcome", "issue": told}
