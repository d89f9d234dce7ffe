"""Who may come in: people with accounts and sessions, programs with keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sereno.domain.roles import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who may sign in. `secret` is an Argon2id hash in PHC form.

    `role` is as it was kept, and may be one that only another release knows.
    """

    name: str
    secret: str
    role: str = Role.CLINICIAN.value
    language: str | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser. `token_hash` is the SHA-256 of the cookie's token."""

    token_hash: bytes
    account: str
    started: datetime
    last_input: datetime
    expires: datetime


class Accounts(Protocol):
    """Accounts, their sessions, and failed attempts."""

    def add(self, account: Account, *, end_sessions: bool = False) -> None:
        """Keep a new account, or replace the one of that name.

        `end_sessions` ends all of its sessions in the same transaction.
        """
        ...

    def choose_language(self, name: str, language: str) -> None:
        """Change an account's language and nothing else of it; where there is none, nothing.

        What others change of the account meanwhile stays changed.
        """
        ...

    def account(self, name: str) -> Account | None:
        """The account called `name`."""
        ...

    def names(self) -> list[str]:
        """Every account's name."""
        ...

    def alias(self, name: str) -> str:
        """A keyed hash of a name: the same for the same name always, and tells nothing of it."""
        ...

    def open(self, session: Session) -> None:
        """Keep a session."""
        ...

    def session(self, token_hash: bytes) -> Session | None:
        """The session of that token."""
        ...

    def touch(self, token_hash: bytes, at: datetime) -> None:
        """Note the user's input."""
        ...

    def close(self, token_hash: bytes) -> None:
        """End a session."""
        ...

    def note_attempt(self, key: bytes, at: datetime) -> None:
        """Count a failed attempt against a keyed hash of a name or an address."""
        ...

    def attempts(self, key: bytes, since: datetime) -> int:
        """How many failed since."""
        ...

    def clear_attempts(self, key: bytes) -> None:
        """Forget them after a success."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A program's key. `digest`: its secret's SHA-256, in hex.

    `scopes` are as they were kept, and one may be known to another release alone: it opens nothing.
    """

    name: str
    digest: str
    created: datetime
    created_by: str
    scopes: tuple[str, ...] = (Scope.MODEL.value,)
    revoked: datetime | None = None


class ApiKeys(Protocol):
    """The keys of programs."""

    def keep(self, key: ApiKey) -> None:
        """Keep a new key, or replace the one of that name."""
        ...

    def named(self, name: str) -> ApiKey | None:
        """The key called `name`, revoked or not."""
        ...

    def find(self, digest: str) -> ApiKey | None:
        """The key of that secret, revoked or not."""
        ...

    def every(self) -> list[ApiKey]:
        """All of them, by name."""
        ...
