"""Finding without revealing: a keyed hash of what is sought, folded so that spelling matters less.

Equal words give equal tokens, and only who has the key can make one. A short word (a bed) is as
safe as the key, which lies in the key store.
"""

import hmac
import unicodedata
from typing import Final

from privacy.envelope import identity

TOKEN_BYTES: Final = 16


def fold(text: str) -> str:
    """Upper and lower case, widths, and runs of spaces are made one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def token(key: bytes, *parts: str) -> bytes:
    """The token under which the folded `parts` are found (HMAC-SHA-256, its first 16 bytes)."""
    message = identity(*(fold(part) for part in parts))
    return hmac.digest(key, message, "sha256")[:TOKEN_BYTES]


def exact_token(key: bytes, *parts: str) -> bytes:
    """The token of `parts` to the letter, for ids."""
    return hmac.digest(key, identity(*parts), "sha256")[:TOKEN_BYTES]
