"""`sereno demo`: a simulated ward, from the first sample to the summary on the screen."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.panel import Panel

from sereno.cli import alarms, summarize
from sereno.cli.ingest import ingest_all
from sereno.cli.model import building
from sereno.cli.options import DEMO_DIR, DataDir, Json, answer, err, me, out, settings_for
from sereno.cli.run import supervise
from sereno.domain.errors import ModelError
from sereno.domain.patients import SpO2Scale
from sereno.domain.roles import Actor

if TYPE_CHECKING:
    from sereno.bootstrap import Services
    from sereno.domain.evidence import Summary
    from sereno.settings import Settings

ACCOUNT: Final = "demo"
HOURS: Final = timedelta(hours=4)
# Of the ward that is played through at once: long enough for every bed's story to unfold.
ONCE: Final = timedelta(minutes=20)
PASSWORD_BYTES: Final = 12
MOST_BEDS: Final = 100
SINCE_FILE: Final = "demo-since"  # of the data directory


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play a ward through, print what came of it, and end.")
    ] = False,
    beds: Annotated[int, typer.Option(min=1, max=MOST_BEDS, help="How many.")] = 12,
    seed: Annotated[int, typer.Option(help="The same seed gives the same ward.")] = 7,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Watch a simulated ward; no patient is real."""
    settings = settings_for(data_dir or DEMO_DIR, "demo")
    _build(settings, quiet=as_json)
    ward = f"sim:ward?beds={beds}&seed={seed}"
    if once:
        _once(settings, ward, as_json=as_json)
    else:
        _live(settings, ward, as_json=as_json)


def _build(settings: "Settings", *, quiet: bool) -> None:
    """The model, where there is none yet; without it the ward is watched all the same."""
    from sereno.bootstrap import build_model

    try:
        with building(quiet=quiet) as progress:
            build_model(settings, None, progress)
    except ModelError as error:
        err.print(f"Without a model the template writes: {error}", style="yellow")


def _once(settings: "Settings", ward: str, *, as_json: bool) -> None:
    from sereno.bootstrap import services

    with services(settings) as given:
        _order_scales(given, ward)
        source = ward + untold(_since_told(given), ONCE)
        tally = ingest_all(given, [source], speed=None, quiet=as_json)
        patients = {each.id: each for each in given.views.patients(discharged=True)}
        raised = given.views.alarms()
        if not as_json:
            out.print(alarms.table(raised))
        summaries = []
        for summary in _summaries(given, sorted(tally.patients or patients)):
            summaries.append(summarize.told(summary))
            if not as_json:
                out.print(Panel(summary.draft.text, title=patients[summary.patient].label))
    told = {
        **tally.told(),
        "alarms": [alarms.told(row.alarm) for row in raised],
        "summaries": summaries,
    }
    done = f"{tally.new:,} observations, {len(raised)} alarms, {len(summaries)} summaries"
    answer(told, as_json=as_json, table=done)


def untold(since: timedelta | None, most: timedelta) -> str:
    """The options by which a ward plays `most` at its end, and hours of history before it.

    `since` is how long ago the stored past ends, None where there is none: what was told is not
    told a second time, for a ward that starts at another time has another past.
    """
    seconds = HOURS + most if since is None else max(since - timedelta(seconds=2), timedelta(0))
    played = min(seconds, most)
    history = min(seconds - played, HOURS)
    return f"&history={int(history.total_seconds())}s&duration={int(played.total_seconds())}s"


def _since_told(given: "Services") -> timedelta | None:
    """How long ago the stored past of the ward ends."""
    beds = given.views.ward(discharged=True).beds
    newest = max((bed.newest for bed in beds if bed.newest), default=None)
    return None if newest is None else given.clock.now() - newest


def _summaries(given: "Services", patients: list[str]) -> "Iterator[Summary]":
    from sereno.services.author import Request

    windows = ((each, given.summarisation.window(each, HOURS)) for each in patients)
    language = given.settings.language
    requests = [Request(patient=each, window=window, language=language) for each, window in windows]
    return given.summarisation.summarise(*requests)


def _live(settings: "Settings", ward: str, *, as_json: bool) -> None:
    from sereno.bootstrap import services

    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with services(settings) as given:
        _admit(given, password)
        anew = not given.views.patients(discharged=True)
        ward = f"{ward}&since={_since(settings.data_dir, given.clock.now(), anew=anew)}"
        if anew:
            _order_scales(given, ward)
            history = f"history={int(HOURS.total_seconds())}s"
            past = f"{ward}&{history}&duration=0s&waveforms=0"
            ingest_all(given, [past], speed=None, quiet=as_json)

    def ready(address: str) -> None:
        told = {"address": address, "account": ACCOUNT, "password": password}
        text = f"Open {address}\nsign in as {ACCOUNT} with the password {password}\nCtrl-C stops"
        answer(told, as_json=as_json, table=text)

    supervise(settings.model_copy(update={"sources": (ward,)}), ready)


def _admit(given: "Services", password: str) -> None:
    """Let the demonstration's account in by a password of this time alone."""
    known = any(each.name == ACCOUNT for each in given.access.accounts())
    give = given.access.set_password if known else given.access.create_account
    give(ACCOUNT, password, me())


def _since(data_dir: Path, now: datetime, *, anew: bool) -> str:
    """The moment since which the ward of this data directory exists, kept beside its data.

    A ward that is started again is on in its course by as long as it has existed.
    """
    kept = data_dir / SINCE_FILE
    if anew or not kept.exists():
        kept.write_text(f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n", encoding="ascii")
    return kept.read_text(encoding="ascii").strip()


def _order_scales(given: "Services", ward: str) -> None:
    """What a clinician would have ordered for the ward's patients with COPD, before they come."""
    import anyio

    source = given.source(ward)
    wanted = set(getattr(source, "scale_2_orders", ()))
    for subject in anyio.run(_subjects, source, wanted):
        patient = given.charting.admit(subject)
        order = given.charting.order_spo2_scale(patient.id, SpO2Scale.SCALE_2, Actor(ACCOUNT))
        given.surveillance.settle(patient.id, order)


async def _subjects(source: Any, wanted: set[str]) -> list[Any]:
    """Those of the source's patients who go by the identifiers `wanted`."""
    found: dict[str, Any] = {}
    async for batch in source.batches():
        if wanted <= set(found):
            break
        found[batch.subject.identifier] = batch.subject
    return [found[identifier] for identifier in wanted]
