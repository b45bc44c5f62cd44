"""Where episodes come from: files and folders of this machine, and folders of git repositories.

Who sets `AIRQUOTE_EPISODES` chooses every address that is fetched from; nobody in a chat can.
"""

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.errors import ConfigError

_SETTING = "AIRQUOTE_EPISODES"
# An address has colons of its own, in front of its first slash: in the scheme, a port, a password.
_PART = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*)?[^{re.escape(os.pathsep)}]*")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SSH = re.compile(r"[\w.+-]+@[\w.-]+")
# What no name of a branch may hold: https://git-scm.com/docs/git-check-ref-format
_NO_BRANCH = re.compile(r"[\0-\x20~^:?*\[\\\x7f]|\.\.|@\{|//|\A[-/]|[/.]\Z|\.lock\Z")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder or a file of this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class GitSource:
    """A folder of a git repository: "" is all of it, and the branch "" is the default one.

    `url` is without the user and the password. They are `credentials`, written as in an address.
    """

    url: str
    folder: str = ""
    branch: str = ""
    credentials: str = field(default="", repr=False)

    def __str__(self) -> str:
        branch = f"@{self.branch}" if self.branch else ""
        return f"{self.url}#{self.folder}{branch}".removesuffix("#")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, as it is written and as it is meant; none if there is none."""
        password = self.credentials.partition(":")[2]
        return (password, unquote(password)) if password else ()


Source = Folder | GitSource


def parse_sources(text: str) -> tuple[Source, ...]:
    """Read what is joined as in PATH: files, folders, and addresses of git repositories.

    An address is `https://host/owner/repo.git#folder@branch`; what follows the repository may be
    left out, and is percent-encoded where need be. Raises ConfigError, without any password.
    """
    return tuple(_parse(part) for part in _PART.findall(text) if part)


def expand_home(path: Path) -> Path:
    """Replace a leading `~`; one that means no home here is part of the name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _parse(part: str) -> Source:
    if address := _ADDRESS.match(part):
        return _parse_address(part, address[1].lower())
    path = expand_home(Path(part))
    if _SSH.fullmatch(part) and not path.exists():
        raise ConfigError(_SETTING, f"{part} is an address for SSH.", "Write it with https://.")
    return Folder(path)


def _parse_address(part: str, scheme: str) -> GitSource:
    if scheme == "file":
        raise ConfigError(_SETTING, "file:// is not fetched.", "Write the folder's path alone.")
    if scheme not in ("https", "http"):
        raise ConfigError(_SETTING, f"{scheme}:// is not fetched.", "Write it with https://.")
    parts = _split(part)
    if scheme == "http" and not _is_loopback(str(parts.hostname)):
        reason = f"http://{parts.hostname} is not fetched, as others could change what arrives."
        raise ConfigError(_SETTING, reason, "Write it with https://.")
    credentials, _, host = parts.netloc.rpartition("@")
    if credentials and not all(credentials.partition(":")):
        reason = f"in the address at {parts.hostname} there is a user without a password."
        raise ConfigError(_SETTING, reason, "Write user:password@, or neither.")
    folder, _, branch = parts.fragment.partition("@")
    folder, branch = unquote(folder).strip("/"), unquote(branch)
    if not _is_folder(folder) or _NO_BRANCH.search(branch):
        reason = f"what follows the # in the address at {parts.hostname} is no folder@branch."
        raise ConfigError(_SETTING, reason, "Write it as #folder, #folder@branch or #@branch.")
    return GitSource(f"{scheme}://{host}{parts.path}", folder, branch, credentials)


def _split(part: str) -> SplitResult:
    """Take an address apart; what is wrong with it is not repeated, as it may be a password."""
    try:
        parts = urlsplit(part)
        whole = parts.hostname and parts.port != 0 and parts.path.strip("/") and not parts.query
    except ValueError:
        whole = ""
    if not whole or not part.isprintable() or re.search(r"[\s\\\"'<>]", part):
        reason = "it holds an address that is none of a git repository."
        raise ConfigError(_SETTING, reason, "Write it as https://host/owner/repo.git#folder.")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_folder(name: str) -> bool:
    names = name.split("/") if name else []
    return name.isprintable() and not {"", ".", ".."} & {*names} and "\\" not in name
