"""Every setting of Airquote, read from the environment in one place.

The only home of python-dotenv and platformdirs.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.branding import CardStyle, parse_style
from bot.errors import ConfigError
from bot.files import DATA
from bot.players import parse_players
from bot.setting_types import (
    ColourSetting,
    LanguageSetting,
    LevelSetting,
    LinksSetting,
    ReplyLanguageSetting,
    SocketUrlSetting,
    StyleSetting,
    TokenSetting,
    UrlSetting,
)
from bot.sources import Folder, Source, SourceRules, expand_home, parse_sources
from bot.text import pluralize

SAMPLE_EPISODES = DATA / "episodes"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The port for HTTP requests unless PORT is set: Bolt's own default.
DEFAULT_PORT = 3000
_LONGEST_REFRESH = 7 * 24 * 60
# Slack's tokens by prefix, for people paste one into another's place.
SLACK_KINDS = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
DAMAGED = "it contains characters that no token has."
# Hidden when printed or logged.
Secret = SecretStr


class Settings(BaseModel):
    """The settings in the environment and in an `.env` file in the current folder.

    Read them with `load_settings`, which turns every problem into a `ConfigError`. An empty
    variable counts as unset.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    # The descriptions are the table of settings in docs/reference.md.

    episodes: str = Field(
        default="",
        repr=False,  # an address may contain a password
        validation_alias="AIRQUOTE_EPISODES",
        description="Transcript files and folders, feeds and git repositories, joined by `:` "
        "(`;` on Windows). If unset, the sample podcast.",
    )
    refresh_minutes: int = Field(
        default=30,
        ge=0,
        le=_LONGEST_REFRESH,
        validation_alias="AIRQUOTE_REFRESH",
        description="How often `airquote run` looks for new or changed episodes, in minutes; `0` "
        "for never.",
    )
    evaluation: Path | None = Field(
        default=None,
        validation_alias="AIRQUOTE_EVAL",
        description="A file of queries with known answers. A new index must answer them as well as "
        "the current one.",
    )
    links: LinksSetting = Field(
        default="",
        validation_alias="AIRQUOTE_LINKS",
        description="What links lead to, in order: `youtube`, `audio`, `spotify`, `apple`, `url`, "
        "or a pattern such as `{url}#t={seconds}`. What is not named comes last, in this order.",
    )
    internal: str = Field(
        default="",
        validation_alias="AIRQUOTE_INTERNAL_HOSTS",
        description="The hosts inside your network, joined by `,`, from which feeds and their "
        "transcripts may be fetched. Other hosts must have public addresses.",
    )
    language: LanguageSetting = Field(
        default="",
        validation_alias="AIRQUOTE_LANGUAGE",
        description="The language of the podcast, as a code such as `en` or `pt-BR`. Of an "
        "episode's transcripts in several languages, those in it are read. If unset, Airquote "
        "finds out.",
    )
    reply_language: ReplyLanguageSetting = Field(
        default="",
        validation_alias="AIRQUOTE_REPLY_LANGUAGE",
        description="The language of all replies and posts: `en` or `de`. If unset, each person’s "
        "own where the platform tells it, and otherwise English.",
    )
    cache: Path | None = Field(
        default=None,
        validation_alias="AIRQUOTE_CACHE",
        description="The folder for the search index. If unset, your user cache folder.",
    )
    semantic_model: str = Field(
        default="",
        validation_alias="AIRQUOTE_SEMANTIC_MODEL",
        description="The model for semantic search, by name or folder; `off` for none. If unset, "
        f"`{DEFAULT_MODEL}` where the extra `semantic` is installed.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="The database: `sqlite:///file.db` or `postgresql://user:password@host/name`. "
        "If unset, an SQLite file in your user data folder.",
    )
    keep_queries_days: int = Field(
        default=0,
        ge=0,
        le=3650,
        validation_alias="AIRQUOTE_KEEP_QUERIES_DAYS",
        description="How many days to keep the text of queries that were rated or found nothing, "
        "never with who asked; `0` to keep none.",
    )
    slack_bot_token: TokenSetting | None = Field(
        default=None,
        validation_alias="SLACK_BOT_TOKEN",
        description="Slack's bot token, `xoxb-…`. If unset, Airquote does not connect to Slack.",
    )
    slack_app_token: TokenSetting | None = Field(
        default=None,
        validation_alias="SLACK_APP_TOKEN",
        description="Slack's app-level token, `xapp-…`, for Socket Mode.",
    )
    slack_signing_secret: TokenSetting | None = Field(
        default=None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="Slack's signing secret, instead of the app-level token, to receive requests "
        "over HTTP.",
    )
    slack_api_url: UrlSetting = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="The address of Slack's Web API, for GovSlack or a proxy.",
    )
    discord_token: TokenSetting | None = Field(
        default=None,
        validation_alias="DISCORD_TOKEN",
        description="The token of the Discord bot. If unset, Airquote does not connect to Discord.",
    )
    discord_api_url: UrlSetting = Field(
        default="https://discord.com/api/v10/",
        validation_alias="DISCORD_API_URL",
        description="The address of Discord's API, for a proxy.",
    )
    discord_gateway_url: SocketUrlSetting | None = Field(
        default=None,
        validation_alias="DISCORD_GATEWAY_URL",
        description="The address of Discord's gateway, for a proxy. If unset, the default of "
        "discord.py.",
    )
    admins: str = Field(
        default="",
        validation_alias="AIRQUOTE_ADMINS",
        description="The ids of Slack and Discord members, joined by `,`, who may manage the quote "
        "of the week and announcements, besides the admins of the workspace or server, and who "
        "hear of their problems.",
    )
    feed_channels: str = Field(
        default="",
        validation_alias="AIRQUOTE_FEED_CHANNELS",
        description="The ids of channels, joined by `,`, whose quotes of the week anyone may read "
        "at `/quotes.atom`. If unset, there is no such page.",
    )
    quote_card: StyleSetting = Field(
        default="",
        validation_alias="AIRQUOTE_QUOTE_CARD",
        description="`1` to post each quote of the week with an image of it. For a certain look, "
        "instead a design (`paper`, `poster` or `portrait`), a shape (`wide` or `square`) and a "
        "theme (`dark` or `light`), joined by spaces, each of which may be left out.",
    )
    podcast: str = Field(
        default="",
        validation_alias="AIRQUOTE_PODCAST",
        description="The podcast’s name, for images of quotes. If unset, that in its feed.",
    )
    colour: ColourSetting = Field(
        default="",
        validation_alias="AIRQUOTE_COLOUR",
        description="The podcast’s colour, such as `#e4572e`, for images of quotes. If unset, that "
        "of its cover.",
    )
    fleeting: bool = Field(
        default=False,
        validation_alias="AIRQUOTE_FLEETING",
        description="`1` to allow the quote of the week, announcements and follows although the "
        "host discards the database at each restart.",
    )
    mcp: bool = Field(
        default=False,
        validation_alias="AIRQUOTE_MCP",
        description="`1` to let assistants search the podcast over MCP, at `/mcp` on `PORT`. "
        "Anyone who can reach that may ask. Needs the extra `mcp`.",
    )
    port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        validation_alias="PORT",
        description="The port for Slack over HTTP, `/mcp`, `/healthz`, `/readyz` and `/metrics`. "
        f"If unset, {DEFAULT_PORT} for Slack over HTTP or `/mcp`, else Airquote listens on no "
        "port.",
    )
    log_level: LevelSetting = Field(
        default="INFO",
        validation_alias="LOG_LEVEL",
        description="How much to log: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`.",
    )

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where transcripts come from, in order; by default the sample podcast."""
        return parse_sources(self.episodes, self.rules) or (Folder(SAMPLE_EPISODES, self.rules),)

    @property
    def rules(self) -> SourceRules:
        """What holds for all sources, wherever they are named."""
        return SourceRules(_split(self.internal.lower()), self.language)

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
        return expand_home(self.cache) if self.cache else user_cache_path("airquote")

    @property
    def model_name(self) -> str:
        """The embedding model: the one set, else the default if the extra is installed.

        "" if it is switched off, or if none is set and the extra is not installed.
        """
        if not self.semantic_model:
            return DEFAULT_MODEL if find_spec("onnxruntime") else ""
        return "" if self.semantic_model.casefold() == "off" else self.semantic_model

    @property
    def database(self) -> SecretStr:
        """The database's address; by default an SQLite file in the user's data folder."""
        default = f"sqlite:///{user_data_path('airquote') / 'airquote.db'}"
        return self.database_url or SecretStr(default)

    @property
    def has_slack(self) -> bool:
        """Whether any of Slack's secrets is set, even if others are missing."""
        return bool(self.slack_bot_token or self.slack_app_token or self.slack_signing_secret)

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack sends HTTP requests, rather than messages through Socket Mode."""
        return bool(self.slack_signing_secret and not self.slack_app_token)

    @property
    def http_port(self) -> int | None:
        """The port to listen on, or None if nothing needs one."""
        needed = self.slack_over_http or self.mcp or self.public_channels
        return self.port or (DEFAULT_PORT if needed else None)

    @property
    def admin_ids(self) -> frozenset[str]:
        """The ids of members who, like admins, decide on weekly quotes."""
        return _split(self.admins)

    @property
    def public_channels(self) -> frozenset[str]:
        """The ids of channels whose quotes of the week anyone may read."""
        return _split(self.feed_channels)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret in the settings, to be hidden in logs."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        values = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
        fetched = [each for each in self.sources if not isinstance(each, Folder)]
        values += [secret for source in fetched for secret in source.secrets]
        return (*values, *_password_of(self.database.get_secret_value()))


def load_settings() -> Settings:
    """Read all settings. Raises one ConfigError that lists every problem."""
    settings, problems = read_settings()
    raise_problems(problems)
    return settings


def read_settings() -> tuple[Settings, tuple[ConfigError, ...]]:
    """Read all settings and their problems; defaults replace wrong values.

    It is a problem if none of the episode paths exists and there is nothing to fetch; if some
    exist, `airquote check` names the missing ones. Raises ConfigError if `.env` cannot be read.
    """
    variables = _read_variables()
    try:
        settings, problems = Settings(**variables), []
    except ValidationError as error:
        problems = [
            ConfigError(str(each["loc"][0]), _reason(each["msg"]), "See .env.example.")
            for each in error.errors(include_input=False, include_url=False)
        ]
        wrong = [problem.subject for problem in problems]
        settings = Settings(**{name: variables[name] for name in variables if name not in wrong})
    try:
        problems += _missing_paths(settings)
    except ConfigError as error:
        problems.append(error)
        settings = settings.model_copy(update={"episodes": ""})
    queries = settings.evaluation_path
    if queries and not queries.is_file():
        remedy = "Check the path, or unset it."
        reason = f"there is no file {queries}."
        problems.append(ConfigError("AIRQUOTE_EVAL", reason, remedy))
    return settings, tuple(problems)


def raise_problems(problems: Sequence[ConfigError]) -> None:
    """Raise the only problem, or one ConfigError with a line for each; do nothing without any."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "\n".join(map(str, problems))
        raise ConfigError("Settings", f"{pluralize(len(problems), 'problem')}.\n{lines}")


