"""Judging answers to questions about recordings, each asked as of a moment of the recording.

A recording is played in memory up to that moment and no further; nothing of it is kept.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Protocol

from sereno.domain.errors import ConfigurationError, ModelError
from sereno.domain.evaluation import Expected
from sereno.domain.patients import Patient
from sereno.domain.questions import Answer
from sereno.domain.surveillance import Alarm, Score
from sereno.domain.vitals import Language
from sereno.ports import Connector
from sereno.scoring.watch import Watch
from sereno.services.answering import Answering, Writing
from sereno.services.evaluation import Recording, read
from sereno.services.records import RecordInMemory

DATA: Final = "{data}"  # in a source: the folder that the evaluator names
_time = attrgetter("time")


class AnswerJudge(Protocol):
    """Judges an answer against what is expected of it."""

    def __call__(
        self, text: str, outcome: str, tools: Sequence[str], expected: Expected,
        names: Sequence[str],
    ) -> list[str]:  # fmt: skip
        """What is wrong with it, in words."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the moment at which it is asked, of whom, and what is expected."""

    id: str
    language: Language
    source: str
    patients: tuple[str, ...]
    at: datetime
    question: str
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAnswer:
    """A question that was answered wrongly, in full."""

    id: str
    question: str
    expected: Expected
    outcome: str
    tools: tuple[str, ...]
    text: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReport:
    """How the answers did. Rates are shares from 0 to 1; an empty one is told as 1.

    `accuracy` counts the answerable ones with the right tool and content, `refusals` the others
    with the right outcome; `invented` those of the others that were answered all the same.
    """

    questions: int
    answerable: int
    accuracy: float
    refusals: float
    answered_wrongly: int
    by_language: Mapping[str, tuple[float, float]]
    by_tool: Mapping[str, tuple[int, int]]
    seconds_per_question: float
    slowest: float
    by_model: float
    wrong: tuple[JudgedAnswer, ...]


@dataclass(slots=True)
class _Tally:
    right: list[bool] = field(default_factory=list)

    def share(self) -> float:
        return sum(self.right) / len(self.right) if self.right else 1.0


def load(path: Path, data: Path | None) -> list[Asked]:
    """The questions of a file. Raises ConfigurationError with the line that is wrong."""
    asked = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                asked.append(_asked(json.loads(line), data))
            except (KeyError, TypeError, ValueError) as wrong:
                raise ConfigurationError(
                    f"line {number} of the questions is not of their form "
                    f"({type(wrong).__name__}); see docs/how-to/judge-the-answers.md"
                ) from wrong
    if not asked:
        raise ConfigurationError("the file holds no question; see docs/how-to/judge-the-answers.md")
    return asked


def _asked(line: Mapping[str, Any], data: Path | None) -> Asked:
    source = str(line["source"])
    if DATA in source and data is None:
        raise ConfigurationError(f"a source names {DATA}: say which folder it is with --data")
    expect = dict(line["expect"])
    return Asked(
        id=str(line["id"]),
        language=Language(line["language"]),
        source=source.replace(DATA, str(data)),
        patients=tuple(str(each) for each in line["patients"]),
        at=datetime.fromisoformat(line["at"]).astimezone(UTC),
        question=str(line["question"]),
        expect=Expected(
            outcome=str(expect["outcome"]),
            tools=tuple(expect.get("tools") or ()),
            yes=expect.get("yes"),
            numbers=tuple(float(each) for each in expect.get("numbers") or ()),
            times=tuple(expect.get("times") or ()),
            minutes=tuple(int(each) for each in expect.get("minutes") or ()),
            first=None if expect.get("first") is None else str(expect["first"]),
        ),
    )


