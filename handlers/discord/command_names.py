"""The names and descriptions of the commands in the language of each member.

Discord shows them; what a member chooses arrives under the English names. In the catalogue, a name
is a whole command, as in "/podcast search", and an option ends with a colon, so that neither is
taken for another text.
"""

import re
from functools import cache

from discord import Locale
from discord.app_commands import (
    Command,
    Group,
    TranslationContextLocation,
    TranslationContextTypes,
    Translator,
    locale_str,
)

from bot.languages import ENGLISH
from bot.podcasts import EVERYWHERE
from bot.translations import closest_language, gettext, gettext_noop, listed_words, speaking
from bot.weekly.slots import WEEKDAYS

# The commands that have a name in other languages; the first word is the app's and stays.
_COMMANDS = (
    gettext_noop("/podcast about"),
    gettext_noop("/podcast episode"),
    gettext_noop("/podcast episodes"),
    gettext_noop("/podcast follow"),
    gettext_noop("/podcast follows"),
    gettext_noop("/podcast forget-me"),
    gettext_noop("/podcast help"),
    gettext_noop("/podcast mentions"),
    gettext_noop("/podcast quote"),
    gettext_noop("/podcast search"),
    gettext_noop("/podcast unfollow"),
    gettext_noop("/podcast-admin announce"),
    gettext_noop("/podcast-admin use"),
    gettext_noop("/podcast-admin weekly"),
    gettext_noop("/podcast-admin weekly off"),
    gettext_noop("/podcast-admin weekly on"),
    gettext_noop("/podcast-admin weekly post"),
    gettext_noop("/podcast-admin weekly preview"),
    gettext_noop("/podcast-admin weekly status"),
    gettext_noop("/podcast-admin weekly theme"),
)
OPTION_NAMES = (
    *(gettext_noop("after:"), gettext_noop("approvals:"), gettext_noop("archive:")),
    *(gettext_noop("before:"), gettext_noop("channel:"), gettext_noop("day:")),
    *(gettext_noop("episode:"), gettext_noop("everywhere:"), gettext_noop("exact:")),
    *(gettext_noop("guest:"), gettext_noop("month:"), gettext_noop("monthly:")),
    *(gettext_noop("pin:"), gettext_noop("ping:"), gettext_noop("plain:")),
    *(gettext_noop("podcasts:"), gettext_noop("query:")),
    *(gettext_noop("review:"), gettext_noop("season:"), gettext_noop("sort:")),
    *(gettext_noop("speaker:"), gettext_noop("switch:"), gettext_noop("terms:")),
    *(gettext_noop("thread:"), gettext_noop("time:"), gettext_noop("visible:")),
    *(gettext_noop("vote:"), gettext_noop("words:"), gettext_noop("zone:")),
)
"""The options of all commands, listed here for the catalogue."""
FIND_IN_PODCAST = gettext_noop("Find in podcast")
"""The command in the menu of a message that searches for what it says."""
NOMINATE_QUOTE = gettext_noop("Nominate quote")
"""The command there that nominates what the podcast says about it."""

# Discord hides only whole commands from members, so those for admins have one of their own.
_FOR_ADMINS = re.compile(r"/podcast (?=(?:weekly|announce|use)\b)")
_LONGEST_FIRST = "|".join(sorted(map(re.escape, _COMMANDS), key=len, reverse=True))
_KNOWN = re.compile(rf"(?:{_LONGEST_FIRST})(?![\w-])")
# What is typed after a command, each part called as the option that takes it in Discord.
_TYPED = (
    re.compile(r"/podcast (?:search|follow|unfollow) (?P<query>(?=\w))"),
    re.compile(r"/podcast-admin announce (?P<switch>on|off)\b"),
    re.compile(r"/podcast-admin weekly theme (?P<month>\w+) (?P<words>(?=\w))"),
    re.compile(
        r"/podcast-admin weekly on (?P<day>[a-z]{3}) (?P<time>\d\d:\d\d) "
        r"(?P<zone>[\w/+-]+(?::\d\d)?)(?P<monthly> monthly)?(?P<archive> archive)?"
        r"(?P<vote> vote)?(?P<review> review)?(?: approvals (?P<approvals>\d+))?"
    ),
)
# Discord shows it so, in any language.
_CHOSEN = str(True)
_FLAGS = ("everywhere", "monthly", "archive", "vote", "review")
_ON = re.compile(r"/podcast-admin weekly on [a-z]{3} ")
# In a text about that, the words that may follow.
_MODE = re.compile(r"(?<=[“„])(?:(monthly|archive|vote|review|thread|pin)|ping (@\w+))(?=[”“])")
_DAYS = {day[:3].casefold(): day for day in WEEKDAYS}


def rename_commands(text: str) -> str:
    """Name the commands and their options in a text as Discord shows them to whoever reads it."""
    text = _FOR_ADMINS.sub("/podcast-admin ", text)
    if _ON.search(text):
        text = _MODE.sub(_name_mode, text)
    for each in (*_TYPED, _use()):
        text = each.sub(_name_options, text)
    return _KNOWN.sub(lambda found: gettext(found[0]), text)


@cache
def _use() -> re.Pattern[str]:
    everywhere = rf"(?P<everywhere> (?:{listed_words(EVERYWHERE)}))"
    return re.compile(rf"/podcast-admin use (?P<podcasts>[^\s”“][^”“]*?){everywhere}?(?=[”“])")


def _name_options(found: re.Match[str]) -> str:
    """Put the name of its option before each part of what is typed."""
    command = found.string[found.start() : found.start(1)]
    parts = {name: part for name, part in found.groupdict().items() if part is not None}
    return command + " ".join(_option(name, _chosen(name, parts[name])) for name in parts)


def _chosen(option: str, typed: str) -> str:
    """Say what is typed as the option shows it."""
    if option in _FLAGS:
        return _CHOSEN
    if option == "day":
        return gettext(_DAYS[typed])
    return gettext(typed) if option == "switch" else typed


def _name_mode(found: re.Match[str]) -> str:
    return _option(found[1], _CHOSEN) if found[1] else _option("ping", found[2])


def _option(name: str, value: str) -> str:
    option = f"{name}:"
    return f"{gettext(option)}{value}"


class CommandTranslator(Translator):
    """Translates what the library asks for when the commands are registered."""

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        """Translate a name, a description or a choice; None leaves it in English."""
        language = closest_language(locale.value)
        if language in ("", ENGLISH):
            return None
        with speaking(language):
            said = _say(string.message, context)
        return None if said == string.message else said


def _say(text: str, context: TranslationContextTypes) -> str:
    if context.location is TranslationContextLocation.parameter_name:
        option = f"{text}:"
        return gettext(option).removesuffix(":")
    data = context.data
    if isinstance(data, Group | Command) and text == data.name:
        command = f"/{data.qualified_name}"
        return gettext(command).split()[-1].removeprefix("/")
    return gettext(text)
