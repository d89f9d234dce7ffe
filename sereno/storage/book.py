"""One patient's rows within one transaction: what reads and writes are made of."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Lock
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.vault import Opener, Vault
from sereno.domain.errors import Forgotten, KeyUnavailable, NotFound, Unreadable
from sereno.storage import chains, columns, head, records
from sereno.storage.chains import Row
from sereno.storage.codes import TAIL
from sereno.storage.columns import Columns
from sereno.storage.head import Head
from sereno.storage.packing import Ints
from sereno.storage.tables import heads, patients

# Patients whose hot tail is kept decoded: a ward's worth. A tail is bounded by
# `writing.TAIL_HELD`, so that this is some tens of megabytes at most.
TAILS_KEPT: Final = 64
# Patients whose head is: a hospital's, some kilobytes each.
HEADS_KEPT: Final = 4096

MOST_TIME: Final = 2**63 - 1

# What a damaged book raises: a flipped bit may also name a key that never was.
DAMAGE: Final = (Unreadable, KeyUnavailable)
# What keeps one patient's book from being opened, and nobody else's.
OUT_OF_REACH: Final = (*DAMAGE, Forgotten, NotFound)

_BOOKS: Final = (
    sa.select(
        patients.c.id, patients.c.number, patients.c.forgotten, heads.c.commits, heads.c.sealed
    )
    .outerjoin_from(patients, heads, heads.c.owner == patients.c.number)
    .where(patients.c.id.in_(sa.bindparam("ids", expanding=True)))
)
# Locked in one order always, so that two processes on PostgreSQL never wait for each other.
_BOOKS_TO_WRITE: Final = _BOOKS.order_by(patients.c.number).with_for_update(of=patients)


class _Tail:
    """A decoded tail: rows up to number `last` with tag `tag`; `numbers` is each row's."""

    __slots__ = ("columns", "last", "numbers", "tag")

    def __init__(self, last: int, tag: bytes, content: Columns, numbers: Ints) -> None:
        self.last = last
        self.tag = tag
        self.columns = content
        self.numbers = numbers


class Caches:
    """What opened blocks of this process held last; both bounded. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heads: OrderedDict[int, tuple[bytes, Head]] = OrderedDict()
        self._tails: OrderedDict[int, _Tail] = OrderedDict()

    def head(self, owner: int, sealed: bytes) -> Head | None:
        """The head that `sealed` opens to, if that is known."""
        with self._lock:
            found = self._heads.get(owner)
            return found[1] if found is not None and found[0] == sealed else None

    def keep_head(self, owner: int, sealed: bytes, opened: Head) -> None:
        """Remember a head; it must not be changed any more."""
        with self._lock:
            self._heads[owner] = (sealed, opened)
            self._heads.move_to_end(owner)
            if len(self._heads) > HEADS_KEPT:
                self._heads.popitem(last=False)

    def tail(self, owner: int) -> _Tail | None:
        """The tail as it was decoded last."""
        with self._lock:
            return self._tails.get(owner)

    def keep_tail(self, owner: int, tail: _Tail) -> None:
        """Remember a tail."""
        with self._lock:
            self._tails[owner] = tail
            self._tails.move_to_end(owner)
            if len(self._tails) > TAILS_KEPT:
                self._tails.popitem(last=False)

    def forget(self, owner: int) -> None:
        """Drop what is remembered of a patient."""
        with self._lock:
            self._heads.pop(owner, None)
            self._tails.pop(owner, None)


class Book:
    """A patient's head and chains, checked as they are read."""

    def __init__(
        self, connection: Connection, patient: str, owner: int, opened: Head, opener: Opener
    ) -> None:
        self.connection = connection
        self.patient = patient
        self.owner = owner
        self.head = opened
        self.opener = opener

    def rows(self, chain: int, start: int, finish: int) -> list[tuple[Row, bytes]]:
        """The rows of a chain that may hold something of the range, with their content."""
        link = self.head.link(chain)
        found = chains.overlapping(self.connection, self.owner, chain, link, start, finish)
        opened = [(row, row.opened(self.patient, self.opener)) for row in found]
        return [(row, content) for row, content in opened if not row.husk]

    def block_columns(self, chain: int, start: int, finish: int) -> Columns:
        """What the blocks of a numeric signal hold of the range."""
        parts = [columns.unpack(content) for _, content in self.rows(chain, start, finish)]
        return within(columns.joined(parts), start, finish)

    def check_tail(self) -> None:
        """See that the tail ends where the head says: neither of the two is an old one."""
        link = self.head.link(TAIL)
        if chains.end(self.connection, self.owner, TAIL) != (link.last if link.length else None):
            raise chains.missing()
        rows = chains.between(
            self.connection, self.owner, TAIL, max(link.first, link.last), link.last
        )
        chains.check(rows, link, link.last, link.last if link.length else link.last - 1)

    def tail_rows(self, after: int) -> list[Row]:
        """The rows of the tail behind number `after`, checked."""
        link = self.head.link(TAIL)
        first = max(after + 1, link.first)
        if chains.count(self.connection, self.owner, TAIL) != link.length:
            raise chains.missing()
        rows = chains.between(self.connection, self.owner, TAIL, first, link.last)
        chains.check(rows, link, first, link.last)
        return rows

    def unpacked(self, rows: Iterable[Row]) -> list[Columns]:
        """The observations of tail rows."""
        return [columns.unpack(row.opened(self.patient, self.opener)) for row in rows]

    def tail_columns(self, caches: Caches | None = None) -> Columns:
        """The whole hot tail; with `caches` only what is new is opened."""
        link = self.head.link(TAIL)
        known = caches.tail(self.owner) if caches else None
        if known is None or known.last > link.last or known.last < link.first - 1:
            known = _Tail(link.first - 1, head.NO_TAG, columns.of(()), np.empty(0, np.int64))
        rows = self.tail_rows(known.last)
        if known.last >= link.first and not _continues(known, rows, link.tag):
            raise chains.missing()
        grown = self._grown(known, rows)
        if caches is not None:
            caches.keep_tail(self.owner, grown)
        return grown.columns

    def _grown(self, known: _Tail, rows: list[Row]) -> _Tail:
        link = self.head.link(TAIL)
        parts = self.unpacked(rows)
        numbers = [np.full(len(part), row.seq) for row, part in zip(rows, parts, strict=True)]
        current = known.numbers >= link.first
        old, old_numbers = known.columns, known.numbers
        if not current.all():
            old, old_numbers = old.take(current), old_numbers[current]
        return _Tail(
            link.last,
            link.tag,
            columns.joined([old, *parts]),
            np.concatenate([old_numbers, *numbers]),
        )


