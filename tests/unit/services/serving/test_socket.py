"""The socket between web and model process: private, cancelled by hanging up, mended by itself."""

import socket
import stat
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from sereno.bootstrap import SystemClock
from sereno.domain.completion import Asked, Finish, Message, Step
from sereno.domain.completion import Speaker as Role
from sereno.domain.errors import Conflict, InvalidEntry, ModelError, ModelMissing, SerenoError
from sereno.ports import TextModel
from sereno.services.serving.asking import Asking
from sereno.services.serving.door import Door
from sereno.services.serving.turns import Turns
from sereno.services.serving.wire import SOCKET
from tests.fakes.speaker import Speaker

pytestmark = pytest.mark.anyio

PATIENCE = timedelta(seconds=20)
ASKED = Asked(prompt=(Message(Role.USER, "¿Todo bien?"),), max_tokens=10)


def missing() -> TextModel:
    raise ModelMissing("no model: run `sereno model build`")


@contextmanager
def attended(folder: Path, speaker: TextModel | None, *, longest: int = 4) -> Iterator[Turns]:
    """A model process with nothing else to do."""
    turns = Turns(lambda: speaker or missing(), SystemClock(), longest=longest)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            if not turns.serve_next(lambda: None):
                turns.wait(timedelta(seconds=0.05))

    working = threading.Thread(target=work)
    with Door(folder, turns).open():
        working.start()
        try:
            yield turns
        finally:
            over.set()
            working.join()


async def ask(folder: Path, asked: Asked = ASKED) -> list[Step]:
    async with Asking(folder).ask(asked, PATIENCE) as conversation:
        return [step async for step in conversation.steps()]


async def test_what_is_asked_is_heard_and_answered_word_for_word(tmp_path: Path) -> None:
    speaker = Speaker()
    with attended(tmp_path, speaker):
        steps = await ask(tmp_path)
    assert speaker.heard == [ASKED]
    assert [step.text for step in steps] == ["All", " is", " calm", ".", ""]
    assert steps[-1].finish is Finish.STOP


async def test_the_socket_is_its_owners_alone_and_gone_afterwards(tmp_path: Path) -> None:
    with attended(tmp_path, Speaker()):
        mode = (tmp_path / SOCKET).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert not (tmp_path / SOCKET).exists()


async def test_a_folder_deeper_than_a_socket_may_lie_is_no_hindrance(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    with attended(deep, Speaker()):
        assert await ask(deep)


async def test_one_that_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET))
    with pytest.raises(ModelError, match="not running"):
        await ask(tmp_path)
    with attended(tmp_path, Speaker()):
        assert await ask(tmp_path)


@pytest.mark.parametrize("folder", [".", "gone"])
async def test_without_a_model_process_the_remedy_is_told(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ModelError, match="start `sereno run`, or `sereno model serve`"):
        await ask(tmp_path / folder)


async def test_without_a_model_the_remedy_is_told(tmp_path: Path) -> None:
    with attended(tmp_path, None), pytest.raises(ModelMissing, match="sereno model build"):
        await ask(tmp_path)


@pytest.mark.parametrize("error", [InvalidEntry("too long"), ModelError("broken")])
async def test_an_error_arrives_as_what_it_is(tmp_path: Path, error: SerenoError) -> None:
    with attended(tmp_path, Speaker(error=error)), pytest.raises(type(error), match=str(error)):
        await ask(tmp_path)


async def test_hanging_up_ends_the_text(tmp_path: Path) -> None:
    going, ended = threading.Event(), threading.Event()

    def during(made: int) -> None:
        if made == 2:
            going.wait(10)

    class Watched(Speaker):
        def write(self, asked: Asked) -> Generator[Step, None, None]:
            try:
                yield from super().write(asked)
            finally:
                ended.set()

    speaker = Watched(words=("on ",) * 100_000, during=during)
    with attended(tmp_path, speaker):
        asked = Asked(prompt="", max_tokens=100_000)
        async with Asking(tmp_path).ask(asked, PATIENCE) as conversation:
            async for _ in conversation.steps():
                break
        going.set()
        assert await anyio.to_thread.run_sync(ended.wait, 10)


async def test_a_queue_that_is_full_says_so(tmp_path: Path) -> None:
    going = threading.Event()
    speaker = Speaker(during=lambda _: going.wait(10) and None)
    with attended(tmp_path, speaker, longest=1):
        async with Asking(tmp_path).ask(ASKED, PATIENCE) as first:
            steps = first.steps()
            with anyio.move_on_after(0.3):
                await anext(steps)
            async with Asking(tmp_path).ask(ASKED, PATIENCE):
                await anyio.sleep(0.3)
                with pytest.raises(Conflict, match="try again"):
                    await ask(tmp_path)
            going.set()


async def test_what_is_no_request_is_refused_and_the_next_is_answered(tmp_path: Path) -> None:
    with attended(tmp_path, Speaker()):
        for said in (b"nonsense\n", b"{}\n", b'{"asked": 1, "patience": 1}\n', b""):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(str(tmp_path / SOCKET))
                caller.sendall(said)
                caller.shutdown(socket.SHUT_WR)
                caller.settimeout(10)
                answer = caller.recv(1000)
            assert b"invalid" in answer or not said
        assert await ask(tmp_path)


async def test_a_model_process_that_dies_midway_is_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / SOCKET))
        listener.listen()

        def die() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(10_000)
                caller.sendall(b'{"waited": 0.0}\n')

        dying = threading.Thread(target=die)
        dying.start()
        with pytest.raises(ModelError, match="ended in the middle"):
            await ask(tmp_path)
        dying.join()
