"""What a failed command says and exits with."""

import logging
from typing import Final

from sereno.domain import errors

_log = logging.getLogger(__name__)

UNEXPECTED: Final = 1
USAGE: Final = 2
UNWELL: Final = 10
INTERRUPTED: Final = 130

# The first that fits, so subclasses stand before their bases.
_CODES: tuple[tuple[type[errors.SerenoError], int], ...] = (
    (errors.InvalidEntry, USAGE),
    (errors.NotFound, 3),
    (errors.ConfigurationError, 4),
    (errors.SourceError, 5),
    (errors.StorageError, 6),
    (errors.KeyUnavailable, 6),
    (errors.Conflict, 7),
    (errors.ModelError, 8),
    (errors.AccessDenied, 9),
)


def exit_code(error: BaseException) -> int:
    """The code that tells a script what went wrong."""
    cause = root(error)
    return next((code for kind, code in _CODES if isinstance(cause, kind)), UNEXPECTED)


def one_line(error: BaseException) -> str:
    """The one line that a person reads; an unexpected error is logged where it came from."""
    cause = root(error)
    if isinstance(cause, errors.SerenoError):
        return " ".join(str(cause).split())
    _log.error("unexpected error", exc_info=cause)
    return (
        f"unexpected {type(cause).__name__}; where it came from is in the log"
        " (the folder `logs` of the data directory): please report it"
    )


def root(error: BaseException) -> BaseException:
    """The first error of ours inside a group of errors, else the first of all."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    inside = [root(each) for each in error.exceptions]
    return next((each for each in inside if isinstance(each, errors.SerenoError)), inside[0])
