"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "accounts",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_accounts")),
    )
    op.create_table(
        "attempts",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("key", sa.LargeBinary(length=64), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_key_time"), "attempts", ["key", "time"])
    op.create_index(op.f("ix_attempts_time"), "attempts", ["time"])
    op.create_table(
        "audit",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_table(
        "beats",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_beats")),
    )
    op.create_table(
        "commands",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("patient", sa.String(length=32), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_commands")),
        sa.UniqueConstraint("id", name=op.f("uq_commands_id")),
    )
    op.create_index(op.f("ix_commands_patient"), "commands", ["patient"])
    op.create_index(op.f("ix_commands_settled"), "commands", ["settled"])
    op.create_table(
        "dead_letters",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dead_letters")),
    )
    op.create_index(op.f("ix_dead_letters_time"), "dead_letters", ["time"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "jobs",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("patient", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_jobs")),
        sa.UniqueConstraint("id", name=op.f("uq_jobs_id")),
    )
    op.create_index(op.f("ix_jobs_patient"), "jobs", ["patient"])
    op.create_index(
        op.f("ix_jobs_state_priority_deadline"), "jobs", ["state", "priority", "deadline"]
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "patients",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_patients")),
        sa.UniqueConstraint("id", name=op.f("uq_patients_id")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("last_input", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires"), "sessions", ["expires"])
    op.create_table(
        "aliases",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("owner", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["patients.number"], name=op.f("fk_aliases_owner")),
        sa.PrimaryKeyConstraint("token", "owner", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_owner"), "aliases", ["owner"])
    op.create_table(
        "blocks",
        sa.Column("owner", _NUMBER, nullable=False),
        sa.Column("chain", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("finish", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["patients.number"], name=op.f("fk_blocks_owner")),
        sa.PrimaryKeyConstraint("owner", "chain", "seq", name=op.f("pk_blocks")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_blocks_owner_chain_finish_start"), "blocks", ["owner", "chain", "finish", "start"]
    )
    op.create_table(
        "heads",
        sa.Column("owner", _NUMBER, nullable=False),
        sa.Column("commits", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["patients.number"], name=op.f("fk_heads_owner")),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_heads")),
    )
    op.create_table(
        "records",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("owner", _NUMBER, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("write", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("finish", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["patients.number"], name=op.f("fk_records_owner")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_kind_finish"), "records", ["kind", "finish"])
    op.create_index(op.f("ix_records_owner_kind_start"), "records", ["owner", "kind", "start"])
    op.create_index(op.f("ix_records_owner_write"), "records", ["owner", "write"])
    op.create_table(
        "subjects",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("owner", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["patients.number"], name=op.f("fk_subjects_owner")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subjects")),
    )
    op.create_index(op.f("ix_subjects_owner"), "subjects", ["owner"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_index(op.f("ix_subjects_owner"), table_name="subjects")
    op.drop_table("subjects")
    op.drop_index(op.f("ix_records_owner_write"), table_name="records")
    op.drop_index(op.f("ix_records_owner_kind_start"), table_name="records")
    op.drop_index(op.f("ix_records_kind_finish"), table_name="records")
    op.drop_table("records")
    op.drop_table("heads")
    op.drop_index(op.f("ix_blocks_owner_chain_finish_start"), table_name="blocks")
    op.drop_table("blocks")
    op.drop_index(op.f("ix_aliases_owner"), table_name="aliases")
    op.drop_table("aliases")
    op.drop_index(op.f("ix_sessions_expires"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("patients")
    op.drop_table("leases")
    op.drop_index(op.f("ix_jobs_state_priority_deadline"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_patient"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("facts")
    op.drop_index(op.f("ix_dead_letters_time"), table_name="dead_letters")
    op.drop_table("dead_letters")
    op.drop_index(op.f("ix_commands_settled"), table_name="commands")
    op.drop_index(op.f("ix_commands_patient"), table_name="commands")
    op.drop_table("commands")
    op.drop_table("beats")
    op.drop_table("audit")
    op.drop_index(op.f("ix_attempts_time"), table_name="attempts")
    op.drop_index(op.f("ix_attempts_key_time"), table_name="attempts")
    op.drop_table("attempts")
    op.drop_table("accounts")
