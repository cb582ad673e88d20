"""The first schema: runs, companies, contacts, mentions, verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("list_name"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        _text("reason", nullable=True),
        sa.Column("complete", sa.Boolean, nullable=False),
    )
    op.create_index("ix_runs_list_name", "runs", ["list_name"])
    _create_companies()
    _create_contacts()
    _create_mentions()
    _create_verdicts()


def _create_companies() -> None:
    op.create_table(
        "companies",
        sa.Column("domain", sa.Text, primary_key=True),
        *(_text(name) for name in ("source_kind", "status", "detail")),
        *(_text(name, nullable=True) for name in ("name", "country", "language")),
        _text("phones"),
        *(_text(name, nullable=True) for name in ("postal_address", "contact_form")),
        _text("socials"),
        _text("website", nullable=True),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("pages_tried", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        _text("dropped"),
        sa.Column("visited_at", MOMENT),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id")),
        sqlite_with_rowid=False,
    )


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("domain", sa.Text, sa.ForeignKey("companies.domain", ondelete="CASCADE"), primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        *(_text(name) for name in ("kind", "type", "role")),
        *(_text(name, nullable=True) for name in ("person", "job_title", "phone")),
        _text("reason"),
        _text("mail_provider", nullable=True),
        _text("mx"),
        sa.Column("checked_at", MOMENT),
        _text("evidence"),
        _text("grade", nullable=True),
        sa.Column("score", sa.SmallInteger),
        _text("why", nullable=True),
        _text("state"),
        sa.Column("still_on_page", sa.Boolean),
        *(sa.Column(name, MOMENT) for name in ("first_seen", "last_seen", "gone_since")),
        sqlite_with_rowid=False,
    )
    op.create_index("contacts_address", "contacts", ["address"])


def _create_mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("domain", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("place", sa.String(32), primary_key=True),
        sa.Column("position", sa.SmallInteger, nullable=False),
        *(_text(name) for name in ("url", "method", "zone", "original", "context")),
        *(_text(name, nullable=True) for name in ("person", "job_title")),
        _text("label"),
        _text("phone", nullable=True),
        sa.Column("visible", sa.Boolean, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("first_seen", "last_seen")),
        sa.ForeignKeyConstraint(["domain", "address"], ["contacts.domain", "contacts.address"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )


def _create_verdicts() -> None:
    op.create_table(
        "verifications",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("checked_at", MOMENT, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        _text("evidence"),
    )
    op.create_table(
        "domain_verdicts",
        sa.Column("domain", sa.Text, primary_key=True),
        _text("reason"),
        _text("mx"),
        _text("mail_provider", nullable=True),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _text("detail"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop everything."""
    for table in ("mentions", "contacts", "companies", "verifications", "domain_verdicts", "runs"):
        op.drop_table(table)
