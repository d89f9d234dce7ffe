"""What writes texts here, and what verifies them."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sereno.bootstrap.models import execution_providers
from sereno.domain.errors import ModelMissing
from sereno.domain.evidence import ModelIdentity, Run
from sereno.ports import TextGenerator, TextModel
from sereno.settings import Settings

if TYPE_CHECKING:
    from inference.language.on_premises import OnPremises
    from inference.runtime import OnnxModel
    from sereno.services.answering import Answering
    from sereno.services.author import Author
    from sereno.services.foundation import Foundation
    from sereno.services.lines import Lines


def new_author(foundation: "Foundation", settings: Settings) -> "Author":
    """What has texts written and verified, and falls back to the template."""
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.services.author import Author

    return Author(foundation, TemplateGenerator(), ClaimVerifier(), zone=settings.zone)


def new_lines(settings: Settings) -> "Lines":
    """What writes the line of each bed, by the template."""
    from inference.language.template import TemplateGenerator
    from inference.language.verification import ClaimVerifier
    from sereno.services.lines import Lines

    return Lines(TemplateGenerator(), ClaimVerifier(), zone=settings.zone)


def new_answering(now: Callable[[], datetime]) -> "Answering":
    """What reads questions and answers them; `now` says when."""
    from inference.language.phrases import lead_text
    from inference.language.questions.read_as import read_as
    from inference.language.questions.reader import LexicalReader
    from inference.language.template import TemplateGenerator
    from inference.language.verification.leads import AnswerClaimVerifier
    from sereno.services.answering import Answering

    return Answering(
        LexicalReader(), TemplateGenerator(), AnswerClaimVerifier(), lead_text, read_as, now
    )


def known_generators() -> list[str]:
    """What may write summaries here: the setting `generator` names one."""
    from inference.opening import known_generators as known

    return known()


def loader(
    settings: Settings,
    model: "Callable[[], OnnxModel] | None" = None,
    name: str | None = None,
) -> Callable[[], TextGenerator]:
    """Opens the generator called `name`, else that of the settings, over `model` or its own."""
    model = model or only_model(settings)

    def load() -> TextGenerator:
        from inference.opening import open_generator

        wanted = name or settings.generator
        return open_generator(wanted, governed, lambda: _on_premises(settings))

    def governed() -> TextGenerator:
        from inference.language.generator import GovernedGenerator

        loaded = model()
        return GovernedGenerator(loaded, identity(loaded))

    return load


def run_again(settings: Settings, run: Run) -> TextGenerator:
    """Our model, run as it was: on the same provider where that is here. Raises ModelError."""
    from inference.language.generator import GovernedGenerator

    here = run.provider in execution_providers()
    where = run.provider if here else settings.execution_provider
    loaded = only_model(settings.model_copy(update={"execution_provider": where}))()
    return GovernedGenerator(loaded, identity(loaded), temperature=run.temperature, seed=run.seed)


def only_model(settings: Settings) -> "Callable[[], OnnxModel]":
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


def identity(model: "OnnxModel") -> ModelIdentity:
    """What its texts say that they were written by."""
    return ModelIdentity(model.info.name, model.info.hashes)


def free_text(model: "Callable[[], OnnxModel]") -> TextModel:
    """What writes for programs. Raises ModelMissing or ModelError."""
    from inference.runtime.free_text import FreeText

    return FreeText(model())


def generator_server(settings: Settings) -> str:
    """What the clinic's server answers, told for people. Raises ModelError."""
    choice = _on_premises(settings).choice()
    return f"{choice.model} writes at {settings.generator_url}, told with {choice.dialect.value}"


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
