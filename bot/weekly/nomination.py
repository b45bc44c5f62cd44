"""Words that people choose themselves: nominations by members, and edits by moderators.

Both are checked like any quote: a guest says them, in an edited transcript, in these words.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.answers.several import library_of, own_request
from bot.library.library import Library, word_usage_of
from bot.posting.outbox import State
from bot.posting.places import Channel, Requester
from bot.quotes.editing import MAX_EDITED, mark_edit
from bot.quotes.extraction import content_id
from bot.quotes.lookup import guest_of
from bot.quotes.models import MAX_SENTENCES
from bot.quotes.reasons import AGAINST
from bot.quotes.standalone import why_unfit
from bot.quotes.wording import usual_shares, wording_of
from bot.search.index.index import Index
from bot.search.more_like_this import join_cues, sentences_between
from bot.text import one_line
from bot.translations import gettext
from bot.weekly.models import (
    Candidate,
    Delivery,
    Quote,
    Subscription,
    SubscriptionState,
    key_of,
)
from bot.weekly.ports import NoticeKind, WeeklyContext
from bot.weekly.review import find_candidate, tell
from bot.weekly.selection import find_current, is_barred, read_barred
from bot.weekly.slots import Slot, instant_of
from bot.weekly.status import coming_slot

MAX_TYPED = 1000
"""The most characters of the form."""

# How many sentences of a passage the form offers; nominees have at most three.
_MOST_OFFERED = 6
_IN_SHORT = "in short:"


@dataclass(frozen=True, slots=True)
class WordsForm:
    """A form with words to change, and the button's kind and request that it answers."""

    kind: ButtonKind
    request: Request
    title: str
    label: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class ChosenWords:
    """A quote in the words that somebody chose, or what is wrong with them."""

    quote: Quote | None = None
    problem: str = ""


async def open_edit(context: WeeklyContext, delivery: Delivery, quote_id: str) -> WordsForm | None:
    """Open the form for the words of a candidate; None if there is no such candidate."""
    day = delivery.slot.day
    candidate = await find_candidate(context, delivery.channel, day, quote_id)
    if candidate is None:
        return None
    current = find_current(await context.pool(delivery.channel), candidate.quote) or candidate.quote
    request = Request(Verb.WEEKLY, f"{delivery.message.key} {quote_id}")
    heard = current.wording.spoken
    if heard:
        hint = gettext("Heard: {words}", words=heard)
    else:
        hint = gettext("Use “…” for what you leave out, [brackets] to add.")
    title, label = gettext("Edit Quote"), gettext("The words")
    return WordsForm(ButtonKind.EDIT, request, title, label, current.text, hint)


def choose_passage(found: Reply) -> Request | Reply:
    """Choose the best of the passages found for a message, or say that there is none."""
    if not found.cards:
        return Reply(gettext("I found nothing in the podcast about this message."))
    card = found.cards[0]
    return Request(Verb.HIT, episode=card.episode, start=card.start, end=card.end)


def open_nomination(libraries: Sequence[Library], request: Request) -> WordsForm | Reply:
    """Open the form to nominate a passage, with the sentences that a guest says in it."""
    library = library_of(libraries, request.episode)
    cues = _offered(library.index, own_request(library, request))
    if not cues:
        return Reply(_tell_missing(cues))
    hint = gettext("Keep one to {most} sentences. Moderators decide.", most=MAX_SENTENCES)
    text = join_cues(library.index, cues)[:MAX_TYPED]
    title, label = gettext("Nominate Quote"), gettext("The words")
    return WordsForm(ButtonKind.NOMINATE, request, title, label, text, hint)


def _tell_missing(cues: range | None) -> str:
    """Say why there are no words to nominate."""
    if cues is None:
        return gettext("I can no longer find that passage. Please search again.")
    return gettext(
        "No guest says that in an edited transcript, so I cannot quote it: I quote guests only, "
        "and automatic captions are not accurate enough."
    )


