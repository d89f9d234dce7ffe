"""The port `Outbox`, and what a commit adds to it.

There is a row for what one transaction has to tell of one patient, sealed under the patient's key,
and beside it one for each destination that has yet to be told, which is deleted once it was. So it
does no harm that numbers of different patients become visible out of their order where several
processes write: nothing is passed over. Numbers of one patient do not, since the transactions that
write about a patient follow each other.
"""

import json
import logging
import secrets
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from privacy.envelope import identity
from privacy.vault import Opener, Vault
from sereno.domain.errors import Forgotten, Unreadable
from sereno.domain.patients import Patient, Stay
from sereno.domain.stream import Batch, Rejected
from sereno.domain.surveillance import Alarm, AlarmEvent
from sereno.ports import Clock, Commit, Outgoing, Received, Standing, Topic
from sereno.storage import intake, packing
from sereno.storage.book import MOST_TIME
from sereno.storage.engine import Database, micros, moment
from sereno.storage.received import packed as measured
from sereno.storage.received import unpacked as unmeasured
from sereno.storage.records import ALARMS, PATIENTS, SCORES, AlarmRecord
from sereno.storage.tables import destinations, outbox, untold

LOOK_EVERY: Final = timedelta(seconds=1)  # whether another process has enlisted anybody
GIVEN_UP_AT_ONCE: Final = 500  # rows, of a call that gives up or dismisses
PAGE_BYTES: Final = 8 << 20  # sealed, of a page, or of such a call; one row may be larger
_LIVE, _RECORDED = 1, 2  # with what a row begins
_KEY_BYTES: Final = 16
_IN_A_STATEMENT: Final = 500
_BITS: Final[Mapping[Topic, int]] = MappingProxyType(
    {Topic.MEASURED: 1, Topic.SCORES: 2, Topic.ALARMS: 4, Topic.STAY: 8}
)
_RECORDINGS: Final = 16  # beside the topics of a destination: it is told of recordings, too
_ADD: Final = outbox.insert().returning(outbox.c.number, sort_by_parameter_order=True)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A commit that somebody wants to hear of, and who the patient is after it."""

    commit: Commit
    patient: Patient

    @property
    def live(self) -> bool:
        """Whether the patient is watched by the clock, or was until they left."""
        left = self.patient.discharged
        return self.commit.horizon is not None or (left is not None and left.live)

    def wanted(self, topics: Mapping[int, int]) -> dict[int, int]:
        """The topics of which it tells each who wants any."""
        holds = _holds(self.commit)
        return {
            number: bits & holds
            for number, bits in topics.items()
            if bits & holds and (self.live or bits & _RECORDINGS)
        }


class Enlisted:
    """Who wants to hear of what, as the commits of this process know it."""

    def __init__(self) -> None:
        self._topics: Mapping[int, int] = {}
        self._looked: float | None = None

    def look_again(self) -> None:
        """Somebody was enlisted, or dismissed."""
        self._looked = None

    def topics(self, connection: Connection) -> Mapping[int, int]:
        """The topics of each destination, as another process may have changed them a moment ago."""
        now = time.monotonic()
        if self._looked is None or now - self._looked >= LOOK_EVERY.total_seconds():
            found = connection.execute(sa.select(destinations.c.number, destinations.c.topics))
            self._topics = {row.number: row.topics for row in found}
            self._looked = now
        return self._topics


def wants(topics: Mapping[int, int], commit: Commit) -> bool:
    """Whether anybody wants to hear of anything that `commit` holds."""
    return bool(_holds(commit) & _union(topics))


def add(
    connection: Connection, vault: Vault, topics: Mapping[int, int], told: Sequence[Told], at: int
) -> None:
    """Keep what is to be told, within the transaction that keeps what it is about."""
    wanted = [(each, wants_) for each in told if (wants_ := each.wanted(topics))]
    rows = [_row(vault, each, _union(wants_), at) for each, wants_ in wanted]
    if not rows:
        return
    numbers = connection.execute(_ADD, rows).scalars().all()
    waits = [
        {"destination": number, "number": its, "time": at, "size": len(row["sealed"])}
        for its, row, (_, wants_) in zip(numbers, rows, wanted, strict=True)
        for number in wants_
    ]
    connection.execute(untold.insert(), waits)


def forget(connection: Connection, patient: str) -> None:
    """Tell nobody anything more of a patient."""
    theirs = sa.select(outbox.c.number).where(outbox.c.patient == patient)
    connection.execute(untold.delete().where(untold.c.number.in_(theirs)))
    connection.execute(outbox.delete().where(outbox.c.patient == patient))


class SealedOutbox:
    """What is to be told to others. Safe to share between threads and processes."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, enlisted: Enlisted | None = None
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._enlisted = enlisted or Enlisted()

    def enlist(
        self, identity: str, topics: frozenset[Topic], *, recordings: bool = True
    ) -> tuple[Standing, bool]:
        """Tell it from now on, of `topics`; and whether it is new, or was told of others before."""
        token, now = self._token(identity), micros(self._clock.now())
        bits = _bits(topics) | (_RECORDINGS if recordings else 0)
        this = destinations.c.token == token
        with self._database.write() as connection:
            known = connection.execute(sa.select(destinations.c.topics).where(this)).scalar()
            if known is None:
                counts = dict.fromkeys(("told", "refused", "given_up", "audited"), 0)
                row = {"token": token, "topics": bits, "seen": now, **counts}
                connection.execute(destinations.insert().values(row))
            else:
                changed = destinations.update().where(this)
                connection.execute(changed.values(topics=bits, seen=now))
            found = connection.execute(sa.select(destinations).where(this)).one()
            standing = _counted(connection, found)
        self._enlisted.look_again()
        return standing, known != bits

    def standing(self, destination: int) -> Standing | None:
        """Where it stands; None for one that is dismissed."""
        with self._database.read() as connection:
            return _standing(connection, destination)

    def page(
        self, destination: int, most: int, *, first: int = 0, before: int | None = None
    ) -> list[Outgoing]:
        """What it has yet to be told, by number, of those from `first` on and before `before`."""
        with self._database.read() as connection:
            rows = _waiting(connection, destination, most, first, before)
        opened = _Opened(self._vault)
        found = [told for row in rows if (told := opened.told(row)) is not None]
        if opened.lost:
            self._lose(destination, opened.lost)
        return found

    def newest(self, destination: int) -> int:
        """The number of the last row that waits for it; 0 where none does."""
        newest = sa.select(sa.func.max(untold.c.number)).where(untold.c.destination == destination)
        with self._database.read() as connection:
            return connection.execute(newest).scalar() or 0

    def told(self, destination: int, numbers: Sequence[int]) -> None:
        """It has these for good."""
        self._done(destination, numbers, destinations.c.told)

    def refuse(self, destination: int, source: str, told: Outgoing, reason: str) -> None:
        """It will never take this one: a dead letter of `source` tells why, without its content."""
        letter = Rejected(_reference(told.key, told.time, told.patient.id), reason)
        with self._database.write() as connection:
            if _settle(connection, destination, [told.number], destinations.c.refused):
                intake.keep(connection, self._vault, [(source, letter)], self._clock.now())

    def give_up(self, destination: int, before: datetime, beyond: int) -> tuple[int, int]:
        """Give up some that are older, and the oldest `beyond` bytes; how many rows and bytes."""
        with self._database.read() as connection:
            sizes = _beyond(connection, destination, micros(before), beyond)
        if not sizes:
            return 0, 0
        return self._done(destination, list(sizes), destinations.c.given_up), sum(sizes.values())

    def audited(self, destination: int, told: int) -> None:
        """The audit log tells of so many."""
        this = destinations.update().where(destinations.c.number == destination)
        with self._database.write() as connection:
            connection.execute(this.values(audited=told))

    def see(self, identity: str) -> int | None:
        """It still stands in somebody's settings; its number, where it is enlisted."""
        this = destinations.c.token == self._token(identity)
        seen = destinations.update().where(this).values(seen=micros(self._clock.now()))
        with self._database.write() as connection:
            connection.execute(seen)
            return connection.execute(sa.select(destinations.c.number).where(this)).scalar()

    def dismiss(self, before: datetime) -> dict[int, int]:
        """Tell no more who was last seen before then; how many rows went, of each."""
        old = destinations.c.seen < micros(before)
        with self._database.write() as connection:
            dropped = destinations.delete().where(old).returning(destinations.c.number)
            going = connection.execute(dropped).scalars().all()
            gone = Counter(dict.fromkeys(going, 0))
            for number, rows in _of_nobody(connection).items():
                gone[number] += _settle(connection, number, rows)
        if going:
            self._enlisted.look_again()
        return dict(gone)

    def _token(self, name: str) -> bytes:
        return self._vault.exact_token("destination", name)

    def _done(self, destination: int, numbers: Sequence[int], counted: "sa.Column[int]") -> int:
        with self._database.write() as connection:
            return _settle(connection, destination, numbers, counted)

    def _lose(self, destination: int, lost: Sequence[tuple[Row[Any], str | None]]) -> None:
        """Give up what does not open; of a forgotten patient nothing is told."""
        damaged = [(row, reason) for row, reason in lost if reason is not None]
        letters = [
            ("outbox", Rejected(_reference(row.key.hex(), moment(row.time), row.patient), reason))
            for row, reason in damaged
        ]
        with self._database.write() as connection:
            _settle(connection, destination, [row.number for row, why in lost if why is None])
            numbers = [row.number for row, _ in damaged]
            if _settle(connection, destination, numbers, destinations.c.given_up):
                intake.keep(connection, self._vault, letters, self._clock.now())


