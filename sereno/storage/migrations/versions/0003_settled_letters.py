"""When a dead letter was replayed or put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("dead_letters", sa.Column("settled", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("dead_letters", "settled")
