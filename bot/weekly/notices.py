"""The notices to admins and moderators of the quote of the week, with what they choose from."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answers.replies import Button, ButtonKind, Card, Instant, Reply
from bot.answers.requests import Request, Verb
from bot.models import Episode
from bot.quotes.lookup import explain_none
from bot.quotes.reasons import say_reason
from bot.translations import gettext, gettext_noop
from bot.weekly.messages import quote_card
from bot.weekly.models import Candidate, Delivery, Subscription
from bot.weekly.ports import NoticeKind
from bot.weekly.ranking import GUEST_WEEKS
from bot.weekly.slots import Schedule, as_command, instant_of, next_slots

_CHOICES = (
    (ButtonKind.APPROVE, gettext_noop("Approve")),
    (ButtonKind.EDIT, gettext_noop("Edit")),
    (ButtonKind.SKIP, gettext_noop("Skip")),
    (ButtonKind.NEVER, gettext_noop("Never")),
)
NOBODY_APPROVED = gettext_noop("Nobody approved a quote.")
"""A reason why no quote was posted; others may follow."""

_APPROVE_ONE = gettext_noop(
    "Approve one by then. If nobody does, I will post one approved earlier, or nothing."
)
# Texts that are the same for every schedule: a sentence and its notes.
_TEXTS = {
    NoticeKind.SHORTLIST: (
        gettext_noop("Choose the quote of the week for {when}."),
        _APPROVE_ONE,
    ),
    NoticeKind.REMINDER: (
        gettext_noop("Nobody has chosen the quote of the week for {when} yet."),
        _APPROVE_ONE,
    ),
    NoticeKind.UNDECIDED: (
        gettext_noop("No quote was posted on {when}, because nobody had approved one."),
        gettext_noop(
            "You still can: what you approve now is posted next time. To post it at once, "
            "type “/podcast weekly post” in the channel."
        ),
    ),
    NoticeKind.NOMINATED: (
        gettext_noop("Somebody nominated a quote for {when}."),
        gettext_noop("Whoever nominated it is not told what you decide."),
    ),
    NoticeKind.SECOND: (
        gettext_noop("One of you approved this quote for {when}, and it needs another."),
        gettext_noop("Approve it as well, or it will not be posted."),
    ),
    NoticeKind.NO_VOTE: (
        gettext_noop("I could not ask the channel to vote on the quote of the week for {when}."),
        gettext_noop(
            "I will choose one of the three. In Discord, I need the permission “Create Polls”."
        ),
    ),
    NoticeKind.CHANGED: (
        gettext_noop("The words of a quote approved for {when} have been corrected since."),
        gettext_noop(
            "I will not post it as it was. Approve the new words, or I will post nothing of it."
        ),
    ),
    NoticeKind.GONE: (
        gettext_noop(
            "A quote approved for {when} is no longer in the podcast, so I will not post it."
        ),
        gettext_noop("I will go on with the others that are approved."),
    ),
    NoticeKind.REPORTED: (
        gettext_noop("Someone reported the quote of the week of {when}."),
        gettext_noop(
            "Press Withdraw to remove it from the channel for good. If you do nothing, it stays."
        ),
    ),
    NoticeKind.LATE: (
        gettext_noop(
            "The quote of the week for {when} was not posted, and now it is too late for it."
        ),
        gettext_noop(
            "The next one comes as planned. To post one now, type “/podcast weekly post” in"
            " the channel."
        ),
    ),
    NoticeKind.UNSURE: (
        gettext_noop(
            "The quote of the week for {when} may or may not have been posted: I could not "
            "find out."
        ),
        gettext_noop(
            "Please look. I will not post it again, so that it is not there twice. If it is"
            " missing, “/podcast weekly post” posts another one on any later day."
        ),
    ),
}

# A notice's sentence and its notes.
_Worded = tuple[str, tuple[str, ...]]


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
        text = gettext("Every quote I offered for {when} was turned down.", when=instants[0].text)
        notes: tuple[str, ...] = (_or_nothing(),)
    else:
        reason = tell_why(delivery.message.reason)
        text, notes = _word(notice, episodes, schedule, reason, instants)
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
        text = gettext("The quote of the week for {when} could not be posted.", when=when)
        again = gettext(
            "Fix that, then type “/podcast weekly post” in the channel. After three failures in a "
            "row, I will pause it."
        )
        return text, tuple(filter(None, (reason, again)))
    if notice is NoticeKind.PLAIN:
        text = gettext(
            "The quote for {when} is posted, but not with all that belongs to it.", when=when
        )
        without = gettext(
            "To go without from now on, switch the quotes on again, with “plain” at the end."
        )
        return text, tuple(filter(None, (reason, without)))
    if notice is NoticeKind.RUN_OUT:
        return _run_out(when, schedule, following)
    if notice is NoticeKind.PAUSED:
        return _paused(when, schedule, reason)
    text, note = _TEXTS[notice]
    return gettext(text, when=when), (gettext(note),)


def tell_why(reason: str) -> str:
    """Say why a quote was not posted, as it is stored; "" if nothing is."""
    rest = reason.removeprefix(NOBODY_APPROVED)
    if rest != reason:
        return f"{gettext(NOBODY_APPROVED)}{rest}"
    return gettext(reason) if reason else ""


def _or_nothing() -> str:
    return gettext("If one was approved earlier, I will post that; otherwise, nothing.")


def write_others(
    episodes: Sequence[Episode], delivery: Delivery, candidates: Sequence[Candidate], text: str
) -> Reply:
    """Write further candidates for moderators, below a sentence."""
    cards = tuple(_candidate_card(episodes, delivery, each) for each in candidates)
    return Reply(text, cards=cards, buttons=(others_button(delivery.message.key),))


def withdraw_button(key: str) -> Button:
    """Return the button to withdraw a posted quote."""
    return Button(ButtonKind.WITHDRAW, gettext("Withdraw"), Request(Verb.WEEKLY, key))


def others_button(key: str) -> Button:
    """Return the button to choose from further candidates."""
    return Button(ButtonKind.OTHERS, gettext("Five Others"), Request(Verb.WEEKLY, key))


def _candidate_card(episodes: Sequence[Episode], delivery: Delivery, candidate: Candidate) -> Card:
    request = Request(Verb.WEEKLY, f"{delivery.message.key} {candidate.quote.id}")
    buttons = tuple(Button(kind, gettext(label), request) for kind, label in _CHOICES)
    wording = candidate.quote.wording
    spoken, original = wording.spoken, candidate.quote.original
    edited = gettext("Edited; in the transcript: {words}", words=original)
    details = (
        *([edited] if original else []),
        *([gettext("Heard: {words}", words=spoken)] if spoken else []),
        f"{wording.verdict[0].upper()}{wording.verdict[1:]}.",
        *map(say_reason, candidate.reasons),
    )
    return replace(quote_card(episodes, candidate.quote), details=details, buttons=buttons)


def _run_out(when: str, schedule: Schedule, following: str) -> _Worded:
    yourself, monthly = replace(schedule, review=True), replace(schedule, monthly=True)
    choose = gettext(
        "To choose from the others yourself, type “{command}”.", command=as_command(yourself)
    )
    rarely = gettext("To have one a month, type “{command}”.", command=as_command(monthly))
    text = gettext(
        "The quote for {when} was the last good one that I had not posted before.", when=when
    )
    again = gettext(
        "From {following} on, I will repeat them, unless new episodes bring others. "
        "The same guest may then come before {weeks} weeks have passed.",
        following=following,
        weeks=GUEST_WEEKS,
    )
    return text, (
        again,
        *([choose] if yourself != schedule else []),
        *([rarely] if monthly != schedule else []),
        gettext("To stop, type “/podcast weekly off”."),
    )


def _nothing_left(when: str, schedule: Schedule) -> _Worded:
    if schedule.review:
        return gettext("I have no quote to offer for {when}.", when=when), (_or_nothing(),)
    choose = gettext(
        "None of the remaining quotes is good enough to post without a review. To choose one of "
        "the others yourself, type “{command}” in the channel.",
        command=as_command(replace(schedule, review=True)),
    )
    stop = gettext(
        "Until there is one, I will not mention it again. To stop, type “/podcast weekly off”."
    )
    return gettext("No quote for {when}.", when=when), (choose, stop)


def _paused(when: str, schedule: Schedule, reason: str) -> _Worded:
    text = gettext(
        "I have paused the quote of the week: it could not be posted several times in a row."
    )
    last = gettext("Last, for {when}.", when=when)
    if reason:
        last = gettext("Last, for {when}: {reason}", when=when, reason=reason)
    command = as_command(schedule)
    return text, (
        last,
        gettext("Fix that, then type “{command}” in the channel.", command=command),
    )
