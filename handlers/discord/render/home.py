"""The start page -> the answer to /podcast help: search first, then what concerns the member."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from discord import ui

from bot.answers.replies import Card
from bot.players import is_link
from bot.text import truncate
from bot.translations import gettext, join_names
from bot.weekly.home import Home, status_button, tell_due, tell_follows
from handlers.discord.command_names import rename_commands
from handlers.discord.render.custom_ids import ButtonIds
from handlers.discord.render.limits import ROW_BUTTONS
from handlers.discord.render.markdown import (
    approved,
    bold,
    channel,
    code,
    joined,
    literal,
    masked,
    small_print,
)
from handlers.discord.render.messages import (
    Item,
    RenderedMessage,
    button_row,
    framed,
    offered,
)

# Together, these keep to the most characters that a message may have.
_LINE, _TITLE, _FACTS, _SWITCH = 200, 100, 150, 60
_LONGEST_LINK = 100
_ADMINS = (
    "/podcast-admin weekly on",
    "/podcast-admin weekly status",
    "/podcast-admin announce",
)
_MORE = ("quote", "episode", "episodes", "mentions", "follow", "follows", "about")


def render_help(home: Home, owner: int, command: str = "") -> RenderedMessage:
    """Render the start page for the member whose id is `owner`.

    `command` is the id of /podcast, with which its commands can be clicked; "" if unknown.
    """
    ids, named = ButtonIds(owner), partial(_command, command)
    items: list[Item] = [
        ui.TextDisplay(f"{_heading(named('search'))}\n{literal(home.text, _LINE)}"),
        *button_row(offered(home.buttons, owner), ids),
        *_latest(home),
        ui.Separator(),
        ui.TextDisplay(_for_member(home, named("follow"))),
        *_for_admins(home, owner, ids),
        ui.Separator(),
        ui.TextDisplay(small_print(joined(*map(named, _MORE)))),
    ]
    if home.versions:
        items.append(ui.TextDisplay(small_print(code(truncate(joined(*home.versions), _LINE)))))
    return RenderedMessage(framed(items), (), ids.kept)


def _heading(text: str) -> str:
    return f"### {text}"


def _command(number: str, name: str) -> str:
    """Mention a command so that it can be clicked, if its id is known."""
    known = number.isascii() and number.isdecimal()
    return f"</podcast {name}:{number}>" if known else code(rename_commands(f"/podcast {name}"))


def _latest(home: Home) -> Iterator[Item]:
    if home.latest:
        yield ui.Separator()
        yield ui.TextDisplay(_heading(gettext("Latest episodes")))
    for card in home.latest:
        text = ui.TextDisplay[Any](_episode(card))
        pictured = is_link(card.picture)
        yield ui.Section(text, accessory=ui.Thumbnail(card.picture)) if pictured else text


def _episode(card: Card) -> str:
    title = bold(literal(card.title, _TITLE)) or code(truncate(card.episode, _TITLE))
    url = approved(card.url) if len(card.url) <= _LONGEST_LINK else ""
    known = literal(joined(*card.details, join_names(card.guests), card.code), _FACTS)
    return "\n".join(filter(None, [masked(title, url) if url else title, small_print(known)]))


def _for_member(home: Home, follow: str) -> str:
    follows = literal(tell_follows(home), _LINE)
    due = literal(tell_due(home), _LINE, (home.due,)) if home.due else ""
    how = gettext("{follow}: a message to you when a new episode talks about it.", follow=follow)
    return "\n".join(filter(None, [_heading(gettext("For you")), follows or how, due]))


def _for_admins(home: Home, owner: int, ids: ButtonIds) -> Iterator[Item]:
    """Tell admins what is posted where, with a button to the status of each weekly quote."""
    if home.switches is None:
        return
    yield ui.Separator()
    lines = [f"{channel(each.channel)}: {literal(each.text, _SWITCH)}" for each in home.switches]
    title, none = _heading(gettext("This server")), gettext("Nothing is posted here so far.")
    typed = small_print(joined(*map(code, map(rename_commands, _ADMINS))))
    yield ui.TextDisplay("\n".join([title, *(lines or [none]), typed]))
    weekly = [each for each in home.switches if each.is_weekly][:ROW_BUTTONS]
    numbered = len(weekly) > 1
    buttons = [
        status_button(each, gettext("Status {n}", n=n) if numbered else "")
        for n, each in enumerate(weekly, 1)
    ]
    yield from button_row(offered(buttons, owner), ids)
