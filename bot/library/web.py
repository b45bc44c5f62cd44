"""Get files from the web, within limits, and only from where they may come. The only home of HTTP.

What a feed names is chosen by whoever writes the feed, not by the owner. So every address of a host
is checked before it is connected to, redirects included: it must be public, or the host be one that
the owner has named. Where the machine reaches the web through a proxy, the proxy connects, and only
addresses that are written as numbers are checked here.
"""

import re
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import AirquoteError
from bot.sources import FeedFile, FeedSource, basic_authorization, is_this_machine
from bot.version import version

_LOCAL_ADDRESS = re.compile(r"https?://(?:localhost|127\.[\d.]+|\[::1\])(?::\d{1,5})?(?=[/\"'])")
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_MODIFIED = 304
_OK = 200
_LATER = (408, 425, 429)
_GONE = (404, 410)
_REFUSED = (401, 403)
_AT_ONCE = 8
_AT_ONCE_FROM_A_HOST = 4
_PORTS = {"http": 80, "https": 443}
# IPv6 addresses that stand for IPv4 ones.
_TRANSLATED = ip_network("64:ff9b::/96")
_PIECE = 65_536

_Ip = IPv4Address | IPv6Address


class WebError(AirquoteError):
    """A file that cannot be got; `lasting` if trying again will not help."""

    def __init__(self, url: str, reason: str, remedy: str = "", *, lasting: bool = False) -> None:
        super().__init__(url, reason, remedy)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of a file that was got before: the headers that tell whether it has changed."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A file from the web at its last address; `content` is None if it has not changed."""

    url: str
    content: bytes | None
    visit: Visit


