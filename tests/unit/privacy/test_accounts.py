"""What is kept of passwords and tokens."""

import pytest

from privacy import accounts
from sereno.domain.errors import InvalidEntry

PASSWORD = "blue lamps over the river"


def test_a_kept_password_is_an_argon2id_string_that_only_it_opens() -> None:
    kept = accounts.hash_password(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept
    assert accounts.verify_password(PASSWORD, kept)
    assert not accounts.verify_password(PASSWORD + " ", kept)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert accounts.hash_password(PASSWORD) != accounts.hash_password(PASSWORD)


def test_two_spellings_of_one_letter_are_one_password() -> None:
    composed, decomposed = "contrase\u00f1a del turno", "contrasen\u0303a del turno"
    assert accounts.verify_password(decomposed, accounts.hash_password(composed))


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("x" * 14, id="too short for a single factor"),
        pytest.param("x" * 257, id="would buy hashing time"),
    ],
)
def test_a_password_out_of_bounds_is_refused_with_its_remedy(password: str) -> None:
    with pytest.raises(InvalidEntry, match="choose 15 to 256"):
        accounts.hash_password(password)


@pytest.mark.parametrize("password", ["", "x", "x" * 10_000])
def test_an_unknown_account_is_never_let_in(password: str) -> None:
    assert not accounts.verify_password(password, None)


def test_an_unknown_account_costs_the_same_work_as_a_known_one() -> None:
    """The cost is in the parameters; measuring time in a test would be guessing."""
    known = accounts.hash_password(PASSWORD)
    assert accounts._NOBODY.split("$")[:4] == known.split("$")[:4]
    assert len(accounts._NOBODY) == len(known)


def test_a_token_is_long_random_and_kept_only_as_its_digest() -> None:
    token = accounts.new_token()
    assert len(token) >= 43
    assert token != accounts.new_token()
    digest = accounts.token_digest(token)
    assert len(digest) == 32
    assert token.encode() not in digest
    assert digest == accounts.token_digest(token)
