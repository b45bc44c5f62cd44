"""The custom ids of buttons, which hold at most 100 characters.

An id says what the button does, whose it is, and its request or, if that is too long, the key
under which the request is saved: aq1:turn:6f2a…:1,"search","model registry",1,"",null,null
"""

import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from bot.answers.replies import Button, ButtonKind
from bot.answers.requests import Request, pack, unpack
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
_KEPT = "="
# Slugs are the longest part; 48 bits of a hash tell the slugs of a podcast apart.
_SLUG_BYTES = 6
_KEY_BYTES = 15
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
        """Whether its request is saved under a key."""
        return self.carried.startswith(_KEPT)


class ButtonIds:
    """Creates unique ids for the buttons of one message, which only `owner` may press.

    `kept` are the packed requests that were too long for an id, by the key in their place.
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
        carried = _shortened(button.request)
        if len(start) + len(carried) <= CUSTOM_ID:
            return start + carried
        packed = clean(pack(button.request))
        key = _hash(packed, _KEY_BYTES)
        self.kept[key] = packed
        return start + _KEPT + key


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
        packed = await keeper.find(press.carried.removeprefix(_KEPT))
        return None if packed is None else unpack(packed)
    return unpack(f"[{press.carried}]")


def with_slug(request: Request, names: Iterable[str]) -> Request:
    """Find the episode whose slug is hashed in a request, among those with these names.

    If the episode is gone, its hash is treated like any unknown slug.
    """
    named = (each for each in names if _hash_slug(split_name(each)[1]) == request.episode)
    episode = next(named, request.episode)
    # The name says which podcast it is in.
    podcasts = () if split_name(episode)[0] else request.podcasts
    return replace(request, episode=episode, podcasts=podcasts)


def _shortened(request: Request) -> str:
    """Pack a request without its brackets, and with its slug hashed."""
    podcast, slug = split_name(request.episode)
    hashed = replace(
        request,
        episode=_hash_slug(slug) if slug else "",
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
