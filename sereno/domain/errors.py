"""What can go wrong, as one tree. Every message is one line that names its remedy.

SerenoError
├── ConfigurationError      a setting is missing or contradicts another one
├── InvalidEntry            what a person entered is out of bounds
├── SourceError             a connector can not read or reach its source
│   ├── MalformedInput      what arrived can not be parsed
│   └── RefusedByPeer       a destination will never take what it was told
├── StorageError            the database or the key store refused
│   ├── StorageFull         no space is left on the disk
│   ├── StorageBusy         another process holds the database for longer than is waited for
│   ├── Unreadable          a sealed block does not open: altered, swapped or cut off
│   └── Forgotten           the patient's key was destroyed
├── KeyUnavailable          the key provider can not give the key
├── NotFound                no such patient, alarm, job or summary
├── Conflict                another process holds the lease, or the state has moved on
│   └── LetterSettled       a dead letter was settled by somebody else meanwhile
├── ModelError              the language model can not be built, loaded or run
│   └── ModelMissing        no model has been built yet
└── AccessDenied            not signed in, or not allowed to
    ├── TooManyAttempts     sign-in is closed for a while to that name or address
    ├── WrongScope          the key is valid, and was made for something else
    └── UnknownRole         the account has a role that this release does not know
"""


class SerenoError(Exception):
    """Base of all that Sereno raises on purpose."""


class ConfigurationError(SerenoError):
    """A setting is missing, malformed or contradicts another one."""


class InvalidEntry(SerenoError):
    """What a person entered is out of bounds: a reason, a limit, a charted value."""


class SourceError(SerenoError):
    """A connector can not read or reach its source."""


class MalformedInput(SourceError):
    """What arrived can not be parsed; it belongs in the dead letters with this reason."""


class RefusedByPeer(SourceError):
    """A destination will never take what it was told; `key` says which of it.

    The message says why without quoting the content.
    """

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


class StorageError(SerenoError):
    """The database or the key store refused."""


class StorageFull(StorageError):
    """No space is left on the disk that holds the database."""


class StorageBusy(StorageError):
    """Another process holds the database, for longer than a writer waits for its turn."""


class Unreadable(StorageError):
    """A sealed block does not open: it was altered, swapped or cut off."""


class Forgotten(StorageError):
    """The patient's key was destroyed; what it sealed is gone for good."""


class KeyUnavailable(SerenoError):
    """The key provider can not give the key."""


class Unclaimed(SerenoError):
    """Nobody can tell whose it is."""


class NotFound(SerenoError):
    """No such patient, alarm, job or summary."""


class Conflict(SerenoError):
    """Another process holds the lease, or the state has moved on."""


class LetterSettled(Conflict):
    """A dead letter was settled by somebody else meanwhile."""


class ModelError(SerenoError):
    """The language model can not be built, loaded or run."""


class ModelMissing(ModelError):
    """No model has been built yet."""


class AccessDenied(SerenoError):
    """Nobody is signed in, or the account may not do this."""


class TooManyAttempts(AccessDenied):
    """Sign-in is closed for a while to that name or address."""


class WrongScope(AccessDenied):
    """The key is valid, and was made for something else."""


class UnknownRole(AccessDenied):
    """The account's role is none that this release knows, so nobody knows what it may do."""
