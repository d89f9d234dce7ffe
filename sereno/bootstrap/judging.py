"""What judges the texts of a generator against recordings."""

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sereno.bootstrap.clocks import SystemClock
from sereno.bootstrap.sources import recorded
from sereno.bootstrap.writers import identity, loader, new_answering, only_model
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator
from sereno.settings import Settings

if TYPE_CHECKING:
    from sereno.services.evaluation import Evaluation
    from sereno.services.question_evaluation import QuestionEvaluation

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

        model = only_model(settings)()
        writes = UngovernedGenerator(model, identity(model))
    elif generator != TEMPLATE:
        writes = loader(settings, name=generator)()
    return Evaluation(
        writes, template, ClaimVerifier(), judged, mutants, free=generator == UNGOVERNED
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
        load = loader(settings, name=generator)()
        writing = Writing(generator=lambda: load)
    answering = new_answering(SystemClock().now)
    return QuestionEvaluation(answering, judge_answer, recorded, settings.zone, writing)
