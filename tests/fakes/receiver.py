"""A program that receives webhooks: it answers what it is told to, and can be killed."""

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Answer = int | tuple[int, dict[str, str]]


class Receiver:
    """Listens on a port of this machine; `answers` are given in turn, then 204 for ever.

    `taken` are the bodies that it answered with 2xx, `seen` all requests: headers and body.
    """

    def __init__(self, port: int = 0, certificate: tuple[Path, Path] | None = None) -> None:
        self.answers: list[Answer] = []
        self.taken: list[Any] = []
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.hang: Callable[[], Any] | None = None
        self.twice = False
        self._sockets: list[socket.socket] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                receiver._sockets.append(self.request)
                super().setup()

            def do_POST(self) -> None:
                receiver._take(self)

            def do_HEAD(self) -> None:
                self.send_response(405)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def keys(self) -> list[str]:
        """Of what was taken, in order."""
        return [each["key"] for each in self.taken]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _take(self, request: Any) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.seen.append((dict(request.headers), body))
        if self.hang is not None:
            self.hang()
        answer = self.answers.pop(0) if self.answers else 204
        status, headers = (answer, {}) if isinstance(answer, int) else answer
        content = b""
        if 200 <= status < 300:
            self.taken.append(json.loads(body))
            content = self.answered(body)
            status = 200 if content else status
        for _ in range(1 + self.twice):
            request.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(content)

    def answered(self, _: bytes) -> bytes:
        """What is answered to a body that is taken."""
        return b""
