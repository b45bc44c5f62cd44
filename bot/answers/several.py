"""Answers from several podcasts: each is asked, and what they find is merged by rank.

Scores of different podcasts say little about each other, as other words are rare in each. So the
best of each comes first, then the second of each; among those of one rank, the higher score.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from bot.answers.buttons import another_button, page_buttons
from bot.answers.dispatch import answer
from bot.answers.episodes import episodes_per_page
from bot.answers.replies import Button, ButtonKind, Card, Reply
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import Suggestion
from bot.answers.talk import QUIET
from bot.library.library import Library
from bot.podcasts import Podcast, split_name
from bot.translations import gettext, join_names

AnswerRequest = Callable[[Library, Request], Reply]
Suggest = Callable[..., Iterable[Suggestion]]

# What is found page by page.
_RANKED = frozenset({Verb.SEARCH, Verb.FIND, Verb.TALK, Verb.MEANING, Verb.EPISODES})
# What may begin with the name of an episode.
_NAMING = frozenset({Verb.EPISODE, Verb.MOMENT})


def podcasts_named(request: Request) -> tuple[str, ...]:
    """Return the ids of the podcasts that a request names, empty if it leaves that to the place."""
    named = request.episode or (request.text if request.verb in _NAMING else "")
    podcast, _ = split_name(named)
    return (podcast,) if podcast else request.podcasts


def answer_from(
    libraries: Sequence[Library], request: Request, answer: AnswerRequest = answer
) -> Reply:
    """Answer a request from the libraries of a place, of which there is at least one.

    With several, each card says which podcast it is from.
    """
    if request.episode or len(libraries) == 1:
        return answer_in(library_of(libraries, request.episode), request, answer)
    if request.verb in _RANKED:
        return _merge_ranked(libraries, request, answer)
    return _MERGES.get(request.verb, _first_found)(libraries, request, answer)


def answer_in(library: Library, request: Request, answer: AnswerRequest = answer) -> Reply:
    """Answer a request from one library; the buttons remember its podcast."""
    if not library.podcast.id:
        return answer(library, request)
    return with_podcast(answer(library, own_request(library, request)), library.podcast)


def own_request(library: Library, request: Request) -> Request:
    """Return a request as the library of the podcast that it names takes it."""
    if not library.podcast.id:
        return request
    text = split_name(request.text)[1] if request.verb in _NAMING else request.text
    return replace(request, podcasts=(), text=text, episode=split_name(request.episode)[1])


def library_of(libraries: Sequence[Library], episode: str) -> Library:
    """Choose the library that an episode is in, by its name; the first if none is."""
    podcast, slug = split_name(episode)
    if len(libraries) == 1 or not episode:
        return libraries[0]
    if podcast:
        return next((each for each in libraries if each.podcast.id == podcast), libraries[0])
    return next((each for each in libraries if _has(each, slug)), libraries[0])


def episode_names(libraries: Iterable[Library]) -> Iterator[str]:
    """Yield the names of the episodes in some libraries, each clear without its library."""
    for library in libraries:
        yield from (library.podcast.name_of(each.slug) for each in library.index.episodes)


def suggest_from(
    libraries: Sequence[Library], suggest: Suggest, typed: str, limit: int, *more: int
) -> tuple[Suggestion, ...]:
    """Suggest values from each library, in turn and each once; see `bot.answers.suggestions`."""
    if len(libraries) == 1:
        return tuple(suggest(libraries[0], typed, limit, *more))
    found = zip_longest(*(suggest(each, typed, limit, *more) for each in libraries))
    values = {each.value: each for row in found for each in row if each}
    return tuple(values.values())[:limit]


def with_podcast(reply: Reply, podcast: Podcast) -> Reply:
    """Let a reply name its episodes so that they are clear anywhere, on its buttons too."""
    if not podcast.id:
        return reply
    return replace(
        reply,
        cards=tuple(card_with_podcast(each, podcast) for each in reply.cards),
        buttons=buttons_of(reply.buttons, podcast),
        asked=reply.asked and request_of(reply.asked, podcast),
    )


def from_podcast(reply: Reply, podcast: Podcast) -> Reply:
    """Do the same as `with_podcast`, and say on each card which podcast it is from."""
    return with_podcast(_labelled(reply, podcast), podcast)


def card_with_podcast(card: Card, podcast: Podcast) -> Card:
    """Do the same as `with_podcast` for a card."""
    episode = podcast.name_of(card.episode) if card.episode else ""
    return replace(card, episode=episode, buttons=buttons_of(card.buttons, podcast))


def card_from_podcast(card: Card, podcast: Podcast) -> Card:
    """Do the same as `from_podcast` for a card."""
    return _labelled_card(card_with_podcast(card, podcast), podcast)


def buttons_of(buttons: Sequence[Button], podcast: Podcast) -> tuple[Button, ...]:
    """Let buttons remember a podcast."""
    return tuple(replace(each, request=request_of(each.request, podcast)) for each in buttons)


def request_of(request: Request, podcast: Podcast) -> Request:
    """Let a request name its podcast."""
    if not podcast.id:
        return request
    if request.episode and podcast.prefix:
        return replace(request, episode=podcast.name_of(request.episode))
    return replace(request, podcasts=(podcast.id,))


def _has(library: Library, slug: str) -> bool:
    return any(each.slug == slug for each in library.index.episodes)


def _merge_ranked(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Merge the pages that each podcast has up to the one that is asked for."""
    size = episodes_per_page(request) if request.verb is Verb.EPISODES else request.size
    first, end = request.page * size, (request.page + 1) * size
    whole = replace(request, page=0, size=end)
    replies = [_labelled(answer_in(each, whole, answer), each.podcast) for each in libraries]
    told = [each for each in replies if each != QUIET]
    if not told:
        return QUIET
    found = [each for each in told if each.cards]
    if not found:
        return next(filter(_opens_episode, told), told[0])
    if named := [each for each in found if each.names_card]:
        return named[0]  # an episode was meant, and nothing in it
    ranked = list(_by_rank(found))
    cards, more = ranked[first:end], len(ranked) > end or any(each.more for each in found)
    lead = next(each for each in found if each.cards[0] in ranked[:1])
    asked = replace(request, podcasts=tuple(each.podcast.id for each in libraries))
    return replace(
        lead,
        notes=tuple(dict.fromkeys(note for each in found for note in each.notes)),
        cards=tuple(_following(cards)),
        more=more,
        first=first + 1 if cards else 1,
        private=all(each.private for each in found),
        buttons=(*page_buttons(asked, more=more), *_others(lead, asked)),
        asked=asked,
    )


