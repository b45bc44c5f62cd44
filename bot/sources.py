"""Where episodes come from: local files and folders, feeds, and folders of git repositories.

Only the operator, who sets `AIRQUOTE_EPISODES`, chooses what is fetched; nobody in a chat can.
"""

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.errors import ConfigError

_SETTING = "AIRQUOTE_EPISODES"
# An address has colons of its own before its path: in the scheme, a port, a password.
_PART = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+.-]*://[^/]*)?[^{re.escape(os.pathsep)}]*")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# How feeds are named: by their ending, or by a word in the address.
_FEED = re.compile(
    r"\.(?:xml|rss|atom)\Z|(?:\A|[./_-])(?:feeds?|rss|atom)(?:[./_-]|\Z)|[?&](?:feed|format)=\w",
    re.IGNORECASE,
)
# Schemes that make a browser pass an address to a podcast player.
_OF_PLAYERS = ("feed", "itpc", "pcast")
# Sites of repositories, at /owner/name, whatever these are called.
_FORGE = re.compile(
    r"(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht)/[^/]+/[^/]+/?"
)
# Shorter values of a query are words and numbers.
_SHORTEST_KEY = 8
_SSH = re.compile(r"[\w.+-]+@[\w.-]+(?::.*)?")
# What a branch name may not contain: https://git-scm.com/docs/git-check-ref-format
_NO_BRANCH = re.compile(r"[\0-\x20~^:?*\[\\\x7f]|\.\.|@\{|//|\A[-/]|[/.]\Z|\.lock\Z")


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What the owner says of all sources.

    Hosts that are `internal` may have addresses inside a network. `language` is the code of the
    podcast's language, such as "de", "" for unknown.
    """

    internal: frozenset[str] = frozenset()
    language: str = ""


_NO_RULES = SourceRules()


@dataclass(frozen=True, slots=True)
class Folder:
    """A local folder or file."""

    path: Path
    rules: SourceRules = field(default=_NO_RULES, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class GitSource:
    """A folder of a git repository; "" is the whole of it, and the branch "" its default one.

    `url` has no user and password: these are in `credentials`, as "user:password".
    """

    url: str
    folder: str = ""
    branch: str = ""
    credentials: str = field(default="", repr=False)
    rules: SourceRules = field(default=_NO_RULES, compare=False, repr=False)

    def __str__(self) -> str:
        branch = f"@{self.branch}" if self.branch else ""
        return f"{self.url}#{self.folder}{branch}".removesuffix("#")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, both as written and percent-decoded; empty if there is none."""
        return _forms_of(self.credentials.partition(":")[2])


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed on the web. `url` has no user and password; see GitSource for `credentials`."""

    url: str
    credentials: str = field(default="", repr=False)
    rules: SourceRules = field(default=_NO_RULES, compare=False, repr=False)

    def __str__(self) -> str:
        # The query may be a subscriber's key.
        address, asked, query = self.url.partition("?")
        return f"{address}?…{hashlib.sha256(query.encode()).hexdigest()[:6]}" if asked else address

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password and what may be a subscriber's key, as written and percent-decoded."""
        values = (each.partition("=")[2] for each in self.url.partition("?")[2].split("&"))
        keys = [form for each in values if len(each) >= _SHORTEST_KEY for form in _forms_of(each)]
        return (*_forms_of(self.credentials.partition(":")[2]), *keys)


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A feed in a local file; what it names is fetched, as for a FeedSource.

    Of a feed that is `in_folder`, the files beside it are read anyway.
    """

    path: Path
    rules: SourceRules = field(default=_NO_RULES, compare=False, repr=False)
    in_folder: bool = field(default=False, compare=False, repr=False)

    def __str__(self) -> str:
        return str(self.path)


Source = Folder | GitSource | FeedSource
Fetchable = GitSource | FeedSource | FeedFile


def parse_sources(text: str, rules: SourceRules = _NO_RULES) -> tuple[Source, ...]:
    """Read files, folders and addresses of feeds and git repositories that are joined as in PATH.

    An address is that of a feed if it looks like one. Otherwise, it is
    `https://host/owner/repo.git#folder@branch`; folder and branch are optional, and percent-encoded
    where necessary. Raises ConfigError, which never repeats a password.
    """
    return tuple(parse_source(part, rules) for part in _PART.findall(text) if part)


def language_of(sources: Sequence[Source]) -> str:
    """Return the code of the podcast's language if the owner has said it, else ""."""
    return next((source.rules.language for source in sources), "")