class QuestionEvaluation:
    """Asks, and has the answers judged. `writing` is who writes the sentences."""

    def __init__(
        self,
        answering: Answering,
        judge: AnswerJudge,
        connector: Callable[[str], Connector],
        zone: str,
        writing: Writing | None = None,
    ) -> None:
        self._answering = answering
        self._judge = judge
        self._connector = connector
        self._zone = zone
        self._writing = writing

    async def run(
        self, asked: Sequence[Asked], progress: Callable[[int], None] = lambda _: None
    ) -> QuestionReport:
        """Every question, source by source. Raises SourceError, or ConfigurationError."""
        judged: list[tuple[Asked, Answer | None, list[str]]] = []
        by_source: dict[str, list[Asked]] = defaultdict(list)
        for each in asked:
            by_source[each.source].append(each)
        for source, several in by_source.items():
            recordings = await self._recordings(source, several)
            for each in several:
                judged.append(self._judged(each, recordings))
                progress(len(judged))
        return _report(judged)

    async def _recordings(self, source: str, asked: Sequence[Asked]) -> dict[str, Recording]:
        wanted = {name for each in asked for name in each.patients}
        found = await read([_Chosen(self._connector(source), wanted)])
        known = {each.subject.identifier: each for each in found}
        missing = sorted(wanted - known.keys())
        if missing:
            raise ConfigurationError(
                f"the source holds nothing of {len(missing)} patients that are asked about; "
                "give it as it was when the questions were written"
            )
        return known

    def _judged(
        self, asked: Asked, recordings: Mapping[str, Recording]
    ) -> tuple[Asked, Answer | None, list[str]]:
        records = [played(recordings[name], asked.at, self._zone) for name in asked.patients]
        try:
            if len(records) == 1:
                (record,) = records
                answer = self._answering.answer(
                    asked.question, asked.language, record, self._writing
                )
            else:
                answer = self._answering.answer_ward(asked.question, asked.language, records)
        except ModelError as error:
            return asked, None, [str(error)]
        faults = self._judge(
            answer.text, answer.outcome.value, tools_of(answer), asked.expect, asked.patients
        )
        return asked, answer, faults


class _Chosen:
    """Of a connector's patients only some."""

    def __init__(self, connector: Connector, wanted: set[str]) -> None:
        self.name = connector.name
        self._connector = connector
        self._wanted = wanted

    async def batches(self) -> Any:
        """Those about a wanted patient."""
        async for batch in self._connector.batches():
            if batch.subject is not None and batch.subject.identifier in self._wanted:
                yield batch


def played(recording: Recording, at: datetime, zone: str) -> RecordInMemory:
    """A recording as it stood at `at`."""
    subject = recording.subject
    patient = Patient(
        id=f"recorded-{subject.identifier}", identifier=subject.identifier,
        birth_date=subject.birth_date, sex=subject.sex, pregnant=subject.pregnant,
    )  # fmt: skip
    watch = Watch(patient)
    known = recording.observations[: bisect_right(recording.observations, at, key=_time)]
    changes = (watch.observe(known), watch.advance(at))
    scores: list[Score] = [score for found in changes for score in found.scores]
    alarms: dict[str, Alarm] = {}
    for found in (*changes, watch.latest):
        alarms |= {each.id: each for each in found.alarms}
    return RecordInMemory(patient, at, zone, known, sorted(scores, key=_time), alarms.values())


def tools_of(answer: Answer) -> tuple[str, ...]:
    """The tool that was used, and what it asked about each patient of the ward."""
    call, used = answer.call, []
    while call is not None:
        used.append(call.tool.value)
        call = call.of
    return tuple(used)


def _report(judged: Sequence[tuple[Asked, Answer | None, list[str]]]) -> QuestionReport:
    answerable, others = _Tally(), _Tally()
    languages: dict[str, tuple[_Tally, _Tally]] = defaultdict(lambda: (_Tally(), _Tally()))
    tools: dict[str, _Tally] = defaultdict(_Tally)
    for asked, _, faults in judged:
        wanted = asked.expect.outcome == "answered"
        right = not faults
        (answerable if wanted else others).right.append(right)
        languages[asked.language.value][0 if wanted else 1].right.append(right)
        for tool in asked.expect.tools[:1] if wanted else (asked.expect.outcome,):
            tools[tool].right.append(right)
    answers = [answer for _, answer, _ in judged if answer is not None]
    seconds = [answer.seconds for answer in answers] or [0.0]
    return QuestionReport(
        questions=len(judged),
        answerable=len(answerable.right),
        accuracy=answerable.share(),
        refusals=others.share(),
        answered_wrongly=sum(
            asked.expect.outcome != "answered" and answer is not None
            and answer.outcome.value == "answered"
            for asked, answer, _ in judged
        ),
        by_language={name: (a.share(), o.share()) for name, (a, o) in sorted(languages.items())},
        by_tool={name: (sum(t.right), len(t.right)) for name, t in sorted(tools.items())},
        seconds_per_question=sum(seconds) / len(seconds),
        slowest=max(seconds),
        by_model=sum(answer.source != "template" for answer in answers) / max(1, len(answers)),
        wrong=tuple(_wrong(judged)),
    )  # fmt: skip


def _wrong(
    judged: Sequence[tuple[Asked, Answer | None, list[str]]],
) -> Iterator[JudgedAnswer]:
    for asked, answer, faults in judged:
        if faults:
            yield JudgedAnswer(
                id=asked.id,
                question=asked.question,
                expected=asked.expect,
                outcome=answer.outcome.value if answer else "failed",
                tools=tools_of(answer) if answer else (),
                text=answer.text if answer else "",
                faults=tuple(faults),
            )
