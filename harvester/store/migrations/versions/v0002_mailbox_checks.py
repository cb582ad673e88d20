"""Mailbox checks: which domains take any address, and whether a domain publishes SPF and DMARC."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    """Add the table and the two columns."""
    op.create_table(
        "accept_all_domains",
        sa.Column("domain", sa.Text, primary_key=True),
        sa.Column("accepts_all", sa.Boolean, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("domain_verdicts", sa.Column("spf", sa.Boolean))
    op.add_column("domain_verdicts", sa.Column("dmarc", sa.Boolean))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("domain_verdicts", "dmarc")
    op.drop_column("domain_verdicts", "spf")
    op.drop_table("accept_all_domains")
