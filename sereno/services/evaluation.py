"""Judging what a generator writes about recordings, window by window.

A recording is cut into windows that do not overlap; each is watched as it would have been on the
ward, up to its end and no further, and its text is judged against facts that `Judge` computes anew
from the recording. All of it happens in memory: nothing of a recording is kept.
"""

import random
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final, Protocol

from sereno.domain.errors import ConfigurationError, ModelError
from sereno.domain.evaluation import Judgement, Wording
from sereno.domain.evidence import Draft, Evidence, Form, Sentence, Window
from sereno.domain.patients import Patient
from sereno.domain.stream import Observation, Quality, Subject
from sereno.domain.surveillance import Alarm, Episode, Score
from sereno.domain.vitals import Language
from sereno.ports import Connector, TextGenerator, Verifier
from sereno.scoring.evidence import gather
from sereno.scoring.watch import Watch
from sereno.services.wording import wording

WORST_KEPT: Final = 10  # cases told in full
ROUNDS: Final = 20  # of making the same sentences false
_INSTANT: Final = timedelta.resolution
_time = attrgetter("time")


class Judge(Protocol):
    """Judges a text against what a recording holds."""

    def __call__(self, text: str, case: "Case", *, language: Language, zone: str) -> Judgement:
        """`text` about the case's window, whose clock times are told in `zone` (IANA)."""
        ...


