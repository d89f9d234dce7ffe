"""Passwords and session tokens: what is kept is never what is typed or carried.

A password is kept as an Argon2id PHC string (RFC 9106), a session token as its SHA-256: whoever
reads the database can neither sign in nor take over a session.
"""

import hashlib
import os
import secrets
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from privacy.argon2 import SALT_BYTES, argon2id
from sereno.domain.errors import InvalidEntry

TAG_BYTES: Final = 32

# NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where a password is the only factor,
# and at least 64 must be allowed; the upper bound keeps a request from buying hashing time.
SHORTEST_PASSWORD: Final = 15
LONGEST_PASSWORD: Final = 256

TOKEN_BYTES: Final = 32

# What an unknown name's attempt is checked against: the hash, at the same cost, of 256 random
# bits that were thrown away.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$zsmztYncjYoXE9BCHyix6A$"
    "dSLDo6hwUS8fj6dyXcRLVetK2iMd+4WbjHSZN0R0nUQ"
)


def hash_password(password: str) -> str:
    """The PHC string to keep for `password`. Raises InvalidEntry where it is too short or long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidEntry(
            f"the password has {len(password)} characters; "
            f"choose {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}, a few words for example"
        )
    return _derive(password)


def verify_password(password: str, kept: str | None) -> bool:
    """Whether `password` is the one behind the PHC string `kept`.

    None (no such account) takes the same time as a wrong password: a hash nobody knows the
    password of is tried instead, so that the answer's time does not tell which accounts exist.
    """
    candidate = _normal(password[: LONGEST_PASSWORD + 1])
    try:
        Argon2id.verify_phc_encoded(candidate, _NOBODY if kept is None else kept)
    except InvalidKey:
        return False
    return kept is not None and len(password) <= LONGEST_PASSWORD


def new_token() -> str:
    """A fresh session token: 256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """The SHA-256 of `token`: the only form in which it is kept.

    A plain hash is enough, for the token holds 256 random bits and can not be guessed.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _derive(password: str) -> str:
    return argon2id(os.urandom(SALT_BYTES), TAG_BYTES).derive_phc_encoded(_normal(password))


def _normal(password: str) -> bytes:
    """NFKC, so that one password typed on two keyboards is one (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
