"""What an error of SQLite means, for the key store and for the database alike."""

import sqlite3
from enum import Enum, auto


class Trouble(Enum):
    """Why SQLite refused."""

    FULL = auto()  # no space is left on the disk
    BUSY = auto()  # another process holds the file
    CLOSED = auto()  # the file can not be opened or written
    DAMAGED = auto()  # the file is none of SQLite's, or not any more
    OTHER = auto()


_OF_CODE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_READONLY: Trouble.CLOSED,
    sqlite3.SQLITE_CANTOPEN: Trouble.CLOSED,
    sqlite3.SQLITE_PERM: Trouble.CLOSED,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
}
_PRIMARY = 0xFF  # an extended code has its primary one in the lowest byte (sqlite.org/rescode.html)


def trouble(error: sqlite3.Error) -> Trouble:
    """Why SQLite refused, by the code of `error`."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code == sqlite3.SQLITE_IOERR_WRITE:  # some disks say so of being full
        return Trouble.FULL
    return _OF_CODE.get(code & _PRIMARY, Trouble.OTHER)
