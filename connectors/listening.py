"""What connectors that listen on a port share: their TLS, and why a port is not to be had."""

import errno
import ssl
from pathlib import Path

from connectors.opening import Opening
from sereno.domain.errors import SourceError


def tls_of(opening: Opening, clients: Path | None = None) -> ssl.SSLContext | None:
    """How connections are secured, by `tls_certificate`, `tls_key` and `tls_password`.

    None where they are not. With `clients`, a file of authorities, those alone are heard who show
    a certificate of one of them. Raises SourceError.
    """
    certificate, key = opening.existing("tls_certificate"), opening.existing("tls_key")
    password = opening.secret("tls_password")
    if certificate is None:
        if key or clients or password:
            raise SourceError("TLS needs a certificate; add tls_certificate=FILE and tls_key=FILE")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # Without a password OpenSSL would ask whoever sits at the terminal.
        context.load_cert_chain(certificate, key, password or "")
    except (OSError, ValueError) as exc:
        raise SourceError(
            "the certificate and its key can not be used together; check tls_certificate=, "
            "tls_key= and tls_password="
        ) from exc
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(clients)
        except (OSError, ValueError) as exc:
            raise SourceError("clients holds no certificate of an authority; check it") from exc
    return context


def unbound(port: int, exc: Exception) -> SourceError:
    """Why `port` can not be listened on, with the remedy."""
    number = exc.errno if isinstance(exc, OSError) else None
    if number == errno.EADDRINUSE:
        return SourceError(f"port {port} is taken; end what listens on it, or choose another port")
    if number in {errno.EACCES, errno.EPERM}:
        return SourceError(f"port {port} may not be listened on; choose one above 1023")
    return SourceError("that address is none of this machine; listen on 0.0.0.0 for all it has")


def tls_to(opening: Opening) -> ssl.SSLContext | None:
    """How a connection that we make is secured, by `authority`, and `tls_certificate` for ours.

    `authority=system` trusts what this machine trusts. None where none of them is set. Raises
    SourceError.
    """
    certificate, key = opening.existing("tls_certificate"), opening.existing("tls_key")
    password = opening.secret("tls_password")
    told = opening.options.get("authority")
    if told is None:
        if certificate or key or password:
            raise SourceError("whom to trust is not said; add authority=FILE, or authority=system")
        return None
    authority = None if told == "system" else opening.existing("authority")
    try:
        context = ssl.create_default_context(cafile=authority)
        if certificate is not None:
            context.load_cert_chain(certificate, key, password or "")
    except (OSError, ValueError) as exc:
        raise SourceError(
            "authority, or the certificate and its key, can not be used; check authority=, "
            "tls_certificate= and tls_key="
        ) from exc
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
