"""Keep who hears of new episodes, what they were told, and which episodes are known."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _recipient() -> list[sa.Column[Any]]:
    names = ("platform", "workspace", "kind", "id")
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "follows",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("platform", "person", "words")),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "recipients",
        *_recipient(),
        sa.Column("admin", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.Column("key", sa.Text),
        sa.Column("sending_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "news",
        *_recipient(),
        sa.Column("episode", sa.Text, primary_key=True),
        sa.Column("words", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_table(
        "known_episodes",
        sa.Column("episode", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
    )
    op.create_table(
        "noted_libraries",
        sa.Column("library", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
