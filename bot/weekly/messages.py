"""The quote of the week in words: in its channel, and to those who look after it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answers.replies import (
    Button,
    ButtonKind,
    Card,
    Reply,
    clock_time,
    episode_card,
    video_url,
)
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Snippet
from bot.weekly.models import Candidate, Delivery, Quote, Subscription
from bot.weekly.ports import Notice
from bot.weekly.slots import Schedule, Slot, describe_slot
from bot.weekly.subscribing import retype

_CHOICES = ((ButtonKind.APPROVE, "Approve"), (ButtonKind.SKIP, "Skip"), (ButtonKind.NEVER, "Never"))
_POST = "“/podcast weekly post”"
_APPROVE_ONE = (
    "Approve one by then. If nobody does, I post one that was approved before; if there is none, "
    "nothing."
)
_OR_NOTHING = "If one was approved before, I post that; if there is none, nothing."

# A notice's sentence and what is noted below it.
_Worded = tuple[str, tuple[str, ...]]


def posted(library: Library, quote: Quote, key: str) -> Reply:
    """Write what is posted in a channel, with a button for whoever objects to it."""
    report = Button(ButtonKind.REPORT, "Report", Request(Verb.WEEKLY, key))
    return Reply("Quote of the week", cards=(quote_card(library, quote),), buttons=(report,))


def withdrawn() -> Reply:
    """Write what takes the place of a quote that was withdrawn."""
    return Reply("This quote was withdrawn.")


def word_notice(
    library: Library,
    subscription: Subscription,
    notice: Notice,
    delivery: Delivery,
    candidates: Sequence[Candidate] = (),
) -> Reply:
    """Write what admins and moderators are told of a channel's quote."""
    when = tell_when(subscription.schedule, delivery.slot)
    text, notes = _WORDED[notice](when, subscription.schedule, delivery)
    if notice is Notice.REMINDER and not candidates:
        text, notes = f"All that I offered for {when} was turned down.", (_OR_NOTHING,)
    cards = tuple(_candidate_card(library, delivery, each) for each in candidates)
    if notice is Notice.REPORTED and delivery.quote:
        reported = quote_card(library, delivery.quote)
        cards = (replace(reported, buttons=(withdraw_button(delivery.key),)),)
    return Reply(text, notes, cards, channel=subscription.channel.id)


def tell_when(schedule: Schedule, slot: Slot) -> str:
    """Write a slot for those who may be elsewhere: "Monday 23 November 2026, 09:00 (UTC)"."""
    return f"{describe_slot(schedule, slot)} ({schedule.zone})"


def quote_card(library: Library, quote: Quote) -> Card:
    """Make the card of a quote; where its episode is gone, its slug stands for the title."""
    for episode in library.index.episodes:
        if episode.slug == quote.episode:
            url = video_url(episode.youtube, quote.start)
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
        snippet=Snippet(quote.text),
    )


def withdraw_button(key: str) -> Button:
    """Offer to take a posted quote back."""
    return Button(ButtonKind.WITHDRAW, "Withdraw", Request(Verb.WEEKLY, key))


def _candidate_card(library: Library, delivery: Delivery, candidate: Candidate) -> Card:
    request = Request(Verb.WEEKLY, f"{delivery.key} {candidate.quote.id}")
    buttons = tuple(Button(kind, label, request) for kind, label in _CHOICES)
    return replace(quote_card(library, candidate.quote), details=candidate.reasons, buttons=buttons)


def _shortlist(when: str, *_: object) -> _Worded:
    return f"Choose the quote of the week for {when}.", (_APPROVE_ONE,)


def _reminder(when: str, *_: object) -> _Worded:
    return f"Nobody has chosen the quote of the week for {when} yet.", (_APPROVE_ONE,)


def _undecided(when: str, *_: object) -> _Worded:
    text = f"No quote was posted on {when}, as nobody had approved of one."
    later = "You still can: what is approved now is posted next time."
    return text, (f"{later} To post it at once, type {_POST} in the channel.",)


def _reported(when: str, *_: object) -> _Worded:
    text = f"Somebody objects to the quote of the week of {when}."
    withdraw = "Withdraw takes it out of the channel, and it is never posted again."
    return text, (f"{withdraw} If you leave it, it stays there.",)


def _late(when: str, *_: object) -> _Worded:
    text = f"The quote of the week for {when} was not posted, and now it is too late for it."
    return text, (f"The next one comes as planned. To post one now, type {_POST} in the channel.",)


def _nothing_left(when: str, schedule: Schedule, _: Delivery) -> _Worded:
    text = f"I have no quote to offer for {when}." if schedule.review else f"No quote for {when}."
    if schedule.review:
        return text, (_OR_NOTHING,)
    yourself = retype(replace(schedule, review=True))
    choose = f"To choose among the others yourself, type “{yourself}” in the channel."
    return text, (f"None that is left is good enough to be posted unseen. {choose}",)


def _unsure(when: str, *_: object) -> _Worded:
    text = f"The quote of the week for {when} may be there or not: I could not find out."
    look = "Please look. I do not post it again, so that it is not there twice."
    return text, (f"{look} If it is missing, {_POST} posts another one on any later day.",)


def _paused(when: str, schedule: Schedule, delivery: Delivery) -> _Worded:
    text = "I have paused the quote of the week: it could not be posted several times in a row."
    last = f"Last, for {when}: {delivery.reason}" if delivery.reason else f"Last, for {when}."
    return text, (last, f"Mend that, then type “{retype(schedule)}” in the channel.")


_WORDED: dict[Notice, Callable[[str, Schedule, Delivery], _Worded]] = {
    Notice.SHORTLIST: _shortlist,
    Notice.REMINDER: _reminder,
    Notice.UNDECIDED: _undecided,
    Notice.REPORTED: _reported,
    Notice.LATE: _late,
    Notice.NOTHING_LEFT: _nothing_left,
    Notice.UNSURE: _unsure,
    Notice.PAUSED: _paused,
}