async def check_edit(
    context: WeeklyContext, delivery: Delivery, quote_id: str, typed: str
) -> ChosenWords:
    """Check the words of an edit against what was said."""
    day = delivery.slot.day
    candidate = await find_candidate(context, delivery.channel, day, quote_id)
    pool = await context.pool(delivery.channel)
    current = find_current(pool, candidate.quote) if candidate else None
    if current is None:
        return ChosenWords(problem=gettext("That quote is no longer in the podcast."))
    return _edited(current, typed)


def check_nomination(library: Library, request: Request, typed: str) -> ChosenWords:
    """Find the sentences that somebody kept of a passage, and check what they changed in them."""
    index, podcast = library.index, library.podcast
    cues = _offered(index, own_request(library, request))
    if not cues:
        return ChosenWords(problem=_tell_missing(cues))
    if _is_short(typed):
        problem = gettext("Keep the words as they were said. Only moderators can use “In short:”.")
        return ChosenWords(problem=problem)
    if problems := mark_edit(join_cues(index, cues), typed).problems:
        return ChosenWords(problem=" ".join(problems))
    for run in _runs(index, cues):
        if not mark_edit(join_cues(index, run), typed).problems:
            quote = _quote_of(index, run)
            return _edited(replace(quote, episode=podcast.name_of(quote.episode)), typed)
    return ChosenWords(
        problem=gettext("Keep one to {most} sentences by one guest.", most=MAX_SENTENCES)
    )


async def nominate(
    context: WeeklyContext,
    libraries: Sequence[Library],
    request: Request,
    typed: str,
    requester: Requester,
    channel: str,
) -> ChosenWords | Reply:
    """Offer the words that a member chose of a passage to moderators, or return what is wrong."""
    library = library_of(libraries, request.episode)
    chosen = await asyncio.to_thread(check_nomination, library, request, typed)
    if chosen.quote is None:
        return chosen
    return await _nominate(context, library, chosen.quote, requester, channel)


async def _nominate(
    context: WeeklyContext, library: Library, quote: Quote, requester: Requester, channel: str
) -> Reply:
    """Offer a quote to the moderators of a member's channel, unless they know it."""
    subscription = await _find_subscription(context, requester, channel)
    if isinstance(subscription, Reply):
        return subscription
    where = subscription.channel
    if is_barred(await read_barred(context, where), quote):
        return Reply(
            gettext("It cannot be posted there: it was turned down, or its guest is excluded.")
        )
    if any(each.id == quote.id for each in await context.deliveries.history(where)):
        return Reply(gettext("That quote has been posted there before."))
    slot = await coming_slot(context, subscription)
    if await find_candidate(context, where, slot.day, quote.id):
        return Reply(gettext("Moderators already have that quote."))
    unfit = why_unfit(quote.source, word_usage_of(library))
    reasons = (AGAINST.format(unfit=unfit),) if unfit else ()
    nominee = Candidate(quote, reasons, requester.person)
    delivery = await _offer(context, where, slot, nominee)
    told = delivery and await tell(
        context, subscription, NoticeKind.NOMINATED, delivery, (nominee,), (requester.person,)
    )
    if not told or not told.anyone:
        return Reply(gettext("I could not reach the moderators just now. Please try again later."))
    when = instant_of(subscription.schedule, slot)
    text = gettext("Thank you. Moderators can choose it, first for {when}.", when=when.text)
    return Reply(text, instants=(when,))


def _edited(current: Quote, typed: str) -> ChosenWords:
    """Put words in place of a quote's; "In short:" takes those that were not said."""
    text = one_line(typed).strip("“”\"' ")
    if _is_short(text):
        short = text.partition(":")[2].strip()
        if 0 < len(short) <= MAX_EDITED:
            return ChosenWords(_with(current, short))
        problem = gettext("Write at most {most} characters after “In short:”.", most=MAX_EDITED)
        return ChosenWords(problem=problem)
    if text == current.source:
        return ChosenWords(_with(current, text))
    # What keeps to the transcript is posted, too, though not as a quotation if it was rewritten.
    marked = [mark_edit(said, text) for said in (current.wording.spoken, current.source) if said]
    for each in marked:
        if not each.problems:
            return ChosenWords(_with(current, each.text))
    return ChosenWords(problem=" ".join(marked[0].problems))


