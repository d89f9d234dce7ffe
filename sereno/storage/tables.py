"""The tables. In the clear: random patient ids, times, signal codes, sizes. Nothing else.

Every `sealed` column opens only with a key of the key store. Times are microseconds since 1970
in UTC. `owner` is the row number of the patient, to keep the rows and indexes short.
"""

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, String, Table

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is called INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")


def _owner() -> "Column[int]":
    return Column("owner", _Number, sa.ForeignKey("patients.number"), primary_key=True)


# What belongs to the database as a whole: the id of the key store that it was sealed with.
facts = Table(
    "facts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

patients = Table(
    "patients",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("created", BigInteger, nullable=False),
    Column("forgotten", BigInteger),
)

# Blind indexes: keyed hashes under which a patient is found. Of a subject there is one.
subjects = Table(
    "subjects",
    metadata,
    Column("token", LargeBinary(16), primary_key=True),
    Column("owner", _Number, sa.ForeignKey("patients.number"), nullable=False, index=True),
)

aliases = Table(
    "aliases",
    metadata,
    Column("token", LargeBinary(16), primary_key=True),
    _owner(),
    Index(None, "owner"),
)

# For each patient the newest link of every chain, the watermarks, the latest values and the
# watch's state: sealed together, replaced by every commit.
heads = Table(
    "heads",
    metadata,
    _owner(),
    Column("commits", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Everything that is only ever added: the hot tail, blocks of numerics and waveforms, scores,
# notes. `chain` is a code of `sereno.storage.codes`; `previous` is the tag of the row before.
blocks = Table(
    "blocks",
    metadata,
    _owner(),
    Column("chain", SmallInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("version", SmallInteger, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("finish", BigInteger, nullable=False),
    Column("held", Integer, nullable=False),
    Column("previous", LargeBinary(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "owner", "chain", "finish", "start"),
    sqlite_with_rowid=False,
)

# What is replaced as it changes: identity, alarms and their texts, episodes; and summaries and what
# was decided about them. `key` is a keyed hash of the thing's own id; `write` numbers the patient's
# writes; `finish` is NULL while it goes on.
records = Table(
    "records",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("owner", _Number, sa.ForeignKey("patients.number"), nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("write", BigInteger, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("finish", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "owner", "write"),
    Index(None, "owner", "kind", "start"),
    Index(None, "kind", "finish"),
)

# What could not be parsed: source, content and reason, sealed under the day's intake key. `settled`
# is NULL until somebody has replayed it or put it aside.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("time", BigInteger, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("settled", BigInteger),
)

# Requests to the one writer; `outcome` is NULL while it waits, empty once carried out, else the
# sealed reason for which it was refused.
commands = Table(
    "commands",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("patient", String(32), nullable=False, index=True),
    Column("issued", BigInteger, nullable=False),
    Column("settled", BigInteger, index=True),
    Column("outcome", LargeBinary),
    Column("sealed", LargeBinary, nullable=False),
)

# Work for the model process; the payload is sealed.
jobs = Table(
    "jobs",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("patient", String(32), nullable=False, index=True),
    Column("priority", Integer, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("holder", String(64)),
    Column("held_until", BigInteger),
    Column("created", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("result", String(64)),
    Column("error", String(500)),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "state", "priority", "deadline"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires", BigInteger, nullable=False),
)

# Signs of life; what they tell is sealed under the house key, for a source's name may tell much.
beats = Table(
    "beats",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Accounts are found by the keyed hash of their name.
accounts = Table(
    "accounts",
    metadata,
    Column("token", LargeBinary(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("started", BigInteger, nullable=False),
    Column("last_input", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(64), nullable=False),
    Column("time", BigInteger, nullable=False, index=True),
    Index(None, "key", "time"),
)

# Keys of programs: found by the hash of their secret, or by the keyed hash of their name.
api_keys = Table(
    "api_keys",
    metadata,
    Column("token", LargeBinary(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
)

# Who did what; `link` is the keyed hash of the line and of the link before it.
audit = Table(
    "audit",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("link", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)


# Who is told of what is kept: found by the keyed hash of the setting that names them. `topics` are
# bits of `sereno.storage.outbox`; `seen` is when a process last had it in its settings. How much it
# was told, has refused and was given up; and how much of the first the audit log says.
destinations = Table(
    "destinations",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("token", LargeBinary(16), nullable=False, unique=True),
    Column("topics", SmallInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("told", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("given_up", BigInteger, nullable=False),
    Column("audited", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# What one transaction has to tell of one patient, until everybody has been told. A number is never
# given twice.
outbox = Table(
    "outbox",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(16), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("patient", String(32), nullable=False, index=True),
    Column("topics", SmallInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# Who has yet to be told what. No foreign key holds a writer up where a destination is taken away.
untold = Table(
    "untold",
    metadata,
    Column("destination", _Number, primary_key=True, autoincrement=False),
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)


# What was received and answered until it stands in the record; see sereno.storage.inbox. On SQLite
# it lies in a file of its own, so it is none of the tables that are migrated.
inbox_metadata = sa.MetaData(naming_convention=metadata.naming_convention)

inbox = Table(
    "inbox",
    inbox_metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("patient", String(32)),
    Column("holder", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