def reveal(secret: Secret | None) -> str:
    """Return the text of a secret, or "" if it is not set."""
    return secret.get_secret_value() if secret else ""


def _split(joined: str) -> frozenset[str]:
    """Split what is joined by commas or blanks."""
    return frozenset(joined.replace(",", " ").split())


def _read_variables() -> dict[str, Any]:
    """Read the variables that are not empty; the environment overrides the file `.env`."""
    try:
        read = (dotenv_values(".env"), os.environ)
    except UnicodeDecodeError as error:
        raise ConfigError(".env", "it is not UTF-8 text.", "Save it as UTF-8.") from error
    return {name.upper(): value for each in read for name, value in each.items() if value}


def _missing_paths(settings: Settings) -> list[ConfigError]:
    """Find out whether there is nothing to read or fetch. Raises ConfigError for a wrong source."""
    if any(not isinstance(each, Folder) or each.path.exists() for each in settings.sources):
        return []
    named = ", ".join(map(str, settings.episode_paths))
    remedy = "Check the path, or unset it to use the sample podcast."
    return [ConfigError("AIRQUOTE_EPISODES", f"there is no {named}.", remedy)]


def _reason(message: str) -> str:
    """Reword a message of pydantic in the style of the other errors."""
    if "valid integer" in message:
        return "it should be a whole number."
    if "valid boolean" in message:
        return "it should be 1 or 0."
    return message.removeprefix("Value error, ").replace("Input", "it", 1) + "."


def _password_of(address: str) -> tuple[str, ...]:
    """Return the password in an address, both as written and percent-decoded."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
