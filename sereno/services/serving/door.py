"""The model process's end of the socket: takes what is asked, and tells what becomes of it.

The socket lies in the data directory, readable and writable by its owner alone, and whoever comes
through it is asked for by number: another account of the machine is turned away.
"""

import logging
import os
import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Final

from sereno.domain.completion import Step
from sereno.domain.errors import Conflict, InvalidEntry
from sereno.services.serving import wire
from sereno.services.serving.turns import BUSY, Turn, Turns

# Those who wait for a turn, the one who has it, and some more who are told that it is too many.
CONNECTIONS: Final = 32
# The request of who connects is there at once; an answer is taken at once, or nobody reads it.
PATIENCE_S: Final = 5.0
LOOK_S: Final = 0.1  # how often it is looked whether somebody has gone, and whether we are to stop
_log = logging.getLogger(__name__)


class Door:
    """The socket in `folder`, before `turns`. One at a time: the model's lease sees to that."""

    def __init__(self, folder: Path, turns: Turns) -> None:
        self._folder = folder
        self.turns = turns
        self._closing = threading.Event()
        self._room = threading.BoundedSemaphore(CONNECTIONS)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Answer while the block lasts. Raises OSError where the socket can not be made."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with _listening(wire.place(folder)) as listener:
                threading.Thread(
                    target=self._answer_all, args=(listener,), name="door", daemon=True
                ).start()
                yield
        finally:
            self._closing.set()
            with suppress(FileNotFoundError):
                os.unlink(wire.SOCKET, dir_fd=folder)
            os.close(folder)

    def _answer_all(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return  # closed
            if not self._room.acquire(blocking=False):
                caller.close()
                continue
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        """One connection, in a thread of its own."""
        try:
            with caller:
                caller.settimeout(PATIENCE_S)
                if _peer(caller) == os.geteuid():
                    self._take(caller)
        except OSError:
            pass  # whoever asked has gone
        finally:
            self._room.release()

    def _take(self, caller: socket.socket) -> None:
        line = _read_line(caller)
        try:
            asked, patience = wire.read_request(line)
            turn = self.turns.join(asked, patience)
        except Conflict as full:
            caller.sendall(wire.answer(wire.Failed(full)))
        except wire.MALFORMED:
            unread = InvalidEntry(
                "the request can not be read: is the web process another release?"
            )
            caller.sendall(wire.answer(wire.Failed(unread)))
        else:
            try:
                self._tell(caller, turn)
            finally:
                turn.cancelled.set()

    def _tell(self, caller: socket.socket, turn: Turn) -> None:
        """Pass on what is told until its end, or until the caller hangs up."""
        while not self._closing.is_set():
            try:
                told = turn.told.get(timeout=LOOK_S)
            except Empty:
                if _gone(caller):
                    return
                continue
            caller.sendall(wire.answer(told))
            if isinstance(told, wire.Failed) or (isinstance(told, Step) and told.finish):
                return
            if _gone(caller):
                return


@contextmanager
def _listening(path: str) -> Iterator[socket.socket]:
    """A listening socket at `path`, in the place of one that a killed process left."""
    with suppress(FileNotFoundError):
        Path(path).unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        # Before it has a name, so that it is never open to others, not even for a moment.
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(path)
        listener.listen(CONNECTIONS)
        listener.settimeout(LOOK_S)
        yield listener


def _peer(caller: socket.socket) -> int:
    """The number of the account that called."""
    told = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", told)
    return int(user)


def _read_line(caller: socket.socket) -> bytes:
    """The first line. Raises OSError where it is too long or does not come."""
    line = b""
    while not line.endswith(b"\n"):
        piece = caller.recv(64 * 1024)
        if not piece or len(line) + len(piece) > wire.LONGEST_LINE:
            raise OSError(BUSY)
        line += piece
    return line


def _gone(caller: socket.socket) -> bool:
    """Whether the caller has hung up."""
    look = select.poll()
    look.register(caller, select.POLLIN)
    return bool(look.poll(0)) and caller.recv(1, socket.MSG_PEEK) == b""
