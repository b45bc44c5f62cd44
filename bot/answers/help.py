"""Help, the overview, and what to say when there is no answer."""

from dataclasses import replace

from bot.answers.buttons import help_buttons
from bot.answers.hints import HOW_TO_ASK
from bot.answers.replies import Reply
from bot.answers.requests import FOLLOWING, Verb
from bot.library.library import Library
from bot.text import pluralize

# A help line that starts with this shows a command, or what to write where commands do not work.
COMMAND, MENTION = "/podcast ", "@Airquote "
_COMMANDS = (
    "/podcast search model registry: the passages that say it, each with a link to the second",
    "/podcast quote [words]: a sentence worth repeating",
    "/podcast episode words: an episode with its guests, link and chapters",
    "/podcast episodes [words]: all episodes, or those that match",
    "/podcast mentions llm vs mlops: how often each is said, season by season",
    "/podcast about: which version this is, and what it searches",
    "/podcast weekly status: the quote of the week here; admins also use on, off, preview, post",
    "/podcast follow feature store: a message to you when a new episode talks about it",
    "/podcast follows: what you follow; stop with /podcast unfollow words, or all",
    "/podcast forget-me: deletes what I have stored about you",
    "/podcast announce on: new episodes are posted in this channel; for admins, as is announce off",
)
_OPERATORS = (
    "Narrow down with guest: speaker: episode: season: after: before: "
    "or “exact words”; leave words out with -word."
)
# The buttons below this line carry the example queries.
_EXAMPLES = "For example:"
_HOW_BY_MENTION = "Commands do not work in threads. Mention me instead, and I will answer here."
_NO_FOLLOWS = Reply("You can follow things in Slack or Discord: ask me there.")
# Replies to commands that only work in a chat.
ELSEWHERE = {
    Verb.WEEKLY: Reply("The quote of the week is posted in Slack or Discord: ask me there."),
    **dict.fromkeys(FOLLOWING, _NO_FOLLOWS),
    Verb.FORGET_ME: Reply("What I know about you comes from Slack or Discord: ask me there."),
    Verb.ANNOUNCE: Reply("New episodes are announced in Slack or Discord: ask me there."),
}


def answer_help(library: Library) -> Reply:
    """List the commands and filters; the last line introduces the example buttons."""
    notes = (*_COMMANDS, _OPERATORS, _EXAMPLES)
    return Reply(HOW_TO_ASK, notes, buttons=help_buttons(library))


def help_by_mention(reply: Reply) -> Reply:
    """Change the help for where no command works: the bot is mentioned instead."""
    notes = tuple(note.replace(COMMAND, MENTION) for note in reply.notes)
    return replace(reply, text=_HOW_BY_MENTION, notes=notes)


def forgetful(why: str = "") -> Reply:
    """Say that a setting would not survive a restart; `why` is for those who can fix it."""
    notes = (why,) if why else ("Please tell whoever runs this bot.",)
    return Reply("I would forget that at the next restart.", notes)


def store_away() -> Reply:
    """Answer when the database is unavailable."""
    return Reply(
        "I cannot reach my database right now, so that may not have worked. Please try again in a "
        "minute."
    )


def out_of_date() -> Reply:
    """Answer a button from an earlier version."""
    return Reply("That button is from an earlier version. Please search again.")


def apology(reference: str) -> Reply:
    """Answer when something broke; the log has the details under `reference`."""
    return Reply(
        "Something went wrong on my side. Please try again. If it keeps happening, give an admin "
        f"this reference: {reference}."
    )


def describe_library(library: Library) -> str:
    """Summarize what is searched: "6 episodes, 27,731 words"."""
    seasons = sorted({e.season for e in library.index.episodes if e.season is not None})
    parts = [pluralize(len(library.index.episodes), "episode")]
    if len(seasons) > 1:
        parts.append(f"seasons {seasons[0]} to {seasons[-1]}")
    parts.append(pluralize(len(library.index.transcripts.terms), "word"))
    return ", ".join(parts)