def _opens_episode(reply: Reply) -> bool:
    return any(button.request.verb is Verb.EPISODE for button in reply.buttons)


def _labelled(reply: Reply, podcast: Podcast) -> Reply:
    """Say on each card which podcast it is from."""
    return replace(reply, cards=tuple(_labelled_card(each, podcast) for each in reply.cards))


def _labelled_card(card: Card, podcast: Podcast) -> Card:
    return replace(card, label=" · ".join(filter(None, (podcast.title, card.label))))


def _by_rank(replies: Sequence[Reply]) -> Iterator[Card]:
    for cards in zip_longest(*(each.cards for each in replies)):
        yield from sorted(filter(None, cards), key=lambda card: -(card.score or 0.0))


def _following(cards: Sequence[Card]) -> Iterator[Card]:
    """Name an episode again where another one comes between."""
    above = ""
    for card in cards:
        yield replace(card, follows=card.follows and card.episode == above)
        above = card.episode


def _others(reply: Reply, asked: Request) -> tuple[Button, ...]:
    """Return the buttons below a reply that turn no page; forms are for all podcasts, too."""
    return tuple(
        replace(each, request=replace(each.request, podcasts=asked.podcasts))
        if each.kind is ButtonKind.FORM
        else each
        for each in reply.buttons
        if each.kind is not ButtonKind.TURN
    )


def _first_found(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Answer from the first podcast that has what is asked for."""
    replies = (_labelled(answer_in(each, request, answer), each.podcast) for each in libraries)
    first = next(replies)
    return first if first.cards else next((each for each in replies if each.cards), first)


def _take_turns(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Answer with one quote after the other, of each podcast in turn."""
    count = len(libraries)
    # Whoever has no more leaves their turn to the next.
    for turn in range(count):
        page, place = divmod(request.page + turn, count)
        library = libraries[place]
        reply = answer_in(library, replace(request, page=page), answer)
        if reply.cards or turn == count - 1:
            asked = replace(request, podcasts=tuple(each.podcast.id for each in libraries))
            again = replace(asked, page=request.page + turn)
            more = another_button(again) if reply.cards else ()
            others = [each for each in reply.buttons if each.kind is not ButtonKind.TURN]
            told = _labelled(reply, library.podcast)
            return replace(told, buttons=(*more, *others), more=bool(more), asked=again)
    raise AssertionError  # there is a library


def _count_each(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Count in each podcast; charts are drawn where only one has anything."""
    replies = [(each, answer_in(each, request, answer)) for each in libraries]
    found = [(library, reply) for library, reply in replies if reply.cards]
    if len(found) < 2:
        library, reply = (found or replies)[0]
        return _labelled(reply, library.podcast)
    cards = [card for library, reply in found for card in _labelled(reply, library.podcast).cards]
    notes = [
        gettext("{podcast}: {said}", podcast=library.podcast.title, said=text)
        for library, reply in found
        for text in (reply.text, *reply.notes)
    ]
    titles = join_names([library.podcast.title for library, _ in found])
    text = gettext("Counted in {podcasts}", podcasts=titles)
    return Reply(text, tuple(notes), tuple(cards), asked=found[0][1].asked)


def _describe_all(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Describe the index of each podcast, and the code once."""
    replies = [answer_in(each, request, answer) for each in libraries]
    shared = [note for note in replies[0].notes if all(note in each.notes for each in replies)]
    notes = [
        gettext("{podcast}: {said}", podcast=library.podcast.title, said=note)
        for library, reply in zip(libraries, replies, strict=True)
        for note in reply.notes
        if note not in shared
    ]
    instants = tuple(instant for each in replies for instant in each.instants)
    return replace(replies[0], notes=(*shared, *notes), instants=instants)


def _help_with_all(libraries: Sequence[Library], request: Request, answer: AnswerRequest) -> Reply:
    """Say how to ask, and who is asked."""
    reply = answer_in(libraries[0], request, answer)
    titles = join_names([each.podcast.title for each in libraries])
    here = gettext("Here I search {podcasts}.", podcasts=titles)
    buttons = (replace(each, request=replace(each.request, podcasts=())) for each in reply.buttons)
    return replace(reply, text=f"{reply.text} {here}", buttons=tuple(buttons))


_MERGES: dict[Verb, Callable[[Sequence[Library], Request, AnswerRequest], Reply]] = {
    Verb.QUOTE: _take_turns,
    Verb.MENTIONS: _count_each,
    Verb.ABOUT: _describe_all,
    Verb.HELP: _help_with_all,
}
