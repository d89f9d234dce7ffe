"""The key store: every data key, in a file of its own, never part of a backup of the data.

    key provider  wraps  the root key  wraps  each data key  seals  the data

A *scope* is what a key is for: a patient, a day's intake, a purpose of the house (blind index,
chains, audit). A scope has keys in *epochs*; the newest seals, the older ones still open. Seals
are counted in allotments that a process takes beforehand, so that the bound of
`privacy.envelope.MOST_SEALS` holds across processes and crashes.

Destroying a scope overwrites its wrapped keys, deletes them and empties the write-ahead log; what
stays is the scope's name, so that a restored backup is known to be unreadable for good.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy import envelope
from privacy.sqlite import Trouble, trouble
from sereno.domain.errors import Forgotten, KeyUnavailable, SerenoError, StorageBusy, StorageFull
from sereno.ports import KeyProvider
from sereno.settings import Settings

KEYS_FILE: Final = "keys.db"
BUSY_WAIT_S: Final = 15
# Seals that a process takes at a time: a restart wastes at most this many of 2^28.
ALLOTMENT: Final = 2**16
# Keys kept open in memory; the rest is unwrapped again at need.
MOST_OPEN: Final = 4096

_ROOT: Final = "root"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS root (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL,
                                 wrapped BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS keys (scope TEXT NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB NOT NULL,
                                 taken INTEGER NOT NULL, PRIMARY KEY (scope, epoch));
CREATE TABLE IF NOT EXISTS destroyed (scope TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS anchors (name TEXT PRIMARY KEY, number INTEGER NOT NULL,
                                    value BLOB NOT NULL);
"""


class Providing(Protocol):
    """Gives the key provider, told whether the key store is new (a passphrase may be made)."""

    def __call__(self, *, first_use: bool) -> KeyProvider:
        """The provider."""
        ...


class _Open(NamedTuple):
    cipher: AESGCM
    key: bytes


class _Allotment:
    """What this process may still seal under the newest key of a scope."""

    __slots__ = ("epoch", "left")

    def __init__(self, epoch: int, left: int) -> None:
        self.epoch = epoch
        self.left = left


