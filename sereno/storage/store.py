"""The port `Store` over the sealed tables: each call is one transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.vault import Vault
from sereno.domain.errors import Forgotten, NotFound, SerenoError
from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient
from sereno.domain.review import Review
from sereno.domain.stream import Observation, Rejected, Subject, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score, ScoreKind
from sereno.domain.vitals import Language, Signal
from sereno.ports import Bin, Clock, Commit, DeadLetter, Sifted, Unsifted
from sereno.storage import codes, intake, outbox, people, reading, records, sifting
from sereno.storage.book import DAMAGE, OUT_OF_REACH, Book, Caches, open_book, open_books, open_each
from sereno.storage.codes import TAIL
from sereno.storage.engine import Database, micros
from sereno.storage.records import Form, Kept
from sereno.storage.tables import blocks, commands, patients
from sereno.storage.tables import records as table
from sereno.storage.whole import Whole
from sereno.storage.writing import BookWriter, finish

_ALARMS: Final = (table.c.kind == codes.ALARM,)
_ACTIVE: Final[Mapping[bool | None, tuple[sa.ColumnElement[bool], ...]]] = MappingProxyType(
    {None: (), True: (table.c.finish.is_(None),), False: (table.c.finish.is_not(None),)}
)

# Long enough to mend a connector and to send again; then the day's key is destroyed.
DEAD_LETTERS_KEPT: Final = timedelta(days=30)
_log = logging.getLogger(__name__)


class SealedStore:
    """Patients and their streams, sealed. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        enlisted: outbox.Enlisted | None = None,
    ) -> None:
        self._enlisted = enlisted or outbox.Enlisted()
        self._database = database
        self._vault = vault
        self._clock = clock
        self._caches = Caches()
        self._damaged: set[str] = set()  # found so by a read of past alarms

    # Patients

    def admit(self, subject: Subject) -> Patient:
        """The patient whom `subject` names, made if new, with what the subject adds kept."""
        now = self._clock.now()
        return people.admit(self._database, self._vault, self._caches, subject, now)

    def in_doubt(self, beds: Mapping[str, str]) -> set[str]:
        """The beds that name another than this patient by now."""
        with self._database.read() as connection, self._vault.steady():
            return people.in_doubt(connection, self._vault, self._caches, beds)

    def rename(self, former: Subject, patient: str) -> str | None:
        """Let `former` name `patient` from now on; the id of whom was admitted by it."""
        with self._database.write() as connection:
            people.one_at_a_time(self._database, connection)
            return people.rename(connection, self._vault, self._caches, former, patient)

    def find(self, reference: str) -> Patient:
        """The patient by opaque id, identifier, bed or name; case and spaces do not matter."""
        with self._database.read() as connection:
            return people.find(connection, self._vault, self._caches, reference)

    def patients(self) -> list[Patient]:
        """All whose key is not destroyed and who can be read, by label."""
        with self._whole() as whole:
            return whole.identities()

    def unreadable(self) -> list[str]:
        """The ids of those whose record is damaged: what reads the whole ward leaves them out."""
        with self._whole() as whole:
            whole.identities()
            whole.kept(records.ALARMS, *_ALARMS, *_ACTIVE[True])
            whole.check_tails()
        past = [one for one in self._damaged if not self._vault.is_forgotten(one)]
        return sorted({*whole.damaged, *past})

    def update_patient(self, patient: Patient) -> None:
        """Replace what is recorded of a patient."""
        with self._database.write() as connection:
            people.change(connection, self._vault, self._caches, patient)

    def forget(self, patient: str) -> None:
        """Destroy the patient's keys and delete what they sealed."""
        now = self._clock.now()
        people.forget(self._database, self._vault, self._caches, patient, now)

    # Streams

    def sift(
        self,
        patient: str,
        observations: Sequence[Observation],
        waveforms: Sequence[WaveformChunk] = (),
        *,
        pending: Sequence[Observation] = (),
        pending_waveforms: Sequence[WaveformChunk] = (),
    ) -> Sifted:
        """Part what is new from what is stored already or pending.

        Pending is what was sifted before and is to be committed together with this. `duplicates`
        counts observations.
        """
        wanted = Unsifted(
            observations=observations,
            waveforms=waveforms,
            pending=pending,
            pending_waveforms=pending_waveforms,
        )
        with self._reading(patient) as book:
            return sifting.sift(book, wanted)

    def sift_each(self, wanted: Mapping[str, Unsifted]) -> dict[str, Sifted | SerenoError]:
        """`sift` for each of these patients, or the error for who is out of reach."""
        found: dict[str, Sifted | SerenoError] = {}
        if not wanted:
            return found
        with self._database.read() as connection:
            opened = open_each(connection, self._vault, self._caches, list(wanted))
            for patient, open_ in opened.items():
                try:
                    found[patient] = sifting.sift(open_(), wanted[patient])
                except OUT_OF_REACH as error:
                    found[patient] = error
        return found

    def commit(
        self, commits: Sequence[Commit], dead_letters: Sequence[tuple[str, Rejected]] = ()
    ) -> None:
        """Keep all of it in one durable transaction, or none.

        Raises Conflict, and keeps nothing, where an observation is stored already or a letter is
        settled already.
        """
        done = [command for commit in commits for command in commit.carried_out]
        with self._database.write() as connection, self._vault.steady():
            ids = list(dict.fromkeys(commit.patient for commit in commits))
            with self._writers(connection, ids) as writers:
                for commit in commits:
                    writers[commit.patient].keep(commit)
                self._tell(connection, commits, writers)
            now = self._clock.now()
            intake.keep(connection, self._vault, dead_letters, now)
            intake.settle(connection, [one for each in commits for one in each.letters], now)
            if done:
                self._settle(connection, done)

    def _tell(
        self, connection: Connection, commits: Sequence[Commit], writers: dict[str, BookWriter]
    ) -> None:
        """Put what others want to hear into the outbox."""
        topics = self._enlisted.topics(connection)
        told = [
            outbox.Told(commit=each, patient=writers[each.patient].identity())
            for each in commits
            if outbox.wants(topics, each)
        ]
        outbox.add(connection, self._vault, topics, told, micros(self._clock.now()))

    def observations(
        self,
        patient: str,
        start: datetime,
        end: datetime,
        signals: Iterable[Signal] | None = None,
    ) -> list[Observation]:
        """Latest versions, ordered by time."""
        with self._reading(patient) as book:
            return reading.observations(book, self._caches, start, end, signals)

    def span(self, patient: str) -> tuple[datetime, datetime] | None:
        """From when to when there is anything of their streams, scores and notes; None for nothing.

        By the times of rows, which tell nothing that is sealed.
        """
        with self._reading(patient) as book:
            return reading.span(book)

    def latest(self, patient: str) -> dict[Signal, Observation]:
        """The newest observation of each signal, whatever its quality."""
        with self._reading(patient) as book:
            book.check_tail()
            return {one.signal: one for one in book.head.latest.values()}

    def bins(
        self, patient: str, signal: Signal, start: datetime, end: datetime, step: timedelta
    ) -> list[Bin]:
        """Minimum, median and maximum of the good values in each step from `start`."""
        with self._reading(patient) as book:
            return reading.bins(book, self._caches, signal, start, end, step)

    def waveforms(
        self, patient: str, signal: Signal, start: datetime, end: datetime
    ) -> list[WaveformChunk]:
        """Chunks that overlap the range, ordered by start."""
        with self._reading(patient) as book:
            return reading.waveforms(book, signal, start, end)

    def state(self, patient: str) -> bytes | None:
        """The watch's state as of the last commit."""
        with self._reading(patient) as book:
            book.check_tail()
            return book.head.state

    def notes(self, patient: str, start: datetime, end: datetime) -> list[Note]:
        """Notes charted by hand, by time."""
        with self._reading(patient) as book:
            return reading.notes(book, start, end)

    # Scores, episodes and alarms

    def scores(
        self, patient: str, start: datetime, end: datetime, kind: ScoreKind = ScoreKind.NEWS2
    ) -> list[Score]:
        """Scores by time; the first is the one in force at `start` where there is one."""
        with self._reading(patient) as book:
            return reading.scores(book, start, end, kind)

    def episodes(self, patient: str, start: datetime, end: datetime) -> list[Episode]:
        """Episodes that overlap the range, by start."""
        with self._reading(patient) as book:
            return reading.episodes(book, start, end)

    def alarms(
        self,
        patient: str | None = None,
        *,
        active: bool | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Alarm]:
        """Alarms as they stand, most urgent and newest first."""
        conditions = [*_ALARMS, *_ACTIVE[active], *reading.overlap(start, end)]
        if patient is not None:
            with self._reading(patient) as book:
                kept = reading.kept(book, records.ALARMS, *conditions)
        else:
            with self._whole() as whole:
                kept = whole.kept(records.ALARMS, *conditions)
            # Old alarms are not opened again to tell who is damaged.
            self._damaged |= whole.damaged.keys()
        found = [one.alarm for one in kept]
        return sorted(found, key=lambda alarm: (-alarm.priority, -micros(alarm.raised), alarm.id))

    def alarm(self, alarm_id: str) -> Alarm:
        """One alarm. Raises NotFound."""
        return self._one("alarm", alarm_id, records.ALARMS).alarm

    def alarm_events(self, alarm_id: str) -> list[AlarmEvent]:
        """An alarm's history, oldest first."""
        events = self._one("alarm", alarm_id, records.ALARMS).events
        return sorted(events, key=lambda event: event.time)

    # Summaries and dead letters

    def keep_summary(self, summary: Summary) -> None:
        """Keep a summary with its evidence."""
        with (
            self._database.write() as connection,
            self._writer(connection, summary.patient) as writer,
        ):
            writer.keep_summary(summary)

    def summary(self, summary_id: str) -> Summary:
        """One summary. Raises NotFound."""
        return self._one("summary", summary_id, records.SUMMARIES)

    def summaries(self, patient: str, limit: int = 20) -> list[Summary]:
        """The newest first."""
        with self._reading(patient) as book:
            return reading.summaries(book, limit)

    def keep_review(self, review: Review) -> None:
        """Keep what a clinician decided about a summary, beside what was decided before."""
        with (
            self._database.write() as connection,
            self._writer(connection, review.patient) as writer,
        ):
            writer.keep_review(review)

    def reviews(self, summary: Summary) -> list[Review]:
        """What was decided about a summary, oldest first."""
        with self._reading(summary.patient) as book:
            return reading.reviews(book, summary)

    def all_reviews(self) -> list[Review]:
        """What was decided about any patient's summaries, oldest first."""
        with self._whole() as whole:
            found = whole.kept(records.REVIEWS, table.c.kind == codes.REVIEW)
        return sorted(found, key=lambda review: review.at)

    def keep_explanation(self, explanation: Summary) -> None:
        """Keep what explains an alarm, in the place of the one in the same language."""
        if explanation.alarm is None:
            raise ValueError("a summary explains no alarm; keep it with keep_summary")
        name = _explains(explanation.alarm.id, explanation.language)
        with (
            self._database.write() as connection,
            self._writer(connection, explanation.patient) as writer,
        ):
            writer.keep_explanation(explanation, name)

    def explanation(self, alarm_id: str, language: Language) -> Summary | None:
        """What explains that alarm in that language, if anything does."""
        name = _explains(alarm_id, language)
        try:
            return self._one("explanation", name, records.SUMMARIES)
        except NotFound:
            return None

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Those that nobody has settled, the newest first."""
        with self._database.read() as connection:
            return intake.newest(connection, self._vault, limit)

    def dead_letter(self, number: int) -> DeadLetter:
        """One that nobody has settled. Raises NotFound."""
        with self._database.read() as connection:
            return intake.one(connection, self._vault, number)

    def settle_letter(self, number: int) -> None:
        """List it no more. Raises Conflict where it is settled already."""
        with self._database.write() as connection:
            intake.settle(connection, [number], self._clock.now())

    def compacting(self, before: datetime) -> Iterator[int]:
        """Pack the hot tail older than `before` into blocks: how many rows went of each patient."""
        until = micros(before)
        to_pack = _holds(blocks.c.chain == TAIL, blocks.c.finish < until)
        return self._each(to_pack, lambda writer: writer.compact(until))

    def purging(
        self, waveforms_before: datetime, numerics_before: datetime | None = None
    ) -> Iterator[int]:
        """Delete what retention no longer keeps: how many blocks went of each patient.

        Waveforms go first and numerics apart from them, so that a full disk gets room as soon as
        it can be had.
        """
        waves = micros(waveforms_before)
        yield from self._each(_old(codes.WAVEFORMS, waves), lambda one: one.purge_waveforms(waves))
        if numerics_before is not None:
            numerics = micros(numerics_before)
            yield from (0 for _ in self.compacting(numerics_before))
            old = _old(codes.NUMERICS, numerics)
            yield from self._each(old, lambda one: one.purge_numerics(numerics))
        self._purge_intake()

    def _purge_intake(self) -> None:
        before = self._clock.now() - DEAD_LETTERS_KEPT
        if self._vault.destroy_intake(before):
            with self._database.write() as connection:
                intake.purge(connection, before)

    @contextmanager
    def _reading(self, patient: str) -> Iterator[Book]:
        with self._database.read() as connection:
            yield self._book(connection, patient)

    def _book(self, connection: Connection, patient: str) -> Book:
        return open_book(connection, self._vault, self._caches, patient)

    @contextmanager
    def _writer(self, connection: Connection, patient: str) -> Iterator[BookWriter]:
        with self._writers(connection, [patient]) as writers:
            yield writers[patient]

    @contextmanager
    def _writers(self, connection: Connection, ids: list[str]) -> Iterator[dict[str, BookWriter]]:
        books = open_books(connection, self._vault, self._caches, ids, lock=True)
        writers = {book.patient: BookWriter(book, self._vault) for book in books}
        yield writers
        finish(connection, writers.values(), self._caches)

    @contextmanager
    def _whole(self) -> Iterator[Whole]:
        with self._database.read() as connection:
            yield Whole(connection, self._vault, self._caches)

    def _each(
        self, which: sa.ColumnElement[bool], change: Callable[[BookWriter], int]
    ) -> Iterator[int]:
        """What `change` says of the patients who fit, each in a transaction of its own."""
        query = sa.select(patients.c.id).where(patients.c.forgotten.is_(None), which)
        with self._database.read() as connection:
            ids = connection.execute(query).scalars().all()
        for patient in ids:
            try:
                with (
                    self._database.write() as connection,
                    self._writer(connection, patient) as writer,
                ):
                    gone = change(writer)
            except Forgotten:
                continue
            except DAMAGE as error:
                _log.error("patient %s is left as it is: %s", patient, error)
                continue
            yield gone

    def _one(self, name: str, its_id: str, form: Form[Kept]) -> Kept:
        """The record of that id, whoever's it is."""
        key = self._vault.exact_token(name, its_id)
        query = (
            sa.select(patients.c.id)
            .join_from(table, patients, table.c.owner == patients.c.number)
            .where(table.c.key == key)
        )
        with self._database.read() as connection:
            patient = connection.execute(query).scalar()
            if patient is None:
                raise NotFound(f"there is no such {name}")
            return reading.kept(self._book(connection, patient), form, table.c.key == key)[0]

    def _settle(self, connection: Connection, done: list[str]) -> None:
        connection.execute(
            commands.update()
            .where(commands.c.id.in_(done))
            .values(outcome=b"", settled=micros(self._clock.now()))
        )


def _explains(alarm_id: str, language: Language) -> str:
    """By what the text of an alarm is found."""
    return f"{alarm_id} {language.value}"


def _holds(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition that a patient has a row in the chains that fits."""
    mine = blocks.c.owner == patients.c.number
    return sa.exists().where(mine, *conditions).correlate(patients)


def _old(chains: tuple[int, ...], before: int) -> sa.ColumnElement[bool]:
    """The condition that a patient has rows which retention has not emptied yet."""
    return _holds(blocks.c.chain.in_(chains), blocks.c.finish < before, blocks.c.version > 0)
