"""What the layers above seal and open with: scopes, and the identity of what is sealed.

A patient's scope is forgotten with the patient; the intake's scope is a day's, for what has no
patient yet, and is destroyed with its retention; the house's scope is for what concerns nobody in
particular (accounts, the audit log).
"""

import struct
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy import blind_index, envelope
from privacy.keystore import KeyStore

HOUSE: Final = "house"

_PATIENT: Final = "patient:"
_INTAKE: Final = "intake:"
_DAY: Final = struct.Struct(">H")  # days since 1970; enough until 2149
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()

Opener = Callable[[bytes, bytes], bytes]


class Vault:
    """Seals and opens. Everything it raises names its remedy: see the key store and envelope."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._index_key = keys.secret("blind index")

    @property
    def id(self) -> str:
        """The key store's own id, by which a database knows it again."""
        return self._keys.id

    def steady(self) -> AbstractContextManager[None]:
        """What is sealed within is sealed with the keys that stand now: for one transaction."""
        return self._keys.steady()

    def seal(self, patient: str, plain: bytes, identity: bytes) -> bytes:
        """Seal under the patient's newest key, made if there is none. Raises Forgotten."""
        epoch, cipher = self._keys.cipher_to_seal(_PATIENT + patient)
        return envelope.seal(cipher, epoch, plain, identity)

    def opener(self, patient: str) -> Opener:
        """A function that opens (sealed, identity) of one patient; for one use, not to keep.

        Raises Forgotten at once where the keys were destroyed.
        """
        return _opener(self._keys, _PATIENT + patient)

    def is_forgotten(self, patient: str) -> bool:
        """Whether the patient's keys were destroyed."""
        return self._keys.is_destroyed(_PATIENT + patient)

    def forget(self, patient: str) -> None:
        """Destroy the patient's keys."""
        self._keys.destroy(_PATIENT + patient)

    def seal_house(self, plain: bytes, identity: bytes) -> bytes:
        """Seal what concerns no patient: accounts, settings, the audit log."""
        epoch, cipher = self._keys.cipher_to_seal(HOUSE)
        return envelope.seal(cipher, epoch, plain, identity)

    def open_house(self, sealed: bytes, identity: bytes) -> bytes:
        """Open what `seal_house` sealed. Raises Unreadable."""
        cipher = self._keys.cipher(HOUSE, envelope.epoch_of(sealed))
        return envelope.unseal(cipher, sealed, identity)

    def seal_intake(self, plain: bytes, identity: bytes, at: datetime) -> bytes:
        """Seal what has no patient yet under the key of the UTC day of `at`."""
        day = at.astimezone(UTC).date()
        epoch, cipher = self._keys.cipher_to_seal(_intake(day))
        number = _DAY.pack(day.toordinal() - _FIRST_DAY)
        return number + envelope.seal(cipher, epoch, plain, identity + number)

    def open_intake(self, sealed: bytes, identity: bytes) -> bytes:
        """Open what `seal_intake` sealed. Raises Forgotten once the day's key is destroyed."""
        number, rest = sealed[: _DAY.size], sealed[_DAY.size :]
        epoch = envelope.epoch_of(rest)
        day = date.fromordinal(_FIRST_DAY + _DAY.unpack(number)[0])
        return envelope.unseal(self._keys.cipher(_intake(day), epoch), rest, identity + number)

    def destroy_intake(self, before: datetime) -> int:
        """Destroy the intake keys of the days before that of `before`; how many."""
        last = _intake(before.astimezone(UTC).date())
        old = [scope for scope in self._keys.scopes(_INTAKE) if scope < last]
        for scope in old:
            self._keys.destroy(scope)
        return len(old)

    def token(self, *parts: str) -> bytes:
        """The blind-index token of words that people write, folded."""
        return blind_index.token(self._index_key, *parts)

    def exact_token(self, *parts: str) -> bytes:
        """The blind-index token of ids, to the letter."""
        return blind_index.exact_token(self._index_key, *parts)

    def secret(self, purpose: str) -> bytes:
        """The house's own key for `purpose`, such as the audit chain."""
        return self._keys.secret(purpose)

    def anchor(self, name: str) -> tuple[int, bytes]:
        """The newest link of a chain, as noted outside the database."""
        return self._keys.anchor(name)

    def set_anchor(self, name: str, number: int, value: bytes) -> None:
        """Note the newest link of a chain."""
        self._keys.set_anchor(name, number, value)

    def close(self) -> None:
        """Close the key store."""
        self._keys.close()


def _intake(day: date) -> str:
    return _INTAKE + day.isoformat()


def _opener(keys: KeyStore, scope: str) -> Opener:
    ciphers: dict[int, AESGCM] = {}

    def open_one(sealed: bytes, known: bytes) -> bytes:
        epoch = envelope.epoch_of(sealed)
        cipher = ciphers.get(epoch)
        if cipher is None:
            cipher = ciphers[epoch] = keys.cipher(scope, epoch)
        return envelope.unseal(cipher, sealed, known)

    return open_one
