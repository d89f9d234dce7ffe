"""What can not be answered, as an OperationOutcome with its status. None quotes what was asked."""

import json
import logging
import math
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    Forgotten,
    InvalidEntry,
    NotFound,
    Unreadable,
    WrongScope,
)
from sereno.services.serving.allowance import Exhausted

MEDIA_TYPE: Final = "application/fhir+json"
UNAVAILABLE_RETRY_S: Final = 5
_log = logging.getLogger(__name__)


class NotServed(Exception):
    """A request that is wrong in its form: the status that says so, and FHIR's code for it."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


def fhir_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Any resource as JSON."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, dict(headers or {}), f"{MEDIA_TYPE}; charset=utf-8")


def outcome(severity: str, code: str, message: str) -> dict[str, Any]:
    """An OperationOutcome with one issue. `code` is of R4's value set issue-type."""
    issue = {"severity": severity, "code": code, "diagnostics": message}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


# By the kind of error, the first that fits: status and code.
_KINDS: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (Exhausted, 429, "throttled"),
    (WrongScope, 403, "forbidden"),
    (AccessDenied, 401, "login"),
    (NotFound, 404, "not-found"),
    (Forgotten, 410, "deleted"),
    (InvalidEntry, 400, "invalid"),
    (Conflict, 429, "throttled"),
    (Unreadable, 500, "exception"),
)


def refusal(error: Exception) -> Response:
    """What a client is told of an error."""
    if isinstance(error, NotServed):
        told = outcome("error", error.code, str(error))
        return fhir_response(told, error.status, error.headers)
    for kind, status, code in _KINDS:
        if isinstance(error, kind):
            told = outcome("error", code, " ".join(str(error).split()))
            return fhir_response(told, status, _headers(error, status))
    # The database: its words are for the clinic's IT, and so is the log.
    _log.error("a program could not read: %s", type(error).__name__)
    told = outcome("error", "transient", "the database does not answer; run `sereno doctor`")
    return fhir_response(told, 503, {"Retry-After": str(UNAVAILABLE_RETRY_S)})


def unexpected(error: Exception) -> Response:
    """Of an error that nobody thought of its kind alone: its words may hold a patient's."""
    _log.error("a program could not read: %s", type(error).__name__)
    return fhir_response(outcome("error", "exception", "unexpected; please report it"), 500)


def _headers(error: Exception, status: int) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if status == 403:
        return {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    retry_s = error.retry_s if isinstance(error, Exhausted) else None
    return {"Retry-After": str(math.ceil(retry_s))} if retry_s is not None else {}
