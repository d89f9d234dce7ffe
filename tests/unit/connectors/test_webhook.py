"""A webhook over real sockets: what it sends, and what the answers mean."""

import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from connectors import open_destination
from connectors.webhook.sender import Webhook
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.ports import Topic
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.outgoing import IDENTIFIER, NAME, SAID, everything, measured
from tests.fakes.receiver import Receiver

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[3] / "docs" / "connectors" / "webhook.md"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("a long secret\n")
    return path


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@asynccontextmanager
async def webhook(
    receiver: Receiver, secret: Path, options: str = "", scheme: str = "http",
    clock: FakeClock | None = None,
) -> AsyncIterator[Any]:  # fmt: skip
    opened = open_destination(
        f"webhook+{scheme}://localhost:{receiver.port}/hook?secret=file:{secret}{options}",
        clock=clock or FakeClock(),
    )
    assert isinstance(opened, Webhook)
    try:
        yield opened
    finally:
        await opened.close()


async def test_each_row_is_a_message_in_order(receiver: Receiver, secret: Path) -> None:
    async with webhook(receiver, secret) as peer:
        await peer.deliver([measured(1, 80.0), measured(2, 81.0)])
    assert [each["values"][0]["value"] for each in receiver.taken] == [80.0, 81.0]
    assert receiver.keys == [measured(1).key, measured(2).key]
    headers = [headers["Idempotency-Key"] for headers, _ in receiver.seen]
    assert headers == receiver.keys


async def test_a_message_says_everything_that_was_asked_for(
    receiver: Receiver, secret: Path
) -> None:
    async with webhook(receiver, secret) as peer:
        await peer.deliver([everything()])
    (told,) = receiver.taken
    assert told["patient"] == {"id": "0123456789abcdef", "bed": "ICU 7"}
    assert told["waveforms"][0]["samples"] == [0.1, 0.2, None, 0.4]
    assert told["scores"][0]["total"] == 7
    assert told["scores"][0]["missing"] == ["temperature"]
    assert told["scores"][0]["rescored"] is None
    (alarm,) = told["alarms"]
    assert (alarm["signal"], alarm["limit"], alarm["priority"]) == ("spo2", 90.0, "high")
    assert [each["what"] for each in alarm["steps"]] == ["raised", "acknowledged"]
    assert told["stay"] == {"here": False, "ended": "2026-03-14T12:00:00Z"}


async def test_a_score_that_is_told_anew_says_so(receiver: Receiver, secret: Path) -> None:
    (score,) = everything().scores
    anew = replace(score, rescored=NOON + timedelta(hours=1))
    async with webhook(receiver, secret) as peer:
        await peer.deliver([measured(1, scores=(anew,))])
    assert receiver.taken[0]["scores"][0]["rescored"] == "2026-03-14T13:00:00Z"


async def test_nobody_is_named_unless_that_is_asked_for(receiver: Receiver, secret: Path) -> None:
    async with webhook(receiver, secret) as peer:
        await peer.deliver([everything()])
    async with webhook(receiver, secret, "&names=yes") as peer:
        await peer.deliver([everything()])
    without, with_names = (body.decode() for _, body in receiver.seen)
    words = (NAME, IDENTIFIER, SAID, "enfermera.lopez", "1947")
    assert [word for word in words if word in without] == []
    assert [word for word in words if word not in with_names] == []


