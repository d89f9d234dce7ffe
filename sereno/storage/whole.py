"""What is read of the whole ward at once: one damaged patient does not hide the others.

Who is left out is told, never passed over: silence would look like a stable patient.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from privacy.vault import Vault
from sereno.domain.errors import Forgotten
from sereno.domain.patients import Patient
from sereno.storage import codes, records
from sereno.storage.book import DAMAGE, Book, Caches, open_readable
from sereno.storage.chains import missing
from sereno.storage.records import Form, Kept
from sereno.storage.tables import patients
from sereno.storage.tables import records as table


class Whole:
    """All whose key is not destroyed, within one transaction.

    `books` are by owner; `damaged` says by id of whom something is missing or did not open, so
    far as it was looked at, and why.
    """

    def __init__(self, connection: Connection, vault: Vault, caches: Caches) -> None:
        self._connection = connection
        query = sa.select(patients.c.id).where(patients.c.forgotten.is_(None))
        ids = [one for one in connection.execute(query).scalars() if not vault.is_forgotten(one)]
        books, self.damaged = open_readable(connection, vault, caches, ids)
        self.books = {book.owner: book for book in books}
        heads = {book.owner: book.head for book in books}
        for owner in records.disagreeing(connection, heads):
            self._leave_out(owner, missing())

    def check_tails(self) -> None:
        """Leave out those whose newest rows are missing or old."""
        for owner, book in list(self.books.items()):
            try:
                book.check_tail()
            except DAMAGE as error:
                self._leave_out(owner, error)

    def identities(self) -> list[Patient]:
        """Who they are, by label."""
        found = self.kept(records.PATIENTS, table.c.kind == codes.PATIENT)
        return sorted(found, key=lambda patient: (patient.label.casefold(), patient.id))

    def kept(self, form: Form[Kept], *conditions: sa.ColumnElement[bool]) -> list[Kept]:
        """The records that fit; none of a patient of whom one does not open."""
        found: dict[int, list[Kept]] = {}
        for owner, record in records.select(self._connection, *conditions):
            book: Book | None = self.books.get(owner)
            if book is None:
                continue
            try:
                content = form.unpack(record.opened(book.patient, book.opener))
            except Forgotten:  # just now, by another process
                del self.books[owner]
            except DAMAGE as error:
                self._leave_out(owner, error)
            else:
                found.setdefault(owner, []).extend(content)
        return [one for owner, several in found.items() if owner in self.books for one in several]

    def _leave_out(self, owner: int, error: Exception) -> None:
        self.damaged[self.books.pop(owner).patient] = str(error)
