"""Keys of programs. Their names are sealed; of a secret only its hash is kept."""

from typing import Any, Final

import sqlalchemy as sa

from privacy.envelope import identity
from privacy.vault import Vault
from sereno.ports import ApiKey
from sereno.storage.engine import Database
from sereno.storage.records import Form
from sereno.storage.tables import api_keys

_KEYS: Final[Form[ApiKey]] = Form(ApiKey)


class SealedApiKeys:
    """The port `ApiKeys`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def keep(self, key: ApiKey) -> None:
        """Keep a new key, or replace the one of that name."""
        token = self._token(key.name)
        sealed = self._vault.seal_house(_KEYS.pack([key]), identity("api key", token))
        row = {"token": token, "digest": bytes.fromhex(key.digest), "sealed": sealed}
        with self._database.write() as connection:
            connection.execute(api_keys.delete().where(api_keys.c.token == token))
            connection.execute(api_keys.insert().values(row))

    def named(self, name: str) -> ApiKey | None:
        """The key called `name`, revoked or not."""
        return self._first(api_keys.c.token == self._token(name))

    def find(self, digest: str) -> ApiKey | None:
        """The key of that secret, revoked or not.

        What is sealed decides: a hash that somebody wrote into another key's row opens nothing.
        """
        found = self._first(api_keys.c.digest == bytes.fromhex(digest))
        return found if found and found.digest == digest else None

    def every(self) -> list[ApiKey]:
        """All of them, by name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(api_keys)).all()
        return sorted((self._opened(row) for row in rows), key=lambda key: key.name)

    def _first(self, which: "sa.ColumnElement[bool]") -> ApiKey | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(api_keys).where(which)).first()
        return None if row is None else self._opened(row)

    def _opened(self, row: "sa.Row[Any]") -> ApiKey:
        known = identity("api key", bytes(row.token))
        content = self._vault.open_house(bytes(row.sealed), known)
        return _KEYS.unpack(content)[0]

    def _token(self, name: str) -> bytes:
        return self._vault.exact_token("api key", name)
