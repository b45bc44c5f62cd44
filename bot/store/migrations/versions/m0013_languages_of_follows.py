"""Add the languages in which people asked to follow something, for their letters."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; of earlier follows, the language is unknown."""
    column = sa.Column("language", sa.Text, nullable=False, server_default="")
    op.add_column("follows", column)