def _with(quote: Quote, text: str) -> Quote:
    return replace(quote, text=text, original="" if text == quote.source else quote.source)


def _is_short(typed: str) -> bool:
    """Return whether words begin with "In short:", in English or in the language spoken."""
    return typed.strip().casefold().startswith((_IN_SHORT, gettext("In short:").casefold()))


def _offered(index: Index, request: Request) -> range | None:
    """Find the sentences of a passage that a guest says; None if the passage is gone."""
    slug, start, end = request.episode, request.start, request.end
    numbers = [number for number, each in enumerate(index.episodes) if each.slug == slug]
    if not numbers or start is None or end is None:
        return None
    if exact := sentences_between(index, slug, start, end, MAX_SENTENCES):
        return exact if guest_of(index, exact[0]) else range(0)
    transcripts = index.transcripts
    inside = [
        cue
        for cue in index.cue_numbers(numbers[0])
        if transcripts.finishes[cue] > start and transcripts.begins[cue] < end
    ]
    said = [cue for cue in inside if guest_of(index, cue)]
    if not inside:
        return None
    if not said:
        return range(0)
    begin = stop = said[0]
    while stop in said and stop - begin < _MOST_OFFERED:
        stop += 1
    return range(begin, stop)


def _runs(index: Index, cues: range) -> Iterator[range]:
    """Yield the runs of sentences of one guest that a quote may have, the shortest first."""
    for count in range(1, min(MAX_SENTENCES, len(cues)) + 1):
        for first in range(cues.start, cues.stop - count + 1):
            run = range(first, first + count)
            if len({guest_of(index, cue) for cue in run}) == 1:
                yield run


def _quote_of(index: Index, cues: range) -> Quote:
    text, first = join_cues(index, cues), cues[0]
    episode = int(index.transcripts.episodes[first])
    chapter = int(index.transcripts.chapters[first])
    return Quote(
        content_id(text),
        index.episodes[episode].slug,
        index.transcripts.cue(first).start,
        guest_of(index, first),
        text,
        index.chapters[chapter].title if chapter >= 0 else "",
        wording=wording_of(index, cues, usual_shares(index)[episode]),
    )


async def _find_subscription(
    context: WeeklyContext, requester: Requester, channel: str
) -> Subscription | Reply:
    """Find the channel that a nomination is for: the member's own, or the only one."""
    known = await context.deliveries.subscriptions_in(requester.platform, requester.workspace)
    here = [
        each
        for each in known
        if each.state is SubscriptionState.ON and (each.schedule.review or each.schedule.vote)
    ]
    own = [each for each in here if each.channel.id == channel]
    if len(own or here) > 1:
        return Reply(
            gettext(
                "Several channels here have a quote of the week. Please nominate it in the one "
                "you mean."
            )
        )
    if not here:
        return Reply(
            gettext(
                "No quote of the week is chosen here, so nobody could decide on yours. An admin "
                "can change that: “/podcast weekly on mon 09:00 Europe/Berlin review”."
            )
        )
    return (own or here)[0]


async def _offer(
    context: WeeklyContext, channel: Channel, slot: Slot, nominee: Candidate
) -> Delivery | None:
    """Add a candidate for a slot; None if its quote is being posted already."""
    delivery = await context.deliveries.wait(channel, slot, (nominee,))
    if delivery:
        return delivery
    await context.decisions.offer(channel, slot, (nominee,))
    known = await context.deliveries.find_delivery(key_of(channel, slot.day))
    return known if known and known.message.state is State.WAITING else None
