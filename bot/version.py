"""Which code is running: its release and its commit."""

import os
from collections.abc import Mapping
from contextlib import suppress

from bot.files import ROOT

# Heroku (with dyno metadata), Render, Railway, and buildpacks in general.
_NAMED_BY_HOSTS = (
    "HEROKU_SLUG_COMMIT",
    "RENDER_GIT_COMMIT",
    "RAILWAY_GIT_COMMIT_SHA",
    "SOURCE_VERSION",
)


def version() -> str:
    """Return the installed release, or that of the source tree if Airquote is not installed."""
    # Only here, since every command loads this module, and few say their version.
    from importlib import metadata

    try:
        return metadata.version("airquote")
    except metadata.PackageNotFoundError:
        import tomllib

        facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(facts["project"]["version"])


def commit(environment: Mapping[str, str] = os.environ) -> str:
    """Return the commit that is checked out, else the one a host names, else ""."""
    return _checked_out() or next(filter(None, map(environment.get, _NAMED_BY_HOSTS)), "")


def _checked_out() -> str:
    folder = ROOT / ".git"
    with suppress(OSError, UnicodeDecodeError):
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="ascii").strip()
        packed = (folder / "packed-refs").read_text(encoding="ascii").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    return ""
