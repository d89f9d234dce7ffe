"""What a request asks for: its parameters, from the address or a form, and its preferences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from sereno.api.fhir.outcomes import MEDIA_TYPE, NotServed
from sereno.domain.errors import InvalidEntry

LARGEST_FORM: Final = 64 * 1024
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = frozenset({"json", "application/json", MEDIA_TYPE, "text/json"})
BULK: Final = frozenset(
    {"application/fhir+ndjson", "application/ndjson", "ndjson", "application/x-ndjson"}
)
Given = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search but for the format, and whether unknown ones are refused."""

    given: Given
    strict: bool


async def asked(request: Request) -> Asked:
    """What is asked for. Raises NotServed or InvalidEntry."""
    given = pairs(request.scope["query_string"])
    if request.method == "POST":
        given += await _form(request)
    formats = [value for name, value in given if name == "_format"]
    if any(each.partition(";")[0].replace(" ", "+") not in JSON for each in formats):
        raise _no_such_format()
    return Asked([each for each in given if each[0] != "_format"], strict(request))


def check_accepted(request: Request, *more: str) -> None:
    """Raise NotServed where the client takes no JSON, and none of `more`."""
    if "_format" in request.query_params:
        return  # which goes before
    accepted = [
        each.partition(";")[0].strip().lower()
        for each in request.headers.get("accept", "*/*").split(",")
    ]
    if not any(each in JSON or each in ("*/*", "application/*", *more) for each in accepted):
        raise _no_such_format()


def strict(request: Request) -> bool:
    """Whether what is not understood is to be refused."""
    return "handling=strict" in preferences(request)


def preferences(request: Request) -> set[str]:
    """What the header Prefer says."""
    told = ",".join(request.headers.getlist("prefer"))
    return {each.strip().lower() for part in told.split(",") for each in part.split(";")}


def pairs(text: bytes) -> list[tuple[str, str]]:
    """Names and values, percent-decoded. Raises InvalidEntry."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeError, ValueError) as error:
        raise InvalidEntry("the parameters can not be read: send them percent-encoded") from error


async def _form(request: Request) -> list[tuple[str, str]]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise NotServed(413, "too-long", f"a search has at most {LARGEST_FORM // 1024} KiB")
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and content_type != FORM:
        raise NotServed(415, "not-supported", f"send the search as {FORM}")
    return pairs(body)


def _no_such_format() -> NotServed:
    return NotServed(406, "not-supported", f"this server speaks {MEDIA_TYPE} alone")
