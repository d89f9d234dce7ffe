"""Signing in and out, sessions, the idle time-out and the limit on attempts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from privacy import accounts as crypto
from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    InvalidEntry,
    NotFound,
    StorageFull,
    TooManyAttempts,
    UnknownRole,
)
from sereno.domain.roles import Actor, Role
from sereno.domain.vitals import Language
from sereno.ports import Account
from sereno.services import access as module
from sereno.services.access import Access, Listed
from tests.fakes.books import Diary, FullDiary, Ledger
from tests.fakes.clock import Hands

PASSWORD = "blue lamps over the river"
HASHED = "$argon2id$"
MINUTE = timedelta(minutes=1)
ROOT = Actor("root")  # whom the operating system has signed in


def compare(password: str, kept: str | None) -> bool:
    """Instead of a hash that is slow on purpose; what it does has a test of its own."""
    return password == PASSWORD and kept is not None


class Ward:
    """The service with its surroundings in reach."""

    def __init__(self) -> None:
        self.clock, self.ledger, self.diary = Hands(), Ledger(), Diary()
        self.access = self.door(compare)
        self.ledger.add(Account(name="nora", secret=HASHED))

    def door(self, verify: Callable[[str, str | None], bool], diary: Diary | None = None) -> Access:
        return Access(
            self.ledger,
            self.clock,
            diary or self.diary,
            idle_timeout=15 * MINUTE,
            session_length=timedelta(hours=12),
            verify=verify,
        )

    def wait(self, span: timedelta) -> None:
        self.clock.time += span

    def sign_in(
        self, password: str = PASSWORD, name: str = "nora", address: str = "10.0.0.7"
    ) -> str:
        return self.access.sign_in(name, password, address)


@pytest.fixture
def ward() -> Ward:
    return Ward()


def test_the_right_password_opens_a_session_known_by_its_digest_alone(ward: Ward) -> None:
    token = ward.sign_in(name="  Nora ")
    viewer = ward.access.viewer(token)
    assert viewer is not None
    assert viewer.account == "nora"
    assert list(ward.ledger.sessions) == [crypto.token_digest(token)]
    assert token not in repr(ward.ledger.sessions)
    assert ("nora", "signed_in", None) in ward.diary.lines


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("nora", "wrong words altogether", "the password is wrong"),
        ("nobody", PASSWORD, "there is no such account"),
        ("", PASSWORD, "no name at all"),
        ("n" * 5000, PASSWORD, "a name that no account can have"),
        ("nora", "", "no password at all"),
    ],
)
def test_a_refusal_says_the_same_whatever_was_wrong(
    ward: Ward, name: str, password: str, why: str
) -> None:
    with pytest.raises(AccessDenied, match=r"^name or password is wrong; try again$"):
        ward.sign_in(password, name)
    assert not ward.ledger.sessions, why


def test_a_disabled_account_is_refused_and_its_open_session_ends(ward: Ward) -> None:
    token = ward.sign_in()
    ward.ledger.add(Account(name="nora", secret=HASHED, disabled=True))
    assert ward.access.viewer(token) is None
    with pytest.raises(AccessDenied):
        ward.sign_in()


@pytest.mark.parametrize("token", [None, "", "guess", "\ud800", "x" * 10_000])
def test_a_token_that_was_never_given_opens_nothing(ward: Ward, token: str | None) -> None:
    ward.sign_in()
    assert ward.access.viewer(token) is None


def test_looking_is_no_input_and_the_session_ends_when_idle(ward: Ward) -> None:
    token = ward.sign_in()
    for _ in range(14):
        ward.wait(MINUTE)
        assert ward.access.viewer(token) is not None
    ward.wait(MINUTE)
    assert ward.access.viewer(token) is None
    assert not ward.ledger.sessions


def test_input_puts_the_time_out_off_but_not_the_end_of_the_session(ward: Ward) -> None:
    token = ward.sign_in()
    for _ in range(71):
        ward.wait(10 * MINUTE)
        viewer = ward.access.viewer(token)
        assert viewer is not None
        ward.access.touch(viewer)
    ward.wait(10 * MINUTE)
    assert ward.access.viewer(token) is None


def test_a_burst_of_input_is_written_down_once(ward: Ward) -> None:
    token = ward.sign_in()
    before = dict(ward.ledger.sessions)
    viewer = ward.access.viewer(token)
    assert viewer is not None
    ward.wait(module.TOUCH_STEP - timedelta(seconds=1))
    ward.access.touch(viewer)
    assert ward.ledger.sessions == before


def test_signing_out_ends_this_session_and_no_other(ward: Ward) -> None:
    here, there = ward.sign_in(), ward.sign_in()
    viewer = ward.access.viewer(here)
    assert viewer is not None
    ward.access.sign_out(viewer)
    assert ward.access.viewer(here) is None
    assert ward.access.viewer(there) is not None


def guess(ward: Ward, times: int, **where: str) -> None:
    for _ in range(times):
        with pytest.raises(AccessDenied, match="wrong"):
            ward.sign_in("a guess that is not it", **where)


def test_guesses_at_one_name_from_one_place_are_few(ward: Ward) -> None:
    guess(ward, module.ATTEMPTS_AT_NAME_FROM_ADDRESS)
    with pytest.raises(TooManyAttempts, match="wait 15 minutes"):
        ward.sign_in()
    assert ward.sign_in(address="10.0.0.8"), "a colleague elsewhere is not locked out"
    ward.wait(module.ATTEMPT_WINDOW + MINUTE)
    assert ward.sign_in()


def test_guesses_at_many_names_from_one_place_are_bounded(ward: Ward) -> None:
    for number in range(module.ATTEMPTS_FROM_ADDRESS):
        guess(ward, 1, name=f"name{number}")
    with pytest.raises(TooManyAttempts):
        ward.sign_in()


def test_guesses_at_one_name_from_many_places_are_bounded(ward: Ward) -> None:
    for number in range(module.ATTEMPTS_AT_NAME):
        guess(ward, 1, address=f"10.1.0.{number}")
    with pytest.raises(TooManyAttempts):
        ward.sign_in(address="10.2.0.1")


def test_a_success_forgives_earlier_slips(ward: Ward) -> None:
    for _ in range(3):
        guess(ward, module.ATTEMPTS_AT_NAME_FROM_ADDRESS - 1)
        assert ward.sign_in()


def test_attempts_are_counted_under_keys_that_name_nobody(ward: Ward) -> None:
    guess(ward, 1)
    assert all(len(key) == 32 and b"nora" not in key for key, _ in ward.ledger.failures)


def test_an_account_is_made_and_remembers_its_language(ward: Ward) -> None:
    ward.access.create_account(" Luis ", PASSWORD, ROOT, role=Role.VIEWER)
    token = ward.sign_in(name="luis")
    viewer = ward.access.viewer(token)
    assert viewer is not None
    assert (viewer.role, viewer.language) == (Role.VIEWER, None)
    ward.access.choose_language(viewer, Language.SPANISH)
    again = ward.access.viewer(token)
    assert again is not None
    assert again.language is Language.SPANISH
    assert ward.access.accounts() == [
        Listed("luis", "viewer", disabled=False), Listed("nora", "clinician", disabled=False),
    ]  # fmt: skip


class Overtaken(Ledger):
    """Somebody else changes the account as soon as it was looked at, once."""

    def __init__(self, account: Account, **change: Any) -> None:
        super().__init__()
        self.kept[account.name], self.change = account, change

    def account(self, name: str) -> Account | None:
        found = super().account(name)
        self._overtake(name)
        return found

    def choose_language(self, name: str, language: str) -> None:
        self._overtake(name)
        super().choose_language(name, language)

    def _overtake(self, name: str) -> None:
        self.kept[name], self.change = replace(self.kept[name], **self.change), {}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"disabled": True}, "who may no longer come in must stay out"),
        ({"secret": "$another"}, "the old password must not open again"),
        ({"role": "viewer"}, "who may only look must not act again"),
    ],
)
def test_a_language_chosen_while_the_account_is_changed_takes_nothing_back(
    ward: Ward, change: dict[str, Any], why: str
) -> None:
    viewer = ward.access.viewer(ward.sign_in())
    assert viewer
    account = ward.ledger.kept["nora"]
    ward.ledger = Overtaken(account, **change)
    ward.door(compare).choose_language(viewer, Language.SPANISH)
    assert ward.ledger.kept["nora"] == replace(account, language="es", **change), why


def test_who_leaves_is_let_in_no_more_until_given_a_new_password(ward: Ward) -> None:
    token = ward.sign_in()
    ward.access.disable_account("Nora", ROOT)
    assert ward.access.viewer(token) is None
    with pytest.raises(AccessDenied):
        ward.sign_in()
    ward.access.set_password("nora", PASSWORD, ROOT)
    assert ward.sign_in()
    with pytest.raises(NotFound, match="accounts list"):
        ward.access.disable_account("nobody", ROOT)


def test_a_new_password_ends_the_accounts_sessions_and_no_others(ward: Ward) -> None:
    """Whoever knew the old one must not go on looking."""
    ward.ledger.add(Account(name="luis", secret=HASHED))
    here, there, other = ward.sign_in(), ward.sign_in(), ward.sign_in(name="luis")
    ward.access.set_password("Nora", PASSWORD, ROOT)
    assert ward.access.viewer(here) is None
    assert ward.access.viewer(there) is None
    assert ward.access.viewer(other) is not None


@pytest.mark.parametrize(
    ("asked", "has", "why"),
    [
        (None, Role.VIEWER, "a forgotten option makes no clinician of a screen on the wall"),
        (Role.CLINICIAN, Role.CLINICIAN, "asked for by name"),
    ],
)
def test_a_new_password_changes_nothing_else_that_was_not_asked_for(
    ward: Ward, asked: Role | None, has: Role, why: str
) -> None:
    ward.ledger.add(Account(name="wall", secret=HASHED, role="viewer", language="es"))
    ward.access.set_password("wall", PASSWORD, ROOT, role=asked)
    viewer = ward.access.viewer(ward.sign_in(name="wall"))
    assert viewer is not None
    assert (viewer.role, viewer.language) == (has, Language.SPANISH), why
    assert ward.diary.details[0] == f"wall: {has.value}"


def test_the_audit_log_says_who_changed_an_account_and_not_that_its_owner_did(ward: Ward) -> None:
    ward.access.create_account(" Luis ", PASSWORD, ROOT, role=Role.VIEWER)
    ward.access.set_password("luis", PASSWORD, ROOT)
    ward.access.disable_account("Luis", ROOT)
    told = list(zip(ward.diary.lines, ward.diary.details, strict=True))
    assert told == [
        (("root", "account_created", None), "luis: viewer"),
        (("root", "password_changed", None), "luis: viewer"),
        (("root", "account_disabled", None), "luis"),
    ]


def test_an_account_is_not_changed_without_a_line_that_says_so(ward: Ward) -> None:
    ward.access = ward.door(compare, FullDiary())
    with pytest.raises(StorageFull):
        ward.access.create_account("luis", PASSWORD, ROOT)
    with pytest.raises(StorageFull):
        ward.access.set_password("nora", PASSWORD, ROOT)
    with pytest.raises(StorageFull):
        ward.access.disable_account("nora", ROOT)
    assert list(ward.ledger.kept.values()) == [Account(name="nora", secret=HASHED)]


def test_a_role_that_nobody_knows_is_refused_with_the_remedy_to_who_has_the_password(
    ward: Ward,
) -> None:
    """Another release may have written it: what it allows can not be guessed."""
    token = ward.sign_in()
    ward.ledger.add(Account(name="nora", secret=HASHED, role="physician"))
    assert ward.access.viewer(token) is None
    with pytest.raises(UnknownRole, match="--role clinician"):
        ward.sign_in()
    with pytest.raises(AccessDenied, match="wrong"):
        ward.sign_in("not it")
    assert not ward.ledger.sessions


def test_a_session_ends_although_the_account_was_enabled_again_before_it_looked(ward: Ward) -> None:
    token = ward.sign_in()
    ward.access.disable_account("nora", ROOT)
    ward.access.set_password("nora", PASSWORD, ROOT)
    assert ward.access.viewer(token) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"secret": "$another"}, "the password was changed"),
        ({"disabled": True}, "the account was disabled"),
    ],
)
def test_a_change_while_the_old_password_was_being_checked_lets_nobody_in(
    ward: Ward, changed: dict[str, Any], why: str
) -> None:
    def slow(password: str, kept: str | None) -> bool:
        account = Account(name="nora", secret=HASHED)
        ward.ledger.add(replace(account, **changed), end_sessions=True)
        return compare(password, kept)

    ward.access = ward.door(slow)
    with pytest.raises(AccessDenied, match="wrong"):
        ward.sign_in()
    assert not ward.ledger.sessions, why


def test_an_account_is_made_once_and_a_password_set_where_there_is_one(ward: Ward) -> None:
    """A name typed by mistake neither takes over another's account nor makes one."""
    with pytest.raises(Conflict, match="accounts password"):
        ward.access.create_account(" NORA ", PASSWORD, ROOT)
    with pytest.raises(NotFound, match="accounts list"):
        ward.access.set_password("norma", PASSWORD, ROOT)
    assert list(ward.ledger.kept.values()) == [Account(name="nora", secret=HASHED)]
    assert ward.diary.lines == []


@pytest.mark.parametrize("name", ["", "   ", "n" * 65])
def test_an_account_needs_a_name(ward: Ward, name: str) -> None:
    with pytest.raises(InvalidEntry, match="choose another"):
        ward.access.create_account(name, PASSWORD, ROOT)


@pytest.mark.parametrize(
    ("name", "password"), [("nora", "wrong"), ("nobody at all", PASSWORD), (PASSWORD, "")]
)
def test_a_failed_attempt_is_audited_without_what_was_typed(
    ward: Ward, name: str, password: str
) -> None:
    for _ in range(2):
        with pytest.raises(AccessDenied):
            ward.sign_in(password, name)

    assert ward.diary.lines == [("nobody", "sign_in_failed", None)] * 2
    assert ward.diary.details == [ward.ledger.alias(name)] * 2
    assert name not in ward.diary.details[0]
