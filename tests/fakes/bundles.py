"""A FHIR server of which others ask that it keeps: conditional creates and updates, in batches."""

import json
from typing import Any

from tests.fakes.receiver import Receiver


class BundleReceiver(Receiver):
    """`resources` by type and identifier; `statuses` are of the next entries, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.resources: dict[tuple[str, str], dict[str, Any]] = {}
        self.statuses: list[int] = []

    def answered(self, body: bytes) -> bytes:
        entries = json.loads(body)["entry"]
        told = [{"response": {"status": str(self._take_entry(each))}} for each in entries]
        bundle = {"resourceType": "Bundle", "type": "batch-response", "entry": told}
        return json.dumps(bundle).encode()

    def _take_entry(self, entry: dict[str, Any]) -> int:
        status = self.statuses.pop(0) if self.statuses else 201
        if status >= 400:
            return status
        resource, request = entry["resource"], entry["request"]
        (identifier,) = resource["identifier"]
        place = resource["resourceType"], identifier["value"]
        query = f"identifier={identifier['system']}|{identifier['value']}"
        if request["method"] == "POST":
            assert request["ifNoneExist"] == query
            if place in self.resources:
                return 200
        else:
            assert request["url"] == f"{place[0]}?{query}"
        self.resources[place] = resource
        return status
