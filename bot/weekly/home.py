"""What a person sees first: how to ask, the latest episodes, and what concerns them."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from bot.answers.buttons import episode_buttons, help_buttons
from bot.answers.episodes import name_details, newest_first
from bot.answers.help import describe_library
from bot.answers.hints import how_to_ask
from bot.answers.replies import (
    Button,
    ButtonKind,
    Card,
    Instant,
    Reply,
    episode_card,
    quoted,
)
from bot.answers.requests import Request, Verb
from bot.answers.several import card_from_podcast, card_with_podcast
from bot.errors import StoreError
from bot.library.library import Library
from bot.models import Episode
from bot.players import picture_of
from bot.posting.places import ChannelMember, Requester
from bot.translations import format_date, gettext, gettext_noop, join_names, ngettext
from bot.version import commit, version
from bot.weekly.commands import answer_weekly
from bot.weekly.models import SubscriptionState
from bot.weekly.ports import WeeklyContext
from bot.weekly.slots import describe_schedule
from bot.weekly.status import find_next

_LATEST = 5
_MOST_NAMED = 5
_MOST_SWITCHES = 10
# How many characters of a commit hash to show.
_SHORT = 10
_STATES = {
    SubscriptionState.ON: gettext_noop("a quote on {schedule}"),
    SubscriptionState.OFF: gettext_noop("quotes are off"),
    SubscriptionState.PAUSED: gettext_noop("quotes are paused, as posting failed"),
}

# What a button to the status in a channel types.
_STATUS = "status {channel}"
_ASKED_STATUS = re.compile(r"status (?P<channel>[A-Z0-9]+)", re.ASCII)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Switch:
    """What is posted in a channel, by its id; `is_weekly` if that is the quote of the week."""

    channel: str
    text: str
    is_weekly: bool


@dataclass(frozen=True, slots=True)
class Home:
    """What a person sees first.

    `follows` are the queries they follow, `due` is when the next quote is posted in their
    workspace. Only admins get `switches` and `versions`; for all others, both are None.
    """

    text: str
    buttons: tuple[Button, ...]
    latest: tuple[Card, ...]
    follows: tuple[str, ...] = ()
    due: Instant | None = None
    switches: tuple[Switch, ...] | None = None
    versions: tuple[str, ...] | None = None


async def gather_home(
    context: WeeklyContext, libraries: Sequence[Library], asker: Requester, *, is_admin: bool
) -> Home:
    """Gather what a person sees first; what the database cannot tell is left out.

    `libraries` are those of the place. Examples are from the first, the latest episodes from all.
    """
    helping = help_buttons(libraries[0])
    home = Home(how_to_ask(), helping, gather_latest(libraries))
    if is_admin:
        home = replace(home, versions=_versions(libraries))
    try:
        follows = await context.posting.follows.follows_of(asker.recipient)
        due = await find_next(context, asker.platform, asker.workspace)
        switches = await _switches(context, asker) if is_admin else None
    except StoreError as error:
        _log.warning("The start page leaves out what is stored. %s", error)
        return home
    queries = tuple(each.query for each in follows)
    return replace(home, follows=queries, due=due, switches=switches)


def gather_latest(libraries: Sequence[Library]) -> tuple[Card, ...]:
    """Build the cards of the latest episodes, with dates and pictures where known."""
    found = [(each, library.podcast) for library in libraries for each in _newest(library)]
    if len(libraries) > 1:
        found.sort(key=lambda each: each[0].published or date.min, reverse=True)
    name = card_from_podcast if len(libraries) > 1 else card_with_podcast
    return tuple(name(_latest_card(each), podcast) for each, podcast in found[:_LATEST])


def _newest(library: Library) -> Sequence[Episode]:
    return newest_first(library.index.episodes)[:_LATEST]


def tell_follows(home: Home) -> str:
    """Say what a person follows; "" for nothing."""
    named = [quoted(each) for each in home.follows[:_MOST_NAMED]]
    left = len(home.follows) - len(named)
    more = [ngettext("{n} other thing", "{n} other things", left)] if left else []
    return gettext("You follow {queries}.", queries=join_names([*named, *more])) if named else ""


def tell_due(home: Home) -> str:
    """Say when the next quote is posted; "" for never."""
    if home.due is None:
        return ""
    return gettext("The next quote of the week is posted on {when}.", when=home.due.text)


def status_button(switch: Switch, label: str = "") -> Button:
    """Return the button to the status of the weekly quote in a channel."""
    typed = _STATUS.format(channel=switch.channel)
    return Button(ButtonKind.ASK, label or gettext("Status"), Request(Verb.WEEKLY, typed))


def status_channel(request: Request) -> str:
    """Return the id of the channel whose status such a button asks for; "" if it asks for none."""
    found = _ASKED_STATUS.fullmatch(request.text) if request.verb is Verb.WEEKLY else None
    return found["channel"] if found else ""


async def tell_status_in(context: WeeklyContext, channel: str, member: ChannelMember) -> Reply:
    """Tell an admin the status in a channel of their workspace other than the one they are in."""
    if member.obstacle:
        return Reply(member.obstacle)
    there = replace(member.channel, id=channel)
    told = await answer_weekly(context, "status", replace(member, channel=there))
    return replace(told, channel=channel)


def _latest_card(episode: Episode) -> Card:
    published = episode.published
    day = (format_date(published, gettext("d MMMM yyyy")),) if published else ()
    card = replace(episode_card(episode), picture=picture_of(episode), details=day)
    return replace(card, buttons=episode_buttons(card, name_details(episode)))


async def _switches(context: WeeklyContext, asker: Requester) -> tuple[Switch, ...]:
    """List what is posted in the channels of a workspace."""
    weekly = [
        Switch(
            each.channel.id,
            gettext(_STATES[each.state], schedule=describe_schedule(each.schedule)),
            is_weekly=True,
        )
        for each in await context.deliveries.subscriptions_in(asker.platform, asker.workspace)
    ]
    announced = [
        Switch(each.id, gettext("every new episode"), is_weekly=False)
        for each in await context.posting.follows.channels()
        if (each.platform, each.workspace) == (asker.platform, asker.workspace)
    ]
    return (*weekly, *announced)[:_MOST_SWITCHES]


def _versions(libraries: Sequence[Library]) -> tuple[str, ...]:
    """Name the versions that run, for operators."""
    code = f"Airquote {version()}" + (f" ({name[:_SHORT]})" if (name := commit()) else "")
    named = [f"{each.podcast.title}: " if each.podcast.id else "" for each in libraries]
    indexes = [
        (f"{name}index {each.id}", describe_library(each))
        for name, each in zip(named, libraries, strict=True)
    ]
    return code, *chain(*indexes)
