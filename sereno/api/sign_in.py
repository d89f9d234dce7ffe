"""The sign-in form and the session's own routes: plain HTML, no script, no Streamlit."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from typing import Final
from urllib.parse import parse_qs, quote, unquote

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sereno.api.cookies import FORM_LIFE, Cookies, own_origin
from sereno.api.guard import SIGN_IN, VIEWER, LiveSockets
from sereno.api.headers import form_policy
from sereno.domain.clock import Clock
from sereno.domain.errors import AccessDenied, TooManyAttempts, UnknownRole
from sereno.domain.vitals import Language
from sereno.services.access import ATTEMPT_WINDOW, Access, Viewer

LARGEST_FORM: Final = 8 * 1024
LONGEST_NEXT: Final = 512

_TEXTS: Final = {
    Language.ENGLISH: {
        "title": "Sign in",
        "name": "Name",
        "password": "Password",
        "go": "Sign in",
        "wrong": "Name or password is wrong.",
        "role": "This account's role is unknown here. Ask whoever runs Sereno to set it: "
        "sereno accounts password NAME --role clinician (or viewer).",
        "later": "Too many attempts. Wait 15 minutes and try again.",
        "again": "The form was too old. Please sign in again.",
        "other": "Español",
        "notice": "Decision support, not a medical device.",
    },
    Language.SPANISH: {
        "title": "Iniciar sesión",
        "name": "Nombre",
        "password": "Contraseña",
        "go": "Entrar",
        "wrong": "El nombre o la contraseña no son correctos.",
        "role": "Aquí no se conoce el rol de esta cuenta. Pida a quien administra Sereno que "
        "la indique: sereno accounts password NOMBRE --role clinician (o viewer).",
        "later": "Demasiados intentos. Espere 15 minutos y vuelva a intentarlo.",
        "again": "El formulario había caducado. Inicie sesión de nuevo.",
        "other": "English",
        "notice": "Apoyo a la decisión; no es un producto sanitario.",
    },
}

STYLE: Final = """
:root { color-scheme: light dark; --ink: #14212b; --paper: #f4f6f7; --card: #fff;
  --line: #6d7c87; --soft: #4d5b66; --act: #0b5c7d; --on-act: #fff; --bad: #a3121b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf2; --paper: #0d1418; --card: #151e24;
  --line: #7d8f9b; --soft: #a9b7c1; --act: #6fc3e4; --on-act: #06202c; --bad: #ff9c9c; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1rem;
  grid-template-columns: min(24rem, 100%); background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 2rem; font-weight: 600; letter-spacing: -0.02em; margin: 0 0 1.5rem; }
form { background: var(--card); padding: 1.5rem; border-radius: 0.75rem;
  border: 1px solid color-mix(in srgb, var(--line) 40%, transparent); }
h2 { font-size: 1.1rem; margin: 0 0 1rem; }
label { display: block; font-size: 0.875rem; color: var(--soft); margin: 0 0 0.25rem; }
input { width: 100%; font: inherit; color: inherit; background: transparent;
  padding: 0.6rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem;
  margin-bottom: 1rem; }
