"""Links into players: to a second of an episode, wherever it can be heard or seen.

Addresses come from feeds, pages and catalogs, so they are checked when they are read, and written
so that no platform's markup takes a part of one for anything else.
"""

import re
from urllib.parse import quote, urlsplit, urlunsplit

from bot.models import Episode

USUAL_ORDER = ("template", "youtube", "audio", "spotify", "apple", "url")
"""What an episode may have a link to, in the order in which they are tried."""

# Discord takes no longer address on a button.
LONGEST_LINK = 512
# What the second may add to an address.
_LONGEST_SECOND = 12
_LINK = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?(?:/[\w\-.~%!$&+,;=:@/?#'*]*)?", re.ASCII)
_PLAIN = "!$&+,;=:@/?~%'*"
_SPOTIFY = re.compile(
    r"(?:spotify:episode:|https?://open\.spotify\.com/(?:[\w-]+/)?episode/)?([A-Za-z0-9]{22})"
    r"(?:[/?#].*)?"
)
_APPLE = re.compile(r"(https?://podcasts\.apple\.com/[^?#]*)\?(?:[^#]*&)?i=(\d+)(?:[&#].*)?")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_TIMES = ("seconds", "time")
_NAMES = ("url", "audio", "youtube", "spotify", "guid", "slug", "season", "number")
_ADDRESSES = ("url", "audio")
# Sites that read the second from the query rather than from the fragment.
_IN_QUERY = re.compile(
    r"(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be|open\.spotify\.com|"
    r"podcasts\.apple\.com|pca\.st|pocketcasts\.com|fireside\.fm)"
)
_OWN_TIME = re.compile(r"(?<=[?&])t=[^&]*&?")


def link_to(episode: Episode, second: float | None = None) -> str:
    """Link to a second of an episode, or to its beginning; "" if nothing is known to link to.

    The episode's `players` come first, then the others in their usual order.
    """
    links = (
        _link(episode, player, second) for player in dict.fromkeys((*episode.players, *USUAL_ORDER))
    )
    return next((link for link in links if is_link(link)), "")


def picture_of(episode: Episode) -> str:
    """Link to the picture of an episode's video, 320 by 180 pixels; "" if it has none."""
    url = f"https://i.ytimg.com/vi/{episode.youtube}/mqdefault.jpg"
    return url if episode.youtube and is_link(url) else ""


def is_link(text: str) -> bool:
    """Return whether a text is an address that is safe to show as a link in any markup."""
    return len(text) <= LONGEST_LINK and bool(_LINK.fullmatch(text))


def parse_link(text: str) -> str:
    """Return the address of a page or file on the web in its safe form, or "" if there is none."""
    try:
        parts = urlsplit(text.strip())
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError:  # a broken address; UnicodeError is one too
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not host:
        return ""
    rest = (quote(part, safe=_PLAIN) for part in (parts.path, parts.query, parts.fragment))
    link = urlunsplit((parts.scheme, f"{host}{port}", *rest))
    return link if is_link(link) and len(link) <= LONGEST_LINK - _LONGEST_SECOND else ""


def parse_spotify(text: str) -> str:
    """Return the id of an episode on Spotify in an id, URI or address, or "" if there is none."""
    found = _SPOTIFY.fullmatch(text.strip())
    return found[1] if found else ""


def parse_apple(text: str) -> str:
    """Return the address of an episode on Apple Podcasts, or "" if a text is none."""
    found = _APPLE.fullmatch(text.strip())
    return parse_link(f"{found[1]}?i={found[2]}") if found else ""


def parse_template(text: str) -> str:
    """Return a pattern of links such as `{url}#t={seconds}`, or "" if a text is none."""
    text = text.strip()
    names = _PLACEHOLDER.findall(text)
    sample = _PLACEHOLDER.sub(lambda name: "http://a/" if name[1] in _ADDRESSES else "0", text)
    return text if names and {*names} <= {*_TIMES, *_NAMES} and is_link(sample) else ""


def parse_players(text: str) -> tuple[str, ...]:
    """Read an order of players: names and patterns. Raises ValueError that says what is wrong."""
    players = tuple(text.replace(",", " ").split())
    for each in players:
        if each not in USUAL_ORDER and not parse_template(each):
            known = ", ".join(USUAL_ORDER[1:])
            raise ValueError(
                f"“{each}” is none of {known}, and no pattern as {{url}}#t={{seconds}}"
            )
    return players


def _link(episode: Episode, player: str, second: float | None) -> str:
    seconds = None if second is None else max(0, int(second))
    if player == "youtube" and episode.youtube:
        return _in_query(f"https://youtu.be/{episode.youtube}", seconds)
    if player == "spotify" and episode.spotify:
        return _in_query(f"https://open.spotify.com/episode/{episode.spotify}", seconds)
    if player == "template":
        return _fill(episode.template, episode, seconds)
    if "{" in player:
        return _fill(player, episode, seconds)
    return _at(str(getattr(episode, player, "")), seconds)


def _at(address: str, seconds: int | None) -> str:
    """Link to a second of an address; where that cannot be said, to its beginning."""
    if not address or seconds is None:
        return address
    if _IN_QUERY.fullmatch(urlsplit(address).hostname or ""):
        return _in_query(address, seconds)
    base, _, fragment = address.partition("#")
    # A fragment with a slash is how some sites name their pages.
    return address if "/" in fragment else f"{base}#t={seconds}"


def _in_query(address: str, seconds: int | None) -> str:
    if seconds is None:
        return address
    base, mark, fragment = address.partition("#")
    base = _OWN_TIME.sub("", base).rstrip("?&")
    return f"{base}{'&' if '?' in base else '?'}t={seconds}{mark}{fragment}"


def _fill(template: str, episode: Episode, seconds: int | None) -> str:
    """Fill in a pattern; return "" if there is none, or the episode lacks any part of it."""
    if not template:
        return ""
    values = {name: _value(name, episode, seconds or 0) for name in _PLACEHOLDER.findall(template)}
    if not all(values.values()):
        return ""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _value(name: str, episode: Episode, seconds: int) -> str:
    """Return what stands for a name in a pattern; "" if the episode lacks it."""
    if name == "seconds":
        return str(seconds)
    if name == "time":
        minutes, second = divmod(seconds, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
    value = getattr(episode, name) if name in _NAMES else None
    text = "" if value is None else str(value)
    return text if name in _ADDRESSES else quote(text, safe="")
