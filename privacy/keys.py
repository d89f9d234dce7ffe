"""The key provider that needs nothing else: a passphrase.

It comes from the settings, or from a file in the key folder that is made at the first use (256
random bits, readable by its owner alone). What a person chose is stretched by Argon2id, since it
may be guessed; what was made here can not be, and is only spread (HKDF, RFC 5869).
"""

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.argon2 import SALT_BYTES, argon2id
from privacy.envelope import KEY_BYTES, NONCE_BYTES
from sereno.domain.errors import KeyUnavailable
from sereno.ports import KeyProvider
from sereno.settings import Settings

PASSPHRASE_FILE: Final = "passphrase"  # noqa: S105 - a file's name
PASSPHRASE_BYTES: Final = 32

_MADE_HERE: Final = "made-by-sereno."
_MADE: Final = re.compile(rf"{re.escape(_MADE_HERE)}[\w-]{{43}}", re.ASCII)  # 32 bytes in base64
_PURPOSE: Final = b"sereno: wraps the root key"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class PassphraseProvider:
    """Wraps keys under a passphrase. What it wraps is: salt (16), nonce (12), ciphertext, tag."""

    name = "passphrase"

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase.encode()
        self._made = _MADE.fullmatch(passphrase) is not None

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Seal `key`; `context` must be given again to open it."""
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        return salt + nonce + self._cipher(salt).encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Open it. Raises KeyUnavailable where the passphrase is another one."""
        salt, rest = wrapped[:SALT_BYTES], wrapped[SALT_BYTES:]
        try:
            return self._cipher(salt).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise KeyUnavailable(
                "the passphrase does not open the key store; "
                "give the one it was made with (SERENO_KEY_PASSPHRASE or the passphrase file)"
            ) from error

    def _cipher(self, salt: bytes) -> AESGCM:
        spread = HKDF(SHA256(), KEY_BYTES, salt, _PURPOSE) if self._made else None
        return AESGCM((spread or argon2id(salt, KEY_BYTES)).derive(self._passphrase))


def passphrase_provider(settings: Settings, *, first_use: bool) -> KeyProvider:
    """The provider that `settings` describe.

    On `first_use`, when there is no key store yet, a missing passphrase file is made. Raises
    KeyUnavailable where it is missing later, or is open to others.
    """
    if settings.key_passphrase is not None:
        return PassphraseProvider(settings.key_passphrase.get_secret_value())
    path = settings.keys / PASSPHRASE_FILE
    if first_use and not path.exists():
        _make_passphrase(path)
    return PassphraseProvider(_read_passphrase(path))


def _make_passphrase(path: Path) -> None:
    """Written whole and then linked into place, so that of two processes one wins."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            made = _MADE_HERE + secrets.token_urlsafe(PASSPHRASE_BYTES)
            os.write(handle, made.encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process made it first: theirs is the one
        finally:
            draft.unlink()
    except OSError as error:
        raise KeyUnavailable(
            f"no passphrase file can be made in {path.parent}; check its owner and free space"
        ) from error


def _read_passphrase(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS:
            raise KeyUnavailable(f"others may read {path}; run `chmod 600 {path}`")
        passphrase = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise KeyUnavailable(
            f"{path} is missing; put it back from where it is kept, or set SERENO_KEY_PASSPHRASE"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnavailable(f"{path} can not be read; check its owner") from error
    if not passphrase:
        raise KeyUnavailable(f"{path} is empty; put it back from where it is kept")
    return passphrase
