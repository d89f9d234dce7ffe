"""The fingerprint of evidence: the same facts give the same one, whichever release kept them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from sereno.domain.evidence import Evidence


def fingerprint(evidence: Evidence) -> str:
    """The SHA-256, in hex, of all that the evidence holds: patient, window, facts and plan."""
    told = json.dumps(_plain(evidence), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        held = ((each, getattr(value, each.name)) for each in fields(value))
        # What is as it would be anyhow is left out, so that a field added later changes nothing.
        return {each.name: _plain(found) for each, found in held if found != _default(each)}
    if isinstance(value, Mapping):
        return {str(key): _plain(found) for key, found in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(found) for found in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
