"""Every setting of Airquote, read from the environment in one place.

The only home of pydantic-settings.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

DATA = Path(__file__).parents[1] / "data"
SAMPLE_EPISODES = DATA / "episodes"
DEFAULT_MODEL = "all-MiniLM-L6-v2"


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


def load_settings() -> Settings:
    """Read all settings; raises one ConfigError that lists everything that is wrong.

    That none of the episode paths exists is wrong too; where some do, `airquote check` names the
    others.
    """
    try:
        settings = Settings()
    except UnicodeDecodeError as error:
        raise ConfigError(".env", "is not UTF-8 text.", "Save it as UTF-8.") from error
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        subjects = ", ".join(str(problem["loc"][0]) for problem in problems)
        reasons = " ".join(f"{problem['msg']}." for problem in problems)
        raise ConfigError(subjects, reasons, "See .env.example.") from error
    if not any(path.exists() for path in settings.episode_paths):
        named = ", ".join(map(str, settings.episode_paths))
        remedy = "Check the path, or unset it to search the sample podcast."
        raise ConfigError("AIRQUOTE_EPISODES", f"there is no {named}.", remedy)
    return settings


def _expand(path: Path) -> Path:
    """Replace a leading `~`; one that means no home here is part of the name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
