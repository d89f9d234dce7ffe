"""The port `Inbox`: a table of its own, on SQLite in a file of its own.

There it is written while the one writer holds the database. What has a patient is sealed under
the patient's key, so that forgetting them holds here too; the rest under the day's intake key.
"""

import logging
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Forgotten, KeyUnavailable, StorageError, Unreadable
from sereno.domain.stream import Batch, Rejected
from sereno.ports import Clock, Received
from sereno.storage.engine import Database, micros, moment
from sereno.storage.received import packed, unpacked
from sereno.storage.tables import inbox as table
from sereno.storage.tables import inbox_metadata

NOBODY: Final = ""
PARKED: Final = "-"  # the holder of what can not be opened now
# What is of nobody is in nobody's hands once it has waited for so long: who had it has ended.
LEFT_AFTER: Final = timedelta(minutes=1)
_TAG_BITS: Final = 10  # beside 53 of microseconds, which last until 2255
_LOCK: Final = 0x5E2E_9002  # among PostgreSQL's advisory locks
_log = logging.getLogger(__name__)
_ADD: Final = table.insert()
_FORGET: Final = table.delete().where(table.c.number == sa.bindparam("its"))


class SealedInbox:
    """What was received and answered. Safe to share between threads and processes."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._behind = database
        self._tag = secrets.randbelow(1 << _TAG_BITS)
        self._numbering = threading.Lock()
        self._next = 0
        self._vault = vault
        self._clock = clock

    def keep(
        self, received: Sequence[Received], holders: Sequence[str], settled: Sequence[int] = ()
    ) -> list[int]:
        """Keep all of it in one durable transaction, or none; the number of each."""
        at = micros(self._clock.now())
        numbers = self._new_numbers(len(received))
        try:
            with self._vault.steady():
                sealed = [self._sealed(each, at) for each in received]
        except KeyUnavailable as error:  # of the key store: it is asked again, as a disk is
            raise StorageError(str(error)) from error
        rows = [
            {
                "number": number,
                "time": at,
                "patient": patient,
                "holder": holder,
                "sealed": content,
            }
            for number, (patient, content), holder in zip(numbers, sealed, holders, strict=True)
        ]
        with self._database.write() as connection:
            if settled:
                connection.execute(_FORGET, [{"its": number} for number in settled])
            if rows:
                connection.execute(_ADD, rows)
        return numbers

    def take(self, holder: str, patients: Collection[str], most: int) -> list[Received]:
        """Take into hand what others hold or nobody does of these patients, oldest first."""
        old = micros(self._clock.now() - LEFT_AFTER)
        others = table.c.holder.not_in([holder, PARKED])
        left = (table.c.holder == NOBODY) | (table.c.time < old)
        wanted = others & (table.c.patient.in_(patients) | (table.c.patient.is_(None) & left))
        with self._database.read() as connection:
            rows = _oldest(connection, wanted, most)
        if not rows:
            return []
        found = list(self._opened(rows))
        with self._database.write() as connection:
            for some in _chunks([one.number for one in found if one.number is not None]):
                mine = table.update().where(table.c.number.in_(some))
                connection.execute(mine.values(holder=holder))
        return found

    def held(self, holder: str, most: int, after: int = 0) -> list[Received]:
        """What a former process of the same name had in hand, oldest first."""
        if after == 0:
            self._unpark()
        mine = (table.c.holder == holder) & (table.c.number > after)
        with self._database.read() as connection:
            rows = _oldest(connection, mine, most)
        return list(self._opened(rows))

    def _unpark(self) -> None:
        with self._database.write() as connection:
            parked = table.update().where(table.c.holder == PARKED)
            connection.execute(parked.values(holder=NOBODY))

    def release(self, numbers: Sequence[int]) -> None:
        """Put back what others are to take."""
        with self._database.write() as connection:
            for some in _chunks(numbers):
                back = table.update().where(table.c.number.in_(some))
                connection.execute(back.values(holder=NOBODY))

    def waiting(self) -> frozenset[str]:
        """The patients of whom anything waits, in whoever's hands."""
        query = sa.select(table.c.patient).where(table.c.patient.is_not(None)).distinct()
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def drop(self, patient: str) -> None:
        """Forget what waits of a patient."""
        with self._database.write() as connection:
            connection.execute(table.delete().where(table.c.patient == patient))

    @cached_property
    def _database(self) -> Database:
        """With its table, which many commands have no use for."""
        _make_table(self._behind)
        return self._behind

    def _new_numbers(self, count: int) -> list[int]:
        """Numbers that rise with time, and are no other process': its tag is in their low bits.

        Two processes of the same tag that begin in the same microsecond meet in the table, which
        refuses the second; asked again, it gets others.
        """
        with self._numbering:
            first = max(self._next, time.time_ns() // 1000)
            self._next = first + count
        return [(each << _TAG_BITS) + self._tag for each in range(first, first + count)]

    def _sealed(self, received: Received, at: int) -> tuple[str | None, bytes]:
        """Whose it is, and the content. Of somebody forgotten meanwhile nothing is kept."""
        try:
            if received.patient is not None:
                known = _known(received.patient, at)
                content = self._vault.seal(received.patient, packed(received), known)
                return received.patient, content
        except Forgotten:
            received = Received(None, Batch(source=received.batch.source, subject=None))
        content = self._vault.seal_intake(packed(received), _known(None, at), moment(at))
        return None, content

    def _opened(self, rows: Iterable[Row[Any]]) -> Iterator[Received]:
        """What can be read. Of what is damaged a dead letter tells without its content.

        What has no key now is parked until a process starts that may have it.
        """
        for row in rows:
            try:
                yield replace(self._open(row), patient=row.patient, number=row.number)
            except Forgotten:
                yield Received(None, Batch(source="inbox", subject=None), number=row.number)
            except KeyUnavailable as error:
                _log.error("an entry of the inbox is left for the next start: %s", error)
                self._park(row.number)
            except Unreadable as error:
                lost = Batch(source="inbox", subject=None, rejected=(Rejected(b"", str(error)),))
                yield Received(None, lost, number=row.number)

    def _park(self, number: int) -> None:
        with self._database.write() as connection:
            connection.execute(table.update().where(table.c.number == number).values(holder=PARKED))

    def _open(self, row: Row[Any]) -> Received:
        sealed, known = bytes(row.sealed), _known(row.patient, row.time)
        if row.patient is None:
            return unpacked(self._vault.open_intake(sealed, known))
        return unpacked(self._vault.opener(row.patient)(sealed, known))


def _make_table(database: Database) -> None:
    with database.read() as connection:
        if sa.inspect(connection).has_table(table.name):
            return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        inbox_metadata.create_all(connection)


def _oldest(connection: Connection, which: sa.ColumnElement[bool], most: int) -> Sequence[Row[Any]]:
    return connection.execute(
        sa.select(table).where(which).order_by(table.c.number).limit(most)
    ).all()


_IN_A_STATEMENT: Final = 500


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(numbers), _IN_A_STATEMENT):
        yield numbers[at : at + _IN_A_STATEMENT]


def _known(patient: str | None, at: int) -> bytes:
    return identity("inbox", patient or NOBODY, at)
