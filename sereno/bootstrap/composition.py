"""The use cases, put together over one opened storage."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sereno.bootstrap.clocks import SystemClock
from sereno.bootstrap.destinations import delivery_bounds
from sereno.bootstrap.models import model_info
from sereno.bootstrap.processes import WARD, ModelProcess, command_line, new_holder, surroundings
from sereno.bootstrap.sources import as_somebodys, rereaders_of
from sereno.bootstrap.writers import (
    free_text,
    loader,
    new_answering,
    new_author,
    new_lines,
    only_model,
    run_again,
)
from sereno.ports import Clock, Connector, Destination, Leases
from sereno.settings import Settings

if TYPE_CHECKING:
    from sereno.services.access import Access
    from sereno.services.charting import Charting
    from sereno.services.delivery import Named
    from sereno.services.explaining import Explaining
    from sereno.services.feedback import Feedback
    from sereno.services.fhir.exports import Exports
    from sereno.services.fhir.reading import FhirReading
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.handover import Handover
    from sereno.services.ingestion import IngestBounds, Ingestion, Tally
    from sereno.services.letters import Letters
    from sereno.services.lines import Lines
    from sereno.services.questions import Questions
    from sereno.services.read_audit import ReadAudit
    from sereno.services.replay import Replaying
    from sereno.services.serving.asking import Asking
    from sereno.services.serving.keys import Keys
    from sereno.services.sources import Sources
    from sereno.services.summarisation import Summarisation
    from sereno.services.supervision import Supervisor
    from sereno.services.surveillance import Surveillance
    from sereno.services.views import Views
    from sereno.services.work import Worker
    from sereno.storage.open import Storage

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases over one opened storage."""

    settings: Settings
    clock: Clock
    leases: Leases
    access: "Access"
    views: "Views"
    read_audit: "ReadAudit"
    charting: "Charting"
    surveillance: "Surveillance"
    feedback: "Feedback"
    forgetting: "Forgetting"
    summarisation: "Summarisation"
    handover: "Handover"
    replaying: "Replaying"
    explaining: "Explaining"
    questions: "Questions"
    letters: "Letters"
    lines: "Lines"
    sources: "Sources"
    keys: "Keys"
    fhir: "FhirReading"
    exports: "Exports"
    asking: "Asking"
    _foundation: "Foundation"

    def ingestion(
        self,
        holder: str,
        connectors: Sequence[Connector],
        *,
        beat_as: str | None = None,
        progress: "Callable[[Tally], None] | None" = None,
        bounds: "IngestBounds | None" = None,
        destinations: "Sequence[Named]" = (),
    ) -> "Ingestion":
        """An ingestion of `connectors` in the name of `holder`, which tells `destinations`."""
        from sereno.services.ingestion import IngestBounds, Ingestion, Retention

        keep = Retention(
            waveforms=self.settings.waveform_retention, numerics=self.settings.numeric_retention
        )
        ingestion = Ingestion(
            self._foundation, keep, connectors, holder=holder, beat_as=beat_as, progress=progress,
            bounds=bounds or IngestBounds(delivery=delivery_bounds(self.settings)),
        )  # fmt: skip
        ingestion.tell(destinations)
        return ingestion

    def worker(
        self, holder: str, beat_as: str, stopping: threading.Event, *, serving: bool = False
    ) -> "Worker":
        """The model process' work in the name of `holder`, until `stopping` is set.

        `serving` is what one that stays does: it explains alarms, and lets programs ask for text
        over the socket, from the same model.
        """
        from sereno.services.serving.door import Door
        from sereno.services.serving.turns import Turns
        from sereno.services.work import Worker

        settings, model = self.settings, only_model(self.settings)
        worker = Worker(
            self._foundation,
            new_author(self._foundation, settings),
            loader(settings, model),
            holder=holder,
            beat_as=beat_as,
            stopping=stopping,
        )
        if serving:
            worker.watch(self.explaining)
            turns = Turns(lambda: free_text(model), self.clock)
            worker.attend(Door(settings.data_dir, turns))
        return worker

    def supervisor(self, ready: Callable[[str], None], names: Sequence[str] = WARD) -> "Supervisor":
        """The supervisor of the processes called `names` over the data directory.

        `ready` is told the web process' address. Without ingestion, the web is the API alone.
        """
        from sereno.services.supervision import Herald, Program, Supervisor
        from sereno.services.watchdog import Watchdog

        holder, environment = new_holder("run"), surroundings(self.settings)
        watches = "ingest" in names
        more = {"web": () if watches else ("--api-only",)}
        supervised = ("--supervisor", holder)
        programs = [
            Program(
                name=name,
                command=command_line(
                    name, "--holder", f"{holder}-{name}", *supervised, *more.get(name, ())
                ),
                environment=environment,
            )
            for name in names
        ]
        watchdog = (Watchdog(self._foundation, holder=f"{holder}-ingest"),) if watches else ()
        return Supervisor(
            programs=programs,
            leases=self.leases,
            clock=self.clock,
            watchers=(*watchdog, Herald(self.clock, ready)),
            holder=holder,
        )

    def served_model(self) -> tuple[str, datetime]:
        """What the model that programs may ask is called, and since when it is there.

        Raises ModelMissing or ModelError.
        """
        info = model_info(self.settings)
        made = (self.settings.model / MANIFEST).stat().st_mtime
        return info.name, datetime.fromtimestamp(made, UTC)

    def source(
        self,
        source: str,
        *,
        patient: str | None = None,
        speed: float | None = 1.0,
        shift: bool = False,
    ) -> Connector:
        """The connector that `source` names. Raises SourceError.

        What names nobody is of `patient`: of somebody on record, where that names one. Raises
        Conflict where it names several.
        """
        opened = _open(self.settings, self.clock, source, patient=patient, speed=speed, shift=shift)
        return opened if patient is None else as_somebodys(opened, patient, self._foundation.store)

    def destination(self, destination: str) -> Destination:
        """Whom `destination` names. Raises SourceError."""
        from connectors import open_destination

        return open_destination(destination, zone=self.settings.zone, clock=self.clock)


