"""Who is in the store: admitting, finding, changing and forgetting patients."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.vault import Vault
from sereno.domain.errors import Conflict, NotFound
from sereno.domain.patients import Patient
from sereno.domain.stream import BED, Subject
from sereno.storage import head, outbox, reading
from sereno.storage.book import DAMAGE, Book, Caches, open_book
from sereno.storage.engine import Database, micros
from sereno.storage.head import Head
from sereno.storage.tables import (
    aliases,
    blocks,
    commands,
    heads,
    jobs,
    patients,
    subjects,
)
from sereno.storage.tables import records as table
from sereno.storage.writing import BookWriter, finish

_ID_BYTES: Final = 8
_TOLD: Final = tuple(
    field.name for field in fields(Subject) if field.name not in ("identifier", "authority")
)


def admit(
    database: Database, vault: Vault, caches: Caches, subject: Subject, now: datetime
) -> Patient:
    """The patient whom `subject` names, made if new, with what the subject adds kept."""
    with database.read() as connection:
        if subject.authority == BED:
            named = _in_bed(connection, vault, caches, subject.identifier)
            if named is not None:
                return named
        known = _admitted(connection, vault, caches, subject)
    if known is not None and _told(known, subject) == known:
        return known
    with database.write() as connection:
        one_at_a_time(database, connection)
        known = _admitted(connection, vault, caches, subject)
        if known is None:
            return _make(connection, vault, caches, subject, now)
        told = _told(known, subject)
        change(connection, vault, caches, told)
        return told


def in_doubt(
    connection: Connection, vault: Vault, caches: Caches, beds: Mapping[str, str]
) -> set[str]:
    """The beds that name another than this patient by now."""
    bearers: dict[bytes, set[str]] = defaultdict(set)
    tokens = {bed: vault.token("alias", bed) for bed in beds}
    query = (
        sa.select(aliases.c.token, patients.c.id)
        .join_from(aliases, patients)
        .where(aliases.c.token.in_(tokens.values()))
    )
    for token, patient in connection.execute(query):
        bearers[bytes(token)].add(patient)
    several = [bed for bed, token in tokens.items() if bearers[token] != {beds[bed]}]
    return {bed for bed in several if _lies_in(connection, vault, caches, bed) != beds[bed]}


def _lies_in(connection: Connection, vault: Vault, caches: Caches, bed: str) -> str | None:
    """Whom a bed's name alone names."""
    named = _in_bed(connection, vault, caches, bed)
    found = named or _admitted(connection, vault, caches, Subject.in_bed(bed))
    return None if found is None else found.id


def find(connection: Connection, vault: Vault, caches: Caches, reference: str) -> Patient:
    """The patient by opaque id, identifier, bed or name."""
    by_id = sa.select(patients.c.id).where(patients.c.id == reference)
    if connection.execute(by_id).scalar() is not None:
        return reading.identity(open_book(connection, vault, caches, reference))
    found = _by_alias(connection, vault, reference)
    if not found:
        raise NotFound("no patient goes by that; `sereno patients` lists them")
    if len(found) == 1:
        return reading.identity(open_book(connection, vault, caches, found[0]))
    return _here(connection, vault, caches, found)


def _here(connection: Connection, vault: Vault, caches: Caches, ids: Sequence[str]) -> Patient:
    """The one of several who is not discharged. Who can not be read hides nobody who is here.

    Where nobody else is, the damaged one may be who is meant: a former patient is no answer then.
    """
    here: list[Patient] = []
    damaged: list[Exception] = []
    for one in ids:
        try:
            known = reading.identity(open_book(connection, vault, caches, one))
        except DAMAGE as error:
            damaged.append(error)
        else:
            here += [known] if known.discharged is None else []
    if damaged and not here:
        raise damaged[0]
    if len(here) != 1:
        raise Conflict("several patients go by that; give the id that `sereno patients` shows")
    return here[0]


def change(connection: Connection, vault: Vault, caches: Caches, patient: Patient) -> None:
    """Replace what is recorded of a patient, and what they are found by."""
    book = open_book(connection, vault, caches, patient.id, lock=True)
    writer = BookWriter(book, vault)
    writer.change_patient(patient)
    finish(connection, [writer], caches)
    _index(connection, vault, book.owner, patient)


def rename(
    connection: Connection, vault: Vault, caches: Caches, former: Subject, patient: str
) -> str | None:
    """Let `former` name `patient` from now on; the id of whom was admitted under that name.

    What named that one besides, since it was merged before, names `patient` too.
    """
    book = open_book(connection, vault, caches, patient, lock=True)
    token = _token(vault, former.authority, former.identifier)
    found = _admitted_as(connection, vault, caches, former, besides=patient)
    connection.execute(subjects.delete().where(subjects.c.token == token))
    connection.execute(subjects.insert().values(token=token, owner=book.owner))
    if found is not None:
        number = sa.select(patients.c.number).where(patients.c.id == found).scalar_subquery()
        theirs = subjects.update().where(subjects.c.owner == number)
        connection.execute(theirs.values(owner=book.owner))
    return found


def _admitted_as(
    connection: Connection, vault: Vault, caches: Caches, former: Subject, *, besides: str
) -> str | None:
    for one in _by_alias(connection, vault, former.identifier):
        known = _readable(connection, vault, caches, one)
        if known is None:
            continue
        own = (known.authority, known.identifier)
        if one != besides and own == (former.authority, former.identifier):
            return one
    return None


