"""What is said around a second of an episode, and which episode is meant."""

from dataclasses import replace

from bot.answers.context import answer_context, say_around
from bot.answers.hints import no_episodes, place_gone
from bot.answers.replies import MAX_TITLE, Reply, clock_time, episode_url, quoted
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Episode
from bot.search.filters import episodes_called, explain_episode
from bot.search.hits import show_second
from bot.search.index.index import Index
from bot.search.labels import label_episodes
from bot.search.links import find_links
from bot.search.more_like_this import end_of
from bot.translations import gettext, ngettext

# How many episodes to name when several match.
_MOST_NAMED = 5


def answer_moment(library: Library, request: Request) -> Reply:
    """Show what is said around a second of an episode that the text names.

    Without a second, that of a link in the text counts, or else the first.
    """
    episode = find_only(library.index, request.text)
    if isinstance(episode, Reply):
        return episode
    links = (link.second for link in find_links(request.text) if link.second is not None)
    second = request.start if request.start is not None else next(links, 0.0)
    if over := ended(library.index, episode, second):
        return over
    hit = show_second(library.index, episode.slug, second)
    if hit is None:
        return place_gone()
    place = Request(Verb.CONTEXT, episode=episode.slug, start=hit.start, end=hit.end)
    around = answer_context(library, place)
    cards = (
        replace(card, url=episode_url(episode, second), time=clock_time(second))
        for card in around.cards
    )
    text = say_around(clock_time(second), quoted(episode.title))
    return replace(around, text=text, cards=tuple(cards))


def find_only(index: Index, wanted: str) -> Episode | Reply:
    """Find the only episode that is meant, or reply that none or several match.

    A slug wins, as another title may contain it.
    """
    if not index.episodes:
        return no_episodes()
    fitting = episodes_called(index, wanted)
    fitting = [each for each in fitting if each.slug == wanted] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return Reply(explain_episode(index, wanted))
    text = ngettext(
        "{n} episode matches {wanted}. Please name just one.",
        "{n} episodes match {wanted}. Please name just one.",
        len(fitting),
        wanted=quoted(wanted),
    )
    labels = label_episodes(fitting, MAX_TITLE, lambda episode: episode.title)
    return Reply(text, (" · ".join(labels[each.slug] for each in fitting[:_MOST_NAMED]),))


def ended(index: Index, episode: Episode, second: float) -> Reply | None:
    """Reply that an episode is over before a second, if it is."""
    end = end_of(index, episode.slug)
    if end is None or second <= end:
        return None
    said = gettext("{title} ends at {time}.", title=episode.title, time=clock_time(end))
    return Reply(said)
