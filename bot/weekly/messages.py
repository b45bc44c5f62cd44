"""The messages of the quote of the week: the post, and notices to admins and moderators."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers.replies import (
    Button,
    ButtonKind,
    Card,
    Instant,
    Poll,
    Reply,
    clock_time,
    episode_card,
    episode_url,
)
from bot.answers.requests import Request, Verb
from bot.models import Episode, Snippet
from bot.quotes.lookup import explain_none
from bot.text import one_line, pluralize
from bot.weekly.models import Candidate, Delivery, Quote, Subscription
from bot.weekly.ports import NoticeKind
from bot.weekly.ranking import GUEST_DAYS, GUEST_WEEKS
from bot.weekly.slots import Schedule, as_command, instant_of, next_slots
from bot.weekly.supply import Outlook, Supply

_DAYS = 7  # in a week
# Before what was said in other words.
_IN_SHORT = "In short: "
_CHOICES = (
    (ButtonKind.APPROVE, "Approve"),
    (ButtonKind.EDIT, "Edit"),
    (ButtonKind.SKIP, "Skip"),
    (ButtonKind.NEVER, "Never"),
)
_POST = "“/podcast weekly post”"
_TRY_AGAIN = (
    f"Fix that, then type {_POST} in the channel. After three failures in a row, I pause it."
)
_WITHOUT = "To go without from now on, switch the quotes on again, with “plain” at the end."
_APPROVE_ONE = (
    "Approve one by then. If nobody does, I post a quote that was approved earlier, or nothing."
)
_OR_NOTHING = "If one was approved earlier, I post that; otherwise, nothing."
# Texts that are the same for every schedule: a sentence and its notes.
_TEXTS = {
    NoticeKind.SHORTLIST: ("Choose the quote of the week for {when}.", _APPROVE_ONE),
    NoticeKind.REMINDER: (
        "Nobody has chosen the quote of the week for {when} yet.",
        _APPROVE_ONE,
    ),
    NoticeKind.UNDECIDED: (
        "No quote was posted on {when}, because nobody had approved one.",
        "You still can: what you approve now is posted next time. "
        f"To post it at once, type {_POST} in the channel.",
    ),
    NoticeKind.NOMINATED: (
        "Somebody nominated a quote for {when}.",
        "Whoever nominated it is not told what you decide.",
    ),
    NoticeKind.SECOND: (
        "One of you approved this quote for {when}, and it needs another.",
        "Approve it as well, or it is not posted.",
    ),
    NoticeKind.NO_VOTE: (
        "I could not ask the channel to vote on the quote of the week for {when}.",
        "I choose one of the three instead. In Discord, I need the permission “Create Polls”.",
    ),
    NoticeKind.CHANGED: (
        "The words of a quote approved for {when} have been corrected since.",
        "I do not post it as it was. Approve the new words, or it is not posted at all.",
    ),
    NoticeKind.GONE: (
        "A quote approved for {when} is no longer in the podcast, so I do not post it.",
        "I go on with the others that are approved.",
    ),
    NoticeKind.REPORTED: (
        "Someone reported the quote of the week of {when}.",
        "Withdraw removes it from the channel, and it is never posted again. "
        "If you do nothing, it stays.",
    ),
    NoticeKind.LATE: (
        "The quote of the week for {when} was not posted, and now it is too late for it.",
        f"The next one comes as planned. To post one now, type {_POST} in the channel.",
    ),
    NoticeKind.UNSURE: (
        "The quote of the week for {when} may or may not have been posted: I could not find out.",
        "Please look. I will not post it again, so that it is not there twice. "
        f"If it is missing, {_POST} posts another one on any later day.",
    ),
}

# A notice's sentence and its notes.
_Worded = tuple[str, tuple[str, ...]]


def posted(
    episodes: Sequence[Episode], quote: Quote, key: str, occasions: Sequence[str] = ()
) -> Reply:
    """Write the post of a quote, with a button to report it; `occasions` say why it is this one."""
    report = Button(ButtonKind.REPORT, "Report", Request(Verb.WEEKLY, key))
    buttons = (*_context_button(episodes, quote), report)
    title = "Quote of the week" if quote.is_literal else "Thought of the week"
    text = " · ".join((title, *occasions))
    return Reply(text, cards=(quote_card(episodes, quote),), buttons=buttons)


def _context_button(episodes: Sequence[Episode], quote: Quote) -> tuple[Button, ...]:
    """Return the button to read what is said around a quote, if it can be found again."""
    if quote.start is None or all(each.slug != quote.episode for each in episodes):
        return ()
    # Without its end, the passage at its beginning is shown.
    place = Request(Verb.CONTEXT, episode=quote.episode, start=quote.start, end=quote.start)
    return (Button(ButtonKind.OPEN, "Context", place),)


def withdrawn() -> Reply:
    """Write the text that replaces a withdrawn quote."""
    return Reply("This quote was withdrawn.")


def word_notice(
    episodes: Sequence[Episode],
    subscription: Subscription,
    notice: NoticeKind,
    delivery: Delivery,
    candidates: Sequence[Candidate] = (),
    people: tuple[str, ...] = (),
) -> Reply:
    """Write a notice on a channel's quote, and perhaps on people, to admins and moderators."""
    schedule = subscription.schedule
    slots = delivery.slot, *next_slots(schedule, delivery.slot.at, 1)
    instants = tuple(instant_of(schedule, slot) for slot in slots)
    if notice is NoticeKind.REMINDER and not candidates:
        text = f"Every quote I offered for {instants[0].text} was turned down."
        notes: tuple[str, ...] = (_OR_NOTHING,)
    else:
        text, notes = _word(notice, episodes, schedule, delivery.message.reason, instants)
    cards = tuple(_candidate_card(episodes, delivery, each) for each in candidates)
    if notice is NoticeKind.GONE:
        cards = tuple(replace(card, details=(), buttons=()) for card in cards)
    if notice is NoticeKind.REPORTED and delivery.quote:
        reported = quote_card(episodes, delivery.quote)
        cards = (replace(reported, buttons=(withdraw_button(delivery.message.key),)),)
    asked = notice in (NoticeKind.SHORTLIST, NoticeKind.REMINDER)
    buttons = (others_button(delivery.message.key),) if asked and cards else ()
    channel = subscription.channel.id
    said = Reply(text, notes, cards, buttons=buttons, channel=channel)
    return replace(said, people=people, instants=instants)


