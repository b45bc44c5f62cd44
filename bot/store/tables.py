"""All tables; a new one goes here and into a migration."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
)

_CHANNEL_KEY = ("platform", "workspace", "channel")
RECIPIENT_KEY = ("platform", "workspace", "kind", "id")


class UtcTime(TypeDecorator[datetime]):
    """A time, read back in UTC; a time without a zone is rejected.

    SQLite stores no zone, and PostgreSQL returns the session's.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert the time to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time to be stored needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Restore the zone of the time."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


METADATA = MetaData()


def _key_columns(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _quote_columns(*, nullable: bool = False) -> list[Column[Any]]:
    return [
        Column("episode", Text, nullable=nullable),
        Column("start", Double),
        Column("speaker", Text, nullable=nullable),
        Column("text", Text, nullable=nullable),
        Column("chapter", Text, nullable=nullable),
        Column("original", Text, nullable=False, server_default=""),
    ]


FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("episode", Text, nullable=False),
    Column("start", Double),
    Column("index_id", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("query", Text),
)
ZERO_HITS = Table(
    "zero_hits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("index_id", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("query", Text),
)
SHARES = Table(
    "shares",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("episode", Text, nullable=False),
    Column("start", Double, nullable=False),
)
KEPT_REQUESTS = Table(
    "kept_requests",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("packed", Text, nullable=False),
    Index("kept_requests_at", "at"),
)
# "key" and "person" are digests: `bot.claims` makes them.
CLAIMS = Table(
    "claims",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("until", UtcTime, nullable=False),
    Index("claims_until", "until"),
)
# What one process at a time does for all, and until when it has it.
DUTIES = Table(
    "duties",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)
# Messages of all topics; "id" is the channel's or the person's.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    *(Column(name, Text, nullable=False) for name in RECIPIENT_KEY),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lease", UtcTime),
    Column("sending_at", UtcTime),
    Column("posted_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("outbox_state", "state"),
)
# Where "look_at" is empty, it is now; "sent_at" is that of the last quote.
SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("weekday", Integer, nullable=False),
    Column("time", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("review", Boolean, nullable=False),
    Column("monthly", Boolean, nullable=False, server_default=false()),
    Column("approvals", Integer, nullable=False, server_default="1"),
    Column("vote", Boolean, nullable=False, server_default=false()),
    Column("archive", Boolean, nullable=False, server_default=false()),
    Column("since", UtcTime, nullable=False),
    Column("admin", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("thread", Boolean, nullable=False, server_default=false()),
    Column("pin", Boolean, nullable=False, server_default=false()),
    Column("ping", Text, nullable=False, server_default=""),
    Column("look_at", UtcTime),
    Column("sent_at", UtcTime),
    Index("subscriptions_look_at", "look_at"),
)
DELIVERIES = Table(
    "deliveries",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("day", Date, primary_key=True),
    Column("slot", UtcTime, nullable=False),
    Column("quote_id", Text),
    *_quote_columns(nullable=True),
    Column("reminded", Boolean, nullable=False),
    Column("reported", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False, server_default=false()),
    Column("key", Text),
    Index("deliveries_key", "key"),
)
CANDIDATES = Table(
    "candidates",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("day", Date, primary_key=True),
    Column("quote_id", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
    *_quote_columns(),
    Column("reasons", Text, nullable=False),
    Column("nominated_by", Text, nullable=False, server_default=""),
    Column("votes", Integer),
)
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("quote_id", Text, primary_key=True),
    Column("judgement", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    *_quote_columns(),
)
# Deleted once the quote is judged or edited.
APPROVALS = Table(
    "approvals",
    METADATA,
    *_key_columns(*_CHANNEL_KEY, "quote_id", "by"),
    Column("at", UtcTime, nullable=False),
)
# Deleted once they are counted.
VOTES = Table(
    "votes",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("day", Date, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("quote_id", Text, nullable=False),
)
# "month" is written as 2026-12.
THEMES = Table(
    "themes",
    METADATA,
    *_key_columns(*_CHANNEL_KEY, "month"),
    Column("words", Text, nullable=False),
)
EXCLUDED_GUESTS = Table(
    "excluded_guests",
    METADATA,
    Column("guest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
# What a channel, or with "" for the channel a whole workspace, is served; ids joined by blanks.
BINDINGS = Table(
    "bindings",
    METADATA,
    *_key_columns(*_CHANNEL_KEY),
    Column("podcasts", Text, nullable=False),
)
FOLLOWS = Table(
    "follows",
    METADATA,
    *_key_columns("platform", "person", "words"),
    Column("workspace", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("language", Text, nullable=False, server_default=""),
    Column("podcasts", Text, nullable=False, server_default=""),
)
# "key" is that of the message on its way to the recipient, if any.
RECIPIENTS = Table(
    "recipients",
    METADATA,
    *_key_columns(*RECIPIENT_KEY),
    Column("admin", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("key", Text),
)
NEWS = Table(
    "news",
    METADATA,
    *_key_columns(*RECIPIENT_KEY, "episode", "words"),
    Column("at", UtcTime, nullable=False),
    Column("key", Text),
    Column("told", Boolean, nullable=False),
)
KNOWN_EPISODES = Table(
    "known_episodes",
    METADATA,
    *_key_columns("episode", "digest"),
)
NOTED_LIBRARIES = Table(
    "noted_libraries",
    METADATA,
    Column("library", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
# Slack's own library reads and writes the next two: their columns are those of
# slack_sdk.oauth.installation_store.sqlalchemy and slack_sdk.oauth.state_store.sqlalchemy. Tokens
# are encrypted.
SLACK_BOTS = Table(
    "slack_bots",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("enterprise_id", Text),
    Column("enterprise_name", Text),
    Column("team_id", Text),
    Column("team_name", Text),
    Column("bot_token", Text),
    Column("bot_id", Text),
    Column("bot_user_id", Text),
    Column("bot_scopes", Text),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_team", "team_id"),
    Index("slack_bots_enterprise", "enterprise_id"),
)
SLACK_STATES = Table(
    "slack_oauth_states",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("expire_at", DateTime, nullable=False),
)
# Workspaces that use the installation of their organization.
SLACK_ORG_WORKSPACES = Table(
    "slack_org_workspaces",
    METADATA,
    Column("workspace", Text, primary_key=True),
    Column("enterprise", Text, nullable=False),
)
