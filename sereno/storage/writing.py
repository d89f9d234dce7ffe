"""Writing into one patient's book: commits, compaction, retention. All within one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.vault import Vault
from sereno.domain.errors import Conflict
from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient, Stay
from sereno.domain.review import Review
from sereno.domain.stream import Observation, WaveformChunk
from sereno.domain.surveillance import Alarm, AlarmEvent, Episode, Score
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.storage import chains, codes, columns, head, reading, records, waves
from sereno.storage.book import MOST_TIME, Book, Caches, within
from sereno.storage.chains import ChainWriter, Row
from sereno.storage.codes import SIGNALS, TAIL
from sereno.storage.columns import Columns
from sereno.storage.engine import micros
from sereno.storage.records import AlarmRecord, Record, RecordWriter
from sereno.storage.tables import blocks, heads, patients
from sereno.storage.tables import records as table

# A signal with so many values in one commit goes straight into a block: a file read at speed.
BLOCK_AT_ONCE: Final = 256
# An hour at 1 Hz and some: what a block holds at most.
BLOCK_HELD: Final = 4096
# The hot tail is packed where it stands before it grows beyond this: half an hour of ten signals
# at 1 Hz. It bounds what a read opens and what a process remembers.
TAIL_HELD: Final = 16_384
TAIL_ROWS: Final = 4096

_INSERT_BLOCKS: Final = blocks.insert()
_UPDATE_HEAD: Final = (
    heads.update()
    .where(heads.c.owner == sa.bindparam("its"))
    .values(commits=sa.bindparam("commits"), sealed=sa.bindparam("sealed"))
)

_TAIL_LEVEL: Final = 1  # zlib's effort for what is packed again soon
_BLOCK_LEVEL: Final = 6


class BookWriter:
    """Changes one patient's book, in memory and below; `finish` makes it hold."""

    def __init__(self, book: Book, vault: Vault) -> None:
        self.book = book
        self.head = book.head.copy()
        self._vault = vault
        self._connection = book.connection
        self._horizon: datetime | None = None
        self._chains = ChainWriter(book.patient, book.owner, self.head)
        self._records = RecordWriter(book.patient, book.owner, self.head)

    def finished(self, caches: Caches) -> tuple[list[dict[str, object]], dict[str, object]]:
        """The rows that are left to write, and the head's; see `finish`."""
        self.head.commits += 1
        content = head.pack(self.head)
        sealed = self._seal(content, head.identity(self.book.patient, self.head.commits))
        # Found again only if this very head is what the database holds: no harm in a rollback.
        caches.keep_head(self.book.owner, sealed, self.head)
        its_head = {"its": self.book.owner, "commits": self.head.commits, "sealed": sealed}
        return self._chains.taken(), its_head

    def keep(self, commit: Commit) -> None:
        """Keep everything that a commit brings."""
        self._horizon = commit.horizon
        self._numerics(commit.observations, commit.holders)
        self._waveforms(commit.waveforms)
        self._scores(commit.scores)
        self._notes(commit.notes)
        self._episodes(commit.episodes)
        self._alarms(commit.alarms, commit.events)
        if commit.state is not None:
            self.head.state = commit.state
        if commit.stay is not None:
            self._turn(commit.stay)

    def identity(self) -> Patient:
        """Who the patient is, after what was kept so far."""
        return reading.identity(self._current())

    def change_patient(self, patient: Patient) -> None:
        """Replace what is recorded of a patient who is there already."""
        query = sa.select(patients.c.created).where(patients.c.number == self.book.owner)
        self.keep_patient(patient, self._connection.execute(query).scalar_one())

    def keep_patient(self, patient: Patient, created: int) -> None:
        """Replace what is recorded of the patient."""
        key = self._vault.exact_token("patient", patient.id)
        record = Record(key, codes.PATIENT, 0, created, None, b"")
        self._put([(record, records.PATIENTS.pack([patient]))])

    def keep_summary(self, summary: Summary) -> None:
        """Keep a summary."""
        at = micros(summary.created)
        key = self._vault.exact_token("summary", summary.id)
        record = Record(key, codes.SUMMARY, 0, at, at, b"")
        self._put([(record, records.SUMMARIES.pack([summary]))])

    def keep_review(self, review: Review) -> None:
        """Keep a review. It starts when its summary was written: by that it is found."""
        key = self._vault.exact_token("review", review.id)
        written, at = micros(review.written), micros(review.at)
        record = Record(key, codes.REVIEW, 0, written, max(written, at), b"")
        self._put([(record, records.REVIEWS.pack([review]))])

    def keep_explanation(self, explanation: Summary, name: str) -> None:
        """Keep what explains an alarm in the place of what was kept as `name`."""
        at = micros(explanation.created)
        key = self._vault.exact_token("explanation", name)
        record = Record(key, codes.EXPLANATION, 0, at, at, b"")
        self._put([(record, records.SUMMARIES.pack([explanation]))])

    def compact(self, before: int) -> int:
        """Pack the tail up to the last row that ends before `before`; how many rows went."""
        rows = self._tail_rows()
        old = [row.seq for row in rows if row.finish < before]
        if not old:
            return 0
        going = [row for row in rows if row.seq <= max(old)]
        self._pack(going)
        return len(going)

    def purge_waveforms(self, before: int) -> int:
        """Delete what blocks of waveforms end before; how many went."""
        chains_ = filter(codes.is_waveform, list(self.head.links))
        return sum(self._purge(chain, before) for chain in chains_)

    def purge_numerics(self, before: int) -> int:
        """Delete what blocks of numerics end before; how many went."""
        chains_ = filter(codes.is_numeric, list(self.head.links))
        return sum(self._purge(chain, before) for chain in chains_)

    # Streams

    def _numerics(self, observations: Sequence[Observation], holders: Mapping[Signal, str]) -> None:
        """One row in the tail even for none: every commit then moves a chain on."""
        self._refuse_doubles(observations)
        self._note(observations, holders)
        if len(observations) >= BLOCK_AT_ONCE:
            observations = self._add_at_once(observations)
        if self._tail_is_full(len(observations)):
            self._pack(self._tail_rows())
        self.head.tail_count += len(observations)
        times = [one.time for one in observations]
        span = (micros(min(times)), micros(max(times))) if times else self._now()
        packed = columns.packed(observations, _TAIL_LEVEL)
        self._chains.append(TAIL, span, len(observations), packed, self._seal)

    def _add_at_once(self, observations: Sequence[Observation]) -> list[Observation]:
        """Blocks of the signals that have enough for them; what is left of the others."""
        counts = Counter(one.signal for one in observations)
        many = {signal for signal, count in counts.items() if count >= BLOCK_AT_ONCE}
        content = columns.of([one for one in observations if one.signal in many]).ordered()
        for chain in sorted(SIGNALS[signal] for signal in many):
            self._add_blocks(chain, content.take(content.signals == chain))
        return [one for one in observations if one.signal not in many]

    def _waveforms(self, chunks: Sequence[WaveformChunk]) -> None:
        in_order = sorted(chunks, key=lambda chunk: (SIGNALS[chunk.signal], chunk.start))
        for signal, group in groupby(in_order, key=attrgetter("signal")):
            mine = list(group)
            span = micros(mine[0].start), max(micros(chunk.end) for chunk in mine)
            self._chains.append(SIGNALS[signal], span, len(mine), waves.pack(mine), self._seal)
        for chunk in in_order:
            mark = (SIGNALS[chunk.signal], chunk.channel, chunk.source)
            end = micros(chunk.end)
            self.head.wave_marks[mark] = max(end, self.head.wave_marks.get(mark, end))

    def _scores(self, scores: Sequence[Score]) -> None:
        in_order = sorted(scores, key=lambda score: (codes.SCORES[score.kind], score.time))
        for kind, group in groupby(in_order, key=attrgetter("kind")):
            mine = list(group)
            span = micros(mine[0].time), micros(mine[-1].time)
            content = records.SCORES.pack(mine)
            self._chains.append(codes.SCORES[kind], span, len(mine), content, self._seal)

    def _notes(self, notes: Sequence[Note]) -> None:
        if notes:
            times = [micros(note.time) for note in notes]
            content = records.NOTES.pack(notes)
            span = min(times), max(times)
            self._chains.append(codes.NOTES, span, len(notes), content, self._seal)

    def _refuse_doubles(self, observations: Sequence[Observation]) -> None:
        """Nothing is stored twice, even if another process wrote since the caller sifted."""
        keys: set[tuple[int, str, int, int]] = set()
        late = []
        for one in observations:
            mark, at = (SIGNALS[one.signal], one.source), micros(one.time)
            keys.add((*mark, at, one.version))
            if at <= self.head.marks.get(mark, -MOST_TIME):
                late.append(one)
        if len(keys) < len(observations):
            raise _doubled()
        if late and keys & _stored(stored_between(self._current(), columns.of(late))):
            raise _doubled()

    def _current(self) -> Book:
        """The book as this transaction has changed it so far."""
        self._chains.flush(self._connection)
        book = self.book
        return Book(self._connection, book.patient, book.owner, self.head, book.opener)

    def _note(self, observations: Sequence[Observation], holders: Mapping[Signal, str]) -> None:
        """Move the watermarks and the latest values on, those of a signal's holder alone."""
        newest = _newest(observations)
        for mark, one in newest.items():
            self.head.marks[mark] = max(micros(one.time), self.head.marks.get(mark, -MOST_TIME))
        horizon = self._horizon
        if horizon is not None and any(one.time > horizon for one in newest.values()):
            newest = _newest([one for one in observations if one.time <= horizon])
        for (code, source), one in newest.items():
            known = self.head.latest.get(code)
            if holders.get(one.signal, source) != source and known is not None:
                continue
            if known is None or (one.time, one.version) >= (known.time, known.version):
                self.head.latest[code] = one

    # Tail and blocks

    def _tail_rows(self) -> list[Row]:
        return self._current().tail_rows(self.head.link(TAIL).first - 1)

    def _tail_is_full(self, more: int) -> bool:
        link = self.head.link(TAIL)
        return link.length > 0 and (
            self.head.tail_count + more > TAIL_HELD or link.length >= TAIL_ROWS
        )

    def _pack(self, rows: list[Row]) -> None:
        """Turn rows at the front of the tail into blocks."""
        content = columns.joined(self.book.unpacked(rows))
        for chain in np.unique(content.signals).tolist():
            self._add_blocks(chain, content.take(content.signals == chain), grow=True)
        self._chains.drop(self._connection, TAIL, rows[-1].seq)
        self.head.tail_count -= len(content)

    def _add_blocks(self, chain: int, content: Columns, *, grow: bool = False) -> None:
        """Blocks of one signal, narrow in time; with `grow` the last one is filled up first."""
        last = self._growable(chain, len(content)) if grow else None
        if last is not None:
            kept = columns.unpack(last.opened(self.book.patient, self.book.opener))
            merged = columns.joined([kept, content]).ordered()
            self._chains.replace_last(
                self._connection, last, _span(merged), len(merged), _packed(merged), self._seal
            )
            return
        by_time = content.take(np.argsort(content.times, kind="stable"))
        for at in range(0, len(by_time), BLOCK_HELD):
            part = by_time.take(np.arange(at, min(at + BLOCK_HELD, len(by_time))))
            self._append(chain, part.ordered(), _BLOCK_LEVEL)

    def _growable(self, chain: int, more: int) -> Row | None:
        link = self.head.link(chain)
        if not link.length:
            return None
        self._chains.flush(self._connection)
        rows = chains.between(self._connection, self.book.owner, chain, link.last, link.last)
        chains.check(rows, link, link.last, link.last)
        fits = not rows[0].husk and rows[0].held + more <= BLOCK_HELD
        return rows[0] if fits else None

    def _append(self, chain: int, content: Columns, level: int) -> None:
        packed = columns.pack(content, level)
        span = _span(content) if len(content) else self._now()
        self._chains.append(chain, span, len(content), packed, self._seal)

    def _now(self) -> tuple[int, int]:
        """The time of a row that holds nothing: that of the newest value before it."""
        newest = max(self.head.marks.values(), default=0)
        return newest, newest

    def _purge(self, chain: int, before: int) -> int:
        """Old rows at the front are deleted, those behind newer ones emptied."""
        front = chains.first_ending(self._connection, self.book.owner, chain, before)
        last = self.head.link(chain).last if front is None else front - 1
        gone = self._chains.drop(self._connection, chain, last)
        return gone + self._chains.empty(self._connection, chain, before, self._seal)

    # Records

    def _turn(self, stay: Stay) -> None:
        """What a sender has told of the patient meanwhile stands."""
        self.change_patient(replace(self.identity(), discharged=stay.ended))

    def _episodes(self, episodes: Sequence[Episode]) -> None:
        newest = {episode.id: episode for episode in episodes}
        self._put(
            (
                Record(
                    self._vault.exact_token("episode", self.book.patient, episode.id),
                    codes.EPISODE,
                    0,
                    micros(episode.start),
                    None if episode.end is None else micros(max(episode.end, episode.last)),
                    b"",
                ),
                records.EPISODES.pack([episode]),
            )
            for episode in newest.values()
        )

    def _alarms(self, alarms: Sequence[Alarm], events: Sequence[AlarmEvent]) -> None:
        newest = {alarm.id: alarm for alarm in alarms}
        ids = [*newest, *(event.alarm for event in events if event.alarm not in newest)]
        known = self._known_alarms(ids)
        items = []
        for alarm_id in dict.fromkeys(ids):
            old = known.get(alarm_id)
            alarm = newest.get(alarm_id) or (old.alarm if old else None)
            if alarm is None:
                raise Conflict("an event names an alarm that is not stored; commit the alarm too")
            history = (old.events if old else ()) + tuple(
                event for event in events if event.alarm == alarm_id
            )
            items.append(
                (self._alarm_record(alarm), records.ALARMS.pack([AlarmRecord(alarm, history)]))
            )
        self._put(items)

    def _known_alarms(self, ids: Iterable[str]) -> dict[str, AlarmRecord]:
        keys = [self._vault.exact_token("alarm", alarm_id) for alarm_id in ids]
        if not keys:
            return {}
        mine = (table.c.owner == self.book.owner, table.c.key.in_(keys))
        found = records.select(self._connection, *mine)
        opened = (
            records.ALARMS.unpack(record.opened(self.book.patient, self.book.opener))[0]
            for _, record in found
        )
        return {one.alarm.id: one for one in opened}

    def _alarm_record(self, alarm: Alarm) -> Record:
        times = (alarm.raised, alarm.ended, alarm.acknowledged_at)
        over = max(time for time in times if time is not None)
        return Record(
            self._vault.exact_token("alarm", alarm.id),
            codes.ALARM,
            0,
            micros(alarm.raised),
            None if alarm.active else micros(over),
            b"",
        )

    def _put(self, items: Iterable[tuple[Record, bytes]]) -> None:
        several = list(items)
        if several:
            self._records.put(self._connection, several, self._seal)

    def _seal(self, content: bytes, identity: bytes) -> bytes:
        return self._vault.seal(self.book.patient, content, identity)


