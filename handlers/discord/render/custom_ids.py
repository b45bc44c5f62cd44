"""The custom ids of buttons, which hold at most 100 characters.

An id says what the button does, whose it is, and its request:
aq1:turn:6f2a…:1,"search","model registry",1,"",null,null

If that is too long, the text is saved, once for all buttons of a message, and its key stands before
what is left: aq1:turn:6f2a…:~Xk3…1,"search","",1,"",null,null. If that is still too long, the whole
request is saved: aq1:turn:6f2a…:=Pq8…
"""

import json
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from bot.answers.replies import Button, ButtonKind
from bot.answers.requests import Request, Verb, pack, unpack
from bot.podcasts import split_name
from bot.service.saved_requests import RequestStore
from bot.text import clean
from handlers.discord.render.limits import CUSTOM_ID

# Matches the ids of every version, so that old buttons are answered too.
ID_PATTERN = re.compile(r"aq(?P<version>\d+):.*", re.ASCII | re.DOTALL)
_VERSION = "aq1"
MENU = f"{_VERSION}:menu"
"""The id of a menu; what each of its options does is in the option's value, as in a button's id."""
# Instead of a member's id: everybody may press the button.
EVERYBODY = 0
_KEPT, _KEPT_TEXT = "=", "~"
# Slugs are the longest part; 48 bits of a hash tell the slugs of a podcast apart.
_SLUG_BYTES = 6
# 72 bits tell all texts apart, and 120 even the requests that somebody makes up to be mistaken.
_TEXT_BYTES = 9
_KEY_BYTES = 15
# In base64.
_TEXT_KEY = _TEXT_BYTES * 4 // 3
_IN_ID = re.compile(
    rf"{_VERSION}:(?P<kind>[a-z_]+)(?:\.\d+)?:(?P<owner>[0-9a-f]{{1,16}}):(?P<request>.+)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class CustomId:
    """A parsed custom id; `owner` is the id of the member it belongs to, or EVERYBODY."""

    kind: ButtonKind
    owner: int
    carried: str
    text: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether its request is saved under a key, as a whole."""
        return self.carried.startswith(_KEPT)


class ButtonIds:
    """Creates unique ids for the buttons of one message, which only `owner` may press.

    `kept` are packed requests by key: those that were too long for an id, and searches for texts
    that were.
    """

    def __init__(self, owner: int) -> None:
        self.kept: dict[str, str] = {}
        self._owner = owner
        self._named: Counter[str] = Counter()

    def name(self, button: Button) -> str:
        """Create the id of a button."""
        name = self._write(button, "")
        self._named[name] += 1
        # Discord rejects a message in which two buttons share an id.
        times = self._named[name]
        return name if times == 1 else self._write(button, f".{times}")

    def _write(self, button: Button, number: str) -> str:
        start = f"{_VERSION}:{button.kind.value}{number}:{self._owner:x}:"
        room = CUSTOM_ID - len(start)
        ways = _shorter_and_shorter(button.request)
        carried, kept = next((way, kept) for way, kept in ways if len(way) <= room)
        self.kept |= kept
        return start + carried


def parse_custom_id(custom_id: str) -> CustomId | None:
    """Parse the id of a button; None if it comes from another version or is invalid."""
    found = _IN_ID.fullmatch(custom_id)
    if found is None or found["kind"] not in set(ButtonKind):
        return None
    kind, owner = ButtonKind(found["kind"]), int(found["owner"], 16)
    return CustomId(kind, owner, found["request"], custom_id)


async def read_id(press: CustomId, keeper: RequestStore) -> Request | None:
    """Find the request of a button; one that is not kept has a hash in place of its slug.

    None if it was packed by another version or is no longer saved.
    """
    if press.is_kept:
        return unpack(await keeper.find(press.carried.removeprefix(_KEPT)))
    if not press.carried.startswith(_KEPT_TEXT):
        return unpack(f"[{press.carried}]")
    carried = press.carried.removeprefix(_KEPT_TEXT)
    request = unpack(f"[{carried[_TEXT_KEY:]}]")
    asked = request and unpack(await keeper.find(carried[:_TEXT_KEY]))
    return replace(request, text=asked.text) if request and asked else None


def with_slug(request: Request, names: Iterable[str]) -> Request:
    """Find the episode whose slug is hashed in a request, among those with these names.

    If the episode is gone, its hash is treated like any unknown slug.
    """
    named = (each for each in names if _hash_slug(split_name(each)[1]) == request.episode)
    episode = next(named, request.episode)
    # The name says which podcast it is in.
    podcasts = () if split_name(episode)[0] else request.podcasts
    return replace(request, episode=episode, podcasts=podcasts)


def _shorter_and_shorter(request: Request) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what an id can carry of a request, each time with what is kept for it."""
    wordless = _shortened(request)
    # The text comes first of all that may be empty; packing twice would take twice as long.
    yield wordless.replace('""', _quoted(request.text), 1), {}
    key, kept = _keep_text(request.text)
    yield f"{_KEPT_TEXT}{key}{wordless}", {key: kept}
    packed = clean(pack(request))
    key = _hash(packed, _KEY_BYTES)
    yield _KEPT + key, {key: packed}


@lru_cache(maxsize=64)  # the buttons of an answer carry the same text
def _keep_text(text: str) -> tuple[str, str]:
    """Return a key and a packed search to keep a text in."""
    packed = clean(pack(Request(Verb.SEARCH, text)))
    return _hash(packed, _TEXT_BYTES), packed


@lru_cache(maxsize=64)  # as above
def _quoted(text: str) -> str:
    """Write a text as in a packed request."""
    return clean(json.dumps(text, ensure_ascii=False))


def _shortened(request: Request) -> str:
    """Pack a request without its brackets and its text, and with its slug hashed."""
    podcast, slug = split_name(request.episode)
    # An answer has dozens of these, and `replace` takes several times as long.
    hashed = Request(
        request.verb,
        "",
        request.page,
        _hash_slug(slug) if slug else "",
        request.start,
        request.end,
        seed=request.seed,
        podcasts=(podcast,) if podcast else request.podcasts,
    )
    return clean(pack(hashed))[1:-1]


@lru_cache(maxsize=4096)  # each button of a passage names its episode
def _hash_slug(slug: str) -> str:
    return _hash(slug, _SLUG_BYTES)


def _hash(text: str, size: int) -> str:
    return urlsafe_b64encode(
        blake2b(text.encode(errors="surrogatepass"), digest_size=size).digest()
    ).decode()
