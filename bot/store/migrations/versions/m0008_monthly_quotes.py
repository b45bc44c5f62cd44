"""Add whether a channel wants its quote once a month instead of every week."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; whoever subscribed before wants a quote every week."""
    op.add_column(
        "subscriptions",
        sa.Column("monthly", sa.Boolean, nullable=False, server_default=sa.false()),
    )
