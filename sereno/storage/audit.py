"""The audit log: lines sealed, chained, and anchored outside the database."""

import json
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.audit import FIRST_LINK, link
from privacy.envelope import identity
from privacy.vault import Vault
from sereno.ports import AuditLine, Clock
from sereno.storage.book import DAMAGE
from sereno.storage.engine import Database, micros, moment
from sereno.storage.tables import audit

ALTERED: Final = "altered, and can not be read"
AT_ONCE: Final = 1000  # lines in memory, of a log that may hold millions
_PURPOSE: Final = "audit chain"
_LOCK: Final = 0x5E2E_9002  # our number among PostgreSQL's advisory locks


class SealedAudit:
    """The port `AuditLog`."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._key = vault.secret(_PURPOSE)

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        """Append a line; `detail` holds no measured value and no identity."""
        line = json.dumps([actor, action, patient, detail]).encode()
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            number, newest = self._append(connection, line)
        # After the line is durable: the anchor may lag behind a crash, never run ahead.
        self._vault.set_anchor(_PURPOSE, number, newest)

    def read(self, patient: str | None = None, limit: int = 100) -> list[AuditLine]:
        """The newest lines first, at most `limit`; of this patient alone where given.

        Whom a line is about is sealed, so for a patient every line is opened until enough are
        found, and the search has no bound on purpose: one that stopped early would hide who read.
        It holds AT_ONCE lines in memory, blocks nobody who writes, and opens no more than `verify`
        hashes each time that the log is read.
        """
        query = sa.select(audit).order_by(audit.c.number.desc())
        with self._database.read() as connection:
            lines = map(self._opened, connection.execute(query).yield_per(AT_ONCE))
            wanted = (
                each for each in lines if each.action == ALTERED or patient in (None, each.patient)
            )
            return list(islice(wanted, limit))

    def _opened(self, row: "sa.Row[Any]") -> AuditLine:
        number, at = row.number, moment(row.time)
        try:
            line = self._vault.open_house(bytes(row.sealed), identity("audit", number))
        except DAMAGE:
            return AuditLine(number=number, time=at, actor="", action=ALTERED)
        actor, action, patient, detail = json.loads(line)
        return AuditLine(
            number=number, time=at, actor=actor, action=action, patient=patient, detail=detail
        )

    def verify(self) -> bool:
        """Whether the chain is whole, and reaches as far as the anchor says."""
        anchored, newest = self._vault.anchor(_PURPOSE)
        previous, expected = FIRST_LINK, 1
        query = sa.select(audit).order_by(audit.c.number)
        with self._database.read() as connection:
            for row in connection.execute(query).yield_per(AT_ONCE):
                sealed = bytes(row.sealed)
                previous = link(self._key, previous, expected, row.time, sealed)
                if row.number != expected or bytes(row.link) != previous:
                    return False
                if expected == anchored and previous != newest:
                    return False
                expected += 1
        return expected > anchored

    def _append(self, connection: Connection, line: bytes) -> tuple[int, bytes]:
        query = sa.select(audit.c.number, audit.c.link).order_by(audit.c.number.desc()).limit(1)
        last = connection.execute(query).one_or_none()
        number, previous = (1, FIRST_LINK) if last is None else (last[0] + 1, bytes(last[1]))
        at = micros(self._clock.now())
        sealed = self._vault.seal_house(line, identity("audit", number))
        made = link(self._key, previous, number, at, sealed)
        row = {"number": number, "time": at, "link": made, "sealed": sealed}
        connection.execute(audit.insert().values(row))
        return number, made
