"""What `make fuzz` gives to the parsers: its inputs are theirs, and how they are changed."""

import random
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import coded, recorded
from tests.fuzz.mutating import mutated, stretched
from tests.support import real_data

TARGETS = {**coded.TARGETS, **recorded.TARGETS}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_own_seeds(name: str) -> None:
    target = TARGETS[name]
    run = target.load()
    seeds = list(islice(target.seeds(real_data()), 8))
    assert seeds
    for seed in seeds:
        run(seed[: target.longest])


def _as_is(data: bytes, most: int) -> bytes:
    return data[:most]


@pytest.mark.parametrize("shape", ["text", "json", "bytes"])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_changed_is_no_longer_than_allowed(shape: str, seed: int) -> None:
    assert len(mutated(b"MSH|^~&|a\rPID|1", 20, seed, shape, _as_is)) <= 20


def test_a_piece_again_and_again_makes_it_long() -> None:
    assert len(stretched(b"abc", 10_000, random.Random(1))) > 9_000
    assert stretched(b"", 10_000, random.Random(1)) == b""


def test_the_inputs_of_files_are_in_memory_alone() -> None:
    assert Path("/dev/shm") in recorded._FOLDER.parents
