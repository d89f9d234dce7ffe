"""Leases and signs of life, in two small tables."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.ports import Beat, Clock
from sereno.storage.engine import Database, micros, moment
from sereno.storage.tables import beats, leases


class LeaseTable:
    """Named rows with a holder and an expiry, judged by the wall clock of who asks."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def acquire(self, name: str, holder: str, hold: timedelta) -> bool:
        """Take or renew; False while another holds it."""
        now = self._clock.now()
        row = {"holder": holder, "expires": micros(now + hold)}
        mine = (leases.c.holder == holder) | (leases.c.expires <= micros(now))
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(leases).where(leases.c.name == name, mine).values(**row)
            )
            return changed.rowcount == 1 or _inserted(connection, leases, {"name": name, **row})

    def renew(self, holder: str, hold: timedelta) -> frozenset[str]:
        """Put off the expiry of all that `holder` still holds; their names."""
        mine = leases.c.holder == holder
        until = micros(self._clock.now() + hold)
        with self._database.write() as connection:
            connection.execute(sa.update(leases).where(mine).values(expires=until))
            return frozenset(connection.execute(sa.select(leases.c.name).where(mine)).scalars())

    def release(self, name: str, holder: str) -> None:
        """Give back, if it is still ours."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder)
            )

    def holder(self, name: str) -> str | None:
        """Who holds it now."""
        query = sa.select(leases.c.holder).where(
            leases.c.name == name, leases.c.expires > micros(self._clock.now())
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def beat(self, name: str, facts: Mapping[str, Any]) -> None:
        """Say that `name` is alive, with what others may want to show."""
        sealed = self._vault.seal_house(json.dumps(facts).encode(), identity("beat", name))
        row = {"time": micros(self._clock.now()), "sealed": sealed}
        with self._database.write() as connection:
            changed = connection.execute(sa.update(beats).where(beats.c.name == name).values(**row))
            if changed.rowcount == 0:
                _inserted(connection, beats, {"name": name, **row})

    def beats(self) -> dict[str, Beat]:
        """The last sign of life of each name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(beats)).all()
        return {
            row.name: Beat(moment(row.time), self._opened(row.name, row.sealed)) for row in rows
        }

    def _opened(self, name: str, sealed: bytes) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = json.loads(
            self._vault.open_house(sealed, identity("beat", name))
        )
        return facts


def _inserted(connection: Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert unless there is such a row; on PostgreSQL another may come between any look and it."""
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(table).values(**row))
    except sa.exc.IntegrityError:
        return False
    return True
