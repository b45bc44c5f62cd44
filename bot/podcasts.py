"""The podcasts that one deployment serves, and how their episodes are told apart.

Episodes of several podcasts may have the same slug, so outside of its own library an episode is
named with its podcast before it: `mlops::feature-stores`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.translations import gettext_noop, listed_words

# To translators: what people type after “use …”, for all channels, separated by “|”.
EVERYWHERE = gettext_noop("everywhere|in all channels")
"""What is typed after the ids of podcasts to choose them for all channels."""
# To translators: what people type after “use”, to undo what was chosen, separated by “|”.
DEFAULT = gettext_noop("default|nothing")
"""What is typed instead of them to undo a choice."""
_BETWEEN = "::"
_FOLDER = "podcasts.d"
# Ids are typed in chats, and are a part of what buttons carry.
PODCAST_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Podcast:
    """One podcast: what it is called, where its episodes come from, and how they are shown.

    `id` is "" for the only podcast, which the other settings describe. `sources` are as in
    AIRQUOTE_EPISODES. One that `was_alone` names its episodes as if it still were, so that what the
    database holds of them stays true.
    """

    id: str = ""
    title: str = ""
    sources: tuple[str, ...] = field(default=(), repr=False)  # an address may contain a password
    language: str = ""
    colour: str = ""
    links: str = ""
    evaluation: Path | None = None
    was_alone: bool = False

    @property
    def prefix(self) -> str:
        """What stands before its episodes' slugs, "" for nothing."""
        return "" if self.was_alone else self.id

    @property
    def facts(self) -> dict[str, str]:
        """What names it in the log; nothing for the only podcast."""
        return {"podcast": self.id} if self.id else {}

    def name_of(self, slug: str) -> str:
        """Name an episode so that no other podcast's has the same name."""
        return f"{self.prefix}{_BETWEEN}{slug}" if self.prefix else slug

    def cache_in(self, cache: Path) -> Path:
        """Return its own folder in the cache, so that no other podcast's indexes push out its."""
        return cache / _FOLDER / self.id if self.id else cache


ONLY_PODCAST = Podcast()
"""The podcast of a deployment that has no others."""


def is_reserved(podcast_id: str) -> bool:
    """Return whether an id could not be chosen, as it means something else in some language."""
    return any(re.fullmatch(listed_words(each), podcast_id) for each in (EVERYWHERE, DEFAULT))


def as_typed(title: str) -> str:
    """Return a title as those who type it may write it: titles that are equal so are the same."""
    return " ".join(title.casefold().replace(",", " ").split())


def whole_cache(cache: Path) -> Path:
    """Return the cache of all podcasts, which that of one is in."""
    return cache.parent.parent if cache.parent.name == _FOLDER else cache


def split_name(episode: str) -> tuple[str, str]:
    """Split the name of an episode into the id of its podcast, "" if it has none, and its slug."""
    before, between, slug = episode.partition(_BETWEEN)
    return (before, slug) if between and PODCAST_ID.fullmatch(before) else ("", episode)
