"""A server that speaks as OpenAI's does, on this machine, and answers as a test says."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], str]


def first_choice(asked: dict[str, Any]) -> str:
    """What the grammar allows first, in whatever notation it came."""
    if "response_format" in asked:
        members = asked["response_format"]["json_schema"]["schema"]["properties"]
        return json.dumps({name: what["enum"][0] for name, what in members.items()})
    grammar = asked.get("grammar") or asked.get("structured_outputs", {}).get("grammar")
    if grammar is None:
        lines = asked["messages"][0]["content"].split("\n\n", 1)[1].splitlines()
        return " ".join(line.removeprefix("* ") for line in lines)
    if "::=" in grammar:
        return "".join(_gbnf(line.split("::= ", 1)[1]) for line in grammar.splitlines()[1:])
    rules = [line.split(": ", 1)[1] for line in grammar.splitlines()[1:]]
    return "".join(str(json.JSONDecoder().raw_decode(rule)[0]) for rule in rules)


def _gbnf(rule: str) -> str:
    """The first alternative of each group, options taken."""
    text, rest = "", rule
    while rest:
        if rest[0] != '"':
            rest = rest[1:] if rest[0] in " (" else ""  # the rest are other alternatives
            continue
        said, length = json.JSONDecoder().raw_decode(rest)
        text, rest = text + said, rest[length:]
    return text


@dataclass
class Fake:
    """What it answers; `heard` are the requests, `keys` what came with them."""

    owner: str = "sereno"
    answer: Answer = first_choice
    status: int = 200
    finish: str = "stop"
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    release: threading.Event | None = None
    url: str = ""

    def reply(self, path: str, asked: Any) -> Any:
        if path.endswith("/models"):
            return {"data": [{"id": "large", "owned_by": self.owner}]}
        message = {"role": "assistant", "content": self.answer(asked)}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return {"choices": [choice], "usage": {"completion_tokens": 42}}


@contextmanager
def running(fake: Fake, context: ssl.SSLContext | None = None) -> Iterator[Fake]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do(None)

        def do_POST(self) -> None:
            self._do(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _do(self, asked: Any) -> None:
            fake.heard.append((self.path, asked))
            fake.keys.append(self.headers["Authorization"])
            if fake.release:
                fake.release.wait(20)
            reply = fake.raw if fake.raw is not None else json.dumps(fake.reply(self.path, asked))
            content = reply if isinstance(reply, bytes) else reply.encode()
            self.send_response(fake.status)
            for name, value in fake.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    fake.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/v1"
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield fake
    finally:
        if fake.release:
            fake.release.set()
        server.shutdown()
        serving.join()
        server.server_close()