def _readable(connection: Connection, vault: Vault, caches: Caches, patient: str) -> Patient | None:
    """Who it is; None for one whose record is damaged, who keeps nobody else from being found."""
    try:
        return reading.identity(open_book(connection, vault, caches, patient))
    except DAMAGE:
        return None


def _by_alias(connection: Connection, vault: Vault, word: str) -> list[str]:
    """The ids of all who go by a word and are not forgotten."""
    query = (
        sa.select(patients.c.id)
        .join_from(aliases, patients)
        .where(aliases.c.token == vault.token("alias", word))
    )
    return [one for one in connection.execute(query).scalars() if not vault.is_forgotten(one)]


def forget(database: Database, vault: Vault, caches: Caches, patient: str, now: datetime) -> None:
    """Destroy the keys, then what they sealed."""
    with database.read() as connection:
        query = sa.select(patients.c.number).where(patients.c.id == patient)
        owner = connection.execute(query).scalar()
    if owner is None:
        raise NotFound("there is no such patient; `sereno patients` lists them")
    vault.forget(patient)
    with database.write() as connection:
        # Whoever is keeping something of theirs has done so, or finds them gone.
        connection.execute(sa.select(heads.c.owner).where(heads.c.owner == owner).with_for_update())
        for one in (subjects, aliases, blocks, table, heads):
            connection.execute(one.delete().where(one.c.owner == owner))
        for other in (commands, jobs):
            connection.execute(other.delete().where(other.c.patient == patient))
        outbox.forget(connection, patient)
        gone = patients.update().where(patients.c.number == owner)
        connection.execute(gone.values(forgotten=micros(now)))
    caches.forget(owner)
    database.truncate_log()


def _admitted(
    connection: Connection, vault: Vault, caches: Caches, subject: Subject
) -> Patient | None:
    query = (
        sa.select(patients.c.id)
        .join_from(subjects, patients)
        .where(subjects.c.token == _token(vault, subject.authority, subject.identifier))
    )
    found = connection.execute(query).scalar()
    if found is None or vault.is_forgotten(found):
        return None
    return reading.identity(open_book(connection, vault, caches, found))


def _in_bed(connection: Connection, vault: Vault, caches: Caches, bed: str) -> Patient | None:
    """Who is known to lie in that bed; None where that is nobody, or not certain."""
    token = vault.token("alias", bed)
    found = []
    for one in _by_alias(connection, vault, bed):
        known = _readable(connection, vault, caches, one)
        if known is None:
            continue
        named = known.authority != BED and known.discharged is None and known.bed is not None
        if named and vault.token("alias", known.bed or "") == token:
            found.append(known)
    return found[0] if len(found) == 1 else None


def _told(patient: Patient, subject: Subject) -> Patient:
    """The patient with what the sender said, where it said something."""
    told = {name: getattr(subject, name) for name in _TOLD}
    return replace(patient, **{name: value for name, value in told.items() if value is not None})


def _make(
    connection: Connection, vault: Vault, caches: Caches, subject: Subject, now: datetime
) -> Patient:
    new = Patient(
        id=secrets.token_hex(_ID_BYTES),
        identifier=subject.identifier,
        authority=subject.authority,
    )
    patient, at = _told(new, subject), micros(now)
    added = patients.insert().values(id=patient.id, created=at).returning(patients.c.number)
    owner = int(connection.execute(added).scalar_one())
    empty = vault.seal(patient.id, head.pack(Head()), head.identity(patient.id, 0))
    connection.execute(heads.insert().values(owner=owner, commits=0, sealed=empty))
    writer = BookWriter(
        Book(connection, patient.id, owner, Head(), vault.opener(patient.id)), vault
    )
    writer.keep_patient(patient, at)
    finish(connection, [writer], caches)
    # A forgotten patient of a restored backup may still hold it.
    token = _token(vault, patient.authority, patient.identifier)
    connection.execute(subjects.delete().where(subjects.c.token == token))
    _index(connection, vault, owner, patient)
    return patient


def _index(connection: Connection, vault: Vault, owner: int, patient: Patient) -> None:
    """What they are found by. Who was renamed does not get the former identifier back."""
    subject = _token(vault, patient.authority, patient.identifier)
    known = sa.select(subjects.c.owner).where(subjects.c.token == subject)
    if connection.execute(known).first() is None:
        connection.execute(subjects.insert().values(token=subject, owner=owner))
    connection.execute(aliases.delete().where(aliases.c.owner == owner))
    words = {word for word in (patient.identifier, patient.bed, patient.name) if word}
    tokens = {vault.token("alias", word) for word in words}
    if tokens:
        rows = [{"token": token, "owner": owner} for token in tokens]
        connection.execute(aliases.insert(), rows)


def _token(vault: Vault, authority: str, identifier: str) -> bytes:
    return vault.exact_token("subject", authority, identifier)


def one_at_a_time(database: Database, connection: Connection) -> None:
    """SQLite has one writer anyway; on PostgreSQL two must not admit the same subject at once."""
    if not database.is_sqlite:
        connection.execute(sa.text("LOCK TABLE subjects IN SHARE ROW EXCLUSIVE MODE"))
