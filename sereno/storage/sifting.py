"""Exactly once: parting what is new from what is stored already.

What is newer than the watermark of its signal and source is new. Only what is not is looked up
in the blocks that overlap: the same value is a duplicate, another one a correction. A value that
any version of its key has had is a duplicate, for a message may be delivered again after the one
that corrected it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sereno.domain.stream import Observation, WaveformChunk
from sereno.ports import Sifted
from sereno.storage import columns, waves
from sereno.storage.book import MOST_TIME, Book
from sereno.storage.codes import SIGNALS
from sereno.storage.engine import micros
from sereno.storage.writing import stored_between


class _Key(NamedTuple):
    signal: int
    source: str
    time: int


# (quality, the value's representation): two of the same are one value, NaN too.
_Value = tuple[str, str]


def sift(
    book: Book, observations: Sequence[Observation], waveforms: Sequence[WaveformChunk]
) -> Sifted:
    """Part what is new from what is stored."""
    fresh, doubtful = _by_watermark(book, observations)
    new, duplicates = list(fresh.values()), 0
    corrections: list[Observation] = []
    if doubtful:
        known = _known(book, fresh, doubtful)
        for key, one in doubtful:
            versions = known.setdefault(key, {})
            value = _value(one)
            if value in versions:
                duplicates += 1
                continue
            version = max(versions.values(), default=0) + 1
            versions[value] = version
            (corrections if version > 1 else new).append(replace(one, version=version))
    return Sifted(
        new=tuple(new),
        corrections=tuple(corrections),
        duplicates=duplicates,
        waveforms=_new_waveforms(book, waveforms),
    )


def _by_watermark(
    book: Book, observations: Sequence[Observation]
) -> tuple[dict[_Key, Observation], list[tuple[_Key, Observation]]]:
    """What is newer than everything before it, and the rest, in the order given."""
    marks = dict(book.head.marks)
    fresh: dict[_Key, Observation] = {}
    doubtful: list[tuple[_Key, Observation]] = []
    for one in observations:
        key = _Key(SIGNALS[one.signal], one.source, micros(one.time))
        if key.time > marks.get(key[:2], -MOST_TIME):
            marks[key[:2]] = key.time
            fresh[key] = one if one.version == 1 else replace(one, version=1)
        else:
            doubtful.append((key, one))
    return fresh, doubtful


def _known(
    book: Book, fresh: dict[_Key, Observation], doubtful: list[tuple[_Key, Observation]]
) -> dict[_Key, dict[_Value, int]]:
    """The versions of each doubtful key that are stored, or came earlier in this batch."""
    known: dict[_Key, dict[_Value, int]] = {}
    for key, _ in doubtful:
        if key in fresh:
            known[key] = {_value(fresh[key]): 1}
    late = [one for key, one in doubtful if key.time <= book.head.marks.get(key[:2], -MOST_TIME)]
    if late:
        _add_stored(known, {key for key, _ in doubtful}, book, late)
    return known


def _add_stored(
    known: dict[_Key, dict[_Value, int]], wanted: set[_Key], book: Book, late: list[Observation]
) -> None:
    stored = stored_between(book, columns.of(late))
    times = np.fromiter({key.time for key in wanted}, np.int64)
    for one in columns.observations(stored.take(np.isin(stored.times, times))):
        key = _Key(SIGNALS[one.signal], one.source, micros(one.time))
        if key in wanted:
            known.setdefault(key, {})[_value(one)] = one.version


def _value(one: Observation) -> _Value:
    return one.quality.value, float(one.value).hex()


def _new_waveforms(book: Book, chunks: Sequence[WaveformChunk]) -> tuple[WaveformChunk, ...]:
    """Chunks that start where their lead ended or later, and late ones that are not stored."""
    marks = dict(book.head.wave_marks)
    new: dict[tuple[int, str, str, int, int], WaveformChunk] = {}
    for chunk in chunks:
        lead = (SIGNALS[chunk.signal], chunk.channel, chunk.source)
        start = micros(chunk.start)
        if not len(chunk.samples):
            continue
        if start < marks.get(lead, -MOST_TIME) and _is_stored(book, chunk):
            continue
        marks[lead] = max(micros(chunk.end), marks.get(lead, -MOST_TIME))
        new.setdefault((*lead, start, len(chunk.samples)), chunk)
    return tuple(new.values())


def _is_stored(book: Book, chunk: WaveformChunk) -> bool:
    rows = book.rows(SIGNALS[chunk.signal], micros(chunk.start), micros(chunk.end))
    return any(
        one.start == chunk.start
        and len(one.samples) == len(chunk.samples)
        and (one.channel, one.source) == (chunk.channel, chunk.source)
        for _, content in rows
        for one in waves.unpack(content, chunk.signal)
    )