def finish(connection: Connection, writers: Iterable[BookWriter], caches: Caches) -> None:
    """Write what is left, and the heads, without which nothing holds."""
    rows: list[dict[str, object]] = []
    its_heads: list[dict[str, object]] = []
    for writer in writers:
        left, its_head = writer.finished(caches)
        rows += left
        its_heads.append(its_head)
    if rows:
        connection.execute(_INSERT_BLOCKS, rows)
    if its_heads:
        connection.execute(_UPDATE_HEAD, its_heads)


def stored_between(book: Book, wanted: Columns) -> Columns:
    """What is stored of the signals of `wanted`, from its first to its last time of each."""
    parts = []
    tail = book.tail_columns()
    for chain in np.unique(wanted.signals).tolist():
        times = wanted.times[wanted.signals == chain]
        start, finish = int(times.min()), int(times.max())
        parts.append(book.block_columns(chain, start, finish))
        parts.append(within(tail.take(tail.signals == chain), start, finish))
    return columns.joined(parts)


def _doubled() -> Conflict:
    return Conflict("some of these observations are stored already; sift them again")


def _stored(content: Columns) -> set[tuple[int, str, int, int]]:
    return {
        (signal, content.sources[origin], at, version)
        for (signal, origin, at), version in zip(
            _keys(content), content.versions.tolist(), strict=True
        )
    }


def _keys(content: Columns) -> Iterable[tuple[int, int, int]]:
    return zip(
        content.signals.tolist(), content.origins.tolist(), content.times.tolist(), strict=True
    )


def _packed(content: Columns) -> bytes:
    return columns.pack(content, _BLOCK_LEVEL)


def _span(content: Columns) -> tuple[int, int]:
    """From the first to the last time."""
    return int(content.times.min()), int(content.times.max())


def _newest(observations: Iterable[Observation]) -> dict[tuple[int, str], Observation]:
    """The newest of each signal and source."""
    newest: dict[tuple[int, str], Observation] = {}
    for one in observations:
        mark = SIGNALS[one.signal], one.source
        known = newest.get(mark)
        if known is None or (one.time, one.version) > (known.time, known.version):
            newest[mark] = one
    return newest