def within(content: Columns, start: int, finish: int) -> Columns:
    """The rows whose time lies in the range, both ends included."""
    return content.take((content.times >= start) & (content.times <= finish))


def open_books(
    connection: Connection,
    vault: Vault,
    caches: Caches,
    ids: Sequence[str],
    *,
    lock: bool = False,
) -> list[Book]:
    """The books of these patients; with `lock` no other transaction writes in them meanwhile.

    Raises NotFound, Forgotten or Unreadable.
    """
    query = _BOOKS_TO_WRITE if lock else _BOOKS
    rows = {row.id: row for row in connection.execute(query, {"ids": list(ids)})}
    return [_book(connection, vault, caches, patient, rows.get(patient)) for patient in ids]


def open_each(
    connection: Connection, vault: Vault, caches: Caches, ids: Sequence[str]
) -> dict[str, Callable[[], Book]]:
    """What opens the book of each of these patients; see `open_books` for what that raises."""
    rows = {row.id: row for row in connection.execute(_BOOKS, {"ids": list(ids)})}
    return {each: partial(_book, connection, vault, caches, each, rows.get(each)) for each in ids}


def open_readable(
    connection: Connection, vault: Vault, caches: Caches, ids: Sequence[str]
) -> tuple[list[Book], dict[str, str]]:
    """The books that open, and by id why the others do not; forgotten ones are in neither."""
    books: list[Book] = []
    damaged: dict[str, str] = {}
    rows = {row.id: row for row in connection.execute(_BOOKS, {"ids": list(ids)})}
    for patient in ids:
        try:
            books.append(_book(connection, vault, caches, patient, rows.get(patient)))
        except Forgotten:
            continue
        except DAMAGE as error:
            damaged[patient] = str(error)
    return books, damaged


def open_book(
    connection: Connection, vault: Vault, caches: Caches, patient: str, *, lock: bool = False
) -> Book:
    """The book of one patient, as `open_books`."""
    return open_books(connection, vault, caches, [patient], lock=lock)[0]


def _book(
    connection: Connection, vault: Vault, caches: Caches, patient: str, row: Any | None
) -> Book:
    if vault.is_forgotten(patient):
        raise forgotten()
    if row is None:
        raise NotFound("there is no such patient; `sereno patients` lists them")
    if row.forgotten is not None:
        raise forgotten()
    if row.sealed is None:
        raise chains.missing()
    opener = vault.opener(patient)
    opened = _head(caches, patient, row.number, row.commits, bytes(row.sealed), opener)
    return Book(connection, patient, row.number, opened, opener)


def _head(
    caches: Caches, patient: str, owner: int, commits: int, sealed: bytes, opener: Opener
) -> Head:
    known = caches.head(owner, sealed)
    if known is not None and known.commits == commits:
        return known
    opened = head.unpack(opener(sealed, head.identity(patient, commits)))
    caches.keep_head(owner, sealed, opened)
    return opened


def check_records(books: Iterable[Book]) -> None:
    """See that no record of these patients is missing or old."""
    several = list(books)
    if several:
        records.check(several[0].connection, {book.owner: book.head for book in several})


def forgotten() -> Forgotten:
    """The error for a patient whose keys were destroyed."""
    return Forgotten("the patient's keys were destroyed; what they sealed is gone for good")


def _continues(known: _Tail, rows: list[Row], tag: bytes) -> bool:
    return rows[0].previous == known.tag if rows else known.tag == tag
