"""What every answer tells the browser it may do with the page."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders

_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_YEAR_S: Final = 31_536_000

_ALWAYS: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
}


def script_hashes(page: Path) -> list[str]:
    """CSP sources for the inline scripts of an HTML file, as it is installed."""
    return [_source(script) for script in _INLINE_SCRIPT.findall(page.read_text("utf-8"))]


def dashboard_policy(scripts: Iterable[str]) -> str:
    """The Content-Security-Policy of the dashboard.

    Nothing is loaded from, or sent to, another host. `blob:` is how Streamlit loads the modules
    of components; its styles are inline; `scripts` are the hashes of its inline scripts.
    """
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self' blob:", *scripts)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def form_policy(style: str) -> str:
    """The Content-Security-Policy of a plain form whose one style element holds `style`."""
    return (
        f"default-src 'none'; style-src {_source(style)}; img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def protect(headers: MutableHeaders, *, policy: str, static: bool, secure: bool) -> None:
    """Add the headers that `policy` and the transport call for; what is there stays.

    Only `static` answers (Streamlit's own files) may be kept by a cache.
    """
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", policy)
    if not static:
        headers["Cache-Control"] = "no-store"
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
