"""Keep all messages on their way in one table, whatever they are about.

A process of the version before that still runs can claim nothing afterwards, so it posts nothing.
What it was sending is found as such, and looked for once its lease has ended.
"""

import hashlib
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CHANNEL = ("platform", "workspace", "channel")
_RECIPIENT = ("platform", "workspace", "kind", "id")
_OF_DELIVERIES = ("state", "owner", "lease", "sending_at", "message", "reason")
_OF_RECIPIENTS = ("owner", "lease", "sending_at")
_AT = sa.DateTime(timezone=True)

_OUTBOX = sa.table(
    "outbox",
    *(sa.column(name, sa.Text) for name in ("key", "topic", *_RECIPIENT, "state", "owner")),
    sa.column("lease", _AT),
    sa.column("sending_at", _AT),
    sa.column("posted_id", sa.Text),
    sa.column("reason", sa.Text),
)
_DELIVERIES = sa.table(
    "deliveries",
    *(sa.column(name, sa.Text) for name in (*_CHANNEL, "key", *_OF_DELIVERIES)),
    sa.column("day", sa.Date),
)
_RECIPIENTS = sa.table(
    "recipients", *(sa.column(name, sa.Text) for name in (*_RECIPIENT, "key", *_OF_RECIPIENTS))
)


def upgrade() -> None:
    """Create the table, move what there is of messages into it, and drop that elsewhere."""
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _RECIPIENT),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease", _AT),
        sa.Column("sending_at", _AT),
        sa.Column("posted_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    _name_deliveries()
    _move_deliveries()
    _name_letters()
    _move_letters()
    for name, columns in (("deliveries", _OF_DELIVERIES), ("recipients", _OF_RECIPIENTS)):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.drop_column(column)


def _name_deliveries() -> None:
    """Add the keys that a process of a version before 0004 left out."""
    columns = [_DELIVERIES.c[name] for name in (*_CHANNEL, "day")]
    connection = op.get_bind()
    unnamed = sa.select(*columns).where(_DELIVERIES.c.key.is_(None))
    for row in connection.execute(unnamed).all():
        there = sa.and_(*(column == value for column, value in zip(columns, row, strict=True)))
        key = hashlib.sha256("/".join(map(str, row)).encode()).hexdigest()[:25]
        connection.execute(sa.update(_DELIVERIES).where(there).values(key=key))


def _move_deliveries() -> None:
    of = _DELIVERIES.c
    moved = sa.select(
        of.key,
        sa.literal("quote"),
        of.platform,
        of.workspace,
        sa.literal("channel"),
        of.channel,
        *(of[name] for name in _OF_DELIVERIES),
    )
    op.execute(sa.insert(_OUTBOX).from_select(list(_OUTBOX.c.keys()), moved))


def _name_letters() -> None:
    """Name the letters that were put off before their first try, or are being written."""
    columns = [_RECIPIENTS.c[name] for name in _RECIPIENT]
    connection = op.get_bind()
    unnamed = sa.and_(_RECIPIENTS.c.key.is_(None), _RECIPIENTS.c.lease.is_not(None))
    for row in connection.execute(sa.select(*columns).where(unnamed)).all():
        there = sa.and_(*(column == value for column, value in zip(columns, row, strict=True)))
        key = uuid4().hex[:25]
        connection.execute(sa.update(_RECIPIENTS).where(there).values(key=key))


def _move_letters() -> None:
    of = _RECIPIENTS.c
    moved = sa.select(
        of.key,
        sa.case((of.kind == "person", "letter"), else_="announcement"),
        *(of[name] for name in _RECIPIENT),
        sa.case((of.sending_at.is_(None), "claimed"), else_="sending"),
        of.owner,
        of.lease,
        of.sending_at,
        sa.literal(""),
        sa.literal(""),
    ).where(of.key.is_not(None))
    op.execute(sa.insert(_OUTBOX).from_select(list(_OUTBOX.c.keys()), moved))
