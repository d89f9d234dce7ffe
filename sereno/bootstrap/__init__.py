"""The composition root: from Settings to Services. Nothing else knows every layer.

`composition` puts the use cases together; what they are made of is chosen beside it. Heavy
libraries are imported where they are first needed, so that a command starts at once.
"""

from typing import TYPE_CHECKING

from sereno.bootstrap.clocks import StandingClock, SystemClock
from sereno.bootstrap.composition import Services, holds_store, services
from sereno.bootstrap.destinations import (
    configured_destinations,
    is_destination,
    known_destination_schemes,
    try_destination,
)
from sereno.bootstrap.judging import TEMPLATE, UNGOVERNED, evaluation, question_evaluation
from sereno.bootstrap.models import (
    build_model,
    compare_models,
    execution_providers,
    import_model,
    known_models,
    model_info,
    use_model,
    verify_folder,
    verify_model,
    verify_named,
)
from sereno.bootstrap.processes import MODEL_ALONE, WARD, new_holder
from sereno.bootstrap.sources import configured_sources, known_schemes, recorded, try_source
from sereno.bootstrap.tuning import TuningWish, tune_model
from sereno.bootstrap.writers import generator_server, known_generators

if TYPE_CHECKING:
    from inference.factory.tuning import Tuned as Tuned
    from inference.runtime import Info as Info
    from inference.runtime import ModelInfo as ModelInfo
    from inference.runtime.comparing import Comparison as Comparison

__all__ = [
    "MODEL_ALONE",
    "TEMPLATE",
    "UNGOVERNED",
    "WARD",
    "Services",
    "StandingClock",
    "SystemClock",
    "TuningWish",
    "build_model",
    "compare_models",
    "configured_destinations",
    "configured_sources",
    "evaluation",
    "execution_providers",
    "generator_server",
    "holds_store",
    "import_model",
    "is_destination",
    "known_destination_schemes",
    "known_generators",
    "known_models",
    "known_schemes",
    "model_info",
    "new_holder",
    "question_evaluation",
    "recorded",
    "services",
    "try_destination",
    "try_source",
    "tune_model",
    "use_model",
    "verify_folder",
    "verify_model",
    "verify_named",
]
