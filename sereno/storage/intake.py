"""Dead letters: what could not be parsed, sealed under the day's intake key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Forgotten
from sereno.domain.stream import Rejected
from sereno.storage import packing
from sereno.storage.engine import micros, moment
from sereno.storage.tables import dead_letters

_LEVEL: Final = 6


def keep(
    connection: Connection, vault: Vault, letters: Sequence[tuple[str, Rejected]], now: datetime
) -> None:
    """Keep what could not be parsed; each is (source, what)."""
    if not letters:
        return
    at = micros(now)
    rows = [
        {"time": at, "sealed": vault.seal_intake(_packed(source, what), _known(at), now)}
        for source, what in letters
    ]
    connection.execute(dead_letters.insert(), rows)


def newest(
    connection: Connection, vault: Vault, limit: int
) -> list[tuple[datetime, str, Rejected]]:
    """The newest first; those whose day's key was destroyed are gone."""
    query = (
        sa.select(dead_letters.c.time, dead_letters.c.sealed)
        .order_by(dead_letters.c.number.desc())
        .limit(limit)
    )
    found = []
    for at, sealed in connection.execute(query):
        try:
            content = vault.open_intake(bytes(sealed), _known(at))
        except Forgotten:
            break
        found.append((moment(at), *_unpacked(content)))
    return found


def purge(connection: Connection, before: datetime) -> int:
    """Delete what came before; how many went."""
    old = dead_letters.delete().where(dead_letters.c.time < micros(before))
    return int(connection.execute(old).rowcount)


def _packed(source: str, what: Rejected) -> bytes:
    parts = packing.text(source) + packing.text(what.reason) + what.content
    return packing.deflated(parts, _LEVEL)


def _unpacked(content: bytes) -> tuple[str, Rejected]:
    reader = packing.Reader(packing.inflated(content))
    source, reason = reader.text(), reader.text()
    return source, Rejected(reader.rest(), reason)


def _known(at: int) -> bytes:
    return identity("dead letter", at)
