"""Add the installations in Slack workspaces, and say of whose workspace a person in Slack is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_RECIPIENT = ("platform", "workspace", "kind", "id")
_AT = sa.DateTime(timezone=True)
_FOLLOWS = sa.table(
    "follows",
    *(sa.column(name, sa.Text) for name in ("platform", "workspace", "person")),
    sa.column("since", _AT),
)
_RECIPIENTS = sa.table(
    "recipients",
    *(sa.column(name, sa.Text) for name in (*_RECIPIENT, "admin")),
    sa.column("since", _AT),
    sa.column("failures", sa.Integer),
)


def upgrade() -> None:
    """Create the tables, and take the workspaces of people from what they follow there."""
    # As slack_sdk.oauth lays them out, but for encrypted tokens, which are longer.
    op.create_table(
        "slack_bots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("app_id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("enterprise_id", "enterprise_name")),
        *(sa.Column(name, sa.Text) for name in ("team_id", "team_name")),
        *(sa.Column(name, sa.Text) for name in ("bot_token", "bot_id", "bot_user_id")),
        *(sa.Column(name, sa.Text) for name in ("bot_scopes", "bot_refresh_token")),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
    )
    op.create_index("slack_bots_team", "slack_bots", ["team_id"])
    op.create_index("slack_bots_enterprise", "slack_bots", ["enterprise_id"])
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("expire_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "slack_org_workspaces",
        sa.Column("workspace", sa.Text, primary_key=True),
        sa.Column("enterprise", sa.Text, nullable=False),
    )
    for name in ("recipients", "news", "outbox"):
        _say_whose(name)
    _add_recipients()


def _say_whose(name: str) -> None:
    """Add the workspace to the people in a table; people in Discord have none."""
    table = sa.table(name, *(sa.column(each, sa.Text) for each in _RECIPIENT))
    of = _FOLLOWS.c
    mine = (of.platform == table.c.platform) & (of.person == table.c.id)
    home = sa.select(sa.func.min(of.workspace)).where(mine).scalar_subquery()
    people = sa.and_(table.c.platform == "slack", table.c.kind == "person", table.c.workspace == "")
    op.execute(sa.update(table).where(people).values(workspace=sa.func.coalesce(home, "")))


def _add_recipients() -> None:
    """Add who follows something in another workspace, too."""
    of, theirs = _FOLLOWS.c, _RECIPIENTS.c
    known = sa.exists().where(
        theirs.platform == "slack", theirs.workspace == of.workspace, theirs.id == of.person
    )
    missing = (
        sa.select(
            *(sa.literal("slack"), of.workspace, sa.literal("person"), of.person, sa.literal("")),
            *(sa.func.min(of.since), sa.literal(0)),
        )
        .where(of.platform == "slack", ~known)
        .group_by(of.workspace, of.person)
    )
    op.execute(sa.insert(_RECIPIENTS).from_select(list(theirs.keys()), missing))
