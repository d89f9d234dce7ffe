"""`sereno summarize --ward`: the texts of everyone, each as it comes, above a bar."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from sereno.cli.options import answer, err, me, out
from sereno.cli.summarize import text, whole
from sereno.domain.evidence import Summary
from sereno.domain.patients import Patient
from sereno.services.since import Since

if TYPE_CHECKING:
    from sereno.bootstrap import Services
    from sereno.services.author import Request


def tell_ward(
    given: "Services", patients: Sequence[Patient], requests: "Sequence[Request]", *, as_json: bool
) -> None:
    """Write for all of them, and tell each text as it comes; in JSON, all of them at the end.

    Interrupted, it leaves nothing waiting in the queue.
    """
    summaries, wholes = [], []
    with closing(given.summarisation.summarise(*requests)) as coming:
        for patient, summary in zip(patients, _followed(coming, len(requests)), strict=True):
            given.read_audit.note(me().name, "summary_shown", patient.id)
            since = given.views.since_if_readable(patient.id, summary.evidence.window.end)
            summaries.append(summary)
            wholes.append(whole(summary, since))
            if not as_json:
                _tell(patient, summary, since)
    if as_json or not summaries:
        answer(wholes, as_json=as_json, table="no patients yet")
    _tell_what_lacks(summaries, given.views.unreadable())


def _followed(coming: Iterator[Summary], number: int) -> Iterator[Summary]:
    """The same, under a bar on the terminal that shows the texts, else on stderr."""
    shown = out if out.is_terminal else err
    with _bar(shown) as bar:
        yield from bar.track(coming, total=number, description="Handovers")


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True, redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip


def _tell(patient: Patient, summary: Summary, since: Since) -> None:
    window, zone = summary.evidence.window, ZoneInfo(summary.evidence.zone)
    start, end = (moment.astimezone(zone) for moment in (window.start, window.end))
    heading = f"{patient.label}  {start:%Y-%m-%d %H:%M} to {end:%H:%M} {end:%Z}"
    out.print(Text(heading, style="bold"))
    out.print(f"{text(summary, since)}\n", markup=False)


def _tell_what_lacks(summaries: Sequence[Summary], unreadable: Sequence[str]) -> None:
    """What was written without the model, and who is not among them."""
    reasons = [each.fallback_reason for each in summaries if each.fallback_reason]
    for reason in dict.fromkeys(reasons):
        number = f"{reasons.count(reason)} of {len(summaries)}"
        err.print(f"{number} written without the model: {reason}", style="yellow", markup=False)
    for each in unreadable:
        told = f"{each} can not be read and may not be watched: see docs/how-to/back-up.md"
        err.print(told, style="red", markup=False)