button { width: 100%; font: inherit; font-weight: 600; padding: 0.7rem; border: 0;
  border-radius: 0.5rem; background: var(--act); color: var(--on-act); cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.bad { color: var(--bad); margin: 0 0 1rem; font-weight: 600; }
footer { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem;
  font-size: 0.875rem; color: var(--soft); }
a { color: var(--act); }
"""
_POLICY: Final = form_policy(STYLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The routes of signing in and out, and of the session's state for the page's own script."""

    access: Access
    cookies: Cookies
    sockets: LiveSockets
    clock: Clock
    session_length: timedelta
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def routes(self) -> list[Route]:
        """The routes, for the app to serve beside Streamlit's."""
        return [
            Route(SIGN_IN, self.form, methods=["GET"]),
            Route(SIGN_IN, self.enter, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
            Route("/session", self.state, methods=["GET"]),
            Route("/session/touch", self.touch, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The empty form; straight on for who is signed in already."""
        there = safe_next(request.query_params.get("next"))
        if VIEWER in request.scope:
            return RedirectResponse(there, status_code=303)
        return self._page(request, there, problem=None, status=200)

    async def enter(self, request: Request) -> Response:
        """Check the form, the password and the number of attempts; then open a session."""
        fields = await _fields(request)
        there = safe_next(fields.get("next"))
        if not own_origin(request) or not self._bound(request, fields.get("ticket", "")):
            return self._page(request, there, problem="again", status=403)
        address = request.client.host if request.client else ""
        try:
            token = await anyio.to_thread.run_sync(
                self.access.sign_in, fields.get("name", ""), fields.get("password", ""), address
            )
        except TooManyAttempts:
            response = self._page(request, there, problem="later", status=429)
            response.headers["Retry-After"] = str(int(ATTEMPT_WINDOW.total_seconds()))
            return response
        except UnknownRole:
            return self._page(request, there, problem="role", status=403)
        except AccessDenied:
            return self._page(request, there, problem="wrong", status=401)
        return self._welcome(there, token)

    async def leave(self, request: Request) -> Response:
        """End the session and close its live WebSockets."""
        viewer: Viewer = request.scope[VIEWER]
        if not own_origin(request):
            return JSONResponse({"detail": "not from this page"}, status_code=403)
        await anyio.to_thread.run_sync(self.access.sign_out, viewer)
        self.sockets.close(viewer.session)
        response = Response(status_code=204)
        self.cookies.take(response, self.cookies.session)
        return response

    async def state(self, request: Request) -> Response:
        """How many seconds the session has left without input. Asking is no input."""
        viewer: Viewer = request.scope[VIEWER]
        left = min(viewer.idle_until, viewer.expires) - self.clock.now()
        return JSONResponse({"left_s": max(0, int(left.total_seconds()))})

    async def touch(self, request: Request) -> Response:
        """Note that the user moved, typed or scrolled, which Streamlit does not tell."""
        if not own_origin(request):
            return JSONResponse({"detail": "not from this page"}, status_code=403)
        await anyio.to_thread.run_sync(self.access.touch, request.scope[VIEWER])
        return Response(status_code=204)

    def _welcome(self, there: str, token: str) -> Response:
        response = RedirectResponse(there, status_code=303)
        self.cookies.give(response, self.cookies.session, token, self.session_length)
        self.cookies.take(response, self.cookies.form)
        return response

    def _page(self, request: Request, there: str, *, problem: str | None, status: int) -> Response:
        """The form with a fresh ticket: a signature over a cookie that only this browser has."""
        language = _language(request)
        secret = secrets.token_urlsafe(32)
        body = _html(language, self._ticket(secret), there, problem)
        response = HTMLResponse(body, status_code=status)
        response.headers["Content-Security-Policy"] = _POLICY
        self.cookies.give(response, self.cookies.form, secret, FORM_LIFE)
        return response

    def _ticket(self, secret: str) -> str:
        return hmac.digest(self.key, secret.encode("utf-8", "surrogatepass"), "sha256").hex()

    def _bound(self, request: Request, ticket: str) -> bool:
        secret = request.cookies.get(self.cookies.form)
        given = ticket.encode("utf-8", "surrogatepass")
        return bool(secret) and hmac.compare_digest(self._ticket(secret or "").encode(), given)


def safe_next(wanted: str | None) -> str:
    """`wanted` where it is a path of this very app; else the front page. Never another site."""
    if not wanted or len(wanted) > LONGEST_NEXT or not wanted.isprintable():
        return "/"
    plain = unquote(wanted)
    inside = plain.startswith("/") and not plain.startswith("//") and "\\" not in plain
    return wanted if inside and not plain.startswith(SIGN_IN) else "/"


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a small form; empty where it is too large or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    pairs = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    return {name: values[0] for name, values in pairs.items()}


def _language(request: Request) -> Language:
    """As chosen by the link, else the first of the browser's languages that we speak."""
    asked = request.query_params.get("lang")
    header = request.headers.get("accept-language", "")
    wishes = [asked or ""] + [wish.split(";")[0].strip()[:2] for wish in header.split(",")]
    spoken = [Language(wish.lower()) for wish in wishes if wish.lower() in set(Language)]
    return spoken[0] if spoken else Language.ENGLISH


def _html(language: Language, ticket: str, there: str, problem: str | None) -> str:
    words = _TEXTS[language]
    other = Language.SPANISH if language is Language.ENGLISH else Language.ENGLISH
    alert = f'<p class="bad" role="alert">{escape(words[problem])}</p>' if problem else ""
    link = f"{SIGN_IN}?lang={other.value}&amp;next={quote(there, safe='')}"
    return f"""<!DOCTYPE html>
<html lang="{language.value}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sereno: {words["title"]}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Sereno</h1>
<form method="post" action="{SIGN_IN}?lang={language.value}">
<h2>{words["title"]}</h2>
{alert}
<label for="name">{words["name"]}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="64" required autofocus>
<label for="password">{words["password"]}</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 maxlength="256" required>
<input type="hidden" name="ticket" value="{ticket}">
<input type="hidden" name="next" value="{escape(there)}">
<button type="submit">{words["go"]}</button>
</form>
<footer><span>{words["notice"]}</span>
<a href="{link}" lang="{other.value}" hreflang="{other.value}">{words["other"]}</a></footer>
</main>
</body>
</html>
"""
