"""How costly it is to guess a password or a passphrase: the same for both."""

from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

# RFC 9106, section 4: the SECOND RECOMMENDED option, for memory-constrained environments.
ITERATIONS: Final = 3
LANES: Final = 4
MEMORY_KIB: Final = 64 * 1024
SALT_BYTES: Final = 16


def argon2id(salt: bytes, length: int) -> Argon2id:
    """What derives `length` bytes from a secret and `salt`; for one use."""
    return Argon2id(
        salt=salt, length=length, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB
    )
