"""Answer what people paste instead of words to look for: a link, a number, a title, a name."""

from dataclasses import replace
from functools import partial

from bot.answers.buttons import passage_buttons
from bot.answers.episodes import answer_episode, answer_latest, show_episode
from bot.answers.passages import answer_search
from bot.answers.replies import Reply, clock_time, hit_card, quoted
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Episode, Query
from bot.search.filters import episode_matcher, is_episode_number
from bot.search.hits import show_second
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.links import EpisodeLink, find_links, without_links
from bot.search.query import parse_query, without_filters
from bot.translations import gettext

# A single word is one to search for, even if it is a title.
_FEWEST_WORDS = 2


def answer_pasted(library: Library, request: Request) -> Reply | None:
    """Answer a text that names an episode, or a second of it; return None for any other text.

    A link to an episode, among other words, narrows a search to it. A link to a second stands for
    the whole text, and so does any in a message.
    """
    index, rest = library.index, without_links(request.text)
    links = find_links(request.text)
    for link in links:
        for episode in filter(link.leads_to, index.episodes):
            wordy = bool(library.index.vocabulary.content_terms(terms_of(rest)))
            if wordy and request.verb is Verb.SEARCH and link.second is None:
                if not find_links(without_filters(request.text)):
                    return None  # the link is the value of a filter already
                narrowed = f'{rest} episode:"{episode.slug}"'
                return answer_search(library, replace(request, text=narrowed))
            return _answer_link(library, link, episode, request)
    if links and not terms_of(rest):
        return _no_episode()
    asked = replace(request, verb=Verb.EPISODE, text=rest)
    if latest := answer_latest(library, asked):
        return _with_way_to_search(latest)
    if is_episode_number(rest):
        # "2x4" may be anything.
        sure = not rest[0].isdigit() or any(map(episode_matcher(rest), index.episodes))
        return answer_episode(library, asked) if sure else None
    if _is_name(index, rest):
        return _with_way_to_search(answer_episode(library, asked))
    return None


def find_linked(library: Library, text: str) -> Episode | None:
    """Find the episode to which the first link in a text leads; None if it leads to none."""
    link = next(iter(find_links(text)), None)
    return next(filter(link.leads_to, library.index.episodes), None) if link else None


def _no_episode() -> Reply:
    way = gettext(
        "I know the links to videos and pages of episodes. Words from the title work too."
    )
    return Reply(gettext("That link leads to no episode that I know."), (way,))


def _with_way_to_search(reply: Reply) -> Reply:
    way = gettext("To search for these words instead, put them in quotes.")
    return replace(reply, notes=(*reply.notes, way))


def _answer_link(library: Library, link: EpisodeLink, episode: Episode, asked: Request) -> Reply:
    """Show what is said at the second of a link, or the episode if there is none."""
    hit = None
    if link.second is not None:
        hit = show_second(library.index, episode.slug, link.second)
    if hit is None:
        return show_episode(library, episode.slug)
    card = hit_card(hit, partial(passage_buttons, ""))
    time, title = clock_time(link.second), quoted(episode.title)
    text = gettext("At {time} in {title}", time=time, title=title)
    return Reply(text, cards=(card,), names_card=True, asked=asked)


def _is_name(index: Index, text: str) -> bool:
    """Return whether a text is the title of an episode or the whole name of a guest.

    A short title may be a subject of many episodes, such as "A/B Testing".
    """
    words = tuple(terms_of(text))
    if len(words) < _FEWEST_WORDS or " ".join(words) not in index.called:
        return False
    query = parse_query(text)
    return query == Query(query.text, words)
