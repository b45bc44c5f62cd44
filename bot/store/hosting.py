"""Hosts that throw away what is written to their disks, and databases that lie there."""

from collections.abc import Mapping
from pathlib import Path

from bot.errors import ConfigError
from bot.store.database import parse_address

# The variables by which a host can be told, in the words of its documentation:
# https://devcenter.heroku.com/articles/dynos#local-environment-variables
# https://render.com/docs/environment-variables
# https://fly.io/docs/machines/runtime-environment
# https://docs.railway.com/variables/reference
_HOSTS = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "FLY_APP_NAME": "Fly.io",
    "RAILWAY_ENVIRONMENT": "Railway",
    "RAILWAY_ENVIRONMENT_NAME": "Railway",
}


def find_fleeting(address: str, environment: Mapping[str, str]) -> ConfigError | None:
    """Say that the database at an address is lost whenever its host starts anew; None if it stays.

    A file on a disk that is mounted somewhere below the root stays. Raises ConfigError for an
    address that is none.
    """
    url = parse_address(address)
    host = next((_HOSTS[name] for name in _HOSTS if environment.get(name)), "")
    if not host or url.get_backend_name() != "sqlite":
        return None
    path = Path(str(url.database)).absolute()
    if any(folder.is_mount() for folder in path.parents if folder != Path(path.anchor)):
        return None
    reason = f"{host} throws the file {path} away at each restart."
    remedy = (
        "Set it to a PostgreSQL database or to a file on a mounted disk; "
        "or set AIRQUOTE_FLEETING=1 if nothing there has to last."
    )
    return ConfigError("DATABASE_URL", reason, remedy)