async def test_the_example_of_the_page_verifies_what_was_sent(
    receiver: Receiver, secret: Path
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    async with webhook(receiver, secret) as peer:
        await peer.deliver([measured(1)])
    ((headers, body),) = receiver.seen
    now = int(NOON.timestamp())
    key = await anyio.Path(secret).read_text()
    assert key.endswith("\n")
    assert names["verified"](key, headers, body, now) == json.loads(body)
    for broken in ((headers, body + b" ", now), (headers, body, now + 301)):
        with pytest.raises(ValueError, match=r"not from Sereno|too old"):
            names["verified"](key, *broken)


AGAIN = [500, 503, 401, 403, 404, 408, 409, 429, 302]


@pytest.mark.parametrize("status", AGAIN)
async def test_what_says_nothing_of_the_message_is_tried_again(
    receiver: Receiver, secret: Path, status: int
) -> None:
    receiver.answers = [204, status]
    async with webhook(receiver, secret) as peer:
        page = [measured(1), measured(2)]
        with pytest.raises(SourceError, match=str(status)) as caught:
            await peer.deliver(page)
        assert not isinstance(caught.value, RefusedByPeer)
        await peer.deliver(page)
    assert receiver.keys == [page[0].key, page[1].key]  # the first is not sent once more


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refusal_names_the_message_that_is_meant(
    receiver: Receiver, secret: Path, status: int
) -> None:
    receiver.answers = [204, status]
    async with webhook(receiver, secret) as peer:
        page = [measured(1), measured(2), measured(3)]
        with pytest.raises(RefusedByPeer, match=f"it answered {status}; see its log") as caught:
            await peer.deliver(page)
        assert caught.value.key == page[1].key
        await peer.deliver([page[0], page[2]])
    assert receiver.keys == [page[0].key, page[2].key]


@pytest.mark.parametrize(
    ("told", "wait"),
    [("7", 7), ("Sat, 14 Mar 2026 12:00:20 GMT", 20), ("999999", 300), ("soon", 0)],
)
async def test_it_waits_as_long_as_it_is_asked_to(
    receiver: Receiver, secret: Path, told: str, wait: int
) -> None:
    clock = FakeClock()
    receiver.answers = [(503, {"Retry-After": told})]
    async with webhook(receiver, secret, clock=clock) as peer:
        with pytest.raises(SourceError, match="503"):
            await peer.deliver([measured(1)])
        if wait:
            clock.turn(timedelta(seconds=wait - 1))
            with pytest.raises(SourceError, match="patience"):
                await peer.deliver([measured(1)])
            assert len(receiver.seen) == 1
            clock.turn(timedelta(seconds=1))
        await peer.deliver([measured(1)])
    assert len(receiver.taken) == 1


async def test_one_that_is_killed_is_told_once_it_is_there_again(secret: Path) -> None:
    with Receiver() as first:
        port = first.port
        async with webhook(first, secret) as peer:
            await peer.deliver([measured(1)])
            first.__exit__(None, None, None)
            with pytest.raises(SourceError, match="it can not be reached; start it, or check"):
                await peer.deliver([measured(2)])
            with Receiver(port) as second:
                await peer.deliver([measured(2)])
                assert second.keys == [measured(2).key]


async def test_one_that_hangs_is_left(receiver: Receiver, secret: Path) -> None:
    let_go = threading.Event()
    receiver.hang = lambda: let_go.wait(20)
    async with webhook(receiver, secret) as peer:
        peer._poster._client = peer._poster.connected()
        peer._poster._client.timeout = 0.2
        with pytest.raises(SourceError, match="it did not answer in time; see its log"):
            await peer.deliver([measured(1)])
        let_go.set()
        await peer.deliver([measured(1)])


async def test_one_that_answers_twice_confuses_nobody(receiver: Receiver, secret: Path) -> None:
    receiver.twice = True
    receiver.answers = [500]
    page = [measured(1), measured(2), measured(3)]
    async with webhook(receiver, secret) as peer:
        for _ in range(10):
            try:
                await peer.deliver(page)
            except SourceError:
                continue
            break
    assert set(receiver.keys) == {each.key for each in page}


async def test_a_certificate_must_be_of_the_authority(tmp_path: Path, secret: Path) -> None:
    write_certificates(tmp_path)
    pair = tmp_path / "server.pem", tmp_path / "server.key"
    with Receiver(certificate=pair) as receiver:
        ours, others = (f"&authority={tmp_path / name}" for name in ("ca.pem", "other-ca.pem"))
        async with webhook(receiver, secret, ours, "https") as peer:
            await peer.deliver([measured(1)])
        async with webhook(receiver, secret, others, "https") as peer:
            with pytest.raises(SourceError, match="set authority=FILE"):
                await peer.deliver([measured(2)])
        async with webhook(receiver, secret, "", "https") as peer:
            with pytest.raises(SourceError, match="set authority=FILE"):
                await peer.deliver([measured(2)])
    assert receiver.keys == [measured(1).key]


async def test_a_token_goes_along(receiver: Receiver, secret: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("tok\n")
    async with webhook(receiver, secret, f"&token=file:{tmp_path / 'token'}") as peer:
        await peer.deliver([measured(1)])
    assert receiver.seen[0][0]["Authorization"] == "Bearer tok"


@pytest.mark.parametrize("token", ["se\u00f1al", "two\x07parts"])
def test_a_token_that_can_not_be_sent_is_said_when_it_is_opened(
    secret: Path, tmp_path: Path, token: str
) -> None:
    (tmp_path / "token").write_text(token, encoding="utf-8")
    written = f"webhook+https://localhost/x?secret=file:{secret}&token=file:{tmp_path / 'token'}"
    with pytest.raises(SourceError, match="check token=") as caught:
        open_destination(written, clock=FakeClock())
    assert token not in str(caught.value)


async def test_tls_with_one_that_serves_none_is_said(receiver: Receiver, secret: Path) -> None:
    async with webhook(receiver, secret, scheme="https") as peer:
        for ask in (peer.check, lambda: peer.deliver([measured(1)])):
            with pytest.raises(SourceError, match="no TLS connection could be made; check the"):
                await ask()


async def test_it_can_be_tried_without_telling_anything(receiver: Receiver, secret: Path) -> None:
    async with webhook(receiver, secret) as peer:
        assert await peer.check() == "it answers (405); whether it takes what it is told shows then"
    assert receiver.seen == []


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("webhook+http://10.0.0.1/x?secret=file:S", "serve https there"),
        ("webhook+https://localhost/x", "write secret=file:/PATH"),
        ("webhook+https://localhost/x?secret=hunter2", "secret must not stand where others"),
        ("webhook+https://me@localhost/x?secret=file:S", "write token=file:/PATH"),
        ("webhook+https://localhost/x?secret=file:S&tell=gossip", "tell names one or more of"),
        ("webhook+https://localhost/x?secret=file:S&names=maybe", "names must be one of: yes, no"),
        ("webhook+https://localhost/x?secret=file:S&speed=9", "knows no option 'speed'"),
    ],
)
def test_what_is_written_wrong_is_said_with_its_remedy(
    secret: Path, written: str, remedy: str
) -> None:
    with pytest.raises(SourceError, match=re.escape(remedy)) as caught:
        open_destination(written.replace("file:S", f"file:{secret}"), clock=FakeClock())
    assert "hunter2" not in str(caught.value)


def test_it_is_told_of_alarms_scores_and_stays_unless_more_is_asked_for(secret: Path) -> None:
    address = f"webhook+https://localhost/x?secret=file:{secret}"
    usual = open_destination(address, clock=FakeClock())
    more = open_destination(f"{address}&tell=measured", clock=FakeClock())
    assert usual.topics == frozenset({Topic.ALARMS, Topic.SCORES, Topic.STAY})
    assert more.topics == frozenset({Topic.MEASURED})
    assert usual.name == "webhook:localhost"
