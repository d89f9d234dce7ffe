"""The audit log and the accounts, kept in memory."""

from dataclasses import replace
from datetime import datetime

from sereno.domain.errors import StorageFull
from sereno.ports import Account, AuditLine, Session
from tests.fakes.clock import START

FULL = "the disk is full; free some space, and it goes on"


class Diary:
    """An audit log read by the test."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str | None]] = []
        self.details: list[str] = []

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        self.lines.append((actor, action, patient))
        self.details.append(detail)

    def read(self, patient: str | None = None, limit: int = 100) -> list[AuditLine]:
        kept = enumerate(zip(self.lines, self.details, strict=True), 1)
        found = [
            AuditLine(number=n, time=START, actor=actor, action=action, patient=about, detail=more)
            for n, ((actor, action, about), more) in kept
            if patient in (None, about)
        ]
        return found[::-1][:limit]

    def verify(self) -> bool:
        return True


class FullDiary(Diary):
    """An audit log on a disk that is full until the test makes room."""

    full = True

    def record(self, actor: str, action: str, patient: str | None = None, detail: str = "") -> None:
        if self.full:
            raise StorageFull(FULL)
        super().record(actor, action, patient, detail)


class Ledger:
    """Accounts kept in dictionaries."""

    def __init__(self) -> None:
        self.kept: dict[str, Account] = {}
        self.sessions: dict[bytes, Session] = {}
        self.failures: list[tuple[bytes, datetime]] = []

    def add(self, account: Account, *, end_sessions: bool = False) -> None:
        self.kept[account.name] = account
        if end_sessions:
            kept = self.sessions.items()
            self.sessions = {key: one for key, one in kept if one.account != account.name}

    def choose_language(self, name: str, language: str) -> None:
        if name in self.kept:
            self.kept[name] = replace(self.kept[name], language=language)

    def account(self, name: str) -> Account | None:
        return self.kept.get(name)

    def names(self) -> list[str]:
        return sorted(self.kept)

    def alias(self, name: str) -> str:
        return f"alias {sum(name.encode())}"

    def open(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    def session(self, token_hash: bytes) -> Session | None:
        return self.sessions.get(token_hash)

    def touch(self, token_hash: bytes, at: datetime) -> None:
        self.sessions[token_hash] = replace(self.sessions[token_hash], last_input=at)

    def close(self, token_hash: bytes) -> None:
        self.sessions.pop(token_hash, None)

    def note_attempt(self, key: bytes, at: datetime) -> None:
        self.failures.append((key, at))

    def attempts(self, key: bytes, since: datetime) -> int:
        return sum(kept == key and at >= since for kept, at in self.failures)

    def clear_attempts(self, key: bytes) -> None:
        self.failures = [failure for failure in self.failures if failure[0] != key]
