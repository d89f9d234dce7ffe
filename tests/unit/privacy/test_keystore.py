"""The key store: several processes, one set of keys, and none left once destroyed."""

import sqlite3
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from privacy import envelope
from privacy.argon2 import argon2id
from privacy.keys import PASSPHRASE_FILE, PassphraseProvider, passphrase_provider
from privacy.keystore import KeyStore, open_key_store
from sereno.domain.errors import Forgotten, KeyUnavailable, StorageBusy, Unreadable
from sereno.settings import Settings
from tests.fakes.keys import QuickProvider, quick


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    store = open_key_store(Settings(data_dir=tmp_path), quick)
    yield store
    store.close()


def again(tmp_path: Path) -> KeyStore:
    return open_key_store(Settings(data_dir=tmp_path), quick)


def test_a_scope_keeps_its_key(keys: KeyStore, tmp_path: Path) -> None:
    epoch, cipher = keys.cipher_to_seal("patient:1")
    sealed = envelope.seal(cipher, epoch, b"plain", b"")
    other = again(tmp_path)
    assert other.id == keys.id
    assert envelope.unseal(other.cipher("patient:1", epoch), sealed, b"") == b"plain"
    with pytest.raises(Unreadable):
        envelope.unseal(other.cipher_to_seal("patient:2")[1], sealed, b"")
    other.close()


def test_a_purpose_keeps_its_secret(keys: KeyStore, tmp_path: Path) -> None:
    other = again(tmp_path)
    assert keys.secret("index") == other.secret("index") == keys.secret("index")
    assert keys.secret("chain") != keys.secret("index")
    other.close()


def test_a_key_is_replaced_before_it_has_sealed_too_often(tmp_path: Path) -> None:
    """Counted over restarts too; the old epoch still opens what it sealed."""
    epochs, sealed = [], b""
    for _ in range(9):
        store = KeyStore(tmp_path / "keys.db", quick, allotment=5, most_seals=20)
        epoch, cipher = store.cipher_to_seal("patient:1")
        sealed = sealed or envelope.seal(cipher, epoch, b"plain", b"")
        epochs.append(epoch)
        assert envelope.unseal(store.cipher("patient:1", 0), sealed, b"") == b"plain"
        store.close()
    assert epochs == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_an_allotment_is_not_exceeded(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys.db", quick, allotment=3, most_seals=6)
    assert [store.cipher_to_seal("s")[0] for _ in range(8)] == [0] * 6 + [1] * 2
    store.close()


def test_a_destroyed_scope_is_forgotten_everywhere(keys: KeyStore, tmp_path: Path) -> None:
    other = again(tmp_path)
    epoch, _ = keys.cipher_to_seal("patient:1")
    other.cipher("patient:1", epoch)
    kept, _ = keys.cipher_to_seal("patient:2")
    keys.destroy("patient:1")
    for store in (keys, other):
        assert store.is_destroyed("patient:1")
        assert not store.is_destroyed("patient:2")
        with pytest.raises(Forgotten):
            store.cipher("patient:1", epoch)
        with pytest.raises(Forgotten):
            store.cipher_to_seal("patient:1")
        store.cipher("patient:2", kept)
    other.close()


def test_within_one_transaction_the_keys_that_stand_at_its_beginning_are_used(
    keys: KeyStore, tmp_path: Path
) -> None:
    other = again(tmp_path)
    keys.cipher_to_seal("patient:1")
    with keys.steady():
        other.destroy("patient:1")
        with keys.steady():
            pass
        keys.cipher_to_seal("patient:1")
        other.destroy("patient:2")
        with pytest.raises(Forgotten):  # no key is made for who is forgotten
            keys.cipher_to_seal("patient:2")
    with pytest.raises(Forgotten):
        keys.cipher_to_seal("patient:1")
    other.close()


def test_a_destroyed_key_leaves_no_bytes(keys: KeyStore, tmp_path: Path) -> None:
    keys.cipher_to_seal("patient:1")
    (wrapped,) = keys._connection.execute(
        "SELECT wrapped FROM keys WHERE scope = 'patient:1'"
    ).fetchone()
    assert wrapped in bytes_of(tmp_path)
    keys.destroy("patient:1")
    assert wrapped not in bytes_of(tmp_path)
    assert wrapped[16:40] not in bytes_of(tmp_path)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_key_lies_in_the_clear(keys: KeyStore, tmp_path: Path) -> None:
    assert keys.secret("index") not in bytes_of(tmp_path)
    assert keys._root not in bytes_of(tmp_path)


def test_a_key_that_was_never_here_is_unavailable(keys: KeyStore) -> None:
    with pytest.raises(KeyUnavailable, match="put back the key store"):
        keys.cipher("patient:unknown", 0)


def test_another_provider_does_not_open_it(tmp_path: Path) -> None:
    again(tmp_path).close()

    def other(*, first_use: bool) -> QuickProvider:
        assert not first_use
        return QuickProvider("other")

    with pytest.raises(KeyUnavailable):
        open_key_store(Settings(data_dir=tmp_path), other)


def test_a_damaged_key_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "keys.db").write_bytes(b"no database at all" * 500)
    with pytest.raises(KeyUnavailable, match="put back"):
        again(tmp_path)


