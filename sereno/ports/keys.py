"""What the data keys of records are sealed with."""

from typing import Protocol


class KeyProvider(Protocol):
    """Wraps data keys with a key that never lies beside them."""

    name: str

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Seal a data key; `context` must be given again to open it."""
        ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Open it. Raises KeyUnavailable."""
        ...
