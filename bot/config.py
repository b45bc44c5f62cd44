"""Every setting of Airquote: its variable, what it means, and what follows from it.

The only home of platformdirs.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.branding import CardStyle, parse_colour, parse_style
from bot.engine_address import read_engine
from bot.files import DATA
from bot.players import parse_players
from bot.podcasts import ONLY_PODCAST, Podcast
from bot.setting_types import (
    Secret,
    ShardRange,
    Variable,
    read_channels,
    read_hosts,
    read_language,
    read_level,
    read_links,
    read_members,
    read_public_key,
    read_reply_language,
    read_shards,
    read_shared,
    read_socket_url,
    read_style,
    read_switch,
    read_token,
    read_url,
    reveal,
    setting,
    split_list,
    whole_number,
)
from bot.sources import Folder, Source, SourceRules, expand_home, parse_sources

SAMPLE_EPISODES = DATA / "episodes"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The port for HTTP requests unless PORT is set: Bolt's own default.
DEFAULT_PORT = 3000
_WEEK_MINUTES = 7 * 24 * 60
# Slack's tokens by prefix, for people paste one into another's place.
SLACK_KINDS = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
DAMAGED = "it contains characters that no token has."


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings in the environment and in an `.env` file in the current folder.

    Read them with `load_settings` of `bot.environment`, which turns every problem into a
    `ConfigError`. An empty variable counts as unset.
    """

    # The descriptions are the table of settings in docs/reference.md.

    episodes: str = setting(
        "AIRQUOTE_EPISODES",
        "Transcript files and folders, feeds and git repositories, joined by `:` "
        "(`;` on Windows). If unset, the sample podcast.",
        shown=False,  # an address may contain a password
    )
    podcasts_file: Path | None = setting(
        "AIRQUOTE_PODCASTS",
        "A YAML file that describes several podcasts, instead of `AIRQUOTE_EPISODES`, "
        "`AIRQUOTE_EVAL`, `AIRQUOTE_PODCAST` and `AIRQUOTE_COLOUR`.",
        default=None,
        read=Path,
    )
    most_podcasts: int = setting(
        "AIRQUOTE_PODCASTS_IN_MEMORY",
        "How many of several podcasts are in memory at most. The longest unused leave first.",
        default=20,
        read=whole_number(1, 10_000),
    )
    podcast_megabytes: int = setting(
        "AIRQUOTE_PODCASTS_MEGABYTES",
        "How large the indexes of the podcasts in memory may be together, in megabytes. "
        "A larger podcast is not searched.",
        default=2000,
        read=whole_number(1, 1_000_000),
    )
    podcast_idle_minutes: int = setting(
        "AIRQUOTE_PODCASTS_IDLE",
        "After how many minutes without a question a podcast leaves memory; `0` for never.",
        default=60,
        read=whole_number(0, _WEEK_MINUTES),
    )
    refresh_minutes: int = setting(
        "AIRQUOTE_REFRESH",
        "How often `airquote run` looks for new or changed episodes, in minutes; `0` for never.",
        default=30,
        read=whole_number(0, _WEEK_MINUTES),
    )
    evaluation: Path | None = setting(
        "AIRQUOTE_EVAL",
        "A file of queries with known answers. A new index must answer them as well as "
        "the current one.",
        default=None,
        read=Path,
    )
    links: str = setting(
        "AIRQUOTE_LINKS",
        "What links lead to, in order: `youtube`, `audio`, `spotify`, `apple`, `url`, "
        "or a pattern such as `{url}#t={seconds}`. What is not named comes last, in this order.",
        read=read_links,
    )
    internal: str = setting(
        "AIRQUOTE_INTERNAL_HOSTS",
        "The hosts inside your network, joined by `,`, from which feeds and their "
        "transcripts may be fetched. Other hosts must have public addresses.",
        read=read_hosts,
    )
    language: str = setting(
        "AIRQUOTE_LANGUAGE",
        "The language of the podcast, as a code such as `en` or `pt-BR`. Of an "
        "episode's transcripts in several languages, those in it are read. If unset, Airquote "
        "finds out.",
        read=read_language,
    )
    reply_language: str = setting(
        "AIRQUOTE_REPLY_LANGUAGE",
        "The language of all replies and posts: `en` or `de`. If unset, each person's "
        "own where the platform tells it, and otherwise English.",
        read=read_reply_language,
    )
    cache: Path | None = setting(
        "AIRQUOTE_CACHE",
        "The folder for the search index. If unset, your user cache folder.",
        default=None,
        read=Path,
    )
    shared_index: str = setting(
        "AIRQUOTE_SHARED_INDEX",
        "Where processes on several machines share the index: a folder, or a bucket as "
        "`s3://bucket/folder`. Needs the extra `s3`. If unset, they share the folder in "
        "`AIRQUOTE_CACHE`, or nothing.",
        read=read_shared,
    )
    s3_endpoint: str = setting(
        "AWS_ENDPOINT_URL",
        "The address of that bucket's server, if it is not Amazon's.",
        read=read_url,
    )
    s3_region: str = setting("AWS_REGION", "The region of that bucket.")
    s3_key_id: Secret | None = setting(
        "AWS_ACCESS_KEY_ID",
        "The id of the key for that bucket. If unset, that of the machine's role.",
        default=None,
        read=read_token,
    )
    s3_key: Secret | None = setting(
        "AWS_SECRET_ACCESS_KEY",
        "The key for that bucket.",
        default=None,
        read=read_token,
    )
    engine_address: Secret | None = setting(
        "AIRQUOTE_ENGINE",
        "An OpenSearch cluster that keeps what is said, for all processes: "
        "`opensearch://user:password@host:9200`, or `opensearchs://…` over TLS. If unset, each "
        "process has it in its own index. Needs the extra `opensearch`.",
        default=None,
        read=read_engine,
    )
    semantic_model: str = setting(
        "AIRQUOTE_SEMANTIC_MODEL",
        "The model for semantic search, by name or folder; `off` for none. If unset, "
        f"`{DEFAULT_MODEL}` where the extra `semantic` is installed.",
    )
    database_url: Secret | None = setting(
        "DATABASE_URL",
        "The database: `sqlite:///file.db` or `postgresql://user:password@host/name`. "
        "If unset, an SQLite file in your user data folder.",
        default=None,
        read=Secret,
    )
    keep_queries_days: int = setting(
        "AIRQUOTE_KEEP_QUERIES_DAYS",
        "How many days to keep the text of queries that were rated or found nothing, "
        "never with who asked; `0` to keep none.",
        default=0,
        read=whole_number(0, 3650),
    )
    slack_bot_token: Secret | None = setting(
        "SLACK_BOT_TOKEN",
        "Slack's bot token, `xoxb-…`. If unset, Airquote does not connect to Slack.",
        default=None,
        read=read_token,
    )
    slack_app_token: Secret | None = setting(
        "SLACK_APP_TOKEN",
        "Slack's app-level token, `xapp-…`, for Socket Mode.",
        default=None,
        read=read_token,
    )
    slack_signing_secret: Secret | None = setting(
        "SLACK_SIGNING_SECRET",
        "Slack's signing secret, instead of the app-level token, to receive requests over HTTP.",
        default=None,
        read=read_token,
    )
    slack_client_id: str = setting(
        "SLACK_CLIENT_ID",
        "The client id of an app for Slack that many workspaces install, at `/slack/install`, "
        "instead of a bot token.",
    )
    slack_client_secret: Secret | None = setting(
        "SLACK_CLIENT_SECRET",
        "The client secret of that app.",
        default=None,
        read=read_token,
    )
    encryption_key: Secret | None = setting(
        "AIRQUOTE_ENCRYPTION_KEY",
        "The key that encrypts the tokens of those workspaces in the database, from "
        "`airquote slack key`. To change it, put the new one first, joined by `,`.",
        default=None,
        read=read_token,
    )
    slack_api_url: str = setting(
        "SLACK_API_URL",
        "The address of Slack's Web API, for GovSlack or a proxy.",
        default="https://slack.com/api/",
        read=read_url,
    )
    discord_token: Secret | None = setting(
        "DISCORD_TOKEN",
        "The token of the Discord bot. If unset, Airquote does not connect to Discord.",
        default=None,
        read=read_token,
    )
    discord_public_key: str = setting(
        "DISCORD_PUBLIC_KEY",
        "The public key of Discord's application, to receive commands and buttons over HTTP at "
        "`/discord/interactions` instead of through the gateway.",
        read=read_public_key,
    )
    discord_api_url: str = setting(
        "DISCORD_API_URL",
        "The address of Discord's API, for a proxy.",
        default="https://discord.com/api/v10/",
        read=read_url,
    )
    discord_gateway_url: str | None = setting(
        "DISCORD_GATEWAY_URL",
        "The address of Discord's gateway, for a proxy. If unset, the default of discord.py.",
        default=None,
        read=read_socket_url,
    )
    discord_shards: ShardRange | None = setting(
        "DISCORD_SHARDS",
        "How many shards connect to Discord's gateway, such as `8`, or which of them this process "
        "connects, such as `0-3/8`. If unset, as many as Discord recommends, all in this process.",
        default=None,
        read=read_shards,
    )
    admins: str = setting(
        "AIRQUOTE_ADMINS",
        "The ids of Slack and Discord members, joined by `,`, who may manage the quote "
        "of the week and announcements, besides the admins of the workspace or server, and who "
        "are told when these fail. With many Slack workspaces, each with its workspace before it: "
        "`T012AB3C4/U567DE8F9`.",
        read=read_members,
    )
    feed_channels: str = setting(
        "AIRQUOTE_FEED_CHANNELS",
        "The ids of channels, joined by `,`, whose quotes of the week anyone may read "
        "at `/quotes.atom`. If unset, there is no such page.",
        read=read_channels,
    )
    quote_card: str = setting(
        "AIRQUOTE_QUOTE_CARD",
        "`1` to post each quote of the week with an image of it. For a certain look, "
        "instead a design (`paper`, `poster` or `portrait`), a shape (`wide` or `square`) and a "
        "theme (`dark` or `light`), joined by spaces, each of which may be left out.",
        read=read_style,
    )
    podcast: str = setting(
        "AIRQUOTE_PODCAST",
        "The podcast's name, for images of quotes. If unset, that in its feed.",
    )
    colour: str = setting(
        "AIRQUOTE_COLOUR",
        "The podcast's colour, such as `#e4572e`, for images of quotes. If unset, that "
        "of its cover.",
        read=parse_colour,
    )
    fleeting: bool = setting(
        "AIRQUOTE_FLEETING",
        "`1` to allow the quote of the week, announcements and follows although the "
        "host discards the database at each restart.",
        default=False,
        read=read_switch,
    )
    mcp: bool = setting(
        "AIRQUOTE_MCP",
        "`1` to let assistants search the podcast over MCP, at `/mcp` on `PORT`. "
        "Anyone who can reach that may ask. Needs the extra `mcp`.",
        default=False,
        read=read_switch,
    )
    port: int | None = setting(
        "PORT",
        "The port for Slack and Discord over HTTP, `/mcp`, `/quotes.atom`, `/slack/install`, "
        f"`/healthz`, `/readyz` and `/metrics`. If unset, {DEFAULT_PORT} if one of the "
        "first three is in use; otherwise, Airquote listens on no port.",
        default=None,
        read=whole_number(1, 65535),
    )
    log_level: str = setting(
        "LOG_LEVEL",
        "How much to log: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`.",
        default="INFO",
        read=read_level,
    )
    # Those in `podcasts_file`, which `bot.environment` reads.
    podcasts: tuple[Podcast, ...] = (ONLY_PODCAST,)

    def of_podcast(self, podcast: Podcast) -> "Settings":
        """Return the settings of one of the podcasts, as they would be if it were alone."""
        if not podcast.id:
            return self
        return replace(
            self,
            episodes=os.pathsep.join(podcast.sources),
            evaluation=podcast.evaluation,
            links=podcast.links or self.links,
            language=podcast.language or self.language,
            podcast=podcast.title,
            colour=podcast.colour,
            cache=podcast.cache_in(self.cache_folder),
            podcasts=(podcast,),
        )

    @property
    def podcast_id(self) -> str:
        """The id of the podcast, where these are the settings of one; "" for the only one."""
        return self.podcasts[0].id

    @property
    def of_each(self) -> "tuple[Settings, ...]":
        """The settings of each podcast."""
        return tuple(map(self.of_podcast, self.podcasts))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where transcripts come from, in order; by default the sample podcast."""
        return parse_sources(self.episodes, self.rules) or (Folder(SAMPLE_EPISODES, self.rules),)

    @property
    def is_sample(self) -> bool:
        """Whether it is the sample podcast, as nothing else is named."""
        return not parse_sources(self.episodes, self.rules)

    @property
    def rules(self) -> SourceRules:
        """What holds for all sources, wherever they are named."""
        return SourceRules(frozenset(split_list(self.internal.lower())), self.language)

    @property
    def episode_paths(self) -> tuple[Path, ...]:
        """The local sources; `bot.library.fetch.gather` adds the fetched ones."""
        return tuple(each.path for each in self.sources if isinstance(each, Folder))

    @property
    def players(self) -> tuple[str, ...]:
        """What links lead to first, in order."""
        return parse_players(self.links)

    @property
    def card_style(self) -> CardStyle | None:
        """The look of images of quotes; None for no images."""
        return parse_style(self.quote_card)

    @property
    def evaluation_path(self) -> Path | None:
        """The file of queries that a new index must answer as well as the old one, if any."""
        return expand_home(self.evaluation) if self.evaluation else None

    @property
    def cache_folder(self) -> Path:
        """Where built indexes are kept; by default the user's cache folder."""
        if self.cache:
            return expand_home(self.cache)
        from platformdirs import user_cache_path

        return user_cache_path("airquote")

    @property
    def bucket_options(self) -> dict[str, str]:
        """How to reach the bucket with the shared indexes, as far as that is set."""
        options = {
            "endpoint": self.s3_endpoint,
            "region": self.s3_region,
            "access_key_id": reveal(self.s3_key_id),
            "secret_access_key": reveal(self.s3_key),
        }
        return {name: value for name, value in options.items() if value}

    @property
    def model_name(self) -> str:
        """The embedding model: the one set, else the default if the extra is installed.

        "" if it is switched off, or if none is set and the extra is not installed. An engine has no
        vectors of sentences.
        """
        if self.engine_address:
            return ""
        if not self.semantic_model:
            return DEFAULT_MODEL if find_spec("onnxruntime") else ""
        return "" if self.semantic_model.casefold() == "off" else self.semantic_model

    @property
    def database(self) -> Secret:
        """The database's address; by default an SQLite file in the user's data folder."""
        if self.database_url:
            return self.database_url
        from platformdirs import user_data_path

        return Secret(f"sqlite:///{user_data_path('airquote') / 'airquote.db'}")

    @property
    def engine(self) -> str:
        """The address of the search engine, "" for the index of each process."""
        return reveal(self.engine_address)

    @property
    def has_slack(self) -> bool:
        """Whether any of Slack's secrets is set, even if others are missing."""
        own = self.slack_bot_token or self.slack_app_token or self.slack_signing_secret
        return bool(own or self.slack_for_many)

    @property
    def slack_for_many(self) -> bool:
        """Whether many workspaces install the app themselves, rather than one by a bot token."""
        return bool(self.slack_client_id or self.slack_client_secret)

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """The keys that decrypt; the first also encrypts."""
        return split_list(reveal(self.encryption_key))

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack sends HTTP requests, rather than messages through Socket Mode."""
        return bool(self.slack_signing_secret and not self.slack_app_token)

    @property
    def discord_over_http(self) -> bool:
        """Whether Discord sends HTTP requests, rather than events through its gateway."""
        return bool(self.discord_token and self.discord_public_key)

    @property
    def http_port(self) -> int | None:
        """The port to listen on, or None if none is set and nothing needs one."""
        chats = self.slack_over_http or self.discord_over_http
        needed = chats or self.mcp or self.public_channels
        return self.port or (DEFAULT_PORT if needed else None)

    @property
    def admin_ids(self) -> frozenset[str]:
        """The ids of members who may do here what admins may."""
        return frozenset(split_list(self.admins))

    @property
    def public_channels(self) -> frozenset[str]:
        """The ids of channels whose quotes of the week anyone may read."""
        return frozenset(split_list(self.feed_channels))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret in the settings, to be hidden in logs."""
        set_to = (getattr(self, field.name) for field in fields(self))
        values = [value.get_secret_value() for value in set_to if isinstance(value, Secret)]
        sources = [each for settings in self.of_each for each in settings.sources]
        fetched = [each for each in sources if not isinstance(each, Folder)]
        values += self.encryption_keys
        values += [secret for source in fetched for secret in source.secrets]
        passwords = map(_password_of, (self.database.get_secret_value(), self.engine))
        return (*values, *chain.from_iterable(passwords))


def setting_variables() -> Iterator[tuple[str, Variable]]:
    """List the settings by the names of their fields, each with its variable."""
    for field in fields(Settings):
        if "variable" in field.metadata:
            yield field.name, field.metadata["variable"]


def _password_of(address: str) -> tuple[str, ...]:
    """Return the password in an address, both as written and percent-decoded."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
