"""The command that chooses which podcasts a channel is served, or a whole workspace."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers.help import store_away
from bot.answers.replies import Reply, quoted
from bot.errors import StoreError
from bot.podcasts import DEFAULT, EVERYWHERE, Podcast, as_typed
from bot.posting.bindings import Bindings
from bot.posting.places import ChannelMember, Place
from bot.translations import gettext, gettext_noop, join_names, listed_words

MOST_USED = 5
"""How many podcasts a place may be served: each costs a search."""

# To translators: what people type between ids, separated by “|”.
_AND = gettext_noop("and")
# How many are listed.
_MOST_LISTED = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was typed after "use": ids, whether everywhere, and whether to undo the choice.

    Without ids, and if nothing is undone, it is a question.
    """

    podcast_ids: tuple[str, ...]
    everywhere: bool
    undo: bool


async def answer_use(
    bindings: Bindings, podcasts: Mapping[str, Podcast], typed: str, member: ChannelMember
) -> Reply:
    """Answer "use" with some ids or titles; without any, tell what is served, and what there is.

    With "everywhere", it is about all channels of the workspace without a choice of their own.
    """
    if len(podcasts) < 2:
        return Reply(gettext("There is only one podcast, so there is nothing to choose."))
    here = member.channel.place
    try:
        choice = _read(typed, podcasts)
        where = Place(here.platform, here.workspace) if choice.everywhere else here
        if not (choice.podcast_ids or choice.undo):
            return await _tell(bindings, podcasts, where)
        if member.obstacle:
            return Reply(member.obstacle)
        if refused := _refuse(choice.podcast_ids, podcasts):
            return refused
        await bindings.bind(where, choice.podcast_ids)
        told = await _tell(bindings, podcasts, where)
        own = await bindings.podcasts_at(here)
        if own == await bindings.podcasts_at(where):
            return told
        return replace(told, notes=(_tell_own(own, podcasts), *told.notes))
    except StoreError as error:
        _log.error("/podcast use %s did nothing. %s", typed, error)
        return store_away()


def is_choice(typed: str, podcasts: Mapping[str, Podcast]) -> bool:
    """Return whether what follows "use" can be a choice, rather than words to search for.

    That is nothing, a single word, or something with the id or title of a podcast in it.
    """
    if len(podcasts) < 2:
        return False
    choice = _read(typed, podcasts)
    return len(choice.podcast_ids) < 2 or any(each in podcasts for each in choice.podcast_ids)


def _read(typed: str, podcasts: Mapping[str, Podcast]) -> _Choice:
    words = as_typed(typed)
    everywhere = re.search(rf"(?:^|\s)(?:{listed_words(EVERYWHERE)})$", words)
    if everywhere:
        words = words[: everywhere.start()]
    chosen = words.split()
    if not all(each in podcasts for each in chosen):
        joined = re.compile(listed_words(_AND))
        chosen = _with_ids(words, podcasts).split()
        chosen = [each for each in chosen if each in podcasts or not joined.fullmatch(each)]
    undone = bool(re.fullmatch(listed_words(DEFAULT), words))
    ids = () if undone else tuple(dict.fromkeys(chosen))
    return _Choice(ids, everywhere is not None, undone)


def _with_ids(words: str, podcasts: Mapping[str, Podcast]) -> str:
    """Replace the titles of podcasts by their ids; longer ones may contain shorter ones."""
    titles = {as_typed(each.title): each.id for each in podcasts.values()}
    for title in sorted(titles.keys() - podcasts.keys(), key=len, reverse=True):
        words = re.sub(rf"(?<!\S){re.escape(title)}(?!\S)", titles[title], words)
    return words


def _refuse(chosen: Sequence[str], podcasts: Mapping[str, Podcast]) -> Reply | None:
    """Say that there is no such podcast, or that these are too many; None if all is well."""
    unknown = [each for each in chosen if each not in podcasts]
    if unknown:
        names = join_names([quoted(each) for each in unknown])
        known = _list(podcasts.values())
        return Reply(gettext("I know no podcast {names}.", names=names), tuple(known))
    if len(chosen) > MOST_USED:
        return Reply(gettext("Choose at most {most} podcasts for a place.", most=MOST_USED))
    return None


async def _tell(bindings: Bindings, podcasts: Mapping[str, Podcast], place: Place) -> Reply:
    served = await bindings.podcasts_at(place)
    titles = join_names([podcasts[each].title for each in served])
    notes = [*_list(podcasts.values()), *_how_to_choose(served)]
    if not await bindings.chosen_at(place):
        notes.insert(0, gettext("Nothing is chosen here, so I search the first podcast I have."))
    if place.channels:
        return Reply(gettext("Here I search {podcasts}.", podcasts=titles), tuple(notes))
    text = gettext(
        "In all channels without a choice of their own, I search {podcasts}.", podcasts=titles
    )
    return Reply(text, tuple(notes))


def _tell_own(own: Sequence[str], podcasts: Mapping[str, Podcast]) -> str:
    titles = join_names([podcasts[each].title for each in own])
    return gettext(
        "This channel has a choice of its own, {podcasts}, until you undo it.", podcasts=titles
    )


def _list(podcasts: Iterable[Podcast]) -> Iterator[str]:
    names = [f"{each.id} ({each.title})" for each in podcasts]
    more = ["…"] if len(names) > _MOST_LISTED else []
    listed = " · ".join([*names[:_MOST_LISTED], *more])
    yield gettext("Available: {podcasts}", podcasts=listed)


def _how_to_choose(served: Sequence[str]) -> Iterator[str]:
    yield gettext(
        "Admins choose with “/podcast use {ids}”, for all channels with “/podcast use {ids} "
        "everywhere”, and undo that with “/podcast use default”.",
        ids=" ".join(served),
    )
