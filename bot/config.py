"""Every setting of Airquote, read from the environment in one place.

The only home of python-dotenv and platformdirs.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from bot.errors import ConfigError
from bot.files import DATA
from bot.sources import Folder, GitSource, Source, expand_home, parse_sources
from bot.text import pluralize

SAMPLE_EPISODES = DATA / "episodes"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
# Where Slack's requests are taken in over HTTP, unless PORT says otherwise: Bolt's own default.
DEFAULT_PORT = 3000
_LONGEST_REFRESH = 7 * 24 * 60
# By their beginnings; people put them where those of another platform belong.
SLACK_KINDS = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}
DAMAGED = "it has characters in it that no token has."
# What shows itself to nobody who prints or logs it.
Secret = SecretStr


def _strip(value: object) -> object:
    """Take off the blanks and line ends that come along when a token is pasted."""
    return value.strip() if isinstance(value, str) else value


def _check_url(value: str) -> str:
    return _check_address(value, "https", "http").rstrip("/") + "/"


def _check_socket_url(value: str) -> str:
    return _check_address(value, "wss", "ws")


def _check_address(value: str, *schemes: str) -> str:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"it is no address that begins with {beginnings}")
    return value


_Token = Annotated[SecretStr, BeforeValidator(_strip)]
_Url = Annotated[str, AfterValidator(_check_url)]
_SocketUrl = Annotated[str, AfterValidator(_check_socket_url)]
_Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]


class Settings(BaseModel):
    """What the environment, or an `.env` file in the current folder, says.

    Read it with `load_settings`, which turns what is wrong into a `ConfigError`. A variable that is
    set to nothing counts as unset.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    # An address in it may hold a password.
    episodes: str = Field(default="", repr=False, validation_alias="AIRQUOTE_EPISODES")
    refresh_minutes: int = Field(
        default=30, ge=0, le=_LONGEST_REFRESH, validation_alias="AIRQUOTE_REFRESH"
    )
    evaluation: Path | None = Field(default=None, validation_alias="AIRQUOTE_EVAL")
    cache: Path | None = Field(default=None, validation_alias="AIRQUOTE_CACHE")
    semantic_model: str = Field(default="", validation_alias="AIRQUOTE_SEMANTIC_MODEL")
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    keep_queries_days: int = Field(
        default=0, ge=0, le=3650, validation_alias="AIRQUOTE_KEEP_QUERIES_DAYS"
    )
    slack_bot_token: _Token | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: _Token | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: _Token | None = Field(
        default=None, validation_alias="SLACK_SIGNING_SECRET"
    )
    slack_api_url: _Url = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    discord_token: _Token | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_api_url: _Url = Field(
        default="https://discord.com/api/v10/", validation_alias="DISCORD_API_URL"
    )
    discord_gateway_url: _SocketUrl | None = Field(
        default=None, validation_alias="DISCORD_GATEWAY_URL"
    )
    admins: str = Field(default="", validation_alias="AIRQUOTE_ADMINS")
    quote_card: bool = Field(default=False, validation_alias="AIRQUOTE_QUOTE_CARD")
    fleeting: bool = Field(default=False, validation_alias="AIRQUOTE_FLEETING")
    port: int | None = Field(default=None, ge=1, le=65535, validation_alias="PORT")
    log_level: _Level = Field(default="INFO", validation_alias="LOG_LEVEL")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where transcripts come from, in their order; the sample podcast if nothing is set."""
        return parse_sources(self.episodes) or (Folder(SAMPLE_EPISODES),)

    @property
    def episode_paths(self) -> tuple[Path, ...]:
        """The sources on this machine; `bot.library.fetch.gather` adds those that are fetched."""
        return tuple(each.path for each in self.sources if isinstance(each, Folder))

    @property
    def evaluation_path(self) -> Path | None:
        """The file of queries that a new index has to answer as well as the old one, if any."""
        return expand_home(self.evaluation) if self.evaluation else None

    @property
    def cache_folder(self) -> Path:
        """Where built indexes are kept; the user's cache folder if none is set."""
        return expand_home(self.cache) if self.cache else user_cache_path("airquote")

    @property
    def model_name(self) -> str:
        """The model that tells what texts mean: the one set, else the usual if it can be used.

        "" if it is switched off, or the extra is not installed and nobody asked for a model.
        """
        if not self.semantic_model:
            return DEFAULT_MODEL if find_spec("sentence_transformers") else ""
        return "" if self.semantic_model.casefold() == "off" else self.semantic_model

    @property
    def database(self) -> SecretStr:
        """The database's address, which may hold a password; a file in the user's data folder."""
        default = f"sqlite:///{user_data_path('airquote') / 'airquote.db'}"
        return self.database_url or SecretStr(default)

    @property
    def has_slack(self) -> bool:
        """Whether anything of Slack is set, be it enough or not."""
        return bool(self.slack_bot_token or self.slack_app_token or self.slack_signing_secret)

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack sends requests here, rather than through a socket that is opened to it."""
        return bool(self.slack_signing_secret and not self.slack_app_token)

    @property
    def http_port(self) -> int | None:
        """The port to listen on; None if nothing needs one."""
        return self.port or (DEFAULT_PORT if self.slack_over_http else None)

    @property
    def admin_ids(self) -> frozenset[str]:
        """The ids of Slack's members who decide on weekly quotes, beside its admins."""
        return frozenset(self.admins.replace(",", " ").split())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that nobody may read in a log, as it was set."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        values = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
        fetched = [each for each in self.sources if isinstance(each, GitSource)]
        values += [secret for source in fetched for secret in source.secrets]
        return (*values, *_password_of(self.database.get_secret_value()))


