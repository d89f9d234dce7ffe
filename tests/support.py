"""What several tests share that is no fixture."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

_PROJECT = Path(__file__).parents[1]
# A Unix socket's path must fit into 107 bytes, so servers get short folders of their own.
_SHORT = Path("/tmp")
_IN_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 << 30  # what the tests write lies far below
_START_SECONDS = 60


def folder_in_memory() -> Path | None:
    """Linux's folder in memory, where every commit is at once "on disk".

    None where there is none, where it has little room, or where no program may run from it.
    """
    try:
        found = os.statvfs(_IN_MEMORY)
    except OSError:
        return None
    wide = found.f_bavail * found.f_frsize >= _ROOM_BYTES
    usable = os.access(_IN_MEMORY, os.W_OK) and not found.f_flag & os.ST_NOEXEC
    return _IN_MEMORY if wide and usable else None


def require(condition: object, reason: str) -> None:
    """Skip the running test unless `condition` holds; with CI=true fail it instead.

    `reason` names what to install. For what a machine may lack, never for a known defect.
    """
    if condition:
        return
    if ON_CI:
        pytest.fail(f"must not be skipped with CI=true: {reason}", pytrace=False)
    pytest.skip(reason)


def real_data() -> Path:
    """The folder of recordings: `data` in SERENO_SHARED, or in `shared` beside the project."""
    shared = Path(os.environ.get("SERENO_SHARED") or _PROJECT.parent / "shared")
    found = shared / "data"
    require(found.is_dir(), f"no recordings in {found}: set SERENO_SHARED to the folder above")
    return found


def find_postgres() -> Path | None:
    """The folder of the newest PostgreSQL server's programs (Debian's place, or the PATH)."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if debian:
        return debian[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """Run a throw-away PostgreSQL server on a Unix socket; yield its SQLAlchemy URL.

    The server refuses to run as root, so root hands it to the account `postgres` that Debian's
    package creates. It listens on no network address; everything is removed at the end.
    """
    account = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sereno-pg-", dir=folder_in_memory() or _SHORT))

    def call(program: str, *arguments: str) -> None:
        with (folder / "programs.log").open("ab") as log:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                cwd=folder,
                user=account,
                group=account,
                extra_groups=[] if account else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=_START_SECONDS,
            )

    try:
        if account:
            shutil.chown(folder, account, account)
        data = str(folder / "data")
        call("initdb", "-D", data, "-U", "sereno", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        # What the tests ask of the server is correctness, not that it survives a power cut.
        # What its processes share lies in its folder as well, and goes with it.
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{folder}' "
            "-c fsync=off -c dynamic_shared_memory_type=mmap"
        )
        call("pg_ctl", "-D", data, "-w", "-l", str(folder / "server.log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://sereno@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
