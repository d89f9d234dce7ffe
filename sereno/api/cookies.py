"""The two cookies, and whether a request comes from our own page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

# Long enough to leave the form open over a break; a stale form only has to be sent again.
FORM_LIFE: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes. Under TLS the names carry __Host- (RFC 6265bis, section 4.1.3.2)."""

    secure: bool

    @property
    def session(self) -> str:
        """Carries the session's token."""
        return self._named("sereno-session")

    @property
    def form(self) -> str:
        """Binds the sign-in form to the browser that asked for it."""
        return self._named("sereno-form")

    def give(self, response: Response, name: str, value: str, life: timedelta) -> None:
        """Set a cookie that scripts can not read and other sites can not send along."""
        response.set_cookie(
            name,
            value,
            max_age=int(life.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="strict",
        )

    def take(self, response: Response, name: str) -> None:
        """Delete a cookie."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="strict")

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


def own_origin(connection: HTTPConnection) -> bool:
    """Whether the Origin is the very host that was asked.

    A request without one is not ours: browsers send it with every POST and WebSocket.
    """
    origin, host = connection.headers.get("origin"), connection.headers.get("host")
    return origin is not None and host is not None and _netloc(origin) == host.lower()


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
