"""Chains: rows that are only ever added, each sealed together with the tag of the row before.

A row's identity is its associated data, so it opens only in its own place; the tag in the next
row, or in the head for the last, shows a row that was replaced; numbers without a gap from the
head's first to its last show one that is missing.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy import envelope
from privacy.vault import Opener
from sereno.domain.errors import Unreadable
from sereno.storage.head import Head, Link
from sereno.storage.tables import blocks

_COLUMNS: Final = (
    blocks.c.chain,
    blocks.c.seq,
    blocks.c.version,
    blocks.c.start,
    blocks.c.finish,
    blocks.c.held,
    blocks.c.previous,
    blocks.c.sealed,
)

_INSERT: Final = blocks.insert()
_HUSK: Final = blocks.c.version < 0

# The questions that every read asks, made once. `its` patient's chain `of` a code.
_MINE: Final = (blocks.c.owner == sa.bindparam("its")) & (blocks.c.chain == sa.bindparam("of"))
_RANGE: Final = blocks.c.seq.between(sa.bindparam("first"), sa.bindparam("last"))
_OVERLAP: Final = (blocks.c.finish >= sa.bindparam("since")) & (
    blocks.c.start <= sa.bindparam("until")
)
_NUMBERS: Final = (sa.func.min(blocks.c.seq), sa.func.max(blocks.c.seq))
_BETWEEN: Final = sa.select(*_COLUMNS).where(_MINE, _RANGE).order_by(blocks.c.seq)
_OVERLAPPING: Final = sa.select(*_COLUMNS).where(_MINE, _OVERLAP).order_by(blocks.c.seq)
_OVERLAP_ENDS: Final = sa.select(*_NUMBERS).where(_MINE, _OVERLAP)
# Two questions in one, for SQLite answers each from the index, but min and max at once by a scan.
_ENDS: Final = sa.select(*(sa.select(one).where(_MINE).scalar_subquery() for one in _NUMBERS))
_COUNT: Final = sa.select(sa.func.count()).where(_MINE)
_COUNT_BETWEEN: Final = _COUNT.where(_RANGE)
_FIRST_ENDING: Final = sa.select(sa.func.min(blocks.c.seq)).where(
    _MINE, blocks.c.finish >= sa.bindparam("since")
)

# Rows that a read loads at most to check those between the ones it wants.
WIDEST: Final = 4096


# Seals (content, identity).
Sealer = Callable[[bytes, bytes], bytes]


class Row(NamedTuple):
    """A row of a chain as it is kept. Times are microseconds; `held` counts what it holds.

    A *husk* is what retention leaves of a row that stands between others: the tag, by which the
    rows around it are checked, and a seal on nothing, which shows that it was emptied by us. Its
    version is negative.
    """

    chain: int
    seq: int
    version: int
    start: int
    finish: int
    held: int
    previous: bytes
    sealed: bytes

    @property
    def tag(self) -> bytes:
        """The row's authentication tag, also of a husk that it had before."""
        return self.sealed[: envelope.TAG_BYTES] if self.husk else envelope.tag_of(self.sealed)

    @property
    def husk(self) -> bool:
        """Whether retention has emptied it."""
        return self.version < 0

    def identity(self, patient: str) -> bytes:
        """What the sealed content is bound to."""
        return envelope.identity("block", patient, *self[:6], self.previous)

    def opened(self, patient: str, opener: Opener) -> bytes:
        """The content, none of a husk. Raises Unreadable."""
        sealed = self.sealed[envelope.TAG_BYTES :] if self.husk else self.sealed
        return opener(sealed, self.identity(patient))

    def emptied(self, patient: str, sealer: Sealer) -> "Row":
        """The row as a husk."""
        husk = self._replace(version=-self.version)
        return husk._replace(sealed=self.tag + sealer(b"", husk.identity(patient)))


def missing() -> Unreadable:
    """The error for a chain that does not agree with its head."""
    return Unreadable(
        "rows of a patient are missing or were put back; "
        "restore the last backup (docs/how-to/back-up.md)"
    )


def between(connection: Connection, owner: int, chain: int, first: int, last: int) -> list[Row]:
    """The rows from number `first` to `last`, in order."""
    known = {"its": owner, "of": chain, "first": first, "last": last}
    return _rows(connection, _BETWEEN, known)


def check(rows: list[Row], link: Link, first: int, last: int) -> None:
    """See that `rows` are those from `first` to `last` without a gap, and end as `link` says."""
    if [row.seq for row in rows] != list(range(first, last + 1)):
        raise missing()
    for before, after in pairwise(rows):
        if after.previous != before.tag:
            raise missing()
    if rows and last == link.last and rows[-1].tag != link.tag:
        raise missing()


