"""The line of each bed's card, in words that are verified like any other text.

It is composed from what the card shows, at every look: it is as old as the numbers beside it and
can not contradict them.
"""

import logging

from sereno.domain.evidence import Fact, FactKind, Form, Window
from sereno.domain.vitals import Language
from sereno.ports import TextGenerator, Verifier
from sereno.scoring.evidence.card import leading_fact
from sereno.services.views import BedView

_log = logging.getLogger(__name__)


class Lines:
    """Composes lines. `zone` is the IANA name of the time zone in which clock times are told."""

    def __init__(self, template: TextGenerator, verifier: Verifier, *, zone: str) -> None:
        self._template = template
        self._verifier = verifier
        self._zone = zone

    def of(self, bed: BedView, language: Language) -> str | None:
        """What matters most of a bed now; None where there is nothing to say, or none verified."""
        found = leading_fact(
            bed.patient.id,
            Window(*bed.window),
            [reading.observation for reading in bed.readings.values()],
            scores=bed.scores,
            alarms=bed.alarms,
            zone=self._zone,
        )
        if found is None or _is_calm(found.facts[0]):
            return None
        draft = self._template.write(found, language, Form.LINE, deadline=None)
        verdict = self._verifier.verify(draft.sentences, found, language)
        if not verdict.accepted:
            _log.error("the line of a card did not verify: %d claims", len(verdict.refusals))
            return None
        return draft.text


def _is_calm(fact: Fact) -> bool:
    """Whether it is a whole score without points, which stands on the card already."""
    scored = fact.kind is FactKind.SCORE and fact.value is not None
    return scored and not fact.value and not fact.signals and "from" not in fact.values
