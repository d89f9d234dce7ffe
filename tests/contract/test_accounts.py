"""What every `Accounts` must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereno.ports import Account, Accounts, Session
from sereno.storage import Storage
from sereno.storage.tables import sessions
from tests.fakes.clock import NOON

MINUTE = timedelta(minutes=1)
NURSE = Account(name="nurse", secret="$argon2id$...", language="es")


@pytest.fixture
def accounts(storage: Storage) -> Accounts:
    return storage.accounts


def session(token: bytes = b"t" * 32) -> Session:
    return Session(
        token_hash=token, account="nurse", started=NOON, last_input=NOON, expires=NOON + 60 * MINUTE
    )


def test_an_account_is_kept_and_replaced(accounts: Accounts) -> None:
    assert accounts.account("nurse") is None
    accounts.add(NURSE)
    accounts.add(replace(NURSE, name="doctor"))
    assert accounts.account("nurse") == NURSE
    accounts.add(replace(NURSE, disabled=True))
    assert accounts.account("nurse") == replace(NURSE, disabled=True)
    assert accounts.names() == ["doctor", "nurse"]


def test_a_language_is_chosen_and_nothing_else_of_the_account_changes(accounts: Accounts) -> None:
    account = replace(NURSE, role="viewer", disabled=True)
    accounts.add(account)
    accounts.open(session())
    accounts.choose_language("nurse", "en")
    assert accounts.account("nurse") == replace(account, language="en")
    assert accounts.session(b"t" * 32) == session()


def test_the_language_of_no_account_makes_none(accounts: Accounts) -> None:
    accounts.choose_language("nobody", "en")
    assert accounts.names() == []


def test_a_change_may_end_the_sessions_of_its_account_and_no_others(accounts: Accounts) -> None:
    accounts.add(NURSE)
    accounts.open(session())
    accounts.open(session(b"u" * 32))
    accounts.open(replace(session(b"v" * 32), account="doctor"))
    accounts.add(replace(NURSE, language="en"))
    assert accounts.session(b"t" * 32) is not None, "nothing that concerns who may be let in"
    accounts.add(replace(NURSE, secret="$argon2id$another"), end_sessions=True)
    assert accounts.session(b"t" * 32) is None
    assert accounts.session(b"u" * 32) is None
    assert accounts.session(b"v" * 32) is not None


def test_a_session_that_can_not_be_read_keeps_no_other_from_being_ended(
    accounts: Accounts, storage: Storage
) -> None:
    accounts.open(session())
    accounts.open(session(b"u" * 32))
    damaged = sessions.update().where(sessions.c.token_hash == b"u" * 32).values(sealed=b"x" * 64)
    with storage.database.write() as connection:
        connection.execute(damaged)
    accounts.add(NURSE, end_sessions=True)
    assert accounts.session(b"t" * 32) is None


def test_a_session_is_kept_until_closed(accounts: Accounts) -> None:
    accounts.open(session())
    assert accounts.session(b"t" * 32) == session()
    assert accounts.session(b"u" * 32) is None
    accounts.touch(b"t" * 32, NOON + MINUTE)
    assert accounts.session(b"t" * 32) == replace(session(), last_input=NOON + MINUTE)
    accounts.close(b"t" * 32)
    assert accounts.session(b"t" * 32) is None


def test_sessions_that_are_over_go_when_another_opens(accounts: Accounts) -> None:
    accounts.open(session())
    later = NOON + 61 * MINUTE
    accounts.open(replace(session(b"u" * 32), started=later, expires=later + MINUTE))
    assert accounts.session(b"t" * 32) is None
    assert accounts.session(b"u" * 32) is not None


def test_failed_attempts_are_counted_by_key_and_time(accounts: Accounts) -> None:
    for minute in range(4):
        accounts.note_attempt(b"a", NOON + minute * MINUTE)
    accounts.note_attempt(b"b", NOON)
    assert accounts.attempts(b"a", NOON) == 4
    assert accounts.attempts(b"a", NOON + 2 * MINUTE) == 2
    accounts.clear_attempts(b"a")
    assert accounts.attempts(b"a", NOON) == 0
    assert accounts.attempts(b"b", NOON) == 1


def test_old_attempts_are_not_kept(accounts: Accounts) -> None:
    accounts.note_attempt(b"a", NOON)
    accounts.note_attempt(b"b", NOON + timedelta(days=2))
    assert accounts.attempts(b"a", NOON - MINUTE) == 0


def test_an_alias_is_always_the_same_and_tells_no_name(accounts: Accounts) -> None:
    assert accounts.alias("nurse") == accounts.alias("nurse") != accounts.alias("doctor")
    assert "nurse" not in accounts.alias("nurse")
