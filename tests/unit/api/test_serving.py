"""The web app is served as the settings say, or not at all and with the remedy."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sereno import asgi
from sereno.domain.errors import ConfigurationError
from sereno.settings import Settings

NOBODY: Any = None  # the services: what is refused is refused before any is asked


def test_what_is_written_to_a_browser_goes_at_once() -> None:
    with (
        closing(asgi._listen(Settings(host="127.0.0.1", port=0))) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_port_that_is_taken_is_told_with_the_setting(taken: int) -> None:
    with pytest.raises(ConfigurationError, match="set SERENO_PORT"):
        asgi.serve(NOBODY, Settings(port=taken))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20"])
def test_other_machines_are_served_over_tls_only(host: str) -> None:
    with pytest.raises(ConfigurationError, match="in the clear"):
        asgi.serve(NOBODY, Settings(host=host, port=0))


def test_other_machines_are_served_with_keys_only(tmp_path: Path) -> None:
    certificate = tmp_path / "tls.pem"
    certificate.touch()
    tls = {"tls_certificate": certificate, "tls_key": certificate}
    Settings(host="0.0.0.0", **tls).check_tls()
    with pytest.raises(ConfigurationError, match="unset SERENO_API_KEYS"):
        Settings(host="0.0.0.0", api_keys=False, **tls).check_tls()
    Settings(api_keys=False).check_tls()


def test_a_certificate_needs_its_key_and_both_must_be_there(tmp_path: Path) -> None:
    there = tmp_path / "tls.crt"
    there.touch()
    with pytest.raises(ConfigurationError, match="TLS needs both"):
        asgi.serve(NOBODY, Settings(tls_certificate=there))
    with pytest.raises(ConfigurationError, match="is not there"):
        asgi.serve(NOBODY, Settings(tls_certificate=there, tls_key=tmp_path / "gone"))


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:9"),
        ({"host": "::1"}, "http://[::1]:9"),
        ({"host": "ward.clinic", "tls_certificate": Path("x")}, "https://ward.clinic:9"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(settings: dict[str, Any], address: str) -> None:
    assert asgi.address(Settings(**settings), 9) == address


def test_streamlit_is_told_to_gather_nothing_and_to_show_no_traceback() -> None:
    from streamlit import config

    asgi._configure(Settings())
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("server.enableXsrfProtection") is True


def test_nobody_but_the_network_tells_a_browsers_address() -> None:
    """A proxy's header could otherwise claim any address, and with it other attempts."""
    built = asgi.uvicorn_config(NOBODY, Settings())
    assert built.proxy_headers is False
    assert built.server_header is False
    assert built.access_log is False