def may_be_feed(source: Fetchable) -> FeedSource | None:
    """Return the feed that an address may be that names no folder, branch or `.git`."""
    if not isinstance(source, GitSource) or source.folder or source.branch:
        return None
    if source.url.endswith(".git"):
        return None
    return FeedSource(source.url, source.credentials, source.rules)


def basic_authorization(credentials: str) -> str:
    """Return the value of the header that sends "user:password", percent-encoded, to a server."""
    return f"Basic {b64encode(unquote(credentials).encode()).decode('ascii')}"


def _forms_of(secret: str) -> tuple[str, ...]:
    return (secret, unquote(secret)) if secret else ()


def expand_home(path: Path) -> Path:
    """Expand a leading `~`; keep it as part of the name if there is no such home folder."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def parse_source(part: str, rules: SourceRules = _NO_RULES) -> Source:
    """Read one path or address, as `parse_sources` does."""
    if address := _ADDRESS.match(part):
        scheme = address[1].lower()
        if scheme in _OF_PLAYERS:
            return _parse_feed(f"https://{part[address.end() :]}", rules)
        if scheme in ("https", "http") and _is_feed(part[address.end() :]):
            return _parse_feed(part, rules)
        return _parse_address(part, scheme, rules)
    path = expand_home(Path(part))
    if _SSH.fullmatch(part) and not path.exists():
        raise ConfigError(_SETTING, f"{part} is an SSH address.", "Use its https:// address.")
    return Folder(path, rules)


def is_address(part: str) -> bool:
    """Return whether a source is an address, and no path."""
    return _ADDRESS.match(part) is not None


def _is_feed(address: str) -> bool:
    """Return whether an address, without its scheme, looks like that of a feed."""
    if "#" in address or address.endswith(".git") or _FORGE.fullmatch(address):
        return False
    place, asked, query = address.rpartition("@")[2].partition("?")
    return bool(_FEED.search(place) or _FEED.search(f"{asked}{query}"))


def _parse_feed(part: str, rules: SourceRules) -> FeedSource:
    parts = _split(part, "feed")
    credentials, host = _split_host(parts)
    query = f"?{parts.query}" if parts.query else ""
    return FeedSource(f"{parts.scheme}://{host}{parts.path}{query}", credentials, rules)


def _parse_address(part: str, scheme: str, rules: SourceRules) -> GitSource:
    if scheme == "file":
        raise ConfigError(_SETTING, "file:// is not supported.", "Write only the folder's path.")
    if scheme not in ("https", "http"):
        raise ConfigError(_SETTING, f"{scheme}:// is not supported.", "Use https://.")
    parts = _split(part, "git repository")
    if scheme == "http" and not is_this_machine(str(parts.hostname)):
        reason = f"http://{parts.hostname} is not safe: others could change what is fetched."
        raise ConfigError(_SETTING, reason, "Use https://.")
    credentials, host = _split_host(parts)
    folder, _, branch = parts.fragment.partition("@")
    folder, branch = unquote(folder).strip("/"), unquote(branch)
    if not _is_folder(folder) or _NO_BRANCH.search(branch):
        reason = f"the part after # in the address at {parts.hostname} is not folder@branch."
        raise ConfigError(_SETTING, reason, "Write #folder, #folder@branch or #@branch.")
    return GitSource(f"{scheme}://{host}{parts.path}", folder, branch, credentials, rules)


def _split_host(parts: SplitResult) -> tuple[str, str]:
    """Split what stands before the path into "user:password", or "", and the host."""
    credentials, _, host = parts.netloc.rpartition("@")
    if credentials and not all(credentials.partition(":")):
        reason = f"the address at {parts.hostname} needs both a user and a password, or neither."
        raise ConfigError(_SETTING, reason, "Write user:password@host, or only the host.")
    return credentials, host


def _split(part: str, kind: str) -> SplitResult:
    """Split an address; an error does not repeat it, as it may contain a password."""
    is_feed = kind == "feed"
    try:
        parts = urlsplit(part)
        named = is_feed or (parts.path.strip("/") and not parts.query)
        whole = parts.hostname and parts.port != 0 and named
    except ValueError:
        whole = ""
    if not whole or not part.isprintable() or re.search(r"[\s\\\"'<>]", part):
        other = "" if is_feed else " or a feed"
        reason = f"one of its addresses is not that of a {kind}{other}."
        remedy = "Write https://host/feed.xml or https://host/owner/repo.git#folder."
        raise ConfigError(_SETTING, reason, remedy)
    return parts


def is_this_machine(host: str) -> bool:
    """Return whether a host, as it is written, is the machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_folder(name: str) -> bool:
    names = name.split("/") if name else []
    return name.isprintable() and not {"", ".", ".."} & {*names} and "\\" not in name