@dataclass(frozen=True, slots=True)
class Trust:
    """Which hosts may have addresses inside a network: `hosts` by name, `origins` with their port.

    Of the origins that are this machine, each of its names is meant.
    """

    hosts: frozenset[str] = frozenset()
    origins: frozenset[tuple[str, int]] = frozenset()

    def allows(self, host: str, port: int, address: str) -> bool:
        """Return whether a host may be connected to at an address."""
        ip = ip_address(address.partition("%")[0])
        if is_public(ip) or host in self.hosts or (host, port) in self.origins:
            return True
        return ip.is_loopback and any(
            port == known and is_this_machine(name) for name, known in self.origins
        )


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How much is got: bytes of a file, and seconds for a connection, a silence, a whole file."""

    content: int = 20_000_000
    connect: float = 15
    silence: float = 30
    whole: float = 120


@dataclass(frozen=True, slots=True)
class Web:
    """An open connection to the web; see `open_web`."""

    session: aiohttp.ClientSession
    trust: Trust
    limits: WebLimits
    credentials: Mapping[tuple[str, int], str]


def is_public(ip: _Ip) -> bool:
    """Return whether an address is one of the public internet, and does not stand for another."""
    if isinstance(ip, IPv6Address):
        meant = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            meant = IPv4Address(int(ip) & 0xFFFFFFFF)
        if meant:
            return is_public(meant)
    return ip.is_global and not ip.is_multicast


def as_ip(host: str) -> _Ip | None:
    """Return the address that a host is written as, or None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def web_origin(url: str) -> tuple[str, int]:
    """Return the host and port of an address. Raises WebError if it is not of the web."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in _PORTS or not host:
        raise WebError(url, "its address is not one of the web.", lasting=True)
    return host, port or _PORTS[parts.scheme]


def trust_of(source: FeedSource | FeedFile) -> Trust:
    """Return which hosts a feed may name that are inside a network: what the owner names as such.

    That is the host of the feed, if it is written as the machine itself or as an address. In a
    local feed, it is the machine itself, wherever its file says so.
    """
    if isinstance(source, FeedFile):
        return Trust(source.rules.internal, frozenset(_local_origins(source.path)))
    origin = web_origin(source.url)
    ip = as_ip(origin[0])
    own = is_this_machine(origin[0]) or bool(ip and not is_public(ip))
    return Trust(source.rules.internal, frozenset({origin}) if own else frozenset())


def _local_origins(feed: Path) -> Iterator[tuple[str, int]]:
    with suppress(OSError):
        for url in set(_LOCAL_ADDRESS.findall(feed.read_text("utf-8", "replace"))):
            with suppress(WebError):
                yield web_origin(url)


@asynccontextmanager
async def open_web(
    trust: Trust,
    limits: WebLimits,
    credentials: Mapping[tuple[str, int], str],
) -> AsyncIterator[Web]:
    """Open connections; `credentials`, "user:password", are sent to their origin alone."""
    connector = aiohttp.TCPConnector(
        resolver=_Resolver(trust), limit=_AT_ONCE, limit_per_host=_AT_ONCE_FROM_A_HOST
    )
    timeout = aiohttp.ClientTimeout(
        total=limits.whole, sock_connect=limits.connect, sock_read=limits.silence
    )
    headers = {"User-Agent": f"Airquote/{version()} (searches the transcripts of a podcast)"}
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield Web(session, trust, limits, credentials)


async def get(web: Web, url: str, known: Visit, most: int) -> Answer:
    """Get a file of at most `most` bytes, unless it is as it was `known`. Raises WebError."""
    at = url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await _ask(web, at, known, most)
            if isinstance(answer, Answer):
                return answer
            at = answer
    except TimeoutError as error:
        raise WebError(url, "it does not answer in time.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise _failure(url, error) from error
    raise WebError(url, "it redirects without end.", lasting=True)


async def _ask(web: Web, url: str, known: Visit, most: int) -> Answer | str:
    """Return the answer to one request, or the address that it redirects to."""
    origin = web_origin(url)
    host, port = origin
    if as_ip(host) and not web.trust.allows(host, port, host):
        raise _InsideError(host, host)
    headers = _conditions(known)
    if secret := web.credentials.get(origin):
        headers["Authorization"] = basic_authorization(secret)
    async with web.session.get(
        url, headers=headers, allow_redirects=False, proxy=_proxy_for(url)
    ) as response:
        if response.status in _REDIRECTS:
            place = response.headers.get("Location", "")
            return urljoin(url, place)
        if response.status == _NOT_MODIFIED and (known.etag or known.modified):
            return Answer(url, None, known)
        _check_status(url, response.status)
        content = await _read(response, url, most)
        headers_of = response.headers
        visit = Visit(headers_of.get("ETag", ""), headers_of.get("Last-Modified", ""))
        return Answer(url, content, visit)


def _conditions(known: Visit) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in conditions.items() if value}


def _check_status(url: str, status: int) -> None:
    if status in _GONE:
        raise WebError(url, f"it is not there ({status}).", lasting=True)
    if status in _REFUSED:
        raise WebError(url, f"access to it is denied ({status}).", lasting=True)
    if status != _OK:
        lasting = status // 100 == 4 and status not in _LATER
        raise WebError(url, f"its server answers with {status}.", lasting=lasting)


async def _read(response: aiohttp.ClientResponse, url: str, most: int) -> bytes:
    too_large = WebError(url, f"it has more than {most / 1e6:,.0f} MB.", lasting=True)
    if (response.content_length or 0) > most:
        raise too_large
    content = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        content += piece
        if len(content) > most:
            raise too_large
    return bytes(content)


def _proxy_for(url: str) -> str | None:
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)


class _InsideError(OSError):
    """A host has an address inside a network."""

    def __init__(self, host: str, address: str) -> None:
        self.host, self.address = host, address
        super().__init__(f"{host} is at {address}")


class _Resolver(AbstractResolver):
    """Resolves hosts to the addresses that may be connected to."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._plain = aiohttp.ThreadedResolver()
        proxies = [urlsplit(each) for each in getproxies().values()]
        self._proxies = {each.hostname for each in proxies}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._plain.resolve(host, port, family)
        if host in self._proxies:
            return found
        allowed = [each for each in found if self._trust.allows(host, port, each["host"])]
        if found and not allowed:
            raise _InsideError(host, found[0]["host"])
        return allowed

    async def close(self) -> None:
        await self._plain.close()


def _failure(url: str, error: Exception) -> WebError:
    """Say why there is no answer."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, _InsideError):
            reason = f"{cause.host} is at {cause.address}, which is inside a network."
            remedy = "If it is yours, add the host to AIRQUOTE_INTERNAL_HOSTS."
            return WebError(url, reason, remedy, lasting=True)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.InvalidURL):
        return WebError(url, "its address is broken.", lasting=True)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return WebError(url, "its certificate is not valid.")
    if isinstance(error, aiohttp.ClientConnectorError):
        return WebError(url, f"it cannot be reached ({error.os_error.strerror or 'no answer'}).")
    return WebError(url, f"its answer breaks off ({type(error).__name__}).")
