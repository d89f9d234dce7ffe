"""`sereno replay-output`: an output written again from what was kept with it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sereno.cli.failures import UNWELL
from sereno.cli.options import DataDir, Json, answer, me, plain, settings_for
from sereno.cli.summarize import record

if TYPE_CHECKING:
    from sereno.services.replay import Difference, Replay

_SHOWN = 12  # characters of a hash: enough to tell two apart by eye


def replay_output(
    output: Annotated[
        str, typer.Argument(metavar="ID", help="Of the output, as `sereno summarize` tells it.")
    ],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Write an output again from its sealed evidence, and say whether the text is the same."""
    from sereno.bootstrap import services

    with services(settings_for(data_dir, existing=True)) as given:
        found = given.replaying.output(output)
        given.read_audit.note(me().name, "output_replayed", found.patient)
        replay = given.replaying.replay(found)
    answer(_told(replay), as_json=as_json, table="\n".join(_lines(replay)))
    if replay.failed:
        raise typer.Exit(UNWELL)


def _told(replay: "Replay") -> dict[str, Any]:
    """A replay as JSON."""
    return {
        "id": replay.output.id,
        "patient": replay.output.patient,
        "source": replay.output.draft.source,
        "tried": replay.again is not None,
        "same": replay.same if replay.again else None,
        "differences": plain(replay.differences),
        "text": replay.output.draft.text,
        "text_now": replay.again.text if replay.again else None,
        "record": record(replay.output),
    }


def _lines(replay: "Replay") -> list[str]:
    """A replay for people: the verdict, and what else is not as it was."""
    return [_verdict(replay), *(_difference(each) for each in replay.differences)]


def _verdict(replay: "Replay") -> str:
    if replay.again is None:
        return (
            f"Not tried: {_writer(replay)} wrote it, outside of Sereno. "
            "The record holds its name and the hash of what it was asked."
        )
    if replay.same:
        return "The same text, byte for byte."
    if replay.differences:
        return "Another text, and it was not made from the same:"
    return f"Another text, although all that it was made from is the same:\n{replay.again.text}"


def _writer(replay: "Replay") -> str:
    draft = replay.output.draft
    return draft.model.name if draft.model else draft.source


def _difference(each: "Difference") -> str:
    was, now = (value[:_SHOWN] if value else "none" for value in (each.recorded, each.now))
    return f"  {each.what} differs: recorded {was}, now {now}"
