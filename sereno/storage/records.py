"""Records: what is replaced as it changes. Each write has a number, which the head adds up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy.engine import Connection

from privacy import envelope
from privacy.vault import Opener
from sereno.domain.errors import Unreadable
from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient
from sereno.domain.review import Review
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score
from sereno.storage import packing
from sereno.storage.chains import missing
from sereno.storage.head import Head
from sereno.storage.tables import records

_LEVEL: Final = 6
_COLUMNS: Final = (
    records.c.key,
    records.c.kind,
    records.c.write,
    records.c.start,
    records.c.finish,
    records.c.sealed,
)

Kept = TypeVar("Kept")


class Form(Generic[Kept]):
    """How values of one kind are written and read: JSON, compressed where it pays."""

    def __init__(self, kind: Any) -> None:
        # In a tuple, since only a container may carry a configuration; NaN stays NaN.
        self._adapter: TypeAdapter[tuple[Kept, ...]] = TypeAdapter(
            tuple[kind, ...], config=ConfigDict(ser_json_inf_nan="constants")
        )

    def pack(self, values: Iterable[Kept]) -> bytes:
        """Values as bytes."""
        return packing.deflated(self._adapter.dump_json(tuple(values)), _LEVEL)

    def unpack(self, content: bytes) -> tuple[Kept, ...]:
        """What `pack` wrote. Raises Unreadable."""
        try:
            return self._adapter.validate_json(packing.inflated(content))
        except ValidationError as error:
            raise Unreadable(
                "a record was written by another release of Sereno; upgrade this one"
            ) from error


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm with its history."""

    alarm: Alarm
    events: tuple[AlarmEvent, ...] = ()


def _as_of_today(kept: Any) -> Any:
    """A patient as kept, where `Discharge.live` may still go by its first name, `lived`."""
    discharge = kept.get("discharged") if isinstance(kept, dict) else None
    if isinstance(discharge, dict) and "lived" in discharge:
        discharge["live"] = discharge.pop("lived")
    return kept


PATIENTS: Final[Form[Patient]] = Form(Annotated[Patient, BeforeValidator(_as_of_today)])
ALARMS: Final[Form[AlarmRecord]] = Form(AlarmRecord)
EPISODES: Final[Form[Episode]] = Form(Episode)
SUMMARIES: Final[Form[Summary]] = Form(Summary)
REVIEWS: Final[Form[Review]] = Form(Review)
SCORES: Final[Form[Score]] = Form(Score)
NOTES: Final[Form[Note]] = Form(Note)


class Record(NamedTuple):
    """A record as it is kept. `finish` is None while it goes on."""

    key: bytes
    kind: int
    write: int
    start: int
    finish: int | None
    sealed: bytes

    def identity(self, patient: str) -> bytes:
        """What the sealed content is bound to."""
        finish = "" if self.finish is None else self.finish
        return envelope.identity(
            "record", patient, self.key, self.kind, self.write, self.start, finish
        )

    def opened(self, patient: str, opener: Opener) -> bytes:
        """The content. Raises Unreadable."""
        return opener(self.sealed, self.identity(patient))


def select(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[tuple[int, Record]]:
    """The owners and records that fit."""
    query = sa.select(records.c.owner, *_COLUMNS).where(*conditions)
    return [
        (row[0], Record(bytes(row[1]), *row[2:6], bytes(row[6])))
        for row in connection.execute(query).all()
    ]


def check(connection: Connection, heads: dict[int, Head]) -> None:
    """See that the records of these owners are all there, and none an older one."""
    if disagreeing(connection, heads):
        raise missing()


def disagreeing(connection: Connection, heads: dict[int, Head]) -> list[int]:
    """The owners of whom a record is missing, or an older one than their head knows of."""
    query = (
        sa.select(records.c.owner, sa.func.count(), sa.func.sum(records.c.write))
        .where(records.c.owner.in_(heads))
        .group_by(records.c.owner)
    )
    found = {owner: (number, int(total)) for owner, number, total in connection.execute(query)}
    return [
        owner
        for owner, head in heads.items()
        if found.get(owner, (0, 0)) != (head.records, head.total)
    ]


class RecordWriter:
    """Adds and replaces a patient's records and keeps the head in step."""

    def __init__(self, patient: str, owner: int, head: Head) -> None:
        self._patient = patient
        self._owner = owner
        self._head = head

    def put(
        self,
        connection: Connection,
        items: Iterable[tuple[Record, bytes]],
        sealer: Any,
    ) -> None:
        """Keep (record, content) pairs, whose number and seal are given here."""
        pending = list(items)
        old = self._numbers(connection, [record.key for record, _ in pending])
        added, changed = [], []
        for record, content in pending:
            self._head.writes += 1
            numbered = record._replace(write=self._head.writes)
            sealed = sealer(content, numbered.identity(self._patient))
            row = {"owner": self._owner, **numbered._replace(sealed=sealed)._asdict()}
            self._head.total += numbered.write - old.get(record.key, 0)
            if record.key in old:
                changed.append(row)
            else:
                self._head.records += 1
                added.append(row)
        self._write(connection, added, changed)

    def _numbers(self, connection: Connection, keys: list[bytes]) -> dict[bytes, int]:
        query = sa.select(records.c.key, records.c.write).where(
            records.c.key.in_(keys), records.c.owner == self._owner
        )
        return {bytes(key): number for key, number in connection.execute(query)}

    def _write(
        self, connection: Connection, added: list[dict[str, Any]], changed: list[dict[str, Any]]
    ) -> None:
        if changed:
            keys = [row["key"] for row in changed]
            connection.execute(records.delete().where(records.c.key.in_(keys)))
        if added or changed:
            connection.execute(records.insert(), added + changed)
