"""Exactly once: parting what is new from what is stored already.

What is newer than the watermark of its signal and source is new. Only what is not is looked up
in the blocks that overlap: the same value is a duplicate, another one a correction. A value that
any version of its key has had is a duplicate, for a message may be delivered again after the one
that corrected it.

What was marked as artefact by its waveform came as a good value: it is a duplicate when it comes so
once more.

A source may tell the version itself, as another Sereno does whose correction comes before what it
corrects. A version older than one that is known changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sereno.domain.stream import Observation, Quality, WaveformChunk
from sereno.ports import Sifted, Unsifted
from sereno.storage import columns, waves
from sereno.storage.book import MOST_TIME, Book
from sereno.storage.codes import SIGNAL_OF, SIGNALS
from sereno.storage.columns import Columns
from sereno.storage.engine import micros
from sereno.storage.writing import stored_between


class _Key(NamedTuple):
    signal: int
    source: str
    time: int


class _Stretch(NamedTuple):
    signal: int
    channel: str
    source: str
    start: int
    end: int
    samples: int


# (quality, the value's representation): two of the same are one value, NaN too.
_Value = tuple[str, str]


def sift(book: Book, wanted: Unsifted) -> Sifted:
    """Part what is new from what is stored or pending. `duplicates` counts observations."""
    pending = wanted.pending
    marks = dict(book.head.marks)
    for one in pending:
        mark = SIGNALS[one.signal], one.source
        marks[mark] = max(micros(one.time), marks.get(mark, -MOST_TIME))
    new, doubtful = _by_watermark(marks, wanted.observations)
    duplicates = 0
    corrections: list[Observation] = []
    if doubtful:
        known = _known(book, [*pending, *new], doubtful)
        for key, one in doubtful:
            versions = known.setdefault(key, {})
            value = _value(one)
            if value in versions or _marked(value) in versions or _overtaken(one, versions):
                duplicates += 1
                continue
            version = max(one.version, max(versions.values(), default=0) + 1)
            (corrections if versions else new).append(replace(one, version=version))
            versions[value] = version
    return Sifted(
        new=tuple(new),
        corrections=tuple(corrections),
        duplicates=duplicates,
        waveforms=_new_waveforms(book, wanted.waveforms, wanted.pending_waveforms),
    )


def _new_waveforms(
    book: Book, chunks: Sequence[WaveformChunk], pending: Sequence[WaveformChunk]
) -> tuple[WaveformChunk, ...]:
    """Chunks that start where their lead ended or later, and late ones not kept yet."""
    marks = book.head.wave_marks
    there = set(map(_stretch, pending))
    fresh: dict[_Stretch, WaveformChunk] = {}
    for chunk in chunks:
        if len(chunk.samples):
            fresh.setdefault(_stretch(chunk), chunk)
    late = [one for one in fresh if one.start < marks.get(one[:3], -MOST_TIME)]
    there |= _stored_stretches(book, [one for one in late if one not in there])
    return tuple(chunk for stretch, chunk in fresh.items() if stretch not in there)


def _by_watermark(
    marks: dict[tuple[int, str], int], observations: Sequence[Observation]
) -> tuple[list[Observation], list[tuple[_Key, Observation]]]:
    """What is newer than everything before it, and the rest, in the order given."""
    new: list[Observation] = []
    doubtful: list[tuple[_Key, Observation]] = []
    for one in observations:
        mark, at = (SIGNALS[one.signal], one.source), micros(one.time)
        if at > marks.get(mark, -MOST_TIME):
            marks[mark] = at
            new.append(one)
        else:
            doubtful.append((_Key(*mark, at), one))
    return new, doubtful


def _overtaken(one: Observation, versions: Mapping[_Value, int]) -> bool:
    """Whether a later version is known, and this one was left out: its source counts them.

    Of a source that does not, the first of all is version 1.
    """
    told = versions.values()
    return one.version not in told and one.version < max(told, default=0)


def _known(
    book: Book, pending: Iterable[Observation], doubtful: list[tuple[_Key, Observation]]
) -> dict[_Key, dict[_Value, int]]:
    """The versions of each doubtful key that are stored, or about to be."""
    wanted = {key for key, _ in doubtful}
    known: dict[_Key, dict[_Value, int]] = {}
    late = [one for key, one in doubtful if key.time <= book.head.marks.get(key[:2], -MOST_TIME)]
    stored = columns.observations(_stored(book, late)) if late else []
    for one in (*stored, *pending):
        key = _key(one)
        if key in wanted:
            known.setdefault(key, {})[_value(one)] = one.version
    return known


def _stored(book: Book, late: list[Observation]) -> Columns:
    """What is stored at the times of these."""
    wanted = columns.of(late)
    found = stored_between(book, wanted)
    return found.take(np.isin(found.times, wanted.times))


def _key(one: Observation) -> _Key:
    return _Key(SIGNALS[one.signal], one.source, micros(one.time))


def _value(one: Observation) -> _Value:
    return one.quality.value, float(one.value).hex()


def _marked(value: _Value) -> _Value:
    """A good value as its waveform may have marked it."""
    quality, told = value
    return (Quality.ARTEFACT if quality == Quality.GOOD else quality), told


def _stretch(chunk: WaveformChunk) -> _Stretch:
    start, end = micros(chunk.start), micros(chunk.end)
    code = SIGNALS[chunk.signal]
    return _Stretch(code, chunk.channel, chunk.source, start, end, len(chunk.samples))


def _stored_stretches(book: Book, wanted: Sequence[_Stretch]) -> set[_Stretch]:
    """What is stored where these lie: each block is opened once, however many lie in it."""
    found: set[_Stretch] = set()
    for signal in {one.signal for one in wanted}:
        mine = [one for one in wanted if one.signal == signal]
        start, end = min(one.start for one in mine), max(one.end for one in mine)
        for _, content in book.rows(signal, start, end):
            found |= {_stretch(one) for one in waves.unpack(content, SIGNAL_OF[signal])}
    return found
