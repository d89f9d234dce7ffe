"""The sealed store over SQLite or PostgreSQL, with what else must last."""

from sereno.storage.open import Storage, open_storage

__all__ = ["Storage", "open_storage"]
