"""Add which podcasts a place is served, and which ones a person follows words in."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table, and add the column."""
    op.create_table(
        "bindings",
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("platform", "workspace", "channel")
        ),
        sa.Column("podcasts", sa.Text, nullable=False),
    )
    op.add_column("follows", sa.Column("podcasts", sa.Text, nullable=False, server_default=""))