class _Opened:
    """Opens rows. `lost` are those that do not open, and why; None of somebody forgotten.

    A key that is missing may be put back: nothing is lost by it, and KeyUnavailable rises.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._openers: dict[str, Opener] = {}
        self.lost: list[tuple[Row[Any], str | None]] = []

    def told(self, row: "Row[Any]") -> Outgoing | None:
        try:
            return _outgoing(row, self._opener(row.patient))
        except Forgotten:
            self.lost.append((row, None))
        except Unreadable as error:
            _log.error("a row of the outbox is given up: %s", error)
            self.lost.append((row, str(error)))
        return None

    def _opener(self, patient: str) -> Opener:
        if patient not in self._openers:
            self._openers[patient] = self._vault.opener(patient)
        return self._openers[patient]


def _bits(topics: Collection[Topic]) -> int:
    return sum(_BITS[topic] for topic in topics)


def _union(topics: Mapping[int, int]) -> int:
    union = 0
    for bits in topics.values():
        union |= bits
    return union


def _holds(commit: Commit) -> int:
    """The topics of which a commit has anything to tell."""
    there = {
        Topic.MEASURED: commit.observations or commit.waveforms,
        Topic.SCORES: commit.scores,
        Topic.ALARMS: commit.events,
        Topic.STAY: commit.stay,
    }
    return _bits([topic for topic, what in there.items() if what])


def _row(vault: Vault, told: Told, topics: int, at: int) -> dict[str, Any]:
    patient, key = told.commit.patient, secrets.token_bytes(_KEY_BYTES)
    sealed = vault.seal(patient, _packed(told, topics), _known(patient, key, at))
    return {"key": key, "time": at, "patient": patient, "topics": topics, "sealed": sealed}


def _known(patient: str, key: bytes, at: int) -> bytes:
    return identity("outbox", patient, key, at)


def _packed(told: Told, topics: int) -> bytes:
    """Whether it is live, then parts behind their lengths, those of the topics alone.

    What was measured is the last.
    """
    commit = told.commit
    parts = [PATIENTS.pack([told.patient])]
    if topics & _BITS[Topic.SCORES]:
        parts.append(SCORES.pack(commit.scores))
    if topics & _BITS[Topic.ALARMS]:
        parts.append(ALARMS.pack(_steps(commit)))
    if topics & _BITS[Topic.MEASURED]:
        batch = Batch(
            source="",
            subject=None,
            observations=commit.observations,
            waveforms=commit.waveforms,
        )
        parts.append(measured(Received(None, batch)))
    lengths = [packing.varint(len(part)) for part in parts]
    pieces = [piece for pair in zip(lengths, parts, strict=True) for piece in pair]
    return b"".join([bytes((_LIVE if told.live else _RECORDED,)), *pieces])


def _steps(commit: Commit) -> list[AlarmRecord]:
    """The alarms that a step of their life changed, with those steps."""
    events: dict[str, list[AlarmEvent]] = {}
    for event in commit.events:
        events.setdefault(event.alarm, []).append(event)
    alarms: dict[str, Alarm] = {each.id: each for each in commit.alarms}
    return [AlarmRecord(alarms[one], tuple(its)) for one, its in events.items() if one in alarms]


def _outgoing(row: "Row[Any]", opener: Opener) -> Outgoing:
    """A row as it is told, of the topics that its destination wants. Raises Unreadable."""
    content = opener(bytes(row.sealed), _known(row.patient, bytes(row.key), row.time))
    reader = packing.Reader(content)
    first = reader.byte()
    packing.expect(first in {_LIVE, _RECORDED})

    def part() -> bytes:
        return reader.take(reader.varint())

    def held(topic: Topic) -> bool:
        return bool(row.topics & _BITS[topic])

    def wanted(topic: Topic) -> bool:
        return bool(row.topics & row.wanted & _BITS[topic])

    (patient,) = PATIENTS.unpack(part())
    scores = SCORES.unpack(part()) if held(Topic.SCORES) else ()
    steps = ALARMS.unpack(part()) if held(Topic.ALARMS) else ()
    batch = Batch(source="", subject=None)
    if held(Topic.MEASURED) and wanted(Topic.MEASURED):
        batch = unmeasured(part()).batch
    steps = steps if wanted(Topic.ALARMS) else ()
    return Outgoing(
        number=row.number,
        key=bytes(row.key).hex(),
        time=moment(row.time),
        patient=patient,
        observations=batch.observations,
        waveforms=batch.waveforms,
        scores=scores if wanted(Topic.SCORES) else (),
        alarms=tuple(each.alarm for each in steps),
        events=tuple(event for each in steps for event in each.events),
        stay=Stay(ended=patient.discharged) if wanted(Topic.STAY) else None,
        live=first == _LIVE,
    )


def _waiting(
    connection: Connection, destination: int, most: int, first: int, before: int | None
) -> Sequence[Row[Any]]:
    """Rows of the outbox, each with the topics that the destination wants."""
    which = [untold.c.destination == destination, untold.c.number >= first]
    if before is not None:
        which.append(untold.c.number < before)
    sizes = sa.select(untold.c.number, untold.c.size).where(*which)
    last, size = None, 0
    for row in connection.execute(sizes.order_by(untold.c.number).limit(most)):
        size += row.size
        if last is not None and size > PAGE_BYTES:
            break
        last = row.number
    if last is None:
        return ()
    query = (
        sa.select(outbox, destinations.c.topics.label("wanted"))
        .join_from(untold, outbox, untold.c.number == outbox.c.number)
        .join(destinations, destinations.c.number == untold.c.destination)
        .where(*which, untold.c.number <= last)
        .order_by(untold.c.number)
    )
    return connection.execute(query).all()


def _beyond(connection: Connection, destination: int, before: int, beyond: int) -> dict[int, int]:
    """Some of the first rows that are too old, or too many, and how large each is."""
    front = (
        sa.select(untold.c.number, untold.c.time, untold.c.size)
        .where(untold.c.destination == destination)
        .order_by(untold.c.number)
        .limit(GIVEN_UP_AT_ONCE)
    )
    found: dict[int, int] = {}
    for row in connection.execute(front):
        if (row.time >= before and beyond <= 0) or sum(found.values()) > PAGE_BYTES:
            break
        found[row.number] = row.size
        beyond -= row.size
    return found


def _of_nobody(connection: Connection) -> dict[int, Sequence[int]]:
    """Some rows that wait for a destination that is there no more, by the number it had."""
    known = set(connection.execute(sa.select(destinations.c.number)).scalars())
    waiting = sa.select(sa.func.min(untold.c.destination))
    number = connection.execute(waiting).scalar()
    while number in known:
        number = connection.execute(waiting.where(untold.c.destination > number)).scalar()
    if number is None:
        return {}
    return {number: list(_beyond(connection, number, MOST_TIME, 0))}


def _settle(
    connection: Connection,
    destination: int,
    numbers: Sequence[int],
    counted: "sa.Column[int] | None" = None,
) -> int:
    """These wait for it no more, and go where nobody is left to be told; how many did wait."""
    gone = 0
    for some in _chunks(sorted(numbers)):
        # Two that are told the last of a row at once must not each leave it to the other.
        these = outbox.c.number.in_(some)
        locked = sa.select(outbox.c.number).where(these).order_by(outbox.c.number)
        connection.execute(locked.with_for_update()).all()
        mine = (untold.c.destination == destination, untold.c.number.in_(some))
        gone += connection.execute(untold.delete().where(*mine)).rowcount
        left = sa.exists().where(untold.c.number == outbox.c.number)
        connection.execute(outbox.delete().where(these, ~left))
    if counted is not None and gone:
        this = destinations.update().where(destinations.c.number == destination)
        connection.execute(this.values({counted: counted + gone}))
    return gone


def _standing(connection: Connection, destination: int) -> Standing | None:
    this = destinations.c.number == destination
    row = connection.execute(sa.select(destinations).where(this)).one_or_none()
    return None if row is None else _counted(connection, row)


def _counted(connection: Connection, row: Row[Any]) -> Standing:
    """A row of a destination, and what waits for it."""
    mine = untold.c.destination == row.number
    counted = sa.select(sa.func.count(), sa.func.sum(untold.c.size)).where(mine)
    waiting, size = connection.execute(counted).one()
    front = sa.select(untold.c.time).where(mine).order_by(untold.c.number).limit(1)
    oldest = connection.execute(front).scalar()
    return Standing(
        number=row.number,
        topics=frozenset(topic for topic, bit in _BITS.items() if row.topics & bit),
        waiting=waiting,
        size=int(size or 0),
        oldest=None if oldest is None else moment(oldest),
        told=row.told,
        refused=row.refused,
        given_up=row.given_up,
        audited=row.audited,
    )


def _reference(key: str, at: datetime, patient: str) -> bytes:
    """By what the record finds again what was not told: no word of what it is."""
    return json.dumps({"key": key, "kept": at.isoformat(), "patient": patient}).encode()


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(numbers), _IN_A_STATEMENT):
        yield numbers[at : at + _IN_A_STATEMENT]