def overlapping(
    connection: Connection, owner: int, chain: int, link: Link, start: int, finish: int
) -> list[Row]:
    """The rows that may hold something from `start` to `finish`, checked, husks too.

    Rows in between and the neighbours on both sides are read and checked with them.
    """
    known: dict[str, int] = {"its": owner, "of": chain, "since": start, "until": finish}
    if tuple(connection.execute(_ENDS, known).one()) != _ends(link):
        raise missing()
    low, high = connection.execute(_OVERLAP_ENDS, known).one()
    if low is None:
        return []
    first, last = max(low - 1, link.first), min(high + 1, link.last)
    if last - first > WIDEST:
        return _scattered(connection, known | {"first": first, "last": last})
    rows = between(connection, owner, chain, first, last)
    check(rows, link, first, last)
    return [row for row in rows if row.start <= finish and row.finish >= start]


def _scattered(connection: Connection, known: dict[str, int]) -> list[Row]:
    """Overlapping rows that late data has put far apart: what lies between is only counted."""
    if connection.execute(_COUNT_BETWEEN, known).scalar_one() != known["last"] - known["first"] + 1:
        raise missing()
    return _rows(connection, _OVERLAPPING, known)


def first_ending(connection: Connection, owner: int, chain: int, since: int) -> int | None:
    """The number of the first row that ends at `since` or later."""
    known = {"its": owner, "of": chain, "since": since}
    found = connection.execute(_FIRST_ENDING, known).scalar()
    return None if found is None else int(found)


def end(connection: Connection, owner: int, chain: int) -> int | None:
    """The number of a chain's last row."""
    last: int | None = connection.execute(_ENDS, {"its": owner, "of": chain}).one()[1]
    return last


def count(connection: Connection, owner: int, chain: int) -> int:
    """How many rows a chain has."""
    return int(connection.execute(_COUNT, {"its": owner, "of": chain}).scalar_one())


class ChainWriter:
    """Adds rows to a patient's chains and keeps the head in step. `flush` writes them."""

    def __init__(self, patient: str, owner: int, head: Head) -> None:
        self._patient = patient
        self._owner = owner
        self._head = head
        self._added: list[Row] = []

    def append(
        self,
        chain: int,
        span: tuple[int, int],
        held: int,
        content: bytes,
        sealer: Sealer,
    ) -> None:
        """Add a row that holds `held` things from one time to another."""
        link = self._head.link(chain)
        row = Row(chain, link.last + 1, 1, *span, held, link.tag, b"")
        row = row._replace(sealed=sealer(content, row.identity(self._patient)))
        self._head.links[chain] = Link(link.first, row.seq, row.tag)
        self._added.append(row)

    def replace_last(
        self,
        connection: Connection,
        last: Row,
        span: tuple[int, int],
        held: int,
        content: bytes,
        sealer: Sealer,
    ) -> None:
        """Put more into the last row of a chain, as its next version."""
        row = Row(last.chain, last.seq, last.version + 1, *span, held, last.previous, b"")
        row = row._replace(sealed=sealer(content, row.identity(self._patient)))
        link = self._head.link(last.chain)
        self._head.links[last.chain] = Link(link.first, row.seq, row.tag)
        connection.execute(blocks.delete().where(self._of(last.chain), blocks.c.seq == last.seq))
        self._added.append(row)

    def flush(self, connection: Connection) -> None:
        """Write what was added."""
        if self._added:
            connection.execute(_INSERT, self.taken())

    def taken(self) -> list[dict[str, object]]:
        """What was added, for somebody else to write."""
        rows = [{"owner": self._owner, **row._asdict()} for row in self._added]
        self._added = []
        return rows

    def drop(self, connection: Connection, chain: int, last: int) -> int:
        """Delete the rows up to number `last`; how many went that still held something."""
        link = self._head.link(chain)
        if last < link.first:
            return 0
        self.flush(connection)
        self._head.links[chain] = link._replace(first=last + 1)
        going = self._of(chain) & (blocks.c.seq <= last)
        full = sa.select(sa.func.count()).where(going, ~_HUSK)
        number = int(connection.execute(full).scalar_one())
        connection.execute(blocks.delete().where(going))
        return number

    def empty(self, connection: Connection, chain: int, before: int, sealer: Sealer) -> int:
        """Make husks of the rows that end before, but stand behind others; how many."""
        going = self._of(chain) & (blocks.c.finish < before) & ~_HUSK
        rows = _rows(connection, sa.select(*_COLUMNS).where(going))
        for row in rows:
            husk = row.emptied(self._patient, sealer)
            connection.execute(
                blocks.update()
                .where(self._of(chain), blocks.c.seq == row.seq)
                .values(version=husk.version, sealed=husk.sealed)
            )
        return len(rows)

    def _of(self, chain: int) -> sa.ColumnElement[bool]:
        return (blocks.c.owner == self._owner) & (blocks.c.chain == chain)


def _rows(
    connection: Connection, query: sa.Select[Any], known: dict[str, int] | None = None
) -> list[Row]:
    found = connection.execute(query, known or {}).all()
    return [Row._make((*row[:6], bytes(row[6]), bytes(row[7]))) for row in found]


def _ends(link: Link) -> tuple[int | None, int | None]:
    return (link.first, link.last) if link.length else (None, None)
