"""What every `ApiKeys` must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.ports import ApiKey, ApiKeys
from sereno.storage import Storage
from sereno.storage.tables import api_keys
from tests.fakes.clock import NOON

KEY = ApiKey(name="dictation", digest="a5" * 32, created=NOON, created_by="it")


@pytest.fixture
def keys(storage: Storage) -> ApiKeys:
    return storage.api_keys


def test_a_key_is_found_by_its_name_and_by_its_secrets_hash(keys: ApiKeys) -> None:
    assert (keys.named("dictation"), keys.find(KEY.digest), keys.every()) == (None, None, [])
    keys.keep(KEY)
    other = replace(KEY, name="billing", digest="b6" * 32)
    keys.keep(other)
    assert keys.named("dictation") == keys.find(KEY.digest) == KEY
    assert keys.every() == [other, KEY]


def test_one_of_the_same_name_takes_its_place(keys: ApiKeys) -> None:
    keys.keep(KEY)
    revoked = replace(KEY, revoked=NOON + timedelta(hours=1))
    keys.keep(revoked)
    assert keys.find(KEY.digest) == revoked
    keys.keep(replace(KEY, digest="c7" * 32))
    assert keys.find(KEY.digest) is None
    assert len(keys.every()) == 1


def test_a_hash_written_into_the_table_by_another_hand_opens_nothing(
    keys: ApiKeys, storage: Storage
) -> None:
    keys.keep(KEY)
    with storage.database.write() as connection:
        connection.execute(api_keys.update().values(digest=bytes.fromhex("d8" * 32)))
    assert keys.find("d8" * 32) is None


def test_its_name_is_sealed(keys: ApiKeys, storage: Storage) -> None:
    keys.keep(KEY)
    with storage.database.read() as connection:
        rows = connection.execute(api_keys.select()).all()
    assert b"dictation" not in b"".join(bytes(value) for row in rows for value in row)
