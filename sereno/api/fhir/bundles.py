"""What a search found, as a Bundle. Its links hold nothing that says who somebody is."""

from typing import Any, Final
from urllib.parse import urlencode

from sereno.api.fhir.outcomes import outcome
from sereno.services.fhir.parameters import IDENTIFYING
from sereno.services.fhir.query import CURSOR
from sereno.services.fhir.reading import Page

LASTN: Final = "$lastn"


def searchset(page: Page, base: str, now: str, operation: str | None = None) -> dict[str, Any]:
    """The Bundle of a page. `base` is the address of `/fhir`, `now` an instant."""
    kind = page.query.kind
    path = f"{base}/{kind}" + (f"/{operation}" if operation else "")
    links = [{"relation": "self", "url": f"{path}{_asked(page)}"}]
    if page.next:
        links.append({"relation": "next", "url": f"{path}?{urlencode({CURSOR: page.next})}"})
    entries = [
        {
            "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in page.resources
    ]
    entries += [{"resource": told, "search": {"mode": "outcome"}} for told in _outcomes(page)]
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": now},
        "type": "searchset",
        "link": links,
    }
    if page.total is not None:
        bundle["total"] = page.total
    if entries:
        bundle["entry"] = entries
    return bundle


def _asked(page: Page) -> str:
    """What was understood of a search; sealed where a value says who somebody is."""
    used = page.query.used
    if page.query.kind == "Patient" and any(
        name.partition(":")[0] in IDENTIFYING for name, _ in used
    ):
        return f"?{urlencode({CURSOR: page.again or ''})}"
    return f"?{urlencode(used)}" if used else ""


def _outcomes(page: Page) -> list[dict[str, Any]]:
    told = []
    if page.query.ignored:
        ignored = ", ".join(page.query.ignored)
        told.append(outcome("warning", "not-supported", f"left out of the search: {ignored}"))
    if page.unreadable:
        message = (
            f"the record of {page.unreadable} patients can not be read, and they are left out; "
            "run `sereno doctor`"
        )
        told.append(outcome("warning", "incomplete", message))
    return told
