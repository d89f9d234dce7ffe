"""Who may look: signing in and out, sessions, idle time-out and the limit on attempts.

A session ends when its user signs out, gives no input for `idle_timeout`, after `session_length`
in any case, or when its account is disabled or given a new password. What a screen fetches by
itself is no input.
"""

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from privacy import accounts as crypto
from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    InvalidEntry,
    NotFound,
    TooManyAttempts,
    UnknownRole,
)
from sereno.domain.roles import Actor, Role
from sereno.domain.vitals import Language
from sereno.ports import Account, Accounts, AuditLog, Clock, Session

ATTEMPT_WINDOW: Final = timedelta(minutes=15)
# Few guesses at one name from one place; more for a name from everywhere, so that nobody can
# lock a colleague out; and some for a place, where a whole ward may share one address.
ATTEMPTS_AT_NAME_FROM_ADDRESS: Final = 5
ATTEMPTS_FROM_ADDRESS: Final = 30
ATTEMPTS_AT_NAME: Final = 50
# An attempt waits its turn to be hashed (64 MiB each); no longer than this.
HASHING_WAIT_S: Final = 5.0
# Input is written down at most this often: a keystroke need not be a transaction.
TOUCH_STEP: Final = timedelta(seconds=10)
LONGEST_NAME: Final = 64
NOBODY: Final = "nobody"  # in the audit log: who has not signed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is signed in, as the screens need to know. `session` is the token's digest."""

    account: str
    role: Role
    language: Language | None
    session: bytes
    idle_until: datetime
    expires: datetime

    @property
    def actor(self) -> Actor:
        """As who asks for a change."""
        return Actor(self.account, self.role)


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as a list shows it. `role` is as it was kept."""

    name: str
    role: str
    disabled: bool


class Access:
    """Accounts and sessions. Every method may block for a database read; signing in also hashes."""

    def __init__(
        self,
        accounts: Accounts,
        clock: Clock,
        audit: AuditLog,
        *,
        idle_timeout: timedelta,
        session_length: timedelta,
        verify: Callable[[str, str | None], bool] = crypto.verify_password,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._audit = audit
        self._idle_timeout = idle_timeout
        self._session_length = session_length
        self._verify = verify
        # Attempts are counted under a key that dies with the process: the table names nobody.
        self._attempt_key = secrets.token_bytes(32)
        self._hashing = threading.Lock()

    def create_account(
        self, name: str, password: str, by: Actor, *, role: Role = Role.CLINICIAN
    ) -> None:
        """Make an account. `by` is who asks for it.

        Raises InvalidEntry where the name or the password is out of bounds, Conflict where there
        is one of that name.
        """
        wanted = _chosen(name)
        account = Account(name=wanted, secret=crypto.hash_password(password), role=role)
        if self._accounts.account(wanted) is not None:
            raise Conflict(
                f"there is an account called {wanted!r}; give it a new password: "
                "`sereno accounts password NAME`"
            )
        self._keep(account, "account_created", by)

    def set_password(
        self, name: str, password: str, by: Actor, *, role: Role | None = None
    ) -> None:
        """Give an account a new password, and `role` where one is named; its open sessions end.

        One that was disabled is let in again. `by` is who asks for it. Raises InvalidEntry where
        the password is out of bounds, or NotFound.
        """
        known, secret = self._known(name), crypto.hash_password(password)
        account = replace(known, secret=secret, role=role or known.role, disabled=False)
        self._keep(account, "password_changed", by)

    def disable_account(self, name: str, by: Actor) -> None:
        """Let an account in no more; its open sessions end. A new password enables it again.

        `by` is who asks for it. Raises NotFound.
        """
        account = self._known(name)
        self._audit.record(by.name, "account_disabled", detail=account.name)
        self._accounts.add(replace(account, disabled=True), end_sessions=True)

    def accounts(self) -> list[Listed]:
        """Every account, by name."""
        found = (self._accounts.account(name) for name in self._accounts.names())
        return [Listed(each.name, each.role, each.disabled) for each in found if each]

    def sign_in(self, name: str, password: str, address: str) -> str:
        """Check a password and open a session; its token, for the cookie and nowhere else.

        `address` is the network address of the browser. Raises TooManyAttempts, or AccessDenied
        with the same words whether the name or the password is wrong; UnknownRole where both are
        right, but nobody knows what the account may do.
        """
        wanted = _tidy(name)
        if not self._hashing.acquire(timeout=HASHING_WAIT_S):
            raise TooManyAttempts(_LATER)
        try:
            return self._sign_in(wanted, password, address)
        finally:
            self._hashing.release()

    def viewer(self, token: str | None) -> Viewer | None:
        """Who carries `token`; None where the session has ended. Not an input of the user."""
        if not token:
            return None
        digest = crypto.token_digest(token)
        session = self._accounts.session(digest)
        if session is None:
            return None
        account = self._accounts.account(session.account)
        role = _role(account)
        idle_until = session.last_input + self._idle_timeout
        ended = self._clock.now() >= min(idle_until, session.expires)
        if ended or account is None or account.disabled or role is None:
            self._accounts.close(digest)
            self._audit.record(session.account, "session_ended")
            return None
        return Viewer(
            account=account.name,
            role=role,
            language=Language(account.language) if account.language else None,
            session=digest,
            idle_until=idle_until,
            expires=session.expires,
        )

    def touch(self, viewer: Viewer) -> None:
        """Note an input of the user, which puts the idle time-out off."""
        now = self._clock.now()
        if now - (viewer.idle_until - self._idle_timeout) >= TOUCH_STEP:
            self._accounts.touch(viewer.session, now)

    def sign_out(self, viewer: Viewer) -> None:
        """End the session."""
        self._accounts.close(viewer.session)
        self._audit.record(viewer.account, "signed_out")

    def choose_language(self, viewer: Viewer, language: Language) -> None:
        """Remember the language of an account's screens."""
        self._accounts.choose_language(viewer.account, language.value)

    def _known(self, name: str) -> Account:
        account = self._accounts.account(_tidy(name))
        if account is None:
            raise NotFound(f"no account is called {_tidy(name)!r}; see `sereno accounts list`")
        return account

    def _keep(self, account: Account, action: str, by: Actor) -> None:
        # First the line: what is changed must not lack one.
        self._audit.record(by.name, action, detail=f"{account.name}: {account.role}")
        self._accounts.add(account, end_sessions=True)

    def _sign_in(self, name: str, password: str, address: str) -> str:
        """Under the lock, so that parallel guesses can not outrun the count."""
        limits = self._limits(name, address)
        now = self._clock.now()
        since = now - ATTEMPT_WINDOW
        if any(self._accounts.attempts(key, since) >= most for key, most in limits.items()):
            raise TooManyAttempts(_LATER)
        account = self._accounts.account(name) if len(name) <= LONGEST_NAME else None
        right = self._verify(password, account.secret if account else None)
        if account is None or account.disabled or not right:
            for key in limits:
                self._accounts.note_attempt(key, now)
            # What is typed as a name may be a password: the log has no use for either.
            self._audit.record(NOBODY, "sign_in_failed", detail=self._accounts.alias(name))
            raise AccessDenied(_WRONG)
        self._accounts.clear_attempts(self._at_name_from(name, address))
        if _role(account) is None:
            self._audit.record(account.name, "role_unknown", detail=account.role)
            raise UnknownRole(_NO_ROLE)
        token = self._open(account, now)
        self._check_unchanged(account, token)
        return token

    def _check_unchanged(self, checked: Account, token: str) -> None:
        """A password changed while the old one was being hashed ends this session too."""
        kept = self._accounts.account(checked.name)
        if kept is None or kept.disabled or kept.secret != checked.secret:
            self._accounts.close(crypto.token_digest(token))
            raise AccessDenied(_WRONG)

    def _open(self, account: Account, now: datetime) -> str:
        token = crypto.new_token()
        session = Session(
            token_hash=crypto.token_digest(token),
            account=account.name,
            started=now,
            last_input=now,
            expires=now + self._session_length,
        )
        self._accounts.open(session)
        self._audit.record(account.name, "signed_in")
        return token

    def _limits(self, name: str, address: str) -> dict[bytes, int]:
        """Keys of the counters with the most failures each bears."""
        return {
            self._at_name_from(name, address): ATTEMPTS_AT_NAME_FROM_ADDRESS,
            self._counter("address", address): ATTEMPTS_FROM_ADDRESS,
            self._counter("name", name): ATTEMPTS_AT_NAME,
        }

    def _at_name_from(self, name: str, address: str) -> bytes:
        """The key of the narrowest counter, which a success clears: the others are shared."""
        return self._counter("both", name, address)

    def _counter(self, *parts: str) -> bytes:
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self._attempt_key, text, "sha256")


_WRONG: Final = "name or password is wrong; try again"
_NO_ROLE: Final = (
    f"the account's role is none of {', '.join(Role)}; "
    "give it one: `sereno accounts password NAME --role clinician`"
)
_LATER = f"too many attempts; wait {ATTEMPT_WINDOW // timedelta(minutes=1)} minutes and try again"


def _role(account: Account | None) -> Role | None:
    """The account's role; None for one that only another release knows."""
    return Role(account.role) if account and account.role in set(Role) else None


def _chosen(name: str) -> str:
    """The name of an account that is to be made. Raises InvalidEntry where none can have it."""
    tidy = _tidy(name)
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise InvalidEntry(
            f"an account's name has 1 to {LONGEST_NAME} characters; choose another one"
        )
    return tidy


def _tidy(name: str) -> str:
    return name.strip().casefold()
