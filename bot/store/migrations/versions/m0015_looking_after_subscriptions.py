"""Add when to look after a subscription next, and when its last quote was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_AT = sa.DateTime(timezone=True)
_KEY = ("platform", "workspace", "channel")
_SUBSCRIPTIONS = sa.table(
    "subscriptions", *(sa.column(name, sa.Text) for name in _KEY), sa.column("sent_at", _AT)
)
_DELIVERIES = sa.table("deliveries", *(sa.column(name, sa.Text) for name in (*_KEY, "key")))
_OUTBOX = sa.table(
    "outbox",
    *(sa.column(name, sa.Text) for name in ("key", "state")),
    sa.column("sending_at", _AT),
)


def upgrade() -> None:
    """Add the columns, and take the times from the deliveries; all are looked after at once."""
    for name in ("look_at", "sent_at"):
        op.add_column("subscriptions", sa.Column(name, _AT))
    op.create_index("subscriptions_look_at", "subscriptions", ["look_at"])
    op.create_index("outbox_state", "outbox", ["state"])
    mine = (_DELIVERIES.c[name] == _SUBSCRIPTIONS.c[name] for name in _KEY)
    sent = (
        sa.select(sa.func.max(_OUTBOX.c.sending_at))
        .join(_DELIVERIES, _DELIVERIES.c.key == _OUTBOX.c.key)
        .where(*mine, _OUTBOX.c.state == "sent")
        .scalar_subquery()
    )
    op.execute(sa.update(_SUBSCRIPTIONS).values(sent_at=sent))
