"""Keep the requests of buttons that have no room for them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table, with an index to find what is too old."""
    op.create_table(
        "kept_requests",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed", sa.Text, nullable=False),
    )
    op.create_index("kept_requests_at", "kept_requests", ["at"])
