"""Keys of the clinic's programs: made for a purpose, listed, revoked and checked.

A key is shown once, when it is made, and kept as a hash. It opens what its scopes say and nothing
else. Each use is a line of the audit log, with nothing of what was asked.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from privacy.accounts import new_token, token_digest
from sereno.domain.errors import AccessDenied, Conflict, InvalidEntry, NotFound, WrongScope
from sereno.domain.roles import Actor, Scope
from sereno.ports import ApiKey, ApiKeys, AuditLog, Clock

# So that whoever finds one, or a scanner that looks for secrets, knows what it is.
PREFIX: Final = "sereno-"
LONGEST_NAME: Final = 64
LONGEST_KEY: Final = 256
ANYONE: Final = "anyone on this machine"  # who asks where no key is asked for
NOBODY: Final = "nobody"  # in the audit log: whose key is none
# Refused keys are one line in so long: a flood of them must not fill the disk.
REFUSALS_NOTED_ONCE_IN: Final = timedelta(minutes=1)
WRONG: Final = (
    "this is no valid API key; send `Authorization: Bearer KEY`, made with "
    "`sereno keys add NAME --scope {scope}`"
)


class Keys:
    """The use cases. Every method may block for the database.

    Without `asked_for`, whoever is on this machine may ask the model without a key; patients are
    read with one in any case.
    """

    def __init__(
        self, keys: ApiKeys, clock: Clock, audit: AuditLog, *, asked_for: bool = True
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._audit = audit
        self._asked_for = asked_for
        self._refusal_noted: datetime | None = None
        self._lock = threading.Lock()

    def add(self, name: str, by: Actor, scopes: Sequence[Scope] = (Scope.MODEL,)) -> str:
        """Make a key for `scopes`; its secret, which is shown now and never again.

        Raises InvalidEntry for a name out of bounds or no scope, Conflict where a valid key has it.
        """
        name = _tidy(name)
        if not scopes:
            raise InvalidEntry("a key without a scope opens nothing; say what it is for")
        known = self._keys.named(name)
        if known and known.revoked is None:
            message = f"a key is called {name!r} already; revoke it first, or choose another name"
            raise Conflict(message)
        secret = PREFIX + new_token()
        key = ApiKey(
            name=name,
            digest=token_digest(secret).hex(),
            created=self._clock.now(),
            created_by=by.name,
            scopes=tuple(dict.fromkeys(scope.value for scope in scopes)),
        )
        # First the line: what is changed must not lack one.
        self._audit.record(by.name, "api_key_created", detail=f"{name}: {', '.join(key.scopes)}")
        self._keys.keep(key)
        return secret

    def revoke(self, name: str, by: Actor) -> None:
        """Let a key in no more. Raises NotFound."""
        key = self._keys.named(_tidy(name))
        if key is None:
            message = f"no key is called {_tidy(name)!r}; see `sereno keys list`"
            raise NotFound(message)
        if key.revoked is None:
            self._audit.record(by.name, "api_key_revoked", detail=key.name)
            self._keys.keep(replace(key, revoked=self._clock.now()))

    def every(self) -> list[ApiKey]:
        """All of them, revoked or not, by name."""
        return self._keys.every()

    def who(self, secret: str | None, scope: Scope = Scope.MODEL) -> str:
        """The name of the valid key with that secret that opens `scope`.

        Raises AccessDenied, and WrongScope where the key is for something else.
        """
        if scope is Scope.MODEL and not self._asked_for:
            return ANYONE
        key = None
        if secret and len(secret) <= LONGEST_KEY:
            key = self._keys.find(token_digest(secret).hex())
        if key is None or key.revoked is not None:
            self._note_refusal(key)
            raise AccessDenied(WRONG.format(scope=scope.value))
        if scope.value not in key.scopes:
            self._note_refusal(key)
            raise WrongScope(
                f"this key was not made for {scope.value!r}; make one that is, with "
                f"`sereno keys add NAME --scope {scope.value}`"
            )
        return key.name

    def note_use(self, who: str, what: str) -> None:
        """Note that a key asks. Raises StorageError: without a line nothing is asked."""
        self._audit.record(f"key {who}", what)

    def _note_refusal(self, key: ApiKey | None) -> None:
        now = self._clock.now()
        with self._lock:
            noted = self._refusal_noted
            if noted is not None and now - noted < REFUSALS_NOTED_ONCE_IN:
                return
            self._refusal_noted = now
        self._audit.record(NOBODY, "api_key_refused", detail=key.name if key else "")


def _tidy(name: str) -> str:
    """A name as it is kept: it is printed, and stands in the audit log."""
    tidy = name.strip()
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        message = f"a key's name has 1 to {LONGEST_NAME} printable characters; choose another one"
        raise InvalidEntry(message)
    return tidy
