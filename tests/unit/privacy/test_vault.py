"""Scopes: patients, a day's intake, the house; and the blind index."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from privacy import blind_index
from privacy.keystore import open_key_store
from privacy.vault import Vault
from sereno.domain.errors import Forgotten, Unreadable
from sereno.settings import Settings
from tests.fakes.clock import NOON
from tests.fakes.keys import quick

DAY = timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    opened = Vault(open_key_store(Settings(data_dir=tmp_path), quick))
    yield opened
    opened.close()


def test_a_patients_seal_opens_for_that_patient_alone(vault: Vault) -> None:
    sealed = vault.seal("ana", b"plain", b"id")
    assert vault.opener("ana")(sealed, b"id") == b"plain"
    vault.seal("ben", b"", b"")
    with pytest.raises(Unreadable):
        vault.opener("ben")(sealed, b"id")


def test_forgetting_one_patient_leaves_the_others(vault: Vault) -> None:
    ana, ben = vault.seal("ana", b"a", b""), vault.seal("ben", b"b", b"")
    vault.forget("ana")
    assert vault.is_forgotten("ana")
    assert not vault.is_forgotten("ben")
    with pytest.raises(Forgotten):
        vault.opener("ana")(ana, b"")
    assert vault.opener("ben")(ben, b"") == b"b"


def test_the_intake_has_a_key_for_each_day(vault: Vault) -> None:
    days = [vault.seal_intake(b"plain", b"id", NOON + k * DAY) for k in range(3)]
    assert [vault.open_intake(sealed, b"id") for sealed in days] == [b"plain"] * 3
    assert vault.destroy_intake(NOON + 2 * DAY) == 2
    for sealed in days[:2]:
        with pytest.raises(Forgotten):
            vault.open_intake(sealed, b"id")
    assert vault.open_intake(days[2], b"id") == b"plain"


def test_the_house_seals_too(vault: Vault) -> None:
    sealed = vault.seal_house(b"plain", b"id")
    assert vault.open_house(sealed, b"id") == b"plain"
    with pytest.raises(Unreadable):
        vault.open_house(sealed, b"other")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Pérez", " ana  PÉREZ ", True),
        ("ＩＣＵ ７", "icu 7", True),  # full width
        ("Straße", "STRASSE", True),
        ("Pe\u0301rez", "P\u00e9rez", True),  # composed or not
        ("Perez", "Pérez", False),
        ("icu7", "icu 7", False),
    ],
)
def test_words_are_found_however_they_are_spelt(
    vault: Vault, one: str, other: str, same: bool
) -> None:
    assert (vault.token("alias", one) == vault.token("alias", other)) is same


def test_ids_are_found_to_the_letter(vault: Vault) -> None:
    assert vault.exact_token("alarm", "a") == vault.exact_token("alarm", "a")
    assert vault.exact_token("alarm", "a") != vault.exact_token("alarm", "A")
    assert vault.exact_token("a", "bc") != vault.exact_token("ab", "c")


def test_a_token_depends_on_the_key() -> None:
    assert blind_index.token(b"1" * 32, "icu 7") != blind_index.token(b"2" * 32, "icu 7")
    assert len(blind_index.token(b"1" * 32, "icu 7")) == blind_index.TOKEN_BYTES