@contextmanager
def services(settings: Settings, clock: Clock | None = None) -> Iterator[Services]:
    """Open the storage that `settings` name, and close it afterwards.

    Raises ConfigurationError, KeyUnavailable or StorageError, each with its remedy.
    """
    from sereno.storage.open import open_storage

    clock = clock or SystemClock()
    storage = open_storage(settings, clock)
    try:
        yield _compose(settings, clock, storage)
    finally:
        storage.close()


def holds_store(settings: Settings) -> bool:
    """Whether something was kept before where `settings` say."""
    from privacy.keystore import KEYS_FILE
    from sereno.storage.engine import DATABASE_FILE

    kept = (settings.keys / KEYS_FILE, settings.data_dir / DATABASE_FILE)
    return any(file.exists() for file in kept)


def _open(
    settings: Settings,
    clock: Clock,
    source: str,
    *,
    patient: str | None = None,
    speed: float | None = 1.0,
    shift: bool = False,
) -> Connector:
    from connectors import open_source

    return open_source(
        source, patient=patient, speed=speed, shift=shift, zone=settings.zone, clock=clock
    )


def _compose(settings: Settings, clock: Clock, storage: "Storage") -> Services:
    from connectors.fhir import encoding
    from inference.language.template import TemplateGenerator
    from inference.language.verification import TypedTextChecker
    from sereno.services.access import Access
    from sereno.services.charting import Charting
    from sereno.services.explaining import Explaining
    from sereno.services.feedback import Feedback
    from sereno.services.fhir.exports import Exports
    from sereno.services.fhir.query import Reading
    from sereno.services.fhir.reading import FhirReading
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.handover import Handover
    from sereno.services.letters import Letters
    from sereno.services.questions import Questions
    from sereno.services.read_audit import ReadAudit
    from sereno.services.replay import Replaying
    from sereno.services.serving.asking import Asking
    from sereno.services.serving.keys import Keys
    from sereno.services.sources import Sources
    from sereno.services.summarisation import Summarisation
    from sereno.services.surveillance import Surveillance
    from sereno.services.views import Views

    foundation = Foundation(
        store=storage.store,
        inbox=storage.inbox,
        outbox=storage.outbox,
        commands=storage.commands,
        jobs=storage.jobs,
        leases=storage.leases,
        audit=storage.audit,
        clock=clock,
    )
    author = new_author(foundation, settings)
    charting = Charting(foundation.store, foundation.commands, foundation.audit)
    summarisation = Summarisation(
        foundation,
        author,
        patience=settings.summary_deadline,
        start_helper=lambda: ModelProcess(settings),
    )
    reading = Reading(ZoneInfo(settings.zone), clock.now)
    fhir = FhirReading(foundation.store, encoding, foundation.audit, reading)
    return Services(
        settings=settings,
        clock=clock,
        leases=foundation.leases,
        _foundation=foundation,
        access=Access(
            storage.accounts,
            clock,
            foundation.audit,
            idle_timeout=settings.idle_timeout,
            session_length=settings.session_length,
        ),
        views=Views(foundation.store, foundation.leases, clock),
        read_audit=ReadAudit(foundation.audit, clock),
        charting=charting,
        surveillance=Surveillance(foundation, charting, holder=new_holder("cli")),
        feedback=Feedback(foundation.store, TypedTextChecker(), foundation.audit, clock),
        forgetting=Forgetting(foundation, holder=new_holder("forget")),
        summarisation=summarisation,
        handover=Handover(foundation.store, foundation.jobs, clock, summarisation),
        replaying=Replaying(
            foundation.store, TemplateGenerator(), lambda run: run_again(settings, run)
        ),
        explaining=Explaining(foundation, author, settings.language),
        questions=Questions(foundation, new_answering(clock.now), zone=settings.zone),
        letters=Letters(
            foundation.store,
            charting,
            foundation.audit,
            cache(lambda: rereaders_of(settings.sources, lambda one: _open(settings, clock, one))),
        ),
        lines=new_lines(settings),
        sources=Sources(foundation.leases, clock),
        keys=Keys(storage.api_keys, clock, foundation.audit, asked_for=settings.api_keys),
        fhir=fhir,
        exports=Exports(fhir, clock),
        asking=Asking(settings.data_dir),
    )
