"""However deliveries are shuffled, split and repeated, the content is the same."""

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from sereno.domain.stream import Observation, Quality, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.settings import Settings
from sereno.storage import open_storage
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.keys import quick

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(days=1)

keys = st.tuples(
    st.sampled_from([Signal.HEART_RATE, Signal.SPO2]),
    st.integers(0, 30),
    st.sampled_from(["monitor", "lab"]),
)
streams = st.dictionaries(keys, st.sampled_from([70.0, 70.5, 0.0]), min_size=1, max_size=25)


@given(data=st.data())
@settings(max_examples=40)
def test_any_deliveries_of_a_stream_give_the_stream(
    migrated_file: Path, data: st.DataObject
) -> None:
    stream = [
        Observation(signal, NOON + at * SECOND, value, source)
        for (signal, at, source), value in data.draw(streams).items()
    ]
    shuffled = data.draw(st.permutations([*stream, *stream]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=6)))
    compacting = data.draw(st.sets(st.integers(0, 6)))
    with TemporaryDirectory() as folder:
        shutil.copy(migrated_file, folder)
        storage = open_storage(Settings(data_dir=Path(folder)), FakeClock(), quick)
        store = storage.store
        patient = store.admit(Subject(identifier="1")).id
        new = 0
        for number, (first, last) in enumerate(
            zip([0, *cuts], [*cuts, len(shuffled)], strict=True)
        ):
            sifted = store.sift(patient, shuffled[first:last])
            assert not sifted.corrections
            new += len(sifted.new)
            store.commit([Commit(patient=patient, observations=sifted.new)])
            if number in compacting:
                sum(store.compacting(NOON + 15 * SECOND))
        found = store.observations(patient, NOON, LATER)
        storage.close()
    assert new == len(stream)
    assert sorted(found, key=repr) == sorted(stream, key=repr)


corrections = st.lists(
    st.tuples(keys, st.sampled_from([70.0, 71.0, 72.0]), st.sampled_from(list(Quality)[:2])),
    max_size=20,
)


@given(deliveries=corrections, size=st.integers(1, 20))
@settings(max_examples=40)
def test_each_value_of_a_key_is_kept_once_and_the_newest_shows(
    migrated_file: Path,
    deliveries: list[tuple[tuple[Signal, int, str], float, Quality]],
    size: int,
) -> None:
    shown: dict[tuple[Signal, int, str], Observation] = {}
    known: dict[tuple[Signal, int, str], list[tuple[float, Quality]]] = {}
    stream = []
    for (signal, at, source), value, quality in deliveries:
        one = Observation(signal, NOON + at * SECOND, value, source, quality)
        stream.append(one)
        versions = known.setdefault((signal, at, source), [])
        if (value, quality) not in versions:
            versions.append((value, quality))
            shown[signal, at, source] = Observation(
                signal, one.time, value, source, quality, len(versions)
            )
    with TemporaryDirectory() as folder:
        shutil.copy(migrated_file, folder)
        storage = open_storage(Settings(data_dir=Path(folder)), FakeClock(), quick)
        store = storage.store
        patient = store.admit(Subject(identifier="1")).id
        for first in range(0, len(stream), size):
            sifted = store.sift(patient, stream[first : first + size])
            fresh = sifted.new + sifted.corrections
            store.commit([Commit(patient=patient, observations=fresh)])
            if first % 2:
                sum(store.compacting(LATER))
        found = store.observations(patient, NOON, LATER)
        storage.close()
    assert sorted(found, key=repr) == sorted(shown.values(), key=repr)
