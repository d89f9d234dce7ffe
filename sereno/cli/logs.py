"""Structured logs without patient data: a JSON object a line, in the data directory.

A line holds what Sereno's own code says. Of an exception it keeps the kind and the places it went
through, never its words: another library's may quote a value or a name.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

FILE_BYTES: Final = 5_000_000
FILES_KEPT: Final = 3
FRAMES: Final = 12

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_OURS: Final = frozenset({"sereno", "connectors", "inference", "privacy", "streamlit_app"})


def set_up(data_dir: Path, process: str, *, echo: bool = False) -> None:
    """Log to `data_dir`/logs/`process`.log, and to stderr too where `echo`."""
    folder = data_dir / "logs"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            folder / f"{process}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, delay=True
        )
    ]
    if echo:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(JsonLines(process))
    logging.raiseExceptions = False  # a log that can not be written, on a full disk, is no news
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    # What other libraries say at this level may quote statements and their values.
    for name in ("sqlalchemy", "alembic", "streamlit", "uvicorn", "uvicorn.error", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)


def adopt(*libraries: str) -> None:
    """Make `libraries` that print their own lines to stderr speak through our log instead."""
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in libraries:
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.ERROR)


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, process, logger, message and, of an error, its kind and places."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _error(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message; of other people's code only the part that was written in advance."""
    if record.name.partition(".")[0] in _OURS:
        return record.getMessage()
    return record.msg if isinstance(record.msg, str) else type(record.msg).__name__


def _error(info: _ExcInfo) -> dict[str, object]:
    kind, _, trace = info
    frames = traceback.extract_tb(trace)[-FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"kind": kind.__name__ if kind else None, "places": places}
