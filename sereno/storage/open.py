"""Opening the storage: the database, its key store, and the ports over both."""

from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from privacy.keys import passphrase_provider
from privacy.keystore import Providing, open_key_store
from privacy.vault import Vault
from sereno.domain.errors import KeyUnavailable
from sereno.ports import (
    Accounts,
    ApiKeys,
    AuditLog,
    Clock,
    CommandQueue,
    Inbox,
    JobQueue,
    Leases,
    Outbox,
    Store,
)
from sereno.settings import Settings
from sereno.storage import tables
from sereno.storage.accounts import SealedAccounts
from sereno.storage.api_keys import SealedApiKeys
from sereno.storage.audit import SealedAudit
from sereno.storage.commands import CommandTable
from sereno.storage.engine import Database, open_database, open_inbox_database
from sereno.storage.inbox import SealedInbox
from sereno.storage.jobs import JobTable
from sereno.storage.leases import LeaseTable
from sereno.storage.migrate import migrate
from sereno.storage.outbox import Enlisted, SealedOutbox
from sereno.storage.store import SealedStore

_KEY_STORE: Final = "key_store"


class Storage:
    """All that lasts. Close it when done; it is safe to share between threads."""

    def __init__(
        self, database: Database, inbox_database: Database, vault: Vault, clock: Clock
    ) -> None:
        self.database = database
        self._inbox_database = inbox_database
        self.vault = vault
        self.clock = clock
        enlisted = Enlisted()
        self.store: Store = SealedStore(database, vault, clock, enlisted)
        self.outbox: Outbox = SealedOutbox(database, vault, clock, enlisted)
        self.inbox: Inbox = SealedInbox(inbox_database, vault, clock)
        self.accounts: Accounts = SealedAccounts(database, vault)
        self.api_keys: ApiKeys = SealedApiKeys(database, vault)
        self.audit: AuditLog = SealedAudit(database, vault, clock)
        self.commands: CommandQueue = CommandTable(database, vault, clock)
        self.jobs: JobQueue = JobTable(database, vault, clock)
        self.leases: Leases = LeaseTable(database, vault, clock)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine; transactions are begun by `database`."""
        return self.database.engine

    def close(self) -> None:
        """Close the databases and the key store."""
        self.database.close()
        self._inbox_database.close()
        self.vault.close()


def open_storage(settings: Settings, clock: Clock, provider: Providing | None = None) -> Storage:
    """Open what `settings` name, making and migrating it if need be.

    The keys are wrapped by `provider`, or else under the passphrase that the settings tell of.

    Raises ConfigurationError, KeyUnavailable or StorageError, each with its remedy.
    """
    keys = open_key_store(settings, provider or partial(passphrase_provider, settings))
    try:
        database = open_database(settings)
        try:
            vault = Vault(keys)
            migrate(database)
            _match(database, vault.id)
            inbox = open_inbox_database(settings, database)
        except BaseException:
            database.close()
            raise
    except BaseException:
        keys.close()
        raise
    return Storage(database, inbox, vault, clock)


def _match(database: Database, key_store: str) -> None:
    """A database and the key store that seals it belong together; note it, or check it."""
    query = sa.select(tables.facts.c.value).where(tables.facts.c.name == _KEY_STORE)
    with database.read() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        with database.write() as connection:
            found = connection.execute(query).scalar()
            if found is None:
                found = key_store
                connection.execute(tables.facts.insert().values(name=_KEY_STORE, value=key_store))
    if found != key_store:
        raise KeyUnavailable(
            "this database was sealed with another key store; put that one back, "
            "or name its folder in SERENO_KEY_DIR"
        )
