"""Sealing: AES-256-GCM with random nonces, bound to what the sealed thing is.

A sealed blob is the key's epoch (4 bytes, big-endian), the nonce (12), the ciphertext and its tag
(16). The associated data is the thing's identity, so that a blob put in another's place, or under
other times, does not open.

A key seals at most `MOST_SEALS` times. NIST SP 800-38D, section 8.3, allows 2^32 invocations of a
key with random 96-bit nonces (which keeps a collision below 2^-32); the key store starts a new
epoch sixteen times earlier, and counts across processes and restarts.
"""

import os
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sereno.domain.errors import Unreadable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # NIST SP 800-38D, section 8.2.2: RBG-based construction, 96 bits
TAG_BYTES: Final = 16
EPOCH_BYTES: Final = 4
OVERHEAD_BYTES: Final = EPOCH_BYTES + NONCE_BYTES + TAG_BYTES
MOST_SEALS: Final = 2**28

_EPOCH: Final = struct.Struct(">I")
_LENGTH: Final = struct.Struct(">I")


def new_key() -> bytes:
    """A fresh random key."""
    return os.urandom(KEY_BYTES)


def identity(*parts: str | bytes | int) -> bytes:
    """The parts as bytes, each with its length and type: no two lists give the same bytes."""
    encoded = bytearray()
    for part in parts:
        if isinstance(part, bytes):
            kind, content = b"b", part
        elif isinstance(part, str):
            kind, content = b"s", part.encode()
        else:
            kind, content = b"i", b"%d" % part
        encoded += kind + _LENGTH.pack(len(content)) + content
    return bytes(encoded)


def seal(cipher: AESGCM, epoch: int, plaintext: bytes, associated: bytes) -> bytes:
    """Encrypt and authenticate `plaintext` together with `associated`, which is not kept."""
    nonce = os.urandom(NONCE_BYTES)
    return _EPOCH.pack(epoch) + nonce + cipher.encrypt(nonce, plaintext, associated)


def epoch_of(sealed: bytes) -> int:
    """The epoch of the key that a blob was sealed with. Raises Unreadable for a stump."""
    if len(sealed) < OVERHEAD_BYTES:
        raise Unreadable(
            "a sealed block is cut short; restore the last backup (docs/how-to/back-up.md)"
        )
    return int(_EPOCH.unpack_from(sealed)[0])


def tag_of(sealed: bytes) -> bytes:
    """The authentication tag of a blob."""
    return sealed[-TAG_BYTES:]


def unseal(cipher: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    """Decrypt. Raises Unreadable where the blob or its identity was altered."""
    nonce = sealed[EPOCH_BYTES : EPOCH_BYTES + NONCE_BYTES]
    try:
        return cipher.decrypt(nonce, sealed[EPOCH_BYTES + NONCE_BYTES :], associated)
    except InvalidTag as error:
        raise Unreadable(
            "a sealed block does not open: it was altered or swapped; "
            "restore the last backup (docs/how-to/back-up.md)"
        ) from error
