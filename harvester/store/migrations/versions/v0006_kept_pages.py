"""What pages said that a server may call unchanged at the next visit."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Add the table; it fills itself."""
    op.create_table(
        "kept_pages",
        sa.Column("domain", sa.Text, sa.ForeignKey("companies.domain", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.String(32), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("kept_pages")
