"""Commands that wait for the one writer; sealed under their patient's key."""

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Forgotten, NotFound
from sereno.ports import Clock, Command, CommandKind
from sereno.storage.book import DAMAGE
from sereno.storage.engine import Database, micros, moment
from sereno.storage.tables import commands

# How long an outcome can be asked for.
KEPT: Final = timedelta(days=1)


class CommandTable:
    """The queue; `Store.commit` marks what a transaction has carried out."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def submit(
        self, kind: CommandKind, patient: str, issued_by: str, payload: Mapping[str, Any]
    ) -> str:
        """Keep a command durably; its id. Drops outcomes that nobody asks for any more."""
        command_id, now = secrets.token_hex(8), self._clock.now()
        plain = json.dumps({"by": issued_by, "payload": payload}).encode()
        known = identity("command", command_id, patient, kind.value)
        row = {
            "id": command_id,
            "kind": kind.value,
            "patient": patient,
            "issued": micros(now),
            "sealed": self._vault.seal(patient, plain, known),
        }
        with self._database.write() as connection:
            connection.execute(sa.delete(commands).where(commands.c.settled < micros(now - KEPT)))
            connection.execute(sa.insert(commands).values(**row))
        return command_id

    def pending(self, patients: Collection[str] | None = None, limit: int = 100) -> list[Command]:
        """Those not yet carried out, oldest first; of these `patients` alone where given.

        Of forgotten patients there are none. One that does not open any more is refused here, so
        that it keeps no other waiting.
        """
        query = sa.select(commands).where(commands.c.settled.is_(None))
        if patients is not None:
            query = query.where(commands.c.patient.in_(patients))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(commands.c.number).limit(limit)).all()
        return [command for row in rows if (command := self._waiting(row)) is not None]

    def _waiting(self, row: "sa.Row[Any]") -> Command | None:
        if self._vault.is_forgotten(row.patient):
            return None
        try:
            return self._opened(row)
        except Forgotten:
            return None
        except DAMAGE:
            self.refuse(row.id, "it is damaged and can not be read; give it again")
            return None

    def refuse(self, command_id: str, reason: str) -> None:
        """Take one off that can not be carried out."""
        mine = commands.c.id == command_id
        with self._database.write() as connection:
            patient = connection.execute(sa.select(commands.c.patient).where(mine)).scalar()
            if patient is None:
                raise _no_such_command()
            known = identity("outcome", command_id)
            sealed = self._vault.seal(patient, reason.encode(), known)
            now = micros(self._clock.now())
            waits = mine & commands.c.settled.is_(None)
            connection.execute(sa.update(commands).where(waits).values(settled=now, outcome=sealed))

    def outcome(self, command_id: str) -> str | None:
        """None while it waits, "" once carried out, else the reason it was refused."""
        query = sa.select(commands.c.patient, commands.c.settled, commands.c.outcome)
        with self._database.read() as connection:
            row = connection.execute(query.where(commands.c.id == command_id)).first()
        if row is None:
            raise _no_such_command()
        if row.settled is None:
            return None
        if not row.outcome:
            return ""
        known = identity("outcome", command_id)
        return self._vault.opener(row.patient)(row.outcome, known).decode()

    def _opened(self, row: "sa.Row[Any]") -> Command:
        known = identity("command", row.id, row.patient, row.kind)
        content = json.loads(self._vault.opener(row.patient)(row.sealed, known))
        return Command(
            id=row.id,
            kind=CommandKind(row.kind),
            patient=row.patient,
            issued_by=content["by"],
            issued_at=moment(row.issued),
            payload=content["payload"],
        )


def _no_such_command() -> NotFound:
    return NotFound("there is no such command any more; look at the alarm or chart itself")
