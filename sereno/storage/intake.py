"""Dead letters: what could not be parsed, sealed under the day's intake key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Forgotten, LetterSettled, NotFound
from sereno.domain.stream import Rejected
from sereno.ports import DeadLetter
from sereno.storage import packing
from sereno.storage.engine import micros, moment
from sereno.storage.tables import dead_letters

_LEVEL: Final = 6
_OPEN: Final = dead_letters.c.settled.is_(None)
_QUERY: Final = sa.select(dead_letters.c.number, dead_letters.c.time, dead_letters.c.sealed)


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


def newest(connection: Connection, vault: Vault, limit: int) -> list[DeadLetter]:
    """The newest that are not settled; those whose day's key was destroyed are gone."""
    query = _QUERY.where(_OPEN).order_by(dead_letters.c.number.desc()).limit(limit)
    found = []
    for row in connection.execute(query):
        try:
            found.append(_opened(row, vault))
        except Forgotten:
            break
    return found


def one(connection: Connection, vault: Vault, number: int) -> DeadLetter:
    """One that is not settled. Raises NotFound."""
    row = connection.execute(_QUERY.where(_OPEN, dead_letters.c.number == number)).first()
    if row is None:
        raise _gone(number)
    try:
        return _opened(row, vault)
    except Forgotten:
        raise _gone(number) from None


def settle(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    """List them no more. Raises LetterSettled where one is settled already, or gone."""
    if not numbers:
        return
    these = dead_letters.update().where(_OPEN, dead_letters.c.number.in_(numbers))
    done = connection.execute(these.values(settled=micros(now))).rowcount
    if done != len(set(numbers)):
        raise LetterSettled("a dead letter was settled by somebody else meanwhile; list them again")


def purge(connection: Connection, before: datetime) -> int:
    """Delete what came before; how many went."""
    old = dead_letters.delete().where(dead_letters.c.time < micros(before))
    return int(connection.execute(old).rowcount)


def _opened(row: Any, vault: Vault) -> DeadLetter:
    content = vault.open_intake(bytes(row.sealed), _known(row.time))
    return DeadLetter(row.number, moment(row.time), *_unpacked(content))


def _gone(number: int) -> NotFound:
    return NotFound(
        f"there is no dead letter {number}, or it is settled; see `sereno dead-letters`"
    )


def _packed(source: str, what: Rejected) -> bytes:
    parts = packing.text(source) + packing.text(what.reason) + what.content
    return packing.deflated(parts, _LEVEL)


def _unpacked(content: bytes) -> tuple[str, Rejected]:
    reader = packing.Reader(packing.inflated(content))
    source, reason = reader.text(), reader.text()
    return source, Rejected(reader.rest(), reason)


def _known(at: int) -> bytes:
    return identity("dead letter", at)
