"""Every setting of Airquote, read from the environment in one place.

The only home of pydantic-settings.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError
from bot.wording import count_of

DATA = Path(__file__).parents[1] / "data"
SAMPLE_EPISODES = DATA / "episodes"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
# What shows itself to nobody who prints or logs it.
Secret = SecretStr
# Where Slack's requests are taken in over HTTP, unless PORT says otherwise: Bolt's own default.
DEFAULT_PORT = 3000


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


class Settings(BaseSettings):
    """What the environment, or an `.env` file in the current folder, says.

    Read it with `load_settings`, which turns what is wrong into a `ConfigError`. A variable that is
    set to nothing counts as unset.
    """

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    episodes: str = Field(default="", validation_alias="AIRQUOTE_EPISODES")
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
    port: int | None = Field(default=None, ge=1, le=65535, validation_alias="PORT")
    log_level: _Level = Field(default="INFO", validation_alias="LOG_LEVEL")

    @property
    def episode_paths(self) -> tuple[Path, ...]:
        """The files and folders with transcripts; the sample podcast if none are set."""
        given = tuple(_expand(Path(part)) for part in self.episodes.split(os.pathsep) if part)
        return given or (SAMPLE_EPISODES,)

    @property
    def cache_folder(self) -> Path:
        """Where built indexes are kept; the user's cache folder if none is set."""
        return _expand(self.cache) if self.cache else user_cache_path("airquote")

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
        """The ids of Slack's members who decide on weekly quotes, besides the workspace's admins."""
        return frozenset(self.admins.replace(",", " ").split())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that nobody may read in a log, as it was set."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        values = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
        return (*values, *_password_of(self.database.get_secret_value()))


def load_settings() -> Settings:
    """Read all settings; raises one ConfigError that lists everything that is wrong."""
    settings, problems = read_settings()
    raise_any(problems)
    return settings


def read_settings() -> tuple[Settings, tuple[ConfigError, ...]]:
    """Read all settings, and what is wrong with them; defaults stand in for wrong values.

    That none of the episode paths exists is wrong too; where some do, `airquote check` names the
    others. Raises ConfigError for a file `.env` that cannot be read.
    """
    try:
        settings, problems = Settings(), []
    except UnicodeDecodeError as error:
        raise ConfigError(".env", "is not UTF-8 text.", "Save it as UTF-8.") from error
    except ValidationError as error:
        problems = [
            ConfigError(str(each["loc"][0]), _reason(each["msg"]), "See .env.example.")
            for each in error.errors(include_input=False, include_url=False)
        ]
        settings = Settings(**_defaults([problem.subject for problem in problems]))
    if not any(path.exists() for path in settings.episode_paths):
        named = ", ".join(map(str, settings.episode_paths))
        remedy = "Check the path, or unset it to search the sample podcast."
        problems.append(ConfigError("AIRQUOTE_EPISODES", f"there is no {named}.", remedy))
    return settings, tuple(problems)


def raise_any(problems: Sequence[ConfigError]) -> None:
    """Raise a ConfigError if there are problems: the only one, or one with a line for each."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "\n".join(map(str, problems))
        raise ConfigError("Settings", f"{count_of(len(problems), 'thing')} to mend.\n{lines}")


def _reason(message: str) -> str:
    """Word what pydantic says as the other errors are."""
    return message.removeprefix("Value error, ").replace("Input", "it", 1) + "."


def _defaults(names: Sequence[str]) -> dict[str, Any]:
    """Look up what stands in for wrong values, by the names of their variables."""
    fields = Settings.model_fields.values()
    return {
        str(field.validation_alias): field.default
        for field in fields
        if field.validation_alias in names
    }


def _password_of(address: str) -> tuple[str, ...]:
    """Find the password in an address, as it is written and as it is meant."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return ()
    return (password, unquote(password)) if password else ()


def _expand(path: Path) -> Path:
    """Replace a leading `~`; one that means no home here is part of the name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
