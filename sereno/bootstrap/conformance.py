"""Holding a connector to the rules: what stands behind `sereno connectors check`."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread

from sereno.bootstrap.composition import Services, services
from sereno.bootstrap.processes import new_holder
from sereno.domain.errors import InvalidEntry, SourceError
from sereno.domain.stream import Quality
from sereno.ports import Connector, Reachable
from sereno.settings import Settings

if TYPE_CHECKING:
    from connectors.kit import Finding, Kept, OpenRig, Rule
    from sereno.storage.open import Storage

RIGS: Final = "sereno.rigs"  # the entry point group
T = TypeVar("T")
Opener = Callable[..., Connector]
_AGAIN: Final = timedelta(milliseconds=100)
_TICK: Final = timedelta(microseconds=1)
_MOST_LETTERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule, and what is held to it. `run` may be called as often as you like."""

    rule: str
    promise: str
    run: "Callable[[], Finding]"


def trials(what: str, patient: str | None = None) -> list[Trial]:
    """All that the connector `what` is held to: a scheme that has a rig, or a recording as source.

    `patient` is whose the recording is, where it names nobody. Raises SourceError or InvalidEntry,
    with the remedy.
    """
    scheme, separator, rest = what.partition(":")
    if separator and rest:
        return _of_recording(what, patient)
    return _of_device(scheme)


def _of_recording(source: str, patient: str | None) -> list[Trial]:
    from connectors.kit import RECORDING_RULES, Recording, secrets_of

    recording = Recording(source=source, secrets=secrets_of(source), patient=patient)
    if isinstance(recording.connector(), Reachable):
        scheme = source.partition(":")[0]
        raise InvalidEntry(
            f"what is sent to that source would be taken away; `sereno connectors check {scheme}` "
            f"brings a device of its own, and `sereno connectors test` tries whether it is there"
        )
    return [_trial(rule, recording) for rule in RECORDING_RULES]


def _of_device(scheme: str) -> list[Trial]:
    from connectors.kit import DEVICE_RULES, Bench

    bench = Bench(open_rig=_rig(scheme), open_ward=ward_in)
    return [_trial(rule, bench) for rule in DEVICE_RULES]


def _trial(rule: "Rule[T]", what: T) -> Trial:
    from connectors.kit import judge

    return Trial(rule.name, rule.promise, partial(anyio.run, judge, rule, what))


def known_rigs() -> list[str]:
    """The schemes that `trials` knows a device for, those of installed plug-ins too."""
    from connectors.kit import BUILT_IN_RIGS

    return sorted({*BUILT_IN_RIGS, *(point.name for point in entry_points(group=RIGS))})


def _rig(scheme: str) -> "OpenRig":
    from connectors import known_schemes
    from connectors.kit import BUILT_IN_RIGS

    if scheme in BUILT_IN_RIGS:
        return BUILT_IN_RIGS[scheme]()
    for point in entry_points(group=RIGS, name=scheme):
        plug_in: OpenRig = point.load()
        return plug_in
    if scheme not in known_schemes():
        raise SourceError(
            f"no connector reads that scheme; known schemes are: {', '.join(known_schemes())}"
        )
    raise SourceError(
        f"{scheme}: has no rig, which stands for a device; give a recording as {scheme}:PATH, or "
        f"write a rig (docs/how-to/write-a-connector.md); there are rigs for: "
        f"{', '.join(known_rigs())}"
    )


@contextmanager
def ward_in(folder: Path, opener: Opener | None = None) -> "Iterator[TriedWard]":
    """A Sereno over an empty `folder`: none of the settings of this machine's are used.

    `opener` opens what it reads, but for a process of its own.
    """
    from sereno.storage.open import open_storage

    keys = folder / "keys"
    settings = Settings(
        data_dir=folder, key_dir=keys, database_url=None, key_passphrase=None, sources=()
    )
    with services(settings) as given, closing(open_storage(settings, given.clock)) as storage:
        yield TriedWard(given, storage, opener)


class TriedWard:
    """A `connectors.kit.Ward`: ingestion as it is, over a store of its own."""

    def __init__(self, given: Services, storage: "Storage", opener: Opener | None) -> None:
        self._given = given
        self._opener = opener
        self._storage = storage
        self._folder = given.settings.data_dir

    @asynccontextmanager
    async def reading(self, source: str) -> AsyncIterator[None]:
        """Read it meanwhile, in this process."""
        from sereno.services.backoff import Backoff
        from sereno.services.ingestion import IngestBounds

        bounds = IngestBounds(source=Backoff(first=_AGAIN, longest=_AGAIN))
        connector = (
            self._opener(source, clock=self._given.clock)
            if self._opener
            else self._given.source(source)
        )
        ingestion = self._given.ingestion(new_holder("check"), [connector], bounds=bounds)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ingestion.run)
            try:
                yield
            finally:
                ingestion.stop()

    @asynccontextmanager
    async def running(self, source: str) -> AsyncIterator[None]:
        """Read it in a process of its own, which is killed at the end."""
        process = self._begun(source)
        try:
            yield
        finally:
            process.kill()
            process.wait()

    def _begun(self, source: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            (sys.executable, "-m", "sereno.cli", "ingest", source, "--json"),
            env=self._surroundings(), cwd=self._folder, stdin=quiet, stdout=quiet, stderr=quiet,
        )  # fmt: skip

    def _surroundings(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not _is_a_setting(name)}
        return others | {
            "SERENO_DATA_DIR": str(self._folder),
            "SERENO_KEY_DIR": str(self._given.settings.keys),
            "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        }

    async def kept(self) -> "list[Kept]":
        """All values that stand in a record."""
        return await anyio.to_thread.run_sync(self._kept)

    def _kept(self) -> "list[Kept]":
        from connectors.kit import Kept

        store = self._storage.store
        found: list[Kept] = []
        for patient in store.patients():
            span = store.span(patient.id)
            words = frozenset(each for each in (patient.identifier, patient.bed) if each)
            for each in store.observations(patient.id, span[0], span[1] + _TICK) if span else ():
                good = each.quality is Quality.GOOD
                found.append(Kept(words, each.signal, each.time, each.value, each.version, good))
        return found

    async def letters(self) -> list[str]:
        """The reasons of the dead letters."""
        lines = await anyio.to_thread.run_sync(self._given.letters.newest, _MOST_LETTERS)
        return [each.reason for each in lines]


def _is_a_setting(name: str) -> bool:
    return name.upper().startswith("SERENO_") and name.upper() != "SERENO_SHARED"


def new_connector(folder: Path, scheme: str) -> list[Path]:
    """Write a project for a connector of one's own; its files. Raises InvalidEntry."""
    from connectors.kit.project import write_project

    return write_project(folder, scheme)
