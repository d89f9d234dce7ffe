"""Accounts, sessions and failed attempts. Names are sealed, and found by keyed hash."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.ports import Account, Session
from sereno.storage.book import DAMAGE
from sereno.storage.engine import Database, micros, moment
from sereno.storage.records import Form
from sereno.storage.tables import accounts, attempts, sessions

# Attempts older than any window that counts them, and sessions this long over, are deleted.
ATTEMPTS_KEPT: Final = timedelta(days=1)

_ACCOUNTS: Final[Form[Account]] = Form(Account)


class SealedAccounts:
    """The port `Accounts`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def add(self, account: Account, *, end_sessions: bool = False) -> None:
        """Keep a new account, or replace the one of that name."""
        token = self._token(account.name)
        sealed = self._sealed(token, account)
        with self._database.write() as connection:
            connection.execute(accounts.delete().where(accounts.c.token == token))
            connection.execute(accounts.insert().values(token=token, sealed=sealed))
            if end_sessions:
                self._end_sessions(connection, account.name)

    def choose_language(self, name: str, language: str) -> None:
        """Change an account's language alone, in one transaction with reading it."""
        token = self._token(name)
        mine = accounts.c.token == token
        query = sa.select(accounts.c.sealed).where(mine).with_for_update()
        with self._database.write() as connection:
            sealed = connection.execute(query).scalar()
            if sealed is None:
                return
            chosen = replace(self._opened(token, sealed), language=language)
            changed = accounts.update().where(mine).values(sealed=self._sealed(token, chosen))
            connection.execute(changed)

    def account(self, name: str) -> Account | None:
        """The account called `name`."""
        token = self._token(name)
        query = sa.select(accounts.c.sealed).where(accounts.c.token == token)
        with self._database.read() as connection:
            sealed = connection.execute(query).scalar()
        return None if sealed is None else self._opened(token, sealed)

    def names(self) -> list[str]:
        """Every account's name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(accounts.c.token, accounts.c.sealed)).all()
        return sorted(self._opened(bytes(token), sealed).name for token, sealed in rows)

    def alias(self, name: str) -> str:
        """A keyed hash of a name, whether there is such an account or not."""
        return self._vault.exact_token("account alias", name).hex()

    def open(self, session: Session) -> None:
        """Keep a session; those that are over go."""
        known = identity("session", session.token_hash)
        sealed = self._vault.seal_house(session.account.encode(), known)
        row = asdict(session) | {
            "started": micros(session.started),
            "last_input": micros(session.last_input),
            "expires": micros(session.expires),
            "sealed": sealed,
        }
        del row["account"]
        with self._database.write() as connection:
            over = micros(session.started)
            connection.execute(sessions.delete().where(sessions.c.expires < over))
            connection.execute(sessions.insert().values(row))

    def session(self, token_hash: bytes) -> Session | None:
        """The session of that token."""
        query = sa.select(sessions).where(sessions.c.token_hash == token_hash)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        known = identity("session", token_hash)
        return Session(
            token_hash=token_hash,
            account=self._vault.open_house(bytes(row.sealed), known).decode(),
            started=moment(row.started),
            last_input=moment(row.last_input),
            expires=moment(row.expires),
        )

    def touch(self, token_hash: bytes, at: datetime) -> None:
        """Note the user's input."""
        mine = sessions.update().where(sessions.c.token_hash == token_hash)
        self._write(mine.values(last_input=micros(at)))

    def close(self, token_hash: bytes) -> None:
        """End a session."""
        self._write(sessions.delete().where(sessions.c.token_hash == token_hash))

    def note_attempt(self, key: bytes, at: datetime) -> None:
        """Count a failed attempt against a keyed hash of a name or an address."""
        with self._database.write() as connection:
            connection.execute(attempts.insert().values(key=key, time=micros(at)))
            old = micros(at - ATTEMPTS_KEPT)
            connection.execute(attempts.delete().where(attempts.c.time < old))

    def attempts(self, key: bytes, since: datetime) -> int:
        """How many failed since."""
        with self._database.read() as connection:
            return _failed(connection, key, micros(since))

    def clear_attempts(self, key: bytes) -> None:
        """Forget them after a success."""
        self._write(attempts.delete().where(attempts.c.key == key))

    def _end_sessions(self, connection: Connection, name: str) -> None:
        """Whose a session is, is sealed: each is opened. One that does not open lets nobody in."""
        rows = connection.execute(sa.select(sessions.c.token_hash, sessions.c.sealed)).all()
        ended = [row.token_hash for row in rows if self._owner(row.token_hash, row.sealed) == name]
        connection.execute(sessions.delete().where(sessions.c.token_hash.in_(ended)))

    def _owner(self, token_hash: bytes, sealed: bytes) -> str | None:
        try:
            known = identity("session", bytes(token_hash))
            return self._vault.open_house(bytes(sealed), known).decode()
        except DAMAGE:
            return None

    def _write(self, statement: sa.Executable) -> None:
        with self._database.write() as connection:
            connection.execute(statement)

    def _token(self, name: str) -> bytes:
        return self._vault.exact_token("account", name)

    def _sealed(self, token: bytes, account: Account) -> bytes:
        return self._vault.seal_house(_ACCOUNTS.pack([account]), identity("account", token))

    def _opened(self, token: bytes, sealed: bytes) -> Account:
        content = self._vault.open_house(bytes(sealed), identity("account", token))
        return _ACCOUNTS.unpack(content)[0]


def _failed(connection: Connection, key: bytes, since: int) -> int:
    query = sa.select(sa.func.count()).where(attempts.c.key == key, attempts.c.time >= since)
    return int(connection.execute(query).scalar_one())
