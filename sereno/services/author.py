"""One piece of writing from evidence to verified text; closed to whatever does not verify."""

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sereno import __version__
from sereno.domain.errors import ModelError
from sereno.domain.evidence import Draft, Evidence, Form, Summary, Verdict, Window
from sereno.domain.fingerprint import fingerprint
from sereno.domain.stream import Observation, Quality
from sereno.domain.surveillance import Alarm
from sereno.domain.vitals import Language
from sereno.ports import Store, TextGenerator, Verifier
from sereno.scoring.evidence import explain, gather
from sereno.scoring.evidence.explanation import LONGEST_STRETCH, ROUNDS, TOLD, surroundings_of
from sereno.services.foundation import Foundation

LONGEST_WINDOW: Final = timedelta(hours=72)
UNVERIFIED: Final = "the model's text did not verify"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be written: about whom, which stretch of time, in which language and form.

    A text of the form ALARM is about `alarm`, as of the window's end.
    """

    patient: str
    window: Window
    language: Language = Language.ENGLISH
    form: Form = Form.HANDOVER
    alarm: Alarm | None = None

    def payload(self) -> dict[str, str]:
        """As a job carries it."""
        return {
            "start": self.window.start.isoformat(),
            "end": self.window.end.isoformat(),
            "language": self.language.value,
            "form": self.form.value,
        }

    @classmethod
    def of(cls, patient: str, payload: Mapping[str, Any]) -> "Request":
        """From a job's payload."""
        start, end = (datetime.fromisoformat(payload[name]) for name in ("start", "end"))
        language, form = Language(payload["language"]), Form(payload["form"])
        return cls(patient=patient, window=Window(start, end), language=language, form=form)


class Author:
    """Writes with the model where there is one and its text verifies, else with the template.

    `zone` is the IANA name of the time zone in which clock times are told.
    """

    def __init__(
        self, foundation: Foundation, template: TextGenerator, verifier: Verifier, *, zone: str
    ) -> None:
        self._store = foundation.store
        self._clock = foundation.clock
        self._template = template
        self._verifier = verifier
        self._zone = zone

    def write(
        self,
        request: Request,
        generator: Callable[[], TextGenerator],
        deadline: datetime | None = None,
    ) -> Summary:
        """With the model; with the template where that fails, and why.

        `generator` gives the model's generator, and raises ModelError where there is none.
        """
        evidence, evidence_ms = self._evidence(request)
        try:
            draft = generator().write(evidence, request.language, request.form, deadline=deadline)
            verdict = self._verdict(draft, evidence, request)
        except ModelError as error:
            return self._from_template(request, evidence, evidence_ms, str(error))
        if not verdict.accepted:
            _log.error("a generated text did not verify: %d claims", len(verdict.refusals))
            return self._from_template(request, evidence, evidence_ms, UNVERIFIED)
        return self._summary(request, evidence, _timed(draft, evidence_ms), verdict, None)

    def fall_back(self, request: Request, reason: str) -> Summary:
        """With the template, because of `reason`."""
        evidence, evidence_ms = self._evidence(request)
        return self._from_template(request, evidence, evidence_ms, reason)

    def _from_template(
        self, request: Request, evidence: Evidence, evidence_ms: float, reason: str
    ) -> Summary:
        draft = self._template.write(evidence, request.language, request.form, deadline=None)
        verdict = self._verdict(draft, evidence, request)
        if not verdict.accepted:
            raise ModelError("no text could be verified against the measurements; please report it")
        return self._summary(request, evidence, _timed(draft, evidence_ms), verdict, reason)

    def _evidence(self, request: Request) -> tuple[Evidence, float]:
        started = time.perf_counter()
        evidence = evidence_of(self._store, request, self._zone)
        return evidence, (time.perf_counter() - started) * 1000

    def _verdict(self, draft: Draft, evidence: Evidence, request: Request) -> Verdict:
        return self._verifier.verify(draft.sentences, evidence, request.language)

    def _summary(
        self,
        request: Request,
        evidence: Evidence,
        draft: Draft,
        verdict: Verdict,
        reason: str | None,
    ) -> Summary:
        return Summary(
            id=secrets.token_hex(8),
            patient=request.patient,
            created=self._clock.now(),
            language=request.language,
            form=request.form,
            evidence=evidence,
            draft=draft,
            verdict=verdict,
            fallback_reason=reason,
            evidence_hash=fingerprint(evidence),
            program=__version__,
            alarm=request.alarm,
        )


def evidence_of(store: Store, request: Request, zone: str) -> Evidence:
    """The facts of a patient's window or alarm, from what the store holds."""
    if request.alarm is not None:
        return _explaining(store, request.alarm, request.window, zone)
    patient, start, end = request.patient, request.window.start, request.window.end
    alarms = store.alarms(patient, start=start, end=end)
    return gather(
        patient,
        request.window,
        [*_before(store, patient, alarms, start), *store.observations(patient, start, end)],
        scores=store.scores(patient, start, end),
        episodes=store.episodes(patient, start, end),
        alarms=alarms,
        notes=store.notes(patient, start, end),
        zone=zone,
        form=request.form,
    )


def _explaining(store: Store, alarm: Alarm, window: Window, zone: str) -> Evidence:
    """The facts about an alarm as of the window's end, without reading all that lies between."""
    near, end, instant = surroundings_of(alarm, window.end), window.end, timedelta.resolution
    known = store.observations(alarm.patient, window.start, near.end)
    since = max(end - ROUNDS, near.end + instant)
    recent = store.observations(alarm.patient, since, end) if since <= end else []
    # What was last measured in between is told too, if it was not since.
    wanted = TOLD.difference(each.signal for each in recent if each.quality is Quality.GOOD)
    wanted |= {alarm.signal} if alarm.signal else set()
    start = max(near.end + instant, end - LONGEST_STRETCH)
    if start < since:
        known += store.observations(alarm.patient, start, since - instant, sorted(wanted))
    known += recent
    scores = store.scores(alarm.patient, near.start, end)
    return explain(alarm, end, known, scores=scores, zone=zone)


def _before(
    store: Store, patient: str, alarms: Iterable[Alarm], start: datetime
) -> list[Observation]:
    """Of what open alarms are about, the values since each began and before the window."""
    signals = {each.signal for each in alarms if each.active and not each.present} - {None}
    onset = min((each.onset for each in alarms if each.signal in signals), default=start)
    if onset >= start:
        return []
    return store.observations(patient, onset, start, [each for each in signals if each])


def _timed(draft: Draft, evidence_ms: float) -> Draft:
    return replace(draft, timings=replace(draft.timings, evidence_ms=evidence_ms))