def test_a_key_file_that_can_not_be_written_is_not_taken_for_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(tmp_path).close()
    connect = sqlite3.connect

    def read_only(path: Path, **options: Any) -> sqlite3.Connection:
        return connect(f"file:{path}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    keys = again(tmp_path)
    with pytest.raises(KeyUnavailable, match="make that folder writable"):
        keys.cipher_to_seal("patient:new")
    keys.close()


def test_an_anchor_only_moves_on(keys: KeyStore) -> None:
    assert keys.anchor("audit") == (0, b"")
    keys.set_anchor("audit", 2, b"two")
    keys.set_anchor("audit", 1, b"one")
    assert keys.anchor("audit") == (2, b"two")


# The passphrase


def opened(settings: Settings) -> str:
    store = open_key_store(settings, partial(passphrase_provider, settings))
    store.close()
    return store.id


def test_a_passphrase_is_made_at_the_first_use_for_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    name = opened(settings)
    path = settings.keys / PASSPHRASE_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((settings.keys / "keys.db").stat().st_mode) == 0o600
    assert len(path.read_text()) > 40
    assert sorted(one.name for one in settings.keys.iterdir() if "keys.db" not in one.name) == [
        PASSPHRASE_FILE
    ]
    assert opened(settings) == name


@pytest.mark.parametrize(
    ("passphrase", "stretched"),
    [
        ("seven blue lamps", True),
        ("x" * 43, True),  # as they were made before they had a mark
        ("made-by-sereno.seven", True),
        ("made-by-sereno." + "x" * 43, False),
    ],
)
def test_what_may_be_guessed_is_stretched(passphrase: str, *, stretched: bool) -> None:
    """And what was wrapped before there was another kind still opens."""
    salt, nonce, key = bytes(16), bytes(12), bytes(range(32))
    cipher = AESGCM(argon2id(salt, 32).derive(passphrase.encode()))
    wrapped = salt + nonce + cipher.encrypt(nonce, key, b"root")
    provider = PassphraseProvider(passphrase)
    if stretched:
        assert provider.unwrap(wrapped, b"root") == key
    else:
        with pytest.raises(KeyUnavailable):
            provider.unwrap(wrapped, b"root")


def test_a_missing_passphrase_file_names_its_remedy(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    opened(settings)
    path = settings.keys / PASSPHRASE_FILE
    passphrase = path.read_text()
    path.unlink()
    with pytest.raises(KeyUnavailable, match="is missing; put it back"):
        opened(settings)
    path.write_text("\n")
    path.chmod(0o600)
    with pytest.raises(KeyUnavailable, match="is empty"):
        opened(settings)
    path.write_text("wrong")
    with pytest.raises(KeyUnavailable, match="does not open the key store"):
        opened(settings)
    path.write_text(passphrase)
    path.chmod(0o640)
    with pytest.raises(KeyUnavailable, match="chmod 600"):
        opened(settings)


def test_a_passphrase_from_the_settings_leaves_no_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key_passphrase=SecretStr("seven blue lamps"))
    name = opened(settings)
    assert not (settings.keys / PASSPHRASE_FILE).exists()
    assert opened(settings) == name
    with pytest.raises(KeyUnavailable):
        opened(settings.model_copy(update={"key_passphrase": SecretStr("six blue lamps")}))


def test_a_wrapped_key_opens_in_its_context_alone() -> None:
    provider = PassphraseProvider("words")
    wrapped = provider.wrap(b"k" * 32, b"here")
    assert provider.unwrap(wrapped, b"here") == b"k" * 32
    with pytest.raises(KeyUnavailable):
        provider.unwrap(wrapped, b"there")
    with pytest.raises(KeyUnavailable):
        provider.unwrap(b"short", b"here")


def test_a_store_that_another_process_writes_is_busy_and_not_broken(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys.db", quick, busy_wait_s=0)
    other = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy, match="try again"):
        store.cipher_to_seal("patient:1")
    other.execute("ROLLBACK")
    assert store.cipher_to_seal("patient:1")[0] == 0
    other.close()
    store.close()
