"""What every `KeyProvider` must do."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable

import pytest

from privacy.envelope import KEY_BYTES
from privacy.keys import PassphraseProvider
from sereno.domain.errors import KeyUnavailable
from sereno.ports import KeyProvider
from tests.fakes.keys import QuickProvider


def made(secret: str) -> KeyProvider:
    """Under what a passphrase file of ours holds."""
    drawn = urlsafe_b64encode(secret.encode().ljust(32, b".")).decode().rstrip("=")
    return PassphraseProvider(f"made-by-sereno.{drawn}")


# Each makes a provider from what only its owner knows.
PROVIDERS: dict[str, Callable[[str], KeyProvider]] = {
    "passphrase": PassphraseProvider,
    "passphrase made here": made,
    "fake": QuickProvider,
}
KEY = secrets.token_bytes(KEY_BYTES)
CONTEXT = b"root key"

pytestmark = pytest.mark.parametrize("make", PROVIDERS.values(), ids=PROVIDERS)
Make = Callable[[str], KeyProvider]


def test_what_is_wrapped_opens_again_later(make: Make) -> None:
    wrapped = make("ours").wrap(KEY, CONTEXT)

    assert KEY not in wrapped
    assert make("ours").unwrap(wrapped, CONTEXT) == KEY
    assert make("ours").name


def test_another_secret_or_context_opens_nothing(make: Make) -> None:
    wrapped = make("ours").wrap(KEY, CONTEXT)

    with pytest.raises(KeyUnavailable):
        make("theirs").unwrap(wrapped, CONTEXT)
    with pytest.raises(KeyUnavailable):
        make("ours").unwrap(wrapped, b"another key")


@pytest.mark.parametrize("at", [0, 20, -1])
def test_what_was_altered_or_cut_short_does_not_open(make: Make, at: int) -> None:
    wrapped = bytearray(make("ours").wrap(KEY, CONTEXT))
    stump = bytes(wrapped[:at])
    wrapped[at] ^= 1

    for damaged in (bytes(wrapped), stump, b""):
        with pytest.raises(KeyUnavailable):
            make("ours").unwrap(damaged, CONTEXT)
