"""The address of a search engine: `opensearch://user:password@host:9200,other:9200/name?replicas=2`.

What follows the `?` are options: see `EngineAddress`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.setting_types import Secret

_SCHEMES = {"opensearch": False, "opensearchs": True}
_PORT = 9200
_NAME = "airquote"
# The options that are numbers, and the least that each may be.
_LEAST = {"replicas": 0, "shards": 1, "timeout": 1, "spread": 1, "memory": 1}
_OPTIONS = ("ca", *_LEAST)


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where an engine is reached, and how.

    With `encrypted`, over TLS, with the certificates of `ca` or those of the system. `name` begins
    the names of all that is Airquote's there. A new index has so many `shards`, with `replicas`
    copies of each; a podcast is spread over `spread` of them. Nobody waits longer than `timeout`
    seconds for one answer. A process keeps up to `memory` megabytes of what it fetched.
    """

    hosts: tuple[tuple[str, int], ...]
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = _NAME
    ca: Path | None = None
    shards: int = 4
    replicas: int = 1
    spread: int = 2
    timeout: int = 5
    memory: int = 128

    @property
    def shown(self) -> str:
        """The hosts and ports, without user and password."""
        return ", ".join(f"{host}:{port}" for host, port in self.hosts)


def read_engine(text: str) -> Secret:
    """Check the address of an engine, which may contain a password."""
    parse_engine(text.strip())
    return Secret(text.strip())


def parse_engine(text: str) -> EngineAddress:
    """Parse the address of an engine; raises ValueError with a sentence without the full stop."""
    parts = urlsplit(text)
    if parts.scheme not in _SCHEMES or not parts.netloc:
        raise ValueError("it should be like opensearch://user:password@host:9200")
    whose, _, where = parts.netloc.rpartition("@")
    user, _, password = whose.partition(":")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options.keys() - {*_OPTIONS}:
        raise ValueError(f"there is no option {name}, only {', '.join(_OPTIONS)}")
    numbers = {
        name: _whole(name, options, least) for name, least in _LEAST.items() if name in options
    }
    return EngineAddress(
        hosts=tuple(map(_host, where.split(","))),
        encrypted=_SCHEMES[parts.scheme],
        user=unquote(user),
        password=unquote(password),
        name=parts.path.strip("/") or _NAME,
        ca=Path(options["ca"]) if "ca" in options else None,
        **numbers,
    )


def _host(text: str) -> tuple[str, int]:
    """Read a host, with its port after the last colon; one with colons itself is in brackets."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0:
        raise ValueError(f"{text} is not a host, such as search.example.org:9200")
    return host, port or _PORT


def _whole(name: str, options: Mapping[str, str], least: int) -> int:
    text = options[name]
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} should be a whole number of at least {least}")
    return int(text)
