"""Keep the key of each delivery, by which the buttons below a post name it."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NAMED = ("platform", "workspace", "channel", "day")
_DELIVERIES = sa.table(
    "deliveries",
    *(sa.column(name, sa.Text) for name in ("platform", "workspace", "channel", "key")),
    sa.column("day", sa.Date),
)


def upgrade() -> None:
    """Add the column, fill it for the rows that exist, and index it."""
    # Empty in what a process of the version before still writes.
    op.add_column("deliveries", sa.Column("key", sa.Text))
    columns = [_DELIVERIES.c[name] for name in _NAMED]
    connection = op.get_bind()
    for row in connection.execute(sa.select(*columns)).all():
        there = sa.and_(*(column == value for column, value in zip(columns, row, strict=True)))
        connection.execute(sa.update(_DELIVERIES).where(there).values(key=_key(*map(str, row))))
    op.create_index("deliveries_key", "deliveries", ["key"])


def _key(*named: str) -> str:
    """Make a key as `bot.deliveries.Delivery` did when this was written."""
    return hashlib.sha256("/".join(named).encode()).hexdigest()[:25]
