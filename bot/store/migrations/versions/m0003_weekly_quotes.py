"""Keep who wants a quote every week, what became of each, and what moderators say of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column(name, sa.Text, primary_key=True) for name in ("platform", "workspace", "channel")
    ]


def _quote(*, nullable: bool = False) -> list[sa.Column[Any]]:
    return [
        sa.Column("episode", sa.Text, nullable=nullable),
        sa.Column("start", sa.Double),
        sa.Column("speaker", sa.Text, nullable=nullable),
        sa.Column("text", sa.Text, nullable=nullable),
        sa.Column("chapter", sa.Text, nullable=nullable),
    ]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "subscriptions",
        *_place(),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("review", sa.Boolean, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admin", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
    )
    op.create_table(
        "deliveries",
        *_place(),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.Column("quote_id", sa.Text),
        *_quote(nullable=True),
        sa.Column("sending_at", sa.DateTime(timezone=True)),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reminded", sa.Boolean, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )
    op.create_table(
        "candidates",
        *_place(),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("quote_id", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        *_quote(),
        sa.Column("reasons", sa.Text, nullable=False),
    )
    op.create_table(
        "judgements",
        *_place(),
        sa.Column("quote_id", sa.Text, primary_key=True),
        sa.Column("judgement", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_quote(),
    )
    op.create_table(
        "excluded_guests",
        sa.Column("guest", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
