"""What exports and reports show without a look at mentions, lists and logs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The order of harvester.export.rows.METHODS_BY_EVIDENCE when this was written.
METHODS = (
    "mailto", "text", "entity", "percent", "worded", "vcard", "structured", "cfemail", "rot13", "base64", "reversed",
    "attribute", "script", "comment",
)  # fmt: skip


def upgrade() -> None:
    """Add the columns, fill them from the mentions, and index the ranking order."""
    op.add_column("runs", sa.Column("numbers", sa.Text, nullable=False, server_default="{}"))
    op.add_column("companies", sa.Column("extra", sa.Text, nullable=False, server_default="{}"))
    op.add_column("contacts", sa.Column("source_url", sa.Text))
    op.add_column("contacts", sa.Column("method", sa.Text))
    op.add_column("contacts", sa.Column("sources", sa.Integer, nullable=False, server_default="0"))
    _fill()
    op.create_index("contacts_ranked", "contacts", ["grade", sa.text("score DESC"), "domain", "position"])


def _fill() -> None:
    names = ("domain", "address", "url", "method", "visible", "position", "source_url", "sources")
    contacts, mentions = (sa.table(name, *map(sa.column, names)) for name in ("contacts", "mentions"))
    same = (mentions.c.domain == contacts.c.domain) & (mentions.c.address == contacts.c.address)
    rank = sa.case(*((mentions.c.method == name, place) for place, name in enumerate(METHODS)), else_=len(METHODS))
    visible = sa.case((mentions.c.visible.is_(sa.true()), 0), else_=1)
    best = sa.select(mentions.c.url).where(same).order_by(visible, rank, mentions.c.position).limit(1)
    values = {
        "source_url": best.scalar_subquery(),
        "method": best.with_only_columns(mentions.c.method).scalar_subquery(),
        "sources": sa.select(sa.func.count(mentions.c.url.distinct())).where(same).scalar_subquery(),
    }
    op.execute(contacts.update().values(values))


def downgrade() -> None:
    """Drop them."""
    op.drop_index("contacts_ranked", "contacts")
    for name in ("source_url", "method", "sources"):
        op.drop_column("contacts", name)
    op.drop_column("companies", "extra")
    op.drop_column("runs", "numbers")
