"""The port `Inbox`: a table of its own, on SQLite in a file of its own.

There it is written while the one writer holds the database. What has a patient is sealed under
the patient's key, so that forgetting them holds here too; the rest under the day's intake key.
"""

import json
import secrets
import struct
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.domain.errors import Forgotten, KeyUnavailable, Unreadable
from sereno.domain.stream import Batch, Movement, Observation, Rejected
from sereno.ports import Clock, Received
from sereno.scoring import codec
from sereno.storage import packing, waves
from sereno.storage.codes import QUALITIES, QUALITY_CODE, SIGNAL_OF, SIGNALS
from sereno.storage.engine import Database, micros, moment
from sereno.storage.tables import inbox as table
from sereno.storage.tables import inbox_metadata

NOBODY: Final = ""
_TAG_BITS: Final = 10  # beside 53 of microseconds, which last until 2255
_LOCK: Final = 0x5E2E_9002  # among PostgreSQL's advisory locks
_TIME: Final = struct.Struct("<q")
_VALUE: Final = struct.Struct("<BBHHqd")  # signal, quality, source, version, time, value
_NEVER: Final = -(2**63)
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
        rows = [
            {
                "number": number,
                "time": at,
                "patient": each.patient,
                "holder": holder,
                "sealed": self._seal(each, at),
            }
            for number, each, holder in zip(numbers, received, holders, strict=True)
        ]
        with self._database.write() as connection:
            if settled:
                connection.execute(_FORGET, [{"its": number} for number in settled])
            if rows:
                connection.execute(_ADD, rows)
        return numbers

    def take(self, holder: str, patients: Collection[str], most: int) -> list[Received]:
        """Take into hand what others hold or nobody does of these patients, oldest first."""
        theirs = table.c.patient.in_(patients) & (table.c.holder != holder)
        nobodys = table.c.patient.is_(None) & (table.c.holder == NOBODY)
        with self._database.read() as connection:
            if not _any(connection, theirs | nobodys):
                return []
        with self._database.write() as connection:
            rows = _oldest(connection, theirs | nobodys, most)
            mine = table.update().where(table.c.number.in_([row.number for row in rows]))
            connection.execute(mine.values(holder=holder))
        return list(self._opened(rows))

    def held(self, holder: str, most: int, after: int = 0) -> list[Received]:
        """What a former process of the same name had in hand, oldest first."""
        mine = (table.c.holder == holder) & (table.c.number > after)
        with self._database.read() as connection:
            rows = _oldest(connection, mine, most)
        return list(self._opened(rows))

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

    def _seal(self, received: Received, at: int) -> bytes:
        content, known = _packed(received), _known(received.patient, at)
        if received.patient is None:
            return self._vault.seal_intake(content, known, moment(at))
        return self._vault.seal(received.patient, content, known)

    def _opened(self, rows: Iterable[Row[Any]]) -> Iterator[Received]:
        """What can be read. What can not is kept as a dead letter without its content."""
        for row in rows:
            try:
                yield replace(self._open(row), patient=row.patient, number=row.number)
            except Forgotten:
                yield Received(None, Batch(source="inbox", subject=None), number=row.number)
            except (Unreadable, KeyUnavailable) as error:
                lost = Batch(source="inbox", subject=None, rejected=(Rejected(b"", str(error)),))
                yield Received(None, lost, number=row.number)

    def _open(self, row: Row[Any]) -> Received:
        sealed, known = bytes(row.sealed), _known(row.patient, row.time)
        if row.patient is None:
            return _unpacked(self._vault.open_intake(sealed, known))
        return _unpacked(self._vault.opener(row.patient)(sealed, known))


def _make_table(database: Database) -> None:
    with database.read() as connection:
        if sa.inspect(connection).has_table(table.name):
            return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        inbox_metadata.create_all(connection)


def _any(connection: Connection, which: sa.ColumnElement[bool]) -> bool:
    return connection.execute(sa.select(table.c.number).where(which).limit(1)).first() is not None


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


def _packed(received: Received) -> bytes:
    """What was measured as it is; JSON of what is seldom there; then rejected bytes and waveforms.

    Each part is behind its length or number. What waits for milliseconds is not worth compressing.
    """
    batch = received.batch
    names = dict.fromkeys(one.source for one in batch.observations)
    places = {name: place for place, name in enumerate(names)}
    parts = [
        packing.text(batch.source),
        bytes((batch.live,)),
        _TIME.pack(_NEVER if batch.sent is None else micros(batch.sent)),
        packing.varint(len(places)),
        *map(packing.text, places),
        packing.varint(len(batch.observations)),
    ]
    parts += [
        _VALUE.pack(
            SIGNALS[one.signal],
            QUALITY_CODE[one.quality],
            places[one.source],
            one.version,
            micros(one.time),
            one.value,
        )
        for one in batch.observations
    ]
    parts.append(_seldom(received))
    for each in batch.rejected:
        parts += packing.varint(len(each.content)), each.content
    chunks = sorted(batch.waveforms, key=attrgetter("signal"))
    for signal, group in groupby(chunks, key=attrgetter("signal")):
        content = waves.pack(list(group))
        parts += packing.varint(SIGNALS[signal]), packing.varint(len(content)), content
    return b"".join(parts)


def _seldom(received: Received) -> bytes:
    batch = received.batch
    if received.refused is None and batch.movement is None and not batch.rejected:
        return packing.text("")
    reasons = [each.reason for each in batch.rejected]
    return packing.text(json.dumps([received.refused, codec.pack(batch.movement), reasons]))


def _unpacked(content: bytes) -> Received:
    reader = packing.Reader(content)
    source, live = reader.text(), bool(reader.byte())
    (sent,) = _TIME.unpack(reader.take(_TIME.size))
    names = [reader.text() for _ in range(reader.varint())]
    observations = tuple(_observation(reader, names) for _ in range(reader.varint()))
    refused, movement, reasons = json.loads(reader.text() or "[null, null, []]")
    rejected = tuple(Rejected(reader.take(reader.varint()), reason) for reason in reasons)
    waveforms = []
    while not reader.at_end:
        signal = SIGNAL_OF[reader.varint()]
        waveforms += waves.unpack(reader.take(reader.varint()), signal)
    return Received(
        None,
        Batch(
            source=source,
            subject=None,
            observations=observations,
            waveforms=tuple(waveforms),
            rejected=rejected,
            movement=codec.unpack(Movement | None, movement),
            sent=None if sent == _NEVER else moment(sent),
            live=live,
        ),
        refused,
    )


def _observation(reader: packing.Reader, names: list[str]) -> Observation:
    signal, quality, name, version, time_, value = _VALUE.unpack(reader.take(_VALUE.size))
    return Observation(
        SIGNAL_OF[signal], moment(time_), value, names[name], QUALITIES[quality], version
    )
