"""Where a search has come to, sealed: whoever holds it can neither read nor change it.

The key lives in memory alone, so a search that was begun before a restart is begun anew.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.envelope import identity, new_key, seal, unseal
from sereno.domain.errors import InvalidEntry, Unreadable
from sereno.services.fhir.ids import micros, moment_of


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was asked for of one kind, and the key of what was told last."""

    given: tuple[tuple[str, str], ...]
    time: datetime | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Cursors:
    """Seals cursors: each opens for whom and for what it was made, and for nothing else."""

    cipher: AESGCM = field(default_factory=lambda: AESGCM(new_key()))

    def seal(self, cursor: Cursor, who: str, kind: str) -> str:
        """A cursor as it stands in an address."""
        time = None if cursor.time is None else micros(cursor.time)
        content = json.dumps([cursor.given, time, cursor.id]).encode()
        sealed = seal(self.cipher, 0, content, _bound(who, kind))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, text: str, who: str, kind: str) -> Cursor:
        """What `seal` made. Raises InvalidEntry."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            content = unseal(self.cipher, sealed, _bound(who, kind))
        except (binascii.Error, ValueError, Unreadable) as error:
            raise InvalidEntry(
                "this link is no longer good, or was made for another key; search again"
            ) from error
        given, time, its_id = json.loads(content)
        moment = None if time is None else moment_of(time)
        return Cursor(tuple((name, value) for name, value in given), moment, its_id)


def _bound(who: str, kind: str) -> bytes:
    return identity("fhir cursor", who, kind)
