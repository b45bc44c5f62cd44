"""The start page -> App Home: search, then the latest episodes and what concerns the member."""

from collections.abc import Iterator
from dataclasses import replace

from bot.answers.replies import MAX_TITLE, Button, ButtonKind, Card, Reply
from bot.answers.requests import Request, Verb
from bot.text import one_line, truncate
from bot.translations import gettext, join_names
from bot.weekly.home import Home, Switch, status_button, tell_due, tell_follows
from handlers.slack.render.buttons import Surface, action_blocks, card_actions
from handlers.slack.render.cards import card_picture, pictured_block
from handlers.slack.render.limits import VIEW_BLOCKS, VIEW_CHARACTERS
from handlers.slack.render.messages import reply_blocks
from handlers.slack.render.rich_text import (
    Parts,
    Payload,
    channel_element,
    code_element,
    dated_words,
    rich_text,
    section,
    words,
)

_LINE: Payload = {"type": "divider"}


def home_view(home: Home) -> Payload:
    """Render the start page for App Home."""
    blocks = [
        *_search(home),
        *_latest(home),
        *_for_member(home),
        *(_switches(home.switches) if home.switches is not None else ()),
        *(_versions(home.versions) if home.versions is not None else ()),
    ]
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def render_home(reply: Reply) -> Payload:
    """Render a reply for App Home, where there is no start page to show."""
    blocks = reply_blocks(reply, Surface.HOME, VIEW_BLOCKS, VIEW_CHARACTERS)
    return {"type": "home", "blocks": blocks}


def _titled(title: str, *lines: Parts) -> Parts:
    return [_LINE, *rich_text(section(words(title, bold=True)), *lines)]


def _typed(lead: str, command: str) -> Parts:
    """Write what a command is for, and then the command."""
    return section(words(lead + " "), code_element(command))


def _search(home: Home) -> Parts:
    """Offer the form in colour, then example queries and all commands."""
    forms = [
        replace(e, label=gettext("Search the Podcast"))
        for e in home.buttons
        if e.kind is ButtonKind.FORM
    ]
    examples = [each for each in home.buttons if each.kind is not ButtonKind.FORM]
    (row, *rest) = action_blocks([*forms, *examples], Surface.HOME) or [{}]
    if row and forms:
        (first, *others) = row["elements"]
        row = {**row, "elements": [{**first, "style": "primary"}, *others]}
    commands = _typed(gettext("In any channel:"), "/podcast help")
    return [*rich_text(section(words(home.text, bold=True)), commands), *filter(None, [row]), *rest]


def _latest(home: Home) -> Parts:
    if not home.latest:
        return []
    return [
        *_titled(gettext("Latest episodes")),
        *(block for card in home.latest for block in _card(card)),
    ]


def _card(card: Card) -> Iterator[Payload]:
    title = truncate(one_line(card.title), MAX_TITLE)
    facts = " · ".join(filter(None, [*card.details, join_names(card.guests), card.code]))
    if picture := card_picture(card):
        yield from pictured_block(picture, title, facts)
    else:
        yield from rich_text(section(words(title, bold=True)), section(words(facts)))
    yield from card_actions(card, Surface.HOME, card.title, alone=True, best=False)


def _for_member(home: Home) -> Parts:
    """Tell what the member follows, and when the next quote comes."""
    follows = section(words(tell_follows(home)))
    follow = _typed(
        gettext("When a new episode talks about something you follow, I message you:"),
        "/podcast follow feature store",
    )
    due = section(dated_words(tell_due(home), (home.due,))) if home.due else []
    followed = Button(ButtonKind.ASK, gettext("What You Follow"), Request(Verb.FOLLOWS))
    offered = action_blocks((followed,), Surface.HOME) if home.follows else []
    return [*_titled(gettext("For you"), follows or follow, due), *offered]


def _switches(switches: tuple[Switch, ...]) -> Parts:
    """Tell admins what is posted where, with a button to the status of each weekly quote."""
    title = gettext("This workspace")
    if not switches:
        nothing = gettext("Nothing is posted in this workspace so far. Type in a channel:")
        return _titled(title, _typed(nothing, "/podcast weekly on"))
    blocks = _titled(title)
    for each in switches:
        where = [*channel_element(each.channel), *words(f": {each.text}")]
        blocks += rich_text(section(where))
        if each.is_weekly:
            blocks += action_blocks((status_button(each),), Surface.HOME, each.text)
    return blocks


def _versions(versions: tuple[str, ...]) -> Parts:
    return [_LINE, *rich_text(section(code_element(" · ".join(versions))))]
