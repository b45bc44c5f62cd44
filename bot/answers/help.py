"""How to ask, what there is to ask about, and what is said where no answer can be given."""

from dataclasses import replace

from bot.answers.buttons import episode_buttons, help_buttons
from bot.answers.episodes import newest_first
from bot.answers.hints import NO_EPISODES
from bot.answers.replies import Reply, episode_card
from bot.answers.requests import FOLLOWING, Verb
from bot.library.library import Library
from bot.text import pluralize

_LATEST = 5
# What is typed before a command; a line that begins so shows how to write one.
COMMAND = "/podcast "
_COMMANDS = (
    "/podcast search model registry: the passages that say it, each with a link to the second",
    "/podcast quote [words]: a sentence worth repeating",
    "/podcast episode words: an episode with its guests, link and chapters",
    "/podcast episodes [words]: the list of them",
    "/podcast mentions llm vs mlops: how often it is said, season by season",
    "/podcast about: which version answers, from which data",
    "/podcast weekly status: the quote of the week here; for admins also on, off, preview, post",
    "/podcast follow feature store: a message to you when a new episode speaks of it",
    "/podcast follows: what you follow; /podcast unfollow words (or all) ends it",
    "/podcast announce on: new episodes are posted here; for admins, who can switch it off too",
)
_OPERATORS = (
    "Narrow down with guest: speaker: episode: season: after: before: "
    "and with “exact words”; leave out with -word."
)
# The buttons below are named after what they ask for.
_EXAMPLES = "For example:"
_TELL_ME = "Type what you remember, and I find where it was said."
_NO_FOLLOWS = Reply("I write to those who follow something in Slack or Discord: ask me there.")
# What is asked of a chat, where there is none.
ELSEWHERE = {
    Verb.WEEKLY: Reply("The quote of the week is for a channel of Slack or Discord: ask me there."),
    **dict.fromkeys(FOLLOWING, _NO_FOLLOWS),
    Verb.ANNOUNCE: Reply(
        "New episodes are announced in channels of Slack or Discord: ask me there."
    ),
}


def answer_help(library: Library) -> Reply:
    """List the commands, how a search is narrowed down, and last what leads to the examples."""
    notes = (*_COMMANDS, _OPERATORS, _EXAMPLES)
    return Reply(_TELL_ME, notes, buttons=help_buttons(library))


def overview(library: Library) -> Reply:
    """Introduce the podcast: how to ask, what there is in which version, the latest episodes."""
    if not library.index.episodes:
        return NO_EPISODES
    latest = map(episode_card, newest_first(library.index.episodes)[:_LATEST])
    return replace(
        answer_help(library),
        notes=(*_COMMANDS, _OPERATORS, _describe(library), _EXAMPLES),
        cards=tuple(replace(card, buttons=episode_buttons(card, "Chapters")) for card in latest),
    )


def forgetful(why: str = "") -> Reply:
    """Say that what is asked for would be forgotten, and `why` to who can mend it."""
    notes = (why,) if why else ("Please tell whoever runs me here.",)
    return Reply("I would forget that at the next restart.", notes)


def store_away() -> Reply:
    """Answer where the database could not be used."""
    return Reply(
        "I cannot use my database just now, so that may not have worked. Please try again in a "
        "minute."
    )


def out_of_date() -> Reply:
    """Answer a button that another version has made."""
    return Reply("That button is from an earlier version. Please search again.")


def apology(reference: str) -> Reply:
    """Answer where something broke; by the reference, the log tells what."""
    return Reply(
        "Something went wrong on my side. Please try again; if it stays so, tell an admin this "
        f"reference: {reference}."
    )


def _describe(library: Library) -> str:
    """Say what the index holds and in which version."""
    seasons = sorted({e.season for e in library.index.episodes if e.season is not None})
    parts = [pluralize(len(library.index.episodes), "episode")]
    if len(seasons) > 1:
        parts.append(f"seasons {seasons[0]} to {seasons[-1]}")
    parts.append(pluralize(len(library.index.transcripts.terms), "word"))
    return f"I know {', '.join(parts)}. Version of the index: {library.id}."
