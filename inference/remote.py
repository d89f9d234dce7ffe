"""Asks an OpenAI-compatible server, at the address that its user set and nowhere else.

Of the standard library: no proxy of the environment, no redirect and no file of credentials leads
anywhere else. Beyond this machine only over TLS, with the certificate verified: what is asked holds
patients' data. An error tells what to mend and never what was asked or answered.
"""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from sereno.domain.errors import ModelError, ModelMissing

CONNECT_S: Final = 5.0
LARGEST_ANSWER: Final = 4 * 1024 * 1024
_AT_ONCE: Final = 64 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_STATUSES: Final[Mapping[int, str]] = {
    400: "does not take the request; look at SERENO_GENERATOR_GRAMMAR, and at its context's length",
    401: "refuses the key; set SERENO_GENERATOR_API_KEY",
    403: "refuses the key; set SERENO_GENERATOR_API_KEY",
    404: "knows no such path or model; look at SERENO_GENERATOR_URL and SERENO_GENERATOR_MODEL",
    422: "does not take the request; look at SERENO_GENERATOR_GRAMMAR, and at its context's length",
    429: "has had enough of our requests; raise its limit for this key",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `url` is its base, such as https://gpu.clinic:8000/v1; `key` goes along always.

    `authority` is a PEM file of the clinic's own certificate authority.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    authority: Path | None = None

    def __post_init__(self) -> None:
        """Raises ModelMissing for an address that can not be used, with the remedy."""
        self._parts()

    @property
    def host(self) -> str:
        """Where it is, for people."""
        return self._parts().netloc

    def get(self, path: str, patience_s: float) -> Any:
        """The JSON at `path`. Raises ModelError."""
        return self._ask("GET", path, None, patience_s)

    def post(self, path: str, body: Mapping[str, Any], patience_s: float) -> Any:
        """The JSON that answers `body`, within `patience_s` seconds. Raises ModelError."""
        return self._ask("POST", path, json.dumps(body).encode(), patience_s)

    def _ask(self, method: str, path: str, body: bytes | None, patience_s: float) -> Any:
        until = time.monotonic() + patience_s
        connection = self._connection(min(CONNECT_S, max(patience_s, 0.001)))
        try:
            connection.connect()
            sock = connection.sock  # which the connection forgets where the server will close it
            sock.settimeout(_left(until))
            target = self._parts().path.rstrip("/") + path
            connection.request(method, target, body, self._headers())
            with connection.getresponse() as response:
                self._check(response.status)
                return json.loads(self._content(response, sock, until))
        except ssl.SSLCertVerificationError as exc:
            raise ModelError(
                f"the certificate of {self.host} is not one this machine trusts; "
                "set SERENO_GENERATOR_AUTHORITY to the clinic's authority"
            ) from exc
        except TimeoutError as exc:
            raise ModelError(f"{self.host} did not answer in time; look after it") from exc
        except (OSError, http.client.HTTPException) as exc:
            kind = type(exc).__name__
            raise ModelError(
                f"{self.host} can not be reached ({kind}); look at SERENO_GENERATOR_URL"
            ) from exc
        except ValueError as exc:
            raise ModelError(
                f"{self.host} does not answer with JSON; is it the right URL?"
            ) from exc
        finally:
            connection.close()

    def _parts(self) -> SplitResult:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            message = f"{self.url!r} is no address of a server; set SERENO_GENERATOR_URL"
            raise ModelMissing(message)
        if parts.username is not None:
            raise ModelMissing(
                "SERENO_GENERATOR_URL holds a name; put a key into SERENO_GENERATOR_API_KEY"
            )
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ModelMissing(
                f"{parts.netloc} is another machine, and what is asked holds patients' data; "
                "serve it over TLS and set SERENO_GENERATOR_URL to https"
            )
        return parts

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        parts = self._parts()
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=timeout)
        try:
            context = ssl.create_default_context(cafile=self.authority)
        except OSError as exc:
            message = f"{self.authority} is no PEM file; set SERENO_GENERATOR_AUTHORITY"
            raise ModelMissing(message) from exc
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def _check(self, status: int) -> None:
        if status == http.client.OK:
            return
        what = _STATUSES.get(status, f"answers with {status}; look into its log")
        raise ModelError(f"{self.host} {what}")

    def _content(
        self, response: http.client.HTTPResponse, sock: socket.socket, until: float
    ) -> bytes:
        content = b""
        while piece := response.read1(_AT_ONCE):
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise ModelError(f"{self.host} answers without end; look into its log")
            sock.settimeout(_left(until))
        return content


def _left(until: float) -> float:
    """Seconds left. Raises TimeoutError where there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
