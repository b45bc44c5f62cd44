"""The settings of the podcast that a command is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.config import Settings
from bot.environment import load_settings
from bot.errors import ConfigError
from bot.translations import speaking
from handlers.cli.options import chosen_podcast


@contextmanager
def speaking_as_set() -> Iterator[None]:
    """Say everything in the language of AIRQUOTE_REPLY_LANGUAGE, or else in English."""
    with speaking(load_settings().reply_language):
        yield


def chosen_settings() -> Settings:
    """Read the settings of the podcast that --podcast names, or else of the only one.

    Raises ConfigError if there are several, and none is named.
    """
    return choose_podcast(load_settings(), chosen_podcast())


def choose_podcast(settings: Settings, podcast_id: str) -> Settings:
    """Return the settings of the podcast with an id; "" is the only one.

    Raises ConfigError that names the ids if none is chosen by that.
    """
    found = [each for each in settings.podcasts if podcast_id in (each.id, "")]
    if len(found) == 1:
        return settings.of_podcast(found[0])
    ids = ", ".join(each.id for each in settings.podcasts if each.id)
    if not ids:
        remedy = "AIRQUOTE_PODCASTS names several; without it, leave --podcast out."
        raise ConfigError("--podcast", "there is only one podcast, without an id.", remedy)
    if not podcast_id:
        raise ConfigError("--podcast", "there are several podcasts.", f"Name one of: {ids}.")
    reason = f"there is no podcast “{podcast_id}”."
    raise ConfigError("--podcast", reason, f"AIRQUOTE_PODCASTS names: {ids}.")


def settings_of_all() -> tuple[Settings, ...]:
    """Read the settings of the podcast that --podcast names, or else of each."""
    return (chosen_settings(),) if chosen_podcast() else load_settings().of_each
