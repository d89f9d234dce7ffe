"""Keys: shown once, kept as a hash, refused once revoked, each use on record."""

from dataclasses import dataclass, field, replace

import pytest

from sereno.domain.errors import (
    AccessDenied,
    Conflict,
    InvalidEntry,
    NotFound,
    StorageFull,
    WrongScope,
)
from sereno.domain.roles import Actor, Scope
from sereno.ports import ApiKey
from sereno.services.serving.keys import ANYONE, Keys
from tests.fakes.books import Diary, FullDiary
from tests.fakes.clock import START, Hands

IT = Actor("it")


@dataclass
class Ring:
    """Keys kept in a dictionary."""

    kept: dict[str, ApiKey] = field(default_factory=dict)

    def keep(self, key: ApiKey) -> None:
        self.kept[key.name] = key

    def named(self, name: str) -> ApiKey | None:
        return self.kept.get(name)

    def find(self, digest: str) -> ApiKey | None:
        return next((key for key in self.kept.values() if key.digest == digest), None)

    def every(self) -> list[ApiKey]:
        return sorted(self.kept.values(), key=lambda key: key.name)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def keys(ring: Ring, diary: Diary) -> Keys:
    return Keys(ring, Hands(), diary)


def test_a_key_is_let_in_by_its_secret_which_is_kept_nowhere(
    keys: Keys, ring: Ring, diary: Diary
) -> None:
    secret = keys.add(" dictation ", IT)
    assert keys.who(secret) == "dictation"
    assert secret not in str(ring.kept)
    assert diary.lines == [("it", "api_key_created", None)]
    assert secret not in str(diary.details)


@pytest.mark.parametrize("secret", [None, "", "sereno-", "x" * 10_000, "\ud800", "ñ"])
def test_what_is_no_key_is_refused_with_the_remedy(keys: Keys, secret: str | None) -> None:
    keys.add("dictation", IT)
    with pytest.raises(AccessDenied, match="sereno keys add"):
        keys.who(secret)


def test_a_flood_of_wrong_keys_does_not_fill_the_log(keys: Keys, diary: Diary) -> None:
    for _ in range(100):
        with pytest.raises(AccessDenied):
            keys.who("guess")
    assert diary.lines == [("nobody", "api_key_refused", None)]


def test_a_revoked_key_is_refused_and_its_name_may_be_used_again(keys: Keys, diary: Diary) -> None:
    secret = keys.add("dictation", IT)
    keys.revoke("dictation", IT)
    keys.revoke("dictation", IT)
    with pytest.raises(AccessDenied):
        keys.who(secret)
    assert [what for _, what, _ in diary.lines] == [
        "api_key_created", "api_key_revoked", "api_key_refused",
    ]  # fmt: skip
    assert keys.who(keys.add("dictation", IT)) == "dictation"


def test_a_name_that_is_taken_unknown_or_none_is_told(keys: Keys) -> None:
    keys.add("dictation", IT)
    with pytest.raises(Conflict, match="revoke it first"):
        keys.add("dictation", IT)
    with pytest.raises(NotFound, match="sereno keys list"):
        keys.revoke("letters", IT)
    for name in ("", "  ", "x" * 65, "a\nb"):
        with pytest.raises(InvalidEntry):
            keys.add(name, IT)


def test_without_a_line_nothing_changes_and_nothing_is_asked(ring: Ring) -> None:
    keys = Keys(ring, Hands(), FullDiary())
    with pytest.raises(StorageFull):
        keys.add("dictation", IT)
    assert ring.kept == {}
    with pytest.raises(StorageFull):
        keys.note_use("dictation", "chat_completed")


def test_where_no_key_is_asked_for_anyone_may_ask(ring: Ring, diary: Diary) -> None:
    assert Keys(ring, Hands(), diary, asked_for=False).who(None) == ANYONE


@pytest.mark.parametrize("scope", Scope)
def test_a_key_opens_what_it_was_made_for_and_nothing_else(keys: Keys, scope: Scope) -> None:
    secret = keys.add("one", IT, [scope])
    assert keys.who(secret, scope) == "one"
    for other in set(Scope) - {scope}:
        with pytest.raises(WrongScope, match=f"--scope {other.value}"):
            keys.who(secret, other)


def test_a_key_for_nothing_is_not_made(keys: Keys, ring: Ring) -> None:
    with pytest.raises(InvalidEntry, match="scope"):
        keys.add("one", IT, [])
    assert ring.kept == {}


def test_a_key_of_before_scopes_opens_the_model_and_an_unknown_scope_nothing(
    keys: Keys, ring: Ring
) -> None:
    secret = keys.add("one", IT)
    old = ApiKey(name="one", digest=ring.kept["one"].digest, created=START, created_by="it")
    ring.keep(old)
    assert keys.who(secret) == "one"
    ring.keep(replace(old, scopes=("everything",)))
    for scope in Scope:
        with pytest.raises(WrongScope):
            keys.who(secret, scope)


def test_patients_are_never_read_without_a_key(ring: Ring, diary: Diary) -> None:
    keys = Keys(ring, Hands(), diary, asked_for=False)
    for scope in (Scope.FHIR, Scope.FHIR_EXPORT):
        with pytest.raises(AccessDenied):
            keys.who(None, scope)
