"""What was handed to CRMs, and how far their news were read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "pushes",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("target", "part", "key")),
        sa.Column("remote_id", sa.Text),
        sa.Column("digest", sa.String(32)),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("intent", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("pushed_at", MOMENT),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulls",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("told_until", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("pulls", "pushes"):
        op.drop_table(table)
