"""`sereno ask`: a question in words, answered from the record."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape

from sereno.cli.options import DataDir, Json, answer, err, me, plain, settings_for
from sereno.domain.questions import Answer
from sereno.domain.vitals import Language


def ask(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[PATIENT] QUESTION",
            help="Whom it is about, and the question in quotes; the whole ward without a patient.",
        ),
    ],
    language: Annotated[
        Language | None, typer.Option(help="Of question and answer; the default is the setting's.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Answer a question from the record; every sentence names the facts that bear it out."""
    from sereno.bootstrap import services

    if len(words) not in (1, 2):
        raise typer.BadParameter("give a question in quotes, and before it a patient or nobody")
    settings = settings_for(data_dir, existing=True)
    wanted = language or settings.language
    with services(settings) as given:
        if len(words) == 1:
            given.read_audit.note(me().name, "ward_asked")
            found = given.questions.ask_ward(words[0], wanted)
        else:
            patient = given.views.find(words[0])
            given.read_audit.note(me().name, "asked", patient.id)
            found = given.questions.answer(patient.id, words[1], wanted)
    answer(told(found), as_json=as_json, table=escape(text(found)))
    if found.fallback_reason and not as_json:
        err.print(f"Written without the model: {found.fallback_reason}", style="yellow")


def told(found: Answer) -> dict[str, Any]:
    """An answer as JSON."""
    return {**plain(found), "text": found.text}


def text(found: Answer) -> str:
    """An answer for people: a sentence a line, with the facts that it rests on."""
    return "\n".join(_lines(found))


def _lines(found: Answer) -> Iterator[str]:
    if found.lead:
        yield found.lead
    for part in found.parts:
        if part.label:
            yield f"{part.label}: {part.lead}".rstrip()
        indent = "  " if part.label else ""
        for said in part.sentences:
            yield f"{indent}{said.text} ({', '.join(said.citations)})"
        yield from (f"{indent}{note.time:%Y-%m-%d %H:%M}Z «{note.text}»" for note in part.notes)
    if found.read_as:
        yield found.read_as
    spanish = found.language is Language.SPANISH
    yield f"{'A fecha de' if spanish else 'As of'} {found.at:%Y-%m-%d %H:%M}Z"
