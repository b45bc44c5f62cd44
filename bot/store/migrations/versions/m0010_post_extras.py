"""Add what comes with the posts of a channel: a thread, a pin, and whom they notify."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; posts stay as plain as they were."""
    for name in ("thread", "pin"):
        column = sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column("subscriptions", column)
    ping = sa.Column("ping", sa.Text, nullable=False, server_default="")
    op.add_column("subscriptions", ping)
