"""Keys: shown once, kept as a hash, refused once revoked, each use on record."""

from dataclasses import dataclass, field

import pytest

from sereno.domain.errors import AccessDenied, Conflict, InvalidEntry, NotFound, StorageFull
from sereno.domain.roles import Actor
from sereno.ports import ApiKey
from sereno.services.serving.keys import ANYONE, Keys
from tests.fakes.books import Diary, FullDiary
from tests.fakes.clock import Hands

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
