"""A poller against a little FHIR server: pages, changes, patience, and links that lead astray."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from connectors import open_source
from connectors.fhir.poller import Poller
from sereno.domain.errors import SourceError
from sereno.domain.stream import Batch
from tests.fakes.clock import FakeClock
from tests.fakes.fhir import patient
from tests.fakes.fhir_server import TOKEN, LittleServer, serving
from tests.fakes.reading import read_all

pytestmark = pytest.mark.anyio


def opened(little: LittleServer, folder: Path, options: str = "") -> tuple[Poller, FakeClock]:
    (folder / "token").write_text(TOKEN)
    clock = FakeClock()
    source = f"fhir+http://127.0.0.1:{little.port}/fhir?token=file:{folder / 'token'}{options}"
    found = open_source(source, clock=clock, sleep=clock.sleep)
    assert isinstance(found, Poller)
    return found, clock


async def take(stream: Any, most: int) -> list[Batch]:
    """So many batches, each acknowledged."""
    found = []
    async with asyncio.timeout(20):
        for _ in range(most):
            batch = await anext(stream)
            found.append(batch)
            assert batch.acknowledge is not None
            await batch.acknowledge(None)
    return found


def values(batches: list[Batch]) -> list[float]:
    return [one.value for batch in batches for one in batch.observations]


async def test_every_page_is_read_and_the_patient_is_known_by_name(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        for number in range(5):
            little.put(str(number), number, value=60 + number)
        poller, _ = opened(little, tmp_path)
        stream: Any = poller.batches()
        batches = await take(stream, 3)
        await stream.aclose()
    assert values(batches) == [60, 61, 62, 63, 64]
    assert {
        (b.subject.identifier, b.subject.authority, b.subject.name) for b in batches if b.subject
    } == {("4711", "urn:oid:1.2.3", "Berta Vidal")}
    assert little.asked[0] == ("POST", "/fhir/Observation/_search")


async def test_what_has_changed_is_read_again_and_the_rest_is_not(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        for number in range(3):
            little.put(str(number), number, value=60 + number)
        poller, clock = opened(little, tmp_path, "&every=45s")
        stream: Any = poller.batches()
        first = await take(stream, 2)
        little.put("1", 30, value=99, status="corrected")
        second = await take(stream, 1)
        await stream.aclose()
    assert (values(first), values(second)) == ([60, 61, 62], [99])
    assert clock.slept[0] == 45
    # The second search begins a minute before the newest that the first had brought.
    begun = [each["_lastUpdated"] for each in little.searches if "from" not in each]
    assert begun == ["ge2026-03-14T11:00:00.000+00:00", "ge2026-03-14T11:29:02.000+00:00"]


async def test_how_far_it_came_is_remembered_once_it_is_on_disk(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        little.put("1", 10)
        for acknowledged, since in ((False, "11:00:00"), (True, "11:00:00"), (True, "11:29:10")):
            poller, _ = opened(little, tmp_path, f"&state={tmp_path / 'state'}")
            stream: Any = poller.batches()
            batch = await anext(stream)
            if acknowledged:
                await batch.acknowledge(None)
            waiting = asyncio.ensure_future(anext(stream))  # the search ends behind its last batch
            async with asyncio.timeout(10):
                while len(little.searches) < 2:  # noqa: ASYNC110 - it is the server that counts
                    await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.wait({waiting})
            await stream.aclose()
            assert since in little.searches[0]["_lastUpdated"]
            little.searches.clear()
    assert json.loads((tmp_path / "state").read_text()) == {
        "Observation": "2026-03-14T11:30:10+00:00"
    }


async def test_a_server_that_takes_no_post_is_asked_by_get(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        little.posts = False
        little.put("1", 1, value=71)
        poller, _ = opened(little, tmp_path)
        assert values(await read_all(poller, most=1)) == [71]
    assert [method for method, _ in little.asked] == ["POST", "GET"]


@pytest.mark.parametrize(("known", "identifier", "asked"), [(True, "4711", 1), (False, "p1", 2)])
async def test_a_patient_whom_the_page_leaves_out_is_fetched(
    tmp_path: Path, known: bool, identifier: str, asked: int
) -> None:
    async with serving(LittleServer()) as little:
        little.includes = False
        little.patients = {"p1": patient()} if known else {}
        for number in range(4):
            little.put(str(number), number)
        poller, _ = opened(little, tmp_path)
        batches = await read_all(poller, most=2)
    assert {batch.subject.identifier for batch in batches if batch.subject} == {identifier}
    assert [path for _, path in little.asked].count("/fhir/Patient/p1") == asked


@pytest.mark.parametrize("status", [403, 404])
async def test_a_patient_who_is_not_given_is_asked_for_again(tmp_path: Path, status: int) -> None:
    async with serving(LittleServer()) as little:
        little.includes = False
        little.refusal = status
        little.put("1", 1)
        poller, _ = opened(little, tmp_path)
        stream: Any = poller.batches()
        (first,) = await take(stream, 1)
        little.refusal = None
        little.put("2", 2)
        (second,) = await take(stream, 1)
        await stream.aclose()
    assert [each.subject.identifier for each in (first, second) if each.subject] == ["p1", "4711"]


async def test_as_much_patience_as_the_server_asks_for(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        little.put("1", 1, value=72)
        little.answers = [
            Response(status_code=429, headers={"Retry-After": "7"}),
            Response(status_code=503, headers={"Retry-After": "Sat, 14 Mar 2026 12:00:17 GMT"}),
        ]
        poller, clock = opened(little, tmp_path)
        assert values(await read_all(poller, most=1)) == [72]
    assert clock.slept == [7, 10]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([Response(status_code=500)], "answered 500"),
        ([Response(status_code=503)], "answered 503"),
        ([Response(status_code=429, headers={"Retry-After": "1"})] * 3, "patience"),
        ([Response(status_code=401)], "token="),
        ([Response(b"<html>", 200)], "no FHIR"),
        ([Response(status_code=302, headers={"Location": "http://127.0.0.1:1/"})], "answered 302"),
    ],
    ids=["fault", "busy", "busy for long", "unknown", "no FHIR", "a redirect"],
)
async def test_a_server_that_fails_is_a_source_that_is_tried_again(
    tmp_path: Path, answers: list[Response], words: str
) -> None:
    async with serving(LittleServer()) as little:
        little.put("1", 1, value=73)
        little.answers = list(answers)
        poller, _ = opened(little, tmp_path)
        with pytest.raises(SourceError, match=words):
            await read_all(poller, most=1)
        assert values(await read_all(poller, most=1)) == [73]


async def test_what_was_not_handed_on_when_a_page_failed_comes_the_next_time(
    tmp_path: Path,
) -> None:
    async with serving(LittleServer()) as little:
        little.includes = False
        little.put("1", 1, value=74)
        poller, _ = opened(little, tmp_path)
        page = JSONResponse(little._page({"_lastUpdated": "ge2026"}))
        little.answers = [page, Response(status_code=500)]  # the patient is not to be had
        with pytest.raises(SourceError):
            await read_all(poller, most=1)
        assert values(await read_all(poller, most=1)) == [74]


@pytest.mark.parametrize(
    "link",
    ["http://127.0.0.2:{0}/fhir/x", "https://127.0.0.1:{0}/x", "http://127.0.0.1:1/x", "//x/"],
)
async def test_a_next_link_to_another_host_is_not_followed(tmp_path: Path, link: str) -> None:
    async with serving(LittleServer()) as little:
        for number in range(3):
            little.put(str(number), number)
        little.next = link.format(little.port)
        poller, _ = opened(little, tmp_path)
        with pytest.raises(SourceError, match="another host"):
            await read_all(poller)


async def test_a_token_is_granted_for_a_secret(tmp_path: Path) -> None:
    async with serving(LittleServer()) as little:
        little.put("1", 1, value=75)
        little.tokens = {"granted"}
        little.answers = [JSONResponse({"access_token": "granted", "expires_in": 300})]
        (tmp_path / "secret").write_text("of nobody's")
        source = (
            f"fhir+http://127.0.0.1:{little.port}/fhir?client_id=us"
            f"&client_secret=file:{tmp_path / 'secret'}&token_url={little.base}/token"
        )
        assert values(await read_all(open_source(source, clock=FakeClock()), most=1)) == [75]
    assert little.asked[0] == ("POST", "/fhir/token")


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    little = LittleServer()
    little.port = 1
    poller, _ = opened(little, tmp_path)
    with pytest.raises(SourceError, match="reached"):
        await read_all(poller)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("fhir+http://clinic.example/fhir", "https"),
        ("fhir+https://somebody@clinic.example/fhir", "user"),
        ("fhir+https://clinic.example/fhir?resources=Patient", "resources"),
        ("fhir+https://clinic.example/fhir?every=soon", "30s"),
        ("fhir+https://clinic.example/fhir?every=0s", "30s"),
        ("fhir+https://clinic.example/fhir?token=open", "file:"),
        ("fhir+https://clinic.example/fhir?client_id=us", "together"),
        ("fhir+https://clinic.example/fhir?name=1", "option"),
        ("fhir+https://clinic.example/fhir?ca=/etc/hostname", "no option 'ca'"),
        ("fhir+https://clinic.example/fhir?tls_ca=/nowhere", "check tls_ca="),
    ],
)
def test_what_can_not_be_opened_says_what_to_write(source: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(source, clock=FakeClock())
