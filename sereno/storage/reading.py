"""What is read from one patient's book: streams at any resolution, scores, notes, alarms."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import sqlalchemy as sa

from sereno.domain.evidence import Summary
from sereno.domain.patients import Note, Patient
from sereno.domain.review import Review
from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.domain.surveillance import Episode, Score, ScoreKind
from sereno.domain.vitals import Signal
from sereno.ports import Bin
from sereno.storage import codes, columns, records, waves
from sereno.storage.book import Book, Caches, check_records, within
from sereno.storage.codes import QUALITY_CODE, SIGNALS
from sereno.storage.columns import Columns
from sereno.storage.engine import micros, moment
from sereno.storage.records import Form, Kept
from sereno.storage.tables import blocks
from sereno.storage.tables import records as table

_MICROSECOND: Final = timedelta(microseconds=1)
_LONGEST_WAVE: Final = 3_600_000_000  # microseconds of a row of a waveform; a second or so


def observations(
    book: Book, caches: Caches, start: datetime, end: datetime, signals: Iterable[Signal] | None
) -> list[Observation]:
    """Latest versions, ordered by time."""
    wanted = None if signals is None else [SIGNALS[signal] for signal in signals]
    found = _numerics(book, caches, micros(start), micros(end), wanted)
    return columns.observations(found.latest_versions())


def bins(
    book: Book, caches: Caches, signal: Signal, start: datetime, end: datetime, step: timedelta
) -> list[Bin]:
    """Minimum, median and maximum of the good values in each step, counted from `start`."""
    first = micros(start)
    found = _numerics(book, caches, first, micros(end), [SIGNALS[signal]]).latest_versions()
    found = found.take(found.qualities == QUALITY_CODE[Quality.GOOD])
    if len(found) == 0:
        return []
    places = (found.times - first) // (step // _MICROSECOND)
    order = np.lexsort((found.values, places))
    places, values = places[order], found.values[order]
    starts = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
    counts = np.diff(starts, append=len(places))
    medians = (values[starts + (counts - 1) // 2] + values[starts + counts // 2]) / 2
    return [
        Bin(start + place * step, low, median, high, count)
        for place, low, median, high, count in zip(
            places[starts].tolist(),
            values[starts].tolist(),
            medians.tolist(),
            values[starts + counts - 1].tolist(),
            counts.tolist(),
            strict=True,
        )
    ]


def waveforms(book: Book, signal: Signal, start: datetime, end: datetime) -> list[WaveformChunk]:
    """Chunks that overlap the range, ordered by start and channel."""
    found = [
        chunk
        for _, content in book.rows(SIGNALS[signal], micros(start), micros(end))
        for chunk in waves.unpack(content, signal)
        if chunk.start <= end and chunk.end > start
    ]
    return sorted(found, key=lambda chunk: (chunk.start, chunk.channel, chunk.source))


def scores(book: Book, start: datetime, end: datetime, kind: ScoreKind) -> list[Score]:
    """Scores by time; the first is the one in force at `start` where there is one."""
    chain = codes.SCORES[kind]
    since = _last_ending(book, chain, micros(start))
    rows = book.rows(chain, micros(start) if since is None else since, micros(end))
    found = {score.time: score for _, packed in rows for score in records.SCORES.unpack(packed)}
    before = max((time for time in found if time <= start), default=start)
    return [found[time] for time in sorted(found) if before <= time <= end]


def span(book: Book) -> tuple[datetime, datetime] | None:
    """From the first start to the last end of any row; None where there is no row.

    A day of waveforms is hundreds of thousands of rows, so of theirs the first to end is looked up
    alone: none that ends later begins much before it.
    """
    chains = list(book.head.links)
    if not chains:
        return None
    firsts = [_first_start(book, chain) for chain in chains]
    lasts = [_bound(book, chain, blocks.c.finish, blocks.c.finish.desc()) for chain in chains]
    row = book.connection.execute(sa.select(*firsts, *lasts)).one()
    found = list(zip(chains, row[: len(chains)], row[len(chains) :], strict=True))
    starts = [
        int(start) - (_LONGEST_WAVE if codes.is_waveform(chain) else 0)
        for chain, start, _ in found
        if start is not None
    ]
    ends = [int(end) for _, _, end in found if end is not None]
    return (moment(min(starts)), moment(max(ends))) if starts else None


def _first_start(book: Book, chain: int) -> "sa.ScalarSelect[int]":
    if codes.is_waveform(chain):
        return _bound(book, chain, blocks.c.start, blocks.c.finish)
    return _bound(book, chain, blocks.c.start, blocks.c.start)


def _bound(
    book: Book, chain: int, what: "sa.Column[int]", order: sa.ColumnExpressionArgument[int]
) -> "sa.ScalarSelect[int]":
    mine = (blocks.c.owner == book.owner, blocks.c.chain == chain, blocks.c.held > 0)
    return sa.select(what).where(*mine).order_by(order).limit(1).scalar_subquery()


def notes(book: Book, start: datetime, end: datetime) -> list[Note]:
    """Notes by time."""
    rows = book.rows(codes.NOTES, micros(start), micros(end))
    found = [note for _, content in rows for note in records.NOTES.unpack(content)]
    return sorted((note for note in found if start <= note.time <= end), key=lambda n: n.time)


def identity(book: Book) -> Patient:
    """Who the patient of a book is."""
    return kept(book, records.PATIENTS, table.c.kind == codes.PATIENT)[0]


def episodes(book: Book, start: datetime, end: datetime) -> list[Episode]:
    """Episodes that overlap the range, by start."""
    found = kept(book, records.EPISODES, table.c.kind == codes.EPISODE, *overlap(start, end))
    return sorted(found, key=lambda episode: (episode.start, episode.id))


def summaries(book: Book, limit: int) -> list[Summary]:
    """The newest first."""
    newest = (
        sa.select(table.c.key)
        .where(table.c.owner == book.owner, table.c.kind == codes.SUMMARY)
        .order_by(table.c.start.desc())
        .limit(limit)
    )
    found = kept(book, records.SUMMARIES, table.c.key.in_(newest))
    return sorted(found, key=lambda summary: summary.created, reverse=True)


def reviews(book: Book, summary: Summary) -> list[Review]:
    """What was decided about a summary, oldest first."""
    of_then = table.c.start == micros(summary.created)
    found = kept(book, records.REVIEWS, table.c.kind == codes.REVIEW, of_then)
    mine = [review for review in found if review.summary == summary.id]
    return sorted(mine, key=lambda review: review.at)


def kept(book: Book, form: Form[Kept], *conditions: sa.ColumnElement[bool]) -> list[Kept]:
    """The patient's records that fit, opened and checked."""
    check_records([book])
    mine = (table.c.owner == book.owner,)
    return [
        value
        for _, record in records.select(book.connection, *mine, *conditions)
        for value in form.unpack(record.opened(book.patient, book.opener))
    ]


def overlap(start: datetime | None, end: datetime | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a record overlaps a range, open where None."""
    conditions: list[sa.ColumnElement[bool]] = []
    if start is not None:
        conditions.append((table.c.finish >= micros(start)) | table.c.finish.is_(None))
    if end is not None:
        conditions.append(table.c.start <= micros(end))
    return conditions


def _numerics(
    book: Book, caches: Caches, start: int, end: int, wanted: list[int] | None
) -> Columns:
    """From blocks and tail, every version."""
    chains = [chain for chain in book.head.links if codes.is_numeric(chain)]
    tail = within(book.tail_columns(caches), start, end)
    if wanted is not None:
        chains = [chain for chain in chains if chain in wanted]
        tail = tail.take(np.isin(tail.signals, wanted))
    parts = [book.block_columns(chain, start, end) for chain in chains]
    return columns.joined([*parts, tail])


def _last_ending(book: Book, chain: int, at: int) -> int | None:
    """When the last row that ends by `at` ends."""
    query = sa.select(sa.func.max(blocks.c.finish)).where(
        blocks.c.owner == book.owner, blocks.c.chain == chain, blocks.c.finish <= at
    )
    found = book.connection.execute(query).scalar()
    return None if found is None else int(found)
