"""Where episodes come from: local files and folders, and folders of git repositories.

Only the operator, who sets `AIRQUOTE_EPISODES`, chooses what is fetched; nobody in a chat can.
"""

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.errors import ConfigError

_SETTING = "AIRQUOTE_EPISODES"
# An address has colons of its own before its path: in the scheme, a port, a password.
_PART = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*)?[^{re.escape(os.pathsep)}]*")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SSH = re.compile(r"[\w.+-]+@[\w.-]+")
# What a branch name may not contain: https://git-scm.com/docs/git-check-ref-format
_NO_BRANCH = re.compile(r"[\0-\x20~^:?*\[\\\x7f]|\.\.|@\{|//|\A[-/]|[/.]\Z|\.lock\Z")


@dataclass(frozen=True, slots=True)
class Folder:
    """A local folder or file."""

    path: Path


@dataclass(frozen=True, slots=True)
class GitSource:
    """A folder of a git repository; "" is the whole of it, and the branch "" its default one.

    `url` has no user and password: these are in `credentials`, as "user:password".
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
        """The password, both as written and percent-decoded; empty if there is none."""
        password = self.credentials.partition(":")[2]
        return (password, unquote(password)) if password else ()


Source = Folder | GitSource


def parse_sources(text: str) -> tuple[Source, ...]:
    """Read files, folders and addresses of git repositories that are joined as in PATH.

    An address is `https://host/owner/repo.git#folder@branch`; folder and branch are optional, and
    percent-encoded where necessary. Raises ConfigError, which never repeats a password.
    """
    return tuple(_parse(part) for part in _PART.findall(text) if part)


def expand_home(path: Path) -> Path:
    """Expand a leading `~`; keep it as part of the name if there is no such home folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _parse(part: str) -> Source:
    if address := _ADDRESS.match(part):
        return _parse_address(part, address[1].lower())
    path = expand_home(Path(part))
    if _SSH.fullmatch(part) and not path.exists():
        raise ConfigError(_SETTING, f"{part} is an SSH address.", "Use its https:// address.")
    return Folder(path)


def _parse_address(part: str, scheme: str) -> GitSource:
    if scheme == "file":
        raise ConfigError(_SETTING, "file:// is not supported.", "Write only the folder's path.")
    if scheme not in ("https", "http"):
        raise ConfigError(_SETTING, f"{scheme}:// is not supported.", "Use https://.")
    parts = _split(part)
    if scheme == "http" and not _is_loopback(str(parts.hostname)):
        reason = f"http://{parts.hostname} is not safe: others could change what is fetched."
        raise ConfigError(_SETTING, reason, "Use https://.")
    credentials, _, host = parts.netloc.rpartition("@")
    if credentials and not all(credentials.partition(":")):
        reason = f"the address at {parts.hostname} needs both a user and a password, or neither."
        raise ConfigError(_SETTING, reason, "Write user:password@host, or only the host.")
    folder, _, branch = parts.fragment.partition("@")
    folder, branch = unquote(folder).strip("/"), unquote(branch)
    if not _is_folder(folder) or _NO_BRANCH.search(branch):
        reason = f"the part after # in the address at {parts.hostname} is not folder@branch."
        raise ConfigError(_SETTING, reason, "Write #folder, #folder@branch or #@branch.")
    return GitSource(f"{scheme}://{host}{parts.path}", folder, branch, credentials)


def _split(part: str) -> SplitResult:
    """Split an address; an error does not repeat it, as it may contain a password."""
    try:
        parts = urlsplit(part)
        whole = parts.hostname and parts.port != 0 and parts.path.strip("/") and not parts.query
    except ValueError:
        whole = ""
    if not whole or not part.isprintable() or re.search(r"[\s\\\"'<>]", part):
        reason = "one of its addresses is not that of a git repository."
        raise ConfigError(_SETTING, reason, "Write https://host/owner/repo.git#folder.")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_folder(name: str) -> bool:
    names = name.split("/") if name else []
    return name.isprintable() and not {"", ".", ".."} & {*names} and "\\" not in name