def _word(
    notice: NoticeKind,
    episodes: Sequence[Episode],
    schedule: Schedule,
    reason: str,
    instants: Sequence[Instant],
) -> _Worded:
    """Choose the words of a notice; `instants` are those of its slot and of the following one."""
    when, following = (each.text for each in instants)
    if notice is NoticeKind.NOTHING_LEFT:
        text, (note, *more) = _nothing_left(when, schedule)
        return text, (*explain_none(episodes, note), *more)
    if notice is NoticeKind.FAILED:
        text = f"The quote of the week for {when} could not be posted."
        return text, tuple(filter(None, (reason, _TRY_AGAIN)))
    if notice is NoticeKind.PLAIN:
        text = f"The quote of {when} is posted, but not with all that should come with it."
        return text, tuple(filter(None, (reason, _WITHOUT)))
    if notice is NoticeKind.RUN_OUT:
        return _run_out(when, schedule, following)
    if notice is NoticeKind.PAUSED:
        return _paused(when, schedule, reason)
    text, note = _TEXTS[notice]
    return text.format(when=when), (note,)


def write_others(
    episodes: Sequence[Episode], delivery: Delivery, candidates: Sequence[Candidate], text: str
) -> Reply:
    """Write further candidates for moderators, below a sentence."""
    cards = tuple(_candidate_card(episodes, delivery, each) for each in candidates)
    return Reply(text, cards=cards, buttons=(others_button(delivery.message.key),))


def ballot(
    episodes: Sequence[Episode],
    key: str,
    candidates: Sequence[Candidate],
    counts: Mapping[str, int],
    text: str,
    hours: int = 0,
) -> Reply:
    """Write what a channel votes on, with the votes so far; no buttons once no hours are left."""
    cards = tuple(
        replace(
            quote_card(episodes, each.quote),
            details=(pluralize(counts.get(each.quote.id, 0), "vote"),),
            buttons=(_vote_button(key, each.quote),) if hours else (),
        )
        for each in candidates
    )
    answers = tuple(_answer(number, each.quote) for number, each in enumerate(candidates, 1))
    poll = Poll("Which is the quote of the week?", answers, hours) if hours else None
    return Reply(text, cards=cards, poll=poll)


def _vote_button(key: str, quote: Quote) -> Button:
    return Button(ButtonKind.VOTE, "Vote", Request(Verb.WEEKLY, f"{key} {quote.id}"))


def _answer(number: int, quote: Quote) -> str:
    """Name a quote in a poll, where there is room for a few words only."""
    return f"{number}. {quote.speaker or one_line(quote.text)}"


def quote_card(episodes: Sequence[Episode], quote: Quote) -> Card:
    """Build the card of a quote; without its episode, the slug replaces the title.

    What was said in other words is marked as such, and not as a quotation.
    """
    is_literal = quote.is_literal
    for episode in episodes:
        if episode.slug == quote.episode:
            url = episode_url(episode, quote.start)
            card = replace(episode_card(episode), url=url)
            break
    else:
        card = Card(quote.episode, title=quote.episode, code="", guests=(), url="")
    return replace(
        card,
        chapter=quote.chapter,
        speaker=quote.speaker,
        start=quote.start,
        time=clock_time(quote.start),
        snippet=Snippet(quote.text if is_literal else f"{_IN_SHORT}{quote.text}"),
        in_short=not is_literal,
    )


