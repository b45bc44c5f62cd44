"""Every setting of Airquote, read from the environment in one place.

The only home of pydantic-settings.
"""

import os
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ConfigError

DATA = Path(__file__).parents[1] / "data"
SAMPLE_EPISODES = DATA / "episodes"


class Settings(BaseSettings):
    """What the environment, or an `.env` file in the current folder, says.

    Read it with `load_settings`, which turns what is wrong into a `ConfigError`.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    episodes: str = Field(default="", validation_alias="AIRQUOTE_EPISODES")
    cache: Path | None = Field(default=None, validation_alias="AIRQUOTE_CACHE")

    @property
    def episode_paths(self) -> tuple[Path, ...]:
        """The files and folders with transcripts; the sample podcast if none are set."""
        given = tuple(Path(part).expanduser() for part in self.episodes.split(os.pathsep) if part)
        return given or (SAMPLE_EPISODES,)

    @property
    def cache_folder(self) -> Path:
        """Where built indexes are kept; the user's cache folder if none is set."""
        return self.cache.expanduser() if self.cache else user_cache_path("airquote")


def load_settings() -> Settings:
    """Read all settings; raises one ConfigError that lists everything that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        subjects = ", ".join(str(problem["loc"][0]) for problem in problems)
        reasons = " ".join(f"{problem['msg']}." for problem in problems)
        raise ConfigError(subjects, reasons, "See .env.example.") from error