class KeyStore:
    """Data keys by scope and epoch. Several processes may use one; safe to share by threads."""

    def __init__(
        self,
        path: Path,
        provider: Providing,
        *,
        allotment: int = ALLOTMENT,
        most_seals: int = envelope.MOST_SEALS,
        busy_wait_s: float = BUSY_WAIT_S,
    ) -> None:
        """Open the store in `path`, making it if need be. `provider` is told if it is new.

        A process takes `allotment` seals at a time, and a key is followed by the next one before
        it has sealed `most_seals` times. While another process writes, it waits for `busy_wait_s`.
        """
        self._allotment = allotment
        self._most_seals = most_seals
        self._lock = threading.RLock()
        self._connection = _connect(path, busy_wait_s)
        self._folder = path.parent
        self._open: dict[tuple[str, int], _Open] = {}
        self._allotments: dict[str, _Allotment] = {}
        self._destroyed: set[str] = set()
        self._standing: set[str] = set()  # not destroyed, as of the version seen last
        self._thread = threading.local()
        try:
            self.id, self._root = self._unwrap_root(provider)
            self._seen = self._data_version()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file and drop every key from memory."""
        with self._lock:
            self._open.clear()
            self._allotments.clear()
            self._connection.close()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Look for what other processes changed once, now, and not before each use of a key.

        For one transaction of one thread. What is forgotten within it may be sealed all the same,
        as if it had been forgotten after it, or raise Forgotten.
        """
        with self._lock:
            self._refresh()
        before, self._thread.steady = self._is_steady(), True
        try:
            yield
        finally:
            self._thread.steady = before

    def cipher_to_seal(self, scope: str, seals: int = 1) -> tuple[int, AESGCM]:
        """The newest epoch of `scope` and its cipher, for so many `seals`; made if there is none.

        Raises Forgotten where the scope's keys were destroyed.
        """
        with self._lock:
            self._refresh()
            allotment = self._allotments.get(scope)
            if allotment is None or allotment.left < seals:
                allotment = self._take(scope, seals)
            allotment.left -= seals
            return allotment.epoch, self._key(scope, allotment.epoch).cipher

    def cipher(self, scope: str, epoch: int) -> AESGCM:
        """The cipher of one epoch. Raises Forgotten, or KeyUnavailable where it was never here."""
        with self._lock:
            self._refresh()
            return self._key(scope, epoch).cipher

    def secret(self, purpose: str) -> bytes:
        """The house's own key for `purpose` (an index, a chain), made at the first use."""
        with self._lock:
            self._refresh()
            scope = f"house:{purpose}"
            if (scope, 0) not in self._open and not self._has(scope):
                self._take(scope, 0)
            return self._key(scope, 0).key

    def is_destroyed(self, scope: str) -> bool:
        """Whether the keys of `scope` were destroyed."""
        with self._lock:
            self._refresh()
            return self._gone(scope)

    def destroy(self, scope: str) -> None:
        """Make everything that was sealed under `scope` unreadable, here and in every backup."""
        with self._lock:
            with self._transaction() as run:
                run("INSERT OR IGNORE INTO destroyed VALUES (?)", (scope,))
                run(
                    "UPDATE keys SET wrapped = randomblob(length(wrapped)) WHERE scope = ?",
                    (scope,),
                )
            self._truncate_log()
            with self._transaction() as run:
                run("DELETE FROM keys WHERE scope = ?", (scope,))
            self._truncate_log()
            self._forget_open()

    def scopes(self, prefix: str) -> list[str]:
        """The scopes that begin with `prefix` and have keys."""
        query = "SELECT DISTINCT scope FROM keys WHERE substr(scope, 1, ?) = ? ORDER BY scope"
        with self._lock, _translated(self._folder):
            found = self._connection.execute(query, (len(prefix), prefix)).fetchall()
        return [scope for (scope,) in found]

    def anchor(self, name: str) -> tuple[int, bytes]:
        """The newest link of a chain that is kept elsewhere; (0, b"") before the first."""
        query = "SELECT number, value FROM anchors WHERE name = ?"
        with self._lock, _translated(self._folder):
            row = self._connection.execute(query, (name,)).fetchone()
        return (0, b"") if row is None else (int(row[0]), bytes(row[1]))

    def set_anchor(self, name: str, number: int, value: bytes) -> None:
        """Note the newest link, unless a newer one is noted."""
        with self._lock, self._transaction() as run:
            run(
                "INSERT INTO anchors VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "number = excluded.number, value = excluded.value "
                "WHERE excluded.number > anchors.number",
                (name, number, value),
            )

    def _unwrap_root(self, provider: Providing) -> tuple[str, bytes]:
        with _translated(self._folder):
            row = self._root_row()
        if row is None:
            row = self._make_root(provider(first_use=True))
        return str(row[0]), provider(first_use=False).unwrap(
            bytes(row[1]), _root_context(str(row[0]))
        )

    def _make_root(self, provider: KeyProvider) -> tuple[str, bytes]:
        """Of two processes that make the store at once, the first to write wins."""
        name = envelope.new_key()[:8].hex()
        wrapped = provider.wrap(envelope.new_key(), _root_context(name))
        with self._transaction() as run:
            run("INSERT OR IGNORE INTO root VALUES (1, ?, ?)", (name, wrapped))
            made = self._root_row()
        if made is None:
            raise KeyUnavailable(f"the key store in {self._folder} can not be made; check its disk")
        return made

    def _root_row(self) -> tuple[str, bytes] | None:
        row = self._connection.execute("SELECT id, wrapped FROM root").fetchone()
        return None if row is None else (row[0], row[1])

    def _take(self, scope: str, seals: int) -> _Allotment:
        """Take an allotment of the newest key, or of a new one where that would be too many."""
        wanted = max(self._allotment, seals)
        with self._transaction() as run:
            self._standing.discard(scope)  # asked within the transaction: it may just be destroyed
            if self._gone(scope):
                raise _forgotten()
            row = self._connection.execute(
                "SELECT epoch, taken FROM keys WHERE scope = ? ORDER BY epoch DESC LIMIT 1",
                (scope,),
            ).fetchone()
            if row is not None and row[1] + wanted <= self._most_seals:
                epoch = int(row[0])
                run(
                    "UPDATE keys SET taken = taken + ? WHERE scope = ? AND epoch = ?",
                    (wanted, scope, epoch),
                )
            else:
                epoch = 0 if row is None else int(row[0]) + 1
                wrapped = self._wrap(envelope.new_key(), scope, epoch)
                run("INSERT INTO keys VALUES (?, ?, ?, ?)", (scope, epoch, wrapped, wanted))
        allotment = _Allotment(epoch, wanted)
        self._allotments[scope] = allotment
        return allotment

    def _key(self, scope: str, epoch: int) -> _Open:
        found = self._open.get((scope, epoch))
        if found is not None:
            return found
        with _translated(self._folder):
            row = self._connection.execute(
                "SELECT wrapped FROM keys WHERE scope = ? AND epoch = ?", (scope, epoch)
            ).fetchone()
        if row is None or self._gone(scope):
            raise self._missing(scope)
        key = self._unwrap(bytes(row[0]), scope, epoch)
        if len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        self._open[scope, epoch] = _Open(AESGCM(key), key)
        return self._open[scope, epoch]

    def _wrap(self, key: bytes, scope: str, epoch: int) -> bytes:
        context = envelope.identity("data key", self.id, scope, epoch)
        return envelope.seal(AESGCM(self._root), 0, key, context)

    def _unwrap(self, wrapped: bytes, scope: str, epoch: int) -> bytes:
        context = envelope.identity("data key", self.id, scope, epoch)
        return envelope.unseal(AESGCM(self._root), wrapped, context)

    def _missing(self, scope: str) -> SerenoError:
        if self._gone(scope):
            return _forgotten()
        return KeyUnavailable(
            f"the key store in {self._folder} lacks a key that this database needs; "
            "put back the key store that belongs to it"
        )

    def _has(self, scope: str) -> bool:
        with _translated(self._folder):
            query = "SELECT 1 FROM keys WHERE scope = ? LIMIT 1"
            return self._connection.execute(query, (scope,)).fetchone() is not None

    def _gone(self, scope: str) -> bool:
        if scope in self._destroyed or scope in self._standing:
            return scope in self._destroyed
        with _translated(self._folder):
            query = "SELECT 1 FROM destroyed WHERE scope = ?"
            gone = self._connection.execute(query, (scope,)).fetchone() is not None
        (self._destroyed if gone else self._standing).add(scope)
        return gone

    def _refresh(self) -> None:
        """Drop what is in memory when another process has changed the store."""
        if self._is_steady():
            return
        version = self._data_version()
        if version != self._seen:
            self._seen = version
            self._open.clear()
            self._standing.clear()

    def _is_steady(self) -> bool:
        return getattr(self._thread, "steady", False)

    def _forget_open(self) -> None:
        self._open.clear()
        self._allotments.clear()
        self._standing.clear()

    def _data_version(self) -> int:
        with _translated(self._folder):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        with _translated(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _truncate_log(self) -> None:
        with _translated(self._folder):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def open_key_store(settings: Settings, provider: Providing) -> KeyStore:
    """The key store in the folder that `settings` name, made if there is none.

    `provider` gives the key provider; it is told whether the store is new. Raises KeyUnavailable.
    """
    folder = settings.keys
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / KEYS_FILE).touch(mode=0o600)
    except OSError as error:
        raise KeyUnavailable(
            f"the key store in {folder} can not be opened; "
            "make that folder writable for the user who runs Sereno"
        ) from error
    return KeyStore(folder / KEYS_FILE, provider)


def _connect(path: Path, busy_wait_s: float) -> sqlite3.Connection:
    with _translated(path.parent):
        connection = sqlite3.connect(
            path, timeout=busy_wait_s, isolation_level=None, check_same_thread=False
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "temp_store=MEMORY",
            # Keys are few and precious: they leave the log for the file at every commit.
            "wal_autocheckpoint=1",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.executescript(_SCHEMA)
    return connection


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        why = trouble(error)
        if why is Trouble.FULL:
            raise StorageFull(f"the disk of {folder} is full; free some space") from error
        if why is Trouble.BUSY:
            raise StorageBusy("the key store is busy; try again in a moment") from error
        if why is Trouble.CLOSED:
            raise KeyUnavailable(
                f"the key store in {folder} can not be written; "
                "make that folder writable for the user who runs Sereno"
            ) from error
        raise KeyUnavailable(
            f"the key store in {folder} can not be used ({error}); put back the last copy of it"
        ) from error


def _root_context(name: str) -> bytes:
    return envelope.identity("root key", name)


def _forgotten() -> Forgotten:
    return Forgotten("the patient's keys were destroyed; what they sealed is gone for good")
