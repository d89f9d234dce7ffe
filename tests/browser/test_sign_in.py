"""Getting in, staying in and getting out, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser.conftest import (
    NAME,
    PASSWORD,
    WAIT_MS,
    Program,
    Visitor,
    address_of,
    prepare,
    started,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[..., Visitor]


def test_one_gets_in_with_the_password_and_not_without(visitor: Visit) -> None:
    who = visitor()
    page = who.page
    page.goto(f"{who.program.address}/alarms")
    page.fill("#name", NAME)
    page.fill("#password", "not the password")
    page.keyboard.press("Enter")
    assert "wrong" in page.inner_text("[role=alert]")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav a[aria-current=page] >> text=Alarms")
    who.errors.clear()  # the browser reports the refusal's 401 itself


def test_signing_out_closes_every_tab_and_leaves_nothing_to_go_back_to(visitor: Visit) -> None:
    who = visitor()
    page = who.sign_in()
    page.wait_for_selector(".card")
    other = page.context.new_page()
    other.goto(who.program.address)
    other.wait_for_selector(".card", timeout=WAIT_MS)
    page.click("text=Sign out")
    page.wait_for_selector("#password")
    other.wait_for_selector("#password", timeout=WAIT_MS)
    page.go_back()
    page.wait_for_selector("#password")
    assert page.locator(".card").count() == 0
    who.errors.clear()  # the closed sockets and refused answers are what is tested


def test_the_cookie_is_out_of_reach_of_scripts(visitor: Visit) -> None:
    page = visitor().sign_in()
    assert "sereno" not in page.evaluate("document.cookie")


def test_scripts_from_elsewhere_can_not_run_nor_call_out(visitor: Visit) -> None:
    who = visitor()
    page = who.sign_in()
    ran = page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.body.append(script);
            const called = await fetch("http://127.0.0.1:9/").then(() => true, () => false);
            return [window.injected === true, called];
        }"""
    )
    assert ran == [False, False]
    who.errors.clear()  # the refusals that are wanted
    who.foreign.clear()  # the call that was refused


@pytest.fixture
def alone(tmp_path: Path) -> Program:
    """A data directory with an account and nothing else."""
    prepare(tmp_path)
    return Program("", tmp_path)


def test_who_only_looks_is_signed_out_and_told_before(
    alone: Program, new_page: Callable[..., "Page"]
) -> None:
    """The page goes on fetching all the while: that is no input."""
    with started("run --json", alone.data_dir, idle_timeout="PT25S") as process:
        alone.address = address_of(process)
        page = Visitor(new_page(), alone).sign_in()
        page.wait_for_selector(".notice >> text=You will be signed out", timeout=WAIT_MS)
        page.wait_for_selector("#password", timeout=WAIT_MS)
        assert "/sign-in" in page.url


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of our own making for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    paths = folder / "tls.crt", folder / "tls.key"
    paths[0].write_bytes(made.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, private, plain))
    return paths


def test_over_tls_the_cookie_never_travels_in_the_clear(
    alone: Program, new_page: Callable[..., "Page"]
) -> None:
    crt, key = certificate(alone.data_dir)
    settings = {"tls_certificate": str(crt), "tls_key": str(key)}
    with started("run --json", alone.data_dir, **settings) as process:
        alone.address = address_of(process)
        assert alone.address.startswith("https://")
        page = Visitor(new_page(ignore_https_errors=True), alone).sign_in()
        page.wait_for_selector("text=No patient has sent data yet")
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert cookies["__Host-sereno-session"]["secure"]
        assert cookies["__Host-sereno-session"]["httpOnly"]
        assert all(cookie["secure"] for cookie in cookies.values())
