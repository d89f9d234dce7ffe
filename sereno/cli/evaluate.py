"""`sereno evaluate`: what is written about recordings, judged against the recordings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import anyio
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sereno.cli.options import (
    FORMS,
    DataDir,
    Json,
    answer,
    err,
    of_a_window,
    settings_for,
    table_of,
)
from sereno.domain.evidence import Form
from sereno.domain.vitals import Language

if TYPE_CHECKING:
    from rich.table import Table

    from sereno.domain.evidence import Window
    from sereno.services.evaluation import MutationReport, Recording, SummaryReport
    from sereno.services.question_evaluation import QuestionReport

app = typer.Typer(
    help="Judge what is written about recordings, in memory: nothing of them is kept.",
    no_args_is_help=True,
)
Sources = Annotated[
    list[str],
    typer.Option("--source", metavar="SOURCE", help="As of `sereno ingest`; may be repeated."),
]
Hours = Annotated[float, typer.Option(help="The length of a window; at most 72.")]
Seed = Annotated[int, typer.Option(help="Which windows are drawn.")]
Kind = Annotated[
    Form,
    typer.Option(
        metavar=FORMS,
        callback=of_a_window,
        help="The form of the texts, as of `sereno summarize`.",
    ),
]
InLanguage = Annotated[
    Language | None, typer.Option(help="Of the text; the default is the setting's.")
]
# Far fewer than a window gives (some 150), so that they come of many windows.
_MUTANTS_A_WINDOW = 20


@app.command()
def summaries(  # noqa: PLR0913, PLR0917 - each is an option of the command
    source: Sources,
    windows: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 100,
    hours: Hours = 4,
    form: Kind = Form.HANDOVER,
    language: InLanguage = None,
    generator: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What writes: a generator of the settings, `template`, or `ungoverned` for the "
            "model left to itself; the default is the setting's.",
        ),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Write a summary a window, and judge it against facts computed anew from the recording.

    The worst texts are told in full: they hold what the recording holds.
    """
    from sereno.bootstrap import evaluation

    settings = settings_for(data_dir)
    chosen = _windows(source, hours, windows, seed)
    judging = evaluation(settings, generator)
    with _progress("summaries", sum(len(each) for _, each in chosen), quiet=as_json) as show:
        report = judging.summaries(chosen, language or settings.language, settings.zone, show, form)
    answer(report, as_json=as_json, table=_summary_table(report))


@app.command()
def mutations(  # noqa: PLR0913, PLR0917 - each is an option of the command
    source: Sources,
    count: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 10_000,
    hours: Hours = 4,
    form: Kind = Form.HANDOVER,
    language: InLanguage = None,
    generator: Annotated[
        str | None, typer.Option(metavar="NAME", help="What writes the true sentences.")
    ] = "template",
    seed: Seed = 0,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Make true sentences false, one claim at a time, and count what the verifier lets pass."""
    from sereno.bootstrap import evaluation

    settings = settings_for(data_dir)
    chosen = _windows(source, hours, max(1, count // _MUTANTS_A_WINDOW + 1), seed)
    judging = evaluation(settings, generator)
    with _progress("mutations", count, quiet=as_json) as show:
        report = judging.mutations(
            chosen, count, language or settings.language, settings.zone, show, seed, form
        )
    answer(report, as_json=as_json, table=_mutation_table(report))


@app.command()
def questions(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Questions with what is expected, a JSON object a line."
        ),
    ],
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="What {data} in a source stands for.")
    ] = None,
    generator: Annotated[
        str | None, typer.Option(metavar="NAME", help="What writes the sentences.")
    ] = "template",
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Ask each question as of its moment, and judge what is answered.

    The wrong answers are told in full: they hold what the recordings hold.
    """
    from sereno.bootstrap import question_evaluation
    from sereno.services.question_evaluation import load

    settings = settings_for(data_dir)
    asked = load(file, data)
    judging = question_evaluation(settings, generator)
    with _progress("questions", len(asked), quiet=as_json) as show:
        report = anyio.run(judging.run, asked, show)
    answer(report, as_json=as_json, table=_question_table(report))


def _windows(
    sources: list[str], hours: float, count: int, seed: int
) -> "list[tuple[Recording, list[Window]]]":
    from sereno.bootstrap import recorded
    from sereno.services.evaluation import cut, read

    if not 0 < hours <= 72:
        message = "a window has more than 0 and at most 72 hours"
        raise typer.BadParameter(message, param_hint="--hours")
    recordings = anyio.run(read, [recorded(each) for each in sources])
    return cut(recordings, timedelta(hours=hours), count, seed)


@contextmanager
def _progress(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def _summary_table(report: "SummaryReport") -> "Table":
    table = table_of("Summaries", "measure", "value")
    read = report.wording
    rows = {
        "form": report.form.value,
        "windows": f"{report.windows} of {report.patients} patients",
        "required facts stated": f"{report.required_fact_recall:.2%} of {report.required_facts}",
        "durations stated": f"{report.duration_recall:.2%} of {report.durations}",
        "invented facts": f"{report.invented_facts}",
        "fell back to the template": f"{report.fallback_rate:.2%}",
        "seconds a summary": f"{report.seconds_per_summary:.2f}",
        "different words, pairs, triples": (
            f"{read.distinct_1:.1%}, {read.distinct_2:.1%}, {read.distinct_3:.1%}"
        ),
        "repeated sentences": f"{read.repeated_sentences:.2%}",
        "words a text": f"{read.words:.0f}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    for case in report.worst:
        found = case.judgement
        table.add_row("text", case.text)
        for what, told in (("missing", found.missing), ("invented", found.invented)):
            for each in told:
                table.add_row(f"  {what}", each)
        if case.fallback:
            table.add_row("  by the template", case.fallback)
    return table


def _question_table(report: "QuestionReport") -> "Table":
    table = table_of("Questions", "measure", "value")
    rows = {
        "questions": f"{report.questions}, of which {report.answerable} can be answered",
        "answered rightly": f"{report.accuracy:.1%} of {report.answerable}",
        "others refused rightly": (
            f"{report.refusals:.1%} of {report.questions - report.answerable}; "
            f"{report.answered_wrongly} answered"
        ),
        "seconds a question": f"{report.seconds_per_question:.2f}, at most {report.slowest:.2f}",
        "written by a model": f"{report.by_model:.1%}",
    }
    rows |= {
        f"  {name}": f"{right:.1%} and {refused:.1%}"
        for name, (right, refused) in report.by_language.items()
    }
    rows |= {f"  {name}": f"{right} of {count}" for name, (right, count) in report.by_tool.items()}
    for name, value in rows.items():
        table.add_row(name, value)
    for case in report.wrong:
        table.add_row(case.id, escape(case.question))
        table.add_row(f"  {case.outcome}", escape(case.text))
        for fault in case.faults:
            table.add_row("  wrong", escape(fault))
    return table


def _mutation_table(report: "MutationReport") -> "Table":
    table = table_of("Sentences made false", "measure", "value")
    table.add_row("made", f"{report.count} of {report.originals} true ones")
    table.add_row("accepted", f"{report.accepted_mutations}")
    table.add_row("true ones refused", f"{report.refused_originals}")
    for kind, count in sorted(report.by_kind.items()):
        table.add_row(f"  {kind}", f"{count}")
    for each in report.worst:
        table.add_row("  accepted", each)
    return table
