"""`sereno summarize`: what a clinician should know of the last hours, each sentence borne out."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from sereno.cli.facts import fact_line
from sereno.cli.options import (
    FORMS,
    DataDir,
    Json,
    answer,
    err,
    me,
    of_a_window,
    plain,
    settings_for,
)
from sereno.domain.evidence import Form, Section, Summary
from sereno.domain.vitals import Language
from sereno.services.since import Since
from sereno.services.since import told as since_told

_HEADINGS: Mapping[Language, Mapping[Section, str]] = MappingProxyType(
    {
        Language.ENGLISH: {
            Section.SITUATION: "Situation",
            Section.BACKGROUND: "Background",
            Section.ASSESSMENT: "Assessment",
            Section.RECOMMENDATION: "Recommendation",
        },
        Language.SPANISH: {
            Section.SITUATION: "Situación",
            Section.BACKGROUND: "Antecedentes",
            Section.ASSESSMENT: "Valoración",
            Section.RECOMMENDATION: "Recomendación",
        },
    }
)
# What stands above and below a text for the patient.
_FOR_THE_PATIENT: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.ENGLISH: (
            "For the patient, in plain words. To be handed over by a clinician.",
            "If you have questions, ask your nurse or doctor.",
        ),
        Language.SPANISH: (
            "Para el paciente, en palabras sencillas. Lo entrega un profesional sanitario.",
            "Si tiene preguntas, consulte a su enfermera o a su médico.",
        ),
    }
)


def _moment(text: str) -> datetime:
    """A time in ISO 8601; UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            "a time is written 2026-01-31T08:00 or 2026-01-31T08:00+01:00"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def summarize(  # noqa: PLR0913, PLR0917 - each is an option of the command
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="PATIENT",
            help="The opaque id, or the name or bed they go by.",
            show_default=False,
        ),
    ] = None,
    ward: Annotated[
        bool, typer.Option("--ward", help="Everyone on the ward, bed by bed, in place of PATIENT.")
    ] = False,
    form: Annotated[
        Form,
        typer.Option(
            metavar=FORMS,
            callback=of_a_window,
            help="line: what matters most; handover: SBAR; shift: with the ranges of a whole "
            "shift; trend: how the signals have gone, for a discharge; patient: to the patient, in "
            "plain words.",
        ),
    ] = Form.HANDOVER,
    hours: Annotated[
        float | None,
        typer.Option(
            help="How far back to look, at most 72; the default is 4, of a shift and for the "
            "patient 12, of a trend 72."
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Up to when, in UTC; the default is the latest."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Of the text; the default is the setting's.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Write a summary that the samples bear out, of one patient or of the whole ward."""
    from sereno.bootstrap import services
    from sereno.cli.ward_summaries import tell_ward

    if ward == (reference is not None):
        raise typer.BadParameter("name a PATIENT or give --ward, one of the two")
    end = _moment(at) if at else None
    asked = form.hours if hours is None else hours
    length = timedelta(hours=asked if 0 < asked < 1000 else 0)  # 0 is refused, and so is NaN
    settings = settings_for(data_dir, existing=True)
    with services(settings) as given:
        patients = [given.views.find(reference)] if reference else given.handover.ward()
        wanted = language or settings.language
        requests = given.handover.requests(patients, wanted, form, length, end)
        if ward:
            tell_ward(given, patients, requests, as_json=as_json)
            return
        given.read_audit.note(me().name, "summary_shown", patients[0].id)
        (summary,) = given.summarisation.summarise(*requests)
        since = given.views.since(summary.patient, summary.evidence.window.end)
    answer(whole(summary, since), as_json=as_json, table=text(summary, since))
    if summary.fallback_reason and not as_json:
        err.print(f"Written without the model: {summary.fallback_reason}", style="yellow")


def told(summary: Summary) -> dict[str, Any]:
    """A summary as JSON."""
    evidence, draft = summary.evidence, summary.draft
    return {
        "id": summary.id,
        "patient": summary.patient,
        "window": {
            "start": plain(evidence.window.start),
            "end": plain(evidence.window.end),
            "hours": evidence.window.hours,
        },
        "zone": evidence.zone,
        "form": summary.form.value,
        "language": summary.language.value,
        "text": draft.text,
        "sentences": plain(draft.sentences),
        "facts": [plain(fact) for fact in evidence.facts],
        "required_fact_ids": plain(evidence.required),
        "verified": summary.verdict.accepted,
        "source": draft.source,
        "fallback_reason": summary.fallback_reason,
        "model": plain(draft.model),
        "timings": plain(draft.timings),
        "record": record(summary),
    }


def whole(summary: Summary, since: Since) -> dict[str, Any]:
    """A summary as JSON, with what has happened since its window."""
    return {
        **told(summary),
        "since": {
            "text": since_told(since, summary.language),
            "alarms": [alarm.id for alarm in since.alarms],
            "news2_risen_to": since.risen_to.total if since.risen_to else None,
            "news2_risen_from": since.risen_from.total if since.risen_from else None,
        },
    }


def record(summary: Summary) -> dict[str, Any]:
    """What an output was made from and with; hashes are SHA-256, in hex."""
    draft = summary.draft
    return {
        "program": summary.program,
        "created": plain(summary.created),
        "evidence_sha256": summary.evidence_hash,
        "prompt_sha256": draft.prompt_hash,
        "run": plain(draft.run),
    }


def text(summary: Summary, since: Since) -> str:
    """A summary for people: a sentence a line, with the facts that it rests on, in one zone.

    What has happened `since` its window stands above it.
    """
    zone = ZoneInfo(summary.evidence.zone)
    lines = list(_lines(summary))
    if summary.form is Form.PATIENT:
        above, below = _FOR_THE_PATIENT[summary.language]
        lines = [above, "", *lines, "", below]
    facts = {fact.id: fact for fact in summary.evidence.facts}
    cited = [name for each in summary.draft.sentences for name in each.citations if name in facts]
    notes = [fact_line(facts[name], zone, summary.language) for name in dict.fromkeys(cited)]
    older = [since_told(since, summary.language), ""] if since else []
    return "\n".join([*older, *lines, "", *notes, "", f"Output {summary.id}"])


def _lines(summary: Summary) -> Iterator[str]:
    """The sentences with what they cite, under the names of their sections where they have some."""
    for section, said in groupby(summary.draft.sentences, key=attrgetter("section")):
        if section is not None:
            yield _HEADINGS[summary.language][section]
        indent = "  " if section is not None else ""
        yield from (f"{indent}{each.text} ({', '.join(each.citations)})" for each in said)