def withdraw_button(key: str) -> Button:
    """Return the button to withdraw a posted quote."""
    return Button(ButtonKind.WITHDRAW, "Withdraw", Request(Verb.WEEKLY, key))


def others_button(key: str) -> Button:
    """Return the button to choose from further candidates."""
    return Button(ButtonKind.OTHERS, "Five Others", Request(Verb.WEEKLY, key))


def _candidate_card(episodes: Sequence[Episode], delivery: Delivery, candidate: Candidate) -> Card:
    request = Request(Verb.WEEKLY, f"{delivery.message.key} {candidate.quote.id}")
    buttons = tuple(Button(kind, label, request) for kind, label in _CHOICES)
    wording = candidate.quote.wording
    spoken = (f"Heard: {wording.spoken}",) if wording.spoken else ()
    edited = (f"Edited; in the transcript: {candidate.quote.original}",)
    details = (
        *(edited if candidate.quote.original else ()),
        *spoken,
        f"{wording.verdict[0].upper()}{wording.verdict[1:]}.",
        *candidate.reasons,
    )
    return replace(quote_card(episodes, candidate.quote), details=details, buttons=buttons)


def describe_supply(supply: Supply, schedule: Schedule, outlook: Outlook) -> tuple[str, ...]:
    """Say how many good quotes a channel has left, and for how long they last."""
    yourself = f"To choose from all others, type “{as_command(replace(schedule, review=True))}”."
    told = pluralize(supply.rewritten, "good quote")
    rewritten = (f"I leave out {told} said in other words.",) if supply.rewritten else ()
    if not supply.quotes:
        none = "No quote is good enough to post without a review."
        return (*explain_none(supply.episodes, f"{none} {yourself}"), *rewritten)
    if not supply.unspent:
        good = pluralize(len(supply.quotes), "good quote")
        posted = f"I have {good}, and posted all before: they come again. {yourself}"
        return (posted, *rewritten)
    return (*_tell_left(supply, schedule, outlook), *rewritten)


def _tell_left(supply: Supply, schedule: Schedule, outlook: Outlook) -> tuple[str, ...]:
    """Say for how long the quotes last that were not posted, and whether guests come sooner."""
    left, period = supply.unspent, "month" if schedule.monthly else "week"
    guests = pluralize(len({each.speaker for each in left}), "guest")
    about = f"about {pluralize(outlook.dates, period)}. Before one comes again, I tell an admin"
    lasting = f"{outlook.dates} {period}s or more" if outlook.lasts else about
    weeks = pluralize(outlook.pause // _DAYS, "week")
    sooner = f"With so few, the same guest comes again after {weeks}, not {GUEST_WEEKS}."
    enough = f"I have {pluralize(len(left), 'good quote')}, of {guests}: enough for {lasting}."
    return (enough, sooner) if outlook.pause < GUEST_DAYS else (enough,)


def _run_out(when: str, schedule: Schedule, following: str) -> _Worded:
    ways = {
        "choose from the others yourself": replace(schedule, review=True),
        "have one a month": replace(schedule, monthly=True),
    }
    offers = [
        f"To {what}, type “{as_command(other)}”."
        for what, other in ways.items()
        if other != schedule
    ]
    again = f"From {following} on, I post them again"
    return f"The quote of {when} was the last good one that I had not posted before.", (
        f"{again}, unless new episodes bring others. "
        f"The same guest may then come before {GUEST_WEEKS} weeks have passed.",
        *offers,
        "To stop, type “/podcast weekly off”.",
    )


def _nothing_left(when: str, schedule: Schedule) -> _Worded:
    text = f"I have no quote to offer for {when}." if schedule.review else f"No quote for {when}."
    if schedule.review:
        return text, (_OR_NOTHING,)
    yourself = as_command(replace(schedule, review=True))
    choose = f"To choose one of the others yourself, type “{yourself}” in the channel."
    return text, (
        f"None of the remaining quotes is good enough to post without a review. {choose}",
        "Until there is one, I say no more about it. To stop, type “/podcast weekly off”.",
    )


def _paused(when: str, schedule: Schedule, reason: str) -> _Worded:
    text = "I have paused the quote of the week: it could not be posted several times in a row."
    last = f"Last, for {when}: {reason}" if reason else f"Last, for {when}."
    return text, (last, f"Fix that, then type “{as_command(schedule)}” in the channel.")