def load_settings() -> Settings:
    """Read all settings; raises one ConfigError that lists everything that is wrong."""
    settings, problems = read_settings()
    raise_problems(problems)
    return settings


def read_settings() -> tuple[Settings, tuple[ConfigError, ...]]:
    """Read all settings, and what is wrong with them; defaults stand in for wrong values.

    That none of the episode paths exists is wrong too, unless there is something to fetch; where
    some do, `airquote check` names the others. Raises ConfigError for a file `.env` that cannot be
    read.
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
        problems.append(ConfigError("AIRQUOTE_EVAL", f"there is no file {queries}.", remedy))
    return settings, tuple(problems)


def raise_problems(problems: Sequence[ConfigError]) -> None:
    """Raise a ConfigError if there are problems: the only one, or one with a line for each."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "\n".join(map(str, problems))
        raise ConfigError("Settings", f"{pluralize(len(problems), 'thing')} to mend.\n{lines}")


def reveal(secret: Secret | None) -> str:
    """Give what a secret holds; "" if it is not set."""
    return secret.get_secret_value() if secret else ""


def _read_variables() -> dict[str, Any]:
    """Read the variables that are set to something; the environment goes before the file `.env`."""
    try:
        read = (dotenv_values(".env"), os.environ)
    except UnicodeDecodeError as error:
        raise ConfigError(".env", "is not UTF-8 text.", "Save it as UTF-8.") from error
    return {name.upper(): value for each in read for name, value in each.items() if value}


def _missing_paths(settings: Settings) -> list[ConfigError]:
    """Say that nothing is there to read or to fetch; raises ConfigError for a wrong source."""
    if any(not isinstance(each, Folder) or each.path.exists() for each in settings.sources):
        return []
    named = ", ".join(map(str, settings.episode_paths))
    remedy = "Check the path, or unset it to search the sample podcast."
    return [ConfigError("AIRQUOTE_EPISODES", f"there is no {named}.", remedy)]


def _reason(message: str) -> str:
    """Word what pydantic says as the other errors are."""
    if "valid integer" in message:
        return "it should be a whole number."
    if "valid boolean" in message:
        return "it should be 1 or 0."
    return message.removeprefix("Value error, ").replace("Input", "it", 1) + "."


def _password_of(address: str) -> tuple[str, ...]:
    """Find the password in an address, as it is written and as it is meant."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()