@dataclass(slots=True)
class Recording:
    """What a source told of one subject, in order of time, waveforms left out."""

    subject: Subject
    observations: list[Observation] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A window of a recording: all that was told up to its end, and the facts found in it."""

    patient: Patient
    window: Window
    observations: Sequence[Observation]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case's text and what was found wrong with it."""

    window: Window
    text: str
    fallback: str | None
    judgement: Judgement
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryReport:
    """How a generator did. Rates are shares from 0 to 1; an empty one is told as 1."""

    windows: int
    patients: int
    required_facts: int
    required_fact_recall: float
    durations: int
    duration_recall: float
    invented_facts: int
    fallback_rate: float
    seconds_per_summary: float
    form: Form
    wording: Wording
    worst: tuple[Judged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport:
    """What the verifier did with sentences made false, and with the true ones they came from."""

    count: int
    accepted_mutations: int
    originals: int
    refused_originals: int
    by_kind: dict[str, int]
    worst: tuple[str, ...]


async def read(connectors: Sequence[Connector]) -> list[Recording]:
    """Everything that the sources tell, by subject. Raises SourceError."""
    found: dict[tuple[str, str], Recording] = {}
    for connector in connectors:
        async for batch in connector.batches():
            subject = batch.subject
            if subject is not None and batch.observations:
                key = (subject.authority, subject.identifier)
                known = found.setdefault(key, Recording(subject))
                known.observations.extend(batch.observations)
    for recording in found.values():
        recording.observations = _sifted(recording.observations)
    return list(found.values())


def _sifted(observations: Sequence[Observation]) -> list[Observation]:
    """Each once and in order of time; another value for the same moment is a correction of it."""
    known: dict[tuple[object, ...], Observation] = {}
    kept = []
    for each in observations:
        key = (each.signal, each.time, each.source)
        before = known.get(key)
        if before is None or before.value != each.value:
            version = 1 if before is None else before.version + 1
            known[key] = replace(each, version=version)
            kept.append(known[key])
    return sorted(kept, key=_time)


def cut(
    recordings: Sequence[Recording], length: timedelta, count: int, seed: int = 0
) -> list[tuple[Recording, list[Window]]]:
    """`count` windows at most, drawn from all that hold a good value; in order by recording.

    A recording that is shorter than `length` is one window.
    """
    every = [
        (number, window)
        for number, recording in enumerate(recordings)
        for window in _windows(recording, length)
    ]
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 - not a secret
    of: dict[int, list[Window]] = defaultdict(list)
    for number, window in drawn:
        of[number].append(window)
    return [
        (recordings[number], sorted(of[number], key=attrgetter("start"))) for number in sorted(of)
    ]


def _windows(recording: Recording, length: timedelta) -> Iterator[Window]:
    good = [each.time for each in recording.observations if each.quality is Quality.GOOD]
    start = recording.observations[0].time
    while good and start <= good[-1]:
        stop = min(start + length, good[-1])
        if bisect_left(good, start) < bisect_right(good, stop):
            yield Window(start, stop)
        start = stop + _INSTANT


def cases(
    recording: Recording, windows: Sequence[Window], zone: str, form: Form = Form.HANDOVER
) -> Iterator[Case]:
    """Each window as it stood at its end, with the facts that a text of `form` tells."""
    patient = _patient(recording.subject)
    watch = Watch(patient)
    scores: list[Score] = []
    episodes: dict[str, Episode] = {}
    alarms: dict[str, Alarm] = {}
    seen = 0
    for window in windows:
        known = bisect_right(recording.observations, window.end, key=_time)
        changes = (watch.observe(recording.observations[seen:known]), watch.advance(window.end))
        scores += [score for found in changes for score in found.scores]
        for found in (*changes, watch.latest):
            episodes |= {each.id: each for each in found.episodes}
            alarms |= {each.id: each for each in found.alarms}
        seen, told = known, recording.observations[:known]
        yield Case(
            patient=patient,
            window=window,
            observations=told,
            evidence=gather(
                patient.id, window, _latest(told), scores=_since(scores, window.start),
                episodes=list(episodes.values()), alarms=list(alarms.values()), zone=zone,
                form=form,
            ),
        )  # fmt: skip


def _latest(told: Sequence[Observation]) -> list[Observation]:
    """Without what was corrected, as a store gives them."""
    return list({(each.signal, each.time, each.source): each for each in told}.values())


def _since(scores: Sequence[Score], start: datetime) -> list[Score]:
    """The scores in force from `start` on, of each kind the one that was in force then first."""
    before = {each.kind: each for each in scores if each.time <= start}
    return sorted([*before.values(), *(each for each in scores if each.time > start)], key=_time)


def _patient(subject: Subject) -> Patient:
    return Patient(
        id="recorded", identifier=subject.identifier, birth_date=subject.birth_date,
        sex=subject.sex, pregnant=subject.pregnant,
    )  # fmt: skip


Mutate = Callable[[str, Language, random.Random], Iterator[tuple[str, str]]]


class Evaluation:
    """Runs a generator, the verifier and the template over cases, as the model process does.

    `free` says that the generator's text is judged as it comes, unverified: an ungoverned model.
    """

    def __init__(
        self,
        generator: TextGenerator,
        template: TextGenerator,
        verifier: Verifier,
        judge: Judge,
        mutate: Mutate,
        *,
        free: bool = False,
    ) -> None:
        self._generator = generator
        self._template = template
        self._verifier = verifier
        self._judge = judge
        self._mutate = mutate
        self._free = free

    def summaries(
        self,
        chosen: Sequence[tuple[Recording, list[Window]]],
        language: Language,
        zone: str,
        progress: Callable[[int], None] = lambda _: None,
        form: Form = Form.HANDOVER,
    ) -> SummaryReport:
        """Write and judge one text of `form` a window. `progress` is told how many are done."""
        if not chosen:
            raise ConfigurationError("the source holds no window with a valid value; check it")
        judged: list[Judged] = []
        for recording, windows in chosen:
            for case in cases(recording, windows, zone, form):
                judged.append(self._judged(case, language, zone))
                progress(len(judged))
        return _report(judged, len(chosen), form)

    def write(self, evidence: Evidence, language: Language) -> Draft:
        """A text of the evidence's form as the model process would write it."""
        return self._written(evidence, language)[0]

    def mutations(
        self,
        chosen: Sequence[tuple[Recording, list[Window]]],
        count: int,
        language: Language,
        zone: str,
        progress: Callable[[int], None] = lambda _: None,
        seed: int = 0,
        form: Form = Form.HANDOVER,
    ) -> MutationReport:
        """Make `count` false sentences of true ones, and have the verifier judge them all.

        Each is made once. Fewer, where the windows do not hold so many.
        """
        chance = random.Random(seed)  # noqa: S311 - not a secret
        true = list(self._sentences(chosen, language, zone, form))
        refused = sum(self._refuses(said.text, said, case, language) for case, said in true)
        made: set[tuple[int, str]] = set()
        kinds: Counter[str] = Counter()
        accepted: list[str] = []
        for number, kind, text in self._false(true, language, chance):
            if (number, text) in made:
                continue
            case, said = true[number]
            made.add((number, text))
            kinds[kind] += 1
            if not self._refuses(text, said, case, language):
                accepted.append(f"{kind}: {said.text} -> {text}")
            progress(len(made))
            if len(made) >= count:
                break
        return MutationReport(
            count=len(made), accepted_mutations=len(accepted), originals=len(true),
            refused_originals=refused, by_kind=dict(kinds), worst=tuple(accepted[:WORST_KEPT]),
        )  # fmt: skip

    def _false(
        self, true: Sequence[tuple[Case, Sentence]], language: Language, chance: random.Random
    ) -> Iterator[tuple[int, str, str]]:
        """Which sentence was made false, how, and into what; ROUNDS times, by chance otherwise."""
        for _ in range(ROUNDS):
            for number, (_, said) in enumerate(true):
                for kind, text in self._mutate(said.text, language, chance):
                    yield number, kind, text

    def _sentences(
        self,
        chosen: Sequence[tuple[Recording, list[Window]]],
        language: Language,
        zone: str,
        form: Form,
    ) -> Iterator[tuple[Case, Sentence]]:
        for recording, windows in chosen:
            for case in cases(recording, windows, zone, form):
                draft, _ = self._written(case.evidence, language)
                yield from ((case, said) for said in draft.sentences)

    def _refuses(self, text: str, said: Sentence, case: Case, language: Language) -> bool:
        claim = Sentence(text, said.citations)
        verdict = self._verifier.verify([claim], case.evidence, language)
        return any(refusal.claim == text for refusal in verdict.refusals)

    def _judged(self, case: Case, language: Language, zone: str) -> Judged:
        started = time.perf_counter()
        draft, fallback = self._written(case.evidence, language)
        seconds = time.perf_counter() - started
        judgement = self._judge(draft.text, case, language=language, zone=zone)
        return Judged(
            window=case.window, text=draft.text, fallback=fallback, judgement=judgement,
            seconds=seconds,
        )  # fmt: skip

    def _written(self, evidence: Evidence, language: Language) -> tuple[Draft, str | None]:
        form = evidence.form
        try:
            draft = self._generator.write(evidence, language, form, deadline=None)
        except ModelError as error:
            return self._template.write(evidence, language, form, deadline=None), str(error)
        verdict = self._verifier.verify(draft.sentences, evidence, language)
        if self._free or verdict.accepted:
            return draft, None
        reason = "; ".join(dict.fromkeys(refusal.reason for refusal in verdict.refusals))
        return self._template.write(evidence, language, form, deadline=None), reason


def _report(judged: Sequence[Judged], patients: int, form: Form) -> SummaryReport:
    required = sum(each.judgement.required for each in judged)
    missing = sum(len(each.judgement.missing) for each in judged)
    durations = sum(each.judgement.durations for each in judged)
    unsaid = sum(len(each.judgement.missing_durations) for each in judged)
    wrong = [each for each in judged if _faults(each) or each.fallback]
    worst = sorted(wrong, key=_faults, reverse=True)[:WORST_KEPT]
    return SummaryReport(
        windows=len(judged),
        patients=patients,
        required_facts=required,
        required_fact_recall=_share(required - missing, required),
        durations=durations,
        duration_recall=_share(durations - unsaid, durations),
        invented_facts=sum(len(each.judgement.invented) for each in judged),
        fallback_rate=sum(each.fallback is not None for each in judged) / len(judged),
        seconds_per_summary=sum(each.seconds for each in judged) / len(judged),
        form=form,
        wording=wording([each.text for each in judged]),
        worst=tuple(worst),
    )


def _faults(judged: Judged) -> int:
    found = judged.judgement
    return len(found.missing) + len(found.missing_durations) + len(found.invented)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
