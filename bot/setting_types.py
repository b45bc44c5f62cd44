"""The types of settings: what the text of a variable may say, checked, and put into one form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.branding import parse_style
from bot.languages import language_code
from bot.players import parse_players
from bot.translations import closest_language, languages

# In Slack, a workspace may stand before a member's id; in Discord, ids are numbers.
_MEMBER = re.compile(r"(?:[TE][A-Z0-9]+/)?[UW][A-Z0-9]+|[0-9]+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+|[0-9]+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?")
_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
_SHARDS = re.compile(
    r"\s*(?:(?P<all>\d{1,5})|(?P<first>\d{1,5})(?:\s*-\s*(?P<last>\d{1,5}))?\s*/\s*(?P<of>\d{1,5}))\s*",
    re.ASCII,
)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SWITCHES = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is hidden when it is printed or logged."""

    _text: str = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self._text)

    def get_secret_value(self) -> str:
        """Return the text itself."""
        return self._text


def reveal(secret: Secret | None) -> str:
    """Return the text of a secret, or "" if it is not set."""
    return secret.get_secret_value() if secret else ""


@dataclass(frozen=True, slots=True)
class Variable:
    """The environment variable of a setting.

    `read` turns its text into the value; it raises a ValueError that says in a sentence, without
    the full stop, what is wrong.
    """

    name: str
    description: str
    default: object
    read: Callable[[str], object]


def setting(
    name: str,
    description: str,
    default: object = "",
    read: Callable[[str], object] = str,
    *,
    shown: bool = True,
) -> Any:  # noqa: ANN401 - as dataclasses.field, which is annotated with what it stands for
    """Declare a field of a dataclass that the variable `name` sets; `shown` when printed."""
    variable = Variable(name, description, default, read)
    return field(default=default, repr=shown, metadata={"variable": variable})


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("it should be a whole number") from None
        if not least <= number <= most:
            raise ValueError(f"it should be from {least} to {most}")
        return number

    return read


def read_switch(text: str) -> bool:
    """Read yes or no, or another word for it."""
    word = text.strip().lower()
    if word not in _SWITCHES:
        raise ValueError("it should be yes or no, or 1 or 0")
    return _SWITCHES[word]


def read_token(text: str) -> Secret:
    """Remove the spaces and line breaks that come along when a token is pasted."""
    return Secret(text.strip())


def read_level(text: str) -> str:
    """Read how much to log."""
    if text.upper() not in _LEVELS:
        raise ValueError(f"it should be {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}")
    return text.upper()


def read_url(text: str) -> str:
    """Read an address of the web, and let it end with a slash."""
    return _check_address(text, "https", "http").rstrip("/") + "/"


def read_socket_url(text: str) -> str:
    """Read the address of a WebSocket."""
    return _check_address(text, "wss", "ws")


def read_public_key(text: str) -> str:
    """Read a public key of Discord's."""
    key = text.strip().lower()
    if not _PUBLIC_KEY.fullmatch(key):
        raise ValueError("it should be 64 hexadecimal digits")
    return key


@dataclass(frozen=True, slots=True)
class ShardRange:
    """The shards, from `first` to `last` of so many, that one process connects."""

    first: int
    last: int
    of: int

    def __str__(self) -> str:
        some = f"-{self.last}" if self.last > self.first else ""
        return f"{self.first}{some}/{self.of}"

    @property
    def ids(self) -> range:
        """The numbers of the shards."""
        return range(self.first, self.last + 1)


def read_shards(text: str) -> ShardRange:
    """Read how many shards there are, as 8, or which of them, as 0-3/8."""
    found = _SHARDS.fullmatch(text)
    if not found:
        raise ValueError(
            "it should be a number of shards, such as 8, or a range of them, such as 0-3/8"
        )
    if found["all"]:
        first, last, of = 0, int(found["all"]) - 1, int(found["all"])
    else:
        first, of = int(found["first"]), int(found["of"])
        last = int(found["last"] or first)
    if not of:
        raise ValueError("there is at least one shard")
    if last < first:
        raise ValueError(f"its range ends at {last}, before it begins at {first}")
    if last >= of:
        raise ValueError(f"shards are counted from 0, so of {of} the last is {of - 1}")
    return ShardRange(first, last, of)


def read_members(text: str) -> str:
    """Read the ids of members."""
    return _check_each(text, "the id of a member, such as U012AB3CD", _MEMBER.fullmatch)


def read_channels(text: str) -> str:
    """Read the ids of channels."""
    return _check_each(text, "the id of a channel, such as C012AB3CD", _CHANNEL.fullmatch)


def read_hosts(text: str) -> str:
    """Read the names or addresses of hosts."""
    return _check_each(text, "the name of a host, such as podcast.example.internal", _is_host)


def read_shared(text: str) -> str:
    """Read where an index is shared: the address of a bucket, or a folder."""
    scheme, is_address, place = text.partition("://")
    if is_address and scheme != "s3":
        raise ValueError("it is neither a folder nor s3://bucket/folder")
    if is_address and not place.strip("/"):
        raise ValueError("it names no bucket: write s3://bucket/folder")
    return text


def read_links(text: str) -> str:
    """Read what links lead to."""
    parse_players(text)
    return text


def read_style(text: str) -> str:
    """Read the look of images."""
    parse_style(text)
    return text


def read_language(text: str) -> str:
    """Read the code of a language."""
    code = language_code(text)
    if not code:
        raise ValueError(f"“{text}” is not the code of a language, such as en or pt-BR")
    return code


def read_reply_language(text: str) -> str:
    """Read the language of replies, which is one that there are texts in."""
    code = closest_language(text)
    if not code:
        known = ", ".join(languages())
        raise ValueError(f"there are no texts in “{text}”, only in these languages: {known}")
    return code


def split_list(joined: str) -> tuple[str, ...]:
    """Split what is joined by commas or blanks."""
    return tuple(joined.replace(",", " ").split())


def _check_each(text: str, what: str, is_fine: Callable[[str], object]) -> str:
    for each in split_list(text):
        if not is_fine(each):
            raise ValueError(f"“{each}” is not {what}")
    return text


def _is_host(text: str) -> bool:
    if _HOST.fullmatch(text):
        return True
    # Loaded here: few name a host, and hardly any by an address of version 6.
    from ipaddress import ip_address

    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _check_address(value: str, *schemes: str) -> str:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
        raise ValueError(f"it is not an address that begins with {beginnings}")
    return value
