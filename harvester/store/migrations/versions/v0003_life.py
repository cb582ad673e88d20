"""What came after the crawl: letters, bounces, objections, exports, and what is forgotten."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def _text(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, primary_key=primary_key)


def _moment(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=nullable, primary_key=primary_key)


def upgrade() -> None:
    """Create the tables and the salt; mark contacts whose owner objected."""
    op.add_column("contacts", sa.Column("opted_out", sa.Boolean, nullable=False, server_default=sa.false()))
    _create_mail()
    _create_optouts()
    _create_exports()
    salts = op.create_table("salts", _text("name", primary_key=True), _text("value"))
    op.bulk_insert(salts, [{"name": "forgotten", "value": secrets.token_hex(32)}])


def _create_mail() -> None:
    op.create_table("mails", sa.Column("key", sa.String(32), primary_key=True), _text("kind"), _moment("read_at"))
    op.create_table(
        "bounces",
        sa.Column("mail", sa.String(32), sa.ForeignKey("mails.key", ondelete="CASCADE"), primary_key=True),
        _text("address", primary_key=True),
        _moment("bounced_at"),
        sa.Column("hard", sa.Boolean, nullable=False),
        *(_text(name) for name in ("reason", "status", "reply", "diagnostic")),
    )
    op.create_index("ix_bounces_address", "bounces", ["address"])
    op.create_index("ix_bounces_bounced_at", "bounces", ["bounced_at"])
    op.create_table(
        "letters",
        _text("address", primary_key=True),
        _moment("sent_at", primary_key=True),
        _moment("replied_at", nullable=True),
        _text("source"),
    )
    op.create_index("ix_letters_sent_at", "letters", ["sent_at"])
    op.create_table(
        "mailboxes",
        _text("address", primary_key=True),
        _text("state"),
        _moment("since"),
        _text("verdict", nullable=True),
        _text("note"),
        *(_moment(name, nullable=True) for name in ("retry_at", "reset_at")),
    )


def _create_optouts() -> None:
    op.create_table(
        "optouts",
        _text("entry", primary_key=True),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        *(_text(name) for name in ("reason", "source")),
        _moment("added_at"),
    )
    op.create_table("forgotten", sa.Column("digest", sa.String(64), primary_key=True), _moment("forgotten_at"))


def _create_exports() -> None:
    op.create_table(
        "exports", _text("address", primary_key=True), _text("target", primary_key=True), _moment("exported_at")
    )
    op.create_table("files", _text("path", primary_key=True), _text("format"), _moment("written_at"))


def downgrade() -> None:
    """Drop them."""
    for table in ("bounces", "mails", "letters", "mailboxes", "optouts", "forgotten", "exports", "files", "salts"):
        op.drop_table(table)
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("opted_out")
