"""The index that several machines share, if the settings say where; its library is an extra."""

from importlib.util import find_spec

from bot.config import Settings
from bot.errors import ConfigError
from bot.library.registry import Shared


def open_shared(settings: Settings) -> Shared | None:
    """Open what several machines share; None if they do not. Raises CacheError or ConfigError."""
    if not settings.shared_index:
        return None
    for problem in shared_problems(settings):
        raise problem
    from bot.library.shared import SharedIndexes

    return SharedIndexes(settings.shared_index, settings.bucket_options)


def shared_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """Say that the library of the extra is not installed, if it is needed and is not."""
    if not settings.shared_index or find_spec("obstore"):
        return ()
    remedy = "Install the extra: pip install 'airquote[s3]'."
    return (ConfigError("AIRQUOTE_SHARED_INDEX", "its library is not installed.", remedy),)


def key_problems(settings: Settings) -> tuple[ConfigError, ...]:
    """Say which half of the key for the bucket is missing, if only one is set."""
    if bool(settings.s3_key_id) == bool(settings.s3_key):
        return ()
    names = ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")
    missing, given = names if settings.s3_key_id else names[::-1]
    return (ConfigError(missing, f"it is not set, but {given} is.", "Set both, or neither."),)
