"""Add what moderators and members of a channel decide together: edits, approvals, votes, themes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_CHANNEL_KEY = ("platform", "workspace", "channel")


def upgrade() -> None:
    """Add the columns and tables; what was chosen before is unedited, by one moderator."""
    for table in ("candidates", "deliveries", "judgements"):
        op.add_column(table, sa.Column("original", sa.Text, nullable=False, server_default=""))
    op.add_column(
        "subscriptions", sa.Column("approvals", sa.Integer, nullable=False, server_default="1")
    )
    for name in ("vote", "archive"):
        op.add_column("subscriptions", _switch(name))
    op.add_column("deliveries", _switch("counted"))
    op.add_column(
        "candidates", sa.Column("nominated_by", sa.Text, nullable=False, server_default="")
    )
    op.add_column("candidates", sa.Column("votes", sa.Integer))
    op.create_table(
        "approvals",
        *_keys(*_CHANNEL_KEY, "quote_id", "by"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "votes",
        *_keys(*_CHANNEL_KEY),
        sa.Column("day", sa.Date, primary_key=True),
        *_keys("person"),
        sa.Column("quote_id", sa.Text, nullable=False),
    )
    op.create_table(
        "themes", *_keys(*_CHANNEL_KEY, "month"), sa.Column("words", sa.Text, nullable=False)
    )


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]
