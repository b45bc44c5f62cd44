"""The themes of a channel: what its quotes of a month are about."""

from bot.answers.replies import Reply, quoted
from bot.posting.places import Channel
from bot.quotes.models import GOOD_SCORE
from bot.translations import gettext, ngettext
from bot.weekly.anniversaries import find_month, month_of, name_month
from bot.weekly.ports import WeeklyContext


async def set_theme(context: WeeklyContext, channel: Channel, typed: str) -> Reply:
    """Set or end the theme of a month, such as "december feature stores" or "2026-12 off"."""
    first, _, words = " ".join(typed.split()).partition(" ")
    month = find_month(first, context.posting.outbox.clock().date())
    if not month or not words:
        command = "/podcast weekly theme december feature stores"
        example = gettext("For example: {command}", command=command)
        return Reply(gettext("Name a month and a theme."), (example,))
    name = name_month(month)
    if words.casefold() == "off":
        await context.themes.set_theme(channel, month, "")
        return Reply(gettext("{month} has no theme here now.", month=name))
    pool = await context.pool(channel)
    about = pool.find_about(words)
    literal = [each for each in pool.quotes if each.id in about and each.wording.is_literal]
    good = sum(each.score >= GOOD_SCORE for each in literal)
    if not about:
        return Reply(
            gettext("I have no quote about {theme}. Try other words.", theme=quoted(words))
        )
    await context.themes.set_theme(channel, month, words)
    found = ngettext(
        "I have {n} good quote about it, and {others} others for moderators to choose from. When "
        "they run out, I will go on with the rest.",
        "I have {n} good quotes about it, and {others} others for moderators to choose from. When "
        "they run out, I will go on with the rest.",
        good,
        others=len(about) - good,
    )
    text = gettext("{month} is about {theme} here.", month=name, theme=quoted(words))
    return Reply(text, (found,))


async def tell_themes(context: WeeklyContext, channel: Channel) -> tuple[str, ...]:
    """Say what this month and those to come are about."""
    now = month_of(context.posting.outbox.clock().date())
    themes = await context.themes.themes(channel)
    return tuple(
        gettext("{month} is about {theme}.", month=name_month(month), theme=quoted(words))
        for month, words in themes.items()
        if month >= now
    )
